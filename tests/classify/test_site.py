"""Hosts and their sites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.classify import golden
from mouchard.classify.site import is_ip, normal_host, psl_disagreements, site_of, suffixes

SITES = {
    "www.example.co.uk": "example.co.uk",
    "Example.COM.": "example.com",
    "192.168.1.1": "192.168.1.1",
    "[2001:db8::1]": "2001:db8::1",
    "2001:db8::1": "2001:db8::1",
    "localhost": "localhost",
    "imprimante": "imprimante",
    "": "",
    "a.github.io": "a.github.io",
    "github.io": "github.io",
    "co.uk": "co.uk",
    "www.食狮.公司.cn": "xn--85x722f.xn--55qx5d.cn",
    "www.bücher.de": "xn--bcher-kva.de",
    "www.пример.рф": "xn--e1afmkfd.xn--p1ai",
}


@pytest.mark.parametrize(("host", "site"), SITES.items())
def test_site(host: str, site: str) -> None:
    assert site_of(host) == site


def test_two_readers_of_the_public_suffix_list_agree() -> None:
    assert len(golden.SITES) >= 50
    assert psl_disagreements() == ()


@pytest.mark.parametrize("host", ["10.0.0.1", "::1", "2001:db8::1"])
def test_addresses(host: str) -> None:
    assert is_ip(host)
    assert list(suffixes(host)) == [host]


def test_suffixes_go_from_the_host_to_its_top() -> None:
    assert list(suffixes("a.b.example")) == ["a.b.example", "b.example", "example"]


@given(st.text(max_size=80))
def test_any_text_has_a_site(host: str) -> None:
    normal = normal_host(host)
    assert normal_host(normal) == normal
    assert isinstance(site_of(host), str)
