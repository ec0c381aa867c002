"""`python -m mouchard.analyser`: started by the supervisor, or by the addon inside a stock mitmproxy."""

from __future__ import annotations

import argparse
import gc
import signal
import socket
import sqlite3
import sys
from pathlib import Path

from mouchard import limits
from mouchard.analyser.analyser import Analyser
from mouchard.analyser.guard import Guard
from mouchard.analyser.inflight import InFlight, note_path
from mouchard.analyser.ledger import Ledger
from mouchard.analyser.lookups import Lookups
from mouchard.analyser.narrate import Narration
from mouchard.errors import MouchardError
from mouchard.judge import Judge, judge
from mouchard.store.trouble import trouble_of
from mouchard.store.write import Writer
from mouchard.supervisor.lines import Lines


def main(arguments: list[str] | None = None) -> int:
    """Analyse until whoever holds the other end of the control channel lets go. Exit code 2: cannot start."""
    options = _options().parse_args(arguments)
    limits.leave_no_core()
    limits.give_way()
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # it ends with its control channel
        signal.signal(ignored, signal.SIG_IGN)
    control = Lines(socket.socket(fileno=options.control_fd))
    data = socket.socket(fileno=options.data_fd)
    try:
        analyser, ledger, note = _build(options, control, data)
    except MouchardError as error:
        control.send({"event": "failed", "error": error.message, "hint": error.hint})
        return 2
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", "") or str(error)
        hint = "choose another place with --db"
        control.send({"event": "failed", "error": f"cannot write {options.db}: {why}", "hint": hint})
        return 2
    gc.freeze()  # rules and identity stay: the collector need not look at them again
    try:
        lost = analyser.run()
    except sqlite3.DatabaseError as error:
        hint = "the file is kept as it is; see `mouchard doctor`"
        words = trouble_of(error) or "cannot be used"
        control.send({"event": "failed", "error": f"{options.db}: {words} ({error})", "hint": hint})
        return 2
    ledger.close()
    note.close()
    control.send({"event": "ended", "lost": lost})
    return 0


def _build(
    options: argparse.Namespace, control: Lines, data: socket.socket
) -> tuple[Analyser, Ledger, InFlight]:
    def load() -> Judge:
        return judge(options.identity, options.list)

    rules = load()
    ledger = Ledger(Writer(options.db, rules.keys, rules.ruleset))  # first: it takes the lock
    note = InFlight(note_path(options.db))
    guard = Guard(rules, load, note)
    lookups = Lookups() if options.cname else None
    return Analyser(control, data, ledger, guard, Narration(options.headless), lookups), ledger, note


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mouchard.analyser", description=__doc__)
    parser.add_argument("--control-fd", type=int, required=True, help="socket: JSON lines of the supervisor")
    parser.add_argument("--data-fd", type=int, required=True, help="socket: frames of the proxy")
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--identity", type=Path, default=None)
    parser.add_argument("--list", type=Path, action="append", default=[])
    parser.add_argument("--headless", action="store_true", help="tell each new finding")
    parser.add_argument("--cname", action="store_true", help="look up the CNAME chains of first-party hosts")
    return parser


if __name__ == "__main__":
    sys.exit(main())
