"""Every entry of the field map is reached by such a message, and says nothing where the field is empty."""

# ruff: noqa: E501  (a table)

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import pytest

from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.detect.vendors import _vendor, simple
from mouchard.extract import extract
from mouchard.model import Attributed, Hit, Message

TABLES: list[dict[str, Any]] = tomllib.loads(
    files("mouchard.detect").joinpath("vendors.toml").read_text(encoding="utf-8")
)["vendor"]
VALUES = {
    "email": "rose.mallarme@poste-unie.fr", "phone": "+33639985566", "first_name": "Rose", "last_name": "Mallarmé",
    "name": "Rose Mallarmé", "user_id": "client-88412", "dob": "1987-05-14", "city": "Nantes", "zip": "44000",
}  # fmt: skip


def entries() -> Iterator[tuple[str, str, str, str]]:
    for table in TABLES:
        for field, kind, _, *where in table["fields"]:
            if kind in VALUES and not where and "path" not in table and not field.startswith("path:"):
                yield table["name"], table["hosts"][0], field, kind


def body(field: str, value: str) -> str:
    """A JSON text with this field."""
    *outer, name = field.removeprefix("*.").split(".")
    found: Any = {name: value}
    for key in reversed(outer):
        found = {key: found}
    return json.dumps([{"z": found}] if field.startswith("*.") and field.count(".") == 1 else found)


@pytest.mark.parametrize(("vendor", "host", "field", "kind"), list(entries()))
def test_a_documented_field(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], vendor: str, host: str, field: str, kind: str
) -> None:
    told = hits(nobody, f"https://{host}/x", body(field, VALUES[kind]))
    assert [(hit.type, hit.proof) for hit in told if hit.type == kind][:1] == [(kind, "field")]
    (hit,) = [hit for hit in told if hit.type == kind]
    assert vendor in hit.note and VALUES[kind] not in hit.masked
    assert [
        hit for hit in hits(nobody, f"https://{host}/x", body(field, "undefined")) if hit.proof == "field"
    ] == []


def test_no_entry_is_written_in_a_way_that_no_field_has() -> None:
    """Brackets with a number are left out of every field before it is looked up."""
    for vendor, table in zip(map(_vendor, TABLES), TABLES, strict=True):
        fields = [field.removeprefix("*.") for field, *_ in table["fields"] if not field.startswith("path:")]
        assert [field for field in fields if vendor.of_field(simple(field)) is None] == [], vendor.name


def test_a_value_goes_by_the_name_beside_it(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    typed = {"firstname": "Rose", "message": "Livrez-vous le samedi ?", "budget": "1200"}
    form = {"fields": [{"name": name, "value": value} for name, value in typed.items()]}
    found = hits(nobody, "https://api.hsforms.com/submissions/v3/integration/submit/1/2", form)
    assert [(hit.type, hit.field, hit.proof) for hit in found] == [
        ("first_name", "fields[].value", "field"), ("message", "fields[].value", "field"),
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "kind"), [
    ("client-88412", "user_id"), ("guest_0f3a9c1e7b", "device_id"), ("guest_9bc31e3c-2d05-4459-a208-6abb775db12e", "device_id"),
    ("anon-5f2796d6", "device_id"),
    ("_PENDO_T_h4Fk2Lq9x", "device_id"), ("guesthouse77", "user_id"), ("visitor", ""),
])  # fmt: skip
def test_a_number_made_up_for_a_browser_is_no_user_s(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], number: str, kind: str
) -> None:
    found = hits(nobody, "https://api3.frigade.com/v1/public/sessions", {"userId": number})
    assert [hit.type for hit in found] == ([kind] if kind else [])


def test_what_an_app_sold(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    event = json.dumps([{"_eventName": "fb_mobile_purchase", "_valueToSum": 59.9, "fb_content_id": "SKU-7"}])
    (hit,) = hits(nobody, f"https://graph.facebook.com/v19.0/1/activities?custom_events={quote(event)}")
    assert (hit.type, hit.proof, hit.value) == ("purchase", "field", "SKU-7")


def test_every_vendor_is_named_once_and_dated() -> None:
    names = [table["name"] for table in TABLES]
    assert len(names) == len(set(names))
    assert all(table["as_of"] >= "2026-11-21" and table["source"] for table in TABLES)


_PHC, _HEX = "phc_0123456789abcdef0123456789abcdef", "da532bf806defa26fdbeee5dd2e0d68f"
_PART = 'Content-Disposition: form-data; name="event"; filename="blob"\r\nContent-Type: application/json'


@pytest.mark.parametrize(
    ("company", "path", "sent_", "told"),
    [
        (
            "PostHog",
            "/relais/e/",
            {"api_key": _PHC, "batch": [{"$set": {"email": VALUES["email"]}}]},
            {"email"},
        ),
        (
            "PostHog",
            "/relais/s/",
            [{"properties": {"token": _PHC, "$snapshot_data": ["a" * 40]}}],
            {"session_recording"},
        ),
        (
            "Sentry",
            "/t",
            f'{{"sent_at":"2026-11-22T15:54:31Z","dsn":"https://{_HEX}@o1.ingest.sentry.io/2"}}\n{{"type":"replay_event"}}\n{{"replay_type":"session","user":{{"email":"{VALUES["email"]}"}}}}\n',
            {"email", "session_recording"},
        ),
        (
            "Datadog",
            f"/dd?ddforward={quote('/api/v2/rum?ddsource=browser', '')}",
            {"usr": {"email": VALUES["email"], "id": "c-88412"}},
            {"email", "user_id"},
        ),
        (
            "Datadog",
            f"/dd?ddforward={quote('/api/v2/replay?ddsource=browser', '')}",
            f'--x\r\n{_PART}\r\n\r\n{{"raw_segment_size":51234}}\r\n--x--\r\n',
            {"session_recording"},
        ),
        (
            "Amplitude",
            "/2/httpapi",
            {
                "api_key": _HEX,
                "events": [{"event_type": "vu", "insert_id": "1", "device_id": "5f2796d6-5b78"}],
            },
            {"device_id"},
        ),
        (
            "Statsig",
            "/v1/rgstr?k=client-0123456789abcdef&st=javascript-client&sv=3.33.5",
            {"events": [{"user": {"email": VALUES["email"]}}]},
            {"email"},
        ),
    ],
)
def test_a_recipient_behind_the_site_s_own_host_is_read_as_on_its_own(
    nobody: Detector, classifier: Classifier, company: str, path: str, sent_: object, told: set[str]
) -> None:
    kind = "multipart/form-data; boundary=x" if str(sent_).startswith("--x") else "text/plain"
    headers = (
        ("Referer", "https://www.boutique.test/"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", kind),
    )
    data = (sent_ if isinstance(sent_, str) else json.dumps(sent_)).encode()
    message = Message(
        "c", 1, "http", 0.0, "POST", f"https://www.boutique.test{path}", headers, data, False, 1
    )
    verdict = classifier.classify(message, "boutique.test")
    found = nobody.detect(message, extract(message), verdict, Attributed(1, "boutique.test", "high", "", "c"))
    assert (verdict.party, verdict.company and verdict.company.name) == ("relay", company)
    assert {hit.type for hit in found if hit.proof == "field"} == told
