"""One writer at a time: an advisory lock on `<db>.lock`, let go by the system when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from mouchard.errors import BadInput, DatabaseBusy


class Lock:
    """Held from construction to `release()`. DatabaseBusy where another process holds it."""

    def __init__(self, db: Path) -> None:
        self.path = db.with_name(db.name + ".lock")
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise BadInput(
                f"cannot write beside {db}: {error.strerror}", "choose another place with --db"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip()
            os.close(handle)
            by = f" (process {holder})" if holder.isdigit() else ""
            hint = "watch it with `mouchard tui`, end it with `mouchard stop`, or choose another --db"
            raise DatabaseBusy(f"another capture or scan writes {db}{by}", hint) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle: int | None = handle

    def release(self) -> None:
        """Let the next writer in. The file stays: removing it would let two writers in at once."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None
