"""Linkage: the same identifier of the person at two companies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from mouchard.detect.linkage import Linkage, is_identifier, lifetime, tokens
from mouchard.extract import extract
from mouchard.model import Hit, Message

OWNERS = {"dsp-a": "A", "cdn-a": "A", "dsp-b": "B", "dsp-c": "C", "dsp-d": "D", "dsp-e": "E"}
ID = "8314902275516630021"


@pytest.fixture
def linkage() -> Linkage:
    return Linkage(lambda host: OWNERS.get(host.split(".")[-2], host))


@pytest.fixture
def ask(linkage: Linkage, sent: Callable[..., Message]) -> Callable[..., tuple[Hit, ...]]:
    def ask_(url: str, **message: object) -> tuple[Hit, ...]:
        told = sent(url, **message)
        return linkage.request(url.split("/")[2], extract(told).nodes)

    return ask_


def keep(linkage: Linkage, host: str, cookie: str) -> None:
    linkage.answer(host, (("Date", "Mon, 10 Jun 2024 08:00:00 GMT"), ("Set-Cookie", cookie)))


@pytest.mark.parametrize(
    ("value", "chain"),
    [
        (ID, ()),
        (hashlib.sha1(ID.encode()).hexdigest(), ("sha1",)),
        (hashlib.sha256(ID.encode()).hexdigest(), ("sha256",)),
    ],
)
def test_a_lasting_cookie_found_at_another_company(
    linkage: Linkage, ask: Callable[..., tuple[Hit, ...]], value: str, chain: tuple[str, ...]
) -> None:
    keep(linkage, "ib.dsp-a.com", f"uuid2={ID}; Domain=.dsp-a.com; Max-Age=7776000")
    (hit,) = ask(f"https://match.dsp-b.net/sync?partner=a&puid={value}&gdpr=1")
    assert (hit.type, hit.proof, hit.location, hit.field, hit.chain) == (
        "id_sync",
        "sync",
        "query",
        "puid",
        chain,
    )
    assert "A has as cookie uuid2" in hit.note and ID not in hit.masked


@pytest.mark.parametrize("name", ["id_rose.mallarme@poste-unie.fr", "id_0639985566"])
def test_the_name_of_a_cookie_is_not_told_where_it_is_somebody_s(
    linkage: Linkage, ask: Callable[..., tuple[Hit, ...]], name: str
) -> None:
    keep(linkage, "ib.dsp-a.com", f"{name}={ID}; Domain=.dsp-a.com; Max-Age=7776000")
    (hit,) = ask(f"https://match.dsp-b.net/sync?puid={ID}")
    assert hit.note == f"identifier that A has as cookie ‹{len(name)} chars›"


def test_a_cookie_sent_back_counts_too(ask: Callable[..., tuple[Hit, ...]]) -> None:
    ask("https://ib.dsp-a.com/px", headers=(("Cookie", f"uuid2={ID}"),))
    assert len(ask(f"https://match.dsp-b.net/sync?u={ID}")) == 1


def test_a_parameter_that_knows_the_browser_again(ask: Callable[..., tuple[Hit, ...]]) -> None:
    ask("https://ib.dsp-a.com/px?cid=1836872160.1717990000&rnd=84719302847193")
    (hit,) = ask("https://match.dsp-b.net/sync?u=1836872160.1717990000&r=84719302847193")
    assert (hit.field, hit.value) == ("u", "1836872160.1717990000")
    assert "parameter cid" in hit.note


def test_one_company_shares_with_itself(linkage: Linkage, ask: Callable[..., tuple[Hit, ...]]) -> None:
    keep(linkage, "ib.dsp-a.com", f"uuid2={ID}; Max-Age=7776000")
    assert ask(f"https://x.cdn-a.com/p?u={ID}") == ()


@pytest.mark.parametrize(
    "cookie",
    [
        f"sid={ID}",
        f"uuid2={ID}; Max-Age=3600",
        "lang=fr-FR; Max-Age=9999999",
        "v=20240610; Max-Age=9999999",
        "euconsent-v2=CPUCbs9PUDXghADABCENCBCoAP_AAEJAAAAADGwBAAGABPADCAY0; Max-Age=9999999",
        "r=1920x1080; Max-Age=9999999",
    ],
)
def test_what_is_no_lasting_identifier(
    linkage: Linkage, ask: Callable[..., tuple[Hit, ...]], cookie: str
) -> None:
    keep(linkage, "ib.dsp-a.com", cookie)
    value = cookie.partition(";")[0].partition("=")[2]
    assert ask(f"https://match.dsp-b.net/s?x={value}") == ()


def test_a_value_that_everybody_sets_is_a_constant(
    linkage: Linkage, ask: Callable[..., tuple[Hit, ...]]
) -> None:
    for host in ("a.dsp-a.com", "b.dsp-b.com", "c.dsp-c.com", "d.dsp-d.com"):
        keep(linkage, host, "build=a1b2c3d4e5f6; Max-Age=7776000")
    assert ask("https://e.dsp-e.com/p?b=a1b2c3d4e5f6") == ()


def test_packed_identifiers_are_taken_apart(linkage: Linkage, ask: Callable[..., tuple[Hit, ...]]) -> None:
    keep(linkage, "ib.dsp-a.com", "_x=GA1.2.1836872160.17179900aa; Max-Age=7776000")
    assert len(ask("https://m.dsp-b.net/s?u=1836872160.17179900aa")) == 1
    assert list(tokens("fb.1.1717990000000.1234567890")) == ["fb.1.1717990000000.1234567890", "1234567890"]


@pytest.mark.parametrize("text", ["fr-FR", "1718000000", "20240610", "homepage-hero", "aaaaaaaaaaaa", "true"])
def test_words_and_dates_identify_nobody(text: str) -> None:
    assert not is_identifier(text)


def test_lifetime_of_a_cookie() -> None:
    date = "Mon, 10 Jun 2024 08:00:00 GMT"
    assert lifetime([" Path=/", " Max-Age=60"], date) == 60
    assert lifetime([" expires=Tue, 11-Jun-2024 08:00:00 GMT"], date) == 86400
    assert lifetime([" Expires=nonsense", " Max-Age=x"], date) == 0
    assert lifetime([" Secure"], date) == 0


@pytest.mark.parametrize(
    ("expires", "date", "seconds"),
    [
        ("Tue, 11-Jun-2024 08:00:00", "Mon, 10 Jun 2024 08:00:00 GMT", 86400),
        ("Tue, 11 Jun 2024 08:00:00 GMT", "Mon, 10 Jun 2024 08:00:00 -0000", 86400),
        ("Tue, 11 Jun 2024 08:00:00 +99999999999999", "Mon, 10 Jun 2024 08:00:00 GMT", 0),
        ("Tue, 11 Jun 99999999999 08:00:00 GMT", "", 0),
        ("Tue, 11 Jun 2024 08:00:00 GMT", "Mon, 10 Jun 99999999999 08:00:00 GMT", 0),
    ],
)
def test_a_date_may_lack_its_time_zone_or_be_none(expires: str, date: str, seconds: float) -> None:
    assert lifetime([f" expires={expires}"], date) == seconds


def test_an_address_under_the_name_of_an_identifier_is_no_identifier(
    ask: Callable[..., tuple[Hit, ...]],
) -> None:
    address = "o.oconnor_77@posta-unie.example"
    assert ask("https://x.dsp-a.test/s", body={"vid": address, "uid": ID}) == ()
    assert [hit.value for hit in ask("https://x.dsp-b.test/s", body={"mail": address, "u": ID})] == [ID]


def test_what_was_forgotten_is_held_anew_when_it_comes_again(
    ask: Callable[..., tuple[Hit, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.detect.linkage.MAX_IDENTIFIERS", 600)
    cookie = (("Cookie", f"uuid2={ID}"),)
    ask("https://ib.dsp-a.com/x", headers=cookie)
    ask("https://ib.dsp-a.com/x", headers=cookie)
    assert ask(f"https://m.dsp-b.net/s?p={ID}")
    for number in range(1400):
        ask("https://ib.dsp-c.com/x", headers=(("Cookie", f"uid=c3{number:010}x7"),))
    assert not ask(f"https://m.dsp-b.net/s?p={ID}")
    ask("https://ib.dsp-a.com/x", headers=cookie)
    assert ask(f"https://m.dsp-b.net/s?p={ID}")


@pytest.mark.parametrize(
    "value",
    """GTM-ABC1234 G-ABCDEFG123 UA-12345678-1 AW-123456789 ca-pub-1234567890123456 2024.05.31-a81bc42
    v3.121.2-rc4 1717990011222333 1717990011.222 20240601T100000Z checkout_test_2024_variant_b
    homepage-hero-v2 boutique-exemple-fr-2024 www.boutique1-exemple.fr 1920x1080x24 203.0.113.77
    2001:db8:85a3::8a2e:370:7334 2~70.89.93.108.122.149.2202 $UID_1234 %%USER_ID_64%% OPT_OUT_2024
    optout-cookie-1 EUR1249.90 d41d8cd98f00b204e9800998ecf8427e""".split(),
)
def test_what_is_the_same_for_everybody_identifies_nobody(value: str) -> None:
    assert tokens(value) == ()


@pytest.mark.parametrize(
    "value",
    """7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31 8314902275516630021 k8Qz71LmPd03Xw v_92hd71ksla02
    1234567890.1717990011 LX3V8Q7K-1K-9ABC 66a1b2c3-4d5e6-7f8a9-0b1c2 user-48213377 ab12cd34ef56gh78
    a1b2c3d4-beef-1111-2222-abcdefabcdef 1.2.2113467890.1717990011 amzn1.k8Qz71LmPd""".split(),
)
def test_what_one_browser_alone_has_identifies_it(value: str) -> None:
    assert tokens(value)


UUID = "7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31"


@pytest.mark.parametrize("kept", [UUID, UUID.upper()])
@pytest.mark.parametrize("sent_on", [UUID, UUID.upper(), UUID.replace("-", "")])
def test_a_uuid_is_the_same_in_every_spelling(
    linkage: Linkage, ask: Callable[..., tuple[Hit, ...]], kept: str, sent_on: str
) -> None:
    keep(linkage, "ib.dsp-a.com", f"uid={kept}; Max-Age=7776000")
    (hit,) = ask(f"https://match.dsp-b.net/s?x={sent_on}")
    assert "A has as cookie uid" in hit.note
    for host in ("b.dsp-b.com", "c.dsp-c.com", "d.dsp-d.com"):
        keep(linkage, host, f"build={UUID}; Max-Age=7776000")
    assert ask(f"https://e.dsp-e.com/p?b={UUID.upper()}") == ()
