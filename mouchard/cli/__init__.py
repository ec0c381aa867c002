"""The command line: a table of commands, each loaded only when it is called."""

from __future__ import annotations

import atexit
import errno
import gc
import importlib
import os
import sys
from collections.abc import Mapping

import click

from mouchard import __version__
from mouchard.errors import MouchardError
from mouchard.printable import printable

COMMANDS: Mapping[str, str] = {
    "run": "mouchard.cli.run:run",
    "stop": "mouchard.cli.control:stop",
    "status": "mouchard.cli.control:status",
    "phase": "mouchard.cli.control:phase",
    "correct": "mouchard.cli.correct:correct",
    "browse": "mouchard.cli.browse:browse",
    "record": "mouchard.cli.record:record",
    "demo": "mouchard.cli.demo:demo",
    "scan": "mouchard.cli.scan:scan",
    "inspect": "mouchard.cli.inspect:inspect",
    "classify": "mouchard.cli.classify:classify",
    "devices": "mouchard.cli.devices:devices",
    "tui": "mouchard.cli.tui:tui",
    "leaks": "mouchard.cli.query:leaks",
    "requests": "mouchard.cli.query:requests",
    "sites": "mouchard.cli.query:sites",
    "companies": "mouchard.cli.query:companies",
    "query": "mouchard.cli.named:query",
    "report": "mouchard.cli.report:report",
    "letter": "mouchard.cli.letter:letter",
    "evidence": "mouchard.cli.evidence:evidence",
    "verify": "mouchard.cli.verify:verify",
    "reveal": "mouchard.cli.reveal:reveal",
    "hold": "mouchard.cli.hold:hold",
    "purge": "mouchard.cli.purge:purge",
    "diff": "mouchard.cli.diff:diff",
    "check": "mouchard.cli.check:check",
    "unmask-demo": "mouchard.cli.unmask_demo:unmask_demo",
    "export": "mouchard.cli.export:export",
    "merge": "mouchard.cli.merge:merge",
    "compact": "mouchard.cli.merge:compact",
    "publish": "mouchard.cli.publish:publish",
    "identity": "mouchard.cli.identity:identity",
    "lists": "mouchard.cli.lists:lists",
    "doctor": "mouchard.cli.doctor:doctor",
    "ca": "mouchard.cli.ca:ca",
    "undo": "mouchard.cli.undo:undo",
}
"""Command name -> `module:attribute`; modules stay unloaded until needed, so that --help is quick."""

_OF_THE_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOENT}
    | {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP}
)

SHORT_HELP: Mapping[str, str] = {
    "run": "Start the proxy, and the live view when there is a terminal.",
    "stop": "Stop the running capture cleanly.",
    "status": "Say what is being captured.",
    "phase": "Mark your choice on a consent banner: before, accepted, refused, withdrawn.",
    "correct": "Put right which site a request belongs to.",
    "browse": "Open a browser that goes through the proxy, with a throwaway profile.",
    "record": "Run a command of your own through the proxy: curl, Playwright, Cypress, Selenium.",
    "demo": "Watch an invented shop leak an invented person's data. No network needed.",
    "scan": "Analyse recorded traffic: HAR files, mitmproxy flows, folders.",
    "inspect": "Find personal data in requests given as JSON lines.",
    "classify": "Say what the lists know about URLs.",
    "devices": "See, connect, pause and delete phones and other devices.",
    "tui": "Open the live view on a database.",
    "leaks": "List what left, in which field, to whom.",
    "requests": "List recorded requests.",
    "sites": "List sites, and how much each leaks.",
    "companies": "List the companies that got something.",
    "query": "Ask a question that has a name, of a database or of Parquet files.",
    "report": "Write a report for a site.",
    "letter": "Draft a letter to a site or company that got your data.",
    "evidence": "Put the proof of what a site leaked into one file, redacted.",
    "verify": "Check a file of evidence: nothing changed, dropped or put in.",
    "reveal": "Show one field of one record, provably.",
    "hold": "Keep the exact bytes of a site beyond their 7 days.",
    "purge": "Delete recorded messages: by age, site, browser, type of data, or all.",
    "diff": "Say what changed between two measurements.",
    "check": "Check recorded sites against a policy, for continuous integration.",
    "unmask-demo": "Undo the hash of one of your own values, to see what it is worth.",
    "export": "Write the database as Parquet files.",
    "merge": "Check that exports of several people may be put together.",
    "compact": "Join the small files of an export.",
    "publish": "Write a table fit to be published: sums only, of enough people.",
    "identity": "Say who you are, so that your data can be recognised.",
    "lists": "See, add and update blocklists.",
    "doctor": "Check that everything needed is in place.",
    "ca": "Show or remove the certificate authority of the proxy.",
    "undo": "Remove every trace of Mouchard from this machine.",
}


class LazyGroup(click.Group):
    """A click group whose commands are imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SHORT_HELP[name]) for name in COMMANDS])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mouchard")
def cli() -> None:
    """See which site leaks which of your data to whom, and prove it.

    \b
    First steps:
      mouchard demo                        watch it work, without any network
      mouchard run                         start, then press o to open a browser
      mouchard browse https://example.org  visit one site
    """


def main() -> None:
    """Entry point: errors a person can put right are one line, a hint and exit code 2."""
    atexit.register(gc.freeze)  # the end of the process frees all: no collector need look for cycles then
    try:
        code = cli.main(standalone_mode=False)  # click hands an Exit's code back rather than raising it
        sys.exit(code if isinstance(code, int) else 0)
    except MouchardError as error:
        sys.exit(_failed(error))
    except click.ClickException as error:
        click.echo(f"mouchard: {error.format_message()}", err=True)
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(f"  hint: {error.ctx.command_path} --help", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("mouchard: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:  # `mouchard leaks | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        told = of_system(error)
        if told is None:
            raise
        sys.exit(_failed(told))


def of_system(error: Exception) -> MouchardError | None:
    """What the disk, the database or the encoding refused, in words; None for a fault of our own."""
    sqlite3 = sys.modules.get("sqlite3")  # it loads late: a command that never needed it cannot fail by it
    if sqlite3 is not None and isinstance(error, sqlite3.Error):
        from mouchard.store.trouble import trouble_of

        words = trouble_of(error)
        hint = "`mouchard doctor` looks at it; a running capture or a full disk may be in the way"
        return MouchardError(f"{words} ({error})", hint) if words else None
    if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
        place = f" {error.filename}" if error.filename else ""
        hint = "look at the path, at who may read and write there, and at the room on the disk"
        return MouchardError(f"cannot write or read{place}: {os.strerror(error.errno)}", hint)
    if isinstance(error, UnicodeEncodeError) and any(
        error.object[error.start : error.end] in word for word in sys.argv[1:]
    ):
        return MouchardError("the command has a broken character", "write it in UTF-8")
    return None


def _failed(error: MouchardError) -> int:
    """Say it in one line with its hint, neither of which moves a terminal; the exit code."""
    click.echo(f"mouchard: {printable(error.message, 2000)}", err=True)
    if error.hint:
        click.echo(f"  hint: {printable(error.hint, 2000)}", err=True)
    return error.exit_code
