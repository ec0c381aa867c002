"""What is fed to the parts that read what strangers wrote: bounded, the same on every run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = 60
"""Of each target; all of them together take seconds."""

FUZZ = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip

PIECES = st.sampled_from([
    "camille@example.org", "camille%40example.org", "Y2FtaWxsZUBleGFtcGxlLm9yZw==", "eyJhIjoiYiJ9.e30.x",
    "%", "%00", "%u0041", "=", "&", "&&", ";", "[", "{", '{"a":', "]}", "\\", '"', "'", "\x00", "\ud800",
    "\u202e", "é", "\U0001f600", "\x1b[2J", "\r\n", "a" * 300, "1" * 40, "9" * 400, "-1", "NaN", "null",
    "https://", "http://[::1", "xn--", "..", "//", "@", ":", "*", "^", "|", "||", "@@", "$domain=", "~", ",",
])  # fmt: skip
"""Words that parsers stumble over."""

text = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=12).map("".join)
"""Text made of such words and of anything."""

data = st.one_of(st.binary(max_size=400), text.map(lambda written: written.encode("utf-8", "surrogatepass")))

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
    max_leaves=12,
)


def broken(whole: bytes) -> st.SearchStrategy[bytes]:
    """These bytes with some changed, cut off, or put in."""
    place = st.integers(0, len(whole))
    change = st.tuples(place, st.integers(0, 6), st.binary(max_size=6))
    apply: Callable[[list[tuple[int, int, bytes]]], bytes] = lambda changes: _changed(whole, changes)  # noqa: E731
    return st.lists(change, min_size=1, max_size=4).map(apply)


def _changed(whole: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at, drop, put in changes:
        whole = whole[:at] + put + whole[at + drop :]
    return whole


def corpus(name: str) -> list[bytes]:
    """Whole files of a kind, small and invented, which are then broken."""
    folder = Path(__file__).parent / "corpus" / name
    return [file.read_bytes() for file in sorted(folder.iterdir())]
