"""The lasting identifiers that SDKs send of themselves, and what beside them is none."""

# ruff: noqa: E501  (a table of messages, each on its line)

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from mouchard.detect import Detector
from mouchard.model import Hit

Hits = Callable[..., tuple[Hit, ...]]
ID = "87e8005c-1481-4832-ba05-6bf298b0eebb"
OTHER = "136f3543-3a63-4aed-aa2f-50309460b91a"
SENSORS = {
    "distinct_id": ID,
    "anonymous_id": ID,
    "lib": {"$lib": "js", "$lib_version": "1.27.11"},
    "_track_id": 106106732,
}

SENT: list[tuple[str, Any, str]] = [
    # address, body, place of the identifier
    ("https://0a1b.litix.io/", {"events": [{"mvrid": ID, "pinid": OTHER, "sid": OTHER, "memve": "5.19.0"}]}, "body.events[].mvrid"),
    ("https://cws.conviva.com/0/wsg", {"clid": "1168210761.1608557985.894653539", "iid": 47616207, "clv": "4.8.0"}, "body.clid"),
    ("https://analytics-ingress-global.bitmovin.com/analytics", {"userId": ID, "impressionId": OTHER}, "body.userId"),
    ("https://api.leanplum.com/api", {"data": [{"deviceId": "xPqLOnmkeQs2RcTA", "deviceModel": "Web Browser"}]}, "body.data[].deviceId"),
    (f"https://api.sprig.com/sdk/1/visitors/{ID}/events", {"event": "compte"}, "path."),
    (f"https://sdk-api-v1.singular.net/api/v1/event?sdid={ID}&event_id={OTHER}", "", "query.sdid"),
    ("https://westeurope-5.in.applicationinsights.azure.com/v2/track", [{"tags": {"ai.user.id": "Y3n6yUEaBPFzHh/uwNsxw5", "ai.operation.id": OTHER}}], "body.[].tags.ai.user.id"),
    ("https://dataplane.rum.eu-west-1.amazonaws.com/appmonitors/" + OTHER, {"UserDetails": {"userId": ID, "sessionId": OTHER}}, "body.UserDetails.userId"),
    ("https://api.pushwoosh.com/json/1.3/applicationOpen", {"request": {"hwid": "XXXXX-XXXXX_" + ID, "v": "3.55.0"}}, "body.request.hwid"),
    ("https://cdn.oursprivacy.com/ingest", {"data": [{"visitor_id": ID, "distinct_id": OTHER}]}, "body.data[].visitor_id"),
    (f"https://ac.cnstrc.com/behavior?i={ID}&s=1&c=ciojs-client-2.93.1", "", "query.i"),
    ("https://analytics.searchspring.net/beacon/v2/abc/shopper/login", {"context": {"userId": ID, "pageLoadId": OTHER}}, "body.context.userId"),
    ("https://pub.highlight.io/", {"variables": {"client_id": "OsgHczWUHDGhyZUSwho9uaRFiH3L", "session_secure_id": "8QoTJpG9"}}, "body.variables.client_id"),
    ("https://b.es.eu-west-3.aws.elastic-cloud.com/_application/analytics/site/event/search", {"user": {"id": ID}, "session": {"id": OTHER}}, "body.user.id"),
    ("https://sa.donnees.test/sa.gif", urlencode({"data": base64.b64encode(json.dumps(SENSORS).encode())}), "body.data.anonymous_id"),
    ("https://c.flux.test/collect", [{"device_id": ID, "unique_id": ID + "0", "event_id": OTHER, "sdk_name": "aws", "attributes": {"_session_id": "a8ce"}}], "body.[].device_id"),
    ("https://incoming.telemetry.mozilla.org/submit/a/b/1/" + OTHER, {"client_info": {"client_id": ID, "session_id": OTHER}}, "body.client_info.client_id"),
    ("https://app.adjust.com/session", urlencode({"web_uuid": ID, "app_token": "0123456789ab"}), "body.web_uuid"),
    (f"https://eu1.clevertap-prod.com/a?t=96&gc={ID.replace('-', '')}&i=1795328845", "", "query.gc"),
    ("https://api2.branch.io/v1/open", urlencode({"browser_fingerprint_id": "1049810498104981", "sdk": "web2.89.2"}), "body.browser_fingerprint_id"),
    ("https://prodregistryv2.org/v1/rgstr", {"statsigMetadata": {"stableID": ID, "sessionID": OTHER}}, "body.statsigMetadata.stableID"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "body", "place"), SENT, ids=[place for *_, place in SENT])
def test_the_identifier_of_the_browser(
    nobody: Detector, hits: Hits, address: str, body: Any, place: str
) -> None:
    told = hits(nobody, address, body)
    devices = [f"{hit.location}.{hit.field}" for hit in told if hit.type == "device_id"]
    assert place in devices and set(devices) <= {place, "body.[].unique_id"}
    assert {(hit.type, hit.proof) for hit in told} == {("device_id", "field")}
    assert all(hit.note and "device" not in hit.masked and ID not in hit.masked for hit in told)


def test_what_was_searched_for(nobody: Detector, hits: Hits) -> None:
    told = hits(nobody, "https://ac.cnstrc.com/search/chaussures%20rouges?key=k")
    assert [(hit.type, hit.location, hit.value) for hit in told] == [("search", "path", "chaussures rouges")]
