"""Rules of many lists, found by host or by their rarest word. Rules are parsed when first met."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from mouchard.classify import options as opt
from mouchard.classify.pattern import host_and_rest, literal, plain_literal, tokens
from mouchard.classify.regex import Unusable
from mouchard.classify.rule import Asker, Rule, parse
from mouchard.classify.rulelist import RuleList
from mouchard.classify.site import normal_host
from mouchard.classify.target import Target
from mouchard.model import Match

_HOST = re.compile(r"\|\|([a-z0-9.-]+)(?=[/^:?])").match
_COSMETIC = re.compile(r"[^/|@\"!]*#[@?$%]{0,2}\??#|.*#@?#\+js\(").match
_PAGE_RULE = re.compile(r"[$,](?:doc|document|genericblock|urlblock|all)(?:,|$)").search
_MANY = 4
_COMMON = frozenset(
    """http https www com net org js css php html htm gif png jpg jpeg webp svg json co uk fr de img images
    static cdn api assets id v1 v2 v3 min 1 2""".split()
)
"""Words of so many URLs that a rule found by them would be tested on each."""


class Table:
    """Where to look for the rules that could match.

    `by_host` holds rules whose host is whole. The others are found by a word of the URL or, having none,
    by the host that asks, or are looked at each time (`loose`); each comes with a text that the URL must
    contain.
    """

    __slots__ = ("by_host", "by_source", "by_word", "loose")

    def __init__(self) -> None:
        self.by_host: dict[str, int | tuple[int, ...] | list[tuple[str, int]]] = {}
        self.by_word: dict[str, list[tuple[str, int]]] = {}
        self.by_source: dict[str, list[tuple[str, int]]] = {}
        self.loose: list[tuple[str, int]] = []

    def add_host(self, host: str, number: int) -> None:
        """Index a rule by its host."""
        before = self.by_host.setdefault(host, number)
        if isinstance(before, list):
            before.append(("", number))
        elif before is not number:
            self.by_host[host] = (before, number) if isinstance(before, int) else (*before, number)

    def sharpen(self, rest_of: Callable[[int], str]) -> None:
        """Give the rules of hosts with many (clouds, platforms) the text that the URL must contain."""
        for host, found in self.by_host.items():
            if isinstance(found, tuple) and len(found) > _MANY:
                self.by_host[host] = [(plain_literal(rest_of(number)), number) for number in found]

    def add_words(self, rules: Iterable[tuple[int, str]]) -> None:
        """Index rules that no host leads to, each by the word that the fewest of them share."""
        split = [(number, *opt.split(text)) for number, text in rules]
        words = [tokens(pattern) for _, pattern, _ in split]
        counts = Counter(word for found in words for word in found)
        for (number, pattern, options), found in zip(split, words, strict=True):
            entry = (literal(pattern), number)
            choice = [word for word in found if word not in _COMMON]
            sources = () if choice else _source_names(options)
            for name in sources:
                self.by_source.setdefault(name, []).append(entry)
            if choice or (found and not sources):
                word = min(choice or found, key=lambda word: (counts[word], -len(word)))
                self.by_word.setdefault(word, []).append(entry)
            elif not sources:
                self.loose.append(entry)

    def numbers(self) -> Iterator[int]:
        """Every rule of the table, once."""
        seen = {number for _, number in self.loose}
        for found in self.by_host.values():
            if isinstance(found, list):
                seen.update(number for _, number in found)
            else:
                seen.update((found,) if isinstance(found, int) else found)
        for table in (self.by_word, self.by_source):
            seen.update(number for entries in table.values() for _, number in entries)
        yield from sorted(seen)

    def __bool__(self) -> bool:
        return bool(self.by_host or self.by_word or self.by_source or self.loose)

    def candidates(self, target: Target, host: str) -> list[int]:
        """Numbers of the rules worth testing; `host` is the host that asks."""
        numbers: list[int] = []
        by_host = self.by_host
        text = target.text
        name = target.host
        while name:
            found = by_host.get(name)
            if found is not None:
                if type(found) is int:
                    numbers.append(found)
                elif type(found) is tuple:
                    numbers += found
                else:
                    numbers += [number for needle, number in found if needle in text]  # type: ignore[misc,union-attr]
            name = name.partition(".")[2]
        by_word = self.by_word
        numbers += [
            number
            for word in by_word.keys() & target.words
            for needle, number in by_word[word]
            if needle in text
        ]
        if self.loose:
            numbers += [number for needle, number in self.loose if needle in text]
        by_source = self.by_source
        while host and by_source:
            if host in by_source:
                numbers += [number for needle, number in by_source[host] if needle in text]
            host = host.partition(".")[2]
        return numbers


class RuleSet:
    """Every rule in force, of all lists."""

    def __init__(self, lists: Iterable[RuleList]) -> None:
        self.lists = tuple(lists)
        self._bases: list[int] = []
        self._rules: dict[int, Rule | None] = {}
        self._blocking, self._exceptions, self._pages = Table(), Table(), Table()
        self._cancelled: frozenset[str] = frozenset()
        cancelled: list[str] = []
        words: tuple[list[tuple[int, str]], ...] = ([], [], [])  # blocking, exceptions, pages
        base = 0
        for rules in self.lists:
            self._bases.append(base)
            if rules.kind in ("hosts", "domains"):
                self._index_hosts(rules, base)
            else:
                self._index_rules(rules, base, words)
                cancelled += [opt.canonical(*opt.split(line.strip())) for line in rules.cancelling()]
            base += len(rules) + 1
        for table, rest in zip((self._blocking, self._exceptions, self._pages), words, strict=True):
            table.add_words(rest)
            table.sharpen(self._rest)
        self._cancelled = frozenset(cancelled)

    def matches(self, target: Target, asker: Asker, page: Target | None) -> tuple[tuple[Match, ...], bool]:
        """Every rule and exception that matches, and whether a blocker would stop the request."""
        found = self._search(self._blocking, target, asker)
        if not found:
            return (), False
        allowed = self._search(self._exceptions, target, asker)
        if page is not None and self._pages:
            visit = Asker(opt.BIT["document"], page.host, False)
            allowed += self._search(self._pages, page, visit)
        blocked = not allowed or any(rule.important for rule in found)
        return tuple(rule.match for rule in found + allowed), blocked

    def audit(self) -> dict[str, Counter[str]]:
        """For each list by name, how many network rules are unusable, by reason."""
        counts: dict[str, Counter[str]] = {}
        for place, rules in enumerate(self.lists):
            counts[rules.name] = Counter()
            for table in (self._blocking, self._exceptions, self._pages):
                for number in table.numbers():
                    if bisect_right(self._bases, number) - 1 == place:
                        reason = self._unusable(number)
                        if reason:
                            counts[rules.name][reason] += 1
        return counts

    def _search(self, table: Table, target: Target, asker: Asker) -> list[Rule]:
        numbers = table.candidates(target, asker.host)
        found: list[Rule] = []
        rules = self._rules
        for number in numbers:
            try:
                rule = rules[number]
            except KeyError:
                rule = rules[number] = self._parse(number)
            if rule is not None and rule.applies(target, asker) and rule not in found:
                found.append(rule)
        if len(found) > 1:
            found.sort(key=lambda rule: (rule.match.list, rule.match.line))
        return found

    def _rest(self, number: int) -> str:
        """What follows the host in a rule's pattern."""
        place = bisect_right(self._bases, number) - 1
        split = host_and_rest(
            opt.split(self.lists[place].rule(number - self._bases[place]).removeprefix("@@"))[0]
        )
        return split[1] if split is not None else ""

    def _parse(self, number: int) -> Rule | None:
        try:
            return self._read(number)
        except Unusable:
            return None

    def _unusable(self, number: int) -> str:
        try:
            self._read(number)
        except Unusable as reason:
            return str(reason)
        return ""

    def _read(self, number: int) -> Rule:
        rules = self.lists[place := bisect_right(self._bases, number) - 1]
        line = number - self._bases[place]
        plain = rules.kind in ("hosts", "domains")
        if self._cancelled and not plain and opt.canonical(*opt.split(rules.rule(line))) in self._cancelled:
            raise Unusable("badfilter")
        return parse(rules, line)

    def _index_hosts(self, rules: RuleList, base: int) -> None:
        for number, line in enumerate(rules.lines(), base + 1):
            host = rules.host(line) if line and line[0] not in "#!" else ""
            if host:
                self._blocking.add_host(normal_host(host), number)
                rules.rules += 1
            elif line:
                rules.note_section(number - base, line)

    def _index_rules(self, rules: RuleList, base: int, words: tuple[list[tuple[int, str]], ...]) -> None:
        by_host = self._blocking.by_host
        count = 0
        for number, line in enumerate(rules.lines(), base + 1):
            anchored = _HOST(line)
            if anchored is not None:
                count += 1
                host = anchored[1]
                before = by_host.setdefault(host, number)
                if before is not number:
                    by_host[host] = (before, number) if type(before) is int else (*before, number)  # type: ignore[misc]
                continue
            if not line or line[0] in "![":
                if line:
                    rules.note_section(number - base, line)
                continue
            if ("#" in line and _COSMETIC(line)) or line[0] == "#":
                continue
            line = line.strip()
            if line.startswith("@@"):
                rule = line[2:]
                if _PAGE_RULE(rule):
                    _place(self._pages, rule, number, words[2])
                _place(self._exceptions, rule, number, words[1])
            else:
                _place(self._blocking, line, number, words[0])
            count += 1
        rules.rules += count


def _place(table: Table, rule: str, number: int, words: list[tuple[int, str]]) -> None:
    """Index a rule by its host where it has a whole one; else put it among those to be found by a word."""
    split = host_and_rest(opt.split(rule)[0])
    if split is None:
        words.append((number, rule))
    else:
        table.add_host(normal_host(split[0]), number)


def _source_names(options: str) -> tuple[str, ...]:
    """The plain names of a rule's `domain=`, where it has only such and they decide alone."""
    value = next((part[len(key) :] for part in options.split(",") for key in ("domain=", "from=")
                  if part.startswith(key)), "")  # fmt: skip
    names = [normal_host(name) for name in value.split("|") if name and not name.startswith("~")]
    if any(name.endswith(".*") or name.startswith("/") for name in names):
        return ()
    return tuple(dict.fromkeys(names))
