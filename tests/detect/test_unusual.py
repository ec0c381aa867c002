"""Ways to write values that are rare, and small messages: digests as numbers, lists without names,
credentials, short words in a path, bodies as long as a digest."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.identity.recipes import phone
from mouchard.model import Attributed, Hit, Message, Verdict
from tests.detect.ways import b64, b64url, field, message_pack, told

PERSON = {
    "email": ["Siobhan.Ni-Bhriain+paper@poste-unie.test"], "phone": ["085 012 3456"],
    "first_name": ["Siobhán"], "last_name": ["Ní Bhriain"], "city": ["Dún Laoghaire"], "zip": ["A96"],
    "country": ["IE"], "gender": ["f"], "dob": ["1991-04-23"], "payment_card": ["4916338506082832"],
    "username": ["siobhan.nibhriain"],
}  # fmt: skip
DETECTOR = Detector(identity.parse(PERSON))
EMAIL = "siobhan.ni-bhriain+paper@poste-unie.test"


def found(message: Message, detector: Detector = DETECTOR) -> tuple[Hit, ...]:
    """The hits of a message to a stranger."""
    verdict, where = (
        Verdict("other", "third", None, (), False),
        Attributed(1, "boutique.test", "high", "", "c"),
    )
    return detector.detect(message, extract(message), verdict, where)


def query(value: str, key: str = "d") -> Message:
    return told(url=f"https://t.traceur.test/c?{quote(key, safe='')}={quote(value, safe='')}")


DIGESTS: dict[str, Callable[[bytes], str]] = {
    "one number": lambda digest: str(int.from_bytes(digest, "big")),
    "numbers with commas": lambda digest: ",".join(map(str, digest)),
    "numbers with semicolons": lambda digest: "; ".join(map(str, digest)),
    "a list of numbers": lambda digest: json.dumps(list(digest)),
    "JSON with a list": lambda digest: json.dumps({"a": {"h": list(digest)}}),
    "Base64 of a list": lambda digest: b64(json.dumps(list(digest)).encode()),
}


@pytest.mark.parametrize("spelling", DIGESTS)
@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_digests_as_numbers(spelling: str, algorithm: str) -> None:
    digest = hashlib.new(algorithm, EMAIL.encode()).digest()
    (hit,) = found(query(DIGESTS[spelling](digest)))
    assert (hit.type, hit.proof, hit.chain[-1]) == ("email", "identity", f"{algorithm}:raw")


def test_numbers_that_are_text_in_hexadecimal_stay_text() -> None:
    (hit,) = found(query(b"4916 3385 0608 2832".hex()))  # 38 digits, as many as an md5 has
    assert (hit.type, hit.chain) == ("payment_card", ("hex",))


@pytest.mark.parametrize("kind", ["first_name", "last_name", "city", "dob", "payment_card"])
@pytest.mark.parametrize(
    "outer, inner", [("sha256", "md5"), ("md5", "sha1"), ("sha1", "md5"), ("sha256", "sha256")]
)
def test_digests_of_digests_of_every_type(kind: str, outer: str, inner: str) -> None:
    text = PERSON[kind][0].lower()
    once = hashlib.new(inner, text.encode()).hexdigest()
    (hit,) = found(query(hashlib.new(outer, once.encode()).hexdigest()))
    assert (hit.type, hit.chain) == (kind, (outer, inner))


@pytest.mark.parametrize("separator", ["|", ";", ",", "\t"])
def test_a_name_in_a_list_beside_an_address(separator: str) -> None:
    row = separator.join(("17", EMAIL, "Ní Bhriain", "Siobhán", "Dún Laoghaire"))
    for message in (query(row), told(json.dumps({"x": row})), told(Cookie=f"u={quote(row, safe='')}")):
        assert {hit.type for hit in found(message)} >= {"email", "last_name", "first_name", "city"}
    alone = separator.join(("17", "Ní Bhriain", "Siobhán", "Dún Laoghaire"))
    assert found(query(alone)) == ()


@pytest.mark.parametrize(("name", "value", "kind"), [
    ("country", "IE", "country"), ("pays", "IE", "country"), ("zip", "A96", "zip"), ("gender", "f", "gender"),
    ("first_name", "Siobhán", "first_name"),
])  # fmt: skip
def test_short_words_in_a_path_behind_their_name(name: str, value: str, kind: str) -> None:
    (hit,) = found(told(url=f"https://t.traceur.test/track/{name}/{quote(value)}/x.gif"))
    assert (hit.type, hit.location, hit.proof) == (kind, "path", "identity")
    assert found(told(url=f"https://t.traceur.test/flags/{quote(value)}/x.gif")) == ()


@pytest.mark.parametrize("listed", [
    lambda text: f"{text},{b64(b'{}..')}", lambda text: f"v1|{text}|3", lambda text: f"1~{text}~eu",
    lambda text: json.dumps([text, "x"]), lambda text: f"n:1|u:{text}|z:3",
])  # fmt: skip
def test_base64_in_a_list_keeps_its_padding(listed: Callable[[str], str]) -> None:
    for name in ("mail", "m", "me"):
        content = json.dumps({name: EMAIL}).encode()
        (hit,) = found(told(Cookie=f"s={quote(listed(b64(content)), safe='')}"))
        assert (hit.type, hit.location, hit.proof) == ("email", "cookie", "identity")


def test_a_pair_with_an_empty_value_is_no_list() -> None:
    (hit,) = found(query("Campaign=;prenom=Siobhán;x=1"))
    assert (hit.type, hit.field) == ("first_name", "d.prenom")


@pytest.mark.parametrize("secret", [
    hashlib.md5(EMAIL.encode()).hexdigest(), b64(hashlib.sha256(EMAIL.encode()).digest()),
    b64url(EMAIL.encode()),
])  # fmt: skip
def test_credentials_are_an_account_and_a_password(secret: str) -> None:
    basic = "Basic " + base64.b64encode(f"{secret}:x".encode()).decode()
    (hit,) = found(told(Authorization=basic))
    assert (hit.type, hit.location, hit.field) == ("email", "header", "Authorization")


SMALL = hashlib.sha1(EMAIL.encode()).digest(), "0850123456"


@pytest.mark.parametrize("body", [
    b"\x82\xa1e\x01\xa1h\xc4\x14" + SMALL[0],
    b"\x08\x03" + field(2, SMALL[0]) + field(3, "web1"),
    message_pack({"u": {"contact_tel": SMALL[1]}}),
    field(1, field(1, "a.b") + field(2, "tel")) + field(2, SMALL[1]),
])  # fmt: skip
def test_a_message_as_long_as_a_digest(body: bytes) -> None:
    kinds = {hit.type for hit in found(told(body)) if hit.proof == "identity"}
    assert kinds & {"email", "phone"}


def test_a_digest_that_reads_like_a_message_is_a_digest() -> None:
    digest = b"\x10\x81\x02\x10\x01" * 2 + b"\x10\x81\x02\x10\x81\x01"
    body = gzip.compress(field(2, field(4, digest)) + field(5, b"boutique-web"))
    assert digest in [node.value for node in extract(told(body)).nodes]


def test_utf16_of_other_alphabets() -> None:
    detector = Detector(identity.parse({"email": ["оксана.мельник@пошта.test"], "street": ["вул. Довга 7"]}))
    (hit,) = found(query(b64("оксана.мельник@пошта.test".encode("utf-16-le"))), detector)
    assert (hit.type, hit.chain) == ("email", ("percent", "base64", "utf16le"))


def test_a_line_named_data_is_no_data_url() -> None:
    (hit,) = found(told(f"data: {b64url(EMAIL.encode())}\nlang: fr\n", Content_Type="text/plain"))
    assert hit.type == "email"


@pytest.mark.parametrize(("region", "typed", "spelt"), [
    ("FR", "0692 01 23 45", "+262692012345"), ("FR", "0696 12 34 56", "596696123456"),
    ("IT", "06 6982 1234", "669821234"), ("HU", "06 30 123 4567", "6301234567"),
    ("RE", "0692 01 23 45", "262692012345"),
])  # fmt: skip
def test_numbers_of_places_with_rules_of_their_own(region: str, typed: str, spelt: str) -> None:
    assert spelt in phone.spellings(typed, region)


@pytest.mark.parametrize(("country", "word"), [
    ("RE", "La Réunion"), ("Guadeloupe", "gp"), ("KZ", "kazakhstan"), ("Burkina Faso", "BFA"),
    ("Tanzanie", "TZ"),
])  # fmt: skip
def test_countries_of_the_world(country: str, word: str) -> None:
    detector = Detector(identity.parse({"country": [country]}))
    assert [hit.type for hit in found(query(word, "country"), detector)] == ["country"]


def test_the_number_follows_the_country_overseas() -> None:
    detector = Detector(identity.parse({"country": ["RE"], "phone": ["0692 01 23 45"]}))
    assert [hit.type for hit in found(query("+262692012345"), detector)] == ["phone"]


def test_salts_of_the_site_upon_an_address_as_it_was_typed() -> None:
    for text in (PERSON["email"][0], EMAIL, EMAIL.upper()):
        (hit,) = found(query(hashlib.sha256(f"{text}boutique.test".encode()).hexdigest(), "he"))
        assert (hit.type, hit.chain) == ("email", ("sha256", "salt:boutique.test"))


def test_a_basket_in_a_list_of_goods_is_no_event() -> None:
    goods = [{"name": "Panier tressé", "ean": "3867135300286", "price": 46.3}]
    assert found(told(json.dumps({"hits": goods}))) == ()
    (hit,) = found(told(json.dumps({"events": [{"name": "Product Viewed", "sku": "L-829"}]})))
    assert (hit.type, hit.proof) == ("product", "shape")


def test_the_city_of_a_shop_is_nobody_s() -> None:
    shop = {"@type": "LocalBusiness", "name": "Cork Lamps", "address": {"addressLocality": "Dún Laoghaire"}}
    assert found(told(json.dumps(shop))) == ()
    shops = [
        {"id": number, "city": city} for number, city in enumerate(("Cork", "Ennis", "Naas", "Dún Laoghaire"))
    ]
    assert found(told(json.dumps({"shops": shops}))) == ()
    goods = [{"ean": "3867135300286", "city": "Dún Laoghaire"}, {"ean": "3553986122503", "city": "Cork"}]
    assert found(told(json.dumps({"hits": goods}))) == ()
    assert found(told(json.dumps({"shops": shops[2:]}))) == ()
    (hit,) = found(told(json.dumps({"addresses": shops[2:]})))
    assert hit.type == "city"
    people = told(json.dumps({"people": [{**shops[3], "mail": EMAIL}, *shops]}))
    assert {hit.type for hit in found(people)} == {"email", "city"}


def test_one_letter_names_nobody_by_itself() -> None:
    assert found(told(json.dumps({"n": "Siobhán", "p": 0.98}))) == ()
    told_of = {hit.type for hit in found(told(json.dumps({"f": "Siobhán", "ville": "Dún Laoghaire"})))}
    assert told_of == {"first_name", "city"}


def test_an_address_on_two_lines_does_not_hide_the_name_in_its_second() -> None:
    person = {"street": ["12\nrue Anne Dupont"], "name": ["Anne Dupont"]}
    (hit,) = found(query('["12","rue Anne Dupont"]'), Detector(identity.parse(person)))
    assert (hit.type, hit.value) == ("name", "Anne Dupont")


def test_an_account_number_of_a_country_without_letters_has_none() -> None:
    letters = next(
        f"BE{n:02d}A0B1C2D3E4F5" for n in range(2, 99) if _remainder(f"BE{n:02d}A0B1C2D3E4F5") == 1
    )
    assert found(query(letters)) == ()


def _remainder(account: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"https://b.test/rest/v1/c?email=eq.{quote(EMAIL)}", True),
        (f"https://b.test/rest/v1/c?or=(tel.eq.1,email.ilike.{quote(EMAIL)})", True),
        (f"https://b.test/rest/v1/c?email=a.{quote(EMAIL)}", False),
        (f"https://b.test/rest/v1/c?email=seq.{quote(EMAIL)}", False),
    ],
)
def test_comparisons_of_a_database_in_the_address(url: str, told: bool) -> None:
    found_ = [hit.type for hit in found(Message("c", 1, "http", 0.0, "GET", url, (), b"", False, 1))]
    assert ("email" in found_) == told
