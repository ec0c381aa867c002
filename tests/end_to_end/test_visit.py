"""A real Chromium, a real proxy, a form typed into: who got what, and nothing of it readable on disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mouchard.store.filterlang import parse
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow
from tests.end_to_end.conftest import Visit
from tests.end_to_end.shop import EMAIL, PHONE, SITE
from tests.end_to_end.spellings import spellings

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium"), pytest.mark.timeout(180)]

LEAKS = [
    # host, recipient, type, location.field, the step that hides it ("" in clear), level
    ("www.facebook.com", "Meta", "email", "query.ud[em]", "sha256", "L3"),
    ("www.facebook.com", "Meta", "phone", "query.ud[ph]", "sha256", "L3"),
    ("lettres.poste-vive.example", "", "email", "query.adresse", "", "L3"),
    ("pages.referent-curieux.example", "", "email", "header.Referer", "", "L3"),
    ("pixels.annonce-rapide.example", "", "email", "path", "sha256", "L3"),
    ("api-js.mixpanel.com", "Mixpanel", "email", "body.data.properties.$email", "base64", "L3"),
    ("mesure.douce-nuit.example", "", "phone", "body.user.phone", "", "L3"),
    ("flux.serre-fort.example", "", "email", "body[].traits.email", "gzip", "L3"),
    ("dossier.multi-parts.example", "", "email", "body.contact", "sha1", "L3"),
    ("direct.bavard-clair.example", "", "phone", "websocket.phone", "", "L3"),
    ("galette.souvenir-long.example", "", "email", "query.valeur", "base64", "L3"),
    ("galette.souvenir-long.example", "", "email", "cookie.souvenir", "base64", "L3"),
]
IDS = [f"{leak[0]}-{leak[2]}-{leak[3]}" for leak in LEAKS]
OPAQUE = {"base64", "base64url", "hex", "gzip", "md5", "sha1", "sha256"}
"""Steps after which a person can no longer read the value."""


@pytest.fixture
def found(visit: Visit) -> Iterator[list[FindingRow]]:
    with Reader(visit.db) as reader:
        yield list(reader.findings(parse("proof:identity"), newest_first=False))


@pytest.mark.parametrize(("host", "company", "kind", "place", "hidden", "level"), LEAKS, ids=IDS)
def test_each_leak_is_found_with_its_recipient_its_place_and_its_encoding(
    found: list[FindingRow], host: str, company: str, kind: str, place: str, hidden: str, level: str
) -> None:
    of_host = [row for row in found if row.host == host]
    rows = [row for row in of_host if row.finding.type == kind and _is_at(row, place)]
    assert len(rows) == 1, [(row.finding.type, _place(row), row.finding.chain) for row in of_host]
    row = rows[0]
    assert row.site == SITE
    assert row.site_confidence in ("high", "medium")
    assert row.party == "third"
    assert row.outcome.startswith("answered")
    assert (row.company.name if row.company else "") == company
    assert OPAQUE & set(row.finding.chain) == ({hidden} if hidden else set())
    assert row.finding.level == level
    assert row.finding.person == "marguerite"
    assert row.finding.basis == "declared"


def test_nothing_else_is_said_to_have_got_a_value(found: list[FindingRow]) -> None:
    expected = {(host, kind) for host, _, kind, _, _, _ in LEAKS}
    assert {(row.host, row.finding.type) for row in found} == expected


def test_the_visit_is_recorded_without_gaps(visit: Visit) -> None:
    with Reader(visit.db) as reader:
        totals = reader.totals()
        assert (totals.gaps, totals.failures, totals.sealed) == (0, 0, 0)
        assert {row.site for row in reader.findings(parse("proof:identity"))} == {SITE}


def test_no_spelling_of_a_value_lies_in_the_data_folder(visit: Visit) -> None:
    files = [path for path in visit.home.rglob("*") if path.is_file()]
    assert visit.db in files
    for path in files:
        content = path.read_bytes()
        for name, spelt in spellings(EMAIL, PHONE):
            assert spelt not in content, f"{path.name} holds the {name}"


def test_no_spelling_of_a_value_is_printed(visit: Visit) -> None:
    printed = "".join(visit.running.told + visit.running.said).encode()
    assert b"Meta" in printed
    for name, spelt in spellings(EMAIL, PHONE):
        assert spelt not in printed, name


def test_what_is_kept_is_for_its_owner_only(visit: Visit) -> None:
    for path in visit.home.rglob("*"):
        if path.suffix not in (".cer",) and not path.name.endswith("-cert.pem"):
            assert path.stat().st_mode & 0o077 == 0, path


def test_the_spellings_are_those_that_travelled(visit: Visit) -> None:
    """The search above would be worth nothing if it looked for what was never sent."""
    sent = visit.flows.read_bytes()
    spelt = dict(spellings(EMAIL, PHONE))
    for name in SENT:
        assert spelt[name] in sent, name


SENT = (
    f"plain of {PHONE}",
    f"percent of {EMAIL}",
    f"sha256 hex of {EMAIL.lower()}",
    f"sha1 hex of {EMAIL.lower()}",
    f"base64+0 of {EMAIL.lower()}",
    "shifted",
    "shifted, percent",
    "xored",
    "shuffled",
    "base 85, percent",
)


def _is_at(row: FindingRow, place: str) -> bool:
    """Whether it was found there; inside a header the way on may be named too (`header.Referer.email`)."""
    found = _place(row)
    return found == place or (place.startswith("header.") and found.lower().startswith(place.lower()))


def _place(row: FindingRow) -> str:
    """The joined form: `query.ud[em]`, `body[].traits.email`, `path`."""
    separator = "" if row.finding.field.startswith("[") or not row.finding.field else "."
    return row.finding.location + separator + row.finding.field
