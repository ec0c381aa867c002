"""Consent on the wire, decoded, and where it contradicts the person's own choice."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from mouchard.detect import consent, gpp
from mouchard.extract import extract
from mouchard.model import Consent, Message


def tcf(purposes: set[int], interests: set[int] = frozenset(), cmp: int = 10) -> str:  # type: ignore[assignment]
    """A TCF v2 core string with these purposes, made in 2024."""
    bits = f"{2:06b}" + f"{17180000000:036b}" * 2 + f"{cmp:012b}" + "0" * 62
    for chosen in (purposes, interests):
        bits += "".join("1" if number in chosen else "0" for number in range(1, 25))
    bits += "0" * (-len(bits) % 24)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return base64.urlsafe_b64encode(data).decode()


ALL = set(range(1, 11))


@pytest.mark.parametrize(("purposes", "state"), [(ALL, "accepted"), (set(), "refused"), ({1, 7}, "partly")])
def test_the_purposes_of_a_tcf_string(purposes: set[int], state: str) -> None:
    read = consent.tcf_string(tcf(purposes, {2, 7}, cmp=28) + ".YAAAAAAAAAAA")
    assert read is not None
    assert (set(read.purposes), read.interests, read.cmp, read.state) == (purposes, (2, 7), 28, state)


@pytest.mark.parametrize(
    "text",
    ["", "C", "CPUCbs", "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", "x" * 60,
     "CookieConsentAcceptedByTheUserOnThisDevice", "CONSENT_GIVEN_FOR_ALL_PURPOSES_BY_VISITOR_2024"],
)  # fmt: skip
def test_other_texts_are_no_tcf_string(text: str) -> None:
    assert consent.tcf_string(text) is None


def test_the_published_example() -> None:
    read = consent.tcf_string(
        "CPUCbs9PUDXghADABCENCBCoAP_AAEJAAAAADGwBAAGABPADCAY0BjYAgADAAngBhAMaAAA.YAAAAAAAA4AA"
    )
    assert read is not None and read.state == "accepted"


def test_what_a_message_carries(sent: Callable[..., Message]) -> None:
    told = sent(
        f"https://t.test/c?gdpr_consent={tcf(ALL)}&us_privacy=1YNN&gcs=G100", headers=(("Cookie", "a=b"),)
    )
    said = consent.of(extract(told))
    assert said.tcf.startswith("accepted: purposes 1,2,3") and said.us == "1YNN: sale not opted out"
    assert said.gcs == "G100: ads denied, analytics denied"
    assert consent.of(extract(sent("https://t.test/c?a=1"))) == Consent()


def test_google_consent_in_detail() -> None:
    assert (
        consent.google_detail("13p3t3r3q5")
        == "ads denied, analytics granted, user data granted, personalisation denied"
    )
    assert consent.google_detail("13r3rPr2r5l1").endswith("user data granted, personalisation granted")


@pytest.mark.parametrize("text", ["11l1l1l1l1", "tnr", "42", "hello-world", "greatest common divisor", ""])
def test_other_texts_are_no_google_consent(text: str) -> None:
    assert consent.google_detail(text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1YYN", "1YYN: sale opted out"), ("1---", "1---: sale not applicable"),
        ("1yny", "1yny: sale not opted out"),
        ("1234", ""), ("1abc", ""), ("2YNN", ""), ("${US_PRIVACY}", ""),
    ],
)  # fmt: skip
def test_the_older_choice_of_the_us(sent: Callable[..., Message], text: str, said: str) -> None:
    assert consent.of(extract(sent(f"https://t.test/c?usp={quote(text)}"))).us == said


@pytest.mark.parametrize(
    "key",
    [
        "euconsent-v2",
        "eupubconsent-v2",
        "consentData",
        "gdprString",
        "consent_str",
        "IABTCF_TCString",
        "gdpr_cs",
    ],
)
def test_the_names_under_which_consent_travels(sent: Callable[..., Message], key: str) -> None:
    assert consent.of(extract(sent(f"https://t.test/c?{key}={tcf(ALL)}"))).tcf.startswith("accepted")


ACCEPTED = Consent(tcf="accepted: purposes 1,2")
REFUSED = Consent(gcs="G100: ads denied, analytics denied")


@pytest.mark.parametrize(
    ("said", "phase", "words"),
    [
        (ACCEPTED, "refused", "says that consent was given"),
        (ACCEPTED, "withdrawn", "says that consent was given"),
        (REFUSED, "refused", "itself says so"),
        (ACCEPTED, "before", "before any choice"),
    ],
)
def test_contradictions(said: Consent, phase: str, words: str) -> None:
    assert words in consent.contradiction(said, phase)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "phase"),
    [(ACCEPTED, "accepted"), (REFUSED, "before"), (Consent(), "refused"), (ACCEPTED, "none")],
)
def test_agreement(said: Consent, phase: str) -> None:
    assert consent.contradiction(said, phase) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "DBACNYA~CPSG_8APSG_8ANwAAAENAwCAAAAAAAAAAAA.QAAA.IAAA~1YNN",
            "tcfeuv2: present; uspv1: 1YNN: sale not opted out",
        ),
        ("DBABDA~BPXuQIAPXuQIAAfKABENB-CgAAAAAAAAAAAAAAAAA", "tcfcav1: present"),
        ("DBABBg~BAAAAACA", "usca: sale not applicable, sharing not applicable"),
        ("DBABLA~BVQqAAAAAgA.QA", "usnat: sale not opted out, advertising not opted out"),
        ("DBABLA~BVVVVVVVVWA.QA", "usnat: sale opted out, advertising opted out"),
        ("DBABCwAA~BVaAAAAA", "usia: sale not opted out, advertising not opted out"),
        ("DBABLA~B", "usnat: present, not decoded"),
    ],
)  # fmt: skip
def test_the_sections_of_a_gpp_string(text: str, said: str) -> None:
    assert gpp.words(text) == said


@pytest.mark.parametrize(
    "text", ["", "DB", "DBABLA", "DBABLA~x~y", "DBAAAA~x", "CPUCbs", "~" * 99, "DBABzw~x", "DB\u00e9~x"]
)
def test_other_texts_are_no_gpp_string(text: str) -> None:
    assert gpp.sections(text) == {}


def test_gpp_carries_european_and_american_choices(sent: Callable[..., Message]) -> None:
    said = consent.of(extract(sent(f"https://t.test/c?gpp=DBABMA~{tcf(ALL)}&gpp_sid=2")))
    assert said.tcf.startswith("accepted") and said.us == "GPP tcfeuv2: present"
    told = sent("https://t.test/c", body={"regs": {"gpp": "DBABLA~BVVVVVVVVWA.QA"}})
    assert consent.of(extract(told)).us == "GPP usnat: sale opted out, advertising opted out"
