"""`record`: a command of the person's own, run through the proxy."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from mouchard import certificate, language, paths
from mouchard.cli import options
from mouchard.cli.summary import summarise
from mouchard.errors import BadInput
from mouchard.phases import UNSETTLED
from mouchard.store.read import Reader
from mouchard.supervisor import client
from mouchard.supervisor.commands import PHASES
from mouchard.supervisor.settings import Settings
from mouchard.supervisor.supervisor import Supervisor

ENDING_SECONDS = 10.0
"""What the command gets to end once the capture is told to stop."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--site", default="", metavar="SITE", help="Site that --phase is about.")
@click.option(
    "--phase",
    type=click.Choice(PHASES),
    default=None,
    help="Your choice on its consent banner, from the start.",
)
@click.option("--insecure-upstream", is_flag=True, help="Accept any certificate of the servers.")
@click.option("--set", "settings", multiple=True, metavar="OPT=VAL", help="Set an option of mitmproxy.")
@options.db
@options.identity
@options.lists
def record(
    command: tuple[str, ...],
    site: str,
    phase: str | None,
    insecure_upstream: bool,
    settings: tuple[str, ...],
    db: Path | None,
    identity_file: Path | None,
    list_files: tuple[Path, ...],
) -> None:
    """Run a command through the proxy: curl, Playwright, Cypress, Selenium... Ends with it, and sums up.

    The command finds the proxy and its certificate in the usual variables (HTTP_PROXY, HTTPS_PROXY,
    ALL_PROXY, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE), and for browsers in
    MOUCHARD_PROXY (a URL), MOUCHARD_CA (a PEM file) and MOUCHARD_SPKI (for Chromium's
    --ignore-certificate-errors-spki-list). Its output is left alone, the summary goes to standard error,
    and its exit code becomes that of `record`.

    \b
    Examples:
      mouchard record -- curl https://shop.example
      mouchard record --site shop.example --phase refused -- npx playwright test
    """
    language.use()
    if phase and not site:
        raise BadInput(
            "--phase needs the site it is about", "mouchard record --site shop.example --phase refused"
        )
    program = shutil.which(command[0])
    if program is None:
        raise BadInput(
            f"{command[0]} is not installed, or no command", "mouchard record -- COMMAND ARGUMENTS…"
        )
    database = (db or paths.database()).absolute()
    plan = Settings(
        db=database, port=0, insecure_upstream=insecure_upstream, options=settings, identity=identity_file,
        lists=list_files,
    )  # fmt: skip
    capture, code = asyncio.run(_record(plan, [program, *command[1:]], site, phase or ""))
    with Reader(database) as reader:
        summarise(reader, capture, sys.stderr)
    sys.exit(code)


async def _record(plan: Settings, command: Sequence[str], site: str, phase: str) -> tuple[str, int]:
    """Capture for as long as the command runs; the id of the capture and the command's exit code."""
    supervisor = Supervisor(plan)
    supervisor.voice.silent = True  # standard output is the command's
    codes: list[int] = []

    async def companion(running: Supervisor) -> bool:
        if phase:
            question = {"do": "phase", "site": site, "phase": phase}
            await asyncio.to_thread(client.request, plan.control, question)
            if phase != "before":  # what comes sooner would be too close to the mark to count
                await asyncio.sleep(UNSETTLED + 0.5)
        codes.append(await _run(command, environment(running.address)))
        return True

    await supervisor.run(companion)
    return supervisor.capture, codes[0] if codes else 128 + 2


async def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    process = await asyncio.create_subprocess_exec(*command, env=variables)
    try:
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), ENDING_SECONDS)
            except TimeoutError:
                process.kill()
    return code if code >= 0 else 128 - code  # ended by a signal, as shells say it


def environment(proxy: str) -> dict[str, str]:
    """Our own environment, with the proxy at `host:port` and its certificate where programs look for them."""
    authority = certificate.ensure(paths.ca())
    url, pem = f"http://{proxy}", str(authority.cert_path)
    spared = {"no_proxy", "NO_PROXY"}
    kept = {name: value for name, value in os.environ.items() if name not in spared}
    names = (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "MOUCHARD_PROXY",
    )
    bundles = (
        "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "MOUCHARD_CA",
    )  # fmt: skip
    return {
        **kept,
        **dict.fromkeys(names, url),
        **dict.fromkeys(bundles, pem),
        "NODE_USE_ENV_PROXY": "1",
        "MOUCHARD_SPKI": authority.spki_sha256_b64,
    }
