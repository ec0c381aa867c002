"""Limits of our own processes, which we take as they are asked for, in a process of their own."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, resource
from mouchard import limits
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
print(limits.open_many_files() >= min(hard if hard > 0 else 65536, 65536))
limits.leave_no_core()
print(resource.getrlimit(resource.RLIMIT_CORE) == (0, 0))
limits.give_way()
print(os.sched_getscheduler(0) == os.SCHED_BATCH if hasattr(os, "SCHED_BATCH") else True)
"""


def test_many_files_no_core_and_no_haste() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]
