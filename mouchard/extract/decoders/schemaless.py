"""What MessagePack and CBOR have in common: values one behind another, maps with names, and no schema."""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from typing import ClassVar

from mouchard.extract.part import MAX_LEAVES, Part, as_text, joined

_DEEPEST = 40


class Broken(Exception):
    """The bytes are none of this kind, or too deep, or too many."""


class Reader(ABC):
    """Collects the texts, byte strings and numbers in some bytes, with their paths."""

    __slots__ = ("data", "names", "parts", "position", "texts")
    step: ClassVar[str]
    """The step of the chain."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0
        self.parts: list[Part] = []
        self.names: set[str] = set()
        self.texts = 0

    def reads(self) -> bool:
        """Read to the end: whether the bytes are of this kind. One that was cut gives what can be read."""
        try:
            while self.position < len(self.data):
                self.value("", "", 0)
        except (Broken, struct.error):
            return self.position * 2 >= len(self.data) and len(self.names) > 2
        return True

    def value(self, path: str, key: str, depth: int) -> object:
        """Read one value; leaves are kept, and given back for use as names."""
        if depth > _DEEPEST or len(self.parts) > MAX_LEAVES:
            raise Broken
        return self.next(path, key, depth)

    @abstractmethod
    def next(self, path: str, key: str, depth: int) -> object:
        """The same, as it is written in this kind."""

    def take(self, size: int) -> bytes:
        """So many bytes."""
        if self.position + size > len(self.data):
            raise Broken
        self.position += size
        return self.data[self.position - size : self.position]

    def member(self, path: str, depth: int) -> None:
        """Read a name and its value."""
        before = len(self.parts)
        name = self.value("", "", depth + 1)
        del self.parts[before:]
        label = str(name) if name is not None else ""
        if label.isidentifier():
            self.names.add(label)
        self.value(joined(path, label), label, depth + 1)

    def keep(self, path: str, key: str, value: object) -> object:
        """Keep what says something; the value as a name would be written."""
        if isinstance(value, bytes):
            text = as_text(value)
            self.texts += text is not None and len(text) > 2
            if value:
                self.parts.append(Part((self.step,), path, key, value if text is None else text))
            return text if text is not None else value.hex()
        if isinstance(value, float) or (isinstance(value, int) and abs(value) > 999):
            self.parts.append(Part((self.step,), path, key, repr(value)))
        return value
