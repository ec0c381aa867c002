"""The example of the documentation is what the program writes today, to the byte, on every Python."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "example"


def made() -> ModuleType:
    spec = spec_from_file_location("make_example", EXAMPLE / "make.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    example = made()
    database = folder / "example.db"
    assert len(list(example.write(database, example.record(database), folder / "out"))) == 10
    return folder / "out"


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", ["report.json", "report.md", "report.html", "letter.txt", "complaint.txt"])
def test_the_example_is_that_of_this_version(written: Path, lang: str, name: str) -> None:
    same = (written / lang / name).read_bytes() == (EXAMPLE / lang / name).read_bytes()
    assert same, "run: make example-report"


def test_the_story_that_the_example_tells() -> None:
    told = json.loads((EXAMPLE / "en" / "report.json").read_text())
    by_name = {flow["recipient"]: flow for flow in told["recipients"]}
    companies = [flow for flow in told["recipients"] if flow["party"] != "relay"]
    assert len(companies) == 14
    assert sorted(flow["recipient"] for flow in companies if flow["level"] >= "L3") == [
        "Criteo",
        "LiveRamp",
        "Meta",
    ]
    assert by_name["gw.maison-lumiere.example"]["party"] == "relay"
    phases = {
        phase
        for finding in told["findings"]
        if finding["type"] == "email" and finding["recipient"]["company"] == "Meta"
        for phase in [finding["phase"]]
    }
    assert phases == {"accepted", "refused", "withdrawn"}
    assert [(one["phase"], one["said"]) for one in told["contradictions"]] == [
        ("refused", "refused"),
        ("withdrawn", "accepted"),
    ]


@pytest.mark.parametrize(
    "path",
    sorted(path for path in EXAMPLE.glob("*/*") if path.suffix != ".pyc"),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_no_value_of_the_person_is_in_it(path: Path) -> None:
    visit = made().visit()
    text = path.read_text(encoding="utf-8").lower()
    email = visit.EMAIL
    secrets = [email, email.split("@")[0], visit.PHONE, visit.FBP, visit.ALL, visit.md5(email)]
    secrets += [visit.sha(email), visit.sha(visit.md5(email)), visit.sha(visit.PHONE), visit.sha("35000")]
    secrets += ["0639984127", "39984127", "1928374650.1795251663", visit.md5("cto")]
    assert [secret for secret in secrets if secret.lower() in text] == []
