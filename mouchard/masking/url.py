"""URLs and names as they are stored: their form stays readable, the values are gone.

Everything here is idempotent: masking what is masked changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from urllib.parse import unquote

LABEL_MAX = 24
"""Longest host label or path word kept."""
NAME_MAX = 40
"""Longest parameter, header or field name kept."""
_CACHED = 255
"""Longest name or host remembered, so that the wire cannot fill the memory."""

_PLACEHOLDER = re.compile(r"‹\d+ chars›")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z+.-]{0,15}):(?P<slashes>//)?(?P<rest>.*)", re.DOTALL)
_LABEL = re.compile(r"[\w-]{1,24}")
_ANY_LABEL = re.compile(r"[\w-]{1,63}")
_SECOND = frozenset("ac asso co com edu go gob gouv gov ltd ne net nom or org".split())
"""Second levels under which names are registered (`shop.co.uk`); a name that is registered is public."""
_WORD = re.compile(r"(?:[^\W\d]|[.~!$'()*+,:-])*")
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]{2,45}\]")
_PORT = re.compile(r"\d{1,5}")
_BRACKETS = re.compile(r"%(?:5[BbDd]|2[Ee])")
_PARTS = re.compile(r"([.\[\]/:]+)")
_LONG_NUMBER = re.compile(r"\d{5}|(?:\d[\s.()/-]{0,2}){8}")
_QUOTED = re.compile(r"""(['"])(.+?)\1""")
_LONG_HEX = re.compile(r"(?i)(?=[a-f]*\d)[a-f\d]{8}|[a-f\d]{16}")
_WRITTEN = re.compile("[\"'{}<>,;=]")
"""What stands in names only where a whole structure was written in the place of one."""
_RANDOM = re.compile(r"(?=[A-Za-z]*\d+[A-Za-z]+\d)(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])[A-Za-z\d_-]{16}")


def placeholder(value: str) -> str:
    """What stands for a value: its length in characters; nothing for nothing."""
    if not value or (value[0] == "‹" and _PLACEHOLDER.fullmatch(value)):
        return value
    return f"‹{len(value)} chars›"


def mask_url(url: str, hidden: Collection[str] = (), known: Callable[[str], bool] | None = None) -> str:
    """Scheme, host, path words and parameter names; the rest as `‹n chars›`.

    `hidden` are personal values seen in the host: labels that hold one are masked too, and all below the
    last two where the value cannot be told from the labels. `known` says whether a word is somebody's: such
    path words are masked too.
    """
    found = _URL.fullmatch(url)
    if found is None:
        return placeholder(url)
    scheme = found["scheme"].lower()
    if not found["slashes"]:  # data:, blob:, mailto:
        return f"{scheme}:{placeholder(found['rest'])}"
    rest, _, fragment = found["rest"].partition("#")
    rest, question, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    path = "/".join([_segment(part) for part in path.split("/")]) if path else ""
    query = "&".join([_parameter(part) for part in query.split("&")]) if query else ""
    if known is not None:
        path = "/".join([_nobody_s(part, known) for part in path.split("/")])
        query = "&".join([part if "=" in part else _nobody_s(part, known) for part in query.split("&")])
    tail = "#" + placeholder(fragment) if fragment else ""
    return f"{scheme}://{_authority(authority, hidden)}{slash}{path}{question}{query}{tail}"


def mask_host(host: str, hidden: Collection[str] = ()) -> str:
    """The host in lower case; odd or hidden labels, and long ones below the registered domain, as
    `‹n chars›`. IP addresses stay."""
    return _host(host, tuple(hidden)) if len(host) <= _CACHED else _host.__wrapped__(host, tuple(hidden))


@lru_cache(maxsize=4096)
def _host(host: str, hidden: tuple[str, ...]) -> str:
    if _IPV6.fullmatch(host) or not host:
        return host.lower()
    labels = host.lower().split(".")
    public = len(labels) - (3 if len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _SECOND else 2)
    masked = [
        label
        if not label or (_LABEL if place < public else _ANY_LABEL).fullmatch(label)
        else placeholder(label)
        for place, label in enumerate(labels)
    ]
    secret = [value.lower() for value in hidden if value]
    if secret:
        hold = [_holds(label, secret) for label in labels]
        if not any(hold):
            hold = [place < len(labels) - 2 for place in range(len(labels))]
        masked = [
            placeholder(old) if held else new for old, new, held in zip(labels, masked, hold, strict=True)
        ]
    return ".".join(masked)


def mask_place(location: str, field: str) -> str:
    """Where something stood in a message, by name only: `query.ud[em]`."""
    if len(field) <= _CACHED:
        return _place(location, field)
    return f"{location}.{mask_name(field)}"


@lru_cache(maxsize=8192)
def _place(location: str, field: str) -> str:
    return f"{location}.{_name(field)}"


def mask_name(name: str) -> str:
    """A parameter, header or field name or path (`ud[em]`, `batch[].traits.email`), unless it is data.

    What looks like data: `@` inside, a percent sign, quotes and braces, long runs of digits or hex digits,
    over 40 characters.
    """
    return _name(name) if len(name) <= _CACHED else _name.__wrapped__(name)


@lru_cache(maxsize=8192)
def _name(name: str) -> str:
    if "%" in name:
        name = _BRACKETS.sub(lambda found: unquote(found[0]), name)
    if "@" in name and re.search(r"[^.\[\]/:]@", name):
        return placeholder(name)
    if _LONG_NUMBER.search(_PLACEHOLDER.sub("", name)):
        parts = "".join(
            placeholder(part) if _LONG_NUMBER.search(_PLACEHOLDER.sub("", part)) else part
            for part in _PARTS.split(name)
        )
        if _LONG_NUMBER.search(_PLACEHOLDER.sub("", parts)):
            return placeholder(name)
        name = parts
    return "".join(part if place % 2 else _name_part(part) for place, part in enumerate(_PARTS.split(name)))


def mask_text(text: str, limit: int = 200) -> str:
    """A sentence of a library (an error) without what it quotes and the words that may be data."""
    if not text:
        return ""
    text = _QUOTED.sub(lambda found: found[1] + placeholder(found[2]) + found[1], text[:limit])
    return re.sub(r"\S+", _text_word, text)


def _text_word(found: re.Match[str]) -> str:
    word = found[0]
    if "‹" in word or "›" in word:
        return word
    risky = "@" in word or "%" in word or len(word) > NAME_MAX or (len(word) >= 6 and re.search(r"\d", word))
    return placeholder(word) if risky else word


def _authority(authority: str, hidden: Collection[str]) -> str:
    if not hidden and len(authority) <= _CACHED:
        return _open_authority(authority)
    return _masked_authority(authority, hidden)


@lru_cache(maxsize=4096)
def _open_authority(authority: str) -> str:
    return _masked_authority(authority, ())


def _masked_authority(authority: str, hidden: Collection[str]) -> str:
    user, at, host = authority.rpartition("@")
    name, port = host, ""
    if not _IPV6.fullmatch(host):
        name, colon, number = host.rpartition(":")
        if not colon:
            name = number
        else:
            port = ":" + (number if _PORT.fullmatch(number) or not number else placeholder(number))
    return f"{placeholder(user)}{at}{mask_host(name, hidden)}{port}"


def _holds(label: str, secret: list[str]) -> bool:
    return any(label == value or (len(value) > 2 and value in label) or (len(label) > 2 and label in value)
               for value in secret)  # fmt: skip


def _segment(segment: str) -> str:
    """A path segment, with its `;name=value` parameters."""
    if ";" in segment or "=" in segment:
        word, semicolon, more = segment.partition(";")
        parts = [_parameter(word) if "=" in word else _word(word)]
        parts += [_parameter(part) for part in more.split(";")] if semicolon else []
        return ";".join(parts)
    return _word(segment)


def _nobody_s(word: str, known: Callable[[str], bool]) -> str:
    """A word that was kept, unless it is somebody's."""
    return placeholder(word) if word and "‹" not in word and known(word) else word


def _word(word: str) -> str:
    return _short_word(word) if len(word) <= LABEL_MAX else placeholder(word)


@lru_cache(maxsize=8192)
def _short_word(word: str) -> str:
    return word if _WORD.fullmatch(word) else placeholder(word)


def _parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if not equals:
        return _word(name)
    name = _name(name) if len(name) <= _CACHED else _name.__wrapped__(name)
    if value and value[0] != "‹":
        return f"{name}=‹{len(value)} chars›"
    return f"{name}={placeholder(value)}"


def _name_part(part: str) -> str:
    if not part or _PLACEHOLDER.fullmatch(part):
        return part
    looks_like_data = (
        len(part) > NAME_MAX
        or "%" in part
        or _WRITTEN.search(part)
        or _LONG_HEX.search(part)
        or _RANDOM.search(part)
        or not part.isprintable()
    )
    return placeholder(part) if looks_like_data else part
