"""multipart bodies: each part by its name, files too."""

from __future__ import annotations

import re

from mouchard.extract.part import Part, as_text

_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,200})', re.I)
_PARAMETER = re.compile(r'\b(file)?name\*?=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.I)
_MAX_PARTS = 500


def decode(data: bytes, content_type: str = "") -> tuple[Part, ...]:
    """Every part's content, and the names of files; nothing where the body is not multipart."""
    found = _BOUNDARY.search(content_type)
    if found:
        delimiter = b"--" + found[1].encode("latin-1", "replace")
    else:
        first = data[:210].split(b"\n", 1)[0].rstrip()
        if len(first) < 6 or not data.startswith(b"--") or data.count(first) < 2:
            return ()
        delimiter = first
    if delimiter not in data:
        return ()
    parts: list[Part] = []
    for number, block in enumerate(data.split(delimiter)[1:], 1):
        if block[:2] == b"--" or number > _MAX_PARTS:
            break
        parts.extend(_part(block, number))
    return tuple(parts)


def _part(block: bytes, number: int) -> list[Part]:
    head, gap, content = block.partition(b"\r\n\r\n")
    if not gap:
        head, gap, content = block.partition(b"\n\n")
    if not gap:
        return []
    if content.endswith(b"\r\n"):
        content = content[:-2]
    name, filename = "", ""
    for is_file, quoted, bare in _PARAMETER.findall(head.decode("utf-8", "replace")):
        if is_file:
            filename = quoted or bare
        else:
            name = quoted or bare
    name = name or f"[{number}]"
    parts = [Part(("multipart",), f"{name}.filename", "filename", filename)] if filename else []
    if content:
        text = as_text(content)
        parts.append(Part(("multipart",), name, name, content if text is None else text))
    return parts
