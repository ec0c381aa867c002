"""QUIC is refused: browsers accept no added authority there, and fall back to TCP, which can be read."""

from __future__ import annotations

from mitmproxy.proxy import commands, events, layer


class Refusal(layer.Layer):
    """Closes the connection of the client: QUIC, which apps leave for TCP when it does not answer."""

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, events.Start):
            yield commands.CloseConnection(self.context.client)


def is_quic(data: bytes, address: tuple[str, int] | None) -> bool:
    """Whether the first datagram of a connection to this address begins QUIC."""
    if address is not None and address[1] == 443:
        return True
    versions = (b"\0\0\0\1", b"\x6b\x33\x43\xcf")  # RFC 9000, RFC 9369
    return len(data) > 1000 and data[0] & 0xC0 == 0xC0 and data[1:5] in versions
