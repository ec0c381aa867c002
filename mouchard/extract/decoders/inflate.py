"""Compression, with or without a header that says so: gzip, zlib, raw deflate, Brotli, Zstandard.

Nothing unfolds to more than `MAX_INFLATED` bytes; a stream that was cut gives what can be read.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import brotlicffi
import zstandard

from mouchard.extract.part import DIGEST_SIZES, MAX_INFLATED, Part, as_text

_EMBEDDED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|\x28\xb5\x2f\xfd")
_FIRST_BROTLI, _NEXT_BROTLI = 4096, 65536
_GZIP = b"\x1f\x8b\x08"
_STREAMS = 16
"""Most of those that stand one behind the other."""
_WINDOW = {"gzip": 31, "zlib": 15, "deflate": -15}


def decode(data: bytes) -> tuple[Part, ...]:
    """The content of a stream that begins with the magic of gzip, zlib or Zstandard."""
    step = magic(data)
    if not step:
        return ()
    content = inflate(data, step)
    return (Part((step,), "", "", content),) if content else ()


def magic(data: bytes) -> str:
    """`gzip`, `zlib` or `zstd` by the first bytes, or empty."""
    if data[:3] == _GZIP:
        return "gzip"
    if len(data) > 7 and data[0] & 0x8F == 8 and (data[0] << 8 | data[1]) % 31 == 0 and not data[1] & 0x20:
        return "zlib"
    return "zstd" if data[:4] == b"\x28\xb5\x2f\xfd" else ""


def blind(data: bytes) -> tuple[Part, ...]:
    """Raw deflate and Brotli have no magic: taken only where the whole gives text, or a digest. Brotli is
    tried only behind the windows that encoders use, for it takes megabytes to say no."""
    steps: tuple[str, ...] = (
        ("deflate",) if data[0] & 6 != 6 else ()
    )  # else the first block is of no known kind
    if data[0] & 15 in (3, 7, 11, 15) and len(data) not in DIGEST_SIZES:
        steps += ("br",)
    for step in steps:
        content = inflate(data, step, whole=True)
        if len(content) in DIGEST_SIZES or (len(content) > 5 and as_text(content) is not None):
            return (Part((step,), "", "", content),)
    return ()


def embedded(data: bytes) -> tuple[Part, ...]:
    """Streams that begin inside binary data (envelopes, records); at most 8."""
    parts: list[Part] = []
    end = 0
    for number, found in enumerate(_EMBEDDED.finditer(data, 1)):
        if number >= 16 or len(parts) >= 8:
            break
        if found.start() < end:
            continue
        step = magic(data[found.start() : found.start() + 8])
        content = inflate(data[found.start() :], step) if step else b""
        if len(content) > 5:
            parts.append(Part((step,), "", "", content))
            end = found.start() + 8
    return tuple(parts)


def inflate(data: bytes, step: str, whole: bool = False) -> bytes:
    """The unfolded bytes, at most `MAX_INFLATED`; empty where the data is not of this kind.
    `whole` asks for a stream that ends properly with hardly a byte left over."""
    try:
        if step == "br":
            return _brotli(data, whole)
        if step == "zstd":
            reader = zstandard.ZstdDecompressor(max_window_size=1 << 25).stream_reader(data)
            return reader.read(MAX_INFLATED)
        return _zlib(data, step, whole)
    except (zlib.error, brotlicffi.error, zstandard.ZstdError, MemoryError):
        return b""


def _zlib(data: bytes, step: str, whole: bool) -> bytes:
    if whole:
        stream = zlib.decompressobj(_WINDOW[step])
        content = stream.decompress(data, 256)  # a small buffer first: most of what is tried is none
        if not stream.eof:
            content += stream.decompress(stream.unconsumed_tail, MAX_INFLATED)
        return content if stream.eof and len(stream.unused_data) < 4 else b""
    out = b""
    for _ in range(_STREAMS):
        content, data = _stream(data, step, MAX_INFLATED - len(out))
        out += content
        if len(out) >= MAX_INFLATED or not data.startswith(_GZIP):
            break
        step = "gzip"
    return out


def _stream(data: bytes, step: str, room: int) -> tuple[bytes, bytes]:
    """What the first stream unfolds to, and what stands behind it. It is read piecewise: damage late in it
    keeps what came before."""
    stream = zlib.decompressobj(_WINDOW[step])
    out = b""
    for begin in range(0, len(data), 1024):
        try:
            out += stream.decompress(stream.unconsumed_tail + data[begin : begin + 1024], room - len(out))
        except zlib.error:
            break
        if stream.eof:
            return out, stream.unused_data + data[begin + 1024 :]
        if len(out) >= room:
            break
    return out, b""


def _brotli(data: bytes, whole: bool) -> bytes:
    stream: Any = brotlicffi.Decompressor()
    out = stream.process(data, _FIRST_BROTLI)  # each buffer is cleared first: small where it is but a try
    while not (stream.is_finished() or stream.can_accept_more_data()) and len(out) < MAX_INFLATED:
        out += stream.process(b"", _NEXT_BROTLI)
    return b"" if whole and not stream.is_finished() else bytes(out[:MAX_INFLATED])
