"""What the console asks of the database: read-only, with a time limit."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from alarmstation.adapters.postgres import alarm_rows
from alarmstation.adapters.postgres.connection import (
    Connection,
    connect,
    faults_as_unavailable,
)
from alarmstation.adapters.postgres.history_rows import QUALITIES
from alarmstation.application.ports import TimelineEntry, TrendPoint
from alarmstation.domain.alarm import Alarm
from alarmstation.domain.errors import Unavailable
from alarmstation.domain.messages import EventState, OutputType

_STATEMENT_TIMEOUT_MS = 10_000
_KEPT_CONNECTIONS = 3

# Value and quality code of each metric that can be drawn; a fan that told nothing is BAD.
_METRICS: dict[str, tuple[LiteralString, LiteralString]] = {
    "temperature_c": ("temperature_c", "temperature_quality"),
    "humidity_pct": ("humidity_pct", "humidity_quality"),
    "fan_pct": ("fan_pct", "CASE WHEN fan_pct IS NULL THEN 2 ELSE 0 END"),
}

_TREND: LiteralString = """
    (SELECT received_at, {value}, {quality} FROM heartbeats
      WHERE device_id = %(device)s AND received_at < %(start)s
      ORDER BY received_at DESC LIMIT 1)
    UNION ALL
    (SELECT received_at, {value}, {quality} FROM heartbeats
      WHERE device_id = %(device)s AND received_at >= %(start)s AND received_at <= %(end)s
      ORDER BY received_at)
"""

# 32768 is ChangeMask.CONNECTION, written out as in the index that serves it.
#
# Three witnesses: gaps that were written down, connection changes in the history (the last one
# before the range tells how it begins), and a unit that is offline now.
_GAPS = """
    WITH turns AS (
        (SELECT received_at, connected FROM heartbeats
          WHERE device_id = %(device)s AND (mask & 32768) <> 0 AND received_at < %(start)s
          ORDER BY received_at DESC LIMIT 1)
        UNION ALL
        SELECT received_at, connected FROM heartbeats
         WHERE device_id = %(device)s AND (mask & 32768) <> 0
           AND received_at >= %(start)s AND received_at < %(end)s
    ), stretches AS (
        SELECT connected, received_at, lead(received_at) OVER (ORDER BY received_at) AS until
          FROM turns
    ), absences AS (
        SELECT tstzrange(received_at, until) AS away FROM stretches WHERE NOT connected
        UNION ALL
        SELECT tstzrange(started_at, ended_at)
          FROM gap
         WHERE (device_id = %(device)s OR device_id IS NULL)
           AND started_at < %(end)s AND ended_at > %(start)s
        UNION ALL
        SELECT tstzrange(coalesce(silent_since, comm_since), NULL)
          FROM device_status
         WHERE device_id = %(device)s AND comm_state = 'offline'
           AND coalesce(silent_since, comm_since) < %(end)s
    ), united AS (
        SELECT unnest(range_agg(away) * tstzmultirange(tstzrange(%(start)s, %(end)s))) AS away
          FROM absences
    )
    SELECT lower(away), upper(away) FROM united
"""

_TIMELINE_ALARMS = """
    SELECT t.at, e.kind, t.change, t.operator, t.note
      FROM alarm_transition t JOIN alarm_event e ON e.id = t.alarm_id
     WHERE t.device_id = %s ORDER BY t.at DESC, t.version DESC LIMIT %s
"""
_TIMELINE_CONNECTIONS = """
    SELECT received_at, connected FROM heartbeats
     WHERE device_id = %s AND (mask & 32768) <> 0 ORDER BY received_at DESC LIMIT %s
"""
_TIMELINE_COMMANDS = """
    SELECT created_at, name, state, operator, message FROM command
     WHERE device_id = %s ORDER BY created_at DESC LIMIT %s
"""
_TIMELINE_OUTPUTS = """
    SELECT received_at, output, state, duration_s, elapsed_s FROM output_activity
     WHERE device_id = %s ORDER BY received_at DESC LIMIT %s
"""


class PostgresHistoryStore:
    """`HistoryStore` on PostgreSQL; may be asked by several threads at once."""

    def __init__(self, dsn: str, *, application_name: str = "alarmstation-console") -> None:
        self._dsn = dsn
        self._application_name = application_name
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def trend(
        self, device_id: int, metric: str, start: datetime, end: datetime
    ) -> Sequence[TrendPoint]:
        """Stored rows of one metric from `start` to `end`, after the last one before `start`.

        Raises:
            ValueError: there is no such metric.
        """
        if metric not in _METRICS:
            raise ValueError(f"no metric {metric!r}")
        value, quality = _METRICS[metric]
        query = _TREND.format(value=value, quality=quality)
        rows = self._ask(query, {"device": device_id, "start": start, "end": end})
        names = [quality.value for quality in QUALITIES]
        return [TrendPoint(at, value, names[code]) for at, value, code in rows]

    def gaps(
        self, device_id: int, start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime]]:
        """Stretches within the range without data of the unit, in order and not overlapping."""
        rows = self._ask(_GAPS, {"device": device_id, "start": start, "end": end})
        return [(row[0], row[1]) for row in rows]

    def timeline(self, device_id: int, limit: int) -> Sequence[TimelineEntry]:
        """What happened at a unit, newest first."""
        arguments = (device_id, limit)
        entries = [
            *map(_alarm_entry, self._ask(_TIMELINE_ALARMS, arguments)),
            *map(_connection_entry, self._ask(_TIMELINE_CONNECTIONS, arguments)),
            *map(_command_entry, self._ask(_TIMELINE_COMMANDS, arguments)),
            *map(_output_entry, self._ask(_TIMELINE_OUTPUTS, arguments)),
        ]
        entries.sort(key=lambda entry: entry.at, reverse=True)
        return entries[:limit]

    def closed_alarms(self, start: datetime, limit: int) -> Sequence[Alarm]:
        """Alarms closed since `start`, newest first."""
        return [
            alarm_rows.alarm(row) for row in self._ask(alarm_rows.SELECT_CLOSED, (start, limit))
        ]

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _ask(self, query: LiteralString, arguments: Any) -> list[tuple[Any, ...]]:
        while (idle := self._take_idle()) is not None:
            try:
                return self._ask_on(idle, query, arguments)
            except Unavailable:
                if not idle.closed:
                    raise
            # That one died while it lay idle; it says nothing about the database now.
        return self._ask_on(self._connect(), query, arguments)

    def _ask_on(
        self, connection: Connection, query: LiteralString, arguments: Any
    ) -> list[tuple[Any, ...]]:
        try:
            with faults_as_unavailable():
                return connection.execute(query, arguments).fetchall()
        finally:
            self._keep(connection)

    def _connect(self) -> Connection:
        return connect(
            self._dsn,
            self._application_name,
            options="-c default_transaction_read_only=on "
            f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
        )

    def _take_idle(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _keep(self, connection: Connection) -> None:
        with self._lock:
            if not connection.closed and len(self._idle) < _KEPT_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()


def _alarm_entry(row: Sequence[Any]) -> TimelineEntry:
    at, kind, change, operator, note = row
    return TimelineEntry(at, "alarm", f"{kind} {change}", _joined(operator, note))


def _connection_entry(row: Sequence[Any]) -> TimelineEntry:
    at, connected = row
    return TimelineEntry(at, "connection", "connected" if connected else "disconnected")


def _command_entry(row: Sequence[Any]) -> TimelineEntry:
    at, name, state, operator, message = row
    return TimelineEntry(at, "command", f"{name} {state}", _joined(operator, message))


def _output_entry(row: Sequence[Any]) -> TimelineEntry:
    at, output, state, duration_s, elapsed_s = row
    known = OutputType.of(output)
    name = known.name if isinstance(known, OutputType) else f"output {output}"
    if state == EventState.STARTING:
        return TimelineEntry(
            at, "output", f"{name} on", f"{duration_s} s" if duration_s else "until switched off"
        )
    return TimelineEntry(at, "output", f"{name} off", f"after {elapsed_s} s")


def _joined(*words: str) -> str:
    return ": ".join(filter(None, words))
