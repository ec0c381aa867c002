"""What browsers are started with: the proxy for everything, trust in one key, the sandbox where it can be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mouchard import certificate, paths
from mouchard.browser import check, chromium
from mouchard.cli.browse import address
from mouchard.errors import BadInput


def arguments(**changes: bool) -> list[str]:
    authority = certificate.ensure(paths.ca())
    return chromium.arguments(
        "https://a.example/", "127.0.0.1:4711", Path("/p"), authority, **{"headless": False, **changes}
    )


def test_everything_goes_through_the_proxy_loopback_included() -> None:
    flags = arguments()
    assert "--proxy-server=http://127.0.0.1:4711" in flags
    assert "--proxy-bypass-list=<-loopback>;*.invalid" in flags
    assert "--disable-quic" in flags
    assert flags[-1] == "https://a.example/"


def test_only_our_key_is_trusted() -> None:
    spki = certificate.ensure(paths.ca()).spki_sha256_b64
    assert f"--ignore-certificate-errors-spki-list={spki}" in arguments()
    assert "--ignore-certificate-errors" not in arguments()


def test_no_flag_tells_sites_that_they_are_watched() -> None:
    for flag in arguments():
        assert not flag.startswith(("--enable-automation", "--remote-debugging"))


@pytest.mark.parametrize(
    ("system", "user", "without"), [("linux", 0, True), ("linux", 1000, False), ("darwin", 0, False)]
)
def test_the_sandbox_stays_but_for_root_on_linux(
    system: str, user: int, without: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--no-sandbox" in arguments()) is without


def test_third_party_cookies_are_let_in_only_in_a_fresh_profile(tmp_path: Path) -> None:
    chromium.allow_third_party_cookies(tmp_path)
    preferences = tmp_path / "Default" / "Preferences"
    assert json.loads(preferences.read_text())["profile"]["cookie_controls_mode"] == 0
    preferences.write_text("{}")
    chromium.allow_third_party_cookies(tmp_path)
    assert preferences.read_text() == "{}"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("", ""),
        ("shop.example", "https://shop.example"),
        ("shop.example/a?b=c", "https://shop.example/a?b=c"),
        ("http://shop.example", "http://shop.example"),
        ("HTTPS://Shop.example", "HTTPS://Shop.example"),
        ("127.0.0.1:8000", "https://127.0.0.1:8000"),
    ],
)
def test_an_address_may_be_typed_as_people_do(typed: str, url: str) -> None:
    assert address(typed) == url


@pytest.mark.parametrize(
    "typed",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "chrome://settings",
        "https://",
        "http:/shop.example",
        "a b",
        "http://x:99999/",
        "a\x1b[2Jb",
    ],
)
def test_what_is_no_web_page_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is no address"):
        address(typed)


def test_a_proxy_that_does_not_answer_has_seen_nobody(unused_tcp_port: int) -> None:
    assert check.status(f"127.0.0.1:{unused_tcp_port}") == {}
    assert not check.seen(f"127.0.0.1:{unused_tcp_port}", "token")


def test_the_target_survives_the_way_over_the_check_page() -> None:
    start = check.start_url("abc", "https://a.example/?q=1&r=2#x")
    assert start.startswith("https://mouchard.check/go?visit=abc&to=https%3A%2F%2Fa.example")
    assert check.start_url("abc", "") == "https://mouchard.check/?visit=abc"
