"""Parts of a batch: what one statement, or one COPY with its merge, stores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, TypeVar

from psycopg import sql

from alarmstation.adapters.postgres.connection import Connection, Cursor
from alarmstation.application.batch import Batch

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """One kind of row of a batch.

    `write` must be idempotent: a batch may be stored twice, and older batches may come after
    newer ones.
    """

    name: str
    rows: Callable[[Batch], Sequence[Row]]
    write: Callable[[Cursor, Sequence[Row]], None]
    label: Callable[[Row], str]
    """Names a row in the sentence that tells of its refusal."""


@dataclass(frozen=True, slots=True)
class Staging:
    """A temporary table that takes rows by binary COPY, and the statement that merges them.

    This is three times as fast as sending arrays and ten times as fast as row by row. The table
    lives as long as the connection and is empty at the start of each transaction.
    """

    table: LiteralString
    columns: tuple[tuple[LiteralString, LiteralString], ...]
    """Name and type of each column; enough types are used for psycopg to encode in C."""
    merge: LiteralString

    def create(self, connection: Connection) -> None:
        """Make the table; once per connection."""
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in self.columns
        )
        connection.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DELETE ROWS").format(
                sql.Identifier(self.table), columns
            )
        )

    def write(self, cursor: Cursor, rows: Iterable[tuple[Any, ...]]) -> None:
        """Copy the rows in and merge them into their table."""
        copy_in = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(self.table))
        with cursor.copy(copy_in) as copy:
            copy.set_types([kind for _name, kind in self.columns])
            for row in rows:
                copy.write_row(row)
        cursor.execute(self.merge)
