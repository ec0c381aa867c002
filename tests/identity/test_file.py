"""The identity file: both shapes, both formats, private, and errors a person can act on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard import identity
from mouchard.errors import BadInput
from mouchard.identity import Identity, Person
from mouchard.identity.file import canonical
from mouchard.identity.person import DECLARABLE
from mouchard.identity.plausible import doubt


def test_both_shapes_are_read() -> None:
    flat = identity.parse({"email": ["a@poste.test"], "tel": "06 39 98 12 34"})
    assert flat.persons == (Person("me", (("email", ("a@poste.test",)), ("phone", ("06 39 98 12 34",)))),)
    tables = identity.parse(
        {"person": {"rose": {"email": "r@poste.test"}, "test": {"basis": "invented", "zip": 42000}}}
    )
    assert [(one.name, one.basis, one.values) for one in tables] == [
        ("rose", "declared", (("email", ("r@poste.test",)),)),
        ("test", "invented", (("zip", ("42000",)),)),
    ]


def test_toml_and_json_files(tmp_path: Path) -> None:
    toml, jsonl = tmp_path / "a.toml", tmp_path / "a.json"
    toml.write_text('[person.me]\nemail = ["a@poste.test"]\n')
    jsonl.write_text(json.dumps({"email": ["a@poste.test"]}))
    assert identity.load(toml) == identity.load(jsonl) == identity.parse({"email": ["a@poste.test"]})


def test_no_file_is_nobody(tmp_path: Path) -> None:
    assert identity.load(tmp_path / "none.toml") == Identity()
    assert not Identity()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not = [toml", "neither TOML nor JSON"),
        ("{broken json", "neither TOML nor JSON"),
        ('shoe_size = ["42"]', "'shoe_size' is no data type"),
        ('person = "me"', "one table a person"),
        ('[person]\nme = ["a@poste.test"]', "must be a table"),
        ("email = true", "a value of email is not an e-mail address"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "identity.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=words) as told:
        identity.load(file)
    assert told.value.hint


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "identity.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot read"):
        identity.load(file)


def test_unknown_types_are_passed_over_where_asked() -> None:
    assert identity.parse({"email": ["a@poste.test"], "shoe_size": ["42"]}, strict=False).persons[
        0
    ].values == (("email", ("a@poste.test",)),)


def test_the_file_is_private_and_comes_back_the_same(tmp_path: Path) -> None:
    file = tmp_path / "identity.toml"
    known = Identity((Person("Rose « R » \\", (("email", ("r@poste.test", 'x"y@poste.test')),)),))
    identity.save(known, file)
    assert identity.load(file) == known
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["identity.toml"]


_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=2).map(str.strip)
_TEXTS = _TEXTS.filter(lambda text: len(text) > 1)
_FREE = [kind for kind in DECLARABLE if not doubt(kind, "-0")]


@given(
    st.dictionaries(
        _TEXTS,
        st.dictionaries(st.sampled_from(_FREE), st.lists(_TEXTS, min_size=1, unique=True), min_size=1),
        max_size=3,
    )
)
def test_any_identity_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, dict[str, list[str]]]
) -> None:
    file = tmp_path_factory.mktemp("identity") / "identity.toml"
    known = identity.parse({"person": tables})
    identity.save(known, file)
    assert identity.load(file) == known


def test_words_for_types() -> None:
    assert [canonical(word) for word in ("E-mail", "Tel", "prenom", "loyalty_card", "topic", "shoe")] == [
        "email", "phone", "first_name", "loyalty_card", "", "",
    ]  # fmt: skip


def test_invented_values_belong_to_nobody() -> None:
    one, other = identity.invent("a"), identity.invent("a")
    assert one.basis == "invented" and one.of("email") != other.of("email")
    assert one.of("phone")[0].startswith("06 39 98 ") and one.of("email")[0].endswith("@example.org")
    fixed = [identity.invent("a", choose=lambda n: n - 1) for _ in range(2)]
    assert fixed[0] == fixed[1]


def test_persons_grow_and_shrink() -> None:
    one = Person("a", (("email", ("x@poste.test",)),)).plus("email", ["x@poste.test", "y@poste.test"])
    assert one.of("email") == ("x@poste.test", "y@poste.test") and one.minus("email").values == ()
    assert Person("a", (("country", ("be",)),)).region == "BE" and one.region == "FR"
    known = Identity((one,)).with_person(Person("b", (("zip", ("42000",)),)))
    assert [person.name for person in known.without("a")] == ["b"] and known.person("z") is None
