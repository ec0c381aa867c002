"""Protocol buffers without a schema: texts, nested messages and digests by field number; gRPC-web frames."""

from __future__ import annotations

import re

from mouchard.extract.part import DIGEST_SIZES, Part, as_text, joined

_MAX_DEPTH = 12
_MAX_FIELDS = 1000
_NAME = re.compile(r"[A-Za-z_$@][\w.$@-]{0,60}$")


def decode(data: bytes) -> tuple[Part, ...]:
    """The readable fields, or nothing where the bytes are no complete message."""
    if len(data) > 9 and data[0] in (0, 0x80) and int.from_bytes(data[1:5], "big") <= len(data) - 5:
        data = data[5 : 5 + int.from_bytes(data[1:5], "big")]
    parts: list[Part] = []
    if not _message(data, "", parts, 0):
        return ()
    return tuple(parts) if any(len(part.value) > 3 or part.key for part in parts) else ()


def _message(data: bytes, path: str, parts: list[Part], depth: int) -> bool:
    position, end, kept = 0, len(data), len(parts)
    while position < end:
        tag, position = _varint(data, position)
        number, wire = tag >> 3, tag & 7
        if not 0 < number < 20000 or len(parts) > _MAX_FIELDS:
            del parts[kept:]
            return False
        if wire == 0:
            _, position = _varint(data, position)
        elif wire == 1:
            position += 8
        elif wire == 5:
            position += 4
        elif wire == 2:
            size, position = _varint(data, position)
            if size < 0 or position + size > end:
                del parts[kept:]
                return False
            _field(data[position : position + size], joined(path, str(number)), parts, depth)
            position += size
        else:
            position = -1
        if position < 0 or position > end:
            del parts[kept:]
            return False
    return end > 0


def _field(content: bytes, path: str, parts: list[Part], depth: int) -> None:
    if not content:
        return
    text = None if _holds_a_text(content) else as_text(content)
    if text is not None:
        parts.append(Part(("protobuf",), path, "", text))
        return
    before = len(parts)
    digest = len(content) in DIGEST_SIZES  # one in some thousand digests reads like a message
    if depth < _MAX_DEPTH and _message(content, path, parts, depth + 1):
        if len(parts) == before + 2 and parts[before].path == f"{path}.1":
            name = parts[before].value  # a map: each entry is a message of key and value
            if parts[-1].path in (f"{path}.2", f"{path}.2.1") and isinstance(name, str) and _NAME.match(name):
                parts[-1] = parts[-1]._replace(key=name)
        if digest and sum([len(part.value) for part in parts[before:]]) * 2 < len(content):
            parts.append(Part(("protobuf",), path, "", content))
    elif digest or len(content) > 24:
        parts.append(Part(("protobuf",), path, "", content))


def _holds_a_text(content: bytes) -> bool:
    """Whether this is a message of one field rather than a text that begins with a line break."""
    return content[0] == 10 and len(content) > 4 and content[1] == len(content) - 2


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """Number and the place after it; (-1, -1) where the bytes end or run too long."""
    number = shift = 0
    while position < len(data) and shift < 70:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
    return -1, -1
