"""Databases as the first release left them: each salt made from the name of its value."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from mouchard.keys import Keys
from mouchard.store import chain, evidence, leaves

LINKS = """
5d7e5faf38d27801694108e28a5099baf9ae1902c763af71fd115a2e918d06bb 32ed348c8e6d4ee67132faec92f20e947a98868954d81a314c20ef3b28448cd3
e7f9167c5c2a87dc0ac8f5fe6febbfee213fec8130def44783301375e6a38779 1274cb107fa83c61cc5279a7d13e0e8aa5b77e94c7e454129281b825455dcad8
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 6c578f094abe2ada78645b9d8e6a0dd99d155ee59e864b097b5178422cde47a3
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 aeddd21d2c4348c175ff39ed98069a6b1c1353def64780765e546c029246bbee
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 4873da1cce2b9e19fb54964775fa5fce842db86a24777db0a5a35fdeab938d7b
4355caac20076de54e20af309b7ce2e1ceea30c281fb19f1df94cd4fe9e35646 5c14a64375e883f94ee3c1a1089e150db39ead3e776491b34ce14bd4ec75f841
6284c8a02fd9e739706d567437546aa5a9a5693a19046aff202fbc39b3e85fc4 e9b69ac47e2d640f524323d02fe4bed2aa520fdc27494b1b7b0e8879635988c2
"""  # noqa: E501
"""Raw root and commitment that the first release gave the records of `filled` in test_chain."""


def restore(db: Path) -> None:
    """Give the records of `filled` the links they had, in the schema of that time."""
    with closing(sqlite3.connect(db)) as connection:
        links = [tuple(map(bytes.fromhex, line.split())) for line in LINKS.split("\n") if line]
        _relink(connection, [(n, raw, commitment) for n, (raw, commitment) in enumerate(links, 1)])


def first_way(db: Path, keys: Keys, pictures: Mapping[int, bytes]) -> None:
    """The same for any database with these pictures (seq → digest); of raw bytes that are not kept nothing
    is known but a root."""
    with closing(sqlite3.connect(db)) as connection:
        sql = "SELECT n, c.capture, seq, kind, raw FROM chain JOIN captures c ON c.id = chain.capture"
        links = []
        for n, capture, seq, kind, raw in connection.execute(sql).fetchall():
            row = chain.stored(connection, capture, seq, kind)
            assert row is not None
            kept = evidence.find(connection, keys, capture, seq)
            if seq in pictures:
                raw = leaves.of_picture(pictures[seq]).root(keys, 1, capture, seq)
            elif kept is not None:
                raw = leaves.of_record(kept).root(keys, 1, capture, seq)
            root = leaves.of_row(capture, row).root(keys, 1, capture, seq)
            links.append((n, raw, sha256(root + raw).digest()))
        _relink(connection, links)


def _relink(connection: sqlite3.Connection, links: list[tuple[int, bytes, bytes]]) -> None:
    head = chain.GENESIS
    for n, raw, commitment in links:
        head = sha256(head + commitment).digest()
        sql = "UPDATE chain SET raw = ?, commitment = ?, head = ? WHERE n = ?"
        assert connection.execute(sql, (raw, commitment, head, n)).rowcount == 1
    connection.execute("ALTER TABLE chain DROP COLUMN salts")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = '0005_salts'")
    connection.commit()
