"""Rows that say what went on: output runs, gaps, refusals, the audit log, ingest sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from alarmstation.adapters.postgres import storable
from alarmstation.adapters.postgres.connection import Cursor
from alarmstation.adapters.postgres.part import Part
from alarmstation.application.batch import AuditRecord, IngestSession, RefusalCount
from alarmstation.domain.telemetry import Gap, OutputActivity

AUDIT_NAMESPACE = UUID("0c7c2f4e-3f0b-5d0e-8a37-51e3c4bfb1d2")
"""Namespace of the ids of audit records; never changes."""

SELECT_LAST_SESSION = """
    SELECT id, station, started_at, last_alive_at, ended_at
      FROM ingest_session ORDER BY last_alive_at DESC LIMIT 1
"""

_INSERT_OUTPUT = """
    INSERT INTO output_activity (
        device_id, received_at, output, pattern, state, duration_s, elapsed_s, event_sequence,
        device_time)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""
_UPSERT_GAP = """
    INSERT INTO gap AS kept (device_id, started_at, ended_at, reason) VALUES (%s, %s, %s, %s)
    ON CONFLICT (device_id, started_at, reason) DO UPDATE SET ended_at = excluded.ended_at
     WHERE excluded.ended_at > kept.ended_at
"""
# The count of a batch is added, once: a batch that comes again says nothing later.
_ADD_REFUSALS = """
    INSERT INTO message_refusal AS kept (host, reason, count, last_at, sample, detail)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (host, reason) DO UPDATE SET
        count = kept.count + excluded.count, last_at = excluded.last_at,
        sample = excluded.sample, detail = excluded.detail
     WHERE excluded.last_at > kept.last_at
"""
_INSERT_AUDIT = """
    INSERT INTO audit_log (id, at, operator, action, target, outcome, detail)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO NOTHING
"""
_UPSERT_SESSION = """
    INSERT INTO ingest_session AS kept (id, station, started_at, last_alive_at, ended_at)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        last_alive_at = greatest(kept.last_alive_at, excluded.last_alive_at),
        ended_at = coalesce(excluded.ended_at, kept.ended_at)
"""


def audit_id(record: AuditRecord) -> UUID:
    """The same for the same record, so that a replay adds nothing."""
    parts = (
        record.at.isoformat(),
        record.operator,
        record.action,
        record.target,
        record.outcome,
        record.detail,
    )
    return uuid5(AUDIT_NAMESPACE, "\x1f".join(map(storable.text, parts)))


def session(row: Sequence[Any]) -> IngestSession:
    """A row of `SELECT_LAST_SESSION`."""
    return IngestSession(*row)


def _write_outputs(cursor: Cursor, rows: Sequence[OutputActivity]) -> None:
    cursor.executemany(
        _INSERT_OUTPUT,
        (
            (
                it.device_id,
                it.received_at,
                it.output,
                it.pattern,
                it.state,
                it.duration_s,
                it.elapsed_s,
                it.event_sequence,
                it.device_time,
            )
            for it in rows
        ),
    )


def _write_gaps(cursor: Cursor, rows: Sequence[Gap]) -> None:
    cursor.executemany(
        _UPSERT_GAP,
        ((it.device_id, it.started_at, it.ended_at, storable.text(it.reason)) for it in rows),
    )


def _write_refusals(cursor: Cursor, rows: Sequence[RefusalCount]) -> None:
    cursor.executemany(
        _ADD_REFUSALS,
        (
            (
                storable.text(it.host),
                it.reason,
                it.count,
                it.last_at,
                it.sample,
                storable.text(it.detail),
            )
            for it in rows
        ),
    )


def _write_audit(cursor: Cursor, rows: Sequence[AuditRecord]) -> None:
    cursor.executemany(
        _INSERT_AUDIT,
        (
            (
                audit_id(it),
                it.at,
                storable.text(it.operator),
                storable.text(it.action),
                storable.text(it.target),
                storable.text(it.outcome),
                storable.json_text(it.detail),
            )
            for it in rows
        ),
    )


def _write_session(cursor: Cursor, rows: Sequence[IngestSession]) -> None:
    cursor.executemany(
        _UPSERT_SESSION,
        (
            (it.id, storable.text(it.station), it.started_at, it.last_alive_at, it.ended_at)
            for it in rows
        ),
    )


OUTPUTS: Part[OutputActivity] = Part(
    "output run",
    lambda batch: batch.outputs,
    _write_outputs,
    lambda run: f"of device {run.device_id} at {run.received_at}",
)
GAPS: Part[Gap] = Part(
    "gap", lambda batch: batch.gaps, _write_gaps, lambda gap: f"from {gap.started_at}"
)
REFUSALS: Part[RefusalCount] = Part(
    "refusal count",
    lambda batch: tuple(batch.refusals.values()),
    _write_refusals,
    lambda refusal: f"{refusal.reason} of host {refusal.host!r}",
)
AUDIT: Part[AuditRecord] = Part(
    "audit record",
    lambda batch: batch.audit,
    _write_audit,
    lambda record: f"{record.action!r} by {record.operator!r} at {record.at}",
)
SESSION: Part[IngestSession] = Part(
    "ingest session",
    lambda batch: () if batch.session is None else (batch.session,),
    _write_session,
    lambda session: str(session.id),
)
