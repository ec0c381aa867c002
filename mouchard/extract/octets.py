"""One layer off bytes without a name: compression, text, MessagePack, protobuf, readable runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mouchard.extract.decoders import cbor, inflate, msgpack, multipart, protobuf, utf16
from mouchard.extract.part import DIGEST_SIZES, NOTHING, Part, Peeled, as_text, fits

_TEXTS = re.compile(rb"[\x20-\x7e]{12,}")
_RUNS = re.compile(rb"[\x20-\x7e\xc2-\xf4\x80-\xbf]{6,}")


def _readable(data: bytes) -> Iterator[Part]:
    """The readable runs in binary data; a first character that counts the rest is left out too."""
    for run in _RUNS.findall(data)[:200]:
        text = run.decode("utf-8", "replace")
        yield Part((), "", "", text)
        if run[0] in (len(run) - 1, 2 * len(run) - 2):
            yield Part((), "", "", text[1:])


@lru_cache(maxsize=4096)
def remembered_binary(data: bytes) -> Peeled | None:
    """`binary`, remembered. None for a layer that is too large to be kept."""
    peeled = binary(data)
    return peeled if fits(peeled) else None


def binary(data: bytes, content_type: str = "", blind: bool = True, readable_from: int = 64) -> Peeled:
    """The next layer of bytes. Where nothing explains more than `readable_from` of them, their readable
    runs."""
    parts = inflate.decode(data)
    if parts:
        return Peeled(parts, True)
    readable = as_text(data)
    if readable is not None:
        return Peeled((Part((), "", "", readable),), True)
    if len(data) in DIGEST_SIZES:
        parts = utf16.decode(data) or inflate.blind(data) or _message_of_digest_size(data)
        parts = parts or inflate.embedded(data) or _written(data)
        return Peeled(parts, False) if parts else NOTHING
    if data[:2] == b"--":
        parts = multipart.decode(data, content_type)
        if parts:
            return Peeled(parts, True)
    decoders = (utf16.decode, inflate.blind, msgpack.decode, cbor.decode, protobuf.decode)
    for decode in decoders if blind else (utf16.decode, msgpack.decode, cbor.decode, protobuf.decode):
        parts = decode(data)
        if parts:
            return Peeled(parts, True)
    if not blind:
        return NOTHING
    parts = inflate.embedded(data)
    if len(data) > readable_from:
        parts += tuple(_readable(data))
    return Peeled(parts, False)


def _written(data: bytes) -> tuple[Part, ...]:
    """The long texts in few bytes: hardly a digest has one."""
    return tuple(Part((), "", "", run.decode()) for run in _TEXTS.findall(data))


def _message_of_digest_size(data: bytes) -> tuple[Part, ...]:
    """MessagePack, CBOR or protobuf whose texts make up most of it; a digest hardly ever reads like that."""
    parts = msgpack.decode(data) or cbor.decode(data) or protobuf.decode(data)
    texts = [part.value for part in parts if isinstance(part.value, str) and len(part.value) > 1]
    spelt = sum(len(text.encode("utf-8", "replace")) for text in texts)
    return parts if spelt * 2 >= len(data) else ()
