"""Rules of many lists, found by host or by their rarest word. Rules are parsed when first met."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from mouchard.classify import options as opt
from mouchard.classify.pattern import host_and_rest, literal, tokens
from mouchard.classify.options import Unusable
from mouchard.classify.rule import Asker, Rule, parse, parse_host
from mouchard.classify.rulelist import RuleList
from mouchard.classify.site import normal_host, suffixes
from mouchard.classify.target import Target
from mouchard.model import Match

_HOST = re.compile(r"\|\|([a-z0-9.-]+)(?=[/^:?])").match
_COSMETIC = re.compile(r"[^/|@\"!]*#[@?$%]{0,2}\??#|.*#@?#\+js\(").match
_PAGE_RULE = re.compile(r"[$,](?:doc|document|genericblock|urlblock|all)(?:,|$)").search
_COMMON = frozenset(
    """http https www com net org js css php html htm gif png jpg jpeg webp svg json co uk fr de img images
    static cdn api assets id v1 v2 v3 min 1 2""".split()
)
"""Words of so many URLs that a rule found by them would be tested on each."""


class Table:
    """Where to look for the rules that could match: a dictionary of hosts, one of words, and the few left."""

    __slots__ = ("by_host", "by_source", "by_word", "loose")

    def __init__(self) -> None:
        self.by_host: dict[str, int | tuple[int, ...]] = {}
        self.by_word: dict[str, int | tuple[int, ...]] = {}
        self.by_source: dict[str, int | tuple[int, ...]] = {}
        self.loose: list[tuple[str, int]] = []

    def numbers(self) -> Iterator[int]:
        """Every rule of the table, once."""
        seen: set[int] = {number for _, number in self.loose}
        for table in (self.by_host, self.by_word, self.by_source):
            for found in table.values():
                seen.update((found,) if isinstance(found, int) else found)
        yield from sorted(seen)

    def add_words(self, rules: Sequence[tuple[int, str]]) -> None:
        """Index rules that no host leads to, each by the word that the fewest of them share."""
        words = [tokens(pattern) for _, text in rules for pattern in (opt.split(text)[0],)]
        counts: Counter[str] = Counter(word for found in words for word in found)
        for (number, text), found in zip(rules, words, strict=True):
            choice = [word for word in found if word not in _COMMON]
            if choice:
                _put(self.by_word, min(choice, key=lambda word: (counts[word], -len(word))), number)
                continue
            pattern, options = opt.split(text)
            needle = literal(pattern)
            sources = _source_names(options)
            if sources:
                for name in sources:
                    _put(self.by_source, name, number)
            else:
                self.loose.append((needle, number))

    def candidates(self, target: Target, host: str) -> Collection[int]:
        """Numbers of the rules worth testing; `host` is the host that asks."""
        numbers: list[int] = []
        by_host = self.by_host
        name = target.host
        while True:
            found = by_host.get(name)
            if found is not None:
                if type(found) is int:
                    numbers.append(found)
                else:
                    numbers += found  # type: ignore[arg-type]
            name = name.partition(".")[2]
            if not name:
                break
        if self.by_word:
            for word in self.by_word.keys() & target.words:
                found = self.by_word[word]
                if type(found) is int:
                    numbers.append(found)
                else:
                    numbers += found  # type: ignore[arg-type]
        text = target.text
        for needle, number in self.loose:
            if needle in text:
                numbers.append(number)
        if self.by_source and host:
            for name in suffixes(host):
                if name in self.by_source:
                    found = self.by_source[name]
                    numbers += (found,) if isinstance(found, int) else found
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
            lines = rules.lines()
            if rules.kind in ("hosts", "domains"):
                self._index_hosts(rules, lines, base)
            else:
                self._index_rules(rules, lines, base, words)
                cancelled += [opt.canonical(*opt.split(line.strip())) for line in lines if "badfilter" in line]
            base += len(lines) + 1
        for table, rest in zip((self._blocking, self._exceptions, self._pages), words, strict=True):
            table.add_words(rest)
        self._cancelled = frozenset(cancelled)

    def matches(self, target: Target, asker: Asker, page: Target | None) -> tuple[tuple[Match, ...], bool]:
        """Every rule and exception that matches, and whether a blocker would stop the request."""
        found = self._search(self._blocking, target, asker)
        if not found:
            return (), False
        allowed = self._search(self._exceptions, target, asker)
        if page is not None and (self._pages.by_host or self._pages.by_word or self._pages.loose):
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

    def _parse(self, number: int) -> Rule | None:
        try:
            rule, canonical = self._read(number)
        except Unusable:
            return None
        return None if canonical in self._cancelled else rule

    def _unusable(self, number: int) -> str:
        try:
            self._read(number)
        except Unusable as reason:
            return str(reason)
        return ""

    def _read(self, number: int) -> tuple[Rule, str]:
        place = bisect_right(self._bases, number) - 1
        rules = self.lists[place]
        line = number - self._bases[place]
        text = rules.rule(line)
        exception = text.startswith("@@")
        match = Match(rules.name, rules.version, text, line, rules.section(line), "", exception)
        if rules.kind in ("hosts", "domains"):
            return parse_host(match), ""
        return parse(text[2:] if exception else text, match)

    def _index_hosts(self, rules: RuleList, lines: list[str], base: int) -> None:
        for number, line in enumerate(lines, base + 1):
            host = rules.host(line) if line and line[0] not in "#!" else ""
            if host:
                _put(self._blocking.by_host, normal_host(host), number)
                rules.rules += 1
            elif line:
                rules.note_section(number - base, line)

    def _index_rules(
        self, rules: RuleList, lines: list[str], base: int, words: tuple[list[tuple[int, str]], ...]
    ) -> None:
        by_host = self._blocking.by_host
        count = 0
        for number, line in enumerate(lines, base + 1):
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
            if "#" in line and _COSMETIC(line) or line[0] == "#":
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
        _put(table.by_host, normal_host(split[0]), number)


def _put(table: dict[str, int | tuple[int, ...]], key: str, number: int) -> None:
    before = table.setdefault(key, number)
    if before is not number:
        table[key] = (before, number) if isinstance(before, int) else (*before, number)


def _source_names(options: str) -> tuple[str, ...]:
    """The plain names of a rule's `domain=`, where it has only such and they decide alone."""
    value = next((part[len(key) :] for part in options.split(",") for key in ("domain=", "from=")
                  if part.startswith(key)), "")  # fmt: skip
    names = [normal_host(name) for name in value.split("|") if name and not name.startswith("~")]
    if any(name.endswith(".*") or name.startswith("/") for name in names):
        return ()
    return tuple(dict.fromkeys(names))
