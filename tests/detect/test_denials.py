"""What is no leak, kept as a list: nothing of it may ever be reported."""

# ruff: noqa: E501  (a table of messages, each on its line)

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from mouchard.detect import Detector
from mouchard.model import Hit

C = "https://t.traceur.test/c?"

HARMLESS: dict[str, dict[str, Any]] = {
    "role address of the site": {"body": {"texte": "Ecrivez à contact@boutique.test ou appelez le 01 99 00 12 34"}},
    "any address of the site": {"body": {"t": "marie.durand@boutique.test"}},
    "role address elsewhere": {"body": {"t": "noreply@poste-unie.fr"}},
    "RFC 2606": {"url": C + "ph=nom%40exemple.com&d=you%40example.com&e=jane@foo.example"},
    "retina picture": {"url": "https://cdn.test/img/logo@2x.png?v=hero@3x.webp"},
    "package": {"url": "https://cdn.test/npm/lodash@4.17.21/lodash.min.js"},
    "scoped package": {"url": "https://unpkg.com/@scope/pkg@1.2.3/dist/index.umd.js"},
    "git address": {"url": C + "repo=git%40github.com%3Aorg%2Fapp.git"},
    "Sentry DSN": {
        "url": "https://o4.ingest.sentry.io/api/4/store/",
        "body": {"dsn": "https://8ce4b16b22b58894aa86c421e8759df3@o450100.ingest.sentry.io/4505", "release": "web@3.14.1"},
    },
    "Adobe organisation": {"url": C + "org=1A2B3C4D5E6F@AdobeOrg"},
    "GA client id": {"url": C + "cid=1836872160.1717990000&fbp=fb.1.1717990000000.1234567890&gtm=45je4650v9"},
    "timestamps": {"url": C + "ts=1718000000123&t0=1717990000&exp=20250614&_=1718000000456"},
    "versions": {"url": C + "v=10.0.19041.3&lib=1.2.840.113549&build=192.168.1"},
    "order number": {"url": C + "order=4532015112830366&id=9990063998123400"},
    "SRI, commit, etag": {
        "url": C
        + "sri=sha384-g%2Bj3dIG9YeAmbQZcJv3A%2BOAJkECHnQfEEqgx1SdTcq9IX9PJ8DlhDItEXAGtfuJt"
        + "&commit=4015b57a143aec5156fd1444a017a32137a3fd0f&etag=1872ade88f3013edeb33decd74a4f947"
    },
    "UUID of a request": {"url": C + "request_id=f83aae45-a49f-453b-8644-3f1617377b48"},
    "bytes of a digest's size": {"url": C + "n=5ed7fPLAxfb-wRevrwXsYSYhsA5o98ZugHgYbsNaV_E"},
    "digest of nothing": {"url": C + f"em={hashlib.sha256(b'').hexdigest()}&h={hashlib.md5(b'undefined').hexdigest()}"},
    "digest of null": {"url": C + f"email={hashlib.sha1(b'null').hexdigest()}"},
    "EAN of a product": {"url": C + "gtin=3017620422027&ean=2613000427197"},
    "visitor number that passes Luhn": {"url": C + "vid=4532015112830366"},
    "masked values": {"url": C + "m=e%2A%2A%2A%40g%2A%2A%2A.com&t=06%20%2A%2A%20%2A%2A%20%2A%2A%2027"},
    "centre of a map": {"url": "https://tiles.test/v4/12/2074/1409.png?center=48.8566,2.3522&zoom=12"},
    "shop on a map": {"body": {"store": {"lat": 48.85661, "lng": 2.35222}}},
    "shop's own contact data": {
        "body": {
            "@context": "https://schema.org", "@type": "Store", "telephone": "+33 1 99 00 12 34",
            "email": "mailto:lampes@poste-unie.fr", "address": {"telephone": "+33 1 99 00 12 35"},
        }
    },
    "digits inside longer numbers": {"url": C + "n=9900639981234001&pad=1336399812345567&r=0.6399812345"},
    "advertising id of zeros": {"url": C + "idfa=00000000-0000-0000-0000-000000000000"},
    "empty MAC address": {"url": C + "mac=00:00:00:00:00:00"},
    "phone that is a date": {"url": C + "phone=2024-06-10"},
    "city of one of four shops": {
        "body": {
            "hits": [
                {"nom": "A", "ville": "Saint-Étienne"}, {"nom": "B", "ville": "Saint-Étienne"},
                {"nom": "C", "ville": "Lyon"}, {"nom": "D", "ville": "Roanne"},
            ]
        }
    },
    "agency": {"body": {"agency": {"city": "Saint-Étienne", "zip": "42000"}}},
    "choice of goods": {"body": {"filters": {"city": ["Saint-Étienne"]}}},
    "where one flies": {"body": {"flights": [{"city": "Saint-Étienne"}]}},
    "what others say": {"body": {"testimonials": [{"first_name": "Anaïs", "city": "Saint-Étienne"}]}},
    "files with their digests": {
        "body": {"schema": "2", "files": [hashlib.sha256(b"%d" % n).hexdigest() for n in range(12)]}
    },
    "moments that look like a hardware address": {"body": {"t": "24-06-10-08-15-30", "u": "10:06:24:08:15:30"}},
    "handle of the fediverse": {"body": {"via": "par @jeanne@framapiaf.org", "t": "https://mastodon.social/@jeanne@framapiaf.org"}},
    "number of an advertisement": {
        "body": {"ad_id": "05b1c2d4-dfe0-42c5-bcd3-ab2916000000", "campaign_id": "05b1c2d5-dfc0-418b-b1a7-56522c000000"}
    },
    "bus stop": {"body": {"stop": {"lat": 45.76404, "lon": 4.83566}}},
    "part of a map": {"body": {"viewport": {"latitude": 45.76404, "longitude": 4.83566}, "bounds": {"northeast": {"lat": 45.76404, "lng": 4.83566}}}},
    "points of a customer": {"body": {"loyalty_points": "2613000427197"}},
    "measurement": {"url": C + "type=transaction&transaction=GET%20/&value=12"},
    "picture": {"body": {"i": "data:image/png;base64," + "905ll0xXMqfGYDGQpnXtEFFUzH" * 40}},
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_no_leak(person: Detector, nobody: Detector, hits: Callable[..., tuple[Hit, ...]], name: str) -> None:
    assert hits(person, **HARMLESS[name]) == ()
    assert hits(nobody, **HARMLESS[name]) == ()


def test_data_given_to_the_site_is_no_leak(person: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    address = "api.boutique.test/me?email=" + quote("Anna.Kowalska+shop@gmail.com")
    assert hits(person, f"https://{address}", party="first") == ()
    exposed = hits(person, f"http://{address}", party="first")
    assert [(hit.type, hit.proof) for hit in exposed] == [("email", "identity")]


def test_names_and_places_need_company(person: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    assert hits(person, C + "a=lefevre&b=42000&c=FR&d=f&e=1987-05-14") == ()
    keyed = hits(person, C + "nom=lefevre&cp=42000&pays=FR&naissance=14/05/1987")
    assert {hit.type for hit in keyed} == {"last_name", "zip", "country", "dob"}
    beside = hits(person, C + "a=lefevre&mail=anna.kowalska%2Bshop@gmail.com&b=42000&c=FR")
    assert {hit.type for hit in beside} == {"email", "last_name", "zip"}
