"""Who is at the other end of a Unix socket: a socket may lie in a folder where others can put one too."""

from __future__ import annotations

import os
import socket
import struct


def is_other_user(channel: socket.socket) -> bool:
    """Whether another user than ours, root aside, is at the other end.

    False where the system cannot be asked: there the mode of the file alone decides.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return False
    _, uid, _ = struct.unpack("3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return uid not in (os.getuid(), 0)
