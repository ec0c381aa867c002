"""What is shown of a finding where several lie in one field."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.model import Attributed, Message, Verdict
from tests.detect.ways import told

MAIL, NAME, STREET = "anna.kowalska@poczta.test", "Anna Kowalska", "ul. Lwowska 27"
DETECTOR = Detector(identity.parse({"email": [MAIL], "name": [NAME], "street": [STREET]}))
KLEVU = "https://eucs30v2.ksearchnet.com/cs/v2/search"


def shown(message: Message) -> dict[str, str]:
    """Each type that was found, and what is shown of its value."""
    hits = DETECTOR.detect(
        message,
        extract(message),
        Verdict("other", "third", None, (), False),
        Attributed(1, "boutique.test", "high", "", "c"),
    )
    return {hit.type: hit.masked for hit in hits}


@pytest.mark.parametrize(("typed", "types"), [
    (MAIL, {"search", "email"}), (f"commande de {NAME}", {"search", "name"}), ("lampe de salon", {"search"}),
    (f"{STREET}, 33-300", {"search", "street"}),
])  # fmt: skip
def test_a_search_for_somebody_is_not_shown(typed: str, types: set[str]) -> None:
    for message in (
        told(json.dumps({"recordQueries": [{"settings": {"query": {"term": typed}}}]}), url=KLEVU),
        told(
            url=f"https://px.ads.linkedin.com/collect?url={quote(f'https://boutique.test/search?q={typed}')}"
        ),
    ):
        found = shown(message)
        assert types <= found.keys()
        assert found["search"] == (typed if types == {"search"} else f"‹{len(typed)} chars›")
        assert not any(text in str(found.values()) for text in (MAIL, NAME, STREET))


def test_an_address_typed_for_its_suggestions_is_not_shown() -> None:
    found = shown(told(url="https://api.radar.io/v1/search/autocomplete?query=3%20rue%20des%20Lilas"))
    assert found == {"search": "‹15 chars›"}
