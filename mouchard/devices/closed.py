"""The hosts that stay closed on every phone: banks, health, taxes, password managers, mail."""

from __future__ import annotations

from pathlib import Path

LIST = Path(__file__).with_name("never_open.txt")
"""One host a line, its subdomains included; `#` begins a remark."""
