"""Parts of a batch: what one statement, or one COPY with its merge, stores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, LiteralString, TypeVar

from psycopg import sql

from alarmstation.adapters.postgres.connection import Connection, Cursor
from alarmstation.application.batch import Batch

Row = TypeVar("Row")

FEW_ROWS = 8
"""Up to so many rows, one statement with the values in it is faster than COPY and merge: it goes
to the server once, not three times, and leaves no temporary table to be emptied at commit.
Measured for one row with its commit: 0.8 ms instead of 1.8 ms."""


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
    lives as long as the connection and is empty at the start of each transaction. A few rows go
    into the merge itself, in the place of the table.
    """

    table: LiteralString
    columns: tuple[tuple[LiteralString, LiteralString], ...]
    """Name and type of each column; enough types are used for psycopg to encode in C."""
    merge: LiteralString
    """Reads `FROM` the table, once."""

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
        """Bring the rows into the table that `merge` names."""
        listed = list(rows)
        if len(listed) <= FEW_ROWS:
            cursor.execute(self._with_values(len(listed)), list(chain.from_iterable(listed)))
            return
        copy_in = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(self.table))
        with cursor.copy(copy_in) as copy:
            copy.set_types([kind for _name, kind in self.columns])
            for row in listed:
                copy.write_row(row)
        cursor.execute(self.merge)

    def _with_values(self, rows: int) -> LiteralString:
        """The merge with placeholders for so many rows instead of the table."""
        row = "(" + ", ".join("%s::" + kind for _name, kind in self.columns) + ")"
        names = ", ".join(name for name, _kind in self.columns)
        values = "(VALUES " + ", ".join([row] * rows) + ") AS " + self.table + " (" + names + ")"
        return self.merge.replace("FROM " + self.table, "FROM " + values)
