"""`run`: the capture, with the live view where there is a terminal."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from mouchard import language, paths
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.language import _
from mouchard.supervisor import screen
from mouchard.supervisor.child import python
from mouchard.supervisor.settings import Settings
from mouchard.supervisor.supervisor import Companion, Supervisor


@click.command()
@click.option("--headless", is_flag=True, help="Print findings, show no live view. So without a terminal.")
@click.option(
    "--listen", default="127.0.0.1", metavar="HOST", show_default=True,
    help="Address to listen on. Any other than this one opens the proxy to the network.",
)  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one."
)
@options.db
@click.option(
    "--browser", type=click.Choice(["chromium", "firefox"]), default=None,
    help="Also open this browser, with a throwaway profile; the capture ends when it is closed.",
)  # fmt: skip
@click.option(
    "--phone", is_flag=True,
    help="Also let phones and other devices in; a first one is made ready. See `mouchard devices`.",
)  # fmt: skip
@click.option(
    "--lan", default="", metavar="ADDRESS",
    help="This computer's address on the network, for --phone; by default that of the default route.",
)  # fmt: skip
@click.option("--upstream", default="", metavar="URL", help="Send everything on through this other proxy.")
@click.option("--insecure-upstream", is_flag=True, help="Accept any certificate of the servers.")
@click.option("--set", "settings", multiple=True, metavar="OPT=VAL", help="Set an option of mitmproxy.")
@options.cname
@options.identity
@options.lists
@click.option("--buffer-bytes", type=click.IntRange(min=1), default=None, hidden=True)
@click.option("--stall-seconds", type=click.FloatRange(min=0), default=None, hidden=True)
def run(
    headless: bool,
    listen: str,
    port: int,
    db: Path | None,
    browser: str | None,
    phone: bool,
    lan: str,
    upstream: str,
    insecure_upstream: bool,
    settings: tuple[str, ...],
    cname: bool,
    identity_file: Path | None,
    list_files: tuple[Path, ...],
    buffer_bytes: int | None,
    stall_seconds: float | None,
) -> None:
    """Start the proxy and record who gets which of your data. Ctrl-C ends it.

    \b
    Examples:
      mouchard run                        with the live view
      mouchard run --browser chromium     open a browser too
      mouchard run --phone                let phones in too; shows how they connect
      mouchard run --headless --port 0 --db visit.db
    """
    language.use()
    if lan and not phone:
        raise BadInput("--lan is the address for phones", "add --phone")
    asked = Settings(
        db=(db or paths.database()).absolute(),
        listen=listen,
        port=port,
        lan=ready_for_phones(lan) if phone else "",
        upstream=upstream,
        insecure_upstream=insecure_upstream,
        options=settings,
        identity=identity_file,
        lists=list_files,
        cname=cname,
        buffer_bytes=buffer_bytes,
        stall_seconds=stall_seconds,
    )
    if phone and not (headless or browser) and screen.has_terminal():
        click.pause(_("Press any key once you have seen the codes: the live view begins."), err=True)
    if browser:
        companion: Companion | None = with_browser(browser)
    else:
        companion = None if headless or not screen.has_terminal() else live_view
    asyncio.run(capture(asked, companion))


def ready_for_phones(wished: str) -> str:
    """This computer's address for them; makes a first device where there is none, shows those that wait."""
    from mouchard.cli.devices import connecting
    from mouchard.devices import Register
    from mouchard.devices.network import lan_address
    from mouchard.devices.pairing import pairing
    from mouchard.devices.qr import qr_text

    address, register = lan_address(wished), Register()
    if not len(register):
        register.add("phone", "wireguard", address)
    for device in register:
        if device.confirmed:
            continue
        found = pairing(register, device, address)
        click.echo(f"\n{device.name}:", err=True)
        shown = sys.stderr.isatty()  # a code is a key: it goes to no log
        if shown:
            click.echo(qr_text(found.code), err=True)
        for line in connecting(found, secret=shown):
            click.echo(line, err=True)
    return address


async def capture(settings: Settings, companion: Companion | None = None) -> None:
    """Capture until told to stop, or until the companion ends it."""
    await Supervisor(settings).run(companion)


async def live_view(supervisor: Supervisor) -> bool:
    """The live view on this terminal: quitting it or closing the terminal ends the capture, its death does
    not."""
    voice, settings = supervisor.voice, supervisor.settings
    arguments = ["--db", str(settings.db), "--control", str(settings.control)]
    voice.silent = True
    try:
        code = await screen.show([*python("mouchard.tui"), *arguments])
    finally:
        voice.silent = False
    if code and screen.is_gone():
        return True  # only who was in front of it is told by the system (SIGHUP), as the demo or a question
    if code:
        voice.say("the live view ended unexpectedly; recording goes on")
        voice.say("`mouchard tui` opens the view again, Ctrl-C ends the capture")
    return code == 0


def with_browser(name: str) -> Companion:
    """A browser that goes through the proxy: closing it ends the capture."""

    async def browse(supervisor: Supervisor) -> bool:
        from mouchard import browser

        await browser.visit("", supervisor.address, name=name, tell=supervisor.voice.say)
        return True

    return browse
