"""One finding, as evidence: where it was, how it was read, who says it is a tracker, why it matters."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from mouchard import words
from mouchard.language import _
from mouchard.printable import printable
from mouchard.report import notes
from mouchard.report.axes import BY_SITE, STRENGTHS
from mouchard.report.reason import spoken
from mouchard.store.rows import FindingRow
from mouchard.tui import keys, story, text
from mouchard.tui.screens.base import View
from mouchard.tui.text import cell
from mouchard.tui.theme import Palette
from mouchard.tui.widgets.key_bar import KeyBar

SECTIONS = ("where", "steps", "why", "tracker", "facts")


class FindingView(View):
    """A finding of a list, with the previous and the next one key away."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("finding")

    def __init__(self, rows: tuple[FindingRow, ...], at: int) -> None:
        super().__init__()
        self._rows = rows
        self._at = at

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        with VerticalScroll(id="evidence"):
            for section in SECTIONS:
                yield Static(id=f"{section}-title", classes="title", markup=False)
                yield Static(id=section, classes="section", markup=False)
        yield KeyBar("finding")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#evidence").focus()
        self.redraw()

    @property
    def row(self) -> FindingRow:
        return self._rows[self._at]

    def redraw(self) -> None:
        super().redraw()
        row, colours = self.row, self.colours
        place = f"   {self._at + 1}/{len(self._rows)}   {text.moment(row.time)}   "
        self.query_one("#heading", Static).update(
            Text.assemble(
                cell(story.sentence(row), "bold"), "\n",
                text.level(row.finding.level, colours), (place, colours.dim),
                cell(row.client_name or row.client, colours.dim, limit=40),
            )
        )  # fmt: skip
        titles = {
            "where": _("Where it was"),
            "steps": _("How it was read"),
            "why": _("Why it matters"),
            "tracker": _("Who says it is a tracker"),
            "facts": _("What else is known"),
        }
        bodies = {
            "where": where(row, colours),
            "steps": steps(row, colours),
            "why": why(row, colours),
            "tracker": tracker(row, colours),
            "facts": facts(row, colours),
        }
        for section in SECTIONS:
            self.query_one(f"#{section}-title", Static).update(Text(titles[section]))
            self.query_one(f"#{section}", Static).update(bodies[section])

    def action_step(self, by: int) -> None:
        self._at = max(0, min(self._at + by, len(self._rows) - 1))
        self.query_one("#evidence").scroll_home(animate=False)
        self.redraw()

    def action_back(self) -> None:
        self.app.pop_screen()

    def action_copy(self) -> None:
        self.live.copy(f"{story.sentence(self.row)} {self.row.finding.id}")

    def action_export(self) -> None:
        if row := self.row:
            self.live.export(row.site)

    def action_company(self) -> None:
        if row := self.row:
            self.live.visit_company(story.company_of(row))

    def action_website(self) -> None:
        if row := self.row:
            self.live.visit_site(row.site)

    def action_choice(self) -> None:
        self.live.choose(self.row.site, self.row.client)


def where(row: FindingRow, colours: Palette) -> Text:
    """The request with its values masked and the field marked in it, and what the field held."""
    found = row.finding
    said = Text.assemble(
        cell(row.method, "bold"), " ", _marked(row, colours), "\n",
        (story.outcome(row.outcome) + "  ", colours.dim),
        (_(words.PARTIES[row.party]), colours.dim), "\n\n",
    )  # fmt: skip
    said.append_text(text.field_path(found.location, found.field))
    said.append("  =  ")
    return said.append_text(cell(f" {found.value} ", colours.mark, limit=200))


def _marked(row: FindingRow, colours: Palette) -> Text:
    """The masked URL, the parameter of the finding in bold where the URL shows it."""
    url = cell(row.url, colours.dim, limit=600)
    start = url.plain.find(printable(row.finding.field) + "=") if row.finding.location == "query" else -1
    if start >= 0:
        end = url.plain.find("&", start)
        url.stylize(f"{colours.key} bold not dim underline", start, end if end >= 0 else len(url.plain))
    return url


def steps(row: FindingRow, colours: Palette) -> Text:
    """The decoding chain, numbered, from the wire inwards; last, why it is what we say."""
    found = row.finding
    said = Text.assemble(("1 ", colours.key), text.field_path(found.location, found.field), "\n")
    number = 1
    for number, (step, what) in enumerate(story.steps(row), 2):
        said.append(f"{number} ", colours.key)
        said.append_text(cell(f"{step:<10} ", "bold", limit=40))
        said.append_text(cell(what, limit=120))
        said.append("\n")
    said.append("✓ ", colours.key)
    said.append_text(cell(found.value, colours.strong, limit=120))
    said.append("  ")
    said.append_text(cell(story.proof(row)))
    if found.normalisation:
        said.append("\n  " + _("written as:") + " ", colours.dim)
        said.append_text(cell(found.normalisation, colours.dim, limit=80))
    if found.note:
        said.append("\n  ")
        said.append_text(cell(notes.spoken(found.note), colours.dim))
    return said


def why(row: FindingRow, colours: Palette) -> Text:
    """The level with the ground that earned it, then the plain words."""
    said = Text.assemble(text.level(row.finding.level, colours), cell("  " + story.ground(row)))
    for sentence in story.why(row):
        said.append("\n" + sentence)
    return said


def tracker(row: FindingRow, colours: Palette) -> Text:
    """The company with its dated source, and each list's rule."""
    said = Text()
    if row.company:
        company = row.company
        seat = f" ({company.country})" if company.country else ""
        source = f"  {company.source} {company.as_of}".rstrip()
        said.append_text(cell(f"{row.host}: {company.name}{seat}"))
        said.append_text(cell(f"  {_(company.category)}"))
        said.append_text(cell(source, colours.dim))
    else:
        said.append_text(cell(row.host))
        said.append("  " + _("owner not known"), colours.dim)
    if not row.tracker:
        return said.append("\n" + _("No list names it."), colours.dim)
    for match in row.tracker[:12]:
        said.append("\n")
        said.append_text(cell(f"{match.list} {match.version}".strip() + "  ", colours.dim, limit=60))
        said.append_text(cell(match.rule, "strike" if match.exception else "", limit=160))
        grade = f"  {match.grade} " + _(words.GRADES.get(match.grade, ""))
        said.append(_("  exception: a blocker would let it pass") if match.exception else grade, colours.dim)
    return said


def facts(row: FindingRow, colours: Palette) -> Text:
    """Site, how sure it is and why, the choice made, the consent string, the id."""
    sure = _("confidence: {word}").format(word=_(STRENGTHS[BY_SITE[row.site_confidence]]))
    lines = [(_("site"), f"{text.site(row.site)}  ({sure}; {spoken(row.site_why)})")]
    lines.append((_("your choice"), _(words.PHASES[row.phase])))
    if row.consent.tcf or row.consent.gcs or row.consent.us:
        told = [("TCF", row.consent.tcf), ("GCS", row.consent.gcs), ("US", row.consent.us)]
        lines.append((_("consent sent along"), "  ".join(f"{name} {value}" for name, value in told if value)))
    if row.finding.person:
        lines.append((_("person"), row.finding.person))
    if row.partial:
        lines.append((_("left unread"), ", ".join(row.partial)))
    lines.append((_("finding"), row.finding.id))
    width = max(len(name) for name, _value in lines)
    said = Text()
    for number, (name, value) in enumerate(lines):
        said.append(("\n" if number else "") + f"{name:<{width}}  ", colours.dim)
        said.append_text(cell(value, limit=400))
    return said
