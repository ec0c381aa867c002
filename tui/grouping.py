"""What lines can be put under: the site, the company, the data type, the device or the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from mouchard import words
from mouchard.language import _, mark
from mouchard.store.filterlang import Query, Term
from mouchard.store.read import Reader
from mouchard.store.rows import Flow
from mouchard.tui import text

Group: TypeAlias = Literal["site", "company", "type", "client", "person"]
GROUPS: tuple[Group, ...] = get_args(Group)

SAID: dict[Group, str] = {
    "site": mark("by site"),
    "company": mark("by company"),
    "type": mark("by data type"),
    "client": mark("by device"),
    "person": mark("by person"),
}
TITLES: dict[Group, str] = {
    "site": mark("Site / who gets it"),
    "company": mark("Company / from where"),
    "type": mark("Data / who gets it"),
    "client": mark("Device / who gets it"),
    "person": mark("Person / who gets it"),
}

NAMES: dict[Group, str] = {
    "site": mark("Site"),
    "company": mark("Who gets it"),
    "type": mark("Data about you"),
    "client": mark("Device"),
    "person": mark("Person"),
}


def after(group: Group) -> Group:
    """The next one, round and round."""
    return GROUPS[(GROUPS.index(group) + 1) % len(GROUPS)]


def parts(reader: Reader, query: Query, by: Group, most: int) -> list[tuple[str, Flow]]:
    """At most so many flows, the most serious first, each with the name of its group."""
    match by:
        case "site":
            return [(flow.site, flow) for flow in reader.flows(query, most)]
        case "company":
            return [(flow.recipient, flow) for flow in reader.flows(query, most)]
    return reader.split(query, by)[:most]


def shown(by: Group, name: str, devices: Mapping[str, str]) -> str:
    """How a group is called, not made safe yet; `devices` are the names by their keys."""
    match by:
        case "site":
            return text.site(name)
        case "type":
            return _(words.short(name))
        case "client":
            return devices.get(name) or name or _("(device not known)")
        case "person":
            return name or _("(nobody named)")
    return name


def narrowed(query: Query, by: Group, name: str, ways: Sequence[Flow] = ()) -> Query:
    """The filter for what is in a group, or in flows of it to one recipient."""
    chosen: dict[str, str] = {by: name}
    if ways:
        chosen["company"] = ways[0].recipient
    if len(ways) == 1:
        chosen["site"] = ways[0].site
    for key, value in chosen.items():  # an empty name, as of a site not known, cannot be typed
        query = query.and_(key, value) if value else Query((*query.terms, Term(key, "")))
    return query
