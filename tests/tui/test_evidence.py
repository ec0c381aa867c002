"""One finding on its screen: the field, the chain, the rule, the level with its ground, plain words."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import pytest
from rich.cells import cell_len
from tui_world import META, RULE, SECRET, Opened, World, leak, put, settle, shown

from mouchard import words
from mouchard.grade import BY_TYPE
from mouchard.language import LANGUAGES, _, use
from mouchard.model import DATA_TYPES, LEVELS, Finding
from mouchard.store.write import Writer
from mouchard.tui import story
from mouchard.tui.screens.finding import FindingView


async def test_the_whole_evidence_of_a_hashed_address(live: Opened, db: Path) -> None:
    async with live(db, (100, 50)) as pilot:
        await pilot.press("G", "up", "up", "enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        screen = shown(pilot)
    for word in (
        "boutique.example sent Meta your e-mail address, hashed (SHA-256).",
        "query of the address › ud[em]  =   m•••@g•••.com",
        "&ud[em]=‹64 chars›",
        "answered 200  another company",
        "1 query of the address › ud[em]",
        "2 percent    undo the percent encoding",
        "3 sha256     the SHA-256 hash of the value below",
        "equals a value of yours (you declared it)",
        "▲▲▲ identity",
        "A hash does not hide it",
        "www.facebook.com: Meta (US)  advertising  TrackerDB 2026-01-01",
        "||facebook.com/tr^  B host and path rule",
        "no choice marked",
    ):
        assert word in screen


async def test_previous_and_next_stop_at_the_ends(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("G", "up", "up", "enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, FindingView)
        seen = []
        for key in ("left", *["right"] * 8, "h"):
            await pilot.press(key)
            seen.append(shown(pilot).split("/7")[0][-1])
        assert seen == ["1", "2", "3", "4", "5", "6", "7", "7", "7", "6"]


@pytest.mark.parametrize(
    ("finding", "status", "said"),
    [
        (leak("email", "e", "m•••"), 200, "s.example sent Meta your e-mail address, in clear."),
        (leak("email", "e", "m•••"), 0, "s.example tried to send Meta your e-mail address, in clear."),
        (leak("email", "e", "m•••", proof="field", basis=""), 200,
         "s.example appears to send Meta an e-mail address, in clear."),
        (leak("iban", "e", "FR••", proof="shape", basis=""), 200,
         "s.example may send Meta a bank account number, in clear."),
        (leak("iban", "e", "FR••", proof="shape", basis=""), 0,
         "s.example may have tried to send Meta a bank account number, in clear."),
        (leak("id_sync", "e", "‹9 chars›", proof="sync", basis=""), 200,
         "s.example appears to send Meta an identifier of another company, in clear."),
        (leak("email", "e", "c•••", basis="invented", person="Camille", chain=("base64",)), 200,
         "s.example sent Meta the e-mail of Camille, an invented person, encoded."),
        (leak("phone", "e", "+33", chain=("base64", "md5", "sha1:raw")), 200,
         "s.example sent Meta your phone number, hashed (MD5, SHA-1)."),
    ],
)  # fmt: skip
async def test_verbs_are_no_stronger_than_the_proof(
    live: Opened, tmp_path: Path, writer: Writer, finding: Finding, status: int, said: str
) -> None:
    world = World()
    world.send(
        "s.example", "https://www.facebook.com/tr", META, found=(finding,), rules=(RULE,), status=status
    )
    put(writer, world)
    async with live(tmp_path / "test.db", (140, 40)) as pilot:
        (row,) = await pilot.app.feed.ask(lambda reader: list(reader.findings()))
        assert story.sentence(row) == said


async def test_plain_http_and_secrets_are_told(live: Opened, tmp_path: Path, writer: Writer) -> None:
    world = World()
    world.send("s.example", "http://t.example/", META, found=(SECRET,))
    put(writer, world)
    async with live(tmp_path / "test.db", (140, 40)) as pilot:
        await pilot.press("down", "enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        screen = shown(pilot)
    for word in (
        "◆◆◆ sensitive  a secret",
        "over plain http",
        "anyone on the way could read it",
        "No list names it.",
    ):
        assert word in screen


def test_every_type_and_level_has_its_words() -> None:
    assert set(words.TYPES) == set(DATA_TYPES) == set(BY_TYPE) | {"gps"}
    assert set(words.LEVELS) == set(words.LEVEL_MEANING) == set(LEVELS)
    for word in words.TYPES.values():
        assert word.why in words.WHY
        assert word.short and word.your and word.some


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_of_narrow_columns_fit(lang: str) -> None:
    def fits() -> None:
        use(lang)
        for word in (*words.LEVELS.values(), *story.SHORT_FORMS.values()):
            assert cell_len(_(word)) <= 9, f"{word}: {_(word)} is cut in the tables"

    copy_context().run(fits)
