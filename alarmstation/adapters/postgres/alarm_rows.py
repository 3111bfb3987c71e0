"""Alarms, their transitions and the input events behind them, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alarmstation.adapters.postgres import storable
from alarmstation.adapters.postgres.connection import Cursor
from alarmstation.adapters.postgres.part import Part
from alarmstation.application.batch import InputEvent
from alarmstation.domain.alarm import Alarm, AlarmKind, AlarmTransition, Ledger, Severity

# A row never goes back to a lower version. At the same version only the ledger may have grown;
# an acknowledgment that was taken back leaves it with the next version.
_UPSERT = """
    INSERT INTO alarm_event AS kept (
        id, device_id, kind, severity, raised_at, last_raised_at, active, acknowledged, latched,
        raise_count, version, cleared_at, acknowledged_at, acknowledged_by, claimed_at,
        claimed_by, silenced_until, closed_at, note, marks, detail, wire_priority,
        ledger_device_time, ledger_received_at, ledger_decided_at, ledger_painted_at,
        ledger_sounded_at, ledger_committed_at, ledger_claimed_at, ledger_acknowledged_at)
    VALUES (
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
        %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        severity = excluded.severity,
        last_raised_at = excluded.last_raised_at,
        active = excluded.active,
        acknowledged = excluded.acknowledged,
        latched = excluded.latched,
        raise_count = excluded.raise_count,
        version = excluded.version,
        cleared_at = excluded.cleared_at,
        acknowledged_at = excluded.acknowledged_at,
        acknowledged_by = excluded.acknowledged_by,
        claimed_at = excluded.claimed_at,
        claimed_by = excluded.claimed_by,
        silenced_until = excluded.silenced_until,
        closed_at = excluded.closed_at,
        note = excluded.note,
        marks = excluded.marks,
        detail = excluded.detail,
        ledger_device_time = coalesce(excluded.ledger_device_time, kept.ledger_device_time),
        ledger_decided_at = coalesce(excluded.ledger_decided_at, kept.ledger_decided_at),
        ledger_painted_at = coalesce(excluded.ledger_painted_at, kept.ledger_painted_at),
        ledger_sounded_at = coalesce(excluded.ledger_sounded_at, kept.ledger_sounded_at),
        ledger_committed_at = coalesce(excluded.ledger_committed_at, kept.ledger_committed_at),
        ledger_claimed_at = coalesce(excluded.ledger_claimed_at, kept.ledger_claimed_at),
        ledger_acknowledged_at = CASE
            WHEN excluded.version > kept.version THEN excluded.ledger_acknowledged_at
            ELSE coalesce(excluded.ledger_acknowledged_at, kept.ledger_acknowledged_at) END
     WHERE excluded.version >= kept.version
"""

_COLUMNS = """
    id, device_id, kind, severity, raised_at, last_raised_at, active, acknowledged, latched,
    raise_count, version, cleared_at, acknowledged_at, acknowledged_by, claimed_at,
    claimed_by, silenced_until, closed_at, note, marks, detail, wire_priority,
    ledger_device_time, ledger_received_at, ledger_decided_at, ledger_painted_at,
    ledger_sounded_at, ledger_committed_at, ledger_claimed_at, ledger_acknowledged_at
"""

SELECT_OPEN = f"SELECT {_COLUMNS} FROM alarm_event WHERE closed_at IS NULL ORDER BY raised_at, id"  # noqa: S608 - constants
SELECT_CLOSED = f"""
    SELECT {_COLUMNS} FROM alarm_event WHERE closed_at >= %s ORDER BY closed_at DESC, id LIMIT %s
"""  # noqa: S608 - constants

_INSERT_TRANSITION = """
    INSERT INTO alarm_transition
        (id, alarm_id, device_id, version, change, at, operator, station, note, device_time)
    VALUES (%s, %s, (SELECT device_id FROM alarm_event WHERE id = %s), %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO NOTHING
"""

_INSERT_EVENT = """
    INSERT INTO input_event
        (device_id, key, received_at, type, state, sequence, boot_id, device_time, alarm_id, marks)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (device_id, key) DO NOTHING
"""

SELECT_EVENT_KEYS = """
    SELECT device_id, key FROM input_event WHERE received_at > now() - interval '30 days'
"""


def _alarm_tuple(alarm: Alarm) -> tuple[Any, ...]:
    ledger = alarm.ledger
    return (
        alarm.id,
        alarm.device_id or None,  # 0: an alarm of the station itself
        alarm.kind.value,
        alarm.severity.value,
        alarm.raised_at,
        alarm.last_raised_at,
        alarm.active,
        alarm.acknowledged,
        alarm.latched,
        alarm.raise_count,
        alarm.version,
        alarm.cleared_at,
        alarm.acknowledged_at,
        storable.text(alarm.acknowledged_by),
        alarm.claimed_at,
        storable.text(alarm.claimed_by),
        alarm.silenced_until,
        alarm.closed_at,
        storable.text(alarm.note),
        sorted(map(storable.text, alarm.marks)),
        storable.text(alarm.detail),
        alarm.wire_priority,
        ledger.device_time,
        ledger.received_at,
        ledger.decided_at,
        ledger.painted_at,
        ledger.sounded_at,
        ledger.committed_at,
        ledger.claimed_at,
        ledger.acknowledged_at,
    )


def alarm(row: Sequence[Any]) -> Alarm:
    """A row of `SELECT_OPEN` or `SELECT_CLOSED` as what it means."""
    # The columns stand in the order of the dataclass's own fields.
    values = [
        row[0],
        row[1] or 0,
        AlarmKind(row[2]),
        Severity(row[3]),
        *row[4:19],
        frozenset(row[19]),
        row[20],
        row[21],
        Ledger(*row[22:]),
    ]
    return Alarm(*values)


def _transition_tuple(transition: AlarmTransition) -> tuple[Any, ...]:
    return (
        transition.id,
        transition.alarm_id,
        transition.alarm_id,
        transition.version,
        transition.change.value,
        transition.at,
        storable.text(transition.operator),
        storable.text(transition.station),
        storable.text(transition.note),
        transition.device_time,
    )


def _event_tuple(event: InputEvent) -> tuple[Any, ...]:
    return (
        event.device_id,
        storable.text(event.key),
        event.received_at,
        event.type,
        event.state,
        event.sequence,
        event.boot_id,
        event.device_time,
        event.alarm_id,
        list(map(storable.text, event.marks)),
    )


def _write_alarms(cursor: Cursor, rows: Sequence[Alarm]) -> None:
    cursor.executemany(_UPSERT, map(_alarm_tuple, rows))


def _write_transitions(cursor: Cursor, rows: Sequence[AlarmTransition]) -> None:
    cursor.executemany(_INSERT_TRANSITION, map(_transition_tuple, rows))


def _write_events(cursor: Cursor, rows: Sequence[InputEvent]) -> None:
    cursor.executemany(_INSERT_EVENT, map(_event_tuple, rows))


ALARMS: Part[Alarm] = Part(
    "alarm",
    lambda batch: tuple(batch.alarms.values()),
    _write_alarms,
    lambda alarm: f"{alarm.kind} of device {alarm.device_id} ({alarm.id})",
)
TRANSITIONS: Part[AlarmTransition] = Part(
    "alarm transition",
    lambda batch: batch.transitions,
    _write_transitions,
    lambda transition: f"{transition.change} of alarm {transition.alarm_id}",
)
EVENTS: Part[InputEvent] = Part(
    "input event",
    lambda batch: batch.events,
    _write_events,
    lambda event: f"{event.key!r} of device {event.device_id}",
)
