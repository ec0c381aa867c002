"""A person and the values they declared, typed or were given; in memory only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mouchard.identity.recipes.countries import code
from mouchard.model import Basis, DataType

DECLARABLE: tuple[DataType, ...] = tuple(
    """email phone first_name last_name name username password dob gender street city zip country
    loyalty_card nir iban payment_card mac bssid ssid gps ad_id device_id user_id ip""".split()
)
"""Data types that a person can declare; the others are seen from the traffic alone."""


_ANYWHERE = frozenset(("co", "me"))
"""Domains of countries that are sold to all the world."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person: `values` holds pairs of data type and values, in the order given."""

    name: str
    values: tuple[tuple[DataType, tuple[str, ...]], ...]
    basis: Basis = "declared"

    def of(self, kind: DataType) -> tuple[str, ...]:
        """Values of one type, or none."""
        return next((values for name, values in self.values if name == kind), ())

    def plus(self, kind: DataType, values: Iterable[str]) -> Person:
        """The same person with more values of a type, each kept once."""
        known = dict(self.values)
        known[kind] = tuple(dict.fromkeys((*known.get(kind, ()), *values)))
        return Person(self.name, tuple(known.items()), self.basis)

    def minus(self, kind: DataType) -> Person:
        """The same person without the values of a type."""
        return Person(self.name, tuple((k, v) for k, v in self.values if k != kind), self.basis)

    @property
    def region(self) -> str:
        """Country for reading national phone numbers and dates, ISO alpha-2: the declared one, else that of
        the bank account or of the e-mail address, else France."""
        told = next(filter(None, map(code, self.of("country"))), "")
        if told:
            return told
        hints = [iban[:2] for iban in self.of("iban")]
        hints += [address.rpartition(".")[2] for address in self.of("email")]
        telling = (hint for hint in hints if len(hint) == 2 and hint.lower() not in _ANYWHERE)
        return next(filter(None, map(code, telling)), "FR")


@dataclass(frozen=True, slots=True)
class Identity:
    """Everybody whose data is looked for. Empty is fine: then only documented fields and shapes count."""

    persons: tuple[Person, ...] = ()

    def __bool__(self) -> bool:
        return any(person.values for person in self.persons)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.persons)

    def person(self, name: str) -> Person | None:
        """The person of that name."""
        return next((person for person in self.persons if person.name == name), None)

    def with_person(self, person: Person) -> Identity:
        """This identity with a person added, or replaced by name."""
        others = tuple(known for known in self.persons if known.name != person.name)
        return Identity((*others, person))

    def without(self, name: str) -> Identity:
        """This identity without the person of that name."""
        return Identity(tuple(known for known in self.persons if known.name != name))


NOBODY = Identity()
"""Nothing declared: only documented fields, shapes and identifiers are found."""
