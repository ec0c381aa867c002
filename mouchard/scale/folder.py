"""The named views on a folder of Parquet files, by DuckDB."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from mouchard.errors import BadInput
from mouchard.scale import layout
from mouchard.scale.extra import need
from mouchard.scale.place import Place, place
from mouchard.store.named import TABLES, Answer, Tables, pages


class Folder:
    """Asks a folder; a context manager. BadInput where it holds no export."""

    def __init__(self, folder: Place) -> None:
        duckdb = need("duckdb", "asking Parquet files")
        self._connection = duckdb.connect(
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        )
        if not folder.local:
            self._connection.register_filesystem(folder.fs)
        found = {table: layout.parts(folder, table) for table in TABLES}
        if not found["requests"]:
            raise BadInput(f"{folder.url} holds no export", "`mouchard export --parquet` writes one")
        for table, parts in found.items():
            if parts:
                self._connection.read_parquet([part.url for part in parts]).create_view(table)
            else:
                self._connection.register(table, layout.schema(table).empty_table())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(self, sql: str, **parameters: int | str) -> Answer:
        """The result of one text of SQL over the tables."""
        used = {name: value for name, value in parameters.items() if f"${name}" in sql}
        cursor = self._connection.execute(sql, used) if used else self._connection.execute(sql)
        return Answer(tuple(column[0] for column in cursor.description), pages(cursor))


def source(on: str) -> Tables | Folder:
    """A database file, or a folder or address of Parquet files. BadInput where it is neither."""
    if "://" not in on:
        path = Path(on)
        if not path.exists():
            raise BadInput(f"there is no {on}", "give a database, a folder of Parquet files, or an address")
        if not path.is_dir():
            return Tables(path)
    return Folder(place(on))
