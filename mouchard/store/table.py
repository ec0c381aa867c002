"""The joined rows behind findings and requests."""

from __future__ import annotations

import json
from typing import Any

from mouchard.model import LEVELS, Company, Consent, Finding, Match
from mouchard.store.rows import FindingRow, RequestRow, SnapshotRow, outcome

_ID = "c.capture || '/' || m.request || CASE m.number WHEN 0 THEN '' ELSE '.' || m.number END"
_ANSWER = """LEFT JOIN responses r ON r.id = (
    SELECT max(id) FROM responses WHERE capture = m.capture AND request = m.request)"""
_NAME = "coalesce((SELECT name FROM clients WHERE key = {}), {})"

FINDINGS = f"""
SELECT f.id, f.finding, f.type, f.proof, f.basis, f.person, f.location, f.field, f.chain, f.normalisation,
  f.value, f.value_token, f.level, f.ground, f.note,
  {_ID}, j.revision, j.time, j.client, {_NAME.format("j.client", "j.client")}, j.site, j.confidence, j.why,
  m.method, m.url, m.url_token, m.host, j.party, r.outcome, r.status,
  k.name, k.country, k.category, k.source, k.as_of,
  (SELECT json_group_array(json_array(u.list, u.version, u.rule, u.line, u.section, u.grade, u.exception))
   FROM (SELECT * FROM matches x WHERE x.message = f.message ORDER BY x.place) x
   JOIN rules u ON u.id = x.rule),
  j.phase, j.tcf, j.gcs, j.us, j.partial, e.expires, e.pinned
FROM findings f JOIN judgements j ON j.message = f.message JOIN messages m ON m.id = f.message
JOIN captures c ON c.id = m.capture {_ANSWER} LEFT JOIN companies k ON k.id = j.company
LEFT JOIN evidence e ON e.capture = m.capture AND e.seq = m.seq"""

REQUESTS = f"""
SELECT m.id, {_ID}, m.time, m.client, {_NAME.format("m.client", "m.client")}, m.method, m.url, m.host,
  coalesce(r.status, 0), r.outcome, coalesce(j.site, ''), coalesce(j.confidence, 'low'),
  coalesce(j.why, 'not judged'),
  coalesce(j.party, 'unknown'), coalesce(k.name, ''), coalesce(j.is_tracker, 0), coalesce(j.grade, ''),
  coalesce(j.type, 'other'), coalesce(j.level, 0), coalesce(j.phase, 'none')
FROM messages m JOIN captures c ON c.id = m.capture LEFT JOIN judgements j ON j.message = m.id
{_ANSWER} LEFT JOIN companies k ON k.id = j.company"""


def finding_row(row: tuple[Any, ...]) -> FindingRow:
    """A row of `FINDINGS`."""
    (
        rowid, finding, kind, proof, basis, person, location, field, steps, normalisation, value,
        token, level, ground, note,
        request, revision, time, client, client_name, site, confidence, why,
        method, url, url_token, host, party, word, status,
        name, country, category, source, as_of, matches,
        phase, tcf, gcs, us, partial, expires, pinned,
    ) = row  # fmt: skip
    return FindingRow(
        rowid=rowid,
        finding=Finding(
            finding, kind, proof, basis, person, location, field, tuple(json.loads(steps)), normalisation,
            value,
            token, LEVELS[level], ground, note,
        ),
        request=request, revision=revision, time=time, client=client, client_name=client_name, site=site,
        site_confidence=confidence, site_why=why, method=method, url=url, url_token=url_token, host=host,
        party=party,
        outcome=outcome(word, status),
        company=None if name is None else Company(name, country, category, source, as_of),
        tracker=tuple(Match(name, version, rule, line, section, grade, bool(exception))
            for name, version, rule, line, section, grade, exception in json.loads(matches)),
        phase=phase, consent=Consent(tcf, gcs, us), partial=tuple(partial.split()),
        raw_until=0.0 if expires is None else float("inf") if pinned else expires,
    )  # fmt: skip


def request_row(row: tuple[Any, ...]) -> RequestRow:
    """A row of `REQUESTS`."""
    return RequestRow(
        rowid=row[0], request=row[1], time=row[2], client=row[3], client_name=row[4], method=row[5],
        url=row[6],
        host=row[7], status=row[8], outcome=outcome(row[9], row[8]), site=row[10], site_confidence=row[11],
        site_why=row[12], party=row[13], company=row[14], is_tracker=bool(row[15]), tracker_grade=row[16],
        type=row[17], level=LEVELS[row[18]], phase=row[19],
    )  # fmt: skip


def snapshot_row(values: tuple[Any, ...]) -> SnapshotRow:
    """One line of the table of snapshots."""
    capture, seq, time, site, client, phase, kind, name, size, content = values
    items = tuple(json.loads(content or "[]"))
    return SnapshotRow(capture, seq, time, site, client, phase, kind, name, size, items)
