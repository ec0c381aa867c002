"""Masked URLs and names: the form stays, no value does."""

from __future__ import annotations

import re
from time import process_time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.masking.url import mask_host, mask_name, mask_place, mask_text, mask_url

URLS = {
    "https://facebook.com/tr/?id=123456&ud[em]=abc": "https://facebook.com/tr/?id=‹6 chars›&ud[em]=‹3 chars›",
    "HTTPS://WWW.Example.COM/Path": "https://www.example.com/Path",
    "https://x.example/?ud%5Bem%5D=a": "https://x.example/?ud[em]=‹1 chars›",
    "https://x.example/?ud%5bem%5d=a": "https://x.example/?ud[em]=‹1 chars›",
    "https://jean:secret@x.example/": "https://‹11 chars›@x.example/",
    "https://x.example:8443/a": "https://x.example:8443/a",
    "https://x.example/a#section=me@example.org": "https://x.example/a#‹22 chars›",
    "https://x.example/users/1234/edit": "https://x.example/users/‹4 chars›/edit",
    "https://x.example/v1/track": "https://x.example/‹2 chars›/track",
    "https://x.example/me%40example.org/x": "https://x.example/‹16 chars›/x",
    "https://x.example/me@example.org": "https://x.example/‹14 chars›",
    "https://x.example/abcdefghijklmnopqrstuvwxyz": "https://x.example/‹26 chars›",
    "https://x.example/a;jsessionid=AB12CD;flag": "https://x.example/a;jsessionid=‹6 chars›;flag",
    "https://x.example/uid=77/b": "https://x.example/uid=‹2 chars›/b",
    "https://x.example/?me@example.org": "https://x.example/?‹14 chars›",
    "https://x.example/?me@example.org=1": "https://x.example/?‹14 chars›=‹1 chars›",
    "https://x.example/?debug&empty=": "https://x.example/?debug&empty=",
    "https://x.example/?a=b=c&&d": "https://x.example/?a=‹3 chars›&&d",
    "https://x.example?q=paris": "https://x.example?q=‹5 chars›",
    "https://[2001:db8::1]:80/a?b=c": "https://[2001:db8::1]:80/a?b=‹1 chars›",
    "http://192.0.2.7/a": "http://192.0.2.7/a",
    "wss://live.example/socket?sid=abc": "wss://live.example/socket?sid=‹3 chars›",
    "https://abcdefghijklmnopqrstuvwxyz.x.example/": "https://‹26 chars›.x.example/",
    "data:text/plain,hello": "data:‹16 chars›",
    "not a url": "‹9 chars›",
    "": "",
}
NAMES = {
    **dict.fromkeys(
        """ud[em] em Referer X-Requested-With utm_source batch[].context.traits.email requests[].pd
            @type x.@context items[0].price sec-ch-ua-platform-version sessionReplaySampleRate2 _ga
            fbp c_user facebook address1 sha256 user_data[external_id] IABTCF_TCString ga4
            events[12].name""".split()
    ),
    "me@example.org": "‹14 chars›",
    "contacts.me@example.org.kind": "‹28 chars›",
    "a%40b": "‹5 chars›",
    "ud%5Bem%5D": "ud[em]",
    "0639981234": "‹10 chars›",
    "06 39 98 12 34": "‹14 chars›",
    "06.39.98.12.34": "‹14 chars›",
    "user.12345678": "user.‹8 chars›",
    "mp_abcdef0123456789_mixpanel.distinct_id": "‹28 chars›.distinct_id",
    "_ga_A1B2C3D4E5": "‹14 chars›",
    "5d41402abc4b2a76b9719d911017c592": "‹32 chars›",
    "aGVsbG9AZXhhbXBsZS5jb20": "‹23 chars›",
    "x" * 41: "‹41 chars›",
    "a." + "y" * 41 + ".b": "a.‹41 chars›.b",
    "tab\tname": "‹8 chars›",
    "{'nom': 'lefevre_e'": "‹6 chars›:‹12 chars›",
    '{"user"': "‹7 chars›",
    "a,lefevre": "‹9 chars›",
    "First Name": "",
}


@pytest.mark.parametrize(("url", "masked"), URLS.items())
def test_url(url: str, masked: str) -> None:
    assert mask_url(url) == masked
    assert mask_url(masked) == masked


@pytest.mark.parametrize(("name", "masked"), [(name, masked or name) for name, masked in NAMES.items()])
def test_name(name: str, masked: str) -> None:
    assert mask_name(name) == masked
    assert mask_name(masked) == masked


@pytest.mark.parametrize(
    ("host", "hidden", "masked"),
    [
        ("camille.shop.example", ["camille"], "‹7 chars›.shop.example"),
        ("camille.martin.shop.example", ["Camille.Martin"], "‹7 chars›.‹6 chars›.shop.example"),
        ("mail-camille.shop.example", ["camille"], "‹12 chars›.shop.example"),
        ("mnqw22lmnrsq.shop.example", ["camille"], "‹12 chars›.shop.example"),
        ("www.shop.example", [], "www.shop.example"),
        ("www.la-boutique-de-la-mairie-de-paris.fr", [], "www.la-boutique-de-la-mairie-de-paris.fr"),
        ("www.la-boutique-de-la-mairie-de-paris.co.uk", [], "www.la-boutique-de-la-mairie-de-paris.co.uk"),
        ("la-boutique-de-la-mairie-de-paris.shop.co.uk", [], "‹33 chars›.shop.co.uk"),
        ("la-boutique-de-camille-martin.fr", ["camille-martin"], "‹29 chars›.fr"),
        ("xn--caf-dma.example", [], "xn--caf-dma.example"),
        ("a%00b.example", [], "‹5 chars›.example"),
    ],
)
def test_host(host: str, hidden: list[str], masked: str) -> None:
    assert mask_host(host, hidden) == masked
    assert mask_url(f"https://{host}/", hidden) == f"https://{masked}/"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("connection refused", "connection refused"),
        ("invalid literal for int(): 'camille'", "invalid literal for int(): '‹7 chars›'"),
        ("cannot reach me@example.org", "cannot reach ‹14 chars›"),
        ("[Errno 111] Connect call failed", "[Errno 111] Connect call failed"),
        ("id 0639981234", "id ‹10 chars›"),
    ],
)
def test_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked


VALUE = st.text(st.sampled_from("abcdeXYZ0123456789@._-+ é/&=?#;%"), min_size=6, max_size=40).filter(
    lambda value: re.search(r"[\d@]", value) is not None
)
WORD = st.text(st.sampled_from("abcxyz"), min_size=1, max_size=8)


@given(path=st.lists(VALUE, max_size=3), pairs=st.lists(st.tuples(WORD, VALUE), max_size=3), fragment=VALUE)
def test_no_value_survives(path: list[str], pairs: list[tuple[str, str]], fragment: str) -> None:
    query = "&".join(f"{name}={quote(value, safe='@')}" for name, value in pairs)
    words = "/".join(quote(part, safe="@") for part in path)
    url = f"https://host.example/{words}?{query}#{quote(fragment, safe='@')}"
    masked = mask_url(url)
    for value in (*path, *(value for _, value in pairs), fragment):
        assert value not in masked
        assert quote(value, safe="@") not in masked
    for name, _ in pairs:
        assert f"{name}=" in masked


@given(st.text(max_size=200))
def test_any_text_is_masked_once(text: str) -> None:
    for mask in (mask_url, mask_name, mask_text):
        masked = mask(text)
        if mask is not mask_text:
            assert mask(masked) == masked
    for url in (f"https://{text}", f"https://host.example/{text}", f"https://host.example/?{text}"):
        assert mask_url(mask_url(url)) == mask_url(url)


@given(st.text(st.sampled_from("a1@.[]%-_ "), max_size=60))
def test_no_address_survives_in_a_name(name: str) -> None:
    assert re.search(r"[^.\[\]/:]@", mask_name(name)) is None
    assert not re.search(r"\d{5}", mask_name(name)) or "chars›" in mask_name(name)


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("ud[em]", "query.ud[em]"),
        ("me@example.org", "query.‹14 chars›"),
        ("a" * 300, "query.‹300 chars›"),
    ],
)
def test_a_place_is_told_by_names_only(field: str, place: str) -> None:
    assert mask_place("query", field) == place == f"query.{mask_name(field)}"


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://x.test/auteur/rose-martin/notes", "https://x.test/auteur/‹11 chars›/notes"),
        (
            "https://x.test/users/rose?martin&y=1&page",
            "https://x.test/users/‹4 chars›?‹6 chars›&y=‹1 chars›&page",
        ),
        ("https://x.test/roseraie/12/rose.martin", "https://x.test/roseraie/‹2 chars›/‹11 chars›"),
    ],
)
def test_words_that_are_somebody_s_are_masked(url: str, masked: str) -> None:
    def names(word: str) -> bool:
        return not {"rose", "martin"}.isdisjoint(re.split(r"\W", word))

    assert mask_url(url, (), names) == masked
    assert mask_url(masked, (), names) == masked


def test_a_path_of_underscores_takes_no_longer_than_another() -> None:
    words = [f"{'_' * (22 - len(str(number)))}{number}" for number in range(40)]
    begun = process_time()
    assert mask_url("https://a.fr/" + "/".join(words)) == "https://a.fr/" + "/".join(["‹22 chars›"] * 40)
    assert process_time() - begun < 2
