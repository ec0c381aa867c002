"""Every encoding, alone and in chains; the steps say how to get back."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import re
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from mouchard.extract.decoders import cbor, lzstring
from mouchard.model import Extraction, Node

VALUE = "anna.kowalska+courses@poste.test"
DIGEST = bytes.fromhex("0074e4398f6fbd8d658765318d7a1b209b1d04fb4ead6d61c2cda19a56a15bd2")


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def b64(data: bytes | str) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


ENCODINGS: list[tuple[str, tuple[str, ...]]] = [
    (quote(VALUE), ("percent",)),
    (quote(quote(VALUE)), ("percent", "percent")),
    (b64(VALUE), ("base64",)),
    (b64(VALUE).rstrip("="), ("base64",)),
    (b64(b64(VALUE)), ("base64", "base64")),
    (base64.b32encode(VALUE.encode()).decode().rstrip("="), ("base32",)),
    (base64.b32encode(VALUE.encode()).decode().lower().rstrip("="), ("base32",)),
    (VALUE.encode().hex(), ("hex",)),
    (VALUE.encode().hex().upper(), ("hex",)),
    (VALUE.replace("@", "&#64;").replace(".", "&#x2e;"), ("entity",)),
    (VALUE.replace("@", "\\u0040"), ("unicode-escape",)),
    (VALUE.replace("@", "\\x40"), ("unicode-escape",)),
    (b64(gzip.compress(VALUE.encode())), ("base64", "gzip")),
    (b64(zlib.compress(VALUE.encode())), ("base64", "zlib")),
    (b64(VALUE.encode("utf-16-le")), ("base64", "utf16le")),
    (b64(VALUE)[::-1], ("reverse", "base64")),
    (codecs.encode(b64(VALUE), "rot13"), ("rot13", "base64")),
    (f"v1.{b64(VALUE)}", ("prefix", "base64")),
    (f"{b64(VALUE).rstrip('=')}.sig", ("suffix", "base64")),
    (f'<a href="/p?x={quote(json.dumps([VALUE]))}"/>', ("xml", "url", "query", "percent", "json")),
    (json.dumps({"a": VALUE}), ("json",)),
    (json.dumps([json.dumps([VALUE])]), ("json", "json")),
    (f"callback({json.dumps({'a': VALUE})});", ("json",)),
    (f"x=1&y={quote(VALUE)}", ("query", "percent")),
    (f"https://a.test/p?u={quote(VALUE)}", ("url", "query", "percent")),
    (f"mailto:{VALUE}", ("url",)),
]


@pytest.mark.parametrize(("spelt", "chain"), ENCODINGS)
def test_an_encoding_is_undone(node: Callable[..., Node], spelt: str, chain: tuple[str, ...]) -> None:
    found = node(VALUE, body=json.dumps({"d": spelt}))
    assert found.location == "body" and found.field.startswith("d")
    assert found.chain == ("json", *chain)


def test_a_short_suffix_behind_a_colon(node: Callable[..., Node]) -> None:
    spelt = b64("anna@poste-exemple.net").rstrip("=")
    assert node("anna@poste-exemple.net", body=json.dumps({"d": f"{spelt}:fr"})).chain[-1] == "base64"


def test_raw_deflate_without_any_header(node: Callable[..., Node]) -> None:
    text = json.dumps({"em": VALUE, "n": 12})
    spelt = base64.urlsafe_b64encode(raw_deflate(text.encode())).decode().rstrip("=")
    assert node(VALUE, url=f"https://t.test/c?p={spelt}").chain[-2:] == ("deflate", "json")


def test_latin_1_percent_encoding(node: Callable[..., Node]) -> None:
    assert node("Lefèvre", url="https://t.test/c?nom=Lef%E8vre").chain == ("percent:latin1",)


def test_plus_is_read_both_ways(read: Callable[..., Extraction]) -> None:
    values = {node.value for node in read(url=f"https://t.test/c?e={VALUE}").nodes}
    assert {VALUE, VALUE.replace("+", " ")} <= values


@pytest.mark.parametrize(
    ("spelt", "last"),
    [
        (DIGEST.hex(), "hex"),
        (DIGEST.hex().upper(), "hexupper"),
        (b64(DIGEST), "base64"),
        (base64.urlsafe_b64encode(DIGEST).decode().rstrip("="), "base64"),
        (f"tv.1~em.{base64.urlsafe_b64encode(DIGEST).decode().rstrip('=')}~co0.FR", "base64"),
        (f"{DIGEST.hex()}.AQYCAQMA", "hex"),
        (f"a:{DIGEST.hex()}:b", "hex"),
        (f"user-{DIGEST.hex()}", "hex"),
        (f"20914\x01{DIGEST.hex()}\x011", "hex"),
        (b64(DIGEST.hex()), "hex"),
        (quote(DIGEST), "percent:latin1"),
    ],
)
def test_digests_become_their_bytes(node: Callable[..., Node], spelt: str, last: str) -> None:
    found = node(DIGEST, url=f"https://t.test/c?h={quote(spelt, safe='%')}")
    assert found.field.startswith("h") and found.chain[-1].startswith(last)


LZ = [
    ("anna.kowalska@poste-exemple.net", "IYOxwOgawewd2AGwM5WAAQA42QFwKYC0+AHvgLaaL4Qj65A="),
    ("anna.kowalska@poste-exemple.net", "IYOxwOgawewd2AGwM5WAAQA42QFwKYC0+AHvgLaaL4Qj65A"),
    (
        '{"em":"anna.kowalska@poste-exemple.net","n":3}',
        "N4IgpgtiBcIIYDsFwHQGsD2B3OAbAzmnAAIAOG+ALmALRgAekpuYKCYlIANCAjAMwBfIA===",
    ),
    (
        "héé ☃ anna@poste-exemple.net aaaaaaaaaaaaaaaa",
        "BYS5AJGAycEMDs4wAIAcD2BnALgUwLQ4AeOAtigDY4B0cOWsMjTzLQA=",
    ),
    ("anna.k0@poste.test", "IYOxwOgawBgAQA4HsDOAXAphT6g="),
    ("anna.kowalska@poste-exemple.net!!!!", "IYOxwOgawewd2AGwM5WAAQA42QFwKYC0+AHvgLaaL4Qj64CETDQAAA=="),
]
"""The last one is `compressToUint8Array` in Base64."""


@pytest.mark.parametrize(("text", "spelt"), LZ)
def test_lz_string_of_six_bits(text: str, spelt: str) -> None:
    assert lzstring.decode(spelt)[0].value == text


WIDE = [
    (
        "anna.kowalska@poste-exemple.net",
        "10e16c901d232c3e610e6026608715a000a00e56204e02b805c760275f2136ba17e2091a72200020",
    ),
    (
        "anna.kowalska@poste-exemple.net",
        "2183b1c0e81ac1ec1dd801b0339580010038d901702980b4f801ef80b69a2f8423eb9000",
    ),
    (
        '{"em":"anna.kowalska@poste-exemple.net","n":3}',
        "1be10849418c207c1063010c0ba07426583e60971c2330534d58002800906fa0175002f1402369495ce120b8"
        "4a60036201380350031900200020",
    ),
    (
        '{"em":"anna.kowalska@poste-exemple.net","n":3}',
        "378220a60b6205c208603b05c07406b03d81dce01b0339a7000200386f802e600b46001e929b982826252003"
        "4202300cc017c800",
    ),
    (
        "héé ☃ anna@poste-exemple.net aaaaaaaaaaaaaaaa",
        "02e22e6012500cbc08803b586021003c07d019e017224c2b21e007ae018c282331e01d3c1cd5434327b934200020",
    ),
    (
        "héé ☃ anna@poste-exemple.net aaaaaaaaaaaaaaaa",
        "0584b9009180c9c10c0ece3000801c0f606700b814c0b43801e380b6280363807470e5ac3234f32d0000",
    ),
]
"""Texts with what `compressToUTF16` and `compress` make of them, as hexadecimal 16-bit units."""


@pytest.mark.parametrize(("text", "units"), WIDE)
def test_lz_string_of_wide_characters(text: str, units: str) -> None:
    spelt = "".join(chr(int(units[place : place + 4], 16)) for place in range(0, len(units), 4))
    assert lzstring.wide(spelt)[0].value == text


def test_lz_string_of_the_size_of_a_digest(node: Callable[..., Node]) -> None:
    text, spelt = LZ[-2]
    assert len(base64.b64decode(spelt)) == 20
    assert node(text, body=json.dumps({"d": spelt})).chain == ("json", "lzstring")


def test_lz_string_whose_last_spaces_got_lost() -> None:
    units = "10e16c901d232c3e610e6026608715a035210c2030294021002e19b0030014e2058500200020"
    spelt = bytes.fromhex(units).decode("utf-16-be")
    assert lzstring.wide(spelt.strip())[0].value == "anna.kowalska+102@poste.test"


def test_a_digest_beside_what_might_be_quoted_printable(node: Callable[..., Node]) -> None:
    digest = bytes([0xD3, 0x0B, *range(30)])
    text = f"seen user={digest.hex().upper()}"
    assert node(digest, body=json.dumps({"message": text})).field == "message"


def test_a_digest_beside_quoted_text(node: Callable[..., Node]) -> None:
    text = f'visitor name="x1" is {DIGEST.hex()} since "today"'
    assert node(DIGEST, body=json.dumps({"message": text})).field == "message"


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_escapes_of_a_text_in_a_text(node: Callable[..., Node], depth: int) -> None:
    spelt = "".join(f"\\x{ord(c):02x}" for c in VALUE)
    for _ in range(depth):
        spelt = json.dumps(spelt)[1:-1]
    assert node(VALUE, body=f'mutation {{ up(mail: "{spelt}", ok: true) {{ id }} }}').key == "mail"


def test_hexadecimal_without_a_letter(node: Callable[..., Node]) -> None:
    assert node("fid269516813", body=json.dumps({"n": b"fid269516813".hex()})).chain == ("json", "hex")


def test_escapes_inside_framed_json_stay_its_own(node: Callable[..., Node]) -> None:
    inner = quote(quote(json.dumps({"k": b64(VALUE)})))
    assert node(VALUE, body="42" + json.dumps(["identify", {"u": inner}]), kind="ws").field == "[].u.k"


def test_an_escape_by_chance_in_compressed_characters(node: Callable[..., Node]) -> None:
    text, packed = next(
        (text, data)
        for number in range(9999)
        if re.search(rb"%[0-9a-f]{2}", data := zlib.compress((text := f"{VALUE} {number**40}").encode()))
    )
    assert node(text, body=json.dumps({"z": packed.decode("latin-1")})).chain == ("json", "zlib")


def test_chance_is_no_lz_string() -> None:
    assert lzstring.decode("dGhpcyBpcyBub3QgbHotc3RyaW5nIGF0IGFsbA") == ()


def test_protobuf_texts_and_digests(read: Callable[..., Extraction]) -> None:
    inner = b"\x0a" + bytes([len(VALUE)]) + VALUE.encode() + b"\x12\x0c+33639984127"
    body = b"\x0a\x03evt\x10\x96\x01\x1a" + bytes([len(inner)]) + inner + b"\x22\x20" + DIGEST
    found = {node.field: node.value for node in read(body=body).nodes}
    assert found == {"1": "evt", "3.1": VALUE, "3.2": "+33639984127", "4": DIGEST}
    framed = read(body=b"\x00" + len(body).to_bytes(4, "big") + body).nodes
    assert {node.field: node.value for node in framed} == found


def test_message_pack_names_its_fields(node: Callable[..., Node]) -> None:
    body = b"\x82\xa1t\xa8identify\xa4user\x81\xa5email\xd9" + bytes([len(VALUE)]) + VALUE.encode()
    found = node(VALUE, body=body, kind="ws", is_text=False)
    assert (found.location, found.field, found.chain) == ("websocket", "user.email", ("msgpack",))


def test_cbor_names_its_fields(node: Callable[..., Node]) -> None:
    body = (
        b"\xb9\x00\x02\x64user\xa1\x65email\x78"
        + bytes([len(VALUE)])
        + VALUE.encode()
        + b"\x61n\x1a\x00\x0f\x42\x40"
    )
    found = node(VALUE, body=body, kind="ws", is_text=False)
    assert (found.location, found.field, found.chain) == ("websocket", "user.email", ("cbor",))
    assert [(part.path, part.value) for part in cbor.decode(body)] == [
        ("user.email", VALUE),
        ("n", "1000000"),
    ]
    named = b"\xa3\x61a\x63une\x61b\x64deux\x61c\x78\x20trois"
    assert [part.value for part in cbor.decode(named)] == ["une", "deux"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xa1\x65email", b"\xa1\x01\x02", b"\xa1\x61a\x62\xff\xfe", b"\x83\x63une\x64deux\x65trois",
        b"\xbf" * 400, b"\x9f" * 30 + b"\xff", b"\xa1\x61a\x9b" + b"\xff" * 8, b"\xbc" * 9,
        b"\x82\x82\x82\x82\x18",
    ],
)  # fmt: skip
def test_other_bytes_are_no_cbor(data: bytes) -> None:
    assert cbor.decode(data) == ()


def test_a_stream_inside_an_envelope(node: Callable[..., Node]) -> None:
    body = b'{"sdk":1}\n{"type":"replay_recording","length":3}\n' + zlib.compress(
        json.dumps([VALUE]).encode()
    )
    assert "zlib" in node(VALUE, body=body).chain


def test_a_token_is_opened_at_every_place(read: Callable[..., Extraction]) -> None:
    token = b64(VALUE)
    nodes = read(url=f"https://t.test/c?a={token}&b={token}", headers=(("Cookie", f"k={token}"),)).nodes
    places = {(node.location, node.field) for node in nodes if node.value == VALUE}
    assert places == {("query", "a"), ("query", "b"), ("cookie", "k")}
