"""Base85 in its alphabets (RFC 1924, ZeroMQ, Ascii85) and Base45: texts and digests."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Callable

from mouchard.extract.decoders import inflate
from mouchard.extract.part import DIGEST_SIZES, Part, as_text

MARKS = re.compile(r"[!#$%&()*+;<=>?@^`{|}~.:\[\]\"'\\-]")
_TOKEN = re.compile(r"[!-~]{10,4096}$")
_BASE45 = re.compile(r"[0-9A-Z $%*+./:-]{12,4096}$")
_BASE45_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
_HEAD = 15
"""Characters that are read first: whole groups in each alphabet."""
_DIGEST_LENGTHS = frozenset(
    length for size in DIGEST_SIZES for length in (-(-size * 5 // 4), -(-size * 3 // 2))
)
_ALNUM = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RFC1924 = _ALNUM + "!#$%&()*+-;<=>?@^_`{|}~"
_ZEROMQ = string.digits + string.ascii_lowercase + string.ascii_uppercase + ".-:+=^!/*?&<>()[]{}@%$#"
_FROM_ZEROMQ = str.maketrans(_ZEROMQ, _RFC1924)


def decode(value: str) -> tuple[Part, ...]:
    """A text without a strange character, or the bytes of a digest. The alphabets overlap: the first that
    gives a text is taken."""
    if value.startswith("<~") and value.endswith("~>"):
        return _read(value[2:-2], (("ascii85", base64.a85decode),))
    parts = base45(value)
    if parts:
        return parts
    if len(value) % 5 == 1 or not _TOKEN.match(value) or not MARKS.search(value):
        return ()
    return _read(value, (("base85", base64.b85decode), ("base85", _zeromq), ("ascii85", base64.a85decode)))


def base45(value: str) -> tuple[Part, ...]:
    """The same for Base45 alone, whose alphabet has capitals and digits."""
    if not _BASE45.match(value) or len(value) % 3 == 1:
        return ()
    return _read(value, (("base45", _base45),))


def _read(value: str, alphabets: tuple[tuple[str, Callable[[str], bytes]], ...]) -> tuple[Part, ...]:
    for step, unpack in alphabets:
        try:
            if len(value) not in _DIGEST_LENGTHS and not _promising(unpack(value[:_HEAD])):
                continue
            data = unpack(value)
        except (ValueError, OverflowError):
            continue
        text = as_text(data)
        if text is not None and len(text) > 5 and text.isprintable() and text.isascii():
            return (Part((step,), "", "", text),)
        if len(data) in DIGEST_SIZES or inflate.magic(data):
            return (Part((step,), "", "", data),)
    return ()


def _promising(head: bytes) -> bool:
    """Whether the first bytes could begin a text or something compressed."""
    return head.isascii() or bool(inflate.magic(head))


def _zeromq(value: str) -> bytes:
    if not set(value) <= set(_ZEROMQ):
        raise ValueError
    return base64.b85decode(value.translate(_FROM_ZEROMQ))


def _base45(value: str) -> bytes:
    data = bytearray()
    for begin in range(0, len(value), 3):
        group = value[begin : begin + 3]
        number = sum(_BASE45_VALUES[c] * 45**place for place, c in enumerate(group))
        data += number.to_bytes(2 if len(group) == 3 else 1, "big")
    return bytes(data)
