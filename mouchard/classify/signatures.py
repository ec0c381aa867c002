"""Trackers recognised by the form of their requests, whatever the host: server-side tagging, own domains."""

from __future__ import annotations

from dataclasses import dataclass

from mouchard.classify.target import Target
from mouchard.model import Match, Message


@dataclass(frozen=True, slots=True)
class Recognised:
    """A tracker's format found on a host that is not the tracker's."""

    company: str
    match: Match
    fact: tuple[str, str, str, str]
    """Company, category, source, date."""


def recognise(target: Target, message: Message | None) -> Recognised | None:
    """The tracker whose format this request has, if any."""
    return None
