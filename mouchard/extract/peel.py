"""One layer off one value: which decoders to try, in which order. Pure, and remembered for short values."""

from __future__ import annotations

import re
from functools import lru_cache

from mouchard.extract.decoders import (
    base32,
    base58,
    base64,
    base85,
    codes,
    entity,
    escape,
    hexadecimal,
    inflate,
    jsontext,
    jwt,
    keyed,
    lzstring,
    opaque,
    percent,
    querystring,
    quotedprintable,
    socketio,
    split,
    urlvalue,
    xmltext,
)  # fmt: skip
from mouchard.extract.octets import binary
from mouchard.extract.part import DIGEST_SIZES, NOTHING, Part, Peeled, as_text, fits

REMEMBERED = 2048
"""Longest value whose layer is kept in memory."""
LONGEST_TOKEN = 256
"""The same for a token inside a text."""

_WORD = re.compile(r"[A-Za-z]{1,11}$|-?\d{1,15}(?:\.\d*)?$|(?:[A-Za-z]{1,3}\d?\.)?\d{1,19}(?:[.x]\d{1,19})+$")
"""Words, numbers, versions, sizes, the numbers that analytics gives: nothing is written like that."""
_TOKEN = re.compile(r"[A-Za-z0-9+/_$-]{8,}[=$]{0,6}$|={1,2}[A-Za-z0-9+/_-]{8,}$")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")
_NAMED_LINE = re.compile(r"\s{0,8}(?![0-9a-fA-F]{2}:)([A-Za-z_][\w.-]{0,40}):(?!//) {0,4}(\S.{0,2000})$")
_PADDED = re.compile(r"(?<![A-Za-z0-9+/_=-])([A-Za-z0-9+/_-]{6,}={1,2})(?:[,;|:~]|--)")
_LISTING = frozenset(",;|:~-")
_DASHES = re.compile("-{2,}")
_SEPARATORS = re.compile("[|~\x00\x01\x1c-\x1f\t]")
_STRANGE = re.compile(r"[!#$()*;<>?@^`{|}~]")
_BROKEN = re.compile(r"\r?\n")
_BROKEN_TOKEN = re.compile(r"(?:[A-Za-z0-9+/]{40,}\r?\n)+[A-Za-z0-9+/]*={0,2}\s*$")
_LINES = 400
_BETWEEN = frozenset(":-, ;xX0123456789")


@lru_cache(maxsize=8192)
def remembered(value: str) -> Peeled | None:
    """`text`, remembered: cookies and page addresses repeat on every request. None for a layer that is too
    large to be kept."""
    peeled = text(value)
    return peeled if fits(peeled) else None


def text(value: str) -> Peeled:
    """The next layer of a text."""
    if _WORD.match(value):
        return NOTHING
    if (value.isupper() and not value.isalnum()) or len(set(_STRANGE.findall(value))) > 2:
        parts = base85.decode(value)
        if parts and isinstance(parts[0].value, str):
            return Peeled(parts, False)
    first = value[0]
    if first in '{["' or first in ")\n\r\t \ufeff":
        found = jsontext.decode(value)
        if found is not None and not (
            found.whole and len(found.parts) == 1 and found.parts[0].value == value
        ):
            return found
    if not value.isascii():
        parts = _wide(value)
        if parts:
            return Peeled(parts, True)
    if "%" in value and not (("=" in value or "/" in value or first == "<") and _keeps_percent(value)):
        parts = socketio.decode(value) or percent.decode(value)  # JSON behind a frame keeps its `%22`
        if parts:
            return Peeled(parts, True)
    return _structure(value) or _tokens(value)


def _keeps_percent(value: str) -> bool:
    """URLs, query strings and XML are taken apart before their pieces are unescaped."""
    if value[0] == "<":
        return xmltext.looks(value)
    return urlvalue.looks(value) or ("&" in value and querystring.looks(value))


def _structure(value: str) -> Peeled | None:
    if "<" in value and xmltext.looks(value):
        return xmltext.decode(value)
    if "&" in value and (";" in value or "&#" in value):
        parts = entity.decode(value)
        if parts:
            return Peeled(parts, True)
    if "\\" in value:
        framed = _framed(value)
        if framed:
            return framed
        parts = escape.decode(value)
        if parts:
            return Peeled(parts, True)
    if value.startswith("data:") and value[5:6] not in ("", " ", "\n"):
        return Peeled(urlvalue.data_url(value), False)
    if ("/" in value or ":" in value or "?" in value) and urlvalue.looks(value):
        return Peeled(urlvalue.decode(value), False)
    if "\n" in value:
        joined = _BROKEN.sub("", value)
        if _BROKEN_TOKEN.match(value) and len(joined) > 60:
            return Peeled((Part((), "", "", joined),), True)
        lines = [line.strip() for line in value.split("\n", _LINES)[:_LINES]]
        cut = "nodes" if value.count("\n") > _LINES else ""
        return Peeled(tuple(Part((), "", "", line) for line in lines if line), not cut, cut)
    if "=" in value:
        quoted = quotedprintable.decode(value)
        if querystring.looks(value) and not _padded(value):
            found = querystring.decode(value)
            if len(found.parts) > 1 or "&" in value or not _TOKEN.match(value):
                found = found._replace(parts=found.parts + quoted)
                return found._replace(whole=False) if len(found.parts) < 2 or quoted else found
        if quoted and not _TOKEN.match(value):
            rest = _framed(value) or _quoted(value) or _tokens(value)
            return Peeled(quoted + rest.parts, False, rest.cut)
    framed = _framed(value) or _quoted(value)
    if framed and not framed.whole and len(value) > 32 and (digests := split.digests(value)):
        return framed._replace(parts=framed.parts + digests)
    return framed


def _padded(value: str) -> bool:
    """Whether the `=` of a list pads a token in it: `eyJhIjoxfQ==,x`."""
    place = value.find("=") + 1
    place += value[place : place + 1] == "="
    if value[place : place + 1] not in _LISTING or "&" in value:
        return False
    found = _PADDED.search(value)
    if found is None or len(found[1]) % 4 or found[1].islower() or found[1].isupper():
        return False
    return len(found[1]) > 15 or any(map(str.isdigit, found[1]))


def _framed(value: str) -> Peeled | None:
    """JSON behind a frame, in a call, or somewhere inside a text."""
    if "{" not in value and "[" not in value:
        return None
    parts = socketio.decode(value)
    if parts:
        return Peeled(parts, True)
    called = jsontext.decode(value) if "(" in value else None
    return called or jsontext.embedded(value)


def _quoted(value: str) -> Peeled | None:
    parts = jsontext.literals(value) if ('"' in value or "'" in value) and len(value) > 12 else ()
    return Peeled(parts, False) if parts else None


def _tokens(value: str) -> Peeled:
    parts: tuple[Part, ...]
    if value.startswith("tv.1~"):
        return Peeled(keyed.decode(value), False)
    if value.startswith("eyJ") and "." in value:
        parts = jwt.decode(value)
        if parts:
            return Peeled(parts, False)
    if value[2:3] in _BETWEEN:
        parts = codes.decode(value)
        if parts:
            return Peeled(parts, False)
    if _TOKEN.match(value):
        parts = token(value)
        if "--" in value and not (parts and _is_whole(parts[0].value)):  # a signed value
            parts += tuple(
                Part(("split",), "", "", piece) for piece in _DASHES.split(value) if len(piece) > 11
            )
        return Peeled(parts, False)
    if ":" in value and (named := _NAMED_LINE.match(value)):
        path = named[1] if ": " in value else ""
        parts = remembered_token(named[1]) if len(named[1]) > 15 else ()  # or a token with a suffix
        before = tuple(Part(("suffix", *part.steps), *part[1:]) for part in parts)
        return Peeled((Part(("split",), path, named[1], named[2]), *before), False)
    pieces = _SEPARATORS.split(value, 64)
    if len(pieces) > 1:
        return Peeled(tuple(Part(("split",), "", "", piece) for piece in pieces if len(piece) > 7), False)
    if len(value) < 10:
        return NOTHING
    parts = base85.decode(value)
    if parts and isinstance(parts[0].value, str):
        return Peeled(parts, False)
    parts += split.digests(value) if len(value) > 32 else ()
    for place, run in split.tokens(value):
        inner = (
            ()
            if _UUID.match(run) or (run.isalpha() and (run.islower() or run.isupper()))
            else (remembered_token(run) if len(run) <= LONGEST_TOKEN else token(run))
        )
        parts += tuple(
            Part((place, *part.steps), *part[1:])
            for part in inner
            if "hex" not in part.steps[0] or isinstance(part.value, str)
        )
    return Peeled(parts, False) if parts else NOTHING


@lru_cache(maxsize=8192)
def remembered_token(value: str) -> tuple[Part, ...]:
    """`token`, remembered."""
    return token(value)


def token(value: str) -> tuple[Part, ...]:
    """What one unbroken token hides: hexadecimal, Base32, Base64, lz-string, or a glued or turned one."""
    if _UUID.match(value):
        return ()
    parts = hexadecimal.decode(value)
    if parts or (len(value) < 32 and hexadecimal.HEX.match(value)):
        return parts
    parts = base32.decode(value)
    if parts and telling(parts[0].value):
        return parts
    if value.startswith(lzstring.JSON_PREFIXES):
        found = lzstring.decode(value)
        if found:
            return found
    parts = base64.decode(value)
    if parts and telling(parts[0].value):
        if isinstance(parts[0].value, str):
            return parts
        parts += lzstring.decode(value) + base58.decode(value)
        return parts + _embedded_hex(value) + opaque.beside(value)
    parts = base58.decode(value)
    if parts:
        return parts if isinstance(parts[0].value, str) else parts + _turned_or_glued(value)
    if value.isupper():
        parts = base85.base45(value)
        if parts:
            return parts
    if len(value) < 12 or (value.isalpha() and (value.islower() or value.isupper()) and len(value) < 20):
        return ()
    return _turned_or_glued(value)


def _turned_or_glued(value: str) -> tuple[Part, ...]:
    return lzstring.decode(value) or _embedded_hex(value) or opaque.decode(value)


def _is_whole(value: str | bytes) -> bool:
    """Whether decoded bytes begin as a text or a stream does: two dashes were of Base64url's alphabet."""
    return isinstance(value, str) or bool(inflate.magic(value))


def telling(value: str | bytes) -> bool:
    """Whether decoded bytes look like something rather than like chance."""
    if isinstance(value, str):
        return len(value) > 3
    return len(value) in DIGEST_SIZES or bool(binary(value, blind=len(value) > 10).parts)


def _embedded_hex(value: str) -> tuple[Part, ...]:
    return split.digests(value) if len(value) > 32 else ()


def _wide(value: str) -> tuple[Part, ...]:
    """Texts that are really bytes (one per character), or lz-string in wide characters."""
    if max(value) <= "\xff":
        data = value.encode("latin-1")
        noise = as_text(data) is None and _is_noise(data)
        if noise and len(data) in DIGEST_SIZES:
            return (Part((), "", "", data),)
        return inflate.decode(data) or (inflate.blind(data) if noise else ())
    if len(value) > 3 and sum(1 for c in value if c > "\u024f") * 2 > len(value):
        return lzstring.wide(value)
    return ()


def _is_noise(data: bytes) -> bool:
    return sum(1 for byte in data if byte < 0x20 or 0x7E < byte < 0xA0) * 8 >= len(data)
