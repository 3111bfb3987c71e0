"""What the use cases need from the outside, as roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from alarmstation.application.batch import Batch, IngestSession, InputEvent
from alarmstation.domain.access import Operator
from alarmstation.domain.alarm import Alarm, AlarmTransition
from alarmstation.domain.command import Command
from alarmstation.domain.device import Device, DeviceStatus, Site
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.telemetry import HistoryRow


@dataclass(frozen=True, slots=True)
class Recollection:
    """Everything the service needs to go on where the last one stopped.

    `references` holds the last stored history row of each device (the CDC reference),
    `alarms` every open alarm, `event_keys` the (device id, key) of the alarm events of the last
    30 days so that a redelivery is recognised, `commands` those without an end and the
    last 200 of all.
    """

    sites: tuple[Site, ...] = ()
    devices: tuple[Device, ...] = ()
    statuses: tuple[DeviceStatus, ...] = ()
    references: tuple[HistoryRow, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    event_keys: frozenset[tuple[int, str]] = frozenset()
    commands: tuple[Command, ...] = ()
    operators: tuple[Operator, ...] = ()
    windows: dict[int, bytes] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)
    last_session: IngestSession | None = None
    unstored_alarms: tuple[Alarm, ...] = ()
    unstored_transitions: tuple[AlarmTransition, ...] = ()
    unstored_events: tuple[InputEvent, ...] = ()
    """Decided by an earlier run that could not reach the store."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What must be known to go on while the database is away: who there is and what is open."""

    sites: tuple[Site, ...] = ()
    devices: tuple[Device, ...] = ()
    statuses: tuple[DeviceStatus, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    operators: tuple[Operator, ...] = ()
    counters: dict[int, int] = field(default_factory=dict)
    windows: dict[int, bytes] = field(default_factory=dict)
    event_keys: tuple[tuple[int, str], ...] = ()
    unstored_alarms: tuple[Alarm, ...] = ()
    unstored_transitions: tuple[AlarmTransition, ...] = ()
    unstored_events: tuple[InputEvent, ...] = ()

    def recollection(self) -> Recollection:
        """As if a store had said it."""
        return Recollection(
            sites=self.sites,
            devices=self.devices,
            statuses=self.statuses,
            alarms=self.alarms,
            operators=self.operators,
            counters=self.counters,
            windows=self.windows,
            event_keys=frozenset(self.event_keys),
            unstored_alarms=self.unstored_alarms,
            unstored_transitions=self.unstored_transitions,
            unstored_events=self.unstored_events,
        )


class OperationalStore(Protocol):
    """The station's own writing connection: one writer, whole transactions.

    Every method raises `Unavailable` when the database cannot be reached.
    """

    def recollect(self) -> Recollection:
        """Read the state to go on from."""
        ...

    def commit(self, batch: Batch) -> tuple[str, ...]:
        """Store the batch in one transaction, idempotently.

        When the transaction fails for its content it is retried part by part and row by row, so
        that one bad row stops nothing; returns a sentence for each row that was refused.
        """
        ...

    def reserve_counter(self, device_id: int, highest: int) -> None:
        """Make durable, at once, that numbers up to `highest` are sent to a device.

        Never goes back: a lower number changes nothing.
        """
        ...

    def delete_device(self, device_id: int) -> None:
        """Remove a device that has neither history nor evidence, with its status and windows.

        Raises `Refused` ("device.has-history") for one that has: it can be retired.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class KeyStore(Protocol):
    """Message keys of the units, outside the database (`protocol.md` 10.1)."""

    def load(self) -> dict[str, tuple[MessageKey, ...]]:
        """Candidate keys by host, best first."""
        ...

    def save(self, keys: Mapping[str, tuple[MessageKey, ...]]) -> None:
        """Set the candidate keys of these hosts, durably."""
        ...


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One stored value; `value` None or quality not "good" is drawn as gap or hollow."""

    at: datetime
    value: float | None
    quality: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a unit's timeline."""

    at: datetime
    kind: str
    """alarm, connection, command, output"""
    text: str
    detail: str = ""


class HistoryStore(Protocol):
    """Read-only questions of the console; the read-only role answers them.

    Raises `Unavailable` when the database cannot be reached.
    """

    def trend(
        self, device_id: int, metric: str, start: datetime, end: datetime
    ) -> Sequence[TrendPoint]:
        """Stored rows of one metric ("temperature_c", "humidity_pct", "fan_pct"), with the last
        one before `start` so that step-hold is drawn from the left edge."""
        ...

    def gaps(
        self, device_id: int, start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime]]:
        """Stretches within the range where the unit was offline or nobody listened."""
        ...

    def timeline(self, device_id: int, limit: int) -> Sequence[TimelineEntry]:
        """Newest first: alarm transitions, connection changes, commands, output runs."""
        ...

    def closed_alarms(self, start: datetime, limit: int) -> Sequence[Alarm]:
        """Alarms closed since `start`, newest first."""
        ...
