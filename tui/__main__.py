"""`python -m mouchard.tui --db PATH [--control SOCKET] [--lang fr|en]`: exit 0 when the person quits."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from mouchard import language, limits, paths
from mouchard.errors import MouchardError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the live view in this terminal; the code to exit with."""
    parser = argparse.ArgumentParser(prog="mouchard.tui", description="The live view on a database.")
    parser.add_argument("--db", type=Path, default=None, help="the database (default: your own)")
    parser.add_argument("--control", type=Path, help="control socket of the capture that quitting stops")
    parser.add_argument("--lang", choices=language.LANGUAGES, default="", help="default: your locale's")
    options = parser.parse_args(arguments)
    language.use(options.lang)
    if options.control:
        threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    limits.give_way()  # a lower priority would be that of the demo too, its proxy included
    from mouchard.tui.app import LiveView
    from mouchard.tui.feed import Feed

    try:
        feed = Feed(options.db or paths.database())
    except MouchardError as error:
        print(f"mouchard: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {error.hint}", file=sys.stderr)
        return error.exit_code
    try:
        app = LiveView(feed, options.control, stops_capture=options.control is not None)
        app.run()
        return 1 if app.return_code is None else app.return_code  # None: nobody quit, it broke
    finally:
        feed.close()


def _follow(supervisor: int) -> None:
    """Gives the terminal back when the supervisor was killed and cannot do it."""
    while os.getppid() == supervisor:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
