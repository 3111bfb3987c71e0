from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from alarmstation.adapters.postgres.connection import (
    connect,
    faults_as_unavailable,
    unavailable,
)
from alarmstation.domain.errors import Unavailable


def test_times_come_in_utc(database: str) -> None:
    with connect(database, "tests") as connection:
        row = connection.execute("SELECT '2026-06-01 12:00+02'::timestamptz").fetchone()

    assert row is not None
    assert row[0].tzinfo == UTC or row[0].utcoffset() == datetime.now(UTC).utcoffset()
    assert row[0] == datetime(2026, 6, 1, 10, tzinfo=UTC)


def test_a_wrong_password_is_said_and_the_password_is_not(database: str) -> None:
    with pytest.raises(Unavailable) as state:
        connect(make_conninfo(database, password="geheim"), "tests")

    assert "geheim" not in str(state.value)
    assert "password" in str(state.value)


def test_a_database_that_does_not_exist_is_said(database: str) -> None:
    with pytest.raises(Unavailable, match="does not exist"):
        connect(make_conninfo(database, dbname="nowhere"), "tests")


def test_an_address_where_nobody_listens_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        connect(f"host={tmp_path} dbname=x user=y", "tests")


def test_a_dsn_that_is_none_is_said() -> None:
    with pytest.raises(Unavailable):
        connect("not a dsn", "tests")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (errors.DiskFull(), "disk"),
        (errors.ReadOnlySqlTransaction(), "read-only"),
        (errors.InsufficientPrivilege(), "may not"),
        (errors.AdminShutdown(), "shut down"),
        (errors.UndefinedTable(), "not migrated"),
        (errors.DeadlockDetected(), "busy"),
        (psycopg.OperationalError("server closed the connection\nunexpectedly"), "server closed"),
        (psycopg.InterfaceError("the connection is closed"), "is closed"),
    ],
)
def test_states_of_the_database_are_said_in_plain_words(
    error: psycopg.Error, sentence: str
) -> None:
    state = unavailable(error)

    assert state is not None
    assert sentence in str(state)
    assert "\n" not in str(state)


def test_an_error_of_content_is_no_state() -> None:
    assert unavailable(errors.CheckViolation()) is None
    with pytest.raises(errors.CheckViolation), faults_as_unavailable():
        raise errors.CheckViolation
