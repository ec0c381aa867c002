"""Whose values a form or an answer holds: the visitor's, or those of shops, payees, friends and others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mouchard.detect.typed import echoed, typed
from mouchard.extract import extract
from mouchard.model import Message
from tests.detect.test_typed import ACCOUNT, JSON, MAIL

SHOP = {"email": "lyon.bellecour@poste-unie.fr", "phone": "+33472000000", "street": "8 place Bellecour"}


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
        ([ACCOUNT], {"email", "first_name", "last_name"}),
        ({"user": {"emails": [{"email": MAIL}]}}, {"email"}),
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
    sent: Callable[..., Message], said: Any, learned: set[str]
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


@pytest.mark.parametrize(
    ("whose", "typed_too"),
    [
        *((name, True) for name in ("agent", "hiring_manager", "doctor", "student", "artist", "editor")),
        *((name, False) for name in ("hotel", "gift.recipient", "friend", "invitees", "boutique")),
        *((name, True) for name in ("medecin", "arzt", "proprietaire", "driver", "support", "from")),
        *((name, False) for name in ("destinataire", "empfaenger", "verkäufer", "vendedor", "ontvanger")),
        *((name, False) for name in ("enfant", "ehepartner", "filleul", "mère", "amico")),
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


@pytest.mark.parametrize("name", ["agents", "doctors", "comments", "bewertungen", "annonces", "posts"])
def test_a_list_of_others_is_nobodys_account_even_with_one_entry(
    sent: Callable[..., Message], name: str
) -> None:
    person = {"email": MAIL, "firstName": "Apolline"}
    told = {name: [person if name in ("agents", "doctors") else {"user": person}]}
    nodes = extract(sent("https://www.boutique.fr/api", json.dumps(told), headers=JSON)).nodes
    assert not list(echoed(nodes, "boutique.fr"))


def test_who_types_a_password_is_the_visitor(read: Callable[..., set[tuple[str, str]]]) -> None:
    assert read({"seller[email]": MAIL, "seller[password]": "Grenadine#77"}) == {
        ("email", MAIL),
        ("password", "Grenadine#77"),
    }


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


def test_lines_of_a_street_are_no_two_people(read: Callable[..., set[tuple[str, str]]]) -> None:
    form = {
        "email": MAIL,
        "street[0]": "14 rue des Capucines",
        "street[1]": "Bâtiment B",
        "email[confirm]": MAIL,
    }
    assert read(form) == {("email", MAIL), ("street", "14 rue des Capucines")}
