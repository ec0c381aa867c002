"""The overview as lines: sites or other groups; under each who got something, then mere contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from mouchard.model import DataType, Level
from mouchard.store.rows import Flow
from mouchard.tui.grouping import Group


@dataclass(frozen=True, slots=True)
class _Folding:
    """A line that stands for several flows of a group, and unfolds to show them."""

    by: Group
    name: str
    flows: tuple[Flow, ...]
    open: bool

    @property
    def site(self) -> str:
        """The site where the group is one, else empty."""
        return self.name if self.by == "site" else ""


@dataclass(frozen=True, slots=True)
class GroupLine(_Folding):
    """A site or app, a company, a data type, a device or a person, with the sums of its flows."""

    @property
    def key(self) -> str:
        return f"group\x1f{self.by}\x1f{self.name}"

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
    """One recipient in a group, or one site where the group is a company."""

    by: Group
    name: str
    ways: tuple[Flow, ...]
    """From which sites, the most serious first; one where the group is a site or a company."""
    contact: bool = False
    """Shown inside the unfolded list of contacts."""

    @property
    def flow(self) -> Flow:
        """All of it together; without a site where there are several."""
        return together(self.ways)

    @property
    def key(self) -> str:
        first = self.ways[0]
        site = first.site if self.by in ("site", "company") else ""
        return f"flow\x1f{self.by}\x1f{self.name}\x1f{site}\x1f{first.recipient}"

    @property
    def site(self) -> str:
        return self.flow.site


def together(flows: tuple[Flow, ...]) -> Flow:
    """Flows to one recipient as one."""
    first = flows[0]
    if len(flows) == 1:
        return first
    types: Counter[DataType] = Counter()
    for flow in flows:
        types.update(dict(flow.types))
    return replace(
        first, site="", types=tuple(types.items()), messages=sum(flow.messages for flow in flows),
        findings=sum(flow.findings for flow in flows), level=max(flow.level for flow in flows),
        first=min(flow.first for flow in flows), last=max(flow.last for flow in flows),
        forms=_all(flow.forms for flow in flows), clients=_all(flow.clients for flow in flows),
        phases=_all(flow.phases for flow in flows),
    )  # fmt: skip


def _all(words: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for some in words for word in some))


@dataclass(frozen=True, slots=True)
class ContactsLine(_Folding):
    """The flows of a group that carried nothing but the contact, on one line."""

    @property
    def key(self) -> str:
        return f"contacts\x1f{self.by}\x1f{self.name}"


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
        lines += _lines(group, group.leaks, rank)
        if group.contacts:
            contacts = ContactsLine(by, group.name, group.contacts, False)
            opened = contacts.key in folded
            lines.append(ContactsLine(by, group.name, group.contacts, opened))
            if opened:
                lines += _lines(group, group.contacts, rank, contact=True)
    return lines


def _lines(
    group: GroupLine,
    flows: tuple[Flow, ...],
    rank: Callable[[Flow], tuple[float, ...]],
    contact: bool = False,
) -> list[FlowLine]:
    if group.by in ("site", "company"):
        return [FlowLine(group.by, group.name, (flow,), contact) for flow in flows]
    ways: dict[str, list[Flow]] = {}
    for flow in flows:
        ways.setdefault(flow.recipient, []).append(flow)
    lines = [FlowLine(group.by, group.name, tuple(some), contact) for some in ways.values()]
    return sorted(lines, key=lambda line: rank(line.flow))
