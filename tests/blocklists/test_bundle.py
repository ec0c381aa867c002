"""The bundled data: counts, checksums, sources, and that it can be compiled again."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mouchard.classify.companies import rows
from mouchard.classify.rulelist import RuleList
from mouchard.classify.ruleset import RuleSet
from mouchard.classify.site import normal_host


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    """`blocklists/`."""
    return root / "blocklists"


@pytest.fixture(scope="module")
def sources(folder: Path) -> dict[str, Any]:
    """SOURCES.toml."""
    return tomllib.loads((folder / "SOURCES.toml").read_text())


def compiler(folder: Path, module: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The compile script as a module."""
    spec = importlib.util.spec_from_file_location(module, folder / "compile.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module, loaded)
    spec.loader.exec_module(loaded)
    return loaded


def test_every_file_has_source_licence_date_and_checksum(folder: Path, sources: dict[str, Any]) -> None:
    files = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.suffix in (".tsv", ".txt", ".toml") and path.name != "SOURCES.toml"
    }
    assert files == sources.keys() - {"input"}
    for name in files:
        said = sources[name]
        assert said["source"] and said["licence"] and said["date"] and said["what"]
        assert said["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest(), name


def test_only_free_data(sources: dict[str, Any]) -> None:
    licences = {said["licence"] for name, said in sources.items() if name != "input"}
    assert licences <= {"CC0-1.0", "CC0-1.0 AND MIT"}
    assert sources["input"]["third-party-web"]["licence"].startswith("MIT")


def test_size() -> None:
    domains = rows("domains.tsv")
    assert len(domains) >= 3_000
    assert len({row[1] for row in domains}) >= 2_000


def test_every_fact_is_whole() -> None:
    for domain, company, category, source, as_of in rows("domains.tsv"):
        assert normal_host(domain) == domain
        assert company and category and source
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", as_of)
    for company, seat, source, as_of in rows("companies.tsv"):
        assert company and source and as_of
        assert re.fullmatch("[A-Z]{2}", seat)
    for alias, company, since, why in rows("aliases.tsv"):
        assert alias and company and since and why


def test_one_name_for_a_company() -> None:
    renamed = {alias.lower(): name for alias, name, *_ in rows("aliases.tsv")}
    used = {row[1] for row in rows("domains.tsv")}
    assert {name for name in used if renamed.get(name.lower(), name) != name} == set()
    assert {name for name in renamed.values() if renamed.get(name.lower(), name) != name} == set()


def test_french_and_european_vendors() -> None:
    europe = set(
        "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK".split()
    )
    seats = {company: seat for company, seat, *_ in rows("companies.tsv")}
    domains = [row[0] for row in rows("domains.tsv") if seats.get(row[1]) in europe and "own table" in row[3]]
    french = {row[0] for row in rows("domains.tsv") if seats.get(row[1]) == "FR"}
    assert len(domains) >= 120
    assert len(french) >= 120


@pytest.mark.parametrize(
    "company",
    """Eulerian Piano Criteo Weborama Adot Equativ Sirdata Numberly Médiamétrie Kameleoon ContentSquare Batch
    Didomi Axeptio Teads Ogury Kwanko TimeOne Actito Poool Invibes Temelio Retency Fidzup
    Commanders_Act""".split(),
)
def test_vendor_is_known(company: str) -> None:
    assert company.replace("_", " ") in {row[1] for row in rows("domains.tsv")}


def test_the_list_reads_whole(folder: Path) -> None:
    rules = RuleList.read(folder / "mouchard.txt")
    assert RuleSet([rules]).audit()[rules.name] == {}
    assert rules.rules > 1_500
    assert rules.version.isdigit()


def test_compiling_again_gives_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a small stand-in for third-party-web: the same input twice, and what is made of it."""
    package = tmp_path / "package"
    (package / "dist").mkdir(parents=True)
    (package / "package.json").write_text('{"version": "9.9.9"}')
    entities = [
        {
            "name": "Exemple Ads",
            "company": "Exemple",
            "category": "ad",
            "domains": ["*.ads.example", "x.ads.example"],
        },
        {"name": "Facebook", "category": "social", "domains": ["*.facebook.com", "*.neuf.example"]},
    ]
    (package / "dist" / "entities-nostats.json").write_text(json.dumps(entities))
    made = []
    for turn in ("un", "deux"):
        copy = tmp_path / turn
        (copy / "facts").mkdir(parents=True)
        for path in folder.rglob("*.t*"):
            (copy / path.relative_to(folder)).write_bytes(path.read_bytes())
        (copy / "compile.py").write_bytes((folder / "compile.py").read_bytes())
        compiler(copy, turn, monkeypatch).main(package)
        made.append({path.relative_to(copy): path.read_bytes() for path in sorted(copy.rglob("*.t*"))})
    assert made[0] == made[1]
    domains = made[0][Path("domains.tsv")].decode()
    assert "ads.example\tExemple\tadvertising\tthird-party-web 9.9.9\t" in domains
    assert "neuf.example\tMeta\tsocial\tthird-party-web 9.9.9\t" in domains
    rules = made[0][Path("mouchard.txt")].decode().split("\n")
    assert "||ads.example^$third-party" in rules
    assert "||x.ads.example^$third-party" not in rules  # the rule above says it
    assert "||facebook.com/tr^$third-party" in rules
    assert "||facebook.com^$third-party" not in rules
