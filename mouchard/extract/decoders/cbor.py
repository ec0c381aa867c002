"""CBOR (RFC 8949) without a schema, as newer AWS clients and connected things send it; a message that was cut
gives what can be read."""

from __future__ import annotations

import struct

from mouchard.extract.decoders.schemaless import Broken, Reader
from mouchard.extract.part import MAX_LEAVES, Part

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
    return tuple(reader.parts) if reader.reads() and reader.texts and (reader.names or told) else ()


class _Reader(Reader):
    __slots__ = ("seen",)
    step = "cbor"

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.seen = 0

    def next(self, path: str, key: str, depth: int) -> object:
        kind, how, number = self.head()
        if how == _ENDLESS and not _BYTES <= kind <= _MAP:
            raise Broken
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

    def head(self) -> tuple[int, int, int]:
        """Kind, how its number is written, and the number."""
        self.seen += 1
        if self.seen > _MAX_VALUES:
            raise Broken
        first = self.take(1)[0]
        kind, how = first >> 5, first & 31
        if how < 24 or how == _ENDLESS:
            return kind, how, how
        if how > 27:
            raise Broken
        return kind, how, int.from_bytes(self.take(1 << (how - 24)), "big")

    def text(self, kind: int, size: int) -> bytes:
        found = self.take(size)
        if kind == _TEXT:
            try:
                found.decode()
            except UnicodeDecodeError as error:
                raise Broken from error
        return found

    def pieces(self, kind: int) -> bytes:
        """A string that comes in pieces, until its end is said."""
        found: list[bytes] = []
        while not self.ended():
            other, how, size = self.head()
            if other != kind or how == _ENDLESS:
                raise Broken
            found.append(self.text(kind, size))
        return b"".join(found)

    def ended(self) -> bool:
        if self.data[self.position : self.position + 1] != bytes((_BREAK,)):
            return False
        self.position += 1
        return True
