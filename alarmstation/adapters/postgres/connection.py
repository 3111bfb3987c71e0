"""Connections to the database, and what its errors mean to the station."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo

from alarmstation.domain.errors import Unavailable

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]

CONNECT_TIMEOUT_S = 3
_KEEPALIVE = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    # A peer that vanished without a word is noticed within some 10 s.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}

_SENTENCES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.DiskFull, "The disk of the database is full."),
    (errors.InvalidPassword, "The database refused the password."),
    (errors.InvalidAuthorizationSpecification, "The database refused the user."),
    (errors.InvalidCatalogName, "The database does not exist on its server."),
    (errors.TooManyConnections, "The database server accepts no more connections."),
    (errors.ReadOnlySqlTransaction, "The database is read-only (a standby?)."),
    (errors.InsufficientPrivilege, "The database user may not do this"),
    (errors.UndefinedTable, "The database lacks a table: it was not migrated"),
    (errors.UndefinedColumn, "The database lacks a column: it was not migrated"),
    (errors.UndefinedFunction, "The database lacks a function: it was not migrated"),
    (errors.QueryCanceled, "The database took too long to answer."),
    (errors.LockNotAvailable, "The database is locked by somebody else."),
    (errors.DeadlockDetected, "The database was busy with a conflicting change."),
    (errors.SerializationFailure, "The database was busy with a conflicting change."),
    (errors.AdminShutdown, "The database is being shut down."),
    (errors.CannotConnectNow, "The database is starting or stopping."),
)


def connect(dsn: str, application_name: str, *, options: str = "") -> Connection:
    """A new connection in UTC, with prepared statements from the first execution on.

    Raises:
        Unavailable: with a sentence that says why.
    """
    settings = " ".join(filter(None, ("-c timezone=UTC", options)))
    try:
        connection = psycopg.connect(
            make_conninfo("", **{**_KEEPALIVE, **psycopg.conninfo.conninfo_to_dict(dsn)}),
            application_name=application_name,
            options=settings,
            autocommit=True,
        )
    except psycopg.Error as error:
        raise unavailable(error) or Unavailable(first_line(error)) from error
    connection.prepare_threshold = 0
    return connection


def unavailable(error: psycopg.Error) -> Unavailable | None:
    """The state that `error` means, or None when it is about the content of a statement."""
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            tail = "" if sentence.endswith(".") else f": {first_line(error)}"
            return Unavailable(f"{sentence}{tail}")
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return Unavailable(f"The database cannot be reached: {first_line(error)}")
    return None


@contextlib.contextmanager
def faults_as_unavailable() -> Iterator[None]:
    """Let `Unavailable` out for every error that means it; others pass unchanged."""
    try:
        yield
    except psycopg.Error as error:
        state = unavailable(error)
        if state is None:
            raise
        raise state from error


def first_line(error: BaseException) -> str:
    """What the server or the driver said, without context lines."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return error.diag.message_primary
    return (str(error).strip() or type(error).__name__).splitlines()[0]
