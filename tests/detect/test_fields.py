"""Field proof: documented parameters of vendors, of nobody in particular."""

# ruff: noqa: E501  (a table of messages, each on its line)

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from mouchard.detect import Detector
from mouchard.detect.vendors import bundled
from mouchard.model import DATA_TYPES, Hit

H = hashlib.sha256(b"someone.else@poste-unie.fr").hexdigest()
P = hashlib.sha256(b"+33639985566").hexdigest()
RAW = base64.urlsafe_b64encode(hashlib.sha256(b"someone.else@poste-unie.fr").digest()).decode().rstrip("=")
B64 = base64.b64encode(hashlib.sha256(b"someone.else@poste-unie.fr").digest()).decode()
MAIL = "someone.else@poste-unie.fr"
UUID = "5b1c2d3e-7a4f-4c1e-8b77-2d5e9f0a6c31"
PAGE = "https://www.boutique.test/rayon/lampes"


def b64json(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def url(address: str, **fields: str) -> dict[str, Any]:
    return {"url": f"{address}?{urlencode(fields)}"}


def post(address: str, body: Any) -> dict[str, Any]:
    return {"url": address, "body": body}


FIELDS: list[tuple[dict[str, Any], str, str, str]] = [
    # message, type, location, field
    (url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"ud[em]": H}), "email", "query", "ud[em]"),
    (url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"udff[ph]": P}), "phone", "query", "udff[ph]"),
    (url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"ud[external_id]": H}), "user_id", "query", "ud[external_id]"),
    (url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"ud[em]": H + ".AQYCAQMA"}), "email", "query", "ud[em]"),
    (url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"cudff[em]": "^******.*****@*****.**"}), "email", "query", "cudff[em]"),
    (url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"udff[db]": H}), "dob", "query", "udff[db]"),
    (url("https://www.facebook.com/tr/", id="1", ev="AddToCart", **{"cd[contents]": '[{"id":"L7","quantity":1}]', "cd[value]": "9.90"}), "product", "query", "cd[contents][].id"),
    (url("https://www.facebook.com/tr/", id="1", ev="PageView", dl=PAGE), "page_url", "query", "dl"),
    (post("https://graph.facebook.com/", urlencode({"batch": json.dumps([{"relative_url": f"1/events?user_data={quote(json.dumps({'em': H}))}"}], separators=(",", ":"))})), "email", "body", "batch[].relative_url.user_data.em"),
    (url("https://sslwidget.criteo.com/event", a="1", p6=f"e=ce&m=%5B{H}%5D"), "email", "query", "p6.m"),
    (url("https://api.rlcdn.com/api/identity/v2/envelope", pid="1", it="11", iv=H[:40].upper()), "phone", "query", "iv"),
    (url("https://api.rlcdn.com/api/identity/v2/envelope", pid="1", it="15", iv="client-88412"), "user_id", "query", "iv"),
    (post("https://prod.uidapi.com/v2/token/client-generate", {"payload": RAW + RAW, "iv": "x"}), "user_id", "body", "payload"),
    (url("https://www.facebook.com/tr/", id="1", ev="Search", **{"cd[search_string]": "lampe de chevet"}), "search", "query", "cd[search_string]"),
    (post("https://graph.facebook.com/v19.0/1/activities", urlencode({"advertiser_id": UUID, "ud": json.dumps({"em": H})})), "ad_id", "body", "advertiser_id"),
    (post("https://graph.facebook.com/v19.0/1/events", {"data": [{"user_data": {"em": [H]}}]}), "email", "body", "data[].user_data.em[]"),
    (url("https://www.googleadservices.com/pagead/conversion/1/", em=f"tv.1~em.{RAW}~pn.{RAW}"), "email", "query", "em.em"),
    (url("https://www.googleadservices.com/pagead/conversion/1/", em=f"tv.1~em.{RAW}~pc0.42000"), "zip", "query", "em.pc0"),
    (url("https://region1.google-analytics.com/g/collect", v="2", tid="G-1", em=f"tv.1~em.{RAW}"), "email", "query", "em.em"),
    (url("https://region1.google-analytics.com/g/collect", v="2", tid="G-1", uid="client-88412"), "user_id", "query", "uid"),
    (post("https://analytics.tiktok.com/api/v2/pixel", {"event": "Pageview", "context": {"user": {"email": H}}}), "email", "body", "context.user.email"),
    (post("https://analytics.tiktok.com/api/v2/pixel", {"event": "P", "context": {"user": {"auto_phone_number": P}}}), "phone", "body", "context.user.auto_phone_number"),
    (url("https://ct.pinterest.com/v3/", event="init", pd=json.dumps({"em": H})), "email", "query", "pd.em"),
    (url("https://ct.pinterest.com/v3/", event="init", **{"pd[em]": H[:40]}), "email", "query", "pd[em]"),
    (post("https://tr.snapchat.com/p", urlencode({"pid": UUID, "u_hem": H})), "email", "body", "u_hem"),
    (post("https://tr.snapchat.com/p", urlencode({"pid": UUID, "u_hpn": P})), "phone", "body", "u_hpn"),
    (url("https://sslwidget.criteo.com/event", a="1", p1=f"e=ce&m=%5B{H[:32]}%5D&h=md5"), "email", "query", "p1.m"),
    (url("https://api.rlcdn.com/api/identity/v2/envelope", pid="14", it="4", iv=H[:40].upper()), "email", "query", "iv"),
    (post("https://id5-sync.com/gm/v3", {"requests": [{"pd": base64.b64encode(f"1={H}&2={P}".encode()).decode()}]}), "phone", "body", "requests[].pd.2"),
    (post("https://prod.uidapi.com/v2/token/generate", {"email_hash": B64}), "email", "body", "email_hash"),
    (url("https://ups.analytics.yahoo.com/ups/58813/fed", he=H), "email", "query", "he"),
    (url("https://match.adsrvr.org/track/cmf/generic", ttd_pid="x", ttd_puid="Xi1044-aZ93kkq"), "user_id", "query", "ttd_puid"),
    (url("https://cm.g.doubleclick.net/pixel", google_nid="d", google_hm="ODMxNDkwMjI3NTUxNjYzMDAyMQ"), "id_sync", "query", "google_hm"),
    (post("https://ib.adnxs.com/ut/v3/prebid", {"user": {"external_uid": "u_88412"}}), "user_id", "body", "user.external_uid"),
    (post("https://bidder.criteo.com/cdb", {"device": {"ifa": UUID, "geo": {"zip": "42000"}}}), "ad_id", "body", "device.ifa"),
    (post("https://hbopenbid.pubmatic.com/translator", {"user": {"yob": 1987}}), "dob", "body", "user.yob"),
    (post("https://hbopenbid.pubmatic.com/translator", {"user": {"eids": [{"source": "uidapi.com", "uids": [{"id": "AgAAAAPFR0zA5ogv/yaAPiUs"}]}]}}), "id_sync", "body", "user.eids[].uids[].id"),
    (url("https://bat.bing.com/action/0", ti="1", pid=json.dumps({"em": H})), "email", "query", "pid.em"),
    (url("https://analytics.twitter.com/1/i/adsct", event=json.dumps({"email_address": H})), "email", "query", "event.email_address"),
    (post("https://px.ads.linkedin.com/wa/", {"pids": [1], "hem": H}), "email", "body", "hem"),
    (url("https://alb.reddit.com/rp.gif", id="t2_a", event="Lead", em=H), "email", "query", "em"),
    (post("https://api.segment.io/v1/i", {"type": "identify", "traits": {"email": MAIL}}), "email", "body", "traits.email"),
    (post("https://api.segment.io/v1/b", {"batch": [{"traits": {"lastName": "Durand-Ruel"}}]}), "last_name", "body", "batch[].traits.lastName"),
    (post("https://api-eu.mixpanel.com/engage/", urlencode({"data": b64json([{"$set": {"$email": MAIL}}])})), "email", "body", "data[].$set.$email"),
    (url("https://a.klaviyo.com/api/identify", data=b64json({"properties": {"$phone_number": "+33639985566"}})), "phone", "query", "data.properties.$phone_number"),
    (post("https://sdk.fra-01.braze.eu/api/v3/data/", {"attributes": [{"dob": "1987-05-14"}]}), "dob", "body", "attributes[].dob"),
    (url("https://collector.snowplow.io/i", e="pv", duid=UUID, uid="88412x"), "user_id", "query", "uid"),
    (post("https://o4.ingest.sentry.io/api/4/envelope/", '{"event_id":"a"}\n{"type":"event"}\n' + json.dumps({"user": {"email": MAIL}})), "email", "body", "user.email"),
    (post("https://rs.fullstory.com/rec/bundle", {"Evts": [{"Kind": 37, "Args": ["a" * 60]}]}), "session_recording", "body", ""),
    (post("https://x.clarity.ms/collect", {"e": ["0.7", 1, 2, 3, "a" * 60]}), "session_recording", "body", ""),
    (post("https://api.fpjs.io/", {"s56": {"s": 0, "v": "a" * 60}}), "fingerprint", "body", ""),
    (url("https://dpm.demdex.net/id", d_mid="12345678901234567890123456789012345678"), "device_id", "query", "d_mid"),
    (post("https://edge.adobedc.net/ee/v1/interact", {"events": [{"xdm": {"identityMap": {"Email_LC_SHA256": [{"id": H}]}}}]}), "email", "body", "events[].xdm.identityMap.Email_LC_SHA256[].id"),
    (url("https://shop.matomo.cloud/matomo.php", idsite="1", rec="1", uid=MAIL), "user_id", "query", "uid"),
    (post("https://api.amplitude.com/2/httpapi", {"events": [{"user_properties": {"$set": {"email": MAIL}}}]}), "email", "body", "events[].user_properties.$set.email"),
    (post("https://eu.i.posthog.com/e/", {"event": "$identify", "$set": {"email": MAIL}}), "email", "body", "$set.email"),
    (post("https://browser-intake-datadoghq.eu/api/v2/rum", {"type": "view", "usr": {"name": "Rose Mallarmé"}}), "name", "body", "usr.name"),
    (url("https://www.gravatar.com/avatar/" + H[:32], s="80"), "email", "path", ""),
    (url("https://wa.me/33639985566", text="Rendez-vous mardi à 15 h"), "message", "query", "text"),
    (url("https://mail.google.com/mail/", view="cm", to="", body="Rendez-vous mardi"), "message", "query", "body"),
    (url("https://www.threads.net/intent/post", text="Rendez-vous mardi"), "message", "query", "text"),
    (post("https://messaging.api.drift.com/messages", {"type": "CHAT", "body": "Mon colis est perdu"}), "message", "body", "body"),
    (post("https://plausible.io/api/event", {"n": "pageview", "u": "https://shop.test/lampes"}), "page_url", "body", "u"),
    (post("https://cloudflareinsights.com/cdn-cgi/rum", {"location": "https://shop.test/lampes"}), "page_url", "body", "location"),
    (post("https://content.hotjar.io/?site_id=1", {"page": "<html>" + "x" * 60}), "session_recording", "body", ""),
    (post("https://r.intake-lr.com/i?a=x", {"page": "x" * 60}), "session_recording", "body", ""),
    (post("https://api-iam.intercom.io/messenger/web/conversations", {"blocks": [{"text": "Mon colis est perdu"}]}), "message", "body", "blocks[].text"),
    (url("https://q.quora.com/_/ad/1/pixel", em=H), "email", "query", "em"),
    (post("https://in-automate.brevo.com/p", {"event": "x", "email_id": MAIL}), "email", "body", "email_id"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "kind", "location", "field"), FIELDS)
def test_a_documented_parameter_speaks(
    nobody: Detector,
    hits: Callable[..., tuple[Hit, ...]],
    message: dict[str, Any],
    kind: str,
    location: str,
    field: str,
) -> None:
    found = [hit for hit in hits(nobody, **message) if (hit.type, hit.proof) == (kind, "field")]
    assert [(hit.location, hit.field) for hit in found] == [(location, field)]
    assert all(hit.note and H not in hit.masked and MAIL not in hit.masked for hit in found)


def test_there_are_enough_of_them() -> None:
    assert len(FIELDS) >= 40


@pytest.mark.parametrize(
    "message",
    [
        url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"ud[em]": hashlib.sha256(b"").hexdigest()}),
        url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"ud[em]": hashlib.sha256(b"undefined").hexdigest()}),
        url("https://www.facebook.com/tr/", id="1", ev="Lead", **{"ud[em]": "null"}),
        url("https://www.googleadservices.com/pagead/conversion/1/", em="tv.1~em.", ec_mode="a"),
        url("https://www.googleadservices.com/pagead/conversion/1/", em="tv.1~em.47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"),
        post("https://analytics.tiktok.com/api/v2/pixel", {"event": "P", "context": {"user": {"email": ""}}}),
        post("https://api.segment.io/v1/i", {"type": "identify", "userId": None, "traits": {"email": "undefined"}}),
        url("https://alb.reddit.com/rp.gif", id="t2_a", event="Lead", em=""),
        url("https://bat.bing.com/action/0", ti="1", pid="{}"),
        post("https://bidder.criteo.com/cdb", {"device": {"ifa": "00000000-0000-0000-0000-000000000000"}}),
        post("https://o4.ingest.sentry.io/api/4/envelope/", {"user": {"ip_address": "{{auto}}"}}),
        url("https://region1.google-analytics.com/g/collect", v="2", cid="1836872160.1717990000", sr="1920x1080"),
    ],
)  # fmt: skip
def test_empty_parameters_say_nothing(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], message: dict[str, Any]
) -> None:
    assert hits(nobody, **message) == ()


def test_a_tracker_format_on_the_sites_own_host_is_read(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]]
) -> None:
    address = f"https://capig.boutique.test/events/3f1c?id=1&ev=Lead&fbp=fb.1.1.2&{quote('ud[em]')}={H}"
    assert [hit.type for hit in hits(nobody, address, party="first") if hit.proof == "field"] == ["email"]
    assert hits(nobody, f"https://api.boutique.test/me?email={MAIL}", party="first") == ()


def test_an_identity_beats_the_field(person: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    digest = hashlib.sha256(b"anna.kowalska+shop@gmail.com").hexdigest()
    found = hits(person, f"https://www.facebook.com/tr/?id=1&ev=Lead&ud[em]={digest}")
    assert [(hit.type, hit.proof, hit.field, hit.chain) for hit in found] == [
        ("email", "identity", "ud[em]", ("sha256",))
    ]


def test_the_recipe_of_the_recipient_is_named(person: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    digest = hashlib.sha256(b"annakowalska@gmail.com").hexdigest()
    reddit = hits(person, f"https://alb.reddit.com/rp.gif?id=t2&event=Lead&em={digest}")
    uid2 = hits(person, "https://prod.uidapi.com/v2/token/generate", {"email_hash": digest})
    assert [reddit[0].normalisation, uid2[0].normalisation] == ["alnum_notag", "gmail_canonical"]


def test_the_vendors_words_explain_an_identity(
    person: Detector, hits: Callable[..., tuple[Hit, ...]]
) -> None:
    digest = hashlib.sha256(b"anna.kowalska+shop@gmail.com").hexdigest()
    (hit,) = hits(person, f"https://www.facebook.com/tr/?id=1&ev=Lead&udff[em]={digest}")
    assert hit.proof == "identity" and "read from a form by itself" in hit.note


def test_click_numbers_of_others(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    page = quote("https://www.boutique.test/?fbclid=IwAR0a1b2c3d4e5f6", safe="")
    address = f"https://region1.google-analytics.com/g/collect?v=2&tid=G-1&en=page_view&dl={page}"
    (hit,) = [hit for hit in hits(nobody, address) if hit.type == "id_sync"]
    assert (hit.proof, hit.location, hit.field) == ("field", "query", "dl.fbclid")
    assert "Meta" in hit.note and "IwAR0a1b" not in hit.masked


def test_numbers_behind_links_in_mails(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    page = quote("https://www.boutique.test/?mc_eid=3f1c0a9b7d", safe="")
    address = f"https://region1.google-analytics.com/g/collect?v=2&tid=G-1&en=page_view&dl={page}"
    (hit,) = [hit for hit in hits(nobody, address) if hit.type == "id_sync"]
    assert (hit.field, hit.note) == (
        "dl.mc_eid",
        "the number by which mails of Mailchimp know who opened them",
    )


@pytest.mark.parametrize(
    ("name", "giver"),
    [
        ("ysclid", "Yandex"),
        ("dicbo", "Outbrain"),
        ("tblci", "Taboola"),
        ("vgo_ee", "ActiveCampaign"),
        ("_bhlid", "beehiiv"),
    ],
)
def test_more_numbers_behind_links(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], name: str, giver: str
) -> None:
    page = quote(f"https://www.boutique.test/?{name}=3f1c0a9b7d22", safe="")
    found = hits(nobody, f"https://region1.google-analytics.com/g/collect?v=2&tid=G-1&en=page_view&dl={page}")
    assert [(hit.field, giver in hit.note) for hit in found if hit.type == "id_sync"] == [
        (f"dl.{name}", True)
    ]


def test_every_vendor_is_sourced_and_speaks_our_words() -> None:
    vendors = {v.name: v for found in bundled()._by_host.values() for v in found}
    assert len(vendors) >= 43
    for vendor in vendors.values():
        assert len(vendor.source) > 20, vendor.name
        for meaning in (*vendor.exact.values(), *vendor.ending.values(), *vendor.after.values()):
            kind = meaning.type.partition(":")[0].rstrip("?")
            assert kind in DATA_TYPES and meaning.words, (vendor.name, meaning)
