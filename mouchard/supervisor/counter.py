"""The number of the last record the proxy gave out, in memory that outlives the proxy."""

from __future__ import annotations

import struct
import tempfile

_NUMBER = struct.Struct("=Q")


class Counter:
    """Eight bytes in a file without a name, which the proxy opens as `path` and maps."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as the capture
        self.value = 0

    def fileno(self) -> int:
        return self._file.fileno()

    @property
    def path(self) -> str:
        """Its path in a process that inherits `fileno()` under the same number."""
        return f"/dev/fd/{self.fileno()}"

    @property
    def value(self) -> int:
        """The last number given out."""
        self._file.seek(0)
        return int(_NUMBER.unpack(self._file.read(_NUMBER.size) or bytes(_NUMBER.size))[0])

    @value.setter
    def value(self, number: int) -> None:
        self._file.seek(0)
        self._file.write(_NUMBER.pack(number))

    def close(self) -> None:
        """Let the file go, and with it the number."""
        self._file.close()
