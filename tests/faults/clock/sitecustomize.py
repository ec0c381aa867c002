"""On PYTHONPATH of a capture: its wall clock, and that of its processes, is what a file says."""

import os
import time

_real = time.time


def _told() -> float:
    try:
        with open(os.environ["MOUCHARD_TEST_CLOCK"]) as file:
            return _real() + float(file.read() or 0)
    except (KeyError, OSError):
        return _real()


time.time = _told
