"""One network rule, ready to be tested, with the evidence it gives."""

from __future__ import annotations

from dataclasses import dataclass

from mouchard.classify import options as opt
from mouchard.classify.pattern import Test, compile_rest, compile_test, host_and_rest, is_regex
from mouchard.classify.regex import Unusable
from mouchard.classify.rulelist import RuleList
from mouchard.classify.site import normal_host
from mouchard.classify.target import Target
from mouchard.model import Grade, Match

_HOST_OPTIONS = opt.Options(types=opt.EVERYTHING)
_ANY_HOST = frozenset(
    "| || :// |http |http: |http:// |https |https: |https:// |ws |ws:// |wss |wss://".split()
)
"""Patterns that name no host: they hold for all of them."""


@dataclass(slots=True)
class Asker:
    """Who asks, and how: what a rule's options look at."""

    type: int
    """Bit of the request type."""
    host: str
    """Host of the page or frame that asks, or empty where unknown."""
    third: bool | None
    """True where the target belongs to another site; None where that cannot be known."""
    method: str = ""
    """In lower case, or empty where unknown."""


class Rule:
    """A parsed rule. `applies` is the only question asked of it on the way of a request."""

    __slots__ = ("_line", "_list", "_match", "_options", "_party", "_plain", "_test", "_types", "important")

    def __init__(self, options: opt.Options, test: Test | None, rules: RuleList, line: int) -> None:
        self._list = rules
        self._line = line
        self._match: Match | None = None
        self.important = options.important
        self._options = options
        self._types = options.types
        self._party = options.party
        self._test = test
        self._plain = not (
            options.sources
            or options.targets
            or options.denied
            or options.methods
            or options.excluded_methods
        )

    @property
    def match(self) -> Match:
        """The evidence it gives, made when first asked for: most rules that are read never apply."""
        if self._match is None:
            rules, line = self._list, self._line
            text = rules.rule(line)
            exception = text.startswith("@@")
            standing: Grade = "A"
            if rules.kind not in ("hosts", "domains"):
                standing = grade(opt.split(text[2:] if exception else text)[0], self._options)
            self._match = Match(
                rules.name, rules.version, text, rules.line(line), rules.section(line), standing, exception
            )
        return self._match

    def applies(self, target: Target, asker: Asker) -> bool:
        """Whether the rule speaks of this request."""
        if not self._types & asker.type:
            return False
        party = self._party
        if party and asker.third is not None and not _party_fits(party, target, asker):
            return False
        if self._test is not None and not self._test(target):
            return False
        return self._plain or self._options_fit(target, asker)

    def _options_fit(self, target: Target, asker: Asker) -> bool:
        options = self._options
        if options.sources is not None and not options.sources.cover(asker.host):
            return False
        if options.targets is not None and not options.targets.cover(target.host):
            return False
        if options.denied is not None and options.denied.cover(target.host):
            return False
        if options.methods and asker.method not in options.methods:
            return False
        return not (asker.method and asker.method in options.excluded_methods)


def _party_fits(party: str, target: Target, asker: Asker) -> bool:
    if party == "third":
        return asker.third is True
    if party == "first":
        return asker.third is False
    same_host = target.host == asker.host
    return same_host if party == "strict1p" else not same_host


def parse(rules: RuleList, line: int) -> Rule:
    """The rule on a line of a list. Raises Unusable.

    A rule whose host is whole (`||host^...`) tests only what follows: it is looked up by its host. One of a
    hosts file or a domain list holds whoever asks, pages included.
    """
    if rules.kind in ("hosts", "domains"):
        return Rule(_HOST_OPTIONS, None, rules, line)
    pattern, option_text = opt.split(rules.rule(line).removeprefix("@@"))
    options = opt.parse(option_text)
    if options.badfilter:
        raise Unusable("badfilter")
    split = host_and_rest(pattern)
    if split is not None:
        test = compile_rest(split[1], options.match_case)
    else:
        test = compile_test(_a_labelled(pattern), options.match_case)
    return Rule(options, test, rules, line)


def grade(pattern: str, options: opt.Options) -> Grade:
    """How much a rule says: A a host, B a host and a path, C a path or query anywhere, D options alone."""
    split = host_and_rest(pattern)
    if split is not None:
        return "A" if split[1].strip("*") in ("^", "/", "^|", "/^", "") else "B"
    names_target = options.targets is not None and bool(options.targets.names.include)
    bare = pattern.strip("*")
    if not bare or bare in _ANY_HOST:
        return "A" if names_target else "D"
    if is_regex(pattern):
        return "C"
    if pattern.startswith("||"):
        rest = pattern[2:]
        return "A" if "/" not in rest and "." in rest and "?" not in rest else "B"
    if pattern.startswith("|") and "://" in pattern and "." in pattern.split("://", 1)[1].split("/")[0]:
        return "B"
    return "B" if names_target else "C"


def _a_labelled(pattern: str) -> str:
    """The pattern with the international host of a `||host` anchor as A-labels."""
    if pattern.isascii() or not pattern.startswith("||"):
        return pattern
    end = next((place for place, char in enumerate(pattern) if place > 1 and char in "^/:?*|"), len(pattern))
    return f"||{normal_host(pattern[2:end])}{pattern[end:]}"
