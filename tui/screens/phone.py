"""A phone is connected: its code, what to do on it, and whether its user has agreed."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from mouchard.devices.qr import qr_text
from mouchard.errors import MouchardError
from mouchard.language import _, mark
from mouchard.tui import keys, recorder
from mouchard.tui.screens.base import View
from mouchard.tui.text import cell
from mouchard.tui.widgets.key_bar import KeyBar

LOOK_EVERY = 2.0
"""Seconds between two looks whether its user has agreed."""

STANDING = {
    "unconfirmed": mark("nothing of it is recorded until its user agrees, on that page"),
    "recorded": mark("its user agreed: it is recorded"),
    "paused": mark("paused: nothing of it is recorded"),
}


class Phone(View):
    """One device at a time, the next and the previous one key away."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("phone")

    def __init__(self) -> None:
        super().__init__()
        self._devices: list[dict[str, Any]] = []
        self._at = 0
        self._pairing: dict[str, Any] = {}

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        with VerticalScroll(id="evidence"):
            yield Static(id="code", markup=False)
        yield KeyBar("phone")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#evidence").focus()
        self._look("open")
        self.set_interval(LOOK_EVERY, self._look)

    @work(group="devices", exclusive=True)
    async def _look(self, action: str = "list") -> None:
        try:
            told = await recorder.fetch(self.live.socket, {"do": "devices", "action": action})
            self._devices = list(told.get("devices", ()))
            if self._devices:
                self._at %= len(self._devices)
                question = {"do": "devices", "action": "pair", "device": self._devices[self._at]["id"]}
                self._pairing = await recorder.fetch(self.live.socket, question)
        except MouchardError as error:
            self.live.say(f"{error.message}. {error.hint}", "error")
            self.stay()
            self.app.pop_screen()
            return
        self.stay()
        self.redraw()

    def redraw(self) -> None:
        super().redraw()
        found, colours = self._pairing, self.colours
        if not found:
            return
        device = self._devices[self._at]
        said = Text.assemble(
            (cell(str(device["name"]), "bold")), f"  {self._at + 1}/{len(self._devices)}  ",
            (_(STANDING[device["standing"]]), colours.dim), "\n",
        )  # fmt: skip
        for line in instructions(found):
            said.append(line + "\n")
        code = qr_text(str(found["code"]), dark_ground=False)
        body = Text(code, "black on white")
        if code.count("\n") + 4 + said.plain.count("\n") > self.size.height:
            said.append(_("Too tall for this window? The same code in a browser of this computer:") + "\n")
            said.append(str(found["codes"]) + "\n", colours.key)
        self.query_one("#heading", Static).update(said)
        self.query_one("#code", Static).update(body)

    def action_step(self, by: int) -> None:
        if self._devices:
            self._at = (self._at + by) % len(self._devices)
            self._look()

    def action_back(self) -> None:
        self.app.pop_screen()


def instructions(found: dict[str, Any]) -> list[str]:
    """What to do on the device, in two lines."""
    device = found["device"]
    if device["kind"] == "wireguard":
        first = _("1. Install the app WireGuard on the phone, scan this code with it, switch the tunnel on.")
    else:
        first = _(
            "1. Scan this code; set the Wi-Fi proxy: {host}, port {port}, user {user}, password {password}"
        ).format(host=found["host"], port=found["port"], user=device["id"], password=found["password"])
    return [first, _("2. Open {page} on the phone: its user agrees there.").format(page=found["page"])]
