"""What is remembered of earlier messages saves time, and changes nothing."""

from __future__ import annotations

import hashlib

from hypothesis import example, given
from hypothesis import strategies as st

from mouchard import identity
from mouchard.detect.index import Index
from mouchard.detect.match import find
from mouchard.identity import Person
from mouchard.model import Node
from tests.detect.conftest import PERSON

VALUES = [value for values in PERSON.values() for value in values]
MAIL = VALUES[0].lower()
OLD = Index(identity.parse(PERSON))
FRESH = Index(identity.parse(PERSON))

texts = st.sampled_from(
    [
        *VALUES, *(value.lower() for value in VALUES), *(value.upper() for value in VALUES),
        f"Bonjour Anaïs, à {MAIL} !", f"{MAIL};Lefèvre;Anaïs", "anna.kowalska", "anna.kowalska+shop",
        "gmail.com", "06-39-98-12-34", "45.4397", "4.3872", "1987", "05", "14", "42000", "", "a", "fr",
        "Mozilla/5.0 (X11; Linux)", "https://boutique.test/panier", "12 rue des", "Lilas", "salt-7",
        hashlib.md5(MAIL.encode()).hexdigest()[:8] + "-0000-0000-0000-000000000000",
        "-".join(hashlib.md5(MAIL.encode()).hexdigest()[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20),
                 (20, 32))),
    ]
)  # fmt: skip
octets = st.sampled_from(
    [
        hashlib.sha256(MAIL.encode()).digest(),
        b"\x08\x12" + hashlib.md5(MAIL.encode()).digest() + b"\x00\xff",
        hashlib.sha256(MAIL.encode() + b"salt-7").digest(),
        bytes(32),
    ]
)
keys = st.sampled_from(
    "em email prenom first_name city q lat lon salt uid h year month day user domain x".split()
)
nodes = st.builds(
    lambda key, field, value: Node("body", f"{field}{key}", key, (), value),
    keys, st.sampled_from(["", "a.", "b[].c."]), texts | octets,
)  # fmt: skip


def message(**values: str) -> list[Node]:
    return [Node("body", key, key, (), value) for key, value in values.items()]


@given(st.lists(st.lists(nodes, max_size=8), max_size=6))
@example([message(q="anna.kowalska+shop"), message(q="anna.kowalska+shop", domain="gmail.com")])
@example([message(lat="45.4397"), message(lat="45.4397", lon="4.3872")])
@example([message(q="Anaïs"), message(first_name="Anaïs")])
def test_what_was_searched_before_changes_nothing(messages: list[list[Node]]) -> None:
    for told in messages:
        FRESH.silent.clear()
        assert find([OLD], told, site="boutique.test") == find([FRESH], told, site="boutique.test")
    assert not any(MAIL in text.lower() for text in OLD.silent)


def test_a_text_is_remembered_until_something_new_is_looked_for() -> None:
    index = Index()
    person = Person("", (), "learned")
    index.add("email", "a.martin@poste.test", person)
    node = Node("query", "n", "n", (), "Bernard")
    assert find([index], [node]) == []
    assert index.silent == {"Bernard"}
    index.add("last_name", "Bernard", person)
    hits = find([index], [node._replace(key="nom", field="nom")])
    assert [hit.type for hit in hits] == ["last_name"]


def test_an_address_over_two_lines_may_lie_in_two_fields() -> None:
    street = "12 rue des Lilas\nBâtiment B"
    both = [Node("body", "a1", "address1", (), "12 rue des Lilas"), Node("body", "a2", "x", (), "Bâtiment B")]
    alone, before = Index(identity.parse({"street": [street]})), Index(identity.parse({"street": [street]}))
    for node in both:
        find([before], [node])
    assert find([before], both) == find([alone], both)


def test_large_texts_and_many_are_not_kept() -> None:
    index = Index(identity.parse({"email": [MAIL]}))
    find([index], [Node("body", "b", "", (), "x" * 600)])
    assert not index.silent
    for number in range(9000):
        find([index], [Node("body", "b", "", (), f"texte {number}")])
    assert 0 < len(index.silent) < 5000


@given(st.binary(max_size=70), st.sampled_from(["md5", "sha1", "sha256", "sha512"]), st.binary(max_size=70))
def test_a_digest_is_found_anywhere_in_bytes(before: bytes, name: str, after: bytes) -> None:
    digest = hashlib.new(name, MAIL.encode()).digest()
    (entry,) = OLD.inside(before + digest + after)
    assert (entry.type, entry.chain) == ("email", (name,))
    assert not list(OLD.inside(before + digest[:-1]))
