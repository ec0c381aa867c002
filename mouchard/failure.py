"""Why a recorded message has no judgement."""

from __future__ import annotations

import traceback
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """The stage that failed and the place in our code; never what the message held."""

    stage: str
    reason: str


def failure_of(error: Exception) -> Failure:
    """Where in our code an error arose; its text may quote the message, so it is left out."""
    stage, place = "analysis", ""
    for frame in traceback.extract_tb(error.__traceback__):
        _, found, inside = frame.filename.replace("\\", "/").rpartition("/mouchard/")
        if found:
            stage, place = inside.removesuffix(".py").split("/")[0], f" in {inside}:{frame.lineno}"
    return Failure(stage, type(error).__name__ + place)
