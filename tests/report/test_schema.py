"""report.json is what docs/report.schema.json says, no field more and none less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mouchard.store.write import Entry
from tests.report.test_files import fill, hostile, write
from tests.store.build import entry, gap, mark, request, response, sealed

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


def faults(value: Any, schema: dict[str, Any], place: str = "$") -> Iterator[str]:
    """What does not fit, for the part of JSON Schema that our schema uses."""
    if "const" in schema and value != schema["const"]:
        yield f"{place} is not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not allowed"
    wanted = TYPES.get(schema.get("type", ""))
    if wanted is not None and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
        yield f"{place} is no {schema['type']}"
        return
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from faults(item, schema["items"], f"{place}[{number}]")
    if isinstance(value, dict) and "type" in schema:
        known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        yield from (f"{place}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, item in value.items():
            if name not in known and more is False:
                yield f"{place}.{name} is not documented"
            else:
                yield from faults(item, known.get(name, more), f"{place}.{name}")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_example_fits(lang: str) -> None:
    told = json.loads((ROOT / "docs" / "example" / lang / "report.json").read_text(encoding="utf-8"))
    assert list(faults(told, SCHEMA)) == []


@pytest.mark.parametrize("site", ["shop.example", "hostile"])
def test_reports_fit(tmp_path: Path, site: str) -> None:
    if site == "hostile":
        entries: tuple[Entry, ...] = hostile()
        site = entries[0].judgements[0].attributed.site
    else:
        entries = (Entry(mark(1, "refused")), entry(request(2)), Entry(response(3, 2)), Entry(sealed(4)))
        entries += (Entry(gap(5)),)
    told = json.loads(write(fill(tmp_path / "a.db", *entries), tmp_path / "out", site)["report.json"])
    assert list(faults(told, SCHEMA)) == []


def test_the_check_sees_faults() -> None:
    told = json.loads((ROOT / "docs" / "example" / "en" / "report.json").read_text(encoding="utf-8"))
    told["level"], told["more"] = "L9", 1
    del told["site"], told["findings"][0]["phase"]
    assert sorted(faults(told, SCHEMA)) == [
        "$.findings[0].phase is missing",
        "$.level: 'L9' is not allowed",
        "$.more is not documented",
        "$.site is missing",
    ]
