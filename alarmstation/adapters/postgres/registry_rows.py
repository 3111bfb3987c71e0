"""Sites, devices, operators and the state of the wire per device, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from alarmstation.adapters.postgres import storable
from alarmstation.adapters.postgres.connection import Cursor
from alarmstation.adapters.postgres.part import Part, Staging
from alarmstation.application.batch import KeyRecord
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.device import Device, Lifecycle, Site

SELECT_SITES = "SELECT id, name, parent_id FROM site ORDER BY id"
SELECT_DEVICES = """
    SELECT id, host, mac, name, site_id, lifecycle, require_signed, heartbeat_interval_s, note,
           created_at
      FROM device ORDER BY id
"""
SELECT_OPERATORS = """
    SELECT o.name, o.role, o.display_name, o.password_hash, o.language,
           array_remove(array_agg(g.site_id), NULL), o.active, o.valid_until
      FROM operator o LEFT JOIN operator_site g ON g.operator_name = o.name
     GROUP BY o.name ORDER BY o.name
"""
SELECT_WINDOWS = "SELECT device_id, state FROM receive_window"
SELECT_COUNTERS = "SELECT device_id, highest FROM send_counter"

_UPSERT_SITE = """
    INSERT INTO site (id, name, parent_id) VALUES (%s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id
"""
_UPSERT_DEVICE = """
    INSERT INTO device AS kept (
        id, host, mac, name, site_id, lifecycle, require_signed, heartbeat_interval_s, note,
        created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        host = excluded.host, mac = excluded.mac, name = excluded.name,
        site_id = excluded.site_id, lifecycle = excluded.lifecycle,
        require_signed = excluded.require_signed,
        heartbeat_interval_s = excluded.heartbeat_interval_s, note = excluded.note,
        created_at = coalesce(kept.created_at, excluded.created_at)
"""
_UPSERT_OPERATOR = """
    INSERT INTO operator (
        name, role, display_name, password_hash, language, active, valid_until)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (name) DO UPDATE SET
        role = excluded.role, display_name = excluded.display_name,
        password_hash = excluded.password_hash, language = excluded.language,
        active = excluded.active, valid_until = excluded.valid_until
"""
_REMOVE_GRANTS = (
    "DELETE FROM operator_site WHERE operator_name = %s AND site_id <> ALL (%s::int4[])"
)
_ADD_GRANTS = """
    INSERT INTO operator_site (operator_name, site_id) SELECT %s, unnest(%s::int4[])
    ON CONFLICT DO NOTHING
"""
UPSERT_COUNTER = """
    INSERT INTO send_counter AS kept (device_id, highest) VALUES (%s, %s)
    ON CONFLICT (device_id) DO UPDATE SET highest = excluded.highest
     WHERE excluded.highest > kept.highest
"""

_INSERT_KEY = """
    INSERT INTO device_key_fingerprint (device_id, fingerprint, weak, added_at)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (device_id, fingerprint) DO UPDATE SET
        weak = excluded.weak, added_at = excluded.added_at, retired_at = NULL
     WHERE excluded.added_at > device_key_fingerprint.added_at
"""
_RETIRE_KEYS = """
    UPDATE device_key_fingerprint SET retired_at = %s
     WHERE device_id = %s AND fingerprint <> %s AND retired_at IS NULL AND added_at < %s
"""

WINDOW_STAGING = Staging(
    "staging_receive_window",
    (("device_id", "int4"), ("state", "bytea")),
    """
    INSERT INTO receive_window (device_id, state)
    SELECT device_id, state FROM staging_receive_window
    ON CONFLICT (device_id) DO UPDATE SET state = excluded.state
    """,
)


def site(row: Sequence[Any]) -> Site:
    """A row of `SELECT_SITES`."""
    return Site(*row)


def device(row: Sequence[Any]) -> Device:
    """A row of `SELECT_DEVICES`."""
    values = [*row[:5], Lifecycle(row[5]), *row[6:]]
    return Device(*values)


def operator(row: Sequence[Any]) -> Operator:
    """A row of `SELECT_OPERATORS`."""
    values = [row[0], Role[row[1].upper()], *row[2:5], frozenset(row[5]), *row[6:]]
    return Operator(*values)


def _write_sites(cursor: Cursor, rows: Sequence[Site]) -> None:
    cursor.executemany(
        _UPSERT_SITE,
        ((it.id, storable.text(it.name), it.parent_id) for it in _parents_first(rows)),
    )


def _parents_first(sites: Iterable[Site]) -> list[Site]:
    """The sites in an order in which each comes after the one that it is a part of."""
    waiting = {site.id: site for site in sites}
    ordered: list[Site] = []
    while waiting:
        ready = [it for it in waiting.values() if it.parent_id not in waiting]
        if not ready:  # a ring: the database refuses it, with its own words
            ready = list(waiting.values())
        ordered.extend(waiting.pop(it.id) for it in ready)
    return ordered


def _write_devices(cursor: Cursor, rows: Sequence[Device]) -> None:
    cursor.executemany(
        _UPSERT_DEVICE,
        (
            (
                it.id,
                storable.text(it.host),
                it.mac,
                storable.text(it.name),
                it.site_id,
                it.lifecycle.value,
                it.require_signed,
                it.heartbeat_interval_s,
                storable.text(it.note),
                it.created_at,
            )
            for it in rows
        ),
    )


def _write_operators(cursor: Cursor, rows: Sequence[Operator]) -> None:
    cursor.executemany(
        _UPSERT_OPERATOR,
        (
            (
                it.name,
                it.role.name.lower(),
                storable.text(it.display_name),
                it.password_hash,
                it.language,
                it.active,
                it.valid_until,
            )
            for it in rows
        ),
    )
    grants = [(it.name, sorted(it.site_ids)) for it in rows]
    cursor.executemany(_ADD_GRANTS, grants)
    cursor.executemany(_REMOVE_GRANTS, grants)


def _write_keys(cursor: Cursor, rows: Sequence[KeyRecord]) -> None:
    cursor.executemany(
        _INSERT_KEY, ((it.device_id, it.fingerprint, it.weak, it.added_at) for it in rows)
    )
    cursor.executemany(
        _RETIRE_KEYS, ((it.added_at, it.device_id, it.fingerprint, it.added_at) for it in rows)
    )


def _write_windows(cursor: Cursor, rows: Sequence[tuple[int, bytes]]) -> None:
    WINDOW_STAGING.write(cursor, rows)


def _write_counters(cursor: Cursor, rows: Sequence[tuple[int, int]]) -> None:
    cursor.executemany(UPSERT_COUNTER, rows)


SITES: Part[Site] = Part(
    "site",
    lambda batch: tuple(batch.sites.values()),
    _write_sites,
    lambda site: f"{site.id} ({site.name!r})",
)
DEVICES: Part[Device] = Part(
    "device",
    lambda batch: tuple(batch.devices.values()),
    _write_devices,
    lambda device: f"{device.id} ({device.host!r})",
)
OPERATORS: Part[Operator] = Part(
    "operator",
    lambda batch: tuple(batch.operators.values()),
    _write_operators,
    lambda operator: repr(operator.name),
)
KEYS: Part[KeyRecord] = Part(
    "key fingerprint",
    lambda batch: tuple(batch.keys),
    _write_keys,
    lambda key: f"{key.fingerprint} of device {key.device_id}",
)
WINDOWS: Part[tuple[int, bytes]] = Part(
    "receive window",
    lambda batch: tuple(batch.windows.items()),
    _write_windows,
    lambda window: f"of device {window[0]}",
)
COUNTERS: Part[tuple[int, int]] = Part(
    "send counter",
    lambda batch: tuple(batch.counters.items()),
    _write_counters,
    lambda counter: f"of device {counter[0]}",
)
