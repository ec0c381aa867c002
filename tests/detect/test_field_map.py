"""Every entry of the field map is reached by such a message, and says nothing where the field is empty."""

# ruff: noqa: E501  (a table)

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest

from mouchard.detect import Detector
from mouchard.model import Hit

TABLES: list[dict[str, Any]] = tomllib.loads(
    files("mouchard.detect").joinpath("vendors.toml").read_text(encoding="utf-8")
)["vendor"]
VALUES = {
    "email": "rose.mallarme@poste-unie.fr", "phone": "+33639985566", "first_name": "Rose", "last_name": "Mallarmé",
    "name": "Rose Mallarmé", "user_id": "client-88412", "dob": "1987-05-14", "city": "Nantes", "zip": "44000",
}  # fmt: skip


def entries() -> Iterator[tuple[str, str, str, str]]:
    for table in TABLES:
        for field, kind, _, *where in table["fields"]:
            if kind in VALUES and not where and "path" not in table and not field.startswith("path:"):
                yield table["name"], table["hosts"][0], field, kind


def body(field: str, value: str) -> str:
    """A JSON text with this field."""
    *outer, name = field.removeprefix("*.").split(".")
    found: Any = {name: value}
    for key in reversed(outer):
        found = {key: found}
    return json.dumps([{"z": found}] if field.startswith("*.") and field.count(".") == 1 else found)


@pytest.mark.parametrize(("vendor", "host", "field", "kind"), list(entries()))
def test_a_documented_field(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], vendor: str, host: str, field: str, kind: str
) -> None:
    told = hits(nobody, f"https://{host}/x", body(field, VALUES[kind]))
    assert [(hit.type, hit.proof) for hit in told if hit.type == kind][:1] == [(kind, "field")]
    (hit,) = [hit for hit in told if hit.type == kind]
    assert vendor in hit.note and VALUES[kind] not in hit.masked
    assert [
        hit for hit in hits(nobody, f"https://{host}/x", body(field, "undefined")) if hit.proof == "field"
    ] == []


def test_every_vendor_is_named_once_and_dated() -> None:
    names = [table["name"] for table in TABLES]
    assert len(names) == len(set(names))
    assert all(table["as_of"] >= "2026-11-21" and table["source"] for table in TABLES)
