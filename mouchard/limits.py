"""What the system lets our processes do: many open files, no copy of their memory on disk, no haste."""

from __future__ import annotations

import os
import resource
from contextlib import suppress


def open_many_files() -> int:
    """Take as many open files as the system grants: a browser holds hundreds of connections; how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 65_536)
    with suppress(OSError, ValueError):  # macOS takes less than it names
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def leave_no_core() -> None:
    """A process that holds what passes must not leave its memory in a file when it crashes."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def give_way() -> None:
    """Interrupt nobody by waking up: a full share of the processors, but browsing goes first."""
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
