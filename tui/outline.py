"""The overview as lines: sites, under each the companies that got something, then mere contacts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from mouchard.model import Level
from mouchard.store.rows import Flow


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site or app, with the sums of its flows."""

    site: str
    flows: tuple[Flow, ...]
    open: bool

    @property
    def key(self) -> str:
        return f"site\x1f{self.site}"

    @property
    def leaks(self) -> tuple[Flow, ...]:
        """Flows that carried data about the person, worst first."""
        return tuple(flow for flow in self.flows if flow.findings)

    @property
    def contacts(self) -> tuple[Flow, ...]:
        """Other companies that were merely reached."""
        return tuple(flow for flow in self.flows if not flow.findings)

    @property
    def level(self) -> Level:
        return max((flow.level for flow in self.flows), default="L0")

    @property
    def findings(self) -> int:
        return sum(flow.findings for flow in self.flows)

    @property
    def last(self) -> float:
        return max((flow.last for flow in self.flows), default=0.0)


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One recipient of one site."""

    flow: Flow
    contact: bool = False
    """Shown inside the unfolded list of contacts."""

    @property
    def key(self) -> str:
        return flow_key(self.flow)


@dataclass(frozen=True, slots=True)
class ContactsLine:
    """The recipients of a site that got nothing but the contact, on one line."""

    site: str
    flows: tuple[Flow, ...]
    open: bool

    @property
    def key(self) -> str:
        return f"contacts\x1f{self.site}"


Line: TypeAlias = SiteLine | FlowLine | ContactsLine


def flow_key(flow: Flow) -> str:
    """What names a flow for as long as the view runs."""
    return f"flow\x1f{flow.site}\x1f{flow.recipient}"


def outline(flows: Iterable[Flow], folded: Collection[str], order: str = "level") -> list[Line]:
    """Lines by level, then by the minute last seen, then by name; or by `findings`, or by `last`.

    `folded` holds the keys whose state is not the default: sites are open and contacts folded by default.
    """
    ranks: dict[str, Callable[[Flow | SiteLine], tuple[float, ...]]] = {
        "level": lambda one: (-int(one.level[1:]), -int(one.last // 60)),
        "findings": lambda one: (-one.findings,),
        "last": lambda one: (-one.last,),
    }
    ordered = sorted(flows, key=lambda flow: (flow.site, flow.recipient))
    sites = [
        SiteLine(site, tuple(sorted(group, key=ranks[order])), True)
        for site, group in groupby(ordered, key=lambda flow: flow.site)
    ]
    lines: list[Line] = []
    for site in sorted(sites, key=ranks[order]):
        is_open = site.key not in folded
        lines.append(SiteLine(site.site, site.flows, is_open))
        if not is_open:
            continue
        lines += [FlowLine(flow) for flow in site.leaks]
        if site.contacts:
            contacts = ContactsLine(site.site, site.contacts, f"contacts\x1f{site.site}" in folded)
            lines.append(contacts)
            if contacts.open:
                lines += [FlowLine(flow, contact=True) for flow in contacts.flows]
    return lines
