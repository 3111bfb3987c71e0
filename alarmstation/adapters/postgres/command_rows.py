"""Commands and their rungs, both ways. Only what is redacted is ever written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from alarmstation.adapters.postgres import storable
from alarmstation.adapters.postgres.connection import Cursor
from alarmstation.adapters.postgres.part import Part
from alarmstation.domain.command import Command, CommandState, CommandStep, Family

_UPSERT = """
    INSERT INTO command AS kept (
        request_id, device_id, family, name, operator, created_at, expires_at, timeout_s,
        idempotent, state, step_count, attempts, error_code, message, request_json,
        response_json, permanent, queued)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (request_id) DO UPDATE SET
        expires_at = excluded.expires_at,
        state = excluded.state,
        step_count = excluded.step_count,
        attempts = excluded.attempts,
        error_code = excluded.error_code,
        message = excluded.message,
        response_json = excluded.response_json,
        queued = excluded.queued
     WHERE (excluded.step_count, excluded.attempts) >= (kept.step_count, kept.attempts)
"""

SELECT_RECENT = """
    SELECT request_id, device_id, family, name, operator, created_at, expires_at, timeout_s,
           idempotent, state, attempts, error_code, message, request_json::text,
           response_json, permanent, queued
      FROM command
     WHERE state IN ('PENDING', 'SENT', 'ACKNOWLEDGED')
        OR request_id IN (
           SELECT request_id FROM command ORDER BY created_at DESC, request_id DESC LIMIT 200)
     ORDER BY created_at, request_id
"""

SELECT_RECENT_STEPS = """
    SELECT s.request_id, s.number, s.state, s.at, s.note
      FROM command_step s JOIN command c USING (request_id)
     WHERE c.state IN ('PENDING', 'SENT', 'ACKNOWLEDGED')
        OR c.request_id IN (
           SELECT request_id FROM command ORDER BY created_at DESC, request_id DESC LIMIT 200)
     ORDER BY s.request_id, s.number
"""

_INSERT_STEP = """
    INSERT INTO command_step (request_id, number, state, at, note) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (request_id, number) DO NOTHING
"""


def _command_tuple(command: Command) -> tuple[Any, ...]:
    return (
        command.request_id,
        command.device_id,
        command.family.value,
        command.name,
        storable.text(command.operator),
        command.created_at,
        command.expires_at,
        command.timeout_s,
        command.idempotent,
        command.state.value,
        len(command.steps),
        command.attempts,
        command.error_code,
        storable.text(command.message),
        storable.json_text(command.request_json),
        storable.text(command.response_json),
        command.permanent,
        command.queued,
    )


def recent_commands(
    rows: Iterable[Sequence[Any]], step_rows: Iterable[Sequence[Any]]
) -> tuple[Command, ...]:
    """Rows of `SELECT_RECENT` with those of `SELECT_RECENT_STEPS` as what they mean."""
    steps: dict[str, list[CommandStep]] = {}
    for request_id, number, state, at, note in step_rows:
        step = CommandStep(request_id, number, CommandState(state), at, note)
        steps.setdefault(request_id, []).append(step)
    return tuple(
        Command(
            request_id=row[0],
            device_id=row[1],
            family=Family(row[2]),
            name=row[3],
            body=None,
            operator=row[4],
            created_at=row[5],
            expires_at=row[6],
            timeout_s=row[7],
            idempotent=row[8],
            state=CommandState(row[9]),
            steps=tuple(steps.get(row[0], ())),
            attempts=row[10],
            error_code=row[11],
            message=row[12],
            request_json=row[13],
            response_json=row[14],
            permanent=row[15],
            queued=row[16],
        )
        for row in rows
    )


def _write_commands(cursor: Cursor, rows: Sequence[Command]) -> None:
    cursor.executemany(_UPSERT, map(_command_tuple, rows))


def _write_steps(cursor: Cursor, rows: Sequence[CommandStep]) -> None:
    cursor.executemany(
        _INSERT_STEP,
        (
            (step.request_id, step.number, step.state.value, step.at, storable.text(step.note))
            for step in rows
        ),
    )


COMMANDS: Part[Command] = Part(
    "command",
    lambda batch: tuple(batch.commands.values()),
    _write_commands,
    lambda command: f"{command.name} {command.request_id}",
)
STEPS: Part[CommandStep] = Part(
    "command step",
    lambda batch: batch.steps,
    _write_steps,
    lambda step: f"{step.number} of command {step.request_id}",
)
