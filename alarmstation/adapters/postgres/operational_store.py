"""The station's writing connection: everything decided, in whole transactions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, LiteralString, TypeVar

import psycopg

from alarmstation.adapters.postgres import (
    alarm_rows,
    command_rows,
    history_rows,
    journal_rows,
    registry_rows,
    status_rows,
)
from alarmstation.adapters.postgres.connection import (
    Connection,
    Cursor,
    connect,
    faults_as_unavailable,
    first_line,
    unavailable,
)
from alarmstation.adapters.postgres.part import Part
from alarmstation.application.batch import Batch
from alarmstation.application.ports import Recollection
from alarmstation.domain.errors import Refused

log = logging.getLogger(__name__)

Row = TypeVar("Row")
Fact = TypeVar("Fact")

# In the order of their foreign keys.
PARTS: tuple[Part[Any], ...] = (
    registry_rows.SITES,
    registry_rows.OPERATORS,
    registry_rows.DEVICES,
    registry_rows.KEYS,
    alarm_rows.ALARMS,
    alarm_rows.TRANSITIONS,
    alarm_rows.EVENTS,
    command_rows.COMMANDS,
    command_rows.STEPS,
    journal_rows.OUTPUTS,
    journal_rows.GAPS,
    journal_rows.REFUSALS,
    journal_rows.AUDIT,
    journal_rows.SESSION,
    registry_rows.WINDOWS,
    registry_rows.COUNTERS,
    status_rows.STATUSES,
    history_rows.HISTORY,
)

STAGINGS = (history_rows.STAGING, status_rows.STAGING, registry_rows.WINDOW_STAGING)

# Whoever holds a lock or starves the server makes the database "away", not the station silent.
_PATIENCE = "-c lock_timeout=5s -c statement_timeout=60s"

# What the content of a row can cause: errors of the server, and those of encoding it.
_CONTENT_ERRORS = (psycopg.Error, ValueError, TypeError, OverflowError)

_TABLES_OF_A_DEVICE: tuple[LiteralString, ...] = (
    "DELETE FROM receive_window WHERE device_id = %s",
    "DELETE FROM send_counter WHERE device_id = %s",
    "DELETE FROM device_key_fingerprint WHERE device_id = %s",
    "DELETE FROM device_status WHERE device_id = %s",
    "DELETE FROM device WHERE id = %s",
)


class PostgresOperationalStore:
    """`OperationalStore` on PostgreSQL; to be used from one thread.

    Connects when first needed and again after the connection was lost.
    """

    def __init__(self, dsn: str, *, application_name: str = "alarmstation-service") -> None:
        self._dsn = dsn
        self._application_name = application_name
        self._open: Connection | None = None

    def recollect(self) -> Recollection:
        """Read the state to go on from, as of one moment."""
        connection = self._connection()
        with faults_as_unavailable(), connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return _recollection(cursor)

    def commit(self, batch: Batch) -> tuple[str, ...]:
        """Store the batch in one transaction, idempotently.

        Returns a sentence for each row whose content the database refused; the others are stored.
        """
        if batch.is_empty():
            return ()
        connection = self._connection()
        try:
            with connection.transaction(), connection.cursor() as cursor:
                for part in PARTS:
                    if rows := part.rows(batch):
                        part.write(cursor, rows)
        except _CONTENT_ERRORS as error:
            _raise_if_unavailable(error)
            log.info("A batch is stored part by part: %s", first_line(error))
        else:
            return ()
        refusals: list[str] = []
        with faults_as_unavailable(), connection.transaction(), connection.cursor() as cursor:
            for part in PARTS:
                _write_what_can_be(cursor, part, part.rows(batch), refusals)
        return tuple(refusals)

    def reserve_counter(self, device_id: int, highest: int) -> None:
        """Make durable that numbers up to `highest` were sent to a device; never goes back."""
        with faults_as_unavailable():
            self._connection().execute(registry_rows.UPSERT_COUNTER, (device_id, highest))

    def delete_device(self, device_id: int) -> None:
        """Remove a device that has neither history nor evidence (`domain.md` 8, vector 19).

        Raises:
            Refused: it has; it can be retired.
        """
        connection = self._connection()
        try:
            with faults_as_unavailable(), connection.transaction():
                for statement in _TABLES_OF_A_DEVICE:
                    connection.execute(statement, (device_id,))
        except psycopg.IntegrityError as error:
            raise Refused(
                "device.has-history",
                "Device {device} has history, alarms or commands, which are kept. "
                "It can be retired instead.",
                device=device_id,
            ) from error

    def close(self) -> None:
        """Give the connection back."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connection(self) -> Connection:
        if self._open is not None and self._open.closed:
            self._open = None
        if self._open is None:
            connection = connect(self._dsn, self._application_name, options=_PATIENCE)
            try:
                with faults_as_unavailable():
                    for staging in STAGINGS:
                        staging.create(connection)
            except BaseException:
                connection.close()
                raise
            self._open = connection
        return self._open


def _write_what_can_be(
    cursor: Cursor, part: Part[Row], rows: Sequence[Row], refusals: list[str]
) -> None:
    """Store `rows`, halving them around what is refused, each try in a savepoint."""
    if not rows:
        return
    try:
        with cursor.connection.transaction():
            part.write(cursor, rows)
    except _CONTENT_ERRORS as error:
        _raise_if_unavailable(error)
        if len(rows) == 1:
            refusals.append(
                f"The {part.name} {part.label(rows[0])} was not stored: {first_line(error)}"
            )
            return
        middle = len(rows) // 2
        _write_what_can_be(cursor, part, rows[:middle], refusals)
        _write_what_can_be(cursor, part, rows[middle:], refusals)


def _raise_if_unavailable(error: Exception) -> None:
    state = unavailable(error) if isinstance(error, psycopg.Error) else None
    if state is not None:
        raise state from error


def _recollection(cursor: Cursor) -> Recollection:
    def facts(query: LiteralString, made: Callable[[Sequence[Any]], Fact]) -> tuple[Fact, ...]:
        return tuple(map(made, cursor.execute(query)))

    def rows(query: LiteralString) -> Iterable[Sequence[Any]]:
        return cursor.execute(query).fetchall()

    return Recollection(
        sites=facts(registry_rows.SELECT_SITES, registry_rows.site),
        devices=facts(registry_rows.SELECT_DEVICES, registry_rows.device),
        statuses=facts(status_rows.SELECT, status_rows.device_status),
        references=facts(history_rows.REFERENCES, history_rows.history_row),
        alarms=facts(alarm_rows.SELECT_OPEN, alarm_rows.alarm),
        event_keys=frozenset((row[0], row[1]) for row in rows(alarm_rows.SELECT_EVENT_KEYS)),
        commands=command_rows.recent_commands(
            rows(command_rows.SELECT_RECENT), rows(command_rows.SELECT_RECENT_STEPS)
        ),
        operators=facts(registry_rows.SELECT_OPERATORS, registry_rows.operator),
        windows={row[0]: bytes(row[1]) for row in rows(registry_rows.SELECT_WINDOWS)},
        counters={row[0]: row[1] for row in rows(registry_rows.SELECT_COUNTERS)},
        last_session=next(
            iter(facts(journal_rows.SELECT_LAST_SESSION, journal_rows.session)), None
        ),
    )
