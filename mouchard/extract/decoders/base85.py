"""Base85 in its alphabets (RFC 1924, ZeroMQ, Ascii85) and Base45: texts and digests."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Callable
from dataclasses import dataclass

from mouchard.extract.decoders import inflate
from mouchard.extract.part import DIGEST_SIZES, Part, as_text

MARKS = re.compile(r"[!#$%&()*+;<=>?@^`{|}~.:\[\]\"'\\-]")
_TOKEN = re.compile(r"[!-~]{10,4096}$")
_LETTERS45 = re.compile(r"[0-9A-Z $%*+./:-]{12,4096}\Z")
_CHARACTERS45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES45 = {c: i for i, c in enumerate(_CHARACTERS45)}
_ZLIB = [first << 8 | second for first in range(0x08, 0x80, 0x10) for second in range(256)]
_PACKED = [two for two in _ZLIB if inflate.magic(two.to_bytes(2, "big") + bytes(6))] + [0x1F8B, 0x28B5]
"""The first two bytes of zlib, gzip and Zstandard."""
_ALNUM = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RFC1924 = _ALNUM + "!#$%&()*+-;<=>?@^_`{|}~"
_ZEROMQ_ORDER = string.digits + string.ascii_lowercase + string.ascii_uppercase + ".-:+=^!/*?&<>()[]{}@%$#"
_FROM_ZEROMQ = str.maketrans(_ZEROMQ_ORDER, _RFC1924)
_ZEROMQ_ONLY = frozenset(_ZEROMQ_ORDER)


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """One way of writing bytes; nearly all that is tried is none, and a look at the characters says so."""

    step: str
    unpack: Callable[[str], bytes]
    text: re.Pattern[str]
    """Fits whatever unpacks to printable ASCII: in each group the leading character is a low one."""
    lengths: frozenset[int]
    """Of the digests."""
    packed: frozenset[str]
    """How compressed content begins."""

    def read(self, value: str) -> Part | None:
        """The text, the digest or the compressed content that the value stands for."""
        if len(value) in self.lengths or value[:2] in self.packed or self.text.match(value):
            return self.unpacked(value)
        return None

    def unpacked(self, value: str) -> Part | None:
        """The same without the look before."""
        try:
            data = self.unpack(value)
        except (ValueError, OverflowError):
            return None
        text = as_text(data)
        if text is not None and len(text) > 5 and text.isprintable() and text.isascii():
            return Part((self.step,), "", "", text)
        if len(data) in DIGEST_SIZES or inflate.magic(data):
            return Part((self.step,), "", "", data)
        return None


def _of_85(step: str, unpack: Callable[[str], bytes], characters: str) -> _Alphabet:
    """Four bytes in five characters; below 0x80 the first byte leaves the first character 32 of the 85."""
    first, any_ = _class(characters[10:42]), _class(characters)
    text = re.compile(f"(?:{first}{any_}{{4}})*(?:{first}{any_}{{1,4}})?$")
    groups = {begin << 16 | rest for begin in _PACKED for rest in (0, 0xFFFF)}
    packed = frozenset(characters[group // 85**4] + characters[group // 85**3 % 85] for group in groups)
    return _Alphabet(step, unpack, text, frozenset(-(-size * 5 // 4) for size in DIGEST_SIZES), packed)


def _class(characters: str) -> str:
    return f"[{re.escape(characters)}]"


def decode(value: str) -> tuple[Part, ...]:
    """A text without a strange character, or the bytes of a digest. The alphabets overlap: the first that
    gives a text is taken."""
    if value.startswith("<~") and value.endswith("~>"):
        found = _ASCII85.unpacked(value[2:-2])
        return (found,) if found else ()
    parts = base45(value)
    if parts or len(value) % 5 == 1 or not _TOKEN.match(value) or not MARKS.search(value):
        return parts
    for alphabet in (_BASE85, _ZEROMQ, _ASCII85):
        found = alphabet.read(value)
        if found:
            return (found,)
    return ()


def base45(value: str) -> tuple[Part, ...]:
    """The same for Base45 alone, whose alphabet has capitals and digits."""
    if not _LETTERS45.match(value) or len(value) % 3 == 1:
        return ()
    found = _BASE45.read(value)
    return (found,) if found else ()


def _zeromq(value: str) -> bytes:
    if not _ZEROMQ_ONLY.issuperset(value):
        raise ValueError
    return base64.b85decode(value.translate(_FROM_ZEROMQ))


def _base45(value: str) -> bytes:
    data = bytearray()
    for begin in range(0, len(value), 3):
        group = value[begin : begin + 3]
        number = sum(_VALUES45[c] * 45**place for place, c in enumerate(group))
        data += number.to_bytes(2 if len(group) == 3 else 1, "big")
    return bytes(data)


_BASE85 = _of_85("base85", base64.b85decode, _RFC1924)
_ZEROMQ = _of_85("base85", _zeromq, _ZEROMQ_ORDER)
_ASCII85 = _of_85("ascii85", base64.a85decode, "".join(map(chr, range(33, 118))))
_BASE45 = _Alphabet(
    "base45",
    _base45,  # the last of three characters counts most: two bytes of text leave it 12 of the 45
    re.compile(r"(?:[0-9A-Z $%*+./:-]{2}[4-9A-F])+(?:[0-9A-Z $%*+./:-][0-2])?$"),
    frozenset(-(-size * 3 // 2) for size in DIGEST_SIZES),
    frozenset(_CHARACTERS45[begin % 45] + _CHARACTERS45[begin // 45 % 45] for begin in _PACKED),
)
