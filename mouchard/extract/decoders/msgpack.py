"""MessagePack without a schema; a message that was cut gives what can be read."""

from __future__ import annotations

import struct

from mouchard.extract.part import MAX_LEAVES, Part, as_text, joined

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
    try:
        while reader.position < len(data):
            reader.value("", "", 0)
    except (_Broken, struct.error, RecursionError):
        if reader.position * 2 < len(data) or len(reader.names) < 3:
            return ()
    return tuple(reader.parts) if reader.texts else ()


class _Broken(Exception):
    """The bytes are no MessagePack, or too deep, or too many."""


class _Reader:
    __slots__ = ("data", "names", "parts", "position", "texts")

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0
        self.parts: list[Part] = []
        self.names: set[str] = set()
        self.texts = 0

    def take(self, size: int) -> bytes:
        if self.position + size > len(self.data):
            raise _Broken
        self.position += size
        return self.data[self.position - size : self.position]

    def size(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def value(self, path: str, key: str, depth: int) -> object:
        """Read one value; leaves are kept, and given back for use as map keys."""
        if depth > 40 or len(self.parts) > MAX_LEAVES:
            raise _Broken
        kind = self.take(1)[0]
        if kind < 0x80 or kind >= 0xE0:
            return self.keep(path, key, kind if kind < 0x80 else kind - 256)
        if kind <= 0x8F or kind in (0xDE, 0xDF):
            self.map(path, depth, kind & 15 if kind <= 0x8F else self.size(2 if kind == 0xDE else 4))
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
        raise _Broken

    def map(self, path: str, depth: int, size: int) -> None:
        for _ in range(size):
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
                self.parts.append(Part(("msgpack",), path, key, value if text is None else text))
            return text if text is not None else value.hex()
        if isinstance(value, (int, float)) and (isinstance(value, float) or abs(value) > 999):
            self.parts.append(Part(("msgpack",), path, key, repr(value)))
        return value
