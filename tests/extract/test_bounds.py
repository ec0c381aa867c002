"""Hostile messages: bounded work, never an exception, and `partial` says what was left unread."""

from __future__ import annotations

import base64
import gzip
import json
import random
import string
import tracemalloc
import zlib
from collections.abc import Callable
from functools import reduce

import brotlicffi
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from mouchard.extract import extract, peel
from mouchard.extract.decoders import base32, base58, base85
from mouchard.extract.part import MAX_INFLATED
from mouchard.extract.walk import MAX_NODES
from mouchard.model import Extraction, Message

NOISE = random.Random(7).randbytes(200_000)
WORDS = (
    "O4ewTgJgBKk+1aIfOTXLS9Pt6wZkRiboafsWVZRedXTfbQ6y+850947213w49+woYIEjxoiWMlzZCmUukqpa+cvWLVGndq2bdBvYf1HzZy6"
    "esnbx+xZsOrxIA==="
)
"""lz-string of 1250 letters."""

HOSTILE: dict[str, tuple[dict[str, object], str]] = {
    "gzip bomb": ({"body": gzip.compress(b"\0" * 50_000_000)}, "inflated"),
    "gzip bomb of text": ({"body": gzip.compress(b"a=1&" * 5_000_000)}, "inflated"),
    "bombs in a row": (
        {
            "body": json.dumps(
                [base64.b64encode(zlib.compress(bytes([i]) * 10**6)).decode() for i in range(99)]
            )
        },
        "inflated",
    ),
    "nested bomb": ({"body": zlib.compress(zlib.compress(zlib.compress(b"a" * 30_000_000)))}, "inflated"),
    "brotli bomb": (
        {"body": brotlicffi.compress(b"a" * 50_000_000), "headers": (("Content-Encoding", "br"),)},
        "inflated",
    ),
    "zstd bomb": (
        {"body": zstandard.compress(b"a" * 50_000_000), "headers": (("Content-Encoding", "zstd"),)},
        "inflated",
    ),
    "10 MB JSON": ({"body": json.dumps({f"k{i}": f"v{i}" for i in range(500_000)})}, "body"),
    "deep list": ({"body": "[" * 100_000 + "]" * 100_000}, "depth"),
    "deep object": ({"body": '{"a":' * 40_000 + "1" + "}" * 40_000}, "depth"),
    "many cookies": ({"headers": (("Cookie", "; ".join(f"c{i}=v{i}%40x" for i in range(50_000))),)}, "nodes"),
    "many parameters": (
        {"url": "https://t.test/?" + "&".join(f"c{i}=v%40{i}" for i in range(50_000))},
        "nodes",
    ),
    "long path": ({"url": "https://t.test/" + "a/" * 50_000}, "nodes"),
    "layers of percent": ({"url": "https://t.test/?a=%" + "25" * 500 + "41"}, "depth"),
    "layers of base64": (
        {"body": json.dumps({"a": reduce(lambda v, _: base64.b64encode(v), range(14), b"x" * 99).decode()})},
        "depth",
    ),
    "cut on the wire": ({"body": '{"a":"b","c":"dé', "cut": True}, "body"),
    "lines": ({"body": "a=b%41\n" * 40_000}, "tokens"),
    "lz-string of plain words": ({"body": json.dumps({f"k{i}": WORDS for i in range(250)})}, "inflated"),
}

ODD: dict[str, dict[str, object]] = {
    "noise": {"body": NOISE},
    "tags": {"body": "<a>" * 80_000},
    "open tag": {"body": "<a " + "b='" * 80_000},
    "quotes": {"body": '{"' * 100_000},
    "pairs of quotes": {"body": "{" + '"":' * 80_000},
    "signs of equality": {"body": "&=" * 80_000},
    "semicolons": {"url": "https://t.test/?" + ";" * 99_999},
    "at signs": {"body": "a@" * 100_000},
    "message pack lists": {"body": b"\x91" * 200_000},
    "message pack of 4 billion": {"body": b"\xdd\xff\xff\xff\xff" + b"\x01" * 200_000},
    "protobuf lengths": {"body": b"\x0a\x7f" * 100_000},
    "empty boundary": {
        "body": "--" * 99_999,
        "headers": (("Content-Type", "multipart/form-data; boundary="),),
    },
    "lz-string of nothing": {"body": json.dumps(["N4Ig" + "A" * 4000] * 50)},
    "entities": {"body": "&#x" + "41;&#x" * 40_000},
    "urls": {"body": "http://" * 30_000},
    "surrogates": {"body": b'{"a":"\\ud800","b":"\\udfff@x.y"}'},
    "broken UTF-8": {"body": b"\xff\xfe\xfd@\x80" * 999},
    "zeros": {"body": b"\0" * 200_000},
    "a number of 200,000 digits": {"body": '{"a":' + "9" * 200_000 + "}"},
    "numbers that are none": {"body": "[1e999,-1e999,NaN,Infinity]"},
    "half a bracket": {"url": "http://[::1"},
    "question marks": {"url": "?" * 999},
    "no url": {"url": ""},
    "broken percent": {"url": "https://t.test/?%=%&%zz=%u12"},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_cut_is_told(read: Callable[..., Extraction], name: str) -> None:
    message, reason = HOSTILE[name]
    found = read(**message)
    assert reason in found.partial
    assert len(found.nodes) <= MAX_NODES
    assert sum(len(node.value) for node in found.nodes) <= 8 * MAX_INFLATED


@pytest.mark.parametrize("name", ODD)
def test_odd_messages_are_survived(read: Callable[..., Extraction], name: str) -> None:
    found = read(**ODD[name])
    assert len(found.nodes) <= MAX_NODES


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=120), st.sampled_from(["http", "ws"]))
def test_no_bytes_raise_and_the_same_give_the_same(body: bytes, text: str, kind: str) -> None:
    told = Message(
        "c", 1, kind, 0.0, "POST", f"https://t.test/{text}?{text}#{text}",  # type: ignore[arg-type]
        (("Cookie", text), ("X-A", text), ("Content-Type", text)), body, False, 1, 0, False,
    )  # fmt: skip
    assert extract(told) == extract(told)


def test_many_small_bombs_and_long_names_do_not_stay_in_memory(read: Callable[..., Extraction]) -> None:
    """Each of 100 cookies unfolds to 200 kB, and each body has a name of its own of 5 kB: 20 MB in all."""
    read(url="https://t.test/?warm=1")
    tracemalloc.start()
    for number in range(100):
        bomb = base64.b64encode(zlib.compress(f"{number};".encode() + b"a" * 200_000)).decode()
        found = read(
            headers=(("Cookie", f"c={bomb}"),), body=json.dumps({f"{number}" + "n" * 5_000: "value here"})
        )
        assert any(len(node.value) > 200_000 for node in found.nodes)
        assert all(len(node.field) <= 1000 and len(node.key) <= 120 for node in found.nodes)
        del found
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 5_000_000


ALPHABETS = (
    string.ascii_uppercase + string.digits + " $%*+-./:",
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    string.ascii_letters + string.digits + "+/-_$=",
    string.hexdigits,
    "".join(map(chr, range(33, 127))),
    string.digits + ",; ",
    "01 ",
)


@given(st.data())
def test_nothing_written_in_a_decoder_s_alphabet_raises(data: st.DataObject) -> None:
    letters = data.draw(st.sampled_from(ALPHABETS))
    size = data.draw(st.sampled_from((12, 16, 20, 24, 25, 28, 30, 32, 40, 42, 48, 64, 72, 80, 96, 128)))
    text = data.draw(st.text(letters, min_size=size, max_size=size))
    end = data.draw(st.sampled_from(("", "\n", "\r\n", "=", "==", "\0", "\u0663")))
    for value in (text[: -len(end) or None] + end, text + end, end + text):
        assert not any(part.value == value for part in peel.text(value).parts)


@pytest.mark.parametrize("token", ["A" * 23, "7" * 43, "MFZWIZTB" * 4, "x" * 24])
def test_a_line_break_behind_a_token_is_no_part_of_it(token: str) -> None:
    assert [part.value for part in peel.text(token + "\n").parts] == [token]
    assert base58.decode(token + "\n") == base32.decode(token + "\n") == base85.decode(token + "\n") == ()
