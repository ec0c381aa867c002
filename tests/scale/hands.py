"""A task for other processes; here, so that they need not load what the tests load."""

from __future__ import annotations

import os
import signal


def square(number: int) -> int:
    """Its square; five kills who computes it, seven is refused."""
    if number == 7:
        raise ValueError("seven")
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number
