"""What the capture stands on: address, certificate, devices, who is looked for, and what stays closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from mouchard import certificate, identity, paths, words
from mouchard.certificate import Authority
from mouchard.devices import Register
from mouchard.devices.closed import LIST
from mouchard.errors import MouchardError
from mouchard.identity import Person
from mouchard.language import _, plural
from mouchard.tui import keys, recorder
from mouchard.tui.recorder import Recorder
from mouchard.tui.screens.base import View
from mouchard.tui.screens.dialogs import Pick
from mouchard.tui.screens.phone import STANDING
from mouchard.tui.text import cell, padded
from mouchard.tui.theme import Palette
from mouchard.tui.widgets.key_bar import KeyBar

SECRETS = frozenset({"password", "payment_card", "iban", "nir"})
"""Never shown, not even to their owner: the screen may be."""

LOOK_EVERY = 2.0
"""Seconds between two looks at the files."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is looked for of one data type."""

    type: str
    count: int
    values: tuple[str, ...] = ()
    """Empty while they are hidden."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found on this computer; no value of anybody's but where the person asked for them."""

    authority: Authority | None
    devices: tuple[tuple[str, str, str], ...]
    """Name, kind, standing."""
    persons: tuple[tuple[str, tuple[Kept, ...]], ...]
    """Name, and what is looked for of each data type."""
    closed: tuple[str, ...]
    trouble: str = ""


class Setup(View):
    """One page, scrollable."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("setup")

    def __init__(self) -> None:
        super().__init__()
        self._facts: Facts | None = None
        self._unmasked = False

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        with VerticalScroll(id="evidence"):
            yield Static(id="help-text", markup=False)
        yield KeyBar("setup")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#evidence").focus()
        self._look()
        self.set_interval(LOOK_EVERY, self._look)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        told: list[dict[str, Any]] | None = None
        if self.live.recorder.running:
            try:
                answer = await recorder.fetch(self.live.socket, {"do": "devices", "action": "list"})
                told = list(answer.get("devices", ()))
            except MouchardError as error:
                self.log.error(f"devices: {error.message}")
        self._facts = await asyncio.to_thread(look, told, self._unmasked)
        self.stay()
        self.redraw()

    def redraw(self) -> None:
        super().redraw()
        self.query_one("#heading", Static).update(Text(_("Setup"), "bold"))
        if self._facts:
            self.query_one("#help-text", Static).update(page(self._facts, self.live.recorder, self.colours))

    def action_back(self) -> None:
        self.app.pop_screen()

    def action_phone(self) -> None:
        self.live.phone()

    def action_browser(self) -> None:
        self.live.browse()

    def action_identity(self) -> None:
        self.live.identity("add")

    def action_invent(self) -> None:
        self.live.identity("invent")

    def action_unmask(self) -> None:
        self._unmasked = not self._unmasked
        self._look()

    @work(group="commands", exclusive=True)
    async def action_forget(self) -> None:
        names = tuple(name for name, _kinds in self._facts.persons) if self._facts else ()
        if not names:
            self.live.say(_("nobody yet: i says who you are, so that your data is recognised"))
            return
        advice = _("Esc keeps everybody. What was found before stays in the database.")
        name = await self.app.push_screen_wait(Pick(_("Whose values shall be removed?"), names, advice))
        if name:
            self.live.identity("remove", "--person", name)


def look(told: list[dict[str, Any]] | None = None, unmasked: bool = False) -> Facts:
    """Reads the files; `told` are the devices as the running capture knows them."""
    authority, trouble = None, ""
    persons: tuple[tuple[str, tuple[Kept, ...]], ...] = ()
    devices: tuple[tuple[str, str, str], ...] = ()
    try:
        authority = certificate.find(paths.ca())
        persons = tuple((person.name, _kept(person, unmasked)) for person in identity.load(paths.identity()))
        rows: Iterable[dict[str, Any]] = told if told is not None else (
            {"name": device.name, "kind": device.kind, "standing": device.standing} for device in Register()
        )  # fmt: skip
        devices = tuple((str(row["name"]), str(row["kind"]), str(row["standing"])) for row in rows)
    except MouchardError as error:
        trouble = error.message
    listed = LIST.read_text(encoding="utf-8").splitlines()
    closed = tuple(line.strip() for line in listed if line.strip() and not line.startswith("#"))
    return Facts(authority, devices, persons, closed, trouble)


def _kept(person: Person, unmasked: bool) -> tuple[Kept, ...]:
    return tuple(
        Kept(kind, len(values), tuple(values) if unmasked and kind not in SECRETS else ())
        for kind, values in person.values
    )


def page(facts: Facts, capture: Recorder, colours: Palette) -> Text:
    """The whole page as text."""
    said = _title(_("Proxy"), colours)
    if capture.running:
        said.append("● " + _("capturing"), colours.good).append_text(cell(f"  {capture.address}"))
    else:
        said.append("○ " + _("Nothing is being captured now; `mouchard run` starts it."), colours.dim)
    said.append_text(_title(_("Certificate"), colours, "\n"))
    if facts.authority:
        until = facts.authority.not_after
        good = until > datetime.now(UTC)
        state = _("valid until {date}") if good else _("expired on {date}")
        said.append(state.format(date=f"{until:%Y-%m-%d}"), colours.good if good else colours.warn)
        said.append("\n" + _("SHA-256 fingerprint, to compare on the device:") + "\n", colours.dim)
        said.append_text(cell(facts.authority.fingerprint, "bold"))
        said.append("\n").append_text(cell(str(facts.authority.cert_path), colours.dim))
    else:
        said.append(_("none yet: the first capture makes one"), colours.dim)
    said.append_text(_title(_("Devices"), colours, "\n"))
    if not facts.devices:
        said.append(_("no device yet: p connects a phone"), colours.dim)
    for number, (name, kind, standing) in enumerate(facts.devices):
        said.append("\n" if number else "")
        said.append_text(padded(name, 20, "bold")).append_text(cell(f"  {kind}  ", colours.dim))
        said.append_text(cell(_(STANDING.get(standing, standing))))
    said.append_text(_title(_("Who am I"), colours, "\n"))
    if not facts.persons:
        said.append(_("nobody yet: i says who you are, so that your data is recognised"), colours.dim)
    for number, (person, kinds) in enumerate(facts.persons):
        said.append("\n" if number else "")
        said.append_text(padded(person, 20, "bold")).append("  ")
        said.append_text(cell(", ".join(f"{_(words.short(kept.type))} ({kept.count})" for kept in kinds)))
        for kept in kinds:
            if kept.values:
                said.append("\n  ").append_text(padded(_(words.short(kept.type)), 18, colours.dim))
                said.append_text(cell("  " + "; ".join(kept.values)))
    if facts.trouble:
        said.append("\n").append_text(cell(facts.trouble, colours.warn))
    said.append_text(_title(_("Never opened on a phone"), colours, "\n"))
    said.append(plural(
        "{n} host with all below it stays sealed:", "{n} hosts with all below them stay sealed:",
        len(facts.closed),
    ) + "\n", colours.dim)  # fmt: skip
    return said.append_text(cell(", ".join(facts.closed), limit=9000))


def _title(title: str, colours: Palette, lead: str = "") -> Text:
    return Text.assemble(lead, "\n", (title, f"bold {colours.key}"), "\n", end="")
