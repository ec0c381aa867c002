"""A tracker that writes what it likes into every place it can: the files stay inert, and they verify."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from mouchard.capture.records import Capture, Request
from mouchard.cli.scan import store
from mouchard.evidence import bundle
from mouchard.evidence.archive import Archive
from mouchard.evidence.verify import verify
from mouchard.identity import Identity
from mouchard.judge import judge
from mouchard.store.write import Writer
from tests.evidence import visit

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\x1b]0;owned\x07\x1b[2J",
    "\u202egpj.exe",
    "=cmd|' /C calc'!A0",
    "](javascript:alert(1))",
    "\ud800\udfff\udc80",
    "../../../../etc/passwd",
    "\x00\n\r\u2028",
]


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_hostile_text_stays_text(tmp_path: Path, nasty: str) -> None:
    rules = judge()
    wire = nasty.encode("utf-8", "surrogatepass").decode("latin-1")
    page = f"https://{visit.SITE}/"
    headers = (("User-Agent", visit.FIREFOX), ("Referer", page), (wire, wire), ("Cookie", f"{wire}={wire}"))
    path_word = quote(nasty, errors="surrogatepass")
    url = f"https://www.facebook.com/tr/{path_word}?id=1&ev={wire}&{wire}={wire}&dl={page}"
    body = json.dumps({nasty: nasty, "email": f"{nasty}@example.org"}).encode()
    sent = Request(
        visit.CAPTURE, 1, visit.START, visit.ORIGIN, "POST", url, "HTTP/2.0", headers, body, len(body)
    )
    db, path = tmp_path / "a.db", tmp_path / "a.zip"
    with Writer(db, rules.keys, rules.ruleset) as writer:
        capture = Capture(
            visit.CAPTURE, "live", nasty.encode("utf-8", "replace").decode(), visit.START, "Mouchard"
        )
        store(writer, capture, iter([sent]), rules.analysis())
    wish = bundle.Wish(visit.SITE, passphrase="cheval correct pile")
    made = bundle.write(path, db, rules.keys, wish, Identity(), rules.classifier)
    assert made.findings
    with Archive(path) as archive:
        assert verify(archive).wrong == ()
    with zipfile.ZipFile(path) as zipped:
        shown = {name: zipped.read(name) for name in zipped.namelist() if name != "private.enc"}
    for name, data in shown.items():
        text = data.decode()
        assert not set(text) & set("\x1b\x07\x00\u202e\u2028\r"), name
        if name.endswith(".html"):
            assert not any(bad in text for bad in ("<script", "<img", 'href="javascript')), name
