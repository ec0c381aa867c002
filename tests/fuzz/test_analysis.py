"""Messages, rules and filters of strangers: always a result of the promised shape, never a crash."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from mouchard import identity
from mouchard.classify import options as opt
from mouchard.classify.rule import Asker
from mouchard.classify.rulelist import RuleList
from mouchard.classify.ruleset import RuleSet
from mouchard.classify.target import Target
from mouchard.detect import Detector, Observer
from mouchard.errors import BadInput
from mouchard.extract import extract, field_paths
from mouchard.extract.walk import MAX_NODES
from mouchard.model import Attributed, Message, Verdict
from mouchard.store import filterlang
from mouchard.store.connection import open_to_read
from mouchard.store.filterlang import KEYS
from mouchard.store.write import Writer
from tests.fuzz.conftest import FUZZ, data, text
from tests.store.build import KEYS as KEY
from tests.store.build import RULESET, capture, entry, request

PERSON = Detector(
    identity.parse({"email": ["camille.martin@example.org"], "phone": ["06 39 98 12 34"], "zip": ["42000"]})
)

messages = st.builds(
    Message,
    capture=st.just("c"),
    seq=st.just(1),
    kind=st.sampled_from(["http", "ws"]),
    time=st.just(0.0),
    method=st.one_of(st.sampled_from(["GET", "POST"]), text),
    url=st.one_of(text.map("https://t.example/c?a=".__add__), text.map("https://".__add__), text),
    headers=st.lists(
        st.tuples(
            st.one_of(
                st.sampled_from(["Cookie", "Referer", "Content-Type", "Content-Encoding"]), text
            ),
            st.one_of(
                st.sampled_from([
                    "application/json", "gzip", "br", "zstd", "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x", "application/x-protobuf", "text/html; charset=utf-7",
                ]),
                text,
            ),
        ),
        max_size=4,
    ).map(tuple),
    body=data,
    cut=st.booleans(),
    request=st.just(1),
    number=st.integers(0, 1),
    is_text=st.booleans(),
)  # fmt: skip


LEAK = Message(
    "c", 1, "http", 0.0, "GET", "https://t.example/c?em=camille.martin%40example.org", (), b"", False, 1
)


@FUZZ
@given(messages)
@example(replace(LEAK, headers=(("Cookie", '"'),)))
def test_extract(told: Message) -> None:
    """A bounded number of nodes, each with its field; the same again when asked again."""
    extraction = extract(told)
    assert len(extraction.nodes) <= MAX_NODES
    assert all(isinstance(path, str) for path in field_paths(extraction))
    assert extract(told) == extraction


@FUZZ
@given(messages, st.sampled_from(["first", "third", "same-company", "unknown"]), st.booleans())
@example(LEAK, "third", True)
@example(replace(LEAK, body=b"!0@A.aa!"), "third", False)
def test_detect(told: Message, party: str, is_tracker: bool) -> None:
    """What is found lies in a node of the message."""
    extraction = extract(told)
    verdict = Verdict("other", party, None, (), is_tracker)  # type: ignore[arg-type]
    at = Attributed(1, "shop.example", "high", "", "client")
    fields = {node.field for node in extraction.nodes}
    hits = PERSON.detect(told, extraction, verdict, at)
    assert hits or told != LEAK
    assert all(hit.field in fields for hit in hits)


NAMES = st.sampled_from(
    """email tel phone rib iban nir secu carte_fidelite card_number dob birth_day day month year prenom nom
    name street city zip country gender sexe username user_id password mac bssid ssid lat lng latitudeE7
    longitudeE7 idfa imei ip q title url price currency items ean crc32 hash em ph external_id gdpr_consent
    gcs gcd us_privacy gpp fbclid salt uid @type timestamp tagName canvas""".split()
)
"""Names that a look-up of ours goes by."""
VALUES = st.one_of(
    st.lists(
        st.sampled_from([
            "²", "٣", "１", "Ⅷ", "\ud800", "\udfff", "İ", "ß", "\n", "\0", "-", "--", "+", "+33", "FR76",
            "DE", "2", "99", "1990", "/", ".", ":", "@", "e", "A", "é", "0x", "T", " ", "42", "0639981234",
            "48.8566", "eyJ", "CP",
        ]),
        min_size=1, max_size=16,
    ).map("".join),
    st.integers(), st.floats(), st.none(), text,
)  # fmt: skip
"""Digits and letters that are not those they look like, in the forms of numbers, dates and codes."""


@FUZZ
@given(st.lists(st.tuples(st.booleans(), st.dictionaries(NAMES, VALUES, max_size=6)), max_size=4))
@example([(True, {"email": "a@poste.test", "dob": "99/99/1990"})])
@example([(True, {"email": "a@poste.test", "birth_day": "01/01/0001", "tel": "²²²²²²²²²"})])
@example([(False, {"rib": "FR76" + "Ý" * 23, "carte_fidelite": "²" * 16, "latitudeE7": "--48856614"})])
@example([(False, {"ref": "A" * 23 + "\n"})])
def test_values(sent: list[tuple[bool, dict[str, object]]]) -> None:
    """What a form or a tracker may write under the names we look at; what was learned is looked for."""
    observer = Observer(PERSON, owner=lambda host: host)
    for seq, (own, content) in enumerate(sent, 1):
        url = "https://www.shop.example/c" if own else "https://t.example/c"
        body = json.dumps(content).encode()
        told = Message("c", seq, "http", float(seq), "POST", url, (), body, False, seq)
        verdict = Verdict("other", "first" if own else "third", None, (), not own)
        at = Attributed(seq, "shop.example", "high", "", "client")
        hits, again = observer.request(told, extract(told), verdict, at)
        assert own or all(hit.location == "body" for hit in hits)
        assert all(one.sent.message.seq < seq for one in again)


_RULE = st.one_of(
    text,
    st.tuples(
        st.sampled_from(["||t.example^", "@@||t.example^", "/a.*b/", "/(a+)+$/", "|https://", "/(/", ""]),
        st.sampled_from(["", "$"]),
        text,
    ).map("".join),
    st.sampled_from([
        "!#if env_firefox", "!#endif", "!#else", "! Title: x", "##.ad", "0.0.0.0 t.example",
        "/ads?$removeparam=/^utm/", "||t.example^$domain=a.example|~b.example,badfilter",
        "||t.example^$method=post",
    ]),
)  # fmt: skip


@FUZZ
@given(
    st.sampled_from(["[Adblock Plus 2.0]", "", "# hosts", "{", "! Title: x"]),
    st.lists(_RULE, max_size=8),
    st.one_of(text.map("https://t.example/".__add__), text),
)
@example("[Adblock Plus 2.0]", ["/a.*b/"], "https://t.example/\ud800")
@example("[Adblock Plus 2.0]", ["/(a+)+$/"], "https://t.example/" + "a" * 5000 + "b")
def test_rules(head: str, lines: list[str], url: str) -> None:
    """A list is read or refused; what matches is a rule that stands in it."""
    written = "\n".join([head, *lines]).encode("utf-8", "surrogatepass")
    try:
        rules = RuleList(written, Path("list.txt"), "List")
        ruleset = RuleSet([rules])
    except BadInput as error:
        assert error.message
        return
    asker = Asker(opt.BIT["script"], "shop.example", True, "GET")
    found, _ = ruleset.matches(Target(url), asker, Target("https://shop.example/"))
    known = list(rules.lines())
    assert all(match.rule in known[match.line - 1] for match in found)


@cache
def database() -> sqlite3.Connection:
    """One message, read from memory: a fuzzer that runs for long leaves no file behind."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "capture.db"
        with Writer(path, KEY, RULESET) as writer:
            writer.begin(capture())
            writer.commit([entry(request(1))])
        held = sqlite3.connect(":memory:")
        with closing(open_to_read(path)) as source:
            source.backup(held)
    return held


_FILTER = st.lists(
    st.one_of(
        text,
        st.tuples(st.sampled_from(["", "-"]), st.sampled_from(KEYS), st.just(":"), text).map("".join),
        st.sampled_from(["since:2h", "level:L2", "type:email", '"; DROP TABLE messages --"', "' OR 1=1 --"]),
    ),
    max_size=4,
).map(" ".join)


@FUZZ
@given(_FILTER)
@example("site:' OR '1'='1")
@example("company:%")
@example("site:\udc80")
@example("\ud800")
def test_filters(words: str) -> None:
    """A filter is refused in words, or comes back from its text as it is and runs as one question."""
    try:
        query = filterlang.parse(words)
    except BadInput as error:
        assert error.message
        return
    assert filterlang.parse(str(query)) == query
    condition, parameters = query.where("requests", 0.0)
    assert condition.count("?") == len(parameters)
    sql = f"SELECT count(*) FROM messages m LEFT JOIN judgements j ON j.message = m.id WHERE {condition}"
    (count,) = database().execute(sql, parameters).fetchone()
    assert count in (0, 1)
