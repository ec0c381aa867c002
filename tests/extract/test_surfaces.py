"""Every place of a message where a value can lie, each with its exact field path."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from urllib.parse import quote

import brotlicffi
import pytest
import zstandard

from mouchard.extract import field_paths
from mouchard.model import Extraction, Node

VALUE = "anna.kowalska@poste.test"
JSON = json.dumps({"batch": [{"context": {"traits": {"email": VALUE}}}]})
SIGNED = base64.b64encode(json.dumps({"m": VALUE}).encode() + b"  ").decode()
"""As Ruby on Rails writes a session; it ends with one sign of equality."""
CBOR = b"\xa1\x65users\x81\xa2\x65email\x78\x18" + VALUE.encode() + b"\x63tel\xc1\x1a\x26\x21\x2a\x40"
ENDLESS = (
    b"\xbf\x65email\x7f\x6aanna.kowal\x6eska@poste.test\xff\x63age\xfb\x40\x45\x00\x00\x00\x00\x00\x00\xff"
)
"""CBOR whose map and text end where they say so."""
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)

SURFACES = [
    ({"url": f"https://t.test/c?ud%5Bem%5D={VALUE}"}, "query", "ud[em]"),
    ({"url": f"https://t.test/c?a=1;b={VALUE}"}, "query", "b"),
    ({"url": f"https://t.test/c?{VALUE}"}, "query", ""),
    ({"url": f"https://t.test/c/{VALUE}/x.gif"}, "path", ""),
    ({"url": f"https://t.test/c;u={VALUE}/x.gif"}, "path", "u"),
    ({"url": f"https://t.test/c#access={VALUE}"}, "fragment", "access"),
    ({"url": f"https://{VALUE.replace('@', '%40')}:secret@t.test/c"}, "host", "userinfo"),
    ({"headers": (("Referer", f"https://a.test/reset?email={VALUE}"),)}, "header", "Referer.email"),
    ({"headers": (("X-User", VALUE),)}, "header", "X-User"),
    ({"headers": (("Cookie", f"a=1; uinf={VALUE}; b=2"),)}, "cookie", "uinf"),
    ({"body": JSON}, "body", "batch[].context.traits.email"),
    ({"body": f"a=1&user%5Bmail%5D={VALUE}", "headers": FORM}, "body", "user[mail]"),
    ({"body": f"en=page_view&_ee=1\nen=purchase&em={VALUE}"}, "body", "em"),
    ({"body": '{"i":0}\n{"user":{"email":"' + VALUE + '"}}'}, "body", "user.email"),
    ({"body": f"<?xml version='1.0'?><a><client><mail>{VALUE}</mail></client></a>"}, "body", "a.client.mail"),
    ({"body": f"<a><client mail='{VALUE}'/></a>"}, "body", "a.client.mail"),
    (
        {"body": json.dumps({"query": "mutation($e:String){x}", "variables": {"e": VALUE}})},
        "body",
        "variables.e",
    ),
    ({"body": JSON, "kind": "ws"}, "websocket", "batch[].context.traits.email"),
    ({"body": '42["identify",' + JSON + "]", "kind": "ws"}, "websocket", "[].batch[].context.traits.email"),
    ({"body": gzip.compress(JSON.encode())}, "body", "batch[].context.traits.email"),
    ({"body": zlib.compress(JSON.encode())}, "body", "batch[].context.traits.email"),
    ({"body": zstandard.compress(JSON.encode())}, "body", "batch[].context.traits.email"),
    ({"body": brotlicffi.compress(JSON.encode())}, "body", "batch[].context.traits.email"),
    (
        {"body": brotlicffi.compress(JSON.encode()), "headers": (("Content-Encoding", "br"),)},
        "body",
        "batch[].context.traits.email",
    ),
    (
        {"body": zlib.compress(JSON.encode())[2:-4], "headers": (("Content-Encoding", "deflate"),)},
        "body",
        "batch[].context.traits.email",
    ),
    ({"body": json.dumps({"z": gzip.compress(VALUE.encode()).decode("latin-1")})}, "body", "z"),
    (
        {"body": json.dumps({"z": brotlicffi.compress(JSON.encode()).decode("latin-1")})},
        "body",
        "z.batch[].context.traits.email",
    ),
    (
        {"body": json.dumps({"z": zlib.compress(JSON.encode())[2:-4].decode("latin-1")})},
        "body",
        "z.batch[].context.traits.email",
    ),
    ({"url": f"https://t.test/c#/account/mail?who={VALUE}"}, "fragment", "who"),
    (
        {"body": gzip.compress(b'{"a":1}\n') + gzip.compress(JSON.encode())},
        "body",
        "batch[].context.traits.email",
    ),
    ({"body": quote(JSON) + "=", "headers": FORM}, "body", "batch[].context.traits.email"),
    (
        {"body": base64.b64encode(JSON.encode() + b" "), "headers": FORM},
        "body",
        "batch[].context.traits.email",
    ),
    ({"body": json.dumps({"to": {"a.b@poste.fr": 1}}).replace("a.b@poste.fr", VALUE)}, "body", "to.<name>"),
    ({"body": CBOR}, "body", "users[].email"),
    ({"body": b"\xd9\xd9\xf7" + CBOR}, "body", "users[].email"),
    ({"body": ENDLESS}, "body", "email"),
    ({"body": json.dumps({"z": base64.b64encode(CBOR).decode()})}, "body", "z.users[].email"),
    ({"body": b"\x0b\x00\x01\x00\x00\x00\x18" + VALUE.encode() + b"\x00"}, "body", ""),
    ({"headers": (("Cookie", f"_s={SIGNED}--{'ab' * 20}"),)}, "cookie", "_s.m"),
]


@pytest.mark.parametrize(("message", "location", "field"), SURFACES)
def test_a_value_is_found_with_its_place(
    node: Callable[..., Node], message: dict[str, object], location: str, field: str
) -> None:
    found = node(VALUE, **message)
    assert (found.location, found.field) == (location, field)


def test_multipart_fields_and_files(node: Callable[..., Node]) -> None:
    packed = gzip.compress(b'{"who":"' + VALUE.encode() + b'"}')
    body = (
        b'--xYz\r\nContent-Disposition: form-data; name="requester[email]"\r\n\r\n' + VALUE.encode() + b"\r\n"
        b'--xYz\r\nContent-Disposition: form-data; name="file"; filename="attestation.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\nmoi\r\n"
        b'--xYz\r\nContent-Disposition: form-data; name="segment"; filename="blob"\r\n\r\n'
        + packed
        + b"\r\n--xYz--\r\n"
    )
    headers = (("Content-Type", "multipart/form-data; boundary=xYz"),)
    assert node(VALUE, body=body, headers=headers).field == "requester[email]"
    assert node("attestation.txt", body=body, headers=headers).field == "file.filename"
    inner = node(VALUE, body=body.replace(VALUE.encode(), b"x", 1), headers=headers)
    assert (inner.field, inner.chain) == ("segment.who", ("multipart", "gzip", "json"))


def test_basic_and_bearer_credentials(node: Callable[..., Node]) -> None:
    basic = base64.b64encode(f"{VALUE}:hunter2hunter2".encode()).decode()
    found = node(f"{VALUE}:hunter2hunter2", headers=(("Authorization", f"Basic {basic}"),))
    assert (found.location, found.field, found.chain) == ("header", "Authorization", ("base64",))
    claims = base64.urlsafe_b64encode(json.dumps({"email": VALUE}).encode()).decode().rstrip("=")
    token = f"eyJhbGciOiJIUzI1NiJ9.{claims}.c2lnbmF0dXJl"
    found = node(VALUE, headers=(("Authorization", f"Bearer {token}"),))
    assert (found.field, found.key, found.chain) == ("Authorization.email", "email", ("jwt", "json"))


def test_a_digest_in_host_labels(node: Callable[..., Node]) -> None:
    digest = bytes(range(7, 39))
    host = f"{digest.hex()[:40]}.{digest.hex()[40:]}.e.traceur.test"
    assert node(digest, url=f"https://{host}/p.gif").location == "host"


def test_a_number_in_a_host_label(node: Callable[..., Node]) -> None:
    assert node("0639984127", url="https://0639984127.e.traceur.test/p.gif").location == "host"


@pytest.mark.parametrize(
    "message",
    [
        {"headers": (("Cookie", "who=Anna+Kowalska"),)},
        {"url": "https://t.test/c/Anna+Kowalska/x.gif"},
        {"url": "https://t.test/c?who=Anna%2BKowalska%2520"},
        {"body": json.dumps({"who": "Anna+Kowalsk%61"})},
    ],
)
def test_a_plus_that_is_a_space(read: Callable[..., Extraction], message: dict[str, object]) -> None:
    assert "Anna Kowalska" in {str(node.value).strip() for node in read(**message).nodes}


def test_base64_with_slashes_in_a_path(node: Callable[..., Node]) -> None:
    token = base64.b64encode(b'{"who":"anna???>>>","mail":"' + VALUE.encode() + b'"}').decode()
    assert "/" in token
    assert node(VALUE, url=f"https://t.test/c/{token}").field == "mail"


def test_a_broken_line_behind_base64_in_a_path(node: Callable[..., Node]) -> None:
    token = base64.b64encode(VALUE.encode()).decode()
    assert node(VALUE, url=f"https://t.test/Ab/{token}%0A").location == "path"


def test_protocol_headers_are_left_out(read: Callable[..., Extraction]) -> None:
    headers = (("Accept", "text/html"), ("Host", "t.test"), ("Sec-Fetch-Site", "cross-site"), ("X-A", "b"))
    assert field_paths(read(headers=headers)) == ("header.X-A",)


def test_field_paths_name_each_place_once(read: Callable[..., Extraction]) -> None:
    body = json.dumps({"a": [{"b": "x"}, {"b": "y"}], "c": "eyJhIjoibGV0dHJlIn0="})
    assert field_paths(read(body=body)) == ("body.a[].b", "body.c", "body.c.a")


def test_a_stream_behind_lines_of_json_is_opened(read: Callable[..., Extraction]) -> None:
    head = json.dumps({"event_id": "e" * 600, "sent_at": "2026-11-22"})
    lines = f'{head}\n{{"type":"replay_recording","length":9}}\n{{"segment_id":0}}\n'.encode()
    typed = json.dumps([{"type": 3, "data": {"text": "Ysoline Quéméneur", "more": list(range(400))}}])
    for data in (zlib.compress(typed.encode()), gzip.compress(typed.encode())):
        nodes = read(body=lines + data, headers=(("Content-Type", "text/plain"),)).nodes
        assert "[].data.text" in [node.field for node in nodes if node.value == "Ysoline Quéméneur"]
        assert "2026-11-22" in [node.value for node in nodes]
    latin = ("a" * 600 + "é").encode("latin-1")
    assert [node.value for node in read(body=latin).nodes] == ["a" * 600 + "é"]


def test_records_of_json_end_in_a_separator_of_their_own(read: Callable[..., Extraction]) -> None:
    called = json.dumps({"type": 1, "arguments": ["anna@poste.test", {"nom": "Kowalska"}]})
    found = {node.field: node.value for node in read(kind="ws", body=f'{called}\x1e{{"type":6}}\x1e').nodes}
    assert found["arguments[]"] == "anna@poste.test"
    assert found["arguments[].nom"] == "Kowalska"


def test_two_dashes_of_the_base64url_alphabet_split_nothing(read: Callable[..., Extraction]) -> None:
    texts = (
        json.dumps({"mail": VALUE, "n": [n**9 for n in range(count, count + 40)]}) for count in range(999)
    )
    spelt = (base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=") for text in texts)
    dashed = next(text for text in spelt if "--" in text[16:-16])
    assert {node.field for node in read(url=f"https://t.test/c?j={dashed}").nodes} >= {"j", "j.mail"}
    assert not any("split" in node.chain for node in read(url=f"https://t.test/c?j={dashed}").nodes)
