"""The joined stages: what one message tells of earlier ones, and that the same records judge the same."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from mouchard import identity
from mouchard.analysis import Analysis
from mouchard.capture.records import Capture, Headers, Origin, Record, Request, Response
from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.keys import Keys
from mouchard.model import Judgement
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
EMAIL = "camille.martin@boite-exemple.fr"
PAGE = "https://www.boutique-exemple.fr/panier"


@lru_cache(1)
def classifier() -> Classifier:
    return Classifier.load()


def analysis(**values: list[str]) -> Analysis:
    return Analysis(classifier(), Detector(identity.parse(values)), Keys(bytes(32)))


def request(seq: int, url: str, body: bytes = b"", **headers: str) -> Request:
    fields: Headers = (("User-Agent", AGENT), *((k.replace("_", "-"), v) for k, v in headers.items()))
    method = "POST" if body else "GET"
    origin = Origin("127.0.0.1", "regular", "", "c1")
    return Request("c", seq, 1000.0 + seq, origin, method, url, "HTTP/2", fields, body, len(body))


def answer(seq: int, to: int, **headers: str) -> Response:
    fields = tuple((k.replace("_", "-"), v) for k, v in headers.items())
    return Response("c", seq, 1000.0 + seq, to, "answered", 200, fields, b"", 0, "", 1000.0 + seq)


def page(seq: int = 1, url: str = PAGE) -> tuple[Record, Record]:
    told = request(seq, url, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document", Sec_Fetch_Site="none")
    return told, answer(seq + 1, seq, Content_Type="text/html")


def feed(of: Analysis, *records: Record) -> Iterator[Judgement]:
    for record in records:
        yield from of.feed(record)


CROSS = {
    "Referer": "https://www.boutique-exemple.fr/",
    "Sec_Fetch_Site": "cross-site",
    "Sec_Fetch_Dest": "empty",
}
OWN = {"Referer": PAGE, "Sec_Fetch_Site": "same-origin", "Sec_Fetch_Dest": "empty"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def test_what_left_before_the_form_was_sent_is_proven_when_it_is() -> None:
    digest = hashlib.sha256(EMAIL.encode()).hexdigest()
    early = request(3, f"https://t.traceur-exemple.com/c?h={digest}", **CROSS)
    submit = request(
        4,
        "https://www.boutique-exemple.fr/compte",
        f"email={EMAIL.replace('@', '%40')}".encode(),
        **OWN,
        **FORM,
    )
    judged = list(feed(analysis(), *page(), early, submit))
    first, later = [one for one in judged if one.message.seq == 3]
    assert "email" not in {found.type for found in first.findings}
    [leak] = [found for found in later.findings if found.type == "email"]
    assert (leak.proof, leak.basis, leak.chain) == ("identity", "learned", ("sha256",))
    assert EMAIL not in repr(later.findings)


def test_nothing_is_learned_from_third_parties() -> None:
    theirs = request(3, "https://t.traceur-exemple.com/c", b"email=someone%40else.example", **CROSS, **FORM)
    again = request(4, "https://autre.exemple-pub.com/c?x=someone%40else.example", **CROSS)
    judged = list(feed(analysis(), *page(), theirs, again))
    assert not [found for one in judged for found in one.findings if found.basis == "learned"]


def test_consent_travels_with_the_judgement() -> None:
    url = "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC1234567&gcs=G100&en=page_view"
    [*_, judged] = feed(analysis(), *page(), request(3, url, **CROSS))
    assert judged.consent.gcs


def test_late_evidence_gives_a_new_judgement_with_the_right_site() -> None:
    download = "https://fichiers.exemple-pub.com/catalogue.pdf"
    asked = request(
        3, download, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document", Sec_Fetch_Site="cross-site",
        Referer="https://www.boutique-exemple.fr/",
    )  # fmt: skip
    judged = list(feed(analysis(), *page(), asked, answer(4, 3, Content_Type="application/pdf")))
    sites = [one.attributed.site for one in judged if one.message.seq == 3]
    assert sites == ["exemple-pub.com", "boutique-exemple.fr"]


def test_the_same_records_judge_the_same() -> None:
    records = (
        *page(),
        request(3, f"https://t.traceur-exemple.com/c?mail={EMAIL.replace('@', '%40')}", **CROSS),
        request(4, "https://www.boutique-exemple.fr/compte", f"email={EMAIL}".encode(), **OWN, **FORM),
        request(
            5, "https://www.facebook.com/tr/?id=1234567890123456&ev=PageView&fbp=fb.1.17.123456", **CROSS
        ),
    )
    assert list(feed(analysis(email=[EMAIL]), *records)) == list(feed(analysis(email=[EMAIL]), *records))


def test_the_store_keeps_the_same_with_the_facts_of_the_analysis_and_without(tmp_path: Path) -> None:
    hop = request(3, "https://t.traceur-exemple.com/c?a=1", Cookie="uid=7f3c1b2e9a4d4c1e", **CROSS)
    records = (*page(), hop, replace(answer(4, 3, Location="/d", Set_Cookie="u=1; Path=/"), status=302))
    running, kept = analysis(), []
    entries = [Entry(record, running.feed(record), running.facts) for record in records]
    assert all(entry.facts for entry in entries)
    for name, written in (("with", entries), ("without", [replace(entry, facts=None) for entry in entries])):
        path = tmp_path / f"{name}.db"
        with Writer(path, Keys(bytes(32)), Ruleset("rules", (), "")) as writer:
            writer.begin(Capture("c", "live", "", 1000.0, ""))
            writer.commit(written)
        with closing(sqlite3.connect(path)) as database:
            kept.append(["\n".join(map(str, database.execute(f"SELECT * FROM {table}")))
                         for table in ("messages", "responses", "chain")])  # fmt: skip
    assert kept[0] == kept[1]


def test_the_identity_may_change_while_the_capture_goes_on() -> None:
    running = analysis()
    told = request(3, f"https://t.traceur-exemple.com/c?x={EMAIL}", **CROSS)
    list(feed(running, *page()))
    running.detector = Detector(identity.parse({"email": [EMAIL]}))
    [judged] = running.feed(told)
    assert [found.basis for found in judged.findings if found.type == "email"] == ["declared"]


@pytest.mark.parametrize(
    "url", ["http://[", "https://[::1", "//", "", "https://ex ample/ü?\x00", "https://a.example:99999/"]
)
def test_what_is_no_url_is_judged_all_the_same(url: str) -> None:
    [judged] = analysis(email=[EMAIL]).feed(request(1, url, **CROSS))
    assert judged.message.url == url


def test_a_stored_address_holds_no_name_of_a_declared_person() -> None:
    judged = analysis(username=["ysoquem"], first_name=["Rose"], last_name=["Martin"], country=["FR"])
    url = "https://api.conseil.test/fr/users/Ysoquem/auteur/rose-martin/roseraie?rose"
    (told,) = judged.feed(request(1, url, Referer=PAGE))
    assert told.masked_url == (
        "https://api.conseil.test/fr/users/‹7 chars›/auteur/‹11 chars›/roseraie?‹4 chars›"
    )


def test_nor_a_word_that_was_typed_into_a_form() -> None:
    judged = analysis()
    form = b"email=orla%40poste-exemple.fr&username=bruyere&password=genevrier"
    list(feed(judged, *page(), request(3, PAGE, form, **OWN, **FORM)))
    (told,) = judged.feed(request(4, "https://api.conseil.test/compte/bruyere/genevrier/lande", **CROSS))
    assert told.masked_url == "https://api.conseil.test/compte/‹7 chars›/‹9 chars›/lande"
