"""What a person's click on a consent banner means: words of the button, or the selector of a known banner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal, TypeAlias

Choice: TypeAlias = Literal["accept", "refuse", "withdraw"]
CHOICES: tuple[Choice, ...] = ("accept", "refuse", "withdraw")

WORDS: Mapping[Choice, tuple[str, ...]] = {
    "withdraw": (
        r"(retirer|révoquer|annuler) (mon|votre|le) consentement",
        r"(withdraw|revoke|cancel) (my |your |the )?consent",
        r"(meine |ihre )?einwilligung(en)? (widerrufen|zurückziehen)",
    ),
    "refuse": (
        r"(tout |je )?(refuser?|rejeter|décliner)( tout(es)?| tous)?( les)?( cookies| traceurs| et fermer)*",
        r"continuer sans (rien )?accepter",
        r"(n'|ne pas |je n')accepte[rz]? (pas|rien)",
        r"non,? merci|(je )?m'oppose(r)?( à tout)?",
        r"(cookies|uniquement les cookies) (strictement )?(nécessaires|essentiels)( uniquement| seulement)?",
        r"(uniquement|seulement) (les )?(cookies )?(strictement )?(nécessaires|essentiels)",
        r"(reject|refuse|decline|deny|disagree)( to)?( all)?( the)?( optional| non-essential| additional)?"
        r"( cookies)?( and close)?",
        r"continue without (accepting|consent|agreeing)",
        r"no,? thanks|i do not (accept|agree|consent)|do not (accept|consent)|don't accept",
        r"(use |accept |allow )?(only )?(strictly )?(necessary|essential|required)( cookies)?( only)?",
        r"(alle |alles )?(cookies )?ablehnen( und schließen)?",
        r"nur (technisch )?(notwendige|erforderliche|essenzielle|essentielle)n?( cookies)?"
        r"( (akzeptieren|zulassen|verwenden|erlauben))?",
        r"nicht (akzeptieren|zustimmen|einverstanden)|nein,? danke",
        r"ohne (einwilligung|zustimmung) (fortfahren|weiter)",
    ),
    "accept": (
        r"(tout |oui,? )?(j')?(accepte[rz]?|autoriser?)( tout(es)?| tous)?( les)?( cookies| traceurs)?"
        r"( et (fermer|continuer))?",
        r"(ok|oui),? (j'accepte|pour moi|tout accepter)|d'accord|j'ai compris|accepter et (continuer|fermer)",
        r"(yes,? )?(i )?(accept|agree|allow|consent)( to)?( all| everything)?( the)?( cookies)?"
        r"( (and|&) (close|continue|proceed))?",
        r"got it|ok(ay)?|yes,? i('m| am) (happy|fine)|i understand|that's (ok|fine)",
        r"(alle[ms]? |allen )?(cookies )?(akzeptieren|zustimmen|annehmen|zulassen|erlauben)"
        r"( (und|&) (schließen|weiter(lesen|surfen)?|fortfahren))?",
        r"(ich )?(stimme zu|bin einverstanden)|einverstanden|verstanden",
    ),
}  # fmt: skip
"""Whole texts of buttons, lower case, as patterns that Python and JavaScript read alike."""

SELECTORS: Mapping[Choice, tuple[str, ...]] = {
    "withdraw": ("[data-consent=withdraw]",),
    "refuse": (
        "#onetrust-reject-all-handler, .ot-pc-refuse-all-handler",
        "#didomi-notice-disagree-button, .didomi-continue-without-agreeing",
        "#CybotCookiebotDialogBodyButtonDecline, #CybotCookiebotDialogBodyLevelButtonLevelOptinDeclineAll",
        "#axeptio_btn_dismiss, [data-testid=uc-deny-all-button], #tarteaucitronAllDenied2",
        "#tarteaucitronCloseCross, #truste-consent-required, .cmpboxbtnno, .cky-btn-reject",
        ".cmplz-deny, .sp_choice_type_13, .fc-cta-do-not-consent, .qc-cmp2-summary-buttons [mode=secondary]",
        ".iubenda-cs-reject-btn, .cc-deny, [data-consent=refuse]",
    ),
    "accept": (
        "#onetrust-accept-btn-handler, #accept-recommended-btn-handler",
        "#didomi-notice-agree-button, #axeptio_btn_acceptAll, [data-testid=uc-accept-all-button]",
        "#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll, #CybotCookiebotDialogBodyButtonAccept",
        "#tarteaucitronPersonalize2, #tarteaucitronAllAllowed, #truste-consent-button, .cmpboxbtnyes",
        ".cky-btn-accept, .cmplz-accept, .sp_choice_type_11, .fc-cta-consent",
        ".qc-cmp2-summary-buttons [mode=primary], .iubenda-cs-accept-btn, .cc-allow, [data-consent=accept]",
    ),
}  # fmt: skip
"""Buttons of known consent platforms; they count whatever they say."""

ABOUT = (
    r"cookie|traceur|consent|vie privée|données personnelles|confidentialité|privacy|personal data"
    r"|datenschutz|einwilligung|personenbezogen"
)
"""What must be spoken of around a button that only its words give away."""

HOLD = 400
"""Milliseconds the page waits after such a click, so that the mark comes before what it sets off."""


def script() -> str:
    """The listener, for a world of its own inside each frame; evaluates to its functions."""
    patterns = {choice: f"^(?:{'|'.join(WORDS[choice])})$" for choice in CHOICES}
    # withdraw and refuse first: their words may hold those of accept
    order = [(choice, patterns[choice], ", ".join(SELECTORS[choice])) for choice in reversed(CHOICES)]
    source = files("mouchard.browser").joinpath("banner.js").read_text(encoding="utf-8")
    return source.replace("__RULES__", json.dumps({"choices": order, "about": ABOUT, "hold": HOLD}))
