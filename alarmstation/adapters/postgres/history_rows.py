"""History rows in the table `heartbeats`, both ways."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from alarmstation.adapters.postgres import storable
from alarmstation.adapters.postgres.connection import Cursor
from alarmstation.adapters.postgres.part import Part, Staging
from alarmstation.domain.device import Io, Quality, QualityReason, Reading
from alarmstation.domain.telemetry import (
    ChangeMask,
    ChangeType,
    FieldChange,
    HistoryRow,
    Sample,
)

# Codes of the columns; written down in their comments and never renumbered.
QUALITIES = (Quality.GOOD, Quality.UNCERTAIN, Quality.BAD)
REASONS = (
    QualityReason.NONE,
    QualityReason.MISSING,
    QualityReason.RANGE,
    QualityReason.FROZEN,
    QualityReason.SENSOR_FAULT,
    QualityReason.BAD_CLOCK,
    QualityReason.OFFLINE,
)
CHANGE_TYPES = (
    ChangeType.ALARM,
    ChangeType.STATE_CHANGE,
    ChangeType.CONNECTION,
    ChangeType.SENSOR_DATA,
    ChangeType.MANUAL,
    ChangeType.PERIODIC,
)
QUALITY_CODE = {quality: code for code, quality in enumerate(QUALITIES)}
REASON_CODE = {reason: code for code, reason in enumerate(REASONS)}
CHANGE_TYPE_CODE = {kind: code for code, kind in enumerate(CHANGE_TYPES, start=1)}

_DECIMALS = 4  # of numbers in `changes`: hides the tails of float32, and thresholds are coarser

STAGING = Staging(
    "staging_heartbeats",
    (
        ("received_at", "timestamptz"),
        ("device_time", "timestamptz"),
        ("uptime_s", "int8"),
        ("device_id", "int4"),
        ("mask", "int4"),
        ("temperature_c", "float4"),
        ("humidity_pct", "float4"),
        ("fan_pct", "int8"),
        ("device_state", "int8"),
        ("temperature_quality", "int2"),
        ("temperature_reason", "int2"),
        ("humidity_quality", "int2"),
        ("humidity_reason", "int2"),
        ("change_type", "int2"),
        ("connected", "bool"),
        ("clock_trusted", "bool"),
        ("panic1", "bool"),
        ("panic2", "bool"),
        ("tamper", "bool"),
        ("aux1", "bool"),
        ("aux2", "bool"),
        ("siren", "bool"),
        ("turret", "bool"),
        ("relay1", "bool"),
        ("relay2", "bool"),
        ("changes", "text"),
    ),
    """
    INSERT INTO heartbeats (
        received_at, device_time, uptime_s, device_id, mask, temperature_c, humidity_pct, fan_pct,
        device_state, temperature_quality, temperature_reason, humidity_quality, humidity_reason,
        change_type, connected, clock_trusted, panic1, panic2, tamper, aux1, aux2, siren, turret,
        relay1, relay2, changes)
    SELECT
        received_at, device_time, uptime_s, device_id, mask, temperature_c, humidity_pct, fan_pct,
        device_state, temperature_quality, temperature_reason, humidity_quality, humidity_reason,
        change_type, connected, clock_trusted, panic1, panic2, tamper, aux1, aux2, siren, turret,
        relay1, relay2, changes::jsonb
      FROM staging_heartbeats
    ON CONFLICT DO NOTHING
    """,
)

# The last stored row of each device. Looking from a day before its last heartbeat on keeps the
# search within one or two partitions however long the history is.
REFERENCES = """
    SELECT h.received_at, h.device_time, h.uptime_s, h.device_id, h.mask, h.temperature_c,
           h.humidity_pct, h.fan_pct, h.device_state, h.temperature_quality,
           h.temperature_reason, h.humidity_quality, h.humidity_reason, h.change_type,
           h.connected, h.clock_trusted, h.panic1, h.panic2, h.tamper, h.aux1, h.aux2, h.siren,
           h.turret, h.relay1, h.relay2, h.changes
      FROM device d
      LEFT JOIN device_status s ON s.device_id = d.id
     CROSS JOIN LATERAL (
           SELECT * FROM heartbeats
            WHERE device_id = d.id
              AND received_at >= coalesce(s.last_heartbeat_at, s.last_seen_at, '-infinity')
                                 - interval '1 day'
            ORDER BY received_at DESC LIMIT 1) h
     ORDER BY h.device_id
"""


def _tuple(row: HistoryRow) -> tuple[Any, ...]:
    sample = row.sample
    io, temperature, humidity = sample.io, sample.temperature_c, sample.humidity_pct
    return (
        sample.received_at,
        sample.device_time,
        sample.uptime_s,
        sample.device_id,
        row.mask.value,
        temperature.value,
        humidity.value,
        io.fan_pct,
        sample.device_state,
        QUALITY_CODE[temperature.quality],
        REASON_CODE[temperature.reason],
        QUALITY_CODE[humidity.quality],
        REASON_CODE[humidity.reason],
        CHANGE_TYPE_CODE[row.change_type],
        sample.connected,
        sample.clock_trusted,
        io.panic1,
        io.panic2,
        io.tamper,
        io.aux1,
        io.aux2,
        io.siren,
        io.turret,
        io.relay1,
        io.relay2,
        _changes_json(row.changes) if row.changes else None,
    )


def history_row(row: Sequence[Any]) -> HistoryRow:
    """A row of `REFERENCES` as what it means."""
    return HistoryRow(
        Sample(
            device_id=row[3],
            received_at=row[0],
            temperature_c=Reading(row[5], QUALITIES[row[9]], REASONS[row[10]]),
            humidity_pct=Reading(row[6], QUALITIES[row[11]], REASONS[row[12]]),
            io=Io(
                panic1=row[16],
                panic2=row[17],
                tamper=row[18],
                aux1=row[19],
                aux2=row[20],
                siren=row[21],
                turret=row[22],
                relay1=row[23],
                relay2=row[24],
                fan_pct=row[7],
            ),
            device_state=row[8],
            connected=row[14],
            uptime_s=row[2],
            device_time=row[1],
            clock_trusted=row[15],
        ),
        CHANGE_TYPES[row[13] - 1],
        ChangeMask(row[4]),
        tuple(FieldChange(field, *values) for field, values in (row[25] or {}).items()),
    )


def _changes_json(changes: tuple[FieldChange, ...]) -> str:
    """{"field": [old, new]} or, for numbers, [old, new, difference]."""
    stored: dict[str, list[Any]] = {}
    for change in changes:
        values: list[Any] = [change.old, change.new]
        if change.difference is not None:
            values.append(change.difference)
        stored[change.field] = [_short(value) for value in values]
    return json.dumps(stored, separators=(",", ":"))


def _short(value: Any) -> Any:
    if isinstance(value, float):
        finite = storable.number(value)
        return None if finite is None else round(finite, _DECIMALS)
    return value


def _write(cursor: Cursor, rows: Sequence[HistoryRow]) -> None:
    STAGING.write(cursor, map(_tuple, rows))


def _label(row: HistoryRow) -> str:
    at: datetime = row.sample.received_at
    return f"of device {row.sample.device_id} received at {at:%Y-%m-%d %H:%M:%S.%f}"


HISTORY: Part[HistoryRow] = Part("history row", lambda batch: batch.history, _write, _label)
