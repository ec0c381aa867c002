"""Lists of every format, as they lie on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mouchard.classify.preprocess import holds
from mouchard.classify.rulelist import RuleList
from mouchard.classify.ruleset import RuleSet
from mouchard.errors import BadInput

DISCONNECT = {
    "categories": {"Advertising": [{"Exemple Régie": {"https://regie.example/": ["regie.example"]}}]}
}
TRACKERDB = {
    "organizations": {"exemple": {"name": "Exemple SA", "country": "FR"}},
    "categories": {"advertising": {"name": "Advertising"}},
    "patterns": {
        "exemple_ads": {
            "name": "Exemple Ads", "category": "advertising", "organization": "exemple",
            "domains": ["regie.example"], "filters": ["||cdn.example/pixel.js"],
        }
    },
}  # fmt: skip
TDS = {
    "trackers": {
        "regie.example": {
            "owner": {"name": "Exemple SA", "displayName": "Exemple"}, "default": "block",
            "categories": ["Advertising"], "rules": [{"rule": r"regie\.example\/ok", "action": "ignore"}],
        }
    },
    "entities": {"Exemple SA": {"displayName": "Exemple", "domains": ["regie.example", "autre.example"]}},
    "domains": {"regie.example": "Exemple SA", "autre.example": "Exemple SA"},
}  # fmt: skip


def made(text: str | bytes) -> RuleList:
    """A list of this text, indexed."""
    rules = RuleList(text if isinstance(text, bytes) else text.encode(), Path("liste.txt"))
    RuleSet([rules])
    return rules


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("[Adblock Plus 2.0]\n! Title: T\n||a.example^\n@@||b.example^\nc.example##.pub\n", "abp", 2),
        ("# hosts\n0.0.0.0 a.example\n127.0.0.1\tb.example # note\n127.0.0.1 localhost\n", "hosts", 2),
        ("a.example\nb.example\n", "domains", 2),
        ("# plain\na.example\n*.b.example\n", "domains", 2),
        ("||a.example^\n", "abp", 1),
        ("\ufeff! Title: T\r\n||a.example^\r\n", "abp", 1),
        (json.dumps(DISCONNECT), "disconnect", 1),
        (json.dumps(TRACKERDB), "trackerdb", 2),
        (json.dumps(TDS), "tds", 2),
        ("", "abp", 0),
    ],
)
def test_kinds(text: str, kind: str, count: int) -> None:
    rules = made(text)
    assert (rules.kind, rules.rules) == (kind, count)


@pytest.mark.parametrize(
    "text",
    ["<!doctype html><title>404</title>", '{"hello": 1}', '{"categories": ', '{"categories": {"a": 3}}'],
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        made(text)


def test_an_absent_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read"):
        RuleList.read(tmp_path / "absent.txt")


def test_head_and_sections() -> None:
    rules = made(
        "[Adblock Plus 2.0]\n! Version: 202611210800\n! Title: Exemple\n! Licence: https://e.example/licence\n"
        "! *** easylist:easyprivacy/easyprivacy_general.txt ***\n/un.gif\n"
        "! ---------- Tiers ----------!\n! plain comment\n||deux.example^\n"
    )
    assert (rules.name, rules.version) == ("Exemple", "202611210800")
    assert rules.licence == "https://e.example/licence"
    assert rules.section(6) == "easyprivacy_general"
    assert rules.section(9) == "Tiers"
    assert rules.section(2) == ""
    assert rules.rule(9) == "||deux.example^"


def test_lines_are_found_again_among_other_scripts() -> None:
    rules = made("! Title: Ünïcode ✓\n! 文字\n||пример.рф^\n||suite.example^\n")
    assert rules.rule(3) == "||пример.рф^"
    assert rules.rule(4) == "||suite.example^"


def test_owners_named_by_a_database() -> None:
    assert ("regie.example", "Exemple Régie", "Advertising") in set(made(json.dumps(DISCONNECT)).facts())
    assert ("regie.example", "Exemple SA", "advertising") in set(made(json.dumps(TRACKERDB)).facts())
    assert ("autre.example", "Exemple", "") in set(made(json.dumps(TDS)).facts())


@pytest.mark.parametrize("database", [DISCONNECT, TRACKERDB, TDS])
def test_the_line_of_a_database_is_that_of_the_file(database: object) -> None:
    text = json.dumps(database, indent=1)
    rules = made(text)
    assert rules.rule(2) == "||regie.example^$third-party"
    assert '"regie.example"' in text.split("\n")[rules.line(2) - 1]
    assert rules.line(2) > 1


def test_what_pages_need_is_no_tracker() -> None:
    services = {"Content": [{"Lecteur": {"https://l.example/": ["lecteur.example"]}}]}
    rules = made(json.dumps({"categories": services}))
    assert rules.rules == 0
    assert list(rules.facts()) == [("lecteur.example", "Lecteur", "Content")]


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("ext_ublock", True),
        ("env_firefox", False),
        ("!env_firefox", True),
        ("ext_ublock && !env_chromium", True),
        ("(env_firefox || ext_ublock) && !env_mobile", True),
        ("env_firefox && ext_ublock || false", False),
        ("", False),
        ("(ext_ublock", False),
        ("ext_ublock)", False),
        ("ext_ublock; true", False),
        ("(" * 5_000, False),
    ],
)
def test_conditions(condition: str, value: bool) -> None:
    assert holds(condition) is value


def test_what_a_condition_leaves_out_is_no_rule() -> None:
    rules = made(
        "! Title: T\n!#if env_firefox\n||a.example^\n!#if true\n||b.example^\n!#endif\n!#else\n||c.example^\n"
        "!#endif\n||d.example^\n"
    )
    assert rules.rules == 2
