"""The index of what to look for: raw digests in a dict, plain spellings in one automaton."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import ahocorasick

from mouchard.detect import places
from mouchard.detect.digests import Chain, crc32, digests, salted
from mouchard.detect.disguises import SUBSTITUTIONS, encoded
from mouchard.detect.passwords import Passwords
from mouchard.extract.part import DIGEST_SIZES
from mouchard.identity.person import NOBODY, Identity, Person
from mouchard.identity.recipes import birth, names, variants
from mouchard.identity.recipes.spelling import Spellings, lowered
from mouchard.model import Basis, DataType, Node

_DEEP = frozenset(("email", "phone", "loyalty_card", "username", "user_id", "nir"))
_WORTH_TURNING = frozenset("email phone loyalty_card username nir iban mac street ad_id payment_card".split())
_TURNED = frozenset("lower as_typed digits compact colon e164_plus e164_noplus national".split())
_PHONE_RECIPES = frozenset("e164_plus e164_noplus 00cc national no_zeros as_typed digits".split())
CONSTANT: frozenset[DataType] = frozenset(("gender", "country"))
"""Types with so few values that even a digest needs a key, and a word of an address (`/fr/`) says nothing."""
_SHORT = 12
"""Characters below which an encoded value is too short to be known as one: its encodings are listed."""
_MAX_SALTS = 16
_PIECES = re.compile(r"[\W_]+").split
_NEVER_HASHED = frozenset(("gps",))
_BEGINNING = 8
"""Bytes by which a digest is found in others."""
_SILENT = 4096
"""Texts remembered in which nothing is."""
_SILENT_LENGTH = 512
"""Characters of the longest of them."""
_FOLDED_AWAY = {ord(c): None for c in " .-()/+\u00a0"}


class Entry(NamedTuple):
    """What a digest or a spelling stands for."""

    type: DataType
    value: str
    person: str
    basis: Basis
    recipes: tuple[str, ...]
    chain: Chain


class Needle(NamedTuple):
    """A plain spelling, in lower case, with the exact spellings behind it."""

    text: str
    entry: Entry
    spelt: dict[str, tuple[str, ...]]


class Index:
    """Everything known of the persons, ready for look-ups. Values can be added, never taken away."""

    def __init__(self, identity: Identity = NOBODY) -> None:
        self.digests: dict[bytes, Entry] = {}
        self.keyed: dict[str, list[Entry]] = {}
        self.compact: dict[str, Entry] = {}
        self.locals: dict[str, tuple[str, Entry]] = {}
        self.checksums: dict[int, Entry] = {}
        self.places: list[tuple[float, float, Entry]] = []
        self.latitudes: set[str] = set()
        self.births: dict[str, list[tuple[str, str, Entry]]] = {}
        """Year -> month and day."""
        self.passwords = Passwords()
        self.silent: set[str] = set()
        """Texts searched before that hold, whatever stands beside them, nothing of what is known now: nearly
        every value comes with many messages."""
        self._nobodys: set[str] = set()
        """Words asked for before that are nobody's."""
        self._lines = False
        """Whether a spelling has several lines, so that it may begin in one text and end in the next."""
        self._needles: dict[str, Needle] = {}
        self._salted: dict[str, dict[bytes, Entry]] = {}
        self._plain: Any = None
        self._beginnings: Any = None
        for person in identity:
            for kind, values in person.values:
                for value in values:
                    self.add(kind, value, person)
            self._full_names(person)

    def __bool__(self) -> bool:
        return self.has_words or bool(self.passwords)

    @property
    def has_words(self) -> bool:
        """Whether there is more to look for than passwords."""
        return bool(self.digests or self._needles or self.keyed or self.places)

    def add(self, kind: DataType, value: str, person: Person) -> None:
        """Index every spelling of a value, and every digest of each."""
        if kind == "gps":
            self._place(value, Entry(kind, value, person.name, person.basis, ("as_typed",), ()))
            return
        self._spellings(kind, value, person, variants(kind, value, person.region))
        if kind == "email":
            self._email(value, person)
        elif kind == "dob" and (day := birth.parts(value, person.region)):
            entry = Entry(kind, value, person.name, person.basis, ("parts",), ())
            self.births.setdefault(day[0], []).append((*day[1:], entry))

    def leave_out(self, other: Index) -> None:
        """Drop the spellings and digests that are looked for in another index anyway."""
        for (mine, types), (theirs, _) in zip(self._tables(), other._tables(), strict=True):
            for key in [key for key in mine.keys() & theirs.keys() if types(mine[key]) == types(theirs[key])]:
                del mine[key]
        for year, days in other.births.items():
            known = {told[:2] for told in days}
            left = [told for told in self.births.pop(year, ()) if told[:2] not in known]
            self.births |= {year: left} if left else {}
        self._plain = self._beginnings = None

    def _tables(self) -> Iterator[tuple[dict[Any, Any], Callable[[Any], Any]]]:
        """What is looked up in, each with the data type of what it holds."""
        for table in (self.digests, self.compact, self.checksums):
            yield table, lambda entry: entry.type
        yield self._needles, lambda needle: needle.entry.type
        yield self.locals, lambda found: found[1].type
        yield self.keyed, lambda entries: {entry.type for entry in entries}

    def spellings(self) -> Iterable[str]:
        """The plain spellings that are looked for anywhere, in lower case."""
        return self._needles

    def knows(self, word: str) -> bool:
        """Whether a word, or one of its parts, is a value that tells who somebody is."""
        if self.passwords and self.passwords.chain(word) is not None:
            return True
        if word in self._nobodys:
            return False
        low = word.lower()
        known = (
            low in self._needles
            or low in self.locals
            or any(
                entry.type not in CONSTANT
                for piece in {low, *_PIECES(low)}
                if len(piece) > 1
                for entry in self.keyed.get(piece, ())
            )
        )
        if not known:
            self._remember(self._nobodys, [word])
        return known

    def add_name(self, first: str, last: str, person: Person) -> None:
        """Index first and last name written together."""
        self._spellings("name", f"{first} {last}", person, names.together(first, last))

    @property
    def plain(self) -> Any:
        """The automaton over plain spellings in lower case; None while there are none."""
        if self._plain is None and self._needles:
            automaton = ahocorasick.Automaton()
            for text, needle in self._needles.items():
                automaton.add_word(text, needle)
            automaton.make_automaton()
            self._plain = automaton
        return self._plain

    def inside(self, data: bytes) -> Iterator[Entry]:
        """What the digests somewhere in these bytes stand for, in order. They are found by their first bytes,
        each one character (latin-1): an automaton over whole digests takes four times the memory."""
        if self._beginnings is None:
            self._beginnings = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
            for digest in self.digests:
                self._beginnings.add_word(digest[:_BEGINNING].decode("latin-1"))
            self._beginnings.make_automaton()
        for end, _ in self._beginnings.iter(data.decode("latin-1")):
            begin = end + 1 - _BEGINNING
            for size in DIGEST_SIZES:
                entry = self.digests.get(data[begin : begin + size])
                if entry is not None and begin + size <= len(data):
                    yield entry

    def hush(self, texts: Iterable[str]) -> None:
        """Remember texts in which nothing was found."""
        if not self._lines:
            self._remember(self.silent, [text for text in texts if len(text) <= _SILENT_LENGTH])

    def salted(self, salt: str) -> dict[bytes, Entry]:
        """Digests of e-mail addresses and phone numbers with a salt that the message itself tells. The last
        few salts are remembered."""
        known = self._salted.get(salt)
        if known is not None:
            return known
        found: dict[bytes, Entry] = {}
        for needle in self._needles.values():
            if needle.entry.type in ("email", "phone") and not needle.entry.chain and " " not in needle.text:
                for text in {needle.text, *needle.spelt}:
                    for digest, chain in salted(text, salt):
                        found[digest] = Entry(*needle.entry[:-1], chain)
        self._salted[salt] = found
        if len(self._salted) > _MAX_SALTS:
            del self._salted[next(iter(self._salted))]
        return found

    def touches(self, nodes: Sequence[Node]) -> bool:
        """Whether anything here might be found in these nodes: a quick look before the thorough one."""
        for node in nodes:
            if isinstance(node.value, bytes) and node.value in self.digests:
                return True
            if self.passwords and self.passwords.chain(node.value) is not None:
                return True
        texts = "\n".join(node.value for node in nodes if isinstance(node.value, str)).lower()
        if self.plain is not None and next(self.plain.iter(texts), None) is not None:
            return True
        return any(text in self.keyed for text in texts.split("\n") if len(text) < 64)

    def _spellings(self, kind: DataType, value: str, person: Person, spellings: Spellings) -> None:
        self._plain = self._beginnings = None
        self._salted.clear()
        self.silent.clear()
        self._nobodys.clear()
        self._lines = self._lines or any("\n" in text for text in spellings)
        for text, (recipes, use) in spellings.items():
            deep = kind in _DEEP and (kind != "phone" or not _PHONE_RECIPES.isdisjoint(recipes))
            entry = Entry(kind, value, person.name, person.basis, recipes, ())
            if kind not in _NEVER_HASHED:
                for digest, chain in digests(text, deep):
                    self.digests.setdefault(digest, Entry(*entry[:-1], chain))
            if deep:
                self.checksums.setdefault(crc32(text), entry._replace(chain=("crc32",)))
            if use == "plain":
                self._needle(text, entry)
                if recipes[0] in _TURNED and kind in _WORTH_TURNING:
                    self._turned(text, entry)
            if use == "keyed" or (use == "plain" and len(text) < 64):
                self._keyed(text, entry)
        if kind in ("phone", "loyalty_card", "nir", "payment_card"):
            for text, (recipes, _) in spellings.items():
                digits = text.translate(_FOLDED_AWAY)
                if len(digits) > 7:
                    entry = Entry(kind, value, person.name, person.basis, recipes, ())
                    self.compact.setdefault(digits, entry)

    def _remember(self, empty: set[str], texts: Iterable[str]) -> None:
        if len(empty) > _SILENT:
            empty.clear()
        empty.update(texts)

    def _keyed(self, text: str, entry: Entry) -> None:
        known = self.keyed.setdefault(text.lower(), [])
        if not any(other[:4] == entry[:4] for other in known):
            known.append(entry)
        if not entry.chain and 2 < len(text) < _SHORT:
            for form, step in encoded(text):
                self._keyed(form, entry._replace(chain=(step,)))

    def _needle(self, text: str, entry: Entry) -> None:
        low = lowered(text)
        needle = self._needles.get(low)
        if needle is None:
            self._needles[low] = Needle(low, entry, {text: entry.recipes})
        else:
            needle.spelt.setdefault(text, entry.recipes)

    def _turned(self, text: str, entry: Entry) -> None:
        self._needle(text[::-1], entry._replace(chain=("reverse",)))
        if any(c.isascii() and c.isalpha() for c in text):
            self._needle(codecs.encode(text, "rot13"), entry._replace(chain=("rot13",)))

    def _email(self, value: str, person: Person) -> None:
        low = "".join(value.lower().split())
        local, _, domain = low.rpartition("@")
        entry = Entry("email", value, person.name, person.basis, ("lower",), ())
        for table in SUBSTITUTIONS:
            self._needle(low.translate(table), entry._replace(chain=("substitution",)))
        self.locals[local] = (domain, entry._replace(chain=("localpart",)))

    def _place(self, value: str, entry: Entry) -> None:
        self.silent.clear()
        numbers = value.replace(";", " ").replace(",", " ").split()
        try:
            self.places.append((float(numbers[0]), float(numbers[1]), entry))
            self.latitudes |= places.beginnings(self.places[-1][0])
        except (ValueError, IndexError):
            self._keyed(value, entry)

    def _full_names(self, person: Person) -> None:
        for first in person.of("first_name"):
            for last in person.of("last_name"):
                self.add_name(first, last, person)
