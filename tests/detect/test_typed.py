"""Which values of a form, or of an account in an answer, are learned as the person's, and which are not."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from mouchard.detect.passwords import MAX_PASSWORDS
from mouchard.detect.typed import echoed, typed
from mouchard.extract import extract
from mouchard.model import Attributed, Message, Verdict
from tests.detect.test_learning import Browser

MAIL = "apolline.gaudrichet@courrier-unie.fr"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)


@pytest.fixture
def browser(sent: Callable[..., Message]) -> Browser:
    return Browser(sent)


@pytest.fixture
def read(sent: Callable[..., Message]) -> Callable[..., set[tuple[str, str]]]:
    def read_(form: dict[str, Any], site: str = "boutique.fr") -> set[tuple[str, str]]:
        told = sent("https://www.boutique.fr/inscription", urlencode(form), headers=FORM)
        return {value[:2] for value in typed(extract(told).nodes, site)}

    return read_


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "street",
    [
        "14 rue des Capucines",
        "Lindenallee 17",
        "Calle de Alcalá 112",
        "Via Garibaldi 8/B",
        "ul. Floriańska 22/4",
    ],
)
def test_a_street_has_its_number_before_or_behind(
    read: Callable[..., set[tuple[str, str]]], street: str
) -> None:
    assert ("street", street) in read({"email": MAIL, "street": street})


@pytest.mark.parametrize(
    ("form", "left"),
    [
        ({"strasse": "Lindenallee", "hausnummer": "17"}, "Lindenallee 17"),
        ({"rue": "Rue Neuve", "numero": "12 bis"}, "Rue Neuve 12 bis"),
        ({"adresse[voie]": "rue des Capucines", "adresse[numero_voie]": "14"}, "14 rue des Capucines"),
    ],
)
def test_a_house_number_in_a_field_of_its_own(browser: Browser, form: dict[str, str], left: str) -> None:
    browser.submit(urlencode({"email": MAIL, **form}))
    assert [hit.type for hit in browser.track(quote(left))] == ["street"]


@pytest.mark.parametrize("form", [{"strasse": "Lindenallee", "hausnummer": "Seitenflügel"}, {"numero": "12"}])
def test_a_street_without_a_number_is_none(
    read: Callable[..., set[tuple[str, str]]], form: dict[str, str]
) -> None:
    assert read({"email": MAIL, **form}) == {("email", MAIL)}


@pytest.mark.parametrize("street", ["Apartment 12", "Flat 3", "Wohnung 114", "Lindenallee", "12"])
def test_what_is_behind_the_door_is_no_street(read: Callable[..., set[tuple[str, str]]], street: str) -> None:
    assert read({"email": MAIL, "street": street}) == {("email", MAIL)}


@pytest.mark.parametrize(
    "names",
    [
        ("naissance_jour", "naissance_mois", "naissance_annee"),
        ("user[birth_date(3i)]", "user[birth_date(2i)]", "user[birth_date(1i)]"),
        ("user[birthday][day]", "user[birthday][month]", "user[birthday][year]"),
        ("geburtstag_tag", "geburtstag_monat", "geburtstag_jahr"),
        ("geboortedatum_dag", "geboortedatum_maand", "geboortedatum_jaar"),
    ],
)
def test_a_date_of_birth_in_three_fields_is_one(
    read: Callable[..., set[tuple[str, str]]], names: tuple[str, str, str]
) -> None:
    day, month, year = names
    assert ("dob", "1987-05-14") in read({"email": MAIL, day: "14", month: "5", year: "1987"})
    assert ("dob", "1987-05-14") not in read({"email": MAIL, day: "14", year: "1987"})
    assert not any(
        kind == "dob" and "-" in value
        for kind, value in read({"email": MAIL, day: "31", month: "2", year: "1987"})
    )


@pytest.mark.parametrize(
    ("site", "form", "number"),
    [
        ("shop.com", {"telefon": "0171 2345678", "land": "DE"}, "+491712345678"),
        ("shop.com", {"phone": "(415) 555-2671", "country": "US"}, "+14155552671"),
        ("shop.com", {"phone": "347 1234567", "countryCode": "IT"}, "+393471234567"),
        ("boutique.fr", {"gsm": "0470 12 34 56", "pays": "Belgique"}, "+32470123456"),
        ("boutique.fr", {"telephone": "06 39 98 12 34", "pays": "Belgique"}, "+33639981234"),
        ("boutique.fr", {"login": "06 39 98 12 34", "password": "Grenadine#77"}, "+33639981234"),
    ],
)
def test_a_national_number_is_read_by_the_country_that_the_form_names(
    browser: Browser, site: str, form: dict[str, str], number: str
) -> None:
    browser.submit(urlencode({"email": MAIL, **form}), site=site)
    assert [hit.type for hit in browser.track(sha256(number))] == ["phone"]


@pytest.mark.parametrize("names", ["password1 password2", "pass[pass1] pass[pass2]", "new_password1 x"])
def test_a_password_asked_for_twice_under_numbered_names(browser: Browser, names: str) -> None:
    browser.submit(urlencode(dict.fromkeys(names.split(), "Grenadine#77")))
    assert [hit.type for hit in browser.track("Grenadine%2377")] == ["password"]


@pytest.mark.parametrize(
    "password", ["123456", "20240601", "1234567890", "2024-06-01", "bonjour", "Paris42", "Grenadine#77"]
)
def test_a_password_that_other_values_are_written_like_needs_its_name(
    browser: Browser, password: str
) -> None:
    browser.submit(urlencode({"email": MAIL, "password": password}))
    common = password.replace("-", "").isdigit() or password.isalpha()
    assert [hit.type for hit in browser.track(quote(password))] == ([] if common else ["password"])
    for query in (f"pwd={quote(password)}", f"k={sha256(password)}"):
        hits, _ = browser.see("third", f"https://t.traceur.test/c?{query}")
        assert [hit.type for hit in hits] == ["password"]


def test_fields_about_a_value_are_not_the_value(read: Callable[..., set[tuple[str, str]]]) -> None:
    about = {
        "password_strength": "strong", "passwordVisible": "hidden", "password_token": "rst-9a8b7c6d5e",
        "user_login_nonce": "n0nc3abcd9", "login_type": "password", "password_policy": "default",
        "form_name": "Formulaire de contact",
    }  # fmt: skip
    assert read({"email": MAIL, **about}) == {("email", MAIL)}


@pytest.mark.parametrize(("name", "value"), [("line1", "Robe Capucine 38"), ("via", "newsletter 2024")])
def test_a_line_is_a_street_beside_a_town(
    read: Callable[..., set[tuple[str, str]]], name: str, value: str
) -> None:
    assert read({"email": MAIL, name: value}) == {("email", MAIL)}
    assert ("street", "Via Garibaldi 8") in read({"email": MAIL, name: "Via Garibaldi 8", "cap": "20121"})


def test_a_shop_in_a_form_is_not_the_person(read: Callable[..., set[tuple[str, str]]]) -> None:
    shop = {
        "store_city": "Villeurbanne", "store_zip": "69100", "store_phone": "04 72 00 00 05",
        "store_email": "villeurbanne@boutique.fr", "magasin[adresse]": "8 place Bellecour",
        "pickup_point[address][street]": "5 cours Gambetta", "customer[store][city]": "Caluire",
    }  # fmt: skip
    assert read({"email": MAIL, **shop}) == {("email", MAIL)}


@pytest.mark.parametrize(
    "name",
    ["shop_customer[email]", "store.customer.email", "shop_register[email]", "bill_to_email", "shipTo.email"],
)
def test_a_person_at_a_shop_is_one(read: Callable[..., set[tuple[str, str]]], name: str) -> None:
    assert read({name: MAIL}) == {("email", MAIL)}


SHOP = {"email": "lyon.bellecour@poste-unie.fr", "phone": "+33472000000", "street": "8 place Bellecour"}
ACCOUNT = {"email": MAIL, "firstName": "Apolline", "lastName": "Gaudrichet"}


@pytest.mark.parametrize(
    ("said", "learned"),
    [
        ({"user": ACCOUNT}, {"email", "first_name", "last_name"}),
        ({"user": {"name": "Apolline Gaudrichet", "email": MAIL}}, {"email", "name"}),
        ({"user": ACCOUNT, "store": SHOP}, {"email", "first_name", "last_name"}),
        ({"page": {"name": "Apolline Gaudrichet", "email": MAIL}}, {"email"}),
        ({"user": ACCOUNT, "notes": [{"user": {"city": "Metz"}}]}, {"email", "first_name", "last_name"}),
        ({"user": {"email": MAIL, "addresses": [{"city": "Metz"}]}}, {"email", "city"}),
        ({"data": [ACCOUNT]}, {"email", "first_name", "last_name"}),
        ({"user": {"email": MAIL}, "users": [{"firstName": "Paul", "lastName": "Neveu"}]}, {"email"}),
        ({"email": MAIL, "following": [{"firstName": "Paul", "lastName": "Neveu"}]}, {"email"}),
        ({"email": MAIL, "addresses": {"edges": [{"node": {"city": "Metz"}}]}}, {"email", "city"}),
        ({"email": MAIL, "orders": [{"addresses": [{"city": "Metz"}]}]}, {"email"}),
        ({"people": [ACCOUNT, {"firstName": "Paul", "lastName": "Neveu"}]}, set()),
        ({"createdBy": ACCOUNT}, set()),
        ({"website": {"contactEmail": MAIL, "contactPhone": "+33472000000"}}, set()),
        ({"company": SHOP}, set()),
        ({"billing_details": {"name": "Apolline Gaudrichet", "email": MAIL}}, {"email", "name"}),
        ({"store": SHOP}, set()),
        ({"ad": {"price": 120, "seller": ACCOUNT}}, set()),
        ({"author": ACCOUNT}, set()),
        ({"@type": "Restaurant", **SHOP}, set()),
        ({"contactEmail": "contact@boutique.fr", "phone": "0472000000"}, set()),
    ],
)
def test_an_answer_tells_of_an_account_and_not_of_a_shop(
    sent: Callable[..., Message], said: dict[str, Any], learned: set[str]
) -> None:
    nodes = extract(sent("https://www.boutique.fr/x", json.dumps(said), headers=JSON)).nodes
    assert {value.type for value in echoed(nodes, "boutique.fr")} == learned


def test_the_profile_that_is_looked_at_is_not_the_account(sent: Callable[..., Message]) -> None:
    other = {"firstName": "Paul", "lastName": "Neveu", "username": "paul_n", "birthDate": "1990-01-02"}
    said = {"viewer": ACCOUNT, "profile": other, "address": {"city": "Metz"}}
    nodes = extract(sent("https://www.boutique.fr/x", json.dumps(said), headers=JSON)).nodes
    assert {value[:2] for value in echoed(nodes, "boutique.fr")} == {
        ("email", MAIL), ("first_name", "Apolline"), ("last_name", "Gaudrichet"), ("city", "Metz"),
    }  # fmt: skip


@pytest.mark.parametrize("before", [b"", b"\n ", b"\xef\xbb\xbf", b")]}',\n", b"for (;;);", b"while(1);"])
def test_what_stands_before_the_json_of_an_answer_hides_nothing(browser: Browser, before: bytes) -> None:
    body = before + json.dumps({"user": ACCOUNT}).encode()
    told = browser.sent("https://www.boutique.test/me", seq=90)
    from_site = browser.see("first", "https://www.boutique.test/me")
    assert from_site == ((), ())
    verdict, attributed = _first()
    browser.observer.answer(told, verdict, attributed, JSON, body)
    assert [hit.type for hit in browser.track(sha256(MAIL))] == ["email"]


@pytest.mark.parametrize(
    "sent_before",
    [
        {"l": "apolline.gaudrichet", "d": "courrier-unie.fr"},
        {"uid": sha256(MAIL + "boutique.test")},
        {"salt": "n4ClX9", "hash": sha256("n4ClX9" + MAIL)},
        {"email_crc32": f"{zlib.crc32(MAIL.encode()):08x}"},
        {"p": "+33 6 39 981 234"},
        {"birth_day": "14", "birth_month": "5", "birth_year": "1987"},
    ],
)
def test_what_left_before_is_found_however_it_left(browser: Browser, sent_before: dict[str, str]) -> None:
    browser.see("third", "https://t.traceur.test/c", json.dumps(sent_before), headers=JSON)
    form = {"email": MAIL, "telephone": "06 39 98 12 34", "date_naissance": "1987-05-14"}
    (again,) = browser.submit(urlencode(form))
    assert {hit.basis for hit in again.hits if hit.proof == "identity"} == {"learned"}


def test_a_form_in_the_clear_exposes_what_it_was_learned_from(browser: Browser) -> None:
    hits, _ = browser.see(
        "first", "http://www.boutique.test/login",
        urlencode({"email": MAIL, "password": "Grenadine#77"}), headers=FORM,
    )  # fmt: skip
    assert {hit.type for hit in hits} == {"email", "password"}


def _first() -> tuple[Verdict, Attributed]:
    return Verdict("other", "first", None, (), False), Attributed(90, "boutique.test", "high", "", "a")


@pytest.mark.parametrize(
    ("whose", "typed_too"),
    [
        *((name, True) for name in ("agent", "hiring_manager", "doctor", "student", "artist", "editor")),
        *((name, False) for name in ("hotel", "gift.recipient", "friend", "invitees", "boutique")),
        *((name, True) for name in ("medecin", "arzt", "proprietaire", "driver", "support")),
        *((name, False) for name in ("destinataire", "empfaenger", "verkäufer", "vendedor", "ontvanger")),
        *((name, False) for name in ("enfant", "ehepartner", "filleul", "notfallkontakt", "amico")),
        *((name, False) for name in ("sellerAccount", "friend_details", "to")),
    ],
)
def test_what_is_told_of_somebody_else_is_not_the_visitors(
    sent: Callable[..., Message], whose: str, typed_too: bool
) -> None:
    """In an answer; a form may well ask a student, and hardly a hotel."""
    told: dict[str, Any] = {"email": MAIL, "firstName": "Apolline", "lastName": "Gaudrichet"}
    for name in reversed(whose.split(".")):
        told = {name: told}
    nodes = extract(sent("https://www.boutique.fr/api", json.dumps(told), headers=JSON)).nodes
    assert {value.type for value in typed(nodes, "boutique.fr")} == (
        {"email", "first_name", "last_name"} if typed_too else set()
    )
    assert not list(echoed(nodes, "boutique.fr"))
    mine = extract(sent("https://www.boutique.fr/api", json.dumps({"user": told}), headers=JSON)).nodes
    assert not list(echoed(mine, "boutique.fr"))


@pytest.mark.parametrize("name", ["agents", "doctors", "comments", "reviews", "results", "posts"])
def test_a_list_of_others_is_nobodys_account_even_with_one_entry(
    sent: Callable[..., Message], name: str
) -> None:
    person = {"email": MAIL, "firstName": "Apolline"}
    told = {name: [person if name in ("agents", "doctors") else {"user": person}]}
    nodes = extract(sent("https://www.boutique.fr/api", json.dumps(told), headers=JSON)).nodes
    assert not list(echoed(nodes, "boutique.fr"))


@pytest.mark.parametrize("texts", ["i18n", "labels", "placeholders", "errors", "messages", "translations"])
def test_the_texts_of_a_form_are_not_what_was_typed(sent: Callable[..., Message], texts: str) -> None:
    told = {texts: {"email": MAIL, "password": "Mot de passe", "firstName": "Votre prénom"}}
    nodes = extract(sent("https://www.boutique.fr/api", json.dumps(told), headers=JSON)).nodes
    assert not list(typed(nodes, "boutique.fr"))
    assert not list(echoed(nodes, "boutique.fr"))


def test_a_label_beside_a_field_is_no_value(read: Callable[..., set[tuple[str, str]]]) -> None:
    assert not read({"firstname_label": "Prenom", "lastname_label": "Nom", "password_error": "Trop court"})


def test_the_name_of_a_value_may_lie_around_it(read: Callable[..., set[tuple[str, str]]]) -> None:
    drupal = {
        "mail[0][value]": MAIL,
        "field_first_name[0][value]": "Apolline",
        "field_color[0][value]": "Vert",
    }
    assert read(drupal) == {("email", MAIL), ("first_name", "Apolline")}


def test_who_types_a_password_is_the_visitor(read: Callable[..., set[tuple[str, str]]]) -> None:
    assert read({"seller[email]": MAIL, "seller[password]": "Grenadine#77"}) == {
        ("email", MAIL),
        ("password", "Grenadine#77"),
    }


def test_an_address_that_also_reads_as_base85_is_one_address(sent: Callable[..., Message]) -> None:
    told = {"user": {"email": "remi.cho@courrier-unie.fr"}}
    nodes = extract(sent("https://www.boutique.fr/api", json.dumps(told), headers=JSON)).nodes
    assert [value.value for value in echoed(nodes, "boutique.fr")] == ["remi.cho@courrier-unie.fr"]


@pytest.mark.parametrize(
    "form",
    [
        {"beneficiaire[nom]": "Neveu", "beneficiaire[iban]": "FR7630006000011234567890189"},
        {"nom_beneficiaire": "Paul Neveu", "iban": "FR7630006000011234567890189", "montant": "250"},
        {"creditor[name]": "Neveu", "creditorAccount[iban]": "DE89370400440532013000"},
        {"to_email": "paul.neveu@poste-unie.fr", "cc[0]": "lou.neveu@poste-unie.fr"},
        {"emails[0]": "paul.neveu@poste-unie.fr", "emails[1]": "lou.neveu@poste-unie.fr", "role": "editor"},
        {"filiale[strasse]": "Lindenallee", "filiale[hausnummer]": "17"},
        {"enfant_jour_naissance": "14", "enfant_mois_naissance": "5", "enfant_annee_naissance": "2015"},
        {"adobe_day": "14", "adobe_month": "5", "adobe_year": "2015"},
        {"passengers[0][first_name]": "Paul", "passengers[1][first_name]": "Lou"},
        {"password": "********"},
        {"password": "••••••••"},
        {"password": "undefined"},
        {"login": "Connexion"},
        {"q": "paul.neveu@poste-unie.fr"},
        {"medecin_nom": "Neveu", "medecin_prenom": "Paul", "arzt[ort]": "Metz", "medico_nome": "Paolo"},
    ],
)
def test_what_a_form_says_of_others_or_of_itself_is_not_the_visitors(
    read: Callable[..., set[tuple[str, str]]], form: dict[str, str]
) -> None:
    assert read(form) == set()
    assert read({"email": MAIL, **form}) == {("email", MAIL)}


def test_a_plus_that_stands_for_a_space_was_not_typed(read: Callable[..., set[tuple[str, str]]]) -> None:
    form = {"email": MAIL, "street": "14 rue des Capucines", "password": "trois petits chats"}
    assert read(form) == set(form.items())
    assert read({"email": "apolline+lettres@courrier-unie.fr"}) == {
        ("email", "apolline+lettres@courrier-unie.fr")
    }


def test_lines_of_a_street_are_no_two_people(read: Callable[..., set[tuple[str, str]]]) -> None:
    form = {
        "email": MAIL,
        "street[0]": "14 rue des Capucines",
        "street[1]": "Bâtiment B",
        "email[confirm]": MAIL,
    }
    assert read(form) == {("email", MAIL), ("street", "14 rue des Capucines")}


def test_a_page_that_sends_ever_new_passwords_does_not_fill_the_memory(browser: Browser) -> None:
    for number in range(MAX_PASSWORDS + 20):
        browser.submit(urlencode({"password": f"Grenadine#{number}"}))
    assert [hit.type for hit in browser.track("Grenadine%230")] == ["password"]
    assert [hit.type for hit in browser.track(f"Grenadine%23{MAX_PASSWORDS}")] == []


@pytest.mark.parametrize("name", ["data_nascita", "nascita", "fecha_de_nacimiento", "geboorte"])
def test_a_date_of_birth_by_its_names(read: Callable[..., set[tuple[str, str]]], name: str) -> None:
    assert ("dob", "14/05/1987") in read({"email": MAIL, name: "14/05/1987"})
