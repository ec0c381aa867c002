"""The level table, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from mouchard.grade import Form, form, grade
from mouchard.model import DATA_TYPES, Hit, Level, Message, Party, Verdict


def hit(type: str, value: str = "x", **more: Any) -> Hit:
    given: dict[str, Any] = {
        "proof": "identity",
        "location": "query",
        "field": "f",
        "chain": (),
        "masked": "•",
    }
    return Hit(type=type, value=value, **(given | more))


def graded(
    *hits: Hit, url: str = "https://t.example/", party: Party = "third"
) -> list[tuple[str, Level, str]]:
    told = Message("c", 1, "http", 0.0, "GET", url, (), b"", False, 1)
    found = grade(hits, Verdict("image", party, None, (), False), told, lambda kind, value: f"{kind}/{value}")
    assert found.level == max((f.level for f in found.findings), default="L0")
    return [(f.type, f.level, f.level_ground) for f in found.findings]


ROWS: list[tuple[str, Level]] = [
    ("ip", "L0"),
    *[(t, "L1") for t in ("page_url", "device_id", "user_id", "id_sync", "country", "gender", "topic")],
    *[(t, "L2") for t in ("product", "purchase", "search", "message", "fingerprint", "session_recording")],
    *[(t, "L2") for t in ("city", "zip", "ssid")],
    *[
        (t, "L3")
        for t in ("email", "phone", "name", "first_name", "last_name", "street", "dob", "loyalty_card")
    ],
    *[(t, "L3") for t in ("mac", "bssid", "ad_id", "username", "contact_file")],
    *[(t, "L4") for t in ("password", "payment_card", "iban", "nir")],
]


@pytest.mark.parametrize(("type", "level"), ROWS)
def test_each_type_has_its_level(type: str, level: Level) -> None:
    [(_, found, ground)] = graded(hit(type))
    assert found == level
    assert type in ground


def test_the_table_is_complete() -> None:
    assert {type for type, _ in ROWS} | {"gps"} == set(DATA_TYPES)


def test_nothing_found_is_a_contact() -> None:
    assert graded() == []


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("45.439695,4.387178", "L3"),
        ("45.440,4.387", "L3"),
        ("45.44,4.39", "L2"),
        ("45,4", "L2"),
        ("45.400,4.400", "L2"),
    ],
)
def test_position_goes_by_its_precision(value: str, level: Level) -> None:
    assert graded(hit("gps", value))[0][1] == level


@pytest.mark.parametrize("type", ["device_id", "user_id", "id_sync"])
def test_an_identifier_shared_between_companies_is_a_profile(type: str) -> None:
    assert graded(hit(type, proof="sync"))[0][1] == "L2"


@pytest.mark.parametrize("chain", [(), ("percent", "base64"), ("sha256",), ("base64", "md5:hexupper")])
def test_encoding_and_hashing_change_no_level(chain: tuple[str, ...]) -> None:
    assert graded(hit("email", chain=chain))[0][1] == "L3"


@pytest.mark.parametrize("type", ["email", "phone", "mac", "gps"])
def test_identity_over_plain_http_is_sensitive(type: str) -> None:
    [(_, level, ground)] = graded(hit(type, "45.439695,4.387178"), url="http://t.example/")
    assert level == "L4"
    assert ground.startswith("unencrypted")


def test_a_profile_over_plain_http_stays_a_profile() -> None:
    assert graded(hit("search"), url="http://t.example/")[0][1] == "L2"


def test_a_page_about_health_raises_profile_and_identity() -> None:
    topic = hit("topic", "diabète", word="health:diabète")
    found = {
        type: (level, ground)
        for type, level, ground in graded(topic, hit("product"), hit("email"), hit("page_url"))
    }
    assert found["product"][0] == found["email"][0] == found["topic"][0] == "L4"
    assert "page about health" in found["email"][1] and "diabète" in found["email"][1]
    assert found["page_url"][0] == "L1"


def test_a_topic_alone_or_not_sensitive_raises_nothing() -> None:
    assert graded(hit("topic", word="health:diabète"), hit("page_url"))[0][1] == "L1"
    assert {level for _, level, _ in graded(hit("topic", word="bank:crédit"), hit("search"))} == {"L1", "L2"}


def test_the_same_company_is_at_most_a_trace() -> None:
    assert graded(hit("email"), party="same-company")[0][1] == "L1"


def test_a_masked_shape_is_not_the_value() -> None:
    assert graded(hit("email", "****@*****.***", normalisation="masked", proof="field"))[0][1] == "L1"


def test_ids_are_stable_and_distinct() -> None:
    told = Message("c", 1, "ws", 0.0, "GET", "wss://t.example/", (), b"", False, 7, 3)
    verdict = Verdict("websocket", "third", None, (), False)
    hits = (hit("email", "a@b.example"), hit("email", "c@d.example"), hit("email", field="g"))
    first, again = (grade(hits, verdict, told, lambda k, v: v).findings for _ in range(2))
    assert [f.id for f in first] == [f.id for f in again]
    assert len({f.id for f in first}) == 3
    assert all(f.id.startswith("c/7.3/") for f in first)


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ((), "clear"),
        (("percent",), "clear"),
        (("json", "form"), "clear"),
        (("base64",), "encoded"),
        (("gzip", "json"), "encoded"),
        (("base64", "sha256:raw"), "hashed"),
        (("salt:site", "sha1"), "hashed"),
    ],
)
def test_form(chain: tuple[str, ...], expected: Form) -> None:
    assert form(chain) == expected
