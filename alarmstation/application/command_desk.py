"""Commands: the queue, the ladder, repeats, expiry and proof (`domain.md` 5, `protocol.md` 8.6).

Nothing is published here: `due` hands over what may leave once the batch that holds its counter
is committed, and `published` and `answered` tell what became of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alarmstation.application import overruns, stored_commands
from alarmstation.application.changes import Changes, Dispatch
from alarmstation.application.pace import PER_MINUTE, Pace
from alarmstation.application.unit import Unit
from alarmstation.domain import catalogue, completion, observation
from alarmstation.domain.catalogue import Fields
from alarmstation.domain.command import ENDS, Command, CommandState, CommandStep
from alarmstation.domain.counters import SendCounter
from alarmstation.domain.device import CommState
from alarmstation.domain.errors import Refused, UserError
from alarmstation.domain.messages import (
    ERROR_MEANINGS,
    CommandEnvelope,
    CommandResponse,
    ConfigCommand,
    OutputCommand,
    PatternType,
    ReadType,
    Stage,
)
from alarmstation.domain.observation import Evidence
from alarmstation.domain.redaction import redacted

log = logging.getLogger(__name__)

EXPIRY = timedelta(seconds=60)
QUEUED_EXPIRY = timedelta(hours=1)
"""How long a command may wait for an offline unit, if the operator let it."""

RETRY_AFTER = timedelta(seconds=5)
RETRIES = 3
READ_BACK_AFTER = timedelta(seconds=2)
OBSERVE_FOR = timedelta(seconds=120)
"""After completion telemetry may still prove the command for this long."""

PRESENT = frozenset({CommState.ONLINE, CommState.LATE})
SET_TIME, GET_STATUS, REBOOT = "set-time", "get-status", "reboot"

STATION = "station"
"""Operator name of commands that the station sends by itself."""

KEPT = 200
"""Ended commands that are still shown."""


@dataclass(slots=True)
class _Running:
    command: Command
    unit: Unit
    left_at: datetime | None = None
    """First handed over for publishing: what was heard before proves nothing."""
    sent_at: datetime | None = None
    in_flight: bool = False
    """Handed over for publishing, PUBACK outstanding."""
    proven: bool = False
    proven_note: str = ""
    ended_at: datetime | None = None
    read_back_at: datetime | None = None
    confirms: str = ""
    """Request id of the config write that this read confirms."""


class CommandDesk:
    """All running commands and the last ended ones."""

    def __init__(
        self,
        changes: Changes,
        new_request_id: Callable[[], str],
    ) -> None:
        self._changes = changes
        self._new_request_id = new_request_id
        self._running: dict[str, _Running] = {}
        self._ended: dict[str, Command] = {}
        self._paces: dict[int, Pace] = {}
        self.connected = False
        """The broker is there: what is handed over can leave."""

    def __iter__(self) -> Iterator[Command]:
        yield from self._ended.values()
        for running in self._running.values():
            if running.command.request_id not in self._ended:
                yield running.command

    def find(self, request_id: str) -> Command | None:
        """The command with this id, running or among the last ended."""
        running = self._running.get(request_id)
        return running.command if running is not None else self._ended.get(request_id)

    def restore(self, command: Command, unit: Unit | None, at: datetime) -> None:
        """A command of an earlier run: the queue goes on, and nothing is done twice.

        What may have left before waits for its answer only, unless it may be repeated. What held
        a secret cannot be sent any more.
        """
        if unit is None:
            return
        if command.state in ENDS:
            self._ended[command.request_id] = command
            return
        command = replace(command, body=stored_commands.body_of(command.request_json))
        running = _Running(command, unit)
        self._running[command.request_id] = running
        if command.state is not CommandState.PENDING:
            running.left_at = running.sent_at = (
                command.steps[-1].at if command.steps else command.created_at
            )
        elif command.body is None:
            note = "the station was restarted, and secrets are not stored"
            self._step(running, CommandState.EXPIRED, at, note)
        elif command.attempts and not command.idempotent:
            running.left_at = at
            self._has_left(running, at, "the station was restarted while it was sent")

    # What people ask for

    def submit(
        self,
        unit: Unit,
        name: str,
        fields: Fields,
        operator: str,
        at: datetime,
        *,
        queue: bool = False,
    ) -> Command:
        """Put a command into the queue of a unit.

        Raises:
            UserError: name or fields are not those of the catalogue.
            Refused: the unit is offline, has no key, or gets too many commands.
        """
        if not unit.key_fingerprint:
            raise Refused(
                "command.no-key",
                "No key of {unit} is known, so nothing can be sent to it; enter its key first.",
                unit=unit.device.label,
            )
        body = completion.complete(
            catalogue.build(name, fields),
            unit.device,
            unit.status,
            answered_read=unit.answers_reads,
        )
        offline = unit.status.comm_state not in PRESENT
        if offline and not queue:
            raise Refused(
                "command.offline",
                "{unit} is not connected; send it later, or let the command wait.",
                unit=unit.device.label,
            )
        self._check_rate(unit, at)
        template = catalogue.template(name)
        command = Command(
            request_id=self._new_request_id(),
            device_id=unit.id,
            family=template.family,
            name=name,
            body=body,
            operator=operator,
            created_at=at,
            expires_at=at + (QUEUED_EXPIRY if offline else EXPIRY),
            timeout_s=catalogue.timeout_s(name, body),
            idempotent=catalogue.is_idempotent(name, body),
            request_json=json.dumps(redacted(body), ensure_ascii=False),
            permanent=catalogue.is_permanent(body),
            queued=offline,
        )
        running = _Running(command, unit)
        self._running[command.request_id] = running
        self._step(running, CommandState.PENDING, at)
        return running.command

    def assign_id(self, unit: Unit, at: datetime) -> Command:
        """Tell a unit its id (`protocol.md` 8.1)."""
        interval = unit.device.heartbeat_interval_s or completion.DEFAULT_HEARTBEAT_S
        return self.submit(unit, "config device", {"heartbeat_interval": interval}, STATION, at)

    def cancel(self, request_id: str, operator: str, at: datetime) -> Command:
        """Cancel a command that has not left.

        Raises:
            Refused: it is gone, or on its way already.
        """
        running = self._running.get(request_id)
        if running is None or running.command.state is not CommandState.PENDING:
            raise Refused(
                "command.not-pending", "Only a command that was not sent can be cancelled."
            )
        if running.in_flight:
            raise Refused("command.leaving", "The command is being sent already.")
        self._step(running, CommandState.CANCELLED, at, operator)
        return running.command

    # Time

    def tick(self, at: datetime) -> None:
        """Send what is due, repeat, expire, time out, read back, forget."""
        for running in tuple(self._running.values()):
            command = running.command
            if command.state is CommandState.PENDING:
                self._tick_pending(running, at)
            elif command.state in {CommandState.SENT, CommandState.ACKNOWLEDGED}:
                self._tick_sent(running, at)
            else:
                self._tick_ended(running, at)

    def _tick_pending(self, running: _Running, at: datetime) -> None:
        command = running.command
        if at >= command.expires_at and not running.in_flight:
            self._step(running, CommandState.EXPIRED, at)
        elif not running.in_flight and self._may_leave(running, at):
            self._dispatch(running, at)

    def _tick_sent(self, running: _Running, at: datetime) -> None:
        command = running.command
        sent_at = running.sent_at or command.created_at
        if at - sent_at >= timedelta(seconds=command.timeout_s):
            if running.proven:  # the answer was lost, what it did was seen
                self._step(running, CommandState.OBSERVED, at, running.proven_note)
            else:
                self._step(running, CommandState.TIMEOUT, at)
        elif (
            command.idempotent
            and command.body is not None
            and command.state is CommandState.SENT
            and not running.in_flight
            and command.attempts <= RETRIES
            and at < command.expires_at
            and at - sent_at >= RETRY_AFTER * command.attempts
            and self._has_way(running, at)
        ):
            self._dispatch(running, at)

    def _tick_ended(self, running: _Running, at: datetime) -> None:
        command = running.command
        if running.read_back_at is not None and at >= running.read_back_at:
            running.read_back_at = None
            self._read_back(running, at)
        ended_at = running.ended_at or at
        if at - ended_at >= OBSERVE_FOR and running.read_back_at is None:
            del self._running[command.request_id]

    # What became of it

    def published(self, request_id: str, at: datetime) -> None:
        """The broker has taken the message over (PUBACK)."""
        running = self._running.get(request_id)
        if running is None:
            return
        running.in_flight = False
        self._has_left(running, at)

    def _has_left(self, running: _Running, at: datetime, note: str = "") -> None:
        if running.sent_at is None:
            running.sent_at = at
            overruns.switched(running.unit, running.command.body, at)
        if running.command.state is CommandState.PENDING:
            self._step(running, CommandState.SENT, at, note)

    def not_published(self, request_id: str, at: datetime) -> None:
        """It could not leave: it is tried again until it expires."""
        running = self._running.get(request_id)
        if running is not None:
            running.in_flight = False
            attempts = max(0, running.command.attempts - 1)
            running.command = replace(running.command, attempts=attempts)
            self._pace(running.unit).came_back(at)

    def lost_in_flight(self, request_id: str, at: datetime) -> None:
        """The connection broke before the broker had confirmed: it may have left or not."""
        running = self._running.get(request_id)
        if running is None:
            return
        running.in_flight = False
        if not running.command.idempotent:
            # Doing it twice is worse than not doing it: wait for its answer only.
            self._has_left(running, at, "the connection was lost before it was confirmed")

    def could_not_send(self, request_id: str, at: datetime) -> None:
        """It cannot be made into a message, now or ever."""
        running = self._running.get(request_id)
        if running is not None:
            self._step(running, CommandState.FAILED, at, "the station could not send it")

    def still_wanted(self, request_id: str, at: datetime) -> bool:
        """Whether a command that was handed over may be published now, however late it is."""
        running = self._running.get(request_id)
        if running is None or running.command.state in ENDS:
            return False
        return at < running.command.expires_at

    def answered(self, unit: Unit, response: CommandResponse, payload: str, at: datetime) -> bool:
        """A response; returns whether it belongs to a command of ours to this unit."""
        running = self._running.get(response.request_id)
        if running is None or running.unit is not unit:
            return False
        command = running.command
        if command.state in ENDS and command.state is not CommandState.TIMEOUT:
            return True
        if command.state is CommandState.PENDING:
            # An answer proves that it left; the broker's word of it comes later.
            self._has_left(running, at)
            command = running.command
        if response.stage == Stage.ACCEPTED and response.success:
            if command.state in {CommandState.SENT, CommandState.PENDING}:
                self._step(running, CommandState.ACKNOWLEDGED, at, response.message)
            return True
        running.command = command = replace(
            command,
            error_code=response.error_code,
            message=response.message,
            response_json=payload,
        )
        if not response.success:
            meaning = ERROR_MEANINGS.get(response.error_code, "")
            self._step(running, CommandState.FAILED, at, response.message or meaning)
            return True
        self._step(running, CommandState.COMPLETED, at, response.message)
        self._after_success(running, payload, at)
        return True

    def _after_success(self, running: _Running, payload: str, at: datetime) -> None:
        body = running.command.body
        if getattr(body, "type", None) == ReadType.DEVICE:
            running.unit.answers_reads = True
        if body is not None and observation.read_back(body) is not None:
            running.read_back_at = at + READ_BACK_AFTER
        if running.command.name == SET_TIME:
            # Its clock is another one now: what it was off before tells nothing any more.
            running.unit.skews_s.clear()
            running.unit.status = replace(running.unit.status, skew_s=None)
        if running.proven:
            self._step(running, CommandState.OBSERVED, at, running.proven_note)
        if running.confirms:
            self._confirm(running.confirms, payload, at)

    def observe(self, unit: Unit, evidence: Evidence, at: datetime, note: str) -> None:
        """Telemetry of a unit arrived: it may prove commands."""
        for running in tuple(self._running.values()):
            command = running.command
            if running.unit is not unit or command.body is None:
                continue
            if running.left_at is None or at <= running.left_at:
                continue
            if running.proven or command.state in ENDS - {CommandState.COMPLETED}:
                continue
            if observation.observed(command.body, evidence):
                running.proven, running.proven_note = True, note
                if command.state is CommandState.COMPLETED:
                    self._step(running, CommandState.OBSERVED, at, note)

    def rebooted(self, unit: Unit, at: datetime) -> None:
        """A login with a new boot: proves reboots, also those that no answer followed."""
        for running in tuple(self._running.values()):
            command = running.command
            if running.unit is not unit or running.sent_at is None or command.name != REBOOT:
                continue
            running.proven, running.proven_note = True, "login after restart"
            if command.state in {CommandState.SENT, CommandState.ACKNOWLEDGED}:
                self._step(running, CommandState.COMPLETED, at)
            if running.command.state is CommandState.COMPLETED:
                self._step(running, CommandState.OBSERVED, at, running.proven_note)

    def status_was_asked(self, unit: Unit, at: datetime) -> bool:
        """Whether a status that comes now is the answer to somebody's wish."""
        return any(
            running.unit is unit
            and running.command.name == GET_STATUS
            and running.left_at is not None
            and at - running.left_at <= timedelta(seconds=running.command.timeout_s)
            for running in self._running.values()
        )

    def config_sent_at(self, unit: Unit) -> datetime | None:
        """When the last config command was handed over for this unit."""
        return self._pace(unit).config_at

    def clock_moved(self) -> None:
        """The station's clock was set back: no pause may last until the old time comes again."""
        self._paces.clear()

    def switch_off_overruns(self, unit: Unit, at: datetime) -> None:
        """A siren or turret that still runs past its duration is switched off."""
        for output, name in overruns.overdue(unit, at):
            if not self._has_pending_off(unit, output):
                self._submit_own(unit, name, {"pattern": "off"}, at)

    # Inside

    def _pace(self, unit: Unit) -> Pace:
        return self._paces.setdefault(unit.id, Pace())

    def _submit_own(self, unit: Unit, name: str, fields: Fields, at: datetime) -> None:
        try:
            self.submit(unit, name, fields, STATION, at)
        except Refused as refused:
            log.info("%s: %s is not sent: %s", unit.host, name, refused)

    def _has_pending_off(self, unit: Unit, output: int) -> bool:
        return any(
            isinstance(r.command.body, OutputCommand)
            and r.unit is unit
            and r.command.body.output == output
            and r.command.body.pattern == PatternType.OFF
            and r.command.state not in ENDS
            for r in self._running.values()
        )

    def _check_rate(self, unit: Unit, at: datetime) -> None:
        waiting = sum(
            running.unit is unit and running.command.state is CommandState.PENDING
            for running in self._running.values()
        )
        if self._pace(unit).within_a_minute(at) + waiting >= PER_MINUTE:
            raise Refused(
                "command.rate",
                "{unit} has had {count} commands within a minute; wait a little.",
                unit=unit.device.label,
                count=PER_MINUTE,
            )

    def _has_way(self, running: _Running, at: datetime) -> bool:
        """Whether the unit hears, and its pace allows one more."""
        unit = running.unit
        if not self.connected or unit.status.comm_state not in PRESENT:
            return False
        return self._pace(unit).allows(at)

    def _may_leave(self, running: _Running, at: datetime) -> bool:
        return self._has_way(running, at) and not self._set_time_first(running, at)

    def _set_time_first(self, running: _Running, at: datetime) -> bool:
        """A unit with a wrong clock gets SET_TIME before anything else (`protocol.md` 8.4).

        Once: what follows carries the unit's own time, and needs no clock that is right.
        """
        unit = running.unit
        if not unit.clock_is_wrong or running.command.name == SET_TIME:
            return False
        if any(
            other.unit is unit
            and other.command.name == SET_TIME
            and other.command.state not in ENDS
            for other in self._running.values()
        ):
            return True
        if not self._pace(unit).may_set_time(at):
            return False
        self._submit_own(unit, SET_TIME, {}, at)
        return True

    def _dispatch(self, running: _Running, at: datetime) -> None:
        unit, command = running.unit, running.command
        assert command.body is not None
        try:
            unit.counter = SendCounter(unit.counter).advanced().last
        except UserError as exhausted:
            self._step(running, CommandState.FAILED, at, str(exhausted))
            return
        running.left_at = running.left_at or at
        stamp = unit.own_time(at)
        body = completion.stamp_time(command.body, int(at.timestamp()))
        envelope = CommandEnvelope(
            sequence=unit.counter,
            timestamp=int(stamp.timestamp()),
            request_id=command.request_id,
            auth_level=catalogue.template(command.name).auth_level,
            body=body,
            expires_at=int((stamp + (command.expires_at - at)).timestamp()),
        )
        running.in_flight = True
        running.command = replace(command, attempts=command.attempts + 1)
        self._pace(unit).left(command.family, at)
        self._changes.batch.counters[unit.id] = unit.counter
        self._changes.command(running.command)
        self._changes.work.dispatches.append(
            Dispatch(unit.id, envelope, unit.counter, command.request_id)
        )
        self._changes.urgent = True

    def _read_back(self, running: _Running, at: datetime) -> None:
        body = running.command.body
        assert isinstance(body, ConfigCommand)
        reading = observation.read_back(body)
        assert reading is not None
        name = "read device" if reading.type == ReadType.DEVICE else "read location"
        try:
            read = self.submit(running.unit, name, {}, STATION, at)
        except Refused:
            return  # offline now: the write stays unconfirmed
        self._running[read.request_id].confirms = running.command.request_id

    def _confirm(self, request_id: str, payload: str, at: datetime) -> None:
        running = self._running.get(request_id)
        if running is None or running.command.body is None:
            return
        try:
            read = json.loads(payload)
        except ValueError:
            return
        if not isinstance(read, dict):
            return
        different = observation.differences(running.command.body, read)
        if different:
            note = "; ".join(
                f"{d.field}: {d.written!r} written, {d.read!r} read" for d in different
            )
            running.command = replace(running.command, message=f"reads back differently: {note}")
            self._ended[request_id] = running.command
            self._changes.command(running.command)
        elif running.command.state is CommandState.COMPLETED:
            self._step(running, CommandState.OBSERVED, at, "read back equal")

    def _step(self, running: _Running, state: CommandState, at: datetime, note: str = "") -> None:
        command = running.command
        step = CommandStep(command.request_id, len(command.steps) + 1, state, at, note)
        running.command = replace(command, state=state, steps=(*command.steps, step))
        self._changes.batch.steps.append(step)
        self._changes.command(running.command)
        self._changes.urgent = True
        if state in ENDS:
            running.ended_at = running.ended_at or at
            self._ended[command.request_id] = running.command
            while len(self._ended) > KEPT:
                self._ended.pop(next(iter(self._ended)))
