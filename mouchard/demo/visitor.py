"""A visitor without a browser: makes the requests of the demo's pages through the proxy."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import socket
import ssl
import struct
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from mouchard.demo.person import Person
from mouchard.demo.world import ADS, CHAT, GOOGLE, LAST_PAGE, LETTERS, META, NEWS, SHOP

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
TIMEOUT = 10.0


class Visitor:
    """Walks through the shop and the news site as the invented person."""

    def __init__(self, proxy: str, authority: Path, person: Person) -> None:
        """`proxy` is `host:port`; `authority` the PEM file of the proxy's certificate authority."""
        host, _, port = proxy.rpartition(":")
        self._proxy = (host.strip("[]"), int(port))
        self._tls = ssl.create_default_context(cafile=str(authority))
        self._person = person
        self._page = ""

    def visit(self) -> None:
        """Make every request of the story, in order."""
        person = self._person
        shop, news = f"https://{SHOP}", f"https://{NEWS}"
        self._open(f"{shop}/")
        self._tags("PageView")
        self._open(f"{shop}/produit?ref=lampe-glycine")
        self._tags("ViewContent", {"cd[content_ids]": "lampe-glycine"})
        self._open(f"{shop}/commande")
        self._fetch(f"https://{LETTERS}/inscription?" + urlencode({"liste": "promo", "email": person.email}))
        profile = base64.b64encode(person.email.encode()).decode().rstrip("=")
        self._fetch(f"https://{ADS}/i.gif?" + urlencode({"profil": profile}))
        self._say({"event": "identify", "visitor": {"phone": person.phone, "page": self._page}})
        self._tags("Purchase", self._matching())
        order = urlencode({"prenom": person.first_name, "nom": person.last_name, "courriel": person.email})
        self._open(f"{shop}/merci", order)
        self._tags("PageView")
        cookie = {"Cookie": f"profil={profile}"}
        self._open(f"{news}/", site="cross-site")
        self._tags("PageView")
        self._fetch(f"https://{ADS}/i.gif?site=le-quotidien", cookie)
        self._open(f"{news}/sante/vivre-avec-le-diabete")
        self._tags("PageView")
        self._fetch(f"https://{ADS}/i.gif?site=le-quotidien&page=vivre-avec-le-diabete", cookie)
        self._open(f"{news}{LAST_PAGE}")

    def _matching(self) -> dict[str, str]:
        """The pixel's matching parameters: normalised, then SHA-256."""
        person = self._person
        values = {
            "em": person.email,
            "ph": "33" + person.phone.replace(" ", "")[1:],
            "fn": person.first_name.lower(),
            "ln": person.last_name.lower(),
        }
        return {f"ud[{key}]": hashlib.sha256(value.encode()).hexdigest() for key, value in values.items()}

    def _tags(self, event: str, more: Mapping[str, str] | None = None) -> None:
        meta = {"id": "1000000000000001", "ev": event, "dl": self._page, **(more or {})}
        self._fetch(f"https://{META}/tr/?" + urlencode(meta))
        google = {"v": "2", "tid": "G-DEMO000001", "cid": "1234567890.1760000000", "en": "page_view"}
        self._fetch(f"https://{GOOGLE}/g/collect?" + urlencode({**google, "dl": self._page}))

    def _open(self, url: str, form: str = "", site: str = "same-origin") -> None:
        headers = {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Upgrade-Insecure-Requests": "1",
            "Sec-Fetch-Dest": "document",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Site": site if self._page else "none",
            "Sec-Fetch-User": "?1",
        }
        if self._page:
            headers["Referer"] = self._page
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{SHOP}"}
        self._send("POST" if form else "GET", url, headers, form)
        self._page = url

    def _fetch(self, url: str, more: Mapping[str, str] | None = None) -> None:
        page = urlsplit(self._page)
        headers = {
            "Accept": "image/avif,image/webp,*/*;q=0.8",
            "Referer": f"https://{page.netloc}/",
            "Sec-Fetch-Dest": "image",
            "Sec-Fetch-Mode": "no-cors",
            "Sec-Fetch-Site": "cross-site",
        }
        self._send("GET", url, {**headers, **(more or {})})

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: str = "") -> None:
        parts = urlsplit(url)
        connection = http.client.HTTPSConnection(*self._proxy, timeout=TIMEOUT, context=self._tls)
        connection.set_tunnel(parts.netloc, 443)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body or None, {"User-Agent": AGENT, **headers})
            connection.getresponse().read()
        finally:
            connection.close()

    def _say(self, message: object) -> None:
        """Open the chat's WebSocket, send one message, close."""
        with socket.create_connection(self._proxy, timeout=TIMEOUT) as raw:
            raw.sendall(f"CONNECT {CHAT}:443 HTTP/1.1\r\nHost: {CHAT}:443\r\n\r\n".encode())
            _read_head(raw)
            with self._tls.wrap_socket(raw, server_hostname=CHAT) as wire:
                key = base64.b64encode(os.urandom(16)).decode()
                wire.sendall(
                    f"GET /live HTTP/1.1\r\nHost: {CHAT}\r\nOrigin: https://{SHOP}\r\nUser-Agent: {AGENT}\r\n"
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
                )
                _read_head(wire)
                wire.sendall(_client_frame(1, json.dumps(message).encode()) + _client_frame(8, b"\x03\xe8"))
                while wire.recv(4096):  # until the far end has closed too: nothing is lost on the way
                    pass


def _read_head(wire: socket.socket) -> None:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = wire.recv(1)
        if not byte:
            raise ConnectionError("the proxy closed the connection")
        head += byte


def _client_frame(opcode: int, data: bytes) -> bytes:
    mask = os.urandom(4)
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
    return bytes([0x80 | opcode]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data))
