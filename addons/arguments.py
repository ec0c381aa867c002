"""The command line of the proxy process."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from mouchard import paths
from mouchard.addons.handover import BUFFER_BYTES, STALL_SECONDS


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line as the proxy reads it."""
    parser = argparse.ArgumentParser(prog="python -m mouchard.addons.proxy", description="The proxy process.")
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--data-fd", type=int, required=True)
    parser.add_argument("--counter", type=Path, help="file of 8 bytes that holds the last number given")
    parser.add_argument("--capture", required=True, help="32 hex digits")
    parser.add_argument("--first-seq", type=int, default=1)
    parser.add_argument("--listen", default="127.0.0.1", metavar="HOST")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--mode", action="append", default=[], help="a further mitmproxy mode")
    parser.add_argument("--lan", default="", metavar="HOST", help="where devices come in; empty: none do")
    parser.add_argument("--upstream", default="", metavar="URL")
    parser.add_argument("--insecure-upstream", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="OPT=VAL")
    parser.add_argument("--confdir", type=Path, default=paths.ca())
    parser.add_argument("--buffer-bytes", type=int, default=BUFFER_BYTES)
    parser.add_argument("--stall-seconds", type=float, default=STALL_SECONDS)
    return parser.parse_args(argv)
