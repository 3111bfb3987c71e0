"""Sirens and turrets that run past their duration (`protocol.md` 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from alarmstation.application.unit import Unit
from alarmstation.domain import catalogue
from alarmstation.domain.messages import CommandBody, OutputCommand, OutputType

OVERRUN = timedelta(seconds=10)
"""A siren or turret running this long past its duration gets an OFF."""

WATCHED_FOR = timedelta(seconds=120)
"""What runs longer past its end runs for another reason."""

NAMES = {OutputType.SIREN.value: "siren", OutputType.TURRET.value: "turret"}
"""Outputs that are watched, by the names of their commands."""


def switched(unit: Unit, body: CommandBody | None, at: datetime) -> None:
    """A command has left: note until when its outputs run. A permanent one has no end."""
    if not isinstance(body, OutputCommand):
        return
    for output in _watched(body.output):
        unit.outputs_until.pop(output, None)
        if body.total_duration and not catalogue.is_off(body):
            unit.outputs_until[output] = at + timedelta(seconds=body.total_duration)


def stopped(unit: Unit, output: int) -> None:
    """The unit says that a run has ended: what runs later is not ours to end."""
    for each in _watched(output):
        unit.outputs_until.pop(each, None)


def overdue(unit: Unit, at: datetime) -> Iterator[tuple[int, str]]:
    """Outputs (number, command name) that still run and should not; the others are forgotten."""
    io = unit.status.io
    if io is None:
        return
    for output, until in tuple(unit.outputs_until.items()):
        if at < until + OVERRUN:
            continue
        is_on = io.siren if output == OutputType.SIREN else io.turret
        if is_on and at < until + OVERRUN + WATCHED_FOR:
            yield output, NAMES[output]
        else:
            del unit.outputs_until[output]


def _watched(output: int) -> tuple[int, ...]:
    if output == OutputType.ALL:
        return tuple(NAMES)
    return (int(output),) if int(output) in NAMES else ()
