"""Spellings: every recipe of every vendor, for several countries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.detect.index import Index
from mouchard.identity.person import Person
from mouchard.identity.recipes import names, variants
from mouchard.model import DATA_TYPES, DataType

SPELLINGS = [
    ("email", "Jane.Doe+Shop@gmail.com", "jane.doe+shop@gmail.com", "lower"),
    ("email", "Jane.Doe+Shop@gmail.com", "janedoe@gmail.com", "gmail_canonical"),
    ("email", "Jane.Doe+Shop@gmail.com", "janedoe+shop@gmail.com", "gmail_no_dots"),
    ("email", "Jane.Doe+Shop@gmail.com", "jane.doe@gmail.com", "no_tag"),
    ("email", "Jane.Doe+Shop@gmail.com", "jane.doe+shop@googlemail.com", "googlemail"),
    ("email", "Jane.Doe+Shop@gmail.com", "JANE.DOE+SHOP@GMAIL.COM", "upper"),
    ("email", "Jane.Doe+Shop@gmail.com", "Jane.Doe+Shop@gmail.com", "as_typed"),
    ("email", "al.ice$+apple@poste.test", "alice@poste.test", "alnum_notag"),
    ("email", "al.ice+apple@poste.test", "alice@poste.test", "no_dots_no_tag"),
    ("phone", "06 39 98 41 27", "+33639984127", "e164_plus"),
    ("phone", "06 39 98 41 27", "33639984127", "e164_noplus"),
    ("phone", "06 39 98 41 27", "0033639984127", "00cc"),
    ("phone", "06 39 98 41 27", "0639984127", "national"),
    ("phone", "06 39 98 41 27", "639984127", "no_zeros"),
    ("phone", "06 39 98 41 27", "330639984127", "cc_then_0"),
    ("phone", "06 39 98 41 27", "+330639984127", "cc_then_0"),
    ("phone", "06 39 98 41 27", "06.39.98.41.27", "dotted"),
    ("phone", "06 39 98 41 27", "06-39-98-41-27", "dashed"),
    ("phone", "06 39 98 41 27", "+33 6 39 98 41 27", "spaced"),
    ("phone", "06 39 98 41 27", "+33639 98 41 27".replace("33639", "336 39"), "spaced"),
    ("phone", "06 39 98 41 27", "+33 (0)6 39 98 41 27", "cc_paren0"),
    ("phone", "+1 650-555-1212", "16505551212", "e164_noplus"),
    ("phone", "+1 650-555-1212", "(650) 555-1212", "spaced"),
    ("phone", "+44 20 7946 0958", "02079460958", "national"),
    ("phone", "+49 30 901820", "+4930901820", "e164_plus"),
    ("first_name", "Élodie", "elodie", "lower_ascii"),
    ("first_name", "Élodie", "élodie", "lower"),
    ("first_name", "Élodie", "lodie", "lower_accents_deleted"),
    ("last_name", "O'Neill-Œdipe", "oneilloedipe", "lower_ascii_nopunct"),
    ("last_name", "Yıldız", "yildiz", "lower_ascii"),
    ("last_name", "Þórsson", "thorsson", "lower_ascii"),
    ("last_name", "van 't Hoff", "van'thoff", "lower_nospace"),
    ("city", "Saint-Étienne", "sainttienne", "lower_accents_deleted"),
    ("city", "Saint-Étienne", "saint etienne", "lower_ascii_spaced"),
    ("dob", "1987-05-14", "14/05/1987", "DD/MM/YYYY"),
    ("dob", "14/05/1987", "19870514", "YYYYMMDD"),
    ("dob", "1987-05-14", "05/14/1987", "MM/DD/YYYY"),
    ("country", "FR", "france", "name"),
    ("country", "Germany", "de", "iso"),
    ("gender", "female", "f", "initial"),
    ("zip", "SW1A 1AA", "sw1a1aa", "lower_nopunct"),
    ("mac", "A4:83:E7:1C:9B:52", "a483e71c9b52", "bare"),
    ("mac", "a483e71c9b52", "A4-83-E7-1C-9B-52", "dash"),
    ("nir", "287054221803734", "2 87 05 42 218 037 34", "spaced"),
    ("nir", "287054221803734", "2870542218037", "no_key"),
    ("iban", "FR1420041010050500013M02606", "FR14 2004 1010 0505 0001 3M02 606", "spaced"),
    ("loyalty_card", "9135 7200 0427 1845 501", "9135720004271845501", "compact"),
    ("loyalty_card", "9135720004271845501", "9135 7200 0427 1845 501", "spaced"),
    ("ad_id", "7F3C1B2E-9A4D-4C1E-8B77-2D5E9F0A6C31", "7f3c1b2e9a4d4c1e8b772d5e9f0a6c31", "no_dashes"),
    ("street", "12, rue des Lilas", "12 rue des lilas", "no_comma"),
    ("street", "12 rue des Lilas", "12, rue des lilas", "comma"),
    ("street", "12 bis avenue Foch", "12bis av foch", "no_comma"),
    ("street", "12 av. du Général Leclerc", "12 avenue du general leclerc", "no_comma_ascii"),
    ("street", "Villa 42, Sacré-Cœur 3", "villa 42, sacre coeur 3", "lower_ascii"),
    ("street", "Villa 42, Sacré-Cœur 3", "villa 42, sacré coeur 3", "lower"),
    ("city", "Cœur-de-Causse d'Été", "coeur-de-causse d'été", "lower_apart"),
    ("street", "7 bis rue de l'Église", "7bis, rue de l\u2019eglise", "comma_ascii"),
    ("city", "Aix en Provence", "aix-en-provence", "lower_hyphened"),
    ("first_name", "Marie Thérèse", "marie-therese", "lower_ascii_hyphened"),
    ("city", "St-Étienne", "saint-étienne", "lower_saint"),
    ("city", "Sainte-Foy", "ste-foy", "lower_saint"),
    ("zip", "01000", "1000", "number"),
    ("zip", "NW16XE", "nw1 6xe", "lower_spaced"),
    ("zip", "F-42000", "42000", "last_part"),
    ("gender", "Madame", "f", "initial"),
    ("gender", "masculin", "m", "initial"),
    ("dob", "14051987", "1987-05-14", "YYYY-MM-DD"),
    ("dob", "14/05/87", "19870514", "YYYYMMDD"),
    ("dob", "14 août 1987", "1987-08-14", "YYYY-MM-DD"),
    ("dob", "1er juillet 1987", "1987-07-01", "YYYY-MM-DD"),
    ("dob", "May 14, 1987", "1987-05-14", "YYYY-MM-DD"),
    ("dob", "14 de mayo de 1987", "1987-05-14", "YYYY-MM-DD"),
    ("dob", "1987-05-04", "4.5.1987", "D.M.YYYY"),
    ("dob", "1987-05-14", "05/14/87", "MM/DD/YY"),
    ("dob", "1987-08-14", "14 août 1987", "in words"),
    ("dob", "1987-08-14", "august 14, 1987", "in words"),
    ("nir", "2870542218037", "287054221803734", "with_key"),
    ("ad_id", "7F3C1B2E9A4D4C1E8B772D5E9F0A6C31", "7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31", "dashes"),
    ("name", "Anne-Marie Dupont", "dupont anne-marie", "lower_turned"),
    ("email", "mailto:anna@poste.test", "anna@poste.test", "lower"),
]


@pytest.mark.parametrize(("kind", "value", "text", "recipe"), SPELLINGS)
def test_a_spelling_and_its_recipe(kind: str, value: str, text: str, recipe: str) -> None:
    found = variants(kind, value)
    assert text in found and recipe in found[text].recipes


def test_full_names_in_both_orders() -> None:
    found = names.together("Élodie", "Lefèvre")
    assert {"elodie lefevre", "lefèvre élodie", "Lefèvre, Élodie", "elodielefevre", "Elodie Lefevre"} <= set(
        found
    )
    assert found["elodielefevre"].use == "hash" and found["elodie lefevre"].use == "plain"
    assert found["élodie lefevre"].recipes == ("first_last_upper_last",)
    assert "el-amrani youssef" in names.together("Youssef", "El Amrani")
    assert found["lefevre élodie"].recipes == ("last_first_upper_last",)


@pytest.mark.parametrize(
    ("kind", "value", "use"),
    [
        ("first_name", "Rose", "keyed"), ("city", "Lyon", "keyed"), ("dob", "1987-05-14", "keyed"),
        ("zip", "42000", "keyed"), ("username", "rose", "keyed"), ("username", "rose_m42", "plain"),
        ("password", "short", "keyed"), ("street", "12 rue des Lilas", "plain"),
    ],
)  # fmt: skip
def test_low_entropy_asks_for_a_key(kind: str, value: str, use: str) -> None:
    assert variants(kind, value)[value].use == use


@pytest.mark.parametrize("kind", ["phone", "dob", "mac", "gps", "iban", "email"])
@pytest.mark.parametrize(
    "value",
    ["", " ", "x", "+", "0", "@", "é" * 300, "99/99/1990", "00/00/1990", "0001-01-01", "²/³/1990", "9" * 30],
)
def test_odd_values_do_not_raise(kind: str, value: str) -> None:
    assert all(text for text in variants(kind, value))


@given(
    st.sampled_from(DATA_TYPES),
    st.text("0123456789²٣１½+-/. :@,'éßİa\ud800\0\n", min_size=1, max_size=24),
    st.sampled_from(("FR", "DE", "US", "GB", "JP", "")),
)
def test_whatever_is_typed_can_be_looked_for(kind: DataType, value: str, region: str) -> None:
    assert all(found.recipes for found in variants(kind, value, region).values())
    index = Index()
    index.add(kind, value, Person("", ((kind, (value,)),), "learned"))
    assert not index.knows("lande")
