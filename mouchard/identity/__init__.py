"""Identity: whose data to look for. Persons, their values by data type, and where these came from."""

from mouchard.identity.file import load, parse, save
from mouchard.identity.invented import invent
from mouchard.identity.person import Identity, Person

__all__ = ["Identity", "Person", "invent", "load", "parse", "save"]
