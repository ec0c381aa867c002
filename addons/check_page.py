"""The page that proves interception: answered by the proxy itself, never sent anywhere, never recorded."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import parse_qsl, quote

from mitmproxy import http

from mouchard import __version__
from mouchard.addons.admission import log
from mouchard.addons.messages import OWN, OWN_HOSTS, host
from mouchard.certificate import Authority

_IN_URLS = "%/:?#[]@!$&'()*+,;=~"
"""Characters of an address that stay as they are; all others are percent-encoded."""
_LOCAL = ("localhost", "127.0.0.1", "::1")
_TEXTS = {
    "en": {
        "title": "This traffic passes through Mouchard",
        "https": "HTTPS is read: this device trusts Mouchard's certificate.",
        "http": "HTTP is read. Whether this device trusts the certificate is shown on",
        "certificate": "Certificate of this computer (PEM)",
        "compare": "Before you trust it, compare its SHA-256 fingerprint with the one Mouchard shows:",
        "direct": "This is the address of a proxy. Enter it as the HTTP proxy of your browser or phone.",
    },
    "fr": {
        "title": "Ce trafic passe par Mouchard",
        "https": "HTTPS est lu : cet appareil fait confiance au certificat de Mouchard.",
        "http": "HTTP est lu. Pour savoir si cet appareil fait confiance au certificat, ouvrez",
        "certificate": "Certificat de cet ordinateur (PEM)",
        "compare": "Avant de lui faire confiance, comparez son empreinte SHA-256 avec celle de Mouchard :",
        "direct": "Ceci est l'adresse d'un proxy. À indiquer comme proxy HTTP du navigateur ou du téléphone.",
    },
}
_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:1.1em/1.5 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em}}
code{{overflow-wrap:anywhere}}</style>
<h1>{title}</h1><p>{body}</p>
<p><a href="/ca.pem">{certificate}</a></p><p>{compare}<br><code>{fingerprint}</code></p>
<p><small>Mouchard {version}</small></p></html>
"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class CheckPage:
    """Answers `http(s)://mouchard.check/`, and the proxy's own address, with a page and `/status.json`.

    Only to someone who goes there: a site that embeds it, to find out who uses Mouchard, gets the error
    of a host that does not exist.

    A launcher proves by it that a browser is intercepted: it opens `/go?visit=TOKEN&to=URL` (or
    `/?visit=TOKEN`) there, and `/status.json?visit=TOKEN` then says `"seen": true`.
    """

    def __init__(
        self, authority: Authority, capture: str, addresses: Callable[[], Iterable[tuple[str, int]]]
    ) -> None:
        self._authority = authority
        self._capture = capture
        self._addresses = addresses
        self._visits: deque[str] = deque(maxlen=64)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        if host(flow.request) in OWN_HOSTS or self.is_proxy_itself(flow.request):
            flow.metadata.setdefault(OWN, True)

    def request(self, flow: http.HTTPFlow) -> None:
        if flow.metadata.get(OWN) is not True or flow.response is not None:
            return
        try:
            if _embedded(flow.request):
                flow.kill()
            else:
                flow.response = self._answer(flow)
        except Exception as error:
            log.error("the check page failed: %s", type(error).__name__)
            flow.kill()

    def is_proxy_itself(self, request: http.Request) -> bool:
        """Whether this asks one of our listeners for a page, not for something to fetch."""
        return request.scheme == "http" and any(
            request.port == address[1] and request.host in (address[0], *_LOCAL)
            for address in self._addresses()
        )

    def _answer(self, flow: http.HTTPFlow) -> http.Response:
        path, _, query = flow.request.path.partition("?")
        asked = dict(parse_qsl(query))
        if path == "/status.json":
            status = {
                "mouchard": __version__,
                "intercepted": True,
                "https": flow.request.scheme == "https",
                "capture": self._capture,
                "fingerprint": self._authority.fingerprint,
                "seen": asked.get("visit", "") in self._visits,
            }
            return self._response(json.dumps(status).encode(), "application/json")
        if path in ("/ca.pem", "/ca.cer"):
            return self._response(self._authority.cert_path.read_bytes(), "application/x-x509-ca-cert")
        if path in ("/", "/go") and "visit" in asked and _opened(flow.request):
            self._visits.append(asked["visit"])
            if path == "/go" and asked.get("to", "").startswith(("http://", "https://")):
                return http.Response.make(
                    302, b"", {**_HEADERS, "Location": quote(asked["to"], safe=_IN_URLS)}
                )
        if path in ("/", "", "/go"):
            return self._response(self._page(flow).encode(), "text/html; charset=utf-8")
        return http.Response.make(404, b"", dict(_HEADERS))

    def _page(self, flow: http.HTTPFlow) -> str:
        lang = "fr" if flow.request.headers.get("accept-language", "").lower().startswith("fr") else "en"
        texts = _TEXTS[lang]
        if flow.request.scheme == "https":
            body = escape(texts["https"])
        elif host(flow.request) in OWN_HOSTS:
            body = f'{escape(texts["http"])} <a href="https://mouchard.check/">https://mouchard.check/</a>.'
        else:
            body = escape(texts["direct"])
        return _PAGE.format(
            lang=lang,
            title=escape(texts["title"]),
            body=body,
            certificate=escape(texts["certificate"]),
            compare=escape(texts["compare"]),
            fingerprint=self._authority.fingerprint,
            version=__version__,
        )

    def _response(self, content: bytes, kind: str) -> http.Response:
        return http.Response.make(200, content, {**_HEADERS, "Content-Type": kind})


def _opened(request: http.Request) -> bool:
    """Whether the browser was told to open this, over TLS, and no site sent it here."""
    return request.scheme == "https" and request.headers.get("sec-fetch-site", "none") == "none"


def _embedded(request: http.Request) -> bool:
    fetch = request.headers.get("sec-fetch-site")
    if fetch is not None and fetch not in ("none", "same-origin", "same-site"):
        return request.headers.get("sec-fetch-mode") != "navigate"
    return False
