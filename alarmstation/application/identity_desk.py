"""Keeps each unit's echoed id equal to the station's (`protocol.md` 8.1)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alarmstation.application.changes import Changes
from alarmstation.application.command_desk import CommandDesk
from alarmstation.application.unit import Directory, Unit
from alarmstation.domain.command import ENDS, Command
from alarmstation.domain.errors import UserError

log = logging.getLogger(__name__)

BACK_OFF = (
    timedelta(seconds=10),
    timedelta(seconds=60),
    timedelta(seconds=300),
    timedelta(hours=1),
)
WARN_AFTER = 3
CONFIG_PAUSE = timedelta(seconds=10)
"""At most one config command per host in this time."""

LEAST_INTERVAL_S, MOST_INTERVAL_S = 10, 3600
"""Heartbeat intervals that a unit can have (`protocol.md` 5.3)."""


@dataclass(slots=True)
class _Attempt:
    count: int
    next_at: datetime
    request_id: str = ""


class IdentityDesk:
    """One synchronisation in flight per device, with growing pauses."""

    def __init__(self, directory: Directory, changes: Changes, commands: CommandDesk) -> None:
        self._directory = directory
        self._changes = changes
        self._commands = commands
        self._attempts: dict[int, _Attempt] = {}

    def heard(self, unit: Unit, at: datetime) -> None:
        """A heartbeat, status or login told which id the unit holds."""
        if not unit.is_enrolled or not unit.key_fingerprint:
            return
        if unit.status.echoed_id == unit.id:
            self._attempts.pop(unit.id, None)
            return
        attempt = self._attempts.get(unit.id)
        if attempt is not None and (at < attempt.next_at or self._is_running(attempt)):
            return
        written_at = self._commands.config_sent_at(unit)
        if written_at is not None and at - written_at < CONFIG_PAUSE:
            return
        count = 1 if attempt is None else attempt.count + 1
        pause = BACK_OFF[min(count, len(BACK_OFF)) - 1]
        self._attempts[unit.id] = attempt = _Attempt(count, at + pause)
        if count == WARN_AFTER + 1:
            log.warning(
                "%s does not take over its id %d: %d attempts failed", unit.host, unit.id, count - 1
            )
        try:
            attempt.request_id = self._commands.assign_id(unit, at).request_id
        except UserError as error:
            log.info("%s: id not assigned: %s", unit.host, error)

    def _is_running(self, attempt: _Attempt) -> bool:
        command = self._commands.find(attempt.request_id)
        return command is not None and command.state not in ENDS

    def clock_moved(self) -> None:
        """The station's clock was set back: no pause may last until the old time comes again."""
        self._attempts.clear()

    def confirmed(self, unit: Unit, command: Command, payload: str) -> None:
        """A device config was read back: interval and id are known now (`protocol.md` 8.7)."""
        if command.name != "read device":
            return
        read = _object(payload)
        interval, echoed = read.get("hb_interval"), read.get("device_id")
        if echoed == unit.id and unit.status.echoed_id != unit.id:
            unit.status = replace(unit.status, echoed_id=unit.id)
            self._attempts.pop(unit.id, None)
            self._changes.batch.statuses[unit.id] = unit.status
            self._changes.shown.devices.add(unit.id)
        if not isinstance(interval, int) or not LEAST_INTERVAL_S <= interval <= MOST_INTERVAL_S:
            return
        if interval != unit.device.heartbeat_interval_s:
            self._directory.change(unit, replace(unit.device, heartbeat_interval_s=interval))
            self._changes.batch.devices[unit.id] = unit.device
            self._changes.shown.devices.add(unit.id)


def _object(payload: str) -> dict[str, object]:
    try:
        read = json.loads(payload)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
