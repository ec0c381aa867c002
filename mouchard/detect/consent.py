"""Consent on the wire: what a message says the person chose. TCF v2, Google consent mode, US privacy, GPP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from mouchard.detect import gpp
from mouchard.extract.decoders.base64 import to_bytes
from mouchard.model import Consent, Extraction, Phase

State: TypeAlias = Literal["", "accepted", "refused", "partly"]

_TCF_KEYS = frozenset(
    """gdpr_consent gdprconsent euconsent-v2 eupubconsent-v2 euconsent consent_string consentstring tcstring
    tc_string tcf_string tcfstring iab_consent iabconsent iab_string iabstring iabtcf_tcstring
    gdpr_consent_string gdprconsentstring gdpr_string gdprstring gdpr_consent_data consent_data consentdata
    consent_str consentstr gdpr_cs gdprcs cmp_cs cv consent tcf tcfv2 _gdpr_consent""".split()
)
"""`consentData` is Prebid's and Criteo's, `IABTCF_TCString` the one of apps. The value proves itself."""
_GPP_KEYS = frozenset(
    "gpp gpp_string gppstring gpp_consent gppconsent gpp_str gppstr iabgpp_hdr_gppstring".split()
)
_US_KEYS = frozenset(
    """us_privacy usprivacy usp usp_consent uspconsent usp_string uspstring ccpa us_privacy_string
    iabusprivacy_string""".split()
)
_KEYS = _TCF_KEYS | _US_KEYS | _GPP_KEYS | {"gcs", "gcd"}
_PURPOSES = 11
_TCF = re.compile(r"(?!CONSENT)C[AO-Z][\w+/-]{16}[A-Z]{2}[\w+/-]{14,}=*", re.ASCII)
"""A core string: version 2, made from 2019 to 2048 or undated, two letters of a language. Other texts under
a key like `consent` would be read as choices."""
_US = re.compile(r"1[YN-]{3}", re.IGNORECASE)
_GOOGLE_DETAIL = re.compile(r"1\d(?:[lpqmutrnv].){4}", re.DOTALL)
_SILENT = Consent()
"""What nearly all messages say of it."""
_GCD = {"p": False, "q": False, "m": False, "u": False, "t": True, "r": True, "n": True, "v": True}
"""Letters of `gcd`, with another sign behind each: granted or denied, by default or after a choice. `l` says
nothing.
Source: observed and described by Simo Ahava, simmer.io/articles; not documented by Google."""


@dataclass(frozen=True, slots=True)
class Tcf:
    """A TCF v2 string: purposes consented to, and those claimed as legitimate interest."""

    cmp: int
    """Number of the consent platform in IAB Europe's list."""
    purposes: tuple[int, ...]
    interests: tuple[int, ...]

    @property
    def state(self) -> State:
        """`accepted` for all of the first ten purposes, `refused` for none, `partly` otherwise."""
        if not self.purposes:
            return "refused"
        return "accepted" if set(range(1, 11)) <= set(self.purposes) else "partly"

    def __str__(self) -> str:
        chosen = ",".join(map(str, self.purposes)) or "none"
        claimed = ",".join(map(str, self.interests))
        text = f"{self.state}: purposes {chosen}"
        return f"{text}; legitimate interest {claimed}" if claimed else text


def of(extraction: Extraction) -> Consent:
    """The consent that travels in a message, in words; empty texts where none does."""
    if extraction.keys.isdisjoint(_KEYS):
        return _SILENT
    tcf = gcs = us = ""
    for node in extraction.nodes:
        key, value = node.key.lower(), node.value
        if key not in _KEYS or not isinstance(value, str) or len(value) > 4000:
            continue
        if key == "gcs" and not gcs:
            gcs = google(value)
        elif key == "gcd" and not gcs:
            gcs = google_detail(value)
        elif key in _US_KEYS and _US.fullmatch(value):
            us = gpp.us_privacy(value)
        elif key in _GPP_KEYS and value.startswith("DB"):
            sections = gpp.sections(value)
            if "tcfeuv2" in sections and not tcf:
                read = tcf_string(sections["tcfeuv2"])
                tcf = str(read) if read is not None else ""
            if sections and not us:
                us = f"GPP {gpp.words(value)}"
        elif key in _TCF_KEYS and not tcf:
            read = tcf_string(value)
            tcf = str(read) if read is not None else ""
    return Consent(tcf, gcs, us)


@lru_cache(maxsize=512)
def tcf_string(text: str) -> Tcf | None:
    """A TCF v2 core string, or None. Layout: IAB Tech Lab, Consent string format v2."""
    core = text.partition(".")[0]
    if not _TCF.fullmatch(core):
        return None
    data = to_bytes(core)
    if len(data) < 25:
        return None
    bits = int.from_bytes(data[:27].ljust(27, b"\0"), "big")

    def field(begin: int, size: int) -> int:
        return bits >> (216 - begin - size) & (1 << size) - 1

    purposes, interests = field(152, 24), field(176, 24)
    return Tcf(field(78, 12), _set(purposes), _set(interests))


def google(value: str) -> str:
    """`G1ab` of Google consent mode in words; empty where it is none."""
    if len(value) != 4 or not value.startswith("G1") or not set(value[2:]) <= set("01-"):
        return ""
    words = {"1": "granted", "0": "denied", "-": "not asked"}
    return f"{value}: ads {words[value[2]]}, analytics {words[value[3]]}"


def google_detail(value: str) -> str:
    """`gcd` in words: ads, analytics, user data, personalisation; empty where it says nothing."""
    if not _GOOGLE_DETAIL.match(value):
        return ""
    names = ("ads", "analytics", "user data", "personalisation")
    said = [
        f"{name} {'granted' if _GCD[letter] else 'denied'}"
        for name, letter in zip(names, value[2:9:2], strict=True)
        if letter in _GCD
    ]
    return ", ".join(said)


def state(consent: Consent) -> State:
    """What the message says was chosen, by the strictest reading of what it carries."""
    said: set[State] = set()
    if consent.tcf:
        said.add(consent.tcf.partition(":")[0])  # type: ignore[arg-type]
    if consent.gcs:
        denied, granted = "denied" in consent.gcs, "granted" in consent.gcs
        if denied or granted:  # else it was not asked
            said.add("partly" if denied and granted else "refused" if denied else "accepted")
    if not said:
        return ""
    return said.pop() if len(said) == 1 else "partly"


def contradiction(consent: Consent, phase: Phase) -> str:
    """One sentence where the message and the person's own choice disagree, or where it was sent although it
    says refused; else empty."""
    said = state(consent)
    if phase in ("refused", "withdrawn") and said == "accepted":
        return f"sent after the choice “{phase}”, while the message says that consent was given"
    if phase in ("refused", "withdrawn") and said == "refused":
        return f"sent after the choice “{phase}”, and the message itself says so"
    if phase == "before" and said == "accepted":
        return "sent before any choice, while the message says that consent was given"
    return ""


def _set(bits: int) -> tuple[int, ...]:
    return tuple(number for number in range(1, _PURPOSES + 1) if bits >> (24 - number) & 1)
