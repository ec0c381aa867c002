"""The first screen: who gets what about me, live."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from mouchard.errors import MouchardError
from mouchard.language import _
from mouchard.store.filterlang import EVERYTHING, Query
from mouchard.store.rows import FindingRow, Flow
from mouchard.tui import choices, grouping, keys, story, text
from mouchard.tui.choices import Phases
from mouchard.tui.feed import Snapshot
from mouchard.tui.outline import ContactsLine, FlowLine, GroupLine, Line
from mouchard.tui.screens.base import View
from mouchard.tui.screens.findings import Findings
from mouchard.tui.widgets.detail import Detail
from mouchard.tui.widgets.empty import Empty
from mouchard.tui.widgets.filter_bar import FilterBar
from mouchard.tui.widgets.key_bar import KeyBar
from mouchard.tui.widgets.latest import Latest
from mouchard.tui.widgets.status import Status
from mouchard.tui.widgets.table import Table
from mouchard.tui.widgets.who_gets_what import WhoGetsWhat


class Overview(View):
    """Site → recipient → data types, with the selected line explained beside it."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("overview")

    def __init__(self) -> None:
        super().__init__()
        self.held = False
        self._snapshot: Snapshot | None = None
        self._known: set[tuple[str, str]] | None = None
        self._news = ""
        self._latest: FindingRow | None = None
        self._phases: tuple[str, Phases] = "", ()

    def compose(self) -> ComposeResult:
        yield Status(id="status")
        yield FilterBar(id="filter")
        with Container(id="body"):
            yield WhoGetsWhat(id="flows")
            yield Detail(id="detail")
        yield Latest(id="latest")
        yield Empty(id="empty")
        yield KeyBar("table", "overview")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(WhoGetsWhat).focus()
        self._arrange()

    def tell(self, snapshot: Snapshot) -> None:
        """Shows a new picture, unless the view is held."""
        if self.held:
            return
        self._snapshot = snapshot
        if not self.query("#latest"):  # the last picture came while the screen is being taken down
            return
        self._announce(snapshot.flows)
        self.query_one(WhoGetsWhat).tell(snapshot)
        self.query_one(FilterBar).know(snapshot)
        self.redraw()
        self._explain()

    def redraw(self) -> None:
        self._arrange()
        super().redraw()
        self.query_one(Status).tell(
            self.live.recorder,
            self._snapshot,
            self.colours,
            query=str(self.live.filter_query),
            held=self.held,
            trouble=self.live.trouble,
            news=self._news,
        )
        if self._snapshot is None:
            self.query_one(Empty).wait(self.live.trouble)
        elif not self._snapshot.parts:
            messages = self._snapshot.totals.messages
            self.query_one(Empty).tell(
                self.live.recorder, self.colours, str(self.live.filter_query), messages
            )
        else:
            shot = self._snapshot
            self.query_one(Latest).tell(shot.latest, shot.taken, self.colours, shot.per_minute)
        self.query_one(WhoGetsWhat).refresh()
        self._draw_detail()

    def _arrange(self) -> None:
        something = bool(self._snapshot and self._snapshot.parts)
        self.query_one("#body").display = something
        self.query_one("#latest").display = something
        self.query_one("#empty").display = not something
        if something and self.focused is None:
            self.query_one(WhoGetsWhat).focus()
        plain = something or self._snapshot is None or bool(self.live.filter_query.terms)
        self.query_one(KeyBar).places = ("table", "overview") if plain else ("empty",)

    def _announce(self, flows: tuple[Flow, ...]) -> None:
        """Names the last recipient met for the first time while this view was open."""
        met = {(flow.site, flow.recipient) for flow in flows}
        if self._known is not None and not self.live.filter_query.terms:
            fresh = [
                flow for flow in flows if flow.findings and (flow.site, flow.recipient) not in self._known
            ]
            if fresh:
                newest = max(fresh, key=lambda flow: flow.first)
                self._news = f"{text.site(newest.site)} → {newest.recipient}"
        self._known = met | (self._known or set())

    # --- the selected line -----------------------------------------------------------------------

    def on_table_moved(self, event: Table.Moved) -> None:
        event.stop()
        self._explain()

    def on_table_opened(self, event: Table.Opened) -> None:
        event.stop()
        table = self.query_one(WhoGetsWhat)
        match table.row:
            case ContactsLine() as line:
                table.toggle(line)
            case GroupLine() as line if not line.findings:
                table.toggle(line)
            case GroupLine() as line:
                self.app.push_screen(Findings(self._narrow(line), self._called(line)))
            case FlowLine(flow=flow) as line:
                start = text.site(flow.site) if len(line.ways) == 1 else self._called(line)
                self.app.push_screen(Findings(self._narrow(line), f"{start} → {flow.recipient}", flow))

    def _narrow(self, line: GroupLine | FlowLine) -> Query:
        ways = line.ways if isinstance(line, FlowLine) else ()
        return grouping.narrowed(self.live.filter_query, line.by, line.name, ways)

    def _called(self, line: GroupLine | FlowLine) -> str:
        devices = self._snapshot.devices if self._snapshot else {}
        return grouping.shown(line.by, line.name, devices)

    def _explain(self) -> None:
        line = self.query_one(WhoGetsWhat).row
        marks = self._snapshot.marks if self._snapshot else ()
        if isinstance(line, FlowLine) and line.flow.findings:
            self._read_latest(line)
        elif isinstance(line, GroupLine) and line.site in {mark.site for mark in marks}:
            self._read_phases(line.site)
        else:
            self._latest, self._phases = None, ("", ())
        self._draw_detail()

    @work(exclusive=True, group="detail")
    async def _read_phases(self, site: str) -> None:
        query = EVERYTHING.and_("site", site)
        try:
            self._phases = site, await self.ask(lambda reader: choices.read(reader, query, site))
        except Exception as error:  # a read that failed is told by the status line at the next poll
            self.log.error(f"phases: {error}")
            return
        self._draw_detail()

    @work(exclusive=True, group="detail")
    async def _read_latest(self, line: FlowLine) -> None:
        query = self._narrow(line)
        try:
            rows = await self.ask(lambda reader: reader.telling(line.ways[0], query))
        except Exception as error:  # a read that failed is told by the status line at the next poll
            self.log.error(f"latest finding: {error}")
            return
        self._latest = min(rows, key=story.gravity, default=None)
        self._draw_detail()

    def _draw_detail(self) -> None:
        if not self.query(WhoGetsWhat) or not self.query(Detail):  # read while the screen is taken down
            return
        line: Line | None = self.query_one(WhoGetsWhat).row
        latest = self._latest
        if latest and not (isinstance(line, FlowLine) and _place(latest) == _place(line.ways[0])):
            latest = None
        called = self._called(line) if isinstance(line, GroupLine) else ""
        site, phases = self._phases
        beside = phases if isinstance(line, GroupLine) and line.site == site else ()
        self.query_one(Detail).explain(line, latest, self.colours, called, beside)

    # --- keys --------------------------------------------------------------------------------------

    def action_fold(self, closed: int) -> None:
        self.query_one(WhoGetsWhat).fold(bool(closed))

    def action_filter(self) -> None:
        self.query_one(FilterBar).open(self.live.filter_query)

    def action_filter_this(self) -> None:
        match self.query_one(WhoGetsWhat).row:
            case FlowLine(by="company", flow=flow):
                self._filter("site", flow.site)
            case FlowLine(flow=flow):
                self._filter("company", flow.recipient)
            case GroupLine(by=by, name=name) | ContactsLine(by=by, name=name):
                self._filter(by, name)

    def _filter(self, key: str, value: str) -> None:
        if not value:
            return
        try:
            self.live.apply_filter(EVERYTHING.and_(key, value))
        except MouchardError as error:
            self.live.say(error.message, "warning")

    def action_filter_clear(self) -> None:
        self.live.apply_filter(EVERYTHING)

    def on_filter_bar_filtered(self, event: FilterBar.Filtered) -> None:
        event.stop()
        self.live.apply_filter(event.query)

    def on_filter_bar_closed(self, event: FilterBar.Closed) -> None:
        event.stop()
        self.query_one(WhoGetsWhat).focus()

    def action_hold(self) -> None:
        self.held = not self.held
        if self.held:
            self.redraw()
        else:
            self.live.refresh_now()

    def action_pause(self) -> None:
        self.live.pause()

    def _site(self) -> str:
        line = self.query_one(WhoGetsWhat).row
        return line.site if line is not None else ""

    def action_choice(self) -> None:
        self.live.choose(self._site())

    def action_export(self) -> None:
        self.live.export(self._site())

    def action_website(self) -> None:
        match self.query_one(WhoGetsWhat).row:
            case (GroupLine(by="site") | ContactsLine(by="site") | FlowLine(ways=(_,))) as line:
                self.live.visit_site(line.site)
            case _:
                self.live.say(_("Select a site."))

    def action_company(self) -> None:
        match self.query_one(WhoGetsWhat).row:
            case FlowLine(flow=flow) | GroupLine(flows=(flow, *_)):
                self.live.visit_company(flow.recipient)
            case _:
                self.live.say(_("Select a recipient."))

    def action_group(self) -> None:
        """The lines under companies, data types, devices, persons, then sites again."""
        self.live.group(grouping.after(self.live.grouping))

    def action_sort(self) -> None:
        self.live.say(_(self.query_one(WhoGetsWhat).reorder()))

    def action_setup(self) -> None:
        from mouchard.tui.screens.setup import Setup  # which needs much that the first picture does not

        self.app.push_screen(Setup())

    def action_copy(self) -> None:
        if self._latest is not None:
            self.live.copy(story.sentence(self._latest))
        else:
            self.live.say(_("Select a recipient that got data."), "information")

    def action_demo(self) -> None:
        self.live.demo()

    def action_browser(self) -> None:
        self.live.browse()

    def action_phone(self) -> None:
        self.live.phone()

    def action_identity(self) -> None:
        self.live.identity("add")


def _place(one: FindingRow | Flow) -> tuple[str, str]:
    if isinstance(one, Flow):
        return one.site, one.recipient
    own = one.site if one.party == "first" else one.host
    return one.site, one.company.name if one.company else own
