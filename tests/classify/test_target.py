"""URLs as rules see them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.classify.target import URL_CAP, Target

CASES = {
    "https://Host.COM/Path": ("host.com", "https://host.com/path"),
    "https://host.com./x": ("host.com", "https://host.com/x"),
    "https://user:pw@host.com/x": ("host.com", "https://host.com/x"),
    "https://a@b@host.com/x": ("host.com", "https://host.com/x"),
    "https://host.com:443/x": ("host.com", "https://host.com/x"),
    "http://host.com:8080/x": ("host.com", "http://host.com:8080/x"),
    "https://host.com#top": ("host.com", "https://host.com"),
    "https://[2001:DB8::1]:8443/x": ("2001:db8::1", "https://[2001:db8::1]:8443/x"),
    "https://аррӏе.com/x": ("xn--80ak6aa92e.com", "https://xn--80ak6aa92e.com/x"),
    "wss://host.com/socket": ("host.com", "wss://host.com/socket"),
    "data:text/plain,hello": ("", "data:text/plain,hello"),
    "about:blank": ("", "about:blank"),
    "": ("", ""),
}


@pytest.mark.parametrize(("url", "seen"), CASES.items())
def test_target(url: str, seen: tuple[str, str]) -> None:
    target = Target(url)
    assert (target.host, target.text) == seen


def test_case_is_kept_beside_the_lower_form() -> None:
    assert Target("https://Host.com/BaNNer").cased == "https://host.com/BaNNer"


def test_a_long_url_is_cut() -> None:
    assert len(Target("https://host.com/" + "a" * 70_000).text) == URL_CAP


@given(st.text(max_size=200))
def test_any_text_is_a_target(url: str) -> None:
    target = Target(url)
    assert target.text == target.cased.lower()
    if target.host and target.host.isascii():
        assert target.host in target.text[target.start : target.end]


@given(st.text(max_size=200) | st.text(st.sampled_from("aZ09%-_./?=&é\u212a\ud800 \t"), max_size=60))
def test_words_are_runs_of_letters_digits_and_percent_signs(url: str) -> None:
    for text in (url, f"https://host.example/{url}"):
        target = Target(text)
        assert target.words == frozenset(re.findall("[0-9a-z%]+", target.text))
