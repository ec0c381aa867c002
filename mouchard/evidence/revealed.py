"""One part of a record opened for others to check: the value, its salt, and digests of the rest."""

from __future__ import annotations

from typing import Any

from mouchard.capture.records import Record
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store.leaves import of_record
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow

FORMAT = "mouchard reveal 1"


def of(reader: Reader, keys: Keys, finding: str) -> dict[str, Any]:
    """The part that holds the finding. BadInput where its exact bytes are not kept any more."""
    row = reader.finding(finding)
    record = reader.raw(row.request, keys)
    name = _part(row, record)
    shown = reader.reveal(record.capture, record.seq, keys, "raw", name)
    return {
        "format": FORMAT,
        "finding": row.finding.id,
        "capture": shown.capture,
        "seq": shown.seq,
        "side": shown.side,
        "name": shown.name,
        "text": shown.value.decode("utf-8", "replace"),
        "value": shown.value.hex(),
        "salt": shown.salt.hex(),
        "leaves": [leaf.hex() for leaf in shown.leaves],
        "other": shown.other.hex(),
    }


def _part(row: FindingRow, record: Record) -> str:
    """The name of the leaf in which the finding stands."""
    place, field = row.finding.location, row.finding.field
    names = of_record(record).names
    if place in ("body", "websocket"):
        return "data" if "data" in names else "body"
    if place not in ("header", "cookie"):
        return "url"
    if place == "cookie":
        wanted, held = "cookie", f"{field.partition('.')[0].partition('[')[0]}=".encode()
    else:
        wanted, held = field.lower(), b""
    for name, value in of_record(record).named():
        header = name.rpartition("/")[2]
        if name.startswith("header/") and _is(header, wanted) and held in value:
            return name
    raise BadInput("the header of this finding is not in the record", "it may have been masked by its name")


def _is(header: str, wanted: str) -> bool:
    return wanted == header or wanted.startswith((f"{header}.", f"{header}["))
