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
from mouchard.tui import keys, story, text
from mouchard.tui.feed import Snapshot
from mouchard.tui.outline import ContactsLine, FlowLine, Line, SiteLine, flow_key
from mouchard.tui.screens.base import View
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.setup import Setup
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
        self._known: set[str] | None = None
        self._news = ""
        self._latest: FindingRow | None = None

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
        self._announce(snapshot.flows)
        self.query_one(WhoGetsWhat).tell(snapshot.flows, snapshot.taken, snapshot.marks)
        sites, recipients = (
            {flow.site for flow in snapshot.flows},
            {flow.recipient for flow in snapshot.flows},
        )
        self.query_one(FilterBar).know(sites - {""}, recipients)
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
        if self._snapshot:
            messages = self._snapshot.totals.messages
            self.query_one(Empty).tell(
                self.live.recorder, self.colours, str(self.live.filter_query), messages
            )
        else:
            self.query_one(Empty).wait(self.live.trouble)
        if self._snapshot:
            snapshot = self._snapshot
            self.query_one(Latest).tell(snapshot.latest, snapshot.taken, self.colours, snapshot.per_minute)
        self.query_one(WhoGetsWhat).refresh()
        self._draw_detail()

    def _arrange(self) -> None:
        something = bool(self._snapshot and self._snapshot.flows)
        self.query_one("#body").display = something
        self.query_one("#latest").display = something
        self.query_one("#empty").display = not something
        if something and self.focused is None:
            self.query_one(WhoGetsWhat).focus()
        plain = something or self._snapshot is None or bool(self.live.filter_query.terms)
        self.query_one(KeyBar).places = ("table", "overview") if plain else ("empty",)

    def _announce(self, flows: tuple[Flow, ...]) -> None:
        """Names the last recipient met for the first time while this view was open."""
        met = {flow_key(flow) for flow in flows}
        if self._known is not None and not self.live.filter_query.terms:
            fresh = [flow for flow in flows if flow.findings and flow_key(flow) not in self._known]
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
            case SiteLine() as line if not line.findings:
                table.toggle(line)
            case SiteLine() as line:
                self.app.push_screen(Findings(self._narrow(line.site), text.site(line.site)))
            case FlowLine(flow):
                title = f"{text.site(flow.site)} → {flow.recipient}"
                self.app.push_screen(Findings(self._narrow(flow.site, flow.recipient), title, flow))

    def _narrow(self, site: str, recipient: str = "") -> Query:
        query = self.live.filter_query
        if site:
            query = query.and_("site", site)
        return query.and_("company", recipient) if recipient else query

    def _explain(self) -> None:
        line = self.query_one(WhoGetsWhat).row
        if isinstance(line, FlowLine) and line.flow.findings:
            self._read_latest(line.flow)
        else:
            self._latest = None
            self._draw_detail()

    @work(exclusive=True, group="detail")
    async def _read_latest(self, flow: Flow) -> None:
        query = self._narrow(flow.site, flow.recipient)
        try:
            rows = await self.live.feed.ask(lambda reader: list(reader.findings(query, 20)))
        except Exception as error:  # a read that failed is told by the status line at the next poll
            self.log.error(f"latest finding: {error}")
            return
        self._latest = min(rows, key=story.gravity, default=None)
        self._draw_detail()

    def _draw_detail(self) -> None:
        line: Line | None = self.query_one(WhoGetsWhat).row
        latest = self._latest
        if latest is not None and not (isinstance(line, FlowLine) and line.flow.site == latest.site):
            latest = None
        self.query_one(Detail).explain(line, latest, self.colours)

    # --- keys --------------------------------------------------------------------------------------

    def action_fold(self, closed: int) -> None:
        self.query_one(WhoGetsWhat).fold(bool(closed))

    def action_filter(self) -> None:
        self.query_one(FilterBar).open(self.live.filter_query)

    def action_filter_this(self) -> None:
        match self.query_one(WhoGetsWhat).row:
            case FlowLine(flow):
                self._filter("company", flow.recipient)
            case SiteLine(site=site) | ContactsLine(site=site) if site:
                self._filter("site", site)

    def _filter(self, key: str, value: str) -> None:
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
        if line is None:
            return ""
        return line.flow.site if isinstance(line, FlowLine) else line.site

    def action_choice(self) -> None:
        if self.query_one(WhoGetsWhat).row is not None:
            self.live.choose(self._site())

    def action_export(self) -> None:
        self.live.export(self._site())

    def action_website(self) -> None:
        self.live.visit_site(self._site())

    def action_company(self) -> None:
        match self.query_one(WhoGetsWhat).row:
            case FlowLine(flow):
                self.live.visit_company(flow.recipient)
            case SiteLine(flows=(flow, *_others)):
                self.live.visit_company(flow.recipient)
            case _:
                self.live.say(_("Select a recipient."))

    def action_sort(self) -> None:
        self.live.say(_(self.query_one(WhoGetsWhat).reorder()))

    def action_setup(self) -> None:
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
        self.live.identity()
