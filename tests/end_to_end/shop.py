"""A shop whose pages hand what is typed to nine companies in nine ways, and to one in ways nobody decodes."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from mouchard.demo.server import Answer, Ask

SHOP = "www.marchand-bleu.example"
SITE = "marchand-bleu.example"
EMAIL = "Marguerite.Valois@courriel-e2e.example"
PHONE = "06 39 98 51 72"
FIRST_PAGE = f"https://{SHOP}/compte"
IDENTITY = f'[person.marguerite]\nemail = ["{EMAIL.lower()}"]\nphone = ["{PHONE}"]\n'

PAGE = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>Marchand Bleu</title>
<h1>Votre compte</h1>
<form><input name="courriel" type="email"><input name="telephone" type="tel"><button>Valider</button></form>
<script src="/compte.js"></script>
"""

SCRIPT = Path(__file__).with_name("shop.js")

GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


class Shop:
    """Answers every host; `ended` is set once the page has sent all it sends."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def answer(self, ask: Ask) -> Answer:
        if ask.host == SHOP and ask.url.path == "/compte":
            return Answer(body=PAGE.encode())
        if ask.host == SHOP and ask.url.path == "/compte.js":
            script = (
                SCRIPT.read_text()
                .replace("__EMAIL__", json.dumps(EMAIL))
                .replace("__PHONE__", json.dumps(PHONE))
            )
            return Answer(type="text/javascript; charset=utf-8", body=script.encode())
        if ask.host == SHOP and ask.url.path == "/fini":
            self.ended.set()
            return Answer(type="application/json", body=b'{"ok": true}')
        headers = {
            "Access-Control-Allow-Origin": ask.headers.get("Origin", "*"),
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Headers": "content-type, x-trace",
            "Cache-Control": "no-store",
        }
        if ask.url.path == "/pose":
            value = ask.url.query.partition("=")[2]
            headers["Set-Cookie"] = f"souvenir={value}; Secure; SameSite=None; Path=/"
        return Answer(type="image/gif", body=GIF, headers=headers)
