"""The matcher beside the Rust engine: one verdict on every subresource of the corpora."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mouchard.classify.classifier import Classifier
from mouchard.classify.companies import bundled
from mouchard.classify.rulelist import RuleList

adblock = pytest.importorskip("adblock", reason="the oracle (adblock) is not installed")

COMPANIES = bundled()
ABP = "https://help.adblockplus.org/hc/en-us/articles/360062733293"
UBO = "https://github.com/gorhill/uBlock/wiki/Static-filter-syntax"

DIFFERENT: list[tuple[list[str], str, str, str, bool, str]] = [
    (["||host.com^$domain=foo.*"], "https://host.com/a.js", "https://foo.co.uk/", "script", True,
     f"{UBO}: entity-based `domain=google.*` matches the name under any public suffix"),
    ([r"||host.com^$domain=/^shop\d+/"], "https://host.com/a.js", "https://shop1.com/", "script", True,
     f"{UBO}: `domain=` takes a regex-based value"),
    (["*$script,to=bad.com"], "https://x.bad.com/a.js", "https://foo.com/", "script", True,
     f"{UBO}: `to=` narrows to the destination hostname"),
    (["||host.com^$from=foo.com"], "https://host.com/a.js", "https://foo.com/", "script", True,
     f"{UBO}: `from=` is an alias of `domain=`"),
    (["||host.com^$all"], "https://host.com/a.js", "https://foo.com/", "script", True,
     f"{UBO}: `all` is equivalent to specifying all network-based types"),
    (["||host.com^$strict3p"], "https://a.host.com/x", "https://www.host.com/", "script", True,
     f"{UBO}: `strict3p` compares hostnames, not registrable domains"),
    (["/-foo$/"], "https://x.com/path-foo", "https://foo.com/", "script", True,
     f"{ABP}: a filter that begins and ends with `/` is a regular expression; `$` then is its own"),
    (["/BaNNer/$match-case"], "https://host.com/banner", "https://foo.com/", "image", False,
     f"{ABP}: `match-case` applies only to matching letter cases"),
    (["||example"], "https://example-ads.com/x", "https://foo.com/", "script", True,
     f"{ABP}: `||` matches the beginning of a domain label; nothing says the label must be whole"),
    (["||host.com^"], "https://HOST.com/x", "https://foo.com/", "script", True,
     "RFC 3986, 6.2.2.1: the host is case-insensitive"),
    (["||host.com^"], "https://host.com./x", "https://foo.com/", "script", True,
     "RFC 1034, 3.1: the trailing dot only marks the name as absolute"),
    (["||host.com^", "@@||foo.com^$document"], "https://host.com/a.js", "https://foo.com/", "script", False,
     f"{ABP}: `$document` in an exception allows everything on that page"),
]  # fmt: skip
"""Where the two differ and the oracle is wrong: rules, URL, page, type, the right verdict, who says so."""


def engine(text: str) -> Any:
    """The oracle with these rules."""
    rules = adblock.FilterSet()
    rules.add_filter_list(text)
    return adblock.Engine(rules)


def ours(*lists: RuleList) -> Classifier:
    """The matcher with these lists, and nothing of our own."""
    return Classifier(lists, COMPANIES, with_signatures=False)


def lower_host(url: str) -> str:
    """The URL as the oracle needs it: host in lower case, no fragment."""
    split = re.match(r"([A-Za-z]+://[^/?#]*)([^#]*)", url, re.S)
    return split[1].lower() + split[2] if split else url


def test_one_verdict_on_every_subresource(shared: Path) -> None:
    paths = [shared / "lists" / name for name in ("easylist.txt", "easyprivacy.txt")]
    oracle = engine("\n".join(path.read_text() for path in paths))
    classifier = ours(*map(RuleList.read, paths))
    different, asked = [], 0
    for corpus in ("requests", "benign_urls"):
        for line in (shared / "corpus" / f"{corpus}.jsonl").read_text().splitlines():
            row = json.loads(line)
            if row["type"] in ("document", "main_frame"):
                continue  # a page is no subresource: only `$document` rules speak of it, see the guide
            asked += 1
            kind = {"xhr": "xmlhttprequest"}.get(row["type"], row["type"])
            mine = classifier.verdict(row["url"], row["source"], row["type"])
            if (
                oracle.check_network_urls(lower_host(row["url"]), row["source"], kind).matched
                is not mine.match
            ):
                different.append((row, mine.matches))
    assert asked > 7_000
    assert different == []


@pytest.mark.parametrize(("lines", "url", "source", "kind", "right", "word"), DIFFERENT)
def test_where_the_oracle_is_wrong(
    lines: list[str], url: str, source: str, kind: str, right: bool, word: str
) -> None:
    text = "\n".join(["[Adblock Plus 2.0]", *lines])
    assert word
    assert ours(RuleList(text.encode(), Path("liste.txt"))).verdict(url, source, kind).match is right
    assert engine(text).check_network_urls(url, source, kind).matched is not right


def test_each_rule_of_the_corpus_matches_its_request(shared: Path) -> None:
    known = {("fetch", "||tcog.news.com.au^$~xmlhttprequest")}  # a fetch is an xmlhttprequest
    missed, asked = [], 0
    for line in (shared / "corpus/requests.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["type"] == "document" or not re.match(r"(?i)(https?|wss?)://[^/]", row["url"]):
            continue
        for rule in row.get("filters", ()):
            if "ws://" in rule or "websocket" in rule:
                continue  # paired with URLs that are no sockets
            asked += 1
            text = f"[Adblock]\n{rule.removeprefix('@@')}"
            verdict = ours(RuleList(text.encode(), Path("x.txt"))).verdict(
                row["url"], row["source"], row["type"]
            )
            if not verdict.match and (row["type"], rule) not in known:
                missed.append((rule, row["url"]))
    assert asked > 7_000
    assert missed == []
