"""The options of a network rule, in the syntax that Adblock Plus and uBlock Origin document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from mouchard.classify.regex import Search, Unusable, regex
from mouchard.classify.site import normal_host, site_of, suffixes

TYPES: tuple[str, ...] = (
    "script", "image", "stylesheet", "xmlhttprequest", "subdocument", "font", "media", "websocket", "ping",
    "object", "other", "document",
)  # fmt: skip
BIT = {name: 1 << place for place, name in enumerate(TYPES)}
"""Request type -> its bit in a mask."""
ORDINARY = sum(BIT.values()) - BIT["document"]
"""What a rule without types covers: everything but the page itself."""
EVERYTHING = ORDINARY | BIT["document"]

TYPE_ALIASES = {
    "css": "stylesheet", "style": "stylesheet", "xhr": "xmlhttprequest", "fetch": "xmlhttprequest",
    "frame": "subdocument", "sub_frame": "subdocument", "iframe": "subdocument", "beacon": "ping",
    "doc": "document", "main_frame": "document", "object-subrequest": "object", "img": "image",
    "audio": "media", "video": "media", "csp_report": "other", "imageset": "image",
}  # fmt: skip
"""Other names of request types, in lists and in recordings."""

_PARTIES: dict[str, str] = {
    "third-party": "third", "3p": "third", "first-party": "first", "1p": "first",
    "strict3p": "strict3p", "strict-third-party": "strict3p",
    "strict1p": "strict1p", "strict-first-party": "strict1p",
}  # fmt: skip
_OPPOSITE = {"third": "first", "first": "third", "strict3p": "strict1p", "strict1p": "strict3p"}
_REDIRECTS = frozenset(["redirect", "rewrite", "empty", "mp4"])
_COSMETIC = frozenset(
    ["generichide", "ghide", "elemhide", "ehide", "specifichide", "shide", "jsinject", "content", "stealth"]
)
_MODIFIERS = frozenset(
    """csp removeparam queryprune replace header removeheader permissions redirect-rule popup popunder
    urlskip urltransform uritransform cookie inline-script inline-font hls jsonprune xmlprune
    referrerpolicy cname urlblock genericblock extension""".split()
)
"""Rules that change a request or an answer, or say nothing of either: no evidence of a tracker."""
_UNUSABLE = frozenset(
    """ipaddress sitekey app network dnstype dnsrewrite client ctag webrtc strict-domain trusted-types
    requestheader responseheader""".split()
)
_NOTHING = frozenset(["reason", "dtd", "xbl", "background"])
_VALUED = frozenset(["domain", "from", "to", "denyallow", "method"])
_KNOWN = (
    frozenset(TYPES) | frozenset(TYPE_ALIASES) | frozenset(_PARTIES) | _REDIRECTS | _COSMETIC | _MODIFIERS
    | _UNUSABLE | _NOTHING | _VALUED | {"important", "badfilter", "match-case", "all"}
)  # fmt: skip
_OPTION_LIKE = re.compile(r"~?[a-z0-9_-]+(=.*)?", re.S).fullmatch
_NAME = re.compile(r"~?([a-z0-9_-]+)")
_COMMA = re.compile(r"(?<!\\),")
_TIDY = re.compile(r"[a-z0-9_.|~*-]*").fullmatch
"""Names of hosts that are written as we compare them."""


@dataclass(frozen=True, slots=True)
class Names:
    """A `domain=` list: names, names to leave out, `name.*` entities and regular expressions."""

    include: frozenset[str]
    exclude: frozenset[str]
    regexes: tuple[Search, ...] = ()
    entities: bool = False

    def cover(self, host: str) -> bool:
        """Whether a host is on the list; the most specific name decides, as in the documentation."""
        stems = list(suffixes(host)) if host else []
        if self.entities and host:
            stem = host.removesuffix(site_of(host).partition(".")[2]).rstrip(".")
            stems += [f"{part}.*" for part in suffixes(stem)]
        for name in stems:
            if name in self.exclude:
                return False
            if name in self.include:
                return True
        if any(search(host) for search in self.regexes):
            return True
        return not self.include and not self.regexes


class Hosts:
    """The value of a `domain=`, `to=` or `denyallow=`. Raises Unusable where it holds such an expression."""

    def __init__(self, value: str) -> None:
        self._value = value
        if "/" in value:
            _ = self.names

    @cached_property
    def names(self) -> Names:
        """Read when first asked for: some have hundreds, and most rules fail on the URL before."""
        return _names(self._value)

    def cover(self, host: str) -> bool:
        """Whether a host is on the list."""
        return self.names.cover(host)


@dataclass(frozen=True, slots=True)
class Options:
    """What a rule asks of a request besides its URL."""

    types: int = ORDINARY
    party: str = ""
    sources: Hosts | None = None
    targets: Hosts | None = None
    denied: Hosts | None = None
    methods: frozenset[str] = frozenset()
    excluded_methods: frozenset[str] = frozenset()
    match_case: bool = False
    important: bool = False
    badfilter: bool = False


PLAIN = Options()


def split(rule: str) -> tuple[str, str]:
    """The pattern and the options of a rule; options begin at the last `$` that an option name follows."""
    end = len(rule)
    while (at := rule.rfind("$", 0, end)) >= 0:
        tail = rule[at + 1 :]
        name = _NAME.match(tail)
        if name is not None:
            rest = tail[name.end() :]
            if name[1] in _KNOWN and rest[:1] in ("", ",", "="):
                return rule[:at], tail
            if rest[:1] in ("", ",", "=") and all(map(_OPTION_LIKE, tail.split(","))):
                return rule[:at], tail  # an option we do not know: unusable, never a literal
        end = at
    return rule, ""


@lru_cache(4_096)
def parse(text: str) -> Options:
    """The options in force. Raises Unusable where the rule is no evidence, or asks what we cannot tell."""
    if not text:
        return PLAIN
    wanted = unwanted = 0
    types_seen = modifies = False
    found: dict[str, object] = {}
    for option in _pieces(text):
        negated = option.startswith("~")
        name, _, value = option[negated:].partition("=")
        name = name.lower()
        name = TYPE_ALIASES.get(name, name)
        if name in BIT:
            types_seen = True
            if negated:
                unwanted |= BIT[name]
            else:
                wanted |= BIT[name]
        elif name in _PARTIES:
            party = _PARTIES[name]
            found["party"] = _OPPOSITE[party] if negated else party
        elif name in ("domain", "from"):
            found["sources"] = Hosts(value)
        elif name == "to":
            found["targets"] = Hosts(value)
        elif name == "denyallow":
            found["denied"] = Hosts(value)
        elif name == "method":
            methods = value.lower().split("|")
            found["methods"] = frozenset(m for m in methods if m[:1] != "~")
            found["excluded_methods"] = frozenset(m[1:] for m in methods if m[:1] == "~")
        elif name in ("important", "badfilter"):
            found[name] = True
        elif name == "match-case":
            found["match_case"] = not negated
        elif name == "all":
            wanted |= EVERYTHING
        elif name in _COSMETIC:
            raise Unusable("cosmetic")
        elif name == "popup" or name == "popunder":
            modifies = True  # `$script,popup` still speaks of scripts
        elif name in _MODIFIERS:
            raise Unusable(f"modifies ({name})")
        elif name in _REDIRECTS or name in _NOTHING or not name.strip("_"):
            continue
        else:
            raise Unusable(f"option {name}")
    if wanted:
        found["types"] = wanted & ~unwanted
    elif types_seen:
        found["types"] = ORDINARY & ~unwanted
    elif modifies:
        raise Unusable("modifies (popup)")
    return Options(**found)  # type: ignore[arg-type]


def _names(value: str) -> Names:
    names = value.split("|")
    if _TIDY(value) and ".|" not in f"{value}|":  # as nearly all are, some with hundreds of names
        wanted = frozenset(name for name in names if name and name[0] != "~")
        unwanted = frozenset(name[1:] for name in names if name[:1] == "~")
        return Names(wanted, unwanted - {""}, (), ".*" in value)
    include: set[str] = set()
    exclude: set[str] = set()
    regexes = []
    entities = False
    for name in names:
        name = name.strip()
        negated = name.startswith("~")
        name = name[negated:]
        if len(name) > 2 and name[0] == name[-1] == "/":
            regexes.append(regex(name[1:-1].replace("\\,", ",")))
            continue
        entities = entities or name.endswith(".*")
        (exclude if negated else include).add(normal_host(name))
    return Names(frozenset(include - {""}), frozenset(exclude - {""}), tuple(regexes), entities)


def _pieces(text: str) -> list[str]:
    """Options between commas; a comma inside a `/regex/` or an unknown word belongs to the value before."""
    pieces: list[str] = []
    for piece in _COMMA.split(text):
        name = _NAME.match(piece)
        whole = name is not None and piece[name.end() : name.end() + 1] in ("", "=")
        known = whole and (name[1] in _KNOWN or not name[1].strip("_"))  # type: ignore[index]
        if not known and pieces and "=/" in pieces[-1] and not pieces[-1].endswith("/"):
            pieces[-1] += "," + piece
        else:
            pieces.append(piece.strip())
    return pieces


def canonical(pattern: str, text: str) -> str:
    """The rule with its options sorted and without `badfilter`: what `badfilter` is compared by."""
    names = sorted(set(_pieces(text)) - {"badfilter"}) if text else []
    return f"{pattern}${','.join(names)}"
