"""The identity file: TOML (or JSON), tables `[person.NAME]`, mode 0600."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from mouchard.errors import BadInput
from mouchard.identity.person import DECLARABLE, Identity, Person
from mouchard.identity.plausible import doubt
from mouchard.model import Basis

DEFAULT_NAME = "me"

_ALIASES = {
    "mail": "email", "e-mail": "email", "emails": "email", "tel": "phone", "telephone": "phone",
    "mobile": "phone", "phones": "phone", "firstname": "first_name", "given_name": "first_name",
    "prenom": "first_name", "lastname": "last_name", "family_name": "last_name", "surname": "last_name",
    "nom": "last_name", "fullname": "name", "full_name": "name", "birthday": "dob", "birthdate": "dob",
    "date_of_birth": "dob", "address": "street", "postcode": "zip", "postal_code": "zip", "zipcode": "zip",
    "loyalty": "loyalty_card", "card": "payment_card", "local_ip": "ip", "sex": "gender", "login": "username",
}  # fmt: skip


def load(path: Path) -> Identity:
    """Read an identity file, TOML or JSON, of either shape. A missing file is an empty identity.
    Raises BadInput naming the file and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Identity()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read the identity file {path}: {error}", "it must be TOML or JSON") from error
    try:
        mapping = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is neither TOML nor JSON: {error}", _EXAMPLE) from error
    return parse(mapping)


def parse(mapping: Mapping[str, object], strict: bool = True) -> Identity:
    """The identity of `{type: [values]}` or `{"person": {NAME: {type: [values]}}}`. A person's table may say
    `basis = "invented"`. Raises BadInput for a type that cannot be declared, unless not `strict`."""
    if not isinstance(mapping, Mapping):
        raise BadInput("an identity is a table of data types and values", _EXAMPLE)
    persons: list[Person] = []
    flat = {name: value for name, value in mapping.items() if name != "person"}
    if flat:
        persons.append(_person(DEFAULT_NAME, flat, strict))
    tables = mapping.get("person", {})
    if not isinstance(tables, Mapping):
        raise BadInput("`person` must hold one table a person", _EXAMPLE)
    for name, table in tables.items():
        if not isinstance(table, Mapping):
            raise BadInput(f"person {name!r} must be a table of data types and values", _EXAMPLE)
        persons.append(_person(str(name), table, strict))
    return Identity(tuple(person for person in persons if person.values))


def save(identity: Identity, path: Path) -> None:
    """Write the identity file, 0600, whole or not at all."""
    lines = ["# Whose data Mouchard looks for. Keep this file to yourself.\n"]
    for person in identity:
        lines.append(f"[person.{_quoted(person.name)}]")
        if person.basis == "invented":
            lines.append('basis = "invented"')
        lines.extend(f"{kind} = [{', '.join(map(_quoted, values))}]" for kind, values in person.values)
        lines.append("")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".identity-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def canonical(kind: str) -> str:
    """The data type that a person means by a word, or empty."""
    low = kind.strip().lower().replace(" ", "_")
    low = _ALIASES.get(low, low)
    return low if low in DECLARABLE else ""


def _person(name: str, table: Mapping[str, object], strict: bool) -> Person:
    basis: Basis = "invented" if table.get("basis") == "invented" else "declared"
    person = Person(name, (), basis)
    for kind, given in table.items():
        if kind == "basis":
            continue
        values = [given] if isinstance(given, (str, int, float)) else given
        known = canonical(kind)
        if not known or not isinstance(values, (list, tuple)):
            if strict:
                raise BadInput(f"{kind!r} is no data type", f"one of: {' '.join(DECLARABLE)}")
            continue
        texts = [str(value).strip() for value in values if isinstance(value, (str, int, float))]
        for text in texts if strict else ():
            if text and (name_of := doubt(known, text)):
                raise BadInput(f"a value of {known} is not {name_of}", "correct it in the identity")
        person = person.plus(known, [text for text in texts if text])
    return person


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_EXAMPLE = '[person.me] on one line, then email = ["someone@example.org"]'
