"""`mouchard inspect`: lines in, lines out; the past and the future of a request count."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mouchard.cli.inspect import inspect
from mouchard.errors import BadInput

MAIL = "rose.mallarme@poste-unie.fr"
DIGEST = hashlib.sha256(MAIL.encode()).hexdigest()
PAGE = "https://www.boutique.test/panier"
ASK = {"id": "1", "url": f"https://www.facebook.com/tr/?id=1&ev=Lead&x={DIGEST}", "page": PAGE}
SUBMIT = {
    "type": "request", "method": "POST", "url": "https://www.boutique.test/login", "page": PAGE,
    "headers": {"Content-Type": "application/x-www-form-urlencoded"}, "body": f"email={MAIL}",
}  # fmt: skip


def ask(*lines: Any, words: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    run = CliRunner().invoke(inspect, words, input=text, catch_exceptions=False)
    assert run.exit_code == 0
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_declared_value_is_found_with_all_that_is_known() -> None:
    (answer,) = ask({**ASK, "identity": {"email": [MAIL]}})
    (found,) = answer["findings"]
    assert answer["id"] == "1" and answer["posterior_findings"] == []
    assert found["type"] == "email" and found["proof"] == "identity" and found["basis"] == "declared"
    assert (found["location"], found["field"], found["chain"]) == ("query", "x", ["sha256"])
    assert (found["normalisation"], found["value"], found["level"]) == ("lower", "r•••@p•••.fr", "L3")
    assert (found["site"], found["host"], found["party"]) == ("boutique.test", "www.facebook.com", "third")
    assert found["recipient"]["company"] == "Meta" and found["partial"] is False
    assert DIGEST not in json.dumps(answer) and MAIL not in json.dumps(answer)


def test_halves_of_characters_are_printed_as_something_else() -> None:
    url = "https://www.facebook.com/tr/?id=1&ev=Purchase&cd[content_name]=Lam\ud800pe"
    (answer,) = ask({"id": "\ud800", "url": url, "page": PAGE})
    assert answer["id"] == "?" and [found["value"] for found in answer["findings"]] == ["Lam?pe"]


def test_the_past_teaches_and_the_future_explains() -> None:
    before, after = ask(
        {**ASK, "identity": {}, "prior": [SUBMIT]}, {**ASK, "identity": {}, "posterior": [SUBMIT]}
    )
    assert [found["basis"] for found in before["findings"]] == ["learned"]
    assert after["findings"] == []
    assert [found["basis"] for found in after["posterior_findings"]] == ["learned"]


def test_the_future_proves_what_a_documented_field_only_said() -> None:
    url = f"https://www.facebook.com/tr/?id=1&ev=Lead&ud[em]={DIGEST}"
    (answer,) = ask({**ASK, "url": url, "identity": {}, "posterior": [SUBMIT]})
    assert [found["proof"] for found in answer["findings"]] == ["field"]
    assert [(found["proof"], found["basis"]) for found in answer["posterior_findings"]] == [
        ("identity", "learned")
    ]


def test_lines_do_not_know_each_other() -> None:
    answers = ask({**ASK, "identity": {}, "prior": [SUBMIT]}, {**ASK, "identity": {}})
    assert [len(answer["findings"]) for answer in answers] == [1, 0]


def test_answers_set_identifiers() -> None:
    cookie = {
        "type": "response",
        "url": "https://ib.dsp-a.test/px",
        "headers": {"Set-Cookie": "u=a8x14902275516630; Max-Age=7776000"},
    }
    (answer,) = ask(
        {
            "id": "s",
            "url": "https://m.dsp-b.test/s?p=a8x14902275516630",
            "page": PAGE,
            "identity": {},
            "prior": [cookie],
        }
    )
    assert [(found["type"], found["proof"]) for found in answer["findings"]] == [("id_sync", "sync")]


def test_frames_bytes_and_header_lists() -> None:
    line = {
        "id": "w", "kind": "ws", "url": "wss://rt.traceur.test/s", "page": PAGE, "headers": [["X-A", "b"]],
        "body_b64": base64.b64encode(b"\x81\xa5email\xbb" + MAIL.encode()).decode(),
        "identity": {"email": [MAIL]},
    }  # fmt: skip
    (answer,) = ask(line)
    assert [(found["location"], found["field"]) for found in answer["findings"]] == [("websocket", "email")]


def test_the_given_identity_file_is_used(tmp_path: Path) -> None:
    file = tmp_path / "who.json"
    file.write_text(json.dumps({"email": [MAIL]}))
    (answer,) = ask(ASK, words=("--identity", str(file)))
    assert [found["person"] for found in answer["findings"]] == ["me"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{broken", "is no JSON object"),
        ("[]", "is no JSON object"),
        ('{"id": 1}', "is not a request: its `url` is missing, or no text"),
        ('{"url": 5}', "is not a request: its `url` is missing, or no text"),
        ('{"url": "https://a.test/", "body_b64": "!"}', "is not a request: its `body_b64` is no Base64"),
        ('{"url": "x", "headers": 3}', "is not a request: its `headers` are neither an object nor pairs"),
        (
            '{"url": "x", "headers": [["a"]]}',
            "is not a request: its `headers` are neither an object nor pairs",
        ),
        ('{"url": "x", "prior": {"url": "y"}}', "is not a request: its `prior` is no list of events"),
        ('{"url": "x", "posterior": [{}]}', "is not a request: its `url` is missing, or no text"),
    ],
)
def test_lines_that_are_no_request(line: str, why: str) -> None:
    with pytest.raises(BadInput) as told:
        ask(line)
    assert told.value.message == f"line 1 of - {why}"
    assert "a line looks like" in told.value.hint


def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    for name, why in (("none.jsonl", "No such file or directory"), ("picture", "it is no text")):
        with pytest.raises(BadInput, match=rf"^cannot read \S+{name}: {why}$"):
            CliRunner().invoke(inspect, [str(tmp_path / name)], catch_exceptions=False)
