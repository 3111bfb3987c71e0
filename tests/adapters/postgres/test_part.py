"""Few rows and many rows take different ways and arrive alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from alarmstation.adapters.postgres.part import FEW_ROWS, Staging

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

STAGING = Staging(
    "staging_thing",
    (("id", "int4"), ("at", "timestamptz"), ("value", "float4"), ("big", "int8"), ("text", "text")),
    """
    INSERT INTO thing (id, at, value, small, text)
    SELECT id, at, value, big, text FROM staging_thing
    ON CONFLICT (id) DO UPDATE SET value = excluded.value
    """,
)


@pytest.fixture
def connection(empty_database: str) -> psycopg.Connection:
    connection = psycopg.connect(empty_database, autocommit=True)
    connection.execute(
        "CREATE TABLE thing (id int PRIMARY KEY, at timestamptz, value real, small int, text text)"
    )
    STAGING.create(connection)
    return connection


def some_rows(count: int) -> list[tuple[object, ...]]:
    return [(n, AT + timedelta(seconds=n), n + 0.25, None, f"{n} 100 %") for n in range(count)]


@pytest.mark.parametrize("count", [1, FEW_ROWS, FEW_ROWS + 1, 100])
def test_all_rows_arrive_however_many_there_are(connection: psycopg.Connection, count: int) -> None:
    with connection, connection.cursor() as cursor:
        for _ in range(2):
            with connection.transaction():
                STAGING.write(cursor, some_rows(count))
        found = cursor.execute("SELECT id, at, value, small, text FROM thing ORDER BY id")
        assert found.fetchall() == some_rows(count)


@pytest.mark.parametrize("count", [1, FEW_ROWS + 1])
def test_a_number_that_is_too_large_for_its_column_is_refused_and_not_cut(
    connection: psycopg.Connection, count: int
) -> None:
    rows = [(*row[:3], 2**40, row[4]) for row in some_rows(count)]
    with connection, connection.cursor() as cursor:
        with pytest.raises(psycopg.DataError), connection.transaction():
            STAGING.write(cursor, rows)
        assert cursor.execute("SELECT count(*) FROM thing").fetchone() == (0,)
