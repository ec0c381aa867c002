"""`mouchard identity`: say who you are, so that your data can be recognised. Values never go through argv."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mouchard import identity as identities
from mouchard import paths
from mouchard.errors import BadInput
from mouchard.identity.file import DEFAULT_NAME, canonical
from mouchard.identity.person import DECLARABLE, Identity, Person
from mouchard.masking.value import mask

_USUAL = ("email", "phone", "first_name", "last_name", "street", "zip", "city", "dob", "loyalty_card")
_LABELS = {
    "email": "E-mail address", "phone": "Phone number", "first_name": "First name", "last_name": "Last name",
    "street": "Number and street", "zip": "Postal code", "city": "City",
    "dob": "Date of birth (YYYY-MM-DD)", "loyalty_card": "Loyalty card number",
}  # fmt: skip

_person = click.option(
    "--person", default=DEFAULT_NAME, show_default=True, metavar="NAME", help="Whose values these are."
)


@click.group()
def identity() -> None:
    """Say who you are, so that your data can be recognised.

    Values are asked for, or read from standard input; never given as arguments, where other programs
    could see them. They stay in one file that only you can read.
    """


@identity.command()
@click.argument("kind", required=False, metavar="[TYPE]")
@_person
def add(kind: str | None, person: str) -> None:
    """Add values of a TYPE (email, phone, ...), or answer questions about the usual ones.

    Without a terminal, values are read from standard input: one a line for a TYPE, else `type: value`.
    """
    wanted = _kind(kind) if kind else None
    given = _asked(wanted) if sys.stdin.isatty() else _read(wanted)
    known = _stored()
    one = known.person(person) or Person(person, ())
    for name, value in given:
        one = one.plus(name, (value,))
    if not given:
        click.echo("nothing added", err=True)
        return
    _save(known.with_person(one))
    click.echo(
        f"{len(given)} value{'s' * (len(given) > 1)} kept for {person} in {paths.identity()}", err=True
    )


@identity.command(name="list")
def list_() -> None:
    """Show what is declared, masked."""
    known = _stored()
    if not known:
        click.echo("nobody declared yet; `mouchard identity add` asks for the usual values", err=True)
    for person in known:
        for kind, values in person.values:
            for value in values:
                click.echo(f"{person.name}\t{kind}\t{mask(kind, value)}\t{person.basis}")


@identity.command()
@click.argument("kind", required=False, metavar="[TYPE]")
@_person
def remove(kind: str | None, person: str) -> None:
    """Remove the values of a TYPE, or a whole person."""
    known = _stored()
    one = known.person(person)
    if one is None:
        names = ", ".join(other.name for other in known) or "nobody"
        raise BadInput(f"there is no person {person!r}", f"declared: {names}")
    if kind is None:
        _save(known.without(person))
        click.echo(f"{person} removed", err=True)
        return
    name = _kind(kind)
    if not one.of(name):
        raise BadInput(f"{person} has no {name}", "see `mouchard identity list`")
    left = one.minus(name)
    _save(known.with_person(left) if left.values else known.without(person))
    click.echo(f"{name} of {person} removed", err=True)


@identity.command()
@click.argument("person", default="test")
@click.option("--domain", default="example.org", show_default=True, help="Domain of the invented addresses.")
def invent(person: str, domain: str) -> None:
    """Make a test PERSON whose values belong to nobody: finding one proves where it came from.

    The values are shown once, to be typed into forms.
    """
    known = _stored()
    if known.person(person) is not None:
        raise BadInput(
            f"there is a person {person!r} already", "choose another name, or remove that one first"
        )
    made = identities.invent(person, domain)
    _save(known.with_person(made))
    for kind, values in made.values:
        for value in values:
            click.echo(f"{kind}\t{value}")


def _asked(kind: str | None) -> list[tuple[str, str]]:
    kinds = (kind,) if kind else _USUAL
    if not kind:
        click.echo("Leave out what you like with Enter. Several values: separate them with ;", err=True)
    given: list[tuple[str, str]] = []
    for name in kinds:
        answer = click.prompt(
            _LABELS.get(name, name.replace("_", " ").capitalize()),
            default="", show_default=False, hide_input=name == "password", err=True,
        )  # fmt: skip
        pieces = [answer] if name in ("password", "gps") else answer.split(";")
        given.extend((name, piece.strip()) for piece in pieces if piece.strip())
    return given


def _read(kind: str | None) -> list[tuple[str, str]]:
    given: list[tuple[str, str]] = []
    for number, line in enumerate(sys.stdin, 1):
        text = line.strip()
        if not text:
            continue
        if kind:
            given.append((kind, text))
            continue
        name, colon, value = text.partition(":")
        if not colon or not value.strip():
            raise BadInput(f"line {number} of standard input is not `type: value`", _types())
        given.append((_kind(name), value.strip()))
    return given


def _kind(word: str) -> str:
    name = canonical(word)
    if not name:
        hint = "values are asked for, never given as arguments" if "@" in word else _types()
        raise BadInput(f"{word!r} is no data type that can be declared", hint)
    return name


def _types() -> str:
    return f"types: {' '.join(DECLARABLE)}"


def _stored() -> Identity:
    return identities.load(_path())


def _save(known: Identity) -> None:
    identities.save(known, _path())


def _path() -> Path:
    return paths.identity()
