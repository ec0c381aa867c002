"""The overview as lines: sites or other groups; under each who got something, then mere contacts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from mouchard.model import Level
from mouchard.store.rows import Flow
from mouchard.tui.grouping import Group


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A site or app, a company, a data type, a device or a person, with the sums of its flows."""

    by: Group
    name: str
    flows: tuple[Flow, ...]
    open: bool

    @property
    def key(self) -> str:
        return f"group\x1f{self.by}\x1f{self.name}"

    @property
    def site(self) -> str:
        """The site where this is one, else empty."""
        return self.name if self.by == "site" else ""

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
    """One site and one recipient in a group."""

    by: Group
    name: str
    flow: Flow
    contact: bool = False
    """Shown inside the unfolded list of contacts."""

    @property
    def key(self) -> str:
        return f"flow\x1f{self.by}\x1f{self.name}\x1f{self.flow.site}\x1f{self.flow.recipient}"

    @property
    def site(self) -> str:
        return self.flow.site


@dataclass(frozen=True, slots=True)
class ContactsLine:
    """The flows of a group that carried nothing but the contact, on one line."""

    by: Group
    name: str
    flows: tuple[Flow, ...]
    open: bool

    @property
    def key(self) -> str:
        return f"contacts\x1f{self.by}\x1f{self.name}"

    @property
    def site(self) -> str:
        """The site where the group is one, else empty."""
        return self.name if self.by == "site" else ""


Line: TypeAlias = GroupLine | FlowLine | ContactsLine

RANKS: dict[str, Callable[[Flow | GroupLine], tuple[float, ...]]] = {
    "level": lambda one: (-int(one.level[1:]), -int(one.last // 60)),
    "findings": lambda one: (-one.findings,),
    "last": lambda one: (-one.last,),
}


def outline(
    parts: Iterable[tuple[str, Flow]], by: Group, folded: Collection[str], order: str = "level"
) -> list[Line]:
    """Lines by level, then by the minute last seen, then by name; or by `findings`, or by `last`.

    `parts` are flows, each with the name of its group. `folded` holds the keys whose state is not the
    default: groups are open and contacts folded by default.
    """
    rank = RANKS[order]
    ordered = sorted(parts, key=lambda part: (part[0], part[1].site, part[1].recipient))
    groups = [
        GroupLine(by, name, tuple(sorted((flow for _name, flow in some), key=rank)), True)
        for name, some in groupby(ordered, key=lambda part: part[0])
    ]
    lines: list[Line] = []
    for group in sorted(groups, key=rank):
        is_open = group.key not in folded
        lines.append(GroupLine(by, group.name, group.flows, is_open))
        if not is_open:
            continue
        lines += [FlowLine(by, group.name, flow) for flow in group.leaks]
        if group.contacts:
            contacts = ContactsLine(by, group.name, group.contacts, False)
            opened = contacts.key in folded
            lines.append(ContactsLine(by, group.name, group.contacts, opened))
            if opened:
                lines += [FlowLine(by, group.name, flow, contact=True) for flow in group.contacts]
    return lines
