"""Every question a view asks, answered read-only from the database."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from mouchard.attribute.facts import Answer, Sighting
from mouchard.capture.records import Capture
from mouchard.store.filterlang import EVERYTHING, Query
from mouchard.store.rows import (
    ClientRow, CompanyRow, FindingRow, Flow, GapRow, MarkRow, RequestRow, SealedRow, SiteRow, Totals,
)  # fmt: skip


class Reader:
    """A read-only view of a database that may be written to at the same time; a context manager."""

    def __init__(self, path: Path) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None: ...

    def data_version(self) -> int:
        """Changes whenever somebody else has committed (5 µs)."""
        raise NotImplementedError

    def totals(self, query: Query = EVERYTHING) -> Totals:
        raise NotImplementedError

    def flows(self, query: Query = EVERYTHING, limit: int | None = None) -> list[Flow]:
        raise NotImplementedError

    def sites(self, query: Query = EVERYTHING) -> list[SiteRow]:
        raise NotImplementedError

    def companies(self, query: Query = EVERYTHING) -> list[CompanyRow]:
        raise NotImplementedError

    def findings(
        self,
        query: Query = EVERYTHING,
        limit: int | None = None,
        before: int | None = None,
        newest_first: bool = True,
    ) -> Iterator[FindingRow]:
        """`before`: continue behind this rowid, in the direction of reading."""
        raise NotImplementedError

    def finding_ids(self, query: Query = EVERYTHING, after: int = 0) -> array[int]:
        """Rowids above `after`, ascending, as array('q')."""
        raise NotImplementedError

    def findings_by_id(self, ids: Sequence[int]) -> list[FindingRow]:
        """In the order of `ids`; those that are gone are left out."""
        raise NotImplementedError

    def finding(self, id: str) -> FindingRow:
        """By its public id; BadInput where there is none."""
        raise NotImplementedError

    def requests(
        self, query: Query = EVERYTHING, limit: int | None = None, before: int | None = None, newest_first: bool = False
    ) -> Iterator[RequestRow]:
        raise NotImplementedError

    def sealed(self) -> list[SealedRow]:
        raise NotImplementedError

    def gaps(self) -> list[GapRow]:
        raise NotImplementedError

    def marks(self) -> list[MarkRow]:
        raise NotImplementedError

    def captures(self) -> list[Capture]:
        raise NotImplementedError

    def clients(self) -> list[ClientRow]:
        raise NotImplementedError

    def recent(self, capture: str, since: float) -> Iterator[Sighting | Answer]:
        raise NotImplementedError
