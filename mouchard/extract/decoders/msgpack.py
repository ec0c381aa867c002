"""MessagePack without a schema; a message that was cut gives what can be read."""

from __future__ import annotations

import struct

from mouchard.extract.decoders.schemaless import Broken, Reader
from mouchard.extract.part import Part

_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_NUMBERS = {
    0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q",
    0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q",
}  # fmt: skip
_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}


def decode(data: bytes) -> tuple[Part, ...]:
    """Strings, numbers and byte strings with their paths, or nothing where it is no MessagePack."""
    if not data or not (0x80 <= data[0] <= 0x9F or 0xDC <= data[0] <= 0xDF):
        return ()
    reader = _Reader(data)
    return tuple(reader.parts) if reader.reads() and reader.texts else ()


class _Reader(Reader):
    __slots__ = ()
    step = "msgpack"

    def size(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def next(self, path: str, key: str, depth: int) -> object:
        kind = self.take(1)[0]
        if kind < 0x80 or kind >= 0xE0:
            return self.keep(path, key, kind if kind < 0x80 else kind - 256)
        if kind <= 0x8F or kind in (0xDE, 0xDF):
            for _ in range(kind & 15 if kind <= 0x8F else self.size(2 if kind == 0xDE else 4)):
                self.member(path, depth)
            return None
        if kind <= 0x9F or kind in (0xDC, 0xDD):
            for _ in range(kind & 15 if kind <= 0x9F else self.size(2 if kind == 0xDC else 4)):
                self.value(path + "[]", key, depth + 1)
            return None
        if kind <= 0xBF:
            return self.keep(path, key, self.take(kind & 31))
        if kind in _SIZED:
            return self.keep(path, key, self.take(self.size(_SIZED[kind])))
        if kind in _NUMBERS:
            number = struct.unpack(_NUMBERS[kind], self.take(struct.calcsize(_NUMBERS[kind])))[0]
            return self.keep(path, key, number)
        if kind in _EXTENSIONS or 0xC7 <= kind <= 0xC9:
            size = _EXTENSIONS.get(kind) or self.size(1 << (kind - 0xC7))
            self.take(1)
            return self.keep(path, key, self.take(size))
        if kind in (0xC0, 0xC2, 0xC3):
            return None
        raise Broken
