"""Sensitive pages by their words; everyday words are none."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from mouchard.detect import Detector, topics
from mouchard.detect.pages import searched
from mouchard.model import Hit


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("https://sante.test/dossier/diabete-type-2", "health:diabete"),
        ("Diabète : les symptômes", "health:diabète"),
        ("https://www.site.test/forum/living-with-hiv", "health:hiv"),
        ("https://asso.test/interruption/ivg", "health:ivg"),
        ("https://news.test/why-i-joined-a-trade-union", "union:trade union"),
        ("https://x.test/mosquee-de-lyon", "religion:mosquee"),
        ("https://x.test/rencontre-gay", "sexuality:rencontre gay"),
        ("https://x.test/demarches/titre-de-sejour", "origin:titre de sejour"),
        ("https://banque.test/credit-immobilier/simulation", "credit:credit immobilier"),
        ("https://sante.test/troubles-bipolaires", "health:bipolaires"),
        ("https://sante.test/depression-post-partum", "health:depression post partum"),
        ("https://asso.test/don-politique", "politics:don politique"),
        ("https://klinik.test/schwangerschaftsabbruch", "health:schwangerschaftsabbruch"),
        ("Einbürgerung beantragen", "origin:einbürgerung"),
        ("https://nl.test/lid-worden-van-een-vakbond", "union:vakbond"),
        ("https://es.test/mezquita-de-madrid", "religion:mezquita"),
        ("https://x.test/m%C3%A9nopause", "health:ménopause"),
        ("https://x.test/fausse-couche-a-8-semaines", "health:fausse couche"),
        ("https://x.test/forum/depression-temoignage", "health:depression"),
        ("https://x.test/mental-health/anxiety-disorders", "health:mental health"),
        ("https://x.test/std-testing-near-me", "health:std"),
        ("Living with AIDS", "health:aids"),
        ("https://x.test/adherer/extreme-droite", "politics:extreme droite"),
        ("https://x.test/municipales-2026/candidats", "politics:municipales"),
        ("https://x.test/christian-dating", "religion:christian dating"),
        ("https://x.test/elections-professionnelles-cse", "union:elections professionnelles"),
        ("https://banque.test/payday-loans", "credit:payday loans"),
        ("https://mutuelle.test/mutuelle/remboursement-cancer", "health:cancer"),
    ],
)
def test_sensitive_words(text: str, word: str) -> None:
    assert topics.of(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.test/rayon/lampes", "Coeur de palmier", "https://meteo.test/depression-atlantique",
        "https://meteo.test/depression-post-tropicale",
        "https://x.test/union-europeenne", "https://party.test/birthday", "https://x.test/cancellation",
        "https://x.test/horoscope/cancer", "https://x.test/film/suicide-squad", "https://x.test/rue-gay-lussac",
        "https://x.test/bapteme-de-l-air", "https://x.test/meal-prep", "https://x.test/hearing-aids",
        "https://x.test/cpp/std", "https://x.test/was-ist-das", "https://x.test/golf/handicap",
        "https://x.test/symptomes-turbo-hs", "https://x.test/transistor-bipolaire", "https://x.test/fiv-chat",
        "https://x.test/rue-des-juifs", "https://x.test/immobilier/rue-de-la-synagogue-12",
        "https://x.test/ordonnance-n-2016-131", "https://x.test/syndicat-d-initiative",
        "https://x.test/grossesse-chienne", "https://x.test/arkham-asylum", "Nous avons découvert un lieu",
        "Syndicat de copropriété", "https://x.test/sevrage-chiot", "https://x.test/antonin-careme",
        "https://x.test/sintomas-bateria-coche", "https://x.test/sintomi-frizione-auto",
        "Symptome Lichtmaschine",
        "https://x.test/medicamentos-veterinarios", "https://x.test/mezquita-de-cordoba", "Dior Addiction",
        "https://x.test/blue-mosque-istanbul-tour", "https://x.test/islam-makhachev-ufc",
        "https://x.test/livret-de-recettes", "https://x.test/daily-living-aids", "https://x.test/embarazo-perra",
        "https://x.test/schwangerschaft-hund", "https://x.test/gravidanza-cane", "https://x.test/zwangerschap-hond",
        "https://x.test/medicaments-veterinaires", "https://x.test/signe-cancer", "https://x.test/kosher-salt",
        "https://x.test/saint-michel-en-greve", "https://x.test/the-libertines-tickets",
        "https://x.test/suicide-doors", "https://x.test/prayer-plant-care", "https://x.test/ordonnance-macron",
        "Croix de bois", "https://x.test/assurance", "https://x.test/a?utm_campaign=diabete",
    ],
)  # fmt: skip
def test_everyday_words(text: str) -> None:
    assert topics.of(text) == ""


def test_a_sign_that_is_an_accent_alone_is_a_word_like_others() -> None:
    assert topics.of("/ﾞ/\uff9f/diabete") == "health:diabete"


def test_a_tracker_told_of_a_sensitive_page(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    page = quote("https://sante.test/recherche?q=depistage%20vih", safe="")
    found = hits(nobody, f"https://www.facebook.com/tr/?id=1&ev=PageView&dl={page}", site="sante.test")
    assert {(hit.type, hit.word or hit.value) for hit in found} == {
        ("page_url", "https://sante.test/recherche?q=depistage%20vih"),
        ("search", "depistage vih"),
        ("topic", "health:depistage"),
    }


def test_what_was_bought_may_be_sensitive(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    found = hits(
        nobody, "https://www.facebook.com/tr/?id=1&ev=Purchase&cd[content_name]=Test%20de%20grossesse"
    )
    assert {(hit.type, hit.word) for hit in found} == {("purchase", ""), ("topic", "health:grossesse")}


@pytest.mark.parametrize(
    ("url", "term"),
    [
        ("https://s.test/search?q=lampe+de+chevet", "lampe de chevet"),
        ("https://s.test/?s=lampe", "lampe"),
        ("https://s.test/p?query=lampe%20bleue#x", "lampe bleue"),
        ("https://s.test/p?q=42", ""),
        ("https://s.test/p?page=2", ""),
        ("https://s.test/p", ""),
        ("https://s.test/search#q=lampe", "lampe"),
        ("https://s.test/#/search?q=lampe", "lampe"),
        ("https://s.test/s?k=lampe&ref=nb", "lampe"),
        ("https://s.test/resultats?mots-cles=lampe", "lampe"),
        ("https://s.test/search?searchText=lampe", "lampe"),
        ("https://s.test/recherche/lampe%20de%20chevet/", "lampe de chevet"),
        ("https://s.test/search/results/lampe+bleue", "lampe bleue"),
        ("https://s.test/recherche/laboratoires", ""),
        ("https://s.test/search/advanced", ""),
        ("https://s.test/p/lampe?k=abc123def456", ""),
        ("https://s.test/image?s=200x200", ""),
        ("https://s.test/article?text=large", ""),
        ("https://s.test/article/?text=large", ""),
        ("https://s.test/blog/?s=lampe", "lampe"),
        ("https://s.test/search?q=%E5%8F%A3%E7%BA%A2", "\u53e3\u7ea2"),
        ("https://s.test/?text=lampe", "lampe"),
        ("https://s.test/a.js?s=abcdef", ""),
        ("https://s.test/search?q={search_term_string}", ""),
        ("https://s.test/search?q=%7Bquery%7D", ""),
        ("https://s.test/?s=undefined", ""),
        ("https://s.test/list?query=3099f27150cb407a", ""),
        ("https://s.test/list?search=0074e439-8f6f-4d8d-a587-65318d7a1b20", ""),
        ("https://s.test/list?q=iphone15promax", "iphone15promax"),
    ],
)
def test_search_terms(url: str, term: str) -> None:
    assert searched(url) == term
