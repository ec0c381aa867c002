"""`purge`: shows what would go, deletes it when told, and says how much."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard import paths
from mouchard.capture.records import Origin, Snapshot
from mouchard.cli.purge import purge
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store import pictures
from mouchard.store.read import Reader
from mouchard.store.stock import Stock
from mouchard.store.write import Entry, Writer
from tests.store.build import CAPTURE, CRITEO, RULESET, capture, entry, mark, request, sealed

DAY = 86400.0


def run(*words: str) -> Result:
    return CliRunner().invoke(purge, words, catch_exceptions=False)


@pytest.fixture
def keys(home: Path) -> Keys:
    return Keys.load(paths.sealing_key())


@pytest.fixture
def left(keys: Keys) -> list[int]:
    """Messages of today (1), 10 days ago (2), 100 days ago (3, 4), with a mark and a picture of each site."""
    now = time.time()
    elsewhere = replace(request(4, time=now - 100 * DAY), origin=Origin("192.0.2.7", "regular", "", "c2"))
    with Writer(paths.database(), keys, RULESET) as writer:
        writer.begin(capture())
        writer.commit([
            entry(request(1, time=now)),
            entry(request(2, time=now - 10 * DAY), findings=(("phone", "L3"),)),
            entry(request(3, time=now - 100 * DAY), site="old.example", company=CRITEO),
            entry(elsewhere, client="192.0.2.7/firefox", findings=()),
            Entry(replace(mark(5, "refused"), time=now - 100 * DAY)),
            Entry(mark(6, "accepted", site="old.example", time=now - 100 * DAY)),
            Entry(replace(sealed(7), time=now - 100 * DAY)),
        ])  # fmt: skip
        for seq, site in ((8, "shop.example"), (9, "old.example")):
            pictures.keep(CAPTURE, f"{seq}.png", b"picture")
            shown = Snapshot(
                CAPTURE, seq, now - 100 * DAY, site, "", "refused", "page", f"{seq}.png", 7, "", bytes(32)
            )
            writer.commit([Entry(shown)])
    return [1, 2, 3, 4]


def messages() -> list[int]:
    with Reader(paths.database()) as reader:
        return sorted(int(row.request.partition("/")[2]) for row in reader.requests())


@pytest.mark.parametrize(
    ("words", "stay"),
    [
        (("--older-than", "30d"), [1, 2]),
        (("--older-than", "5d"), [1]),
        (("--site", "old.example"), [1, 2, 4]),
        (("--site", "shop.example", "--older-than", "30d"), [1, 2, 3]),
        (("--client", "192.0.2.7/firefox"), [1, 2, 3]),
        (("--type", "phone"), [1, 3, 4]),
        (("--type", "phone,email", "--site", "shop.example"), [3, 4]),
        (("--filter", "company:Criteo"), [1, 2, 4]),
        (("--all",), []),
        (("--site", "nowhere.example"), [1, 2, 3, 4]),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_what_is_named_goes_and_the_chain_still_holds(
    left: list[int], keys: Keys, words: tuple[str, ...], stay: list[int]
) -> None:
    shown = run(*words)
    assert f"would delete {4 - len(stay)} messages" in shown.stderr
    assert messages() == left, "nothing goes without --yes"
    deleted = run(*words, "--yes")
    assert f"deleted {4 - len(stay)} messages" in deleted.stderr
    assert deleted.stdout == shown.stdout
    assert messages() == stay
    with Reader(paths.database()) as reader:
        checked = reader.verify(keys)
    assert (checked.broken, checked.records) == ((), 9)
    assert checked.purged >= 4 - len(stay)


def test_it_says_of_which_site_and_which_days(left: list[int]) -> None:
    rows = [line.split("\t") for line in run("--all").stdout.splitlines()]
    assert [row[:3] for row in rows] == [
        ["shop.example", "3 messages", "2 findings"],
        ["old.example", "1 messages", "1 findings"],
    ]
    assert rows[0][3] < rows[0][4]


def test_marks_and_pictures_go_with_their_site_and_their_time(left: list[int]) -> None:
    def shown() -> tuple[list[str], list[str], list[bool]]:
        with Reader(paths.database()) as reader:
            return (
                [row.site for row in reader.marks()],
                [row.site for row in reader.snapshots()],
                [pictures.path(CAPTURE, name).exists() for name in ("8.png", "9.png")],
            )

    run("--site", "old.example", "--yes")
    assert shown() == (["shop.example"], ["shop.example"], [True, False])
    run("--older-than", "30d", "--yes")
    assert shown() == (["shop.example"], [], [False, False]), "the mark still gives later messages a phase"
    with Reader(paths.database()) as reader:
        assert list(reader.sealed()) == []
    run("--older-than", "0s", "--yes")
    assert shown()[0] == []


def test_a_picture_whose_name_leads_elsewhere_is_left_alone(home: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    folder = pictures.path(CAPTURE, "").parent
    folder.mkdir(parents=True)
    pictures.discard([(CAPTURE, f"../../../{precious.name}"), ("..", "precious"), (CAPTURE, str(precious))])
    assert precious.read_text() == "mine"


def test_the_oldest_go_until_the_rest_fits(home: Path, keys: Keys) -> None:
    now = time.time()
    with Writer(paths.database(), keys, RULESET) as writer:
        writer.begin(capture())
        writer.commit([
            entry(request(seq, time=now - (400 - seq) * 60, body=bytes(3000))) for seq in range(1, 401)
        ])  # fmt: skip
    with Stock(paths.database()) as stock:
        before = stock.size()
    on_disk = paths.database().stat().st_size
    cap = before * 2 // 3 // 1000
    assert "would delete" in run("--max-size", f"{cap}KB").stderr
    assert len(messages()) == 400
    run("--max-size", f"{cap}KB", "--yes")
    stay = messages()
    assert 40 < len(stay) < 400
    assert stay == list(range(401 - len(stay), 401)), "the oldest went first"
    with Stock(paths.database()) as stock:
        assert stock.size() <= cap * 1000
    assert paths.database().stat().st_size < on_disk
    assert "deleted 0 messages" in run("--max-size", f"{cap}KB", "--yes").stderr


@pytest.mark.parametrize(
    "words",
    [
        (), ("--all", "--site", "shop.example"), ("--max-size", "1GB", "--all"), ("--max-size", "much"),
        ("--older-than", "yesterday"), ("--type", "nonsense"), ("--filter", "what:is"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_is_not_clear_deletes_nothing(left: list[int], words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        run(*words, "--yes")
    assert messages() == left


def test_without_a_capture_there_is_nothing_to_delete(home: Path) -> None:
    with pytest.raises(BadInput, match="no capture yet"):
        run("--all", "--yes")
