"""Trackers in disguise: formats recognised whatever the host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from gzip import compress
from pathlib import Path
from urllib.parse import quote

import pytest

from mouchard.classify import Classifier
from mouchard.model import Message, Verdict

SITE = "boutique-exemple.fr"
UUID = "3f1c0a9e-9a4d-4c1e-8b77-2d5e9f0a6c31"
TIME = "1718000000123"
PHC = "phc_0123456789abcdef0123456789abcdef"
HEX = "da532bf806defa26fdbeee5dd2e0d68f"
META = "id=1234567890123456&ev=Purchase"
GA = "v=2&tid=G-ABC123DEF4&cid=1836872160.1717990000"
PAGE = "url=https%3A%2F%2Fx"

CASES: list[tuple[str, str, str]] = [
    ("Meta", f"https://capig.{SITE}/events/3f1c0a?{META}&event_id=o1&fbp=fb.1.1717990000000.12", ""),
    ("Meta", f"https://capig.{SITE}/events/3f1c0a", f"{META}&ud%5Bem%5D=00&dl=https%3A%2F%2Fx"),
    ("Google", f"https://sgtm.{SITE}/g/collect?{GA}&en=page_view", ""),
    ("Google", f"https://www.{SITE}/metrics/x7/a?{GA}", ""),
    ("Google", f"https://load.sgtm.{SITE}/gtm.js?id=GTM-ABC1234", ""),
    ("Adobe", f"https://edge.{SITE}/ee/irl1/v1/interact?configId={UUID}&requestId={UUID}", ""),
    ("Adobe", f"https://smetrics.{SITE}/b/ss/exempleprod/1/JS-2.22.0/s1?AQB=1&pageName=accueil&AQE=1", ""),
    ("Eulerian", f"https://eule.{SITE}/col2/exemple/1718000000?euidlls=abc&{PAGE}&ss=1920x1080", ""),
    ("Piano", f"https://stats.{SITE}/event?s=612345&idclient={UUID}", ""),
    ("Piano", f"https://logs.{SITE}/hit.xiti?s=612345&p=accueil", ""),
    ("Commanders Act", f"https://collect.{SITE}/events?tc_s=4321&token={UUID}", ""),
    ("Segment", f"https://cdp.{SITE}/v1/t", json.dumps(
        {"messageId": "ajs-1718", "anonymousId": UUID, "context": {"library": {"name": "analytics.js"}}})),
    ("Segment", f"https://cdp.{SITE}/v1/batch", json.dumps(
        {"writeKey": "abcdefghijklmnopqrstuv", "batch": [{"messageId": "m-12345678"}]})),
    ("RudderStack", f"https://rs.{SITE}/v1/track", json.dumps(
        {"messageId": UUID, "context": {"library": {"name": "RudderLabs JavaScript SDK"}}})),
    ("PostHog", f"https://ph.{SITE}/e/?ip=1&_={TIME}&ver=1.160.3&compression=gzip-js", ""),
    ("PostHog", f"https://www.{SITE}/relais/e/", json.dumps({"api_key": PHC, "batch": []})),
    ("PostHog", f"https://www.{SITE}/relais/flags/?v=2", json.dumps({"token": PHC, "distinct_id": "a"})),
    ("PostHog", f"https://www.{SITE}/relais/s/", json.dumps([{"properties": {"token": PHC}}])),
    ("Sentry", f"https://www.{SITE}/surveillance", json.dumps(
        {"sent_at": "2026-11-22T15:54:31.104Z", "dsn": f"https://{HEX}@o450100.ingest.sentry.io/4505"})
        + '\n{"type":"event"}\n{"message":"panne"}\n'),
    ("Datadog", f"https://www.{SITE}/dd?ddforward=%2Fapi%2Fv2%2Frum%3Fddsource%3Dbrowser%26b%3D1", "x"),
    ("Amplitude", f"https://mesure.{SITE}/2/httpapi", json.dumps(
        {"api_key": HEX, "events": [{"event_type": "vu", "insert_id": UUID}]})),
    ("Mixpanel", f"https://mp.{SITE}/track/?verbose=1&ip=1&_=1", "data=" + quote(
        json.dumps([{"event": "vu", "properties": {"token": HEX}}], separators=(",", ":")))),
    ("Statsig", f"https://drapeaux.{SITE}/v1/rgstr?k=client-0123456789abcdef&st=javascript-client&sv=3.33.5",
        '{"events":[]}'),
    ("RudderStack", f"https://barre.{SITE}/beacon/v1/batch?writeKey=2Ab3Cd4E", json.dumps(
        {"batch": [{"context": {"library": {"name": "RudderLabs JavaScript SDK"}}}]})),
    ("Snowplow", f"https://sp.{SITE}/i?e=pv&tv=js-3.1.0&p=web&aid=boutique", ""),
    ("Snowplow", f"https://sp.{SITE}/com.acme/track", json.dumps(
        {"schema": "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", "data": []})),
    ("Matomo", f"https://www.{SITE}/js/m.php?idsite=3&rec=1&_id=0123456789abcdef&action_name=Accueil", ""),
    ("TikTok", f"https://tt.{SITE}/api/v2/pixel", json.dumps(
        {"event": "CompletePayment", "context": {"pixel": {"code": "C7ABCDEF"}, "user": {}}})),
    ("Criteo", f"https://crto.{SITE}/event?a=12345&v=5.22.0&p0=e%3Dvh%26tms%3Dgtm&adce=1", ""),
    ("Keyade", f"https://k.{SITE}/kaptag?kaPcId=12345&kaEvtId=conf", ""),
    ("Plausible", f"https://www.{SITE}/api/event", json.dumps(
        {"n": "pageview", "u": f"https://www.{SITE}/", "d": SITE, "r": None})),
    ("Umami", f"https://www.{SITE}/api/send", json.dumps(
        {"type": "event", "payload": {"website": UUID, "url": "/"}})),
]  # fmt: skip

INNOCENT: list[tuple[str, str]] = [
    (f"https://www.{SITE}/api/event", json.dumps({"n": 3, "u": "x", "d": "y"})),
    (f"https://www.{SITE}/event?s=12&idclient=", ""),
    (f"https://www.{SITE}/events?page=2", ""),
    (f"https://www.{SITE}/v1/track", json.dumps({"order": "A-1", "messageId": "abcdefgh"})),
    (f"https://www.{SITE}/i?e=pv", ""),
    (f"https://www.{SITE}/collections/robes/rouge?url=/a", ""),
    (f"https://www.{SITE}/?id=1234567890123456", ""),
    (f"https://www.{SITE}/tr?id=12&ev=Purchase&dl=https://x", ""),
    (f"https://www.{SITE}/search?v=2&tid=12&cid=5", ""),
    (f"https://www.{SITE}/e/?ver=2&_=1", ""),
    (f"https://www.{SITE}/graphql", json.dumps([{"operationName": "x"}])),
    (f"https://www.{SITE}/e/", json.dumps({"api_key": "cle", "batch": []})),
    (f"https://www.{SITE}/s/", json.dumps([{"properties": {"token": "abc"}}])),
    (f"https://www.{SITE}/api/log", '{"dsn": "base", "sent_at": "hier"}\n{"type":"event"}'),
    (f"https://www.{SITE}/api/orders", json.dumps({"api_key": HEX, "events": [{"event_type": "vu"}]})),
    (f"https://www.{SITE}/track", "data=%5B%7B%22event%22%3A%22vu%22%7D%5D"),
    (f"https://www.{SITE}/v1/initialize?k=client&st=a&sv=3", "{}"),
    (f"https://www.{SITE}/graphql", "{" * 10_000),
    (f"https://www.{SITE}/x?" + "&".join(f"a{n}=1" for n in range(900)), ""),
]


@pytest.fixture(scope="module")
def classifier() -> Iterator[Classifier]:
    yield Classifier.load()


def sent(classifier: Classifier, url: str, body: str | bytes) -> Verdict:
    """The verdict on a request of the shop's page."""
    headers = (
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Dest", "empty"),
        ("Referer", f"https://www.{SITE}/"),
    )
    method = "POST" if body else "GET"
    data = body.encode() if isinstance(body, str) else body
    return classifier.classify(Message("c", 1, "http", 0.0, method, url, headers, data, False, 1), SITE)


@pytest.mark.parametrize(("company", "url", "body"), CASES)
def test_the_recipient_is_named_although_the_host_is_the_sites(
    classifier: Classifier, company: str, url: str, body: str
) -> None:
    verdict = sent(classifier, url, body)
    assert verdict.party == "relay"
    assert verdict.company is not None
    assert verdict.company.name == company
    assert verdict.company.source
    assert verdict.company.as_of
    assert verdict.grade == "P"
    assert verdict.is_tracker
    match = verdict.matches[-1]
    assert (match.list, match.grade) == ("Mouchard signatures", "P")
    assert match.line > 0


def test_a_body_that_the_script_compressed_is_read(classifier: Classifier) -> None:
    url, body = (
        f"https://www.{SITE}/relais/e/",
        json.dumps({"api_key": PHC, "batch": ["a" * 99] * 999}).encode(),
    )
    verdict = sent(classifier, url, compress(body))
    assert (verdict.party, verdict.company and verdict.company.name) == ("relay", "PostHog")
    for broken in (compress(body)[:40], compress(b"[" * 99_999), b"\x1f\x8bxx"):
        assert sent(classifier, url, broken).party == "first"


@pytest.mark.parametrize(("url", "body"), INNOCENT)
def test_what_only_looks_alike_is_left_alone(classifier: Classifier, url: str, body: str) -> None:
    verdict = sent(classifier, url, body)
    assert verdict.party == "first"
    assert verdict.matches == ()


def test_ordinary_traffic_is_not_recognised(classifier: Classifier, shared: Path) -> None:
    lines = (shared / "corpus/benign_urls.jsonl").read_text().splitlines()
    verdicts = [classifier.verdict(row["url"], row["source"], row["type"]) for row in map(json.loads, lines)]
    assert len(verdicts) > 1_000
    assert [verdict for verdict in verdicts if any(match.grade == "P" for match in verdict.matches)] == []


def test_the_vendors_own_host_needs_no_signature(classifier: Classifier) -> None:
    url = f"https://www.google-analytics.com/g/collect?{GA}"
    verdict = classifier.verdict(url, f"https://www.{SITE}/", "ping")
    assert verdict.party == "third"
    assert {match.grade for match in verdict.matches} == {"A"}


def test_a_rented_host_is_named_by_the_format(classifier: Classifier) -> None:
    url = f"https://d1234.cloudfront.net/g/collect?{GA}"
    verdict = classifier.verdict(url, f"https://www.{SITE}/", "ping")
    assert verdict.party == "third"
    assert verdict.company is not None
    assert verdict.company.name == "Google"
