"""Vendor notations that pack named values without `=`: Google's `tv.1~em.<digest>~pn.<digest>`."""

from __future__ import annotations

from mouchard.extract.part import Part


def decode(value: str) -> tuple[Part, ...]:
    """The named values of `tv.1~name.value~...` (Google user-provided data, observed in ads requests)."""
    if not value.startswith("tv.1~"):
        return ()
    parts = []
    for piece in value.split("~")[1:64]:
        name, dot, content = piece.partition(".")
        if dot and content:
            parts.append(Part(("split",), name, name.rstrip("0123456789"), content))
    return tuple(parts)
