"""No output of a command holds a value of the person, its encodings or digests, a cookie or another site."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from mouchard import paths
from mouchard.cli import cli
from mouchard.evidence.archive import Archive
from mouchard.letters import KINDS
from mouchard.report import files
from mouchard.store.read import Reader
from mouchard.store.write import Writer
from tests.evidence import visit
from tests.evidence.conftest import PASSPHRASE
from tests.report.test_schema import SCHEMA, faults

CLIENT = f"{visit.DEVICE}/firefox"
HIDDEN = tuple(dict.fromkeys(visit.forbidden()))
SHARED = tuple(dict.fromkeys(visit.forbidden(share=True)))
POLICY = "max.L3 = 0\nmax.L1.withdrawn = 0\nrefused_equals_before = true\nnew_company = 'fail'\n"
LANGUAGES = ("en", "fr")


class Told:
    """Runs commands, and keeps every line they print and every file they write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts: dict[str, bytes] = {}
        self.codes: dict[str, int] = {}

    def run(self, name: str, *words: object, typed: str = "", lang: str = "en") -> None:
        done = CliRunner().invoke(cli, [str(word) for word in words], input=typed, env={"LC_ALL": lang})
        if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.texts[f"{name}: said"] = done.output.encode("utf-8", "surrogatepass")
        self.codes[name] = done.exit_code

    def read(self) -> None:
        for path in sorted(self.folder.rglob("*")):
            name = str(path.relative_to(self.folder))
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    self.texts |= {f"{name}/{one}": archive.read(one) for one in archive.namelist()}
            elif path.is_file():
                self.texts[name] = path.read_bytes()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """All commands that write something to keep or to hand on, in both languages."""
    with pytest.MonkeyPatch.context() as patch:
        home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("outputs")
        patch.setenv("MOUCHARD_HOME", str(home))
        person = {kind: list(some) for kind, some in visit.IDENTITY.persons[0].values}
        paths.identity().parent.mkdir(parents=True, exist_ok=True)
        paths.identity().write_text("[person.camille]\n" + "".join(
            f"{kind} = {json.dumps(some, ensure_ascii=False)}\n" for kind, some in person.items()
        ))  # fmt: skip
        paths.identity().chmod(0o600)
        db, base, policy = home / "visit.db", home / "base.json", home / "policy.toml"
        visit.record(db, phases=True)
        policy.write_text(POLICY)
        done = Told(folder)
        for lang in LANGUAGES:
            every = ("--format", ",".join(files.KINDS), "--lang", lang, "--db", db)
            for name, more in (("own", ()), ("share", ("--share",)), ("client", ("--client", CLIENT))):
                done.run(
                    f"report {name} {lang}", "report", visit.SITE, "-o", folder / name / lang, *every, *more
                )
            for kind in KINDS:
                for target in (visit.SITE, "Meta"):
                    name = f"letter {kind} {target} {lang}"
                    file = folder / "letters" / f"{kind}-{target}-{lang}.txt"
                    file.parent.mkdir(exist_ok=True)
                    words = ("letter", target, "--kind", kind, "--lang", lang, "-o", file, "--db", db)
                    done.run(name, *words, lang=lang)
            for name, more in (("plain", ()), ("shared", ("--share",)), ("raw", ("--raw",))):
                file = folder / f"{name}-{lang}.zip"
                typed = f"{PASSPHRASE}\n" if name == "raw" else ""
                words = ("evidence", visit.SITE, "-o", file, "--db", db, *more)
                done.run(f"evidence {name} {lang}", *words, typed=typed, lang=lang)
                done.run(f"verify {name} {lang}", "verify", file, lang=lang)
                done.run(f"replay {name} {lang}", "verify", file, "--replay", typed=typed, lang=lang)
            check = ("check", "--db", db, "--site", visit.SITE)
            done.run(f"baseline {lang}", *check, "--write-baseline", base, lang=lang)
            outputs = ("--junit", folder / f"{lang}.xml", "--sarif", folder / f"{lang}.sarif")
            done.run(f"check {lang}", *check, "--policy", policy, "--baseline", base, *outputs, lang=lang)
            (folder / f"base-{lang}.json").write_bytes(base.read_bytes())
            page = json.loads(base.read_text())
            base.write_text(json.dumps(page | {"leaks": page["leaks"][1::2]}))
            for output in ("table", "jsonl", "csv"):
                words = ("diff", base, db, "--site", visit.SITE, "--format", output)
                done.run(f"diff {output} {lang}", *words, lang=lang)
            done.run(f"hold {lang}", "hold", visit.SITE, "--db", db, lang=lang)
        done.read()
        yield done


def shown(data: bytes, words: tuple[str, ...]) -> list[str]:
    """The words that stand in it: as they are, as JSON escapes them, or as HTML does."""
    text = data.decode("utf-8", "replace").lower()
    return [word for word in words if word.lower() in text or json.dumps(word)[1:-1].lower() in text]


def test_every_command_did_its_work(told: Told) -> None:
    codes = {
        name: code for name, code in told.codes.items() if not name.startswith(("check", "report client"))
    }
    assert set(codes.values()) == {0}, codes
    assert {told.codes[f"check {lang}"] for lang in LANGUAGES} == {2}
    suffixes = {Path(name).suffix for name in told.texts if ": said" not in name}
    assert suffixes >= {".html", ".md", ".json", ".csv", ".har", ".txt", ".jsonl", ".xml", ".sarif", ".enc"}
    assert len(told.texts) > 100


def test_the_visit_holds_what_may_not_be_shown(told: Told) -> None:
    found = json.loads(told.texts[f"own/en/{visit.SITE}/report.json"])
    assert {"email", "phone"} <= {finding["type"] for finding in found["findings"]}
    lines = told.texts["diff jsonl en: said"].splitlines()
    assert any(json.loads(line)["change"] for line in lines if line.startswith(b"{"))


def test_nothing_personal_is_in_any_output(told: Told) -> None:
    """A report for the person's own hands may say what was searched for, a letter to a company on which sites
    it was met; nothing else."""
    for name, data in told.texts.items():
        allowed = {visit.OTHER, "clinique"} if name.startswith("letters/") and "-Meta-" in name else set()
        if name.startswith(("own/", "client/")) and not name.endswith(".har"):
            allowed.add(visit.SEARCH)
        found = [word for word in shown(data, HIDDEN) if word not in allowed]
        assert not [word for word in found if len(word) > 3 or not name.endswith("private.enc")], name


def test_what_is_shared_tells_neither_device_nor_second(told: Told) -> None:
    ours = {name: data for name, data in told.texts.items() if name.startswith(("share/", "shared-"))}
    assert len(ours) > 20
    assert {name: words for name, data in ours.items() if (words := shown(data, SHARED))} == {}
    report = json.loads(ours[f"share/en/{visit.SITE}/report.json"])
    assert {finding["time"][16:] for finding in report["findings"]} == {":00.000Z"}
    assert {finding["value_token"] for finding in report["findings"]} == {""}


def test_every_report_for_programs_is_as_documented(told: Told) -> None:
    reports = [name for name in told.texts if name.endswith("report.json")]
    assert len(reports) == 12, "own, shared, of one client, and of three bundles; in two languages"
    assert {name: list(faults(json.loads(told.texts[name]), SCHEMA)) for name in reports} == {
        name: [] for name in reports
    }


def test_one_client_is_asked_for_and_no_other_is_told_of(tmp_path: Path) -> None:
    db = tmp_path / "two.db"
    visit.record(db)
    other = "fedcba98765432100123456789abcdef"
    rules = visit.record(tmp_path / "unused.db")
    from mouchard.capture.records import Capture
    from mouchard.cli.scan import store

    with Writer(db, rules.keys, rules.ruleset) as writer:
        again = (visit.elsewhere(record) for record in visit.records(other))
        store(writer, Capture(other, "live", "", visit.START, "Mouchard"), again, rules.analysis())
    with Reader(db) as reader:
        clients = {row.key for row in reader.clients()}
        assert len(clients) == 2
        written = files.write(reader, visit.SITE, tmp_path / "out", tuple(files.KINDS), "en", CLIENT)
    for path in written:
        assert other not in path.read_text(), path.name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_raw_bundle_opens_with_its_passphrase_only(told: Told, lang: str) -> None:
    with Archive(told.folder / f"raw-{lang}.zip") as archive:
        assert "private.enc" in archive.names
    assert b"WRONG" not in told.texts[f"replay raw {lang}: said"]


def test_french_is_spoken_where_it_is_asked_for(told: Told) -> None:
    assert "brouillon seulement" in told.texts["letter access Meta fr: said"].decode()
    assert "entier : rien n’a été changé" in told.texts["verify plain fr: said"].decode()
    assert "non mesuré" in told.texts["check fr: said"].decode()
    for said in (
        told.texts[f"{name} {lang}: said"] for name in ("verify plain", "replay raw") for lang in LANGUAGES
    ):
        assert b"{" not in said
