"""Matching: every rule of every list that speaks of a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mouchard.classify import options as opt
from mouchard.classify.request import normal_type
from mouchard.classify.rule import Asker
from mouchard.classify.rulelist import RuleList
from mouchard.classify.ruleset import RuleSet
from mouchard.classify.site import site_of
from mouchard.classify.target import Target
from mouchard.model import Match

PAGE = "https://foo.com/"


def rules(*lines: str, head: str = "[Adblock Plus 2.0]") -> RuleSet:
    """These rules, in one list."""
    return RuleSet([RuleList("\n".join([head, *lines]).encode(), Path("liste.txt"), "Liste")])


def ask(
    ruleset: RuleSet, url: str, source: str = PAGE, kind: str = "script", method: str = ""
) -> tuple[tuple[Match, ...], bool]:
    """What the rules say of a request."""
    target, page = Target(url), Target(source)
    asker = Asker(opt.BIT[normal_type(kind)], page.host, site_of(target.host) != site_of(page.host), method)
    return ruleset.matches(target, asker, page)


CASES: list[tuple[list[str], str, str, str, bool]] = [
    (["||host.com^"], "https://a.host.com/x", PAGE, "script", True),
    (["||host.com^"], "https://nothost.com/x", PAGE, "script", False),
    (["||host.com^"], "https://foo.com/?u=host.com", PAGE, "script", False),
    (["||host.com"], "https://host.community/x", PAGE, "script", True),
    (["||HOST.com/Path"], "https://host.com/pATH", PAGE, "script", True),
    (["||host.com/path*end|"], "https://host.com/path/the/end", PAGE, "script", True),
    (["||host.com/path*end|"], "https://host.com/path/the/end/no", PAGE, "script", False),
    (["||host.com:8080^"], "https://host.com:8080/x", PAGE, "script", True),
    (["||host.com:8080^"], "https://host.com/x", PAGE, "script", False),
    (["||host.com^$third-party"], "https://a.host.com/x", "https://www.host.com/", "script", False),
    (["||a.github.io^$third-party"], "https://a.github.io/x", "https://b.github.io/", "script", True),
    (["||host.com^"], "https://host.com/", "", "document", False),
    (["||host.com^$document"], "https://host.com/", "", "document", True),
    (["||host.com^", "@@||host.com/ok"], "https://host.com/ok.js", PAGE, "script", False),
    (["||host.com^$important", "@@||host.com/ok"], "https://host.com/ok.js", PAGE, "script", True),
    (["||host.com^", "@@||foo.com^$document"], "https://host.com/x", PAGE, "script", False),
    (["||host.com^", "@@||foo.com^$generichide"], "https://host.com/x", PAGE, "script", True),
    (
        ["||host.com^$script,image", "||host.com^$image,script,badfilter"],
        "https://host.com/x",
        PAGE,
        "image",
        False,
    ),
    (["/x.gif?$domain=foo.com"], "https://host.com/x.gif?a", PAGE, "image", True),
    (["/x.gif?$domain=~foo.com"], "https://host.com/x.gif?a", PAGE, "image", False),
    (["*$image,domain=foo.com"], "https://host.com/any", PAGE, "image", True),
    (["*$image,domain=foo.com"], "https://host.com/any", "https://bar.com/", "image", False),
    (["||host.com^$xhr,method=post"], "https://host.com/x", PAGE, "xhr", False),
    (["/(?<!a)b/", "||host.com/b"], "https://host.com/b", PAGE, "script", True),
    (["##.pub", "host.com##+js(x)", "||host.com^"], "https://host.com/x", PAGE, "script", True),
]


@pytest.mark.parametrize(("lines", "url", "source", "kind", "blocked"), CASES)
def test_rules(lines: list[str], url: str, source: str, kind: str, blocked: bool) -> None:
    assert ask(rules(*lines), url, source, kind)[1] is blocked


def test_method() -> None:
    ruleset = rules("||host.com^$method=post|put", "||b.com^$method=~get")
    assert ask(ruleset, "https://host.com/x", method="post")[1]
    assert not ask(ruleset, "https://host.com/x", method="get")[1]
    assert ask(ruleset, "https://b.com/x", method="post")[1]
    assert not ask(ruleset, "https://b.com/x", method="get")[1]


def test_syntax_corpus(shared: Path) -> None:
    cases = [json.loads(line) for line in (shared / "corpus/rule_syntax.jsonl").read_text().splitlines()]
    wrong: list[dict[str, Any]] = []
    for case in cases:
        _, blocked = ask(rules(*case["rules"]), case["url"], case["source"], case["type"])
        if blocked is not case["match"]:
            wrong.append(case)
    assert len(cases) >= 38
    assert wrong == []


def test_every_match_is_evidence() -> None:
    ruleset = RuleSet(
        [
            RuleList(
                b"! Title: Un\n! Version: 7\n! *** un:partie.txt ***\n"
                b"||host.com^$third-party\n/pixel?\n$image,3p\n",
                Path("un.txt"),
            ),
            RuleList(b"! Title: Deux\n||host.com/pixel\n@@/pixel?ok=\n", Path("deux.txt")),
        ]
    )
    matches, blocked = ask(ruleset, "https://host.com/pixel?ok=1", kind="image")
    assert blocked is False
    assert matches == (
        Match("Deux", "", "||host.com/pixel", 2, "", "B"),
        Match("Un", "7", "||host.com^$third-party", 4, "partie", "A"),
        Match("Un", "7", "/pixel?", 5, "partie", "C"),
        Match("Un", "7", "$image,3p", 6, "partie", "D"),
        Match("Deux", "", "@@/pixel?ok=", 3, "", "C", True),
    )


@pytest.mark.parametrize(
    ("rule", "grade"),
    [
        ("||host.com^", "A"), ("||host.com^$script,domain=foo.com", "A"), ("||host.com/", "A"),
        ("||host.com/tr", "B"), ("||host.com^*/tr", "B"), ("|https://host.com/a|", "B"),
        ("||host.*/url?", "B"),
        ("/collect?v=", "C"), (r"/host\.com\/[a-z]+/", "C"), (".com/hit", "C"),
        ("*$script,third-party", "D"), ("$ping,third-party", "D"), ("|https://$image,3p", "D"),
        ("*$script,to=host.com", "A"), ("/x.js$script,to=host.com", "B"),
    ],
)  # fmt: skip
def test_grades(rule: str, grade: str) -> None:
    urls = ["https://host.com/tr", "https://host.com/a", "https://host.com/collect?v=1",
            "https://host.com/x.js",
            "https://host.com/x/tr", "https://host.com/url?a", "https://b.com/hit"]  # fmt: skip
    kinds = ("script", "ping", "image")
    found = {match.grade for url in urls for kind in kinds for match in ask(rules(rule), url, kind=kind)[0]}
    assert found == {grade}


def test_hosts_files_speak_of_pages_too() -> None:
    ruleset = rules("0.0.0.0 host.com", head="# hosts")
    matches, blocked = ask(ruleset, "https://a.host.com/", kind="document")
    assert blocked
    assert matches[0].rule == "0.0.0.0 host.com"
    assert matches[0].grade == "A"


def test_unusable_rules_are_counted_by_reason() -> None:
    counts = rules(
        "||a.com^", "||b.com^$csp=x", "/(?=x)/", "||c.com^$ipaddress=1.1.1.1", "||d.com^$popup"
    ).audit()
    assert counts["Liste"] == {"modifies (csp)": 1, "regex": 1, "option ipaddress": 1, "modifies (popup)": 1}


def test_unusable_share_of_a_list_in_uborigin_syntax(shared: Path) -> None:
    rulelist = RuleList.read(shared / "lists/ublock-privacy.txt")
    counts = RuleSet([rulelist]).audit()[rulelist.name]
    refused = sum(
        count for reason, count in counts.items() if not reason.startswith(("modifies", "cosmetic"))
    )
    assert rulelist.rules > 1_000
    assert refused < rulelist.rules * 0.02


HOSTILE_RULES = ["*a" * 2_000, "||" + "a*" * 1_500 + "^", "/(a+)+$/", "/(a|aa)+b/", "^" * 300, "a^" * 500]


@pytest.mark.parametrize("rule", HOSTILE_RULES, ids=range(len(HOSTILE_RULES)))
def test_hostile_rules_and_urls_end(rule: str) -> None:
    ruleset = rules(rule, "||host.com^")
    for url in (
        "https://host.com/" + "a" * 70_000,
        "https://host.com/" + "/a" * 35_000,
        "https://" + "a." * 2_000,
    ):
        matches, _ = ask(ruleset, url)
        assert all(match.line in (2, 3) for match in matches)
