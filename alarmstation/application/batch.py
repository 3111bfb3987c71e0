"""What one transaction stores: everything decided since the last commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from alarmstation.domain.access import Operator
from alarmstation.domain.alarm import Alarm, AlarmTransition
from alarmstation.domain.command import Command, CommandStep
from alarmstation.domain.device import Device, DeviceStatus, Site
from alarmstation.domain.telemetry import Gap, HistoryRow, OutputActivity


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who changed or commanded what (append-only)."""

    at: datetime
    operator: str
    action: str
    target: str
    outcome: str
    detail: str = "{}"
    """JSON, secrets redacted."""


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How many messages of a host were refused for one reason, with a sample."""

    host: str
    reason: str
    count: int
    last_at: datetime
    sample: bytes = b""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key that a device was given, by its fingerprint; it takes the place of earlier ones."""

    device_id: int
    fingerprint: str
    weak: str
    """Why it is weak; empty: it is not."""
    added_at: datetime


@dataclass(frozen=True, slots=True)
class InputEvent:
    """An AlarmEvent of an input as it was received; `key` (`protocol.md` 8.5) makes it unique."""

    device_id: int
    key: str
    received_at: datetime
    type: int
    state: int
    sequence: int
    boot_id: int
    device_time: datetime | None
    alarm_id: UUID | None
    """The alarm that it raised, repeated or cleared; None when none was open to clear."""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestSession:
    """A stretch of time in which this station was listening."""

    id: UUID
    station: str
    started_at: datetime
    last_alive_at: datetime
    ended_at: datetime | None = None


@dataclass(slots=True)
class Batch:
    """Accumulates until committed as one transaction. Keyed parts keep the newest only.

    `windows` holds the encoded receive-window state per device id (opaque bytes), `counters`
    the highest sequence number sent to a device.
    """

    sites: dict[int, Site] = field(default_factory=dict)
    devices: dict[int, Device] = field(default_factory=dict)
    statuses: dict[int, DeviceStatus] = field(default_factory=dict)
    history: list[HistoryRow] = field(default_factory=list)
    alarms: dict[UUID, Alarm] = field(default_factory=dict)
    transitions: list[AlarmTransition] = field(default_factory=list)
    events: list[InputEvent] = field(default_factory=list)
    outputs: list[OutputActivity] = field(default_factory=list)
    commands: dict[str, Command] = field(default_factory=dict)
    steps: list[CommandStep] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    refusals: dict[tuple[str, str], RefusalCount] = field(default_factory=dict)
    audit: list[AuditRecord] = field(default_factory=list)
    operators: dict[str, Operator] = field(default_factory=dict)
    keys: list[KeyRecord] = field(default_factory=list)
    windows: dict[int, bytes] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)
    session: IngestSession | None = None

    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return self.session is None and not any(
            (
                self.sites,
                self.devices,
                self.statuses,
                self.history,
                self.alarms,
                self.transitions,
                self.events,
                self.outputs,
                self.commands,
                self.steps,
                self.gaps,
                self.refusals,
                self.audit,
                self.operators,
                self.keys,
                self.windows,
                self.counters,
            )
        )
