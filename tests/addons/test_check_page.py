"""The check page: proves interception to the person, tells nothing to a site that embeds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mitmproxy.http import HTTPFlow
from mitmproxy.test import tflow

from mouchard import certificate
from mouchard.addons.check_page import CheckPage


@pytest.fixture
def page(tmp_path: Path) -> CheckPage:
    return CheckPage(certificate.ensure(tmp_path), "ab" * 16, lambda: [("192.0.2.5", 8080)])


def ask(page: CheckPage, url: str, **headers: str) -> HTTPFlow:
    flow = tflow.tflow()
    flow.request.url = url
    flow.request.headers.clear()
    for name, value in headers.items():
        flow.request.headers[name.replace("_", "-")] = value
    page.requestheaders(flow)
    page.request(flow)
    return flow


def text(flow: HTTPFlow) -> str:
    assert flow.response is not None and flow.response.status_code == 200
    assert flow.response.headers["cache-control"] == "no-store"
    return flow.response.get_text() or ""


def test_status_says_that_it_is_intercepted(page: CheckPage, tmp_path: Path) -> None:
    status = json.loads(text(ask(page, "https://mouchard.check/status.json")))
    authority = certificate.find(tmp_path)
    assert authority is not None
    assert status["intercepted"] is True and status["https"] is True
    assert status["capture"] == "ab" * 16 and status["fingerprint"] == authority.fingerprint
    assert json.loads(text(ask(page, "http://mouchard.check/status.json")))["https"] is False


def test_only_https_proves_trust(page: CheckPage) -> None:
    assert "HTTPS is read" in text(ask(page, "https://mouchard.check/"))
    assert "HTTPS is read" not in text(ask(page, "http://mouchard.check/"))
    assert "HTTPS est lu" in text(ask(page, "https://mouchard.check/", accept_language="fr-FR,fr"))


def test_the_certificate_is_handed_out_without_its_key(page: CheckPage, tmp_path: Path) -> None:
    flow = ask(page, "http://mouchard.check/ca.pem")
    authority = certificate.find(tmp_path)
    assert authority is not None and flow.response is not None
    assert flow.response.raw_content == authority.cert_path.read_bytes()
    assert b"PRIVATE" not in flow.response.raw_content


@pytest.mark.parametrize("host", ["192.0.2.5:8080", "127.0.0.1:8080", "localhost:8080"])
def test_the_address_of_the_proxy_explains_itself(page: CheckPage, host: str) -> None:
    assert "address of a proxy" in text(ask(page, f"http://{host}/"))


def test_other_hosts_are_left_alone(page: CheckPage) -> None:
    for url in ("https://shop.example/status.json", "http://127.0.0.1:8081/", "http://a.mouchard.check/"):
        flow = ask(page, url)
        assert flow.response is None and flow.error is None and not flow.metadata


@pytest.mark.parametrize("mode", ["no-cors", "cors"])
def test_a_site_that_embeds_it_learns_nothing(page: CheckPage, mode: str) -> None:
    flow = ask(page, "https://mouchard.check/", sec_fetch_site="cross-site", sec_fetch_mode=mode)
    assert flow.response is None and flow.error is not None


def test_a_link_to_it_works(page: CheckPage) -> None:
    flow = ask(page, "https://mouchard.check/", sec_fetch_site="cross-site", sec_fetch_mode="navigate")
    assert "HTTPS is read" in text(flow)


def test_a_visit_is_seen_once_it_happened(page: CheckPage) -> None:
    def seen() -> bool:
        return bool(json.loads(text(ask(page, "http://mouchard.check/status.json?visit=abc")))["seen"])

    assert not seen()
    ask(page, "https://mouchard.check/?visit=abc", sec_fetch_site="cross-site", sec_fetch_mode="navigate")
    assert not seen()  # a site sent the browser here
    ask(page, "https://mouchard.check/?visit=abc", sec_fetch_site="none", sec_fetch_mode="navigate")
    assert seen()
