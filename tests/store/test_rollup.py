"""The rollups always equal a count from scratch, whatever was judged, judged again, marked or purged."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mouchard.capture.records import Request
from mouchard.model import Judgement
from mouchard.store import rollup
from mouchard.store.filterlang import parse
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.store.build import CRITEO, KEYS, META, RULESET, capture, judge, mark, request

SITES = ["shop.example", "news.example", ""]
TYPES = [("email", "L3"), ("page_url", "L1"), ("password", "L4"), ("search", "L2")]

JUDGED = st.fixed_dictionaries({
    "site": st.sampled_from(SITES),
    "company": st.sampled_from([META, CRITEO, None]),
    "party": st.sampled_from(["first", "third", "relay"]),
    "findings": st.lists(st.sampled_from(TYPES), max_size=3, unique=True),
    "client": st.sampled_from(["127.0.0.1/firefox", "10.0.0.2/chrome"]),
})  # fmt: skip
MARKED = st.tuples(
    st.sampled_from(["accepted", "refused"]),
    st.sampled_from(SITES[:2]),
    st.booleans(),
    st.sampled_from(["key", "cmp"]),
)
ACTION = st.one_of(
    st.tuples(st.just("new"), JUDGED),
    st.tuples(st.just("again"), st.integers(0, 30), JUDGED),
    st.tuples(st.just("mark"), MARKED),
    st.tuples(st.just("purge"), st.sampled_from(["site:shop.example", "company:Meta", "type:email"])),
)


def counted(db: Path) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    try:
        kept = connection.execute("SELECT * FROM rollups").fetchall()
        sql, parameters = rollup.count()
        anew = connection.execute(sql, parameters).fetchall()
        assert len(kept) == len(set(kept))
        return set(kept), set(anew)
    finally:
        connection.close()


@settings(max_examples=40, deadline=None)
@given(batches=st.lists(st.lists(ACTION, max_size=6), max_size=5))
def test_by_difference_equals_from_scratch(batches: list[list[tuple[object, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "capture.db"
        with Writer(db, KEYS, RULESET) as writer:
            writer.begin(capture())
            seen: list[Request] = []
            seq = 0
            for batch in batches:
                entries: list[Entry] = []
                for action, *rest in batch:
                    seq += 1
                    if action == "new":
                        seen.append(request(seq))
                        entries.append(Entry(seen[-1], (judge(seen[-1], **rest[0]),)))  # type: ignore[arg-type]
                    elif action == "again" and seen:
                        told = seen[rest[0] % len(seen)]  # type: ignore[operator]
                        again: Judgement = judge(told, **rest[1])  # type: ignore[arg-type]
                        entries.append(Entry(mark(seq, "accepted", site="elsewhere.example"), (again,)))
                    elif action == "mark":
                        phase, site, undo, source = rest[0]  # type: ignore[misc]
                        entries.append(Entry(mark(seq, phase, site=site, undo=undo, source=source)))
                    elif action == "purge":
                        writer.purge(parse(str(rest[0])))
                writer.commit(entries)
                kept, anew = counted(db)
                assert kept == anew
            writer.rebuild_rollups()
            assert counted(db)[0] == anew if batches else counted(db)[0] == set()
            with Reader(db) as reader:
                assert reader.verify(KEYS).broken == ()


@settings(max_examples=25, deadline=None)
@given(
    judged=st.lists(JUDGED, max_size=12),
    narrow=st.sampled_from(["", "site:shop.example", "company:Meta", "party:third"]),
)
def test_rollups_and_rows_answer_alike(judged: list[dict[str, object]], narrow: str) -> None:
    """`since:` takes the long way over the rows; both ways give the same overview."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "capture.db"
        with Writer(db, KEYS, RULESET) as writer:
            writer.begin(capture())
            told = [request(seq) for seq in range(1, len(judged) + 1)]
            writer.commit(
                [Entry(one, (judge(one, **about),)) for one, about in zip(told, judged, strict=True)]
            )
        with Reader(db) as reader:
            short, long = parse(narrow), parse(f"{narrow} since:2000-01-01")
            assert short.rolled_up
            assert not long.rolled_up
            assert reader.flows(short) == reader.flows(long)
            assert reader.sites(short) == reader.sites(long)
            assert reader.companies(short) == reader.companies(long)
            assert reader.totals(short) == reader.totals(long)
