"""Rows of `device_status`, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alarmstation.adapters.postgres import storable
from alarmstation.adapters.postgres.connection import Cursor
from alarmstation.adapters.postgres.history_rows import (
    QUALITIES,
    QUALITY_CODE,
    REASON_CODE,
    REASONS,
)
from alarmstation.adapters.postgres.part import Part, Staging
from alarmstation.domain.device import CommState, DeviceStatus, Io, Reading

# An older batch may come after a newer one (what waited while the database was away): what was
# heard later wins, and among equals what the station noticed later.
#
# Numbers of the wire are staged as int8: encoding one that does not fit would cut it silently,
# where the merge into a narrower column refuses it aloud.
STAGING = Staging(
    "staging_device_status",
    (
        ("device_id", "int4"),
        ("comm_state", "text"),
        ("comm_since", "timestamptz"),
        ("silent_since", "timestamptz"),
        ("last_seen_at", "timestamptz"),
        ("last_heartbeat_at", "timestamptz"),
        ("device_state", "int8"),
        ("panic1", "bool"),
        ("panic2", "bool"),
        ("tamper", "bool"),
        ("aux1", "bool"),
        ("aux2", "bool"),
        ("siren", "bool"),
        ("turret", "bool"),
        ("relay1", "bool"),
        ("relay2", "bool"),
        ("fan_pct", "int8"),
        ("temperature_c", "float4"),
        ("temperature_quality", "int2"),
        ("temperature_reason", "int2"),
        ("humidity_pct", "float4"),
        ("humidity_quality", "int2"),
        ("humidity_reason", "int2"),
        ("uptime_s", "int8"),
        ("boot_count", "int8"),
        ("boot_id", "int8"),
        ("firmware", "text"),
        ("interface", "int8"),
        ("rssi_dbm", "int8"),
        ("ip_address", "text"),
        ("echoed_id", "int8"),
        ("device_time", "timestamptz"),
        ("skew_s", "float8"),
        ("free_heap", "int8"),
        ("error_flags", "int8"),
        ("panic1_count", "int8"),
        ("panic2_count", "int8"),
        ("tamper_count", "int8"),
        ("ota_validated", "bool"),
        ("partition", "int8"),
        ("received_messages", "int8"),
        ("received_samples", "int8"),
        ("stored_rows", "int8"),
    ),
    """
    INSERT INTO device_status AS kept (
        device_id, comm_state, comm_since, silent_since, last_seen_at, last_heartbeat_at,
        device_state, panic1, panic2, tamper, aux1, aux2, siren, turret, relay1, relay2, fan_pct,
        temperature_c, temperature_quality, temperature_reason,
        humidity_pct, humidity_quality, humidity_reason,
        uptime_s, boot_count, boot_id, firmware, interface, rssi_dbm, ip_address, echoed_id,
        device_time, skew_s, free_heap, error_flags, panic1_count, panic2_count, tamper_count,
        ota_validated, partition, received_messages, received_samples, stored_rows)
    SELECT * FROM staging_device_status
    ON CONFLICT (device_id) DO UPDATE SET
        (comm_state, comm_since, silent_since, last_seen_at, last_heartbeat_at,
         device_state, panic1, panic2, tamper, aux1, aux2, siren, turret, relay1, relay2, fan_pct,
         temperature_c, temperature_quality, temperature_reason,
         humidity_pct, humidity_quality, humidity_reason,
         uptime_s, boot_count, boot_id, firmware, interface, rssi_dbm, ip_address, echoed_id,
         device_time, skew_s, free_heap, error_flags, panic1_count, panic2_count, tamper_count,
         ota_validated, partition, received_messages, received_samples, stored_rows)
      = (excluded.comm_state, excluded.comm_since, excluded.silent_since, excluded.last_seen_at,
         excluded.last_heartbeat_at, excluded.device_state, excluded.panic1, excluded.panic2,
         excluded.tamper, excluded.aux1, excluded.aux2, excluded.siren, excluded.turret,
         excluded.relay1, excluded.relay2, excluded.fan_pct, excluded.temperature_c,
         excluded.temperature_quality, excluded.temperature_reason, excluded.humidity_pct,
         excluded.humidity_quality, excluded.humidity_reason, excluded.uptime_s,
         excluded.boot_count, excluded.boot_id, excluded.firmware, excluded.interface,
         excluded.rssi_dbm, excluded.ip_address, excluded.echoed_id, excluded.device_time,
         excluded.skew_s, excluded.free_heap, excluded.error_flags, excluded.panic1_count,
         excluded.panic2_count, excluded.tamper_count, excluded.ota_validated,
         excluded.partition, excluded.received_messages, excluded.received_samples,
         excluded.stored_rows)
     WHERE (coalesce(excluded.last_seen_at, '-infinity'),
            coalesce(excluded.comm_since, '-infinity'))
        >= (coalesce(kept.last_seen_at, '-infinity'), coalesce(kept.comm_since, '-infinity'))
    """,
)

SELECT = """
    SELECT device_id, comm_state, comm_since, silent_since, last_seen_at, last_heartbeat_at,
           device_state, panic1, panic2, tamper, aux1, aux2, siren, turret, relay1, relay2,
           fan_pct, temperature_c, temperature_quality, temperature_reason,
           humidity_pct, humidity_quality, humidity_reason,
           uptime_s, boot_count, boot_id, firmware, interface, rssi_dbm, ip_address, echoed_id,
           device_time, skew_s, free_heap, error_flags, panic1_count, panic2_count, tamper_count,
           ota_validated, partition, received_messages, received_samples, stored_rows
      FROM device_status ORDER BY device_id
"""

_NEVER_TOLD = (None,) * 10


def _io_tuple(io: Io) -> tuple[Any, ...]:
    return (
        io.panic1,
        io.panic2,
        io.tamper,
        io.aux1,
        io.aux2,
        io.siren,
        io.turret,
        io.relay1,
        io.relay2,
        io.fan_pct,
    )


def _tuple(status: DeviceStatus) -> tuple[Any, ...]:
    temperature, humidity = status.temperature_c, status.humidity_pct
    return (
        status.device_id,
        status.comm_state.value,
        status.comm_since,
        status.silent_since,
        status.last_seen_at,
        status.last_heartbeat_at,
        status.device_state,
        *(_NEVER_TOLD if status.io is None else _io_tuple(status.io)),
        temperature.value,
        QUALITY_CODE[temperature.quality],
        REASON_CODE[temperature.reason],
        humidity.value,
        QUALITY_CODE[humidity.quality],
        REASON_CODE[humidity.reason],
        status.uptime_s,
        status.boot_count,
        status.boot_id,
        storable.text(status.firmware),
        status.interface,
        status.rssi_dbm,
        storable.text(status.ip_address),
        status.echoed_id,
        status.device_time,
        status.skew_s,
        status.free_heap,
        status.error_flags,
        status.panic1_count,
        status.panic2_count,
        status.tamper_count,
        status.ota_validated,
        status.partition,
        status.received_messages,
        status.received_samples,
        status.stored_rows,
    )


def device_status(row: Sequence[Any]) -> DeviceStatus:
    """A row of `SELECT` as what it means."""
    # The rest of the row stands in the order of the dataclass's own fields.
    values = [
        row[0],
        CommState(row[1]),
        *row[2:7],
        None if row[7] is None else Io(*row[7:17]),
        Reading(row[17], QUALITIES[row[18]], REASONS[row[19]]),
        Reading(row[20], QUALITIES[row[21]], REASONS[row[22]]),
        *row[23:],
    ]
    return DeviceStatus(*values)


def _write(cursor: Cursor, rows: Sequence[DeviceStatus]) -> None:
    STAGING.write(cursor, map(_tuple, rows))


STATUSES: Part[DeviceStatus] = Part(
    "device status",
    lambda batch: tuple(batch.statuses.values()),
    _write,
    lambda status: f"of device {status.device_id}",
)
