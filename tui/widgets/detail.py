"""The pane beside the overview: what the selected line means, in words a newcomer understands."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from mouchard import words
from mouchard.language import _, plural
from mouchard.store.rows import FindingRow, Flow
from mouchard.tui import choices, story, text
from mouchard.tui.choices import Phases
from mouchard.tui.outline import ContactsLine, FlowLine, GroupLine, Line, together
from mouchard.tui.text import cell
from mouchard.tui.theme import Palette


class Detail(VerticalScroll, can_focus=False):
    """Explains one line of the overview."""

    def compose(self) -> ComposeResult:
        yield Static(id="detail-text", markup=False)

    def explain(
        self,
        line: Line | None,
        latest: FindingRow | None,
        colours: Palette,
        called: str,
        phases: Phases = (),
    ) -> None:
        """Shows a line; `latest` is its most telling finding where it has one, `called` and `phases` are the
        name of a group and what left it in each phase."""
        match line:
            case GroupLine():
                said = _group(line, colours, called, phases)
            case ContactsLine():
                said = _contacts(line, colours)
            case FlowLine():
                said = _flow(line, latest, colours, roomy=self.size.height > 16)
            case None:
                said = Text(_("Select a line to see what it means."), colours.dim)
        self.query_one("#detail-text", Static).update(said)


def _group(line: GroupLine, colours: Palette, called: str, phases: Phases) -> Text:
    leaks, contacts = line.leaks, line.contacts
    said = Text.assemble(cell(called, "bold"), "  ", text.level(line.level, colours), "\n")
    if phases:
        said.append_text(choices.told(phases, colours)[1:]).append("\n")
    if leaks:
        said.append(_extent(line))
        ways: dict[str, list[Flow]] = {}
        for flow in leaks:
            ways.setdefault(text.site(flow.site) if line.by == "company" else flow.recipient, []).append(flow)
        for name, flows in list(ways.items())[:8]:
            flow = together(tuple(flows))
            said.append("\n  ")
            said.append_text(cell(name, colours.levels[flow.level], limit=60))
            sites = ", ".join(text.site(way.site) for way in flows)
            said.append_text(cell("  " + (sites if line.by == "type" else text.types(flow.types))))
    else:
        said.append(_("No data of yours was recognised in what left this site."))
    if contacts and line.by == "site":
        said.append("\n" + plural(
            "{n} more company was contacted: it sees your IP address and often the page.",
            "{n} more companies were contacted: they see your IP address and often the page.",
            len(contacts),
        ), colours.dim)  # fmt: skip
    return said


def _extent(line: GroupLine) -> str:
    companies = len({flow.recipient for flow in line.leaks})
    match line.by:
        case "company":
            sites = len({flow.site for flow in line.leaks})
            return plural("got data about you on {n} site:", "got data about you on {n} sites:", sites)
        case "type":
            return plural("{n} company got it:", "{n} companies got it:", companies)
    return plural("{n} company got data about you:", "{n} companies got data about you:", companies)


def _contacts(line: ContactsLine, colours: Palette) -> Text:
    by_company = line.by == "company"
    names = ", ".join(text.site(flow.site) if by_company else flow.recipient for flow in line.flows)
    return Text.assemble(
        text.level("L0", colours), "  ",
        plural("{n} company was only contacted", "{n} companies were only contacted", len(line.flows)), "\n",
        cell(names, limit=600), "\n",
        (_(words.WHY["contact"]), colours.dim),
    )  # fmt: skip


def _flow(line: FlowLine, latest: FindingRow | None, colours: Palette, roomy: bool) -> Text:
    flow = line.flow
    said = Text.assemble(cell(story.recipient(flow), "bold"), "  ", text.level(flow.level, colours), "\n")
    if not flow.findings:
        site = text.site(line.ways[0].site)
        said.append_text(cell(plural(
            "Contacted {n} time from {site}.", "Contacted {n} times from {site}.", flow.messages, site=site
        )))  # fmt: skip
        said.append("\n" + _(words.WHY["contact"]), colours.dim)
        return said
    if latest is None:
        said.append_text(cell(text.types(flow.types)))
        return said
    said.append_text(cell(story.sentence(latest)))
    found = latest.finding
    gap = "\n\n" if roomy else "\n"
    others = tuple(kind for kind in flow.types if kind[0] != found.type)
    if len(line.ways) > 1:
        said.append("\n" + plural("on {n} site:", "on {n} sites:", len(line.ways)) + " ", colours.dim)
        said.append_text(cell(", ".join(text.site(way.site) for way in line.ways), limit=200))
    if others:
        said.append("\n" + _("also:") + " ", colours.dim)
        said.append_text(cell(text.types(others)))
    said.append(gap)
    said.append_text(cell(found.value, colours.mark, limit=80))
    said.append("  ")
    said.append_text(text.field_path(found.location, found.field))
    said.append(gap + " ".join(story.why(latest)) + gap)
    said.append_text(cell(f"{latest.method} {latest.url}", colours.dim, limit=160))
    for match in latest.tracker[:1]:
        said.append("\n")
        said.append_text(cell(f"{match.list}: {match.rule}", colours.dim, limit=120))
    return said
