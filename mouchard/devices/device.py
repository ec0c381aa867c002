"""One device that was taken in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["wireguard", "proxy"]
"""`wireguard`: a tunnel of its own, keys instead of a password. `proxy`: entered by hand, with a password."""

Standing: TypeAlias = Literal["recorded", "unconfirmed", "paused"]

NAME_CAP = 40


@dataclass(frozen=True, slots=True)
class Device:
    """A phone, tablet or computer beside this one."""

    id: str
    """`phone`, `phone-2`: part of client keys, so it stays when the name changes."""
    name: str
    kind: Kind
    port: int
    """Where it comes in: UDP, its own, for a tunnel; TCP, shared, for a proxy."""
    password: str = field(default="", repr=False)
    """Of the proxy; its user name there is `id`."""
    confirmed: float = 0.0
    """When its user agreed to be recorded, on the device; 0 until then."""
    paused: bool = False

    @property
    def standing(self) -> Standing:
        """Whether its messages may be recorded now."""
        if not self.confirmed:
            return "unconfirmed"
        return "paused" if self.paused else "recorded"


def slug(name: str) -> str:
    """A name as a short id: `Léa's phone` → `lea-s-phone`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-") or "device"
