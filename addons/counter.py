"""The last number given, where it outlives a killed proxy."""

from __future__ import annotations

import mmap
from pathlib import Path


class Counter:
    """A file of 8 bytes (native order), mapped; `mouchard.supervisor.counter` reads the same."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(8)
            self._map = mmap.mmap(file.fileno(), 8)
        self._cell = memoryview(self._map).cast("Q")  # one store of 8 bytes: never half a number

    @property
    def value(self) -> int:
        """The last number given; 0 at first."""
        return self._cell[0]

    @value.setter
    def value(self, number: int) -> None:
        self._cell[0] = number
