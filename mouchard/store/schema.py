"""The tables, in numbered migrations. Two layers: what was captured, and what is concluded from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # readers, of which the live view is one, start without it
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

APPLICATION_ID = 0x4D4F5543
"""`MOUC` in the header of the file: what `file` shows, and how another program's database is told apart."""

SET = "mouchard"
APPLIED = "_sqlite_migrations"
"""The table that names the migrations a database has had."""

Step: TypeAlias = "Callable[[Database], None]"
STEPS: dict[str, Step] = {}
"""The migrations by name, in their order."""


def step(name: str) -> Callable[[Step], Step]:
    """Adds a migration."""

    def add(change: Step) -> Step:
        STEPS[name] = change
        return change

    return add


def migrations() -> Migrations:
    """All of them, to be applied."""
    from sqlite_utils.migrations import Migrations

    found = Migrations(SET)
    for name, change in STEPS.items():
        found(name=name)(change)
    return found


CAPTURE_LAYER = """
CREATE TABLE captures (
  id INTEGER PRIMARY KEY, capture TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL, name TEXT NOT NULL, started REAL NOT NULL, tool TEXT NOT NULL
) STRICT;

CREATE TABLE clients (
  key TEXT PRIMARY KEY, name TEXT NOT NULL, first REAL NOT NULL, last REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY, capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  kind TEXT NOT NULL, request INTEGER NOT NULL, number INTEGER NOT NULL, time REAL NOT NULL,
  method TEXT NOT NULL, url TEXT NOT NULL, url_token TEXT NOT NULL, host TEXT NOT NULL,
  http_version TEXT NOT NULL, fields TEXT NOT NULL, size INTEGER NOT NULL, kept INTEGER NOT NULL,
  connection TEXT NOT NULL, listener TEXT NOT NULL,
  client TEXT NOT NULL, family TEXT NOT NULL, secure INTEGER NOT NULL, referer TEXT NOT NULL,
  origin TEXT NOT NULL, fetch_site TEXT NOT NULL, fetch_mode TEXT NOT NULL, fetch_dest TEXT NOT NULL,
  purpose TEXT NOT NULL,
  accepts_html INTEGER NOT NULL, upgrade INTEGER NOT NULL, app TEXT NOT NULL,
  UNIQUE (capture, seq)
) STRICT;
CREATE INDEX messages_time ON messages (time);
CREATE INDEX messages_request ON messages (capture, request);

CREATE TABLE responses (
  id INTEGER PRIMARY KEY, capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  request INTEGER NOT NULL, time REAL NOT NULL, began REAL NOT NULL, outcome TEXT NOT NULL,
  status INTEGER NOT NULL, reason TEXT NOT NULL, fields TEXT NOT NULL, date TEXT NOT NULL,
  size INTEGER NOT NULL, kept INTEGER NOT NULL, is_html INTEGER NOT NULL, location_token TEXT NOT NULL,
  UNIQUE (capture, seq)
) STRICT;
CREATE INDEX responses_request ON responses (capture, request, outcome, status);

CREATE TABLE sealed (
  id INTEGER PRIMARY KEY, capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  time REAL NOT NULL, client TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL,
  reason TEXT NOT NULL, detail TEXT NOT NULL, connection TEXT NOT NULL, listener TEXT NOT NULL,
  UNIQUE (capture, seq)
) STRICT;
CREATE INDEX sealed_host ON sealed (host, client, reason, time);

CREATE TABLE marks (
  id INTEGER PRIMARY KEY, capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  time REAL NOT NULL, site TEXT NOT NULL, client TEXT NOT NULL, phase TEXT NOT NULL, source TEXT NOT NULL,
  undo INTEGER NOT NULL,
  UNIQUE (capture, seq)
) STRICT;

CREATE TABLE gaps (
  id INTEGER PRIMARY KEY, capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  time REAL NOT NULL, until REAL NOT NULL, reason TEXT NOT NULL, hosts TEXT NOT NULL,
  UNIQUE (capture, seq)
) STRICT;

CREATE TABLE failures (
  capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  stage TEXT NOT NULL, reason TEXT NOT NULL, time REAL NOT NULL,
  PRIMARY KEY (capture, seq, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain (
  n INTEGER PRIMARY KEY, capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  kind TEXT NOT NULL, raw BLOB NOT NULL, commitment BLOB NOT NULL, head BLOB NOT NULL, purged REAL,
  UNIQUE (capture, seq)
) STRICT;

CREATE TABLE evidence (
  capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  expires REAL NOT NULL, pinned TEXT NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (capture, seq)
) STRICT;
CREATE INDEX evidence_expires ON evidence (expires) WHERE pinned = '';
"""

# `company` and `rule` bear no foreign key: checking it would need two more indexes, used for nothing else.
JUDGEMENT_LAYER = """
CREATE TABLE rulesets (id TEXT PRIMARY KEY, lists TEXT NOT NULL, code TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE companies (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, category TEXT NOT NULL,
  source TEXT NOT NULL, as_of TEXT NOT NULL,
  UNIQUE (name, country, category, source, as_of)
) STRICT;

CREATE TABLE rules (
  id INTEGER PRIMARY KEY, list TEXT NOT NULL, version TEXT NOT NULL, rule TEXT NOT NULL,
  line INTEGER NOT NULL, section TEXT NOT NULL, grade TEXT NOT NULL, exception INTEGER NOT NULL,
  UNIQUE (list, version, rule, line, section, grade, exception)
) STRICT;

CREATE TABLE judgements (
  message INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL, ruleset TEXT NOT NULL REFERENCES rulesets(id), time REAL NOT NULL,
  host TEXT NOT NULL, site TEXT NOT NULL, confidence TEXT NOT NULL, why TEXT NOT NULL, client TEXT NOT NULL,
  type TEXT NOT NULL, party TEXT NOT NULL, recipient TEXT NOT NULL, company INTEGER,
  is_tracker INTEGER NOT NULL, grade TEXT NOT NULL, level INTEGER NOT NULL, phase TEXT NOT NULL,
  tcf TEXT NOT NULL, gcs TEXT NOT NULL, us TEXT NOT NULL, partial TEXT NOT NULL
) STRICT;
CREATE INDEX judgements_flow ON judgements (site, recipient, party, phase, client, time, level);
CREATE INDEX judgements_host ON judgements (host, recipient);
CREATE INDEX judgements_page ON judgements (message) WHERE type = 'document';
CREATE INDEX judgements_partial ON judgements (message) WHERE partial <> '';

CREATE TABLE matches (
  message INTEGER NOT NULL REFERENCES judgements(message) ON DELETE CASCADE,
  place INTEGER NOT NULL, rule INTEGER NOT NULL,
  PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
  id INTEGER PRIMARY KEY, finding TEXT NOT NULL UNIQUE,
  message INTEGER NOT NULL REFERENCES judgements(message) ON DELETE CASCADE,
  type TEXT NOT NULL, proof TEXT NOT NULL, basis TEXT NOT NULL, person TEXT NOT NULL,
  location TEXT NOT NULL, field TEXT NOT NULL, chain TEXT NOT NULL, form TEXT NOT NULL,
  normalisation TEXT NOT NULL, value TEXT NOT NULL, value_token TEXT NOT NULL,
  level INTEGER NOT NULL, ground TEXT NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE INDEX findings_message ON findings (message, type);
CREATE INDEX findings_type ON findings (type);

CREATE TABLE rollups (
  site TEXT NOT NULL, recipient TEXT NOT NULL, party TEXT NOT NULL, type TEXT NOT NULL, form TEXT NOT NULL,
  phase TEXT NOT NULL, client TEXT NOT NULL,
  n INTEGER NOT NULL, l0 INTEGER NOT NULL, l1 INTEGER NOT NULL, l2 INTEGER NOT NULL, l3 INTEGER NOT NULL,
  l4 INTEGER NOT NULL,
  PRIMARY KEY (site, recipient, party, type, form, phase, client)
) STRICT, WITHOUT ROWID;
"""

SNAPSHOTS = """
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY, capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL,
  time REAL NOT NULL, site TEXT NOT NULL, client TEXT NOT NULL, phase TEXT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, size INTEGER NOT NULL, content TEXT NOT NULL,
  UNIQUE (capture, seq)
) STRICT
"""

_TIME = "strftime('%Y-%m-%dT%H:%M:%fZ', {}, 'unixepoch')"
_OUTCOME = """coalesce((SELECT CASE r.outcome WHEN 'answered' THEN 'answered ' || r.status ELSE r.outcome END
    FROM responses r WHERE r.capture = m.capture AND r.request = m.request), 'pending')"""

VIEWS = f"""
CREATE VIEW requests AS
SELECT m.id,
  c.capture || '/' || m.request || CASE m.number WHEN 0 THEN '' ELSE '.' || m.number END AS request,
  {_TIME.format("m.time")} AS time, m.client, m.method, m.url, m.host, {_OUTCOME} AS outcome,
  coalesce(j.site, '') AS site, j.confidence AS site_confidence, j.why AS site_why,
  coalesce(j.party, 'unknown') AS party, coalesce(j.recipient, m.host) AS recipient, j.is_tracker,
  j.grade AS tracker_grade, coalesce(j.type, 'other') AS type, 'L' || coalesce(j.level, 0) AS level,
  coalesce(j.phase, 'none') AS phase
FROM messages m JOIN captures c ON c.id = m.capture LEFT JOIN judgements j ON j.message = m.id;

CREATE VIEW leaks AS
SELECT f.id, {_TIME.format("j.time")} AS time, j.site, j.recipient, j.party, f.type, f.value,
  f.location || '.' || f.field AS place, f.form, f.chain, f.proof, f.basis, f.person, 'L' || f.level AS level,
  f.ground, j.phase, {_OUTCOME} AS outcome, m.method, m.url, j.client, f.finding
FROM findings f JOIN judgements j ON j.message = f.message JOIN messages m ON m.id = f.message;

CREATE VIEW who_gets_what AS
SELECT r.site, r.recipient, r.party, r.type, r.form, r.phase, r.client, r.n AS count,
  CASE WHEN r.l4 THEN 'L4' WHEN r.l3 THEN 'L3' WHEN r.l2 THEN 'L2' WHEN r.l1 THEN 'L1' ELSE 'L0' END AS level
FROM rollups r WHERE r.type <> '';
"""


@step("0001_two_layers")
def two_layers(db: Database) -> None:
    """Capture layer, judgement layer, chain, rollups, views."""
    for script in (CAPTURE_LAYER, JUDGEMENT_LAYER, VIEWS):
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


CORRECTIONS = """
CREATE TABLE corrections (
  capture INTEGER NOT NULL REFERENCES captures(id), seq INTEGER NOT NULL, site TEXT NOT NULL,
  time REAL NOT NULL,
  PRIMARY KEY (capture, seq)
) STRICT, WITHOUT ROWID
"""


@step("0002_snapshots")
def snapshots(db: Database) -> None:
    """What the browser showed and kept, beside what it sent."""
    db.execute(SNAPSHOTS)


@step("0003_corrections")
def corrections(db: Database) -> None:
    """Sites that the person has put right."""
    db.execute(CORRECTIONS)


SCANS = """
CREATE TABLE scans (
  capture INTEGER PRIMARY KEY REFERENCES captures(id), setup TEXT NOT NULL, finished REAL NOT NULL
) STRICT;

CREATE TABLE unread (
  file TEXT PRIMARY KEY, reason TEXT NOT NULL, time REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""


@step("0004_scans")
def scans(db: Database) -> None:
    """Which files were scanned to their end, by which rules, and which could not be read."""
    for statement in SCANS.split(";\n"):
        if statement.strip():
            db.execute(statement)


@step("0005_salts")
def salts(db: Database) -> None:
    """How the salts of each link were made, which earlier databases did in one way only."""
    db.execute("ALTER TABLE chain ADD COLUMN salts INTEGER NOT NULL DEFAULT 1")
