"""Pages for devices: the certificate for anyone near, consent for a device, QR codes for this computer."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from mitmproxy import http

from mouchard.addons.admission import log
from mouchard.addons.devices import Devices
from mouchard.addons.messages import OWN, OWN_HOSTS, field, host
from mouchard.certificate import Authority
from mouchard.devices import Device, closed
from mouchard.devices.pairing import Pairing
from mouchard.devices.qr import qr_image
from mouchard.devices.wireguard import RESOLVER
from mouchard.errors import MouchardError

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent
_ACTIONS = {
    "unconfirmed": (("confirm", "yes"),),
    "recorded": (("pause", "pause"), ("withdraw", "withdraw")),
    "paused": (("resume", "resume"), ("withdraw", "withdraw")),
}
"""What the device's user can do, by where the device stands: the action, and the words on its button."""
_ORIGINS = ("http://mouchard.check", f"http://{RESOLVER}")
_SYSTEMS = (("iPhone", "iPhone, iPad"), ("iPad", "iPhone, iPad"), ("Android", "Android"))


class Onboarding:
    """Three pages, by who asks: `lan` (no name given: the certificate alone), `device` (what is recorded,
    yes or no, whether this browser trusts us), `pair` (this computer: the QR codes, behind a secret path).
    """

    def __init__(
        self,
        authority: Authority,
        devices: Devices,
        pairings: Callable[[], Iterable[Pairing]],
        is_proxy_itself: Callable[[http.Request], bool],
    ) -> None:
        self.path = f"/pair/{secrets.token_urlsafe(18)}"
        """Of the page with the codes, at the proxy's own address."""
        self._authority = authority
        self._devices = devices
        self._pairings = pairings
        self._is_proxy_itself = is_proxy_itself
        self._tokens: dict[str, str] = {}

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        request = flow.request
        if OWN in flow.metadata:
            return
        if self._devices.is_foreign(flow.client_conn):
            if self._devices.name(flow.client_conn) and (
                host(request) in OWN_HOSTS or (request.scheme, request.host) == ("http", RESOLVER)
            ):
                flow.metadata[OWN] = "device"
                if len(field(request, b"content-length")) > 4 or field(request, b"transfer-encoding"):
                    flow.kill()  # no form of ours is that long
        elif request.path.partition("?")[0] == self.path and self._is_proxy_itself(request):
            flow.metadata[OWN] = "pair"

    def request(self, flow: http.HTTPFlow) -> None:
        kind = flow.metadata.get(OWN)
        if kind not in ("lan", "device", "pair") or flow.response is not None:
            return
        try:
            answers = {"lan": self._lan, "device": self._device, "pair": self._pair}
            flow.response = answers[kind](flow)
        except Exception as error:
            log.error("the page for devices failed: %s", type(error).__name__)
            flow.kill()

    # --- the three -------------------------------------------------------------------------------

    def _lan(self, flow: http.HTTPFlow) -> http.Response:
        return self._certificate(flow.request) or self._page(flow.request, None)

    def _device(self, flow: http.HTTPFlow) -> http.Response:
        request, device = flow.request, self._devices.of(flow.client_conn)
        if device is None:
            return _answer(404, b"")
        path = request.path.partition("?")[0]
        if path == "/trusted.json":
            return self._trusted(flow)
        if path == "/never-open":
            return _answer(200, "\n".join(sorted(closed.hosts())).encode(), "text/plain; charset=utf-8")
        if request.method == "POST":
            return self._change(request, device, path.removeprefix("/"))
        if _embedded(request):
            return _answer(404, b"")
        return self._certificate(request) or self._page(request, device)

    def _pair(self, flow: http.HTTPFlow) -> http.Response:
        nonce = secrets.token_urlsafe(12)
        try:
            found = list(self._pairings())
        except MouchardError as error:
            return _answer(500, error.message.encode())
        lang = _language(flow.request)
        page = _template("pairing.html").render(
            lang=lang, t=_texts()[lang], nonce=nonce, pairings=found, image=qr_image,
            fingerprint=self._authority.fingerprint,
        )  # fmt: skip
        return _answer(200, page.encode(), "text/html; charset=utf-8", nonce)

    # --- parts -----------------------------------------------------------------------------------

    def _trusted(self, flow: http.HTTPFlow) -> http.Response:
        """Only our own page may know: any other site would learn that Mouchard is there."""
        origin = flow.request.headers.get("origin", "")
        if flow.request.scheme != "https" or origin not in (*_ORIGINS, "https://mouchard.check"):
            return _answer(404, b"")
        self._devices.trusts(flow.client_conn, True)
        answer = _answer(200, b'{"trusted": true}', "application/json")
        answer.headers["Access-Control-Allow-Origin"] = origin
        return answer

    def _change(self, request: http.Request, device: Device, action: str) -> http.Response:
        given = dict(parse_qsl((request.raw_content or b"").decode("latin-1")))
        token = self._tokens.get(device.id, "")
        allowed = action in {name for name, _ in _ACTIONS[device.standing]}
        if (
            not allowed
            or not token
            or not secrets.compare_digest(token.encode(), given.get("token", "").encode())
        ):
            return _answer(403, b"")  # another site may send a form here, but does not know the token
        self._devices.change(action, device)
        back = _answer(303, b"")
        back.headers["Location"] = f"/?lang={_language(request)}"
        return back

    def _certificate(self, request: http.Request) -> http.Response | None:
        path = request.path.partition("?")[0]
        if path in ("/ca.pem", "/ca.cer"):
            return _answer(200, self._authority.cert_path.read_bytes(), "application/x-x509-ca-cert")
        return None if path in ("/", "") else _answer(404, b"")

    def _page(self, request: http.Request, device: Device | None) -> http.Response:
        nonce, token, lang = secrets.token_urlsafe(12), "", _language(request)
        if device is not None:
            token = self._tokens.setdefault(device.id, secrets.token_urlsafe(12))
        agent = request.headers.get("user-agent", "")
        page = _template("onboarding.html").render(
            lang=lang, t=_texts()[lang], nonce=nonce, device=device, token=token, closed=len(closed.hosts()),
            actions=_ACTIONS[device.standing] if device else (), fingerprint=self._authority.fingerprint,
            open=[next((name for mark, name in _SYSTEMS if mark in agent), "Windows, macOS, Linux")],
        )  # fmt: skip
        return _answer(200, page.encode(), "text/html; charset=utf-8", nonce)


def _answer(status: int, body: bytes, kind: str = "text/plain", nonce: str = "") -> http.Response:
    policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
    if nonce:
        policy += (
            f"; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; form-action 'self'; "
            "connect-src https://mouchard.check"
        )
    return http.Response.make(status, body, {
        "Content-Type": kind, "Cache-Control": "no-store", "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
    })  # fmt: skip


def _language(request: http.Request) -> str:
    asked = dict(parse_qsl(request.path.partition("?")[2])).get("lang", "")
    if asked in _texts():
        return asked
    return "fr" if request.headers.get("accept-language", "").lower().startswith("fr") else "en"


def _embedded(request: http.Request) -> bool:
    """Whether a site asks for this from within a page of its own, to find out who uses Mouchard."""
    fetch = request.headers.get("sec-fetch-site", "none")
    mode = request.headers.get("sec-fetch-mode", "navigate")
    return fetch not in ("none", "same-origin", "same-site") and mode != "navigate"


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((_HERE / "onboarding.toml").read_text(encoding="utf-8"))


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader  # hardly any capture shows a page to a device

    loader = FileSystemLoader(_HERE)
    return Environment(loader=loader, autoescape=True, trim_blocks=True).get_template(name)
