"""The words on the buttons of consent banners, in French, English and German."""

from __future__ import annotations

import re

import pytest

from mouchard.browser.banner import ABOUT, CHOICES, SELECTORS, WORDS, script
from mouchard.browser.watch import phase_of

TEXTS = {
    "accept": (
        "accepter", "tout accepter", "j'accepte", "accepter et fermer", "accepter tout", "ok, j'accepte",
        "accepter les cookies", "autoriser tous les cookies", "d'accord", "accept", "accept all", "i agree",
        "accept all cookies", "allow all", "agree and close", "agree & continue", "got it", "ok",
        "alle akzeptieren", "akzeptieren", "alles akzeptieren", "cookies zulassen", "zustimmen",
        "zustimmen und weiter", "einverstanden",
    ),
    "refuse": (
        "refuser", "tout refuser", "je refuse", "tout rejeter", "continuer sans accepter", "non merci",
        "refuser tous les cookies", "uniquement les cookies nécessaires", "reject", "reject all", "decline",
        "reject all cookies", "refuse all", "deny", "disagree", "continue without accepting", "no, thanks",
        "only necessary cookies", "use necessary cookies only", "essential only", "reject optional cookies",
        "ablehnen", "alle ablehnen", "nur notwendige cookies", "nur erforderliche cookies akzeptieren",
        "nein danke", "nicht zustimmen",
    ),
    "withdraw": (
        "retirer mon consentement", "withdraw consent", "withdraw my consent", "einwilligung widerrufen",
    ),
    "": (
        "gérer mes choix", "paramétrer", "en savoir plus", "manage preferences", "cookie settings",
        "more options", "einstellungen", "ajouter au panier", "accept payment", "refuser la livraison",
        "okay computer", "",
    ),
}  # fmt: skip


def meaning(text: str) -> str:
    """As the script reads it: the last choice first."""
    for choice in reversed(CHOICES):
        if any(re.fullmatch(pattern, text) for pattern in WORDS[choice]):
            return choice
    return ""


@pytest.mark.parametrize("choice", TEXTS, ids=lambda choice: choice or "none")
def test_words_mean_what_a_person_means(choice: str) -> None:
    assert {text: meaning(text) for text in TEXTS[choice]} == dict.fromkeys(TEXTS[choice], choice)


def test_what_surrounds_a_banner_is_known() -> None:
    assert re.search(ABOUT, "Nous utilisons des traceurs")
    assert re.search(ABOUT, "We value your privacy")
    assert not re.search(ABOUT, "Votre panier est vide")


def test_the_script_holds_every_rule() -> None:
    text = script()
    assert "__RULES__" not in text
    assert all(
        selector.split(",")[0].strip("# .[]") in text for group in SELECTORS.values() for selector in group
    )


def test_to_refuse_what_was_accepted_is_to_withdraw_it() -> None:
    assert phase_of("accept", "before") == "accepted"
    assert phase_of("refuse", "before") == "refused"
    assert phase_of("refuse", "accepted") == "withdrawn"
    assert phase_of("withdraw", "accepted") == "withdrawn"
    assert phase_of("withdraw", "none") == "refused"
