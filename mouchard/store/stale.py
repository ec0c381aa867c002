"""Messages of a site that were judged by other rules than those in force."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from mouchard.store.connection import open_to_read

_STALE = """
SELECT c.capture || '/' || m.request || CASE m.number WHEN 0 THEN '' ELSE '.' || m.number END,
  e.seq IS NOT NULL
FROM judgements j JOIN messages m ON m.id = j.message JOIN captures c ON c.id = m.capture
LEFT JOIN evidence e ON e.capture = m.capture AND e.seq = m.seq
WHERE j.site = ? AND j.ruleset != ? ORDER BY m.id"""


def stale(path: Path, site: str, ruleset: str) -> Mapping[str, bool]:
    """`<capture>/<seq>[.frame]` of each, and whether its exact bytes are kept, in order of recording."""
    with closing(open_to_read(path)) as connection:
        return {request: bool(kept) for request, kept in connection.execute(_STALE, (site, ruleset))}
