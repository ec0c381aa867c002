"""Which values of a form, or of an account in an answer, are learned as the person's, and which are not."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
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


ACCOUNT = {"email": MAIL, "firstName": "Apolline", "lastName": "Gaudrichet"}


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


def test_an_address_that_also_reads_as_base85_is_one_address(sent: Callable[..., Message]) -> None:
    told = {"user": {"email": "remi.cho@courrier-unie.fr"}}
    nodes = extract(sent("https://www.boutique.fr/api", json.dumps(told), headers=JSON)).nodes
    assert [value.value for value in echoed(nodes, "boutique.fr")] == ["remi.cho@courrier-unie.fr"]


def test_a_plus_that_stands_for_a_space_was_not_typed(read: Callable[..., set[tuple[str, str]]]) -> None:
    form = {"email": MAIL, "street": "14 rue des Capucines", "password": "trois petits chats"}
    assert read(form) == set(form.items())
    assert read({"email": "apolline+lettres@courrier-unie.fr"}) == {
        ("email", "apolline+lettres@courrier-unie.fr")
    }


def test_a_page_that_sends_ever_new_passwords_does_not_fill_the_memory(browser: Browser) -> None:
    for number in range(MAX_PASSWORDS + 20):
        browser.submit(urlencode({"password": f"Grenadine#{number}"}))
    assert [hit.type for hit in browser.track("Grenadine%230")] == ["password"]
    assert [hit.type for hit in browser.track(f"Grenadine%23{MAX_PASSWORDS}")] == []


@pytest.mark.parametrize("name", ["data_nascita", "nascita", "fecha_de_nacimiento", "geboorte"])
def test_a_date_of_birth_by_its_names(read: Callable[..., set[tuple[str, str]]], name: str) -> None:
    assert ("dob", "14/05/1987") in read({"email": MAIL, name: "14/05/1987"})
