"""CBOR (RFC 8949) without a schema, as newer AWS clients and connected things send it; a message that was cut
gives what can be read."""

from __future__ import annotations

import struct

from mouchard.extract.part import MAX_LEAVES, Part, as_text, joined

_BYTES, _TEXT, _ARRAY, _MAP, _TAG = 2, 3, 4, 5, 6
_ENDLESS = 31
_BREAK = 0xFF
_SELF = b"\xd9\xd9\xf7"
"""What a message may begin with to say that it is CBOR."""
_FLOATS = {26: ">f", 27: ">d"}
_MAX_VALUES = 4 * MAX_LEAVES
"""Values and pieces of texts that are read: many may be empty and leave nothing."""


def decode(data: bytes) -> tuple[Part, ...]:
    """Strings, numbers and byte strings with their paths, or nothing where it is no CBOR with names in it."""
    told = data[:3] == _SELF
    if len(data) < 4 or not (told or 0x81 <= data[0] <= 0x9F or 0xA1 <= data[0] <= 0xBF):
        return ()
    reader = _Reader(data)
    try:
        while reader.position < len(data):
            reader.value("", "", 0)
    except (_Broken, struct.error):
        if reader.position * 2 < len(data) or len(reader.names) < 3:
            return ()
    return tuple(reader.parts) if reader.texts and (reader.names or told) else ()


class _Broken(Exception):
    """The bytes are no CBOR, or too deep, or too many."""


class _Reader:
    __slots__ = ("data", "names", "parts", "position", "seen", "texts")

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0
        self.parts: list[Part] = []
        self.names: set[str] = set()
        self.texts = self.seen = 0

    def take(self, size: int) -> bytes:
        if self.position + size > len(self.data):
            raise _Broken
        self.position += size
        return self.data[self.position - size : self.position]

    def head(self) -> tuple[int, int, int]:
        """Kind, how its number is written, and the number."""
        self.seen += 1
        if self.seen > _MAX_VALUES:
            raise _Broken
        first = self.take(1)[0]
        kind, how = first >> 5, first & 31
        if how < 24 or how == _ENDLESS:
            return kind, how, how
        if how > 27:
            raise _Broken
        return kind, how, int.from_bytes(self.take(1 << (how - 24)), "big")

    def value(self, path: str, key: str, depth: int) -> object:
        """Read one value; leaves are kept, and given back for use as map keys."""
        if depth > 40 or len(self.parts) > MAX_LEAVES:
            raise _Broken
        kind, how, number = self.head()
        if how == _ENDLESS and not _BYTES <= kind <= _MAP:
            raise _Broken
        if kind < _BYTES:
            return self.keep(path, key, -1 - number if kind else number)
        if kind in (_BYTES, _TEXT):
            return self.keep(path, key, self.pieces(kind) if how == _ENDLESS else self.text(kind, number))
        if kind == _TAG:
            return self.value(path, key, depth + 1)
        if kind in (_ARRAY, _MAP):
            left = MAX_LEAVES if how == _ENDLESS else number
            while left and not (how == _ENDLESS and self.ended()):
                left -= 1
                if kind == _ARRAY:
                    self.value(path + "[]", key, depth + 1)
                else:
                    self.member(path, depth)
            return None
        if how in _FLOATS:
            raw = self.data[self.position - (1 << (how - 24)) : self.position]
            return self.keep(path, key, struct.unpack(_FLOATS[how], raw)[0])
        return None

    def text(self, kind: int, size: int) -> bytes:
        found = self.take(size)
        if kind == _TEXT:
            try:
                found.decode()
            except UnicodeDecodeError as error:
                raise _Broken from error
        return found

    def pieces(self, kind: int) -> bytes:
        """A string that comes in pieces, until its end is said."""
        found: list[bytes] = []
        while not self.ended():
            other, how, size = self.head()
            if other != kind or how == _ENDLESS:
                raise _Broken
            found.append(self.text(kind, size))
        return b"".join(found)

    def ended(self) -> bool:
        if self.data[self.position : self.position + 1] != bytes((_BREAK,)):
            return False
        self.position += 1
        return True

    def member(self, path: str, depth: int) -> None:
        before = len(self.parts)
        name = self.value("", "", depth + 1)
        del self.parts[before:]
        label = str(name) if name is not None else ""
        if label.isidentifier():
            self.names.add(label)
        self.value(joined(path, label), label, depth + 1)

    def keep(self, path: str, key: str, value: object) -> object:
        if isinstance(value, bytes):
            text = as_text(value)
            self.texts += text is not None and len(text) > 2
            if value:
                self.parts.append(Part(("cbor",), path, key, value if text is None else text))
            return text if text is not None else value.hex()
        if isinstance(value, float) or (isinstance(value, int) and abs(value) > 999):
            self.parts.append(Part(("cbor",), path, key, repr(value)))
        return value
