"""What the desks decided and nobody has stored, shown or sent yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from alarmstation.application.batch import AuditRecord, Batch, RefusalCount
from alarmstation.domain.alarm import Alarm, AlarmTransition, Step
from alarmstation.domain.command import Command
from alarmstation.domain.messages import AlarmReceipt, CommandEnvelope


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A message to a unit that may leave once the batch with its counter is committed."""

    device_id: int
    message: CommandEnvelope | AlarmReceipt
    sequence: int
    request_id: str = ""
    """Empty for receipts."""


@dataclass(frozen=True, slots=True)
class ReceiptDue:
    """An alarm event that must be receipted once it is durable (`protocol.md` 9.1)."""

    device_id: int
    sequence: int
    alarm_timestamp: int
    alarm_id: UUID | None


@dataclass(slots=True)
class Work:
    """One transaction and what may follow it."""

    batch: Batch = field(default_factory=Batch)
    receipts: list[ReceiptDue] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether there is nothing to store or send."""
        return not self.receipts and not self.dispatches and self.batch.is_empty()


@dataclass(slots=True)
class Shown:
    """Ids of everything that looks different since it was last shown."""

    sites: bool = False
    devices: set[int] = field(default_factory=set)
    removed_devices: set[int] = field(default_factory=set)
    alarms: dict[UUID, Alarm] = field(default_factory=dict)
    commands: set[str] = field(default_factory=set)


class Changes:
    """Collects for the store, the screens and the units; the service empties it."""

    def __init__(self) -> None:
        self.work = Work()
        self.shown = Shown()
        self.urgent = False
        """An alarm is among the work: do not wait for company."""
        self.reborn: set[int] = set()
        """Devices that have restarted or logged in: what they say from now on must be understood
        after a restart of the station too, so their memory is stored at once."""

    @property
    def batch(self) -> Batch:
        """The transaction that is being filled."""
        return self.work.batch

    def take_work(self) -> Work:
        """Hand over the filled transaction and start a new one."""
        work, self.work = self.work, Work()
        self.urgent = False
        return work

    def take_devices(self) -> tuple[set[int], set[int]]:
        """Ids of changed and of removed devices, once."""
        changed, self.shown.devices = self.shown.devices, set()
        removed, self.shown.removed_devices = self.shown.removed_devices, set()
        return changed - removed, removed

    def take_alarms(self) -> tuple[Alarm, ...]:
        """Changed alarms, once."""
        alarms, self.shown.alarms = self.shown.alarms, {}
        return tuple(alarms.values())

    def take_commands(self) -> set[str]:
        """Request ids of changed commands, once."""
        commands, self.shown.commands = self.shown.commands, set()
        return commands

    def alarm(self, step: Step) -> Alarm:
        """An alarm changed: store its transitions, show it at once."""
        alarm, records = step
        if records:
            self.batch.alarms[alarm.id] = alarm
            self.batch.transitions.extend(records)
            self.shown.alarms[alarm.id] = alarm
            self.shown.devices.add(alarm.device_id)
            self.urgent = True
        return alarm

    def alarm_facts(self, alarm: Alarm, record: AlarmTransition | None = None) -> None:
        """Facts about an alarm changed (its ledger) without anything happening to it."""
        self.batch.alarms[alarm.id] = alarm
        if record is not None:
            self.batch.transitions.append(record)
        self.shown.alarms[alarm.id] = alarm

    def command(self, command: Command) -> None:
        """A command reached a rung."""
        self.batch.commands[command.request_id] = command
        self.shown.commands.add(command.request_id)

    def refusal(
        self, host: str, reason: str, at: datetime, *, sample: bytes = b"", detail: str = ""
    ) -> None:
        """Count a refused message (`protocol.md` 2.7)."""
        key = (host, reason)
        known = self.batch.refusals.get(key)
        count = 1 if known is None else known.count + 1
        self.batch.refusals[key] = RefusalCount(host, reason, count, at, sample[:256], detail)

    def audit(
        self,
        at: datetime,
        operator: str,
        action: str,
        target: str,
        outcome: str,
        detail: str = "{}",
    ) -> None:
        """Record who changed or commanded what."""
        self.batch.audit.append(AuditRecord(at, operator, action, target, outcome, detail))
