"""The verdict: party, company, and the evidence that goes with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mouchard.capture.records import first_values
from mouchard.classify import Classifier
from mouchard.classify.companies import bundled, jurisdictions
from mouchard.classify.rulelist import RuleList
from mouchard.cli.classify import classify as command
from mouchard.errors import BadInput
from mouchard.model import Message

SITE = "boutique-exemple.fr"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The classifier as it comes, without downloads."""
    return Classifier(
        [RuleList(Path("blocklists/mouchard.txt").read_bytes(), Path("mouchard.txt"))], bundled()
    )


def told(url: str, site: str = f"https://www.{SITE}/panier", **headers: str) -> Message:
    """A request sent by a page."""
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    if site:
        names += (("Referer", site),)
    return Message("c", 1, "http", 0.0, "GET", url, names, b"", False, 1)


PARTIES = [
    (f"https://www.{SITE}/a.js", SITE, {}, "first"),
    (f"https://cdn.{SITE}/a.js", SITE, {"Sec_Fetch_Site": "same-site"}, "first"),
    ("https://www.google-analytics.com/g/collect", SITE, {}, "third"),
    ("https://www.google-analytics.com/g/collect", SITE, {"Sec_Fetch_Site": "cross-site"}, "third"),
    ("https://b.github.io/x", "a.github.io", {}, "third"),
    ("https://scontent.cdninstagram.com/x", "facebook.com", {}, "same-company"),
    ("https://www.youtube.com/embed/x", "google.com", {"Sec_Fetch_Site": "cross-site"}, "same-company"),
    ("https://x.example/", "", {}, "unknown"),
    ("https://x.example/", "app:Exemple", {}, "unknown"),
    ("https://x.example/", "browser", {}, "unknown"),
    ("https://x.example/", "", {"Sec_Fetch_Site": "cross-site"}, "third"),
    ("https://x.example/", "", {"Sec_Fetch_Site": "same-origin"}, "first"),
    ("http://192.168.1.4/x", SITE, {}, "third"),
    ("http://192.168.1.4/x", "192.168.1.4", {}, "first"),
]


@pytest.mark.parametrize(("url", "site", "headers", "party"), PARTIES)
def test_party(classifier: Classifier, url: str, site: str, headers: dict[str, str], party: str) -> None:
    page = f"https://{site}/" if site and ":" not in site and site != "browser" else ""
    assert classifier.classify(told(url, page, **headers), site).party == party


def test_a_frame_of_another_site_does_not_make_its_own_requests_first_party(classifier: Classifier) -> None:
    inside = told("https://gum.criteo.com/sync", "https://gum.criteo.com/frame", Sec_Fetch_Site="same-origin")
    assert classifier.classify(inside, SITE).party == "third"


def test_the_browser_knows_newer_suffixes(classifier: Classifier) -> None:
    newer = told("https://b.nouveau-suffixe.fr/", f"https://www.{SITE}/", Sec_Fetch_Site="same-site")
    assert classifier.classify(newer, SITE).party == "first"


@pytest.mark.parametrize("length", [0, 3_000, 9_000])
def test_verdict_is_the_same_however_long_the_asking_address_and_whoever_reads_the_headers(
    classifier: Classifier, length: int
) -> None:
    asking = told("https://www.google-analytics.com/g/collect", f"https://www.{SITE}/?q={'a' * length}")
    verdict = classifier.classify(asking, SITE)
    assert (verdict.party, verdict.match) == ("third", True)
    assert classifier.classify(asking, SITE, first_values(asking.headers)) == verdict


COMPANIES = {
    "www.facebook.com": ("Meta", "US"), "scontent-cdg4-1.cdninstagram.com": ("Meta", "US"),
    "graph.oculus.com": ("Meta", "US"), "web.whatsapp.com": ("Meta", "US"),
    "edge.messenger.com": ("Meta", "US"),
    "t.co": ("X", "US"), "px.ads.linkedin.com": ("LinkedIn", "US"), "analytics.tiktok.com": ("TikTok", "SG"),
    "short.weixin.qq.com": ("Tencent", "CN"), "vk.com": ("VK", "RU"), "mc.yandex.ru": ("Yandex", "RU"),
    "tr.snapchat.com": ("Snap", "US"), "ct.pinterest.com": ("Pinterest", "US"),
    "ssl.gstatic.com": ("Google", "US"),
    "ib.adnxs.com": ("Microsoft", "US"), "api.skype.com": ("Microsoft", "US"),
    "s.amazon-adsystem.com": ("Amazon", "US"), "gum.criteo.com": ("Criteo", "FR"),
    "idsync.rlcdn.com": ("LiveRamp", "US"), "eu.citrusad.com": ("Publicis", "FR"),
    "www.carrefourlinks.com": ("Carrefour", "FR"), "www.laposte.fr": ("La Poste", "FR"),
    "www.solocal.com": ("Solocal", "FR"), "www.lefigaro.fr": ("Figaro", "FR"),
    "api.meteofrance.com": ("Météo-France", "FR"), "logc2.xiti.com": ("Piano", "US"),
    "d111abc.cloudfront.net": ("Amazon", "US"), "a.smartadserver.com": ("Equativ", "FR"),
    "static.hotjar.com": ("ContentSquare", "FR"), "x.eulerian.net": ("Eulerian", "FR"),
}  # fmt: skip


@pytest.mark.parametrize(("host", "fact"), COMPANIES.items())
def test_company(classifier: Classifier, host: str, fact: tuple[str, str]) -> None:
    company = classifier.company(host)
    assert company is not None
    assert (company.name, company.country) == fact
    assert company.category
    assert company.source
    assert company.as_of


def test_nobody_is_invented(classifier: Classifier) -> None:
    assert classifier.company("inconnu.example") is None
    assert classifier.company("192.168.1.1") is None
    assert classifier.company("") is None


def test_lists_name_owners_where_the_bundle_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "services.json"
    services = [{"Régie Inconnue": {"https://r.example/": ["regie-inconnue.example"]}}]
    services += [{"Facebook, Inc.": {"https://f.example/": ["nouveau-meta.example", "facebook.com"]}}]
    path.write_text(json.dumps({"categories": {"Advertising": services}}))
    known = Classifier.load([path], only=True)
    unknown, renamed = known.company("a.regie-inconnue.example"), known.company("nouveau-meta.example")
    assert unknown is not None
    assert (unknown.name, unknown.category, unknown.source) == ("Régie Inconnue", "Advertising", "Disconnect")
    assert unknown.as_of.startswith("20")
    assert renamed is not None
    assert (renamed.name, renamed.country) == ("Meta", "US")


def test_a_cname_section_names_the_vendor() -> None:
    text = "! Title: EasyPrivacy\n! *** easylist:easyprivacy/easyprivacy_specific_cname_criteo.txt ***\n"
    rules = RuleList(f"{text}||dis.{SITE}^\n".encode(), Path("easyprivacy.txt"))
    verdict = Classifier([rules], bundled()).classify(told(f"https://dis.{SITE}/x"), SITE)
    assert verdict.party == "relay"
    assert verdict.company is not None
    assert (verdict.company.name, verdict.company.country) == ("Criteo", "FR")
    assert "easyprivacy_specific_cname_criteo" in verdict.company.source


def test_a_page_is_not_judged_by_ordinary_rules(classifier: Classifier) -> None:
    verdict = classifier.classify(
        told("https://www.criteo.com/", "", Sec_Fetch_Dest="document"), "criteo.com"
    )
    assert (verdict.match, verdict.matches, verdict.party) == (False, (), "first")


def test_a_socket_is_judged_as_one() -> None:
    known = Classifier([RuleList(b"|wss://$websocket,third-party\n", Path("x.txt"))], bundled())
    frame = Message("c", 2, "ws", 0.0, "GET", "https://chat.example/s", (), b"hello", False, 1, 1)
    verdict = known.classify(frame, SITE)
    assert verdict.type == "websocket"
    assert [match.grade for match in verdict.matches] == ["D"]
    assert not verdict.is_tracker


def test_ruleset(classifier: Classifier, tmp_path: Path) -> None:
    assert [known.name for known in classifier.ruleset] == ["Mouchard"]
    path = tmp_path / "une.txt"
    path.write_text("||a.example^\n")
    with_one = Classifier.load([path])
    assert [known.name for known in with_one.ruleset] == ["Mouchard", "une"]
    assert [known.name for known in Classifier.load([path], only=True).ruleset] == ["une"]
    before = with_one.ruleset_id
    assert before == Classifier.load([path]).ruleset_id
    path.write_text("||b.example^\n")
    assert before != Classifier.load([path]).ruleset_id


def test_a_missing_list_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read"):
        Classifier.load([tmp_path / "absent.txt"])


def test_jurisdictions_are_dated_and_sourced() -> None:
    for name, fact in jurisdictions().items():
        assert fact.source.startswith("https://"), name
        assert fact.as_of, name
        assert fact.eu_entity or fact.transfer, name


# --- the command ---------------------------------------------------------------------------------


def run(*words: str, stdin: str = "") -> list[dict[str, object]]:
    """The lines that `mouchard classify` prints."""
    result = CliRunner().invoke(command, words, input=stdin, catch_exceptions=False)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_command_takes_urls_files_and_lines(tmp_path: Path) -> None:
    rules = tmp_path / "une.txt"
    rules.write_text("! Title: Une\n! Version: 3\n||traceur.example^$third-party\n")
    row = {"url": "https://a.traceur.example/p", "source": f"https://{SITE}/", "type": "image"}
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(row) + "\n\n" + json.dumps(row | {"type": "document"}) + "\n")
    first, second = run("--list", str(rules), str(questions))
    assert first == {
        "url": row["url"], "source": row["source"], "type": "image", "match": True,
        "matches": [{"list": "Une", "version": "3", "rule": "||traceur.example^$third-party", "line": 3,
                     "section": "", "grade": "A", "exception": False}],
        "party": "third",
        "company": {"company": "", "country": "", "category": "", "source": "", "as_of": ""},
    }  # fmt: skip
    assert second["match"] is False
    assert run("--list", str(rules), stdin=json.dumps(row)) == [first]
    assert run("--list", str(rules), row["url"], "--source", row["source"], "--type", "image") == [first]


@pytest.mark.parametrize("line", ["{", '{"source": "x"}', '{"url": 3}', '{"url": "https://x", "type": 4}'])
def test_command_says_which_line_is_wrong(line: str) -> None:
    result = CliRunner().invoke(command, [], input=f"https://a.example/\n{line}\n")
    assert isinstance(result.exception, BadInput)
    assert "line 2" in result.exception.message
