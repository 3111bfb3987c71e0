"""Alarms: from what a unit says to what people must see (`domain.md` 4, `protocol.md` 8.5).

Three nets catch one press, and one press is one alarm: the AlarmEvent, the input flag of a
heartbeat or status, and the rise of a counter in a status.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from alarmstation.application.batch import InputEvent
from alarmstation.application.changes import Changes, ReceiptDue
from alarmstation.application.inbound import Received
from alarmstation.application.unit import Activation, Edge, Unit
from alarmstation.domain import alarm as machine
from alarmstation.domain.alarm import Alarm, AlarmKind, Severity
from alarmstation.domain.messages import (
    CLOCK_NOT_SET_BELOW,
    AlarmEvent,
    AlarmType,
    EventState,
    StatusMessage,
)

LATE_AFTER = timedelta(seconds=300)
"""An event older than this by corrected device time is marked "late"."""

SLACK = timedelta(seconds=5)
"""Clocks of unit and station agree no better than this after correction."""

STATION = 0
"""Device id of alarms about the station itself."""

COMM_LOSS_TOGETHER = 3
"""So many units of one site lost together are HIGH."""

KINDS: dict[int, AlarmKind] = {
    AlarmType.PANIC1: AlarmKind.PANIC1,
    AlarmType.PANIC2: AlarmKind.PANIC2,
    AlarmType.TAMPER: AlarmKind.TAMPER,
    AlarmType.FIRE: AlarmKind.FIRE,
    AlarmType.INTRUSION: AlarmKind.INTRUSION,
    AlarmType.MEDICAL: AlarmKind.MEDICAL,
    AlarmType.DURESS: AlarmKind.DURESS,
}

INPUTS = (AlarmKind.PANIC1, AlarmKind.PANIC2, AlarmKind.TAMPER)
"""Inputs whose level every heartbeat and status tells."""


def event_key(unit: Unit, event: AlarmEvent) -> str:
    """What makes an AlarmEvent unique on its device (`protocol.md` 8.5)."""
    boot = f"{event.boot_id:08x}" if event.boot_id else ""
    epoch = "" if event.timestamp >= CLOCK_NOT_SET_BELOW else str(unit.window.epoch)
    return f"{boot}:{event.sequence}:{int(event.type)}:{int(event.state)}:{event.timestamp}:{epoch}"


def device_time(timestamp: int) -> datetime | None:
    """A wire stamp as time; None when the unit's clock was not set."""
    if timestamp < CLOCK_NOT_SET_BELOW:
        return None
    return datetime.fromtimestamp(timestamp, UTC)


class AlarmDesk:
    """All open alarms and every decision about them."""

    def __init__(self, changes: Changes, station: str) -> None:
        self._changes = changes
        self._station = station
        self._open: dict[tuple[int, AlarmKind], Alarm] = {}
        self._by_id: dict[UUID, Alarm] = {}

    # What is there

    def __iter__(self) -> Iterator[Alarm]:
        return iter(self._open.values())

    def restore(self, alarm: Alarm) -> None:
        """Take over an open alarm of an earlier run."""
        self._keep(alarm)

    def find(self, alarm_id: UUID) -> Alarm | None:
        """The alarm with this id while it is open."""
        return self._by_id.get(alarm_id)

    def of_device(self, device_id: int) -> tuple[Alarm, ...]:
        """Open alarms of one device."""
        return tuple(alarm for alarm in self._open.values() if alarm.device_id == device_id)

    def open_alarm(self, device_id: int, kind: AlarmKind) -> Alarm | None:
        """The open alarm of this device and kind."""
        return self._open.get((device_id, kind))

    # What a unit says

    def on_event(
        self, unit: Unit, received: Received, event: AlarmEvent, *, doubtful: bool
    ) -> bool:
        """An AlarmEvent of an input. Returns whether it was new."""
        key = event_key(unit, event)
        kind = KINDS.get(int(event.type), AlarmKind.UNKNOWN)
        if key in unit.event_keys:
            self.receipt_again(unit, event)
            return False
        unit.remember_event(key)
        marks = self._event_marks(unit, received, event, doubtful=doubtful)
        alarm: Alarm | None
        if event.state == EventState.INACTIVE:
            alarm = None if doubtful else self._released(unit, kind, received, event)
        elif event.state == EventState.TEST:
            alarm = self._tested(unit, kind, key, received, event)
        else:
            # ACTIVE, and every state that has no meaning for an input: fail safe.
            alarm = self._pressed(unit, kind, key, received, event, marks)
        if not doubtful:
            unit.edges[kind] = Edge(unit.window.epoch, received.sequence, received.ordinal)
        alarm_id = alarm.id if alarm is not None else None
        self._changes.batch.events.append(
            InputEvent(
                device_id=unit.id,
                key=key,
                received_at=received.received_at,
                type=int(event.type),
                state=int(event.state),
                sequence=event.sequence,
                boot_id=event.boot_id,
                device_time=device_time(event.timestamp),
                alarm_id=alarm_id,
                marks=tuple(sorted(marks)),
            )
        )
        self._receipt(unit, event, alarm_id)
        return True

    def receipt_again(self, unit: Unit, event: AlarmEvent) -> None:
        """A redelivery of an event that is stored: one receipt per delivery."""
        self._receipt(unit, event, None)

    def on_levels(
        self,
        unit: Unit,
        received: Received,
        levels: tuple[bool, bool, bool],
        stamp: int,
    ) -> None:
        """Input flags (panic1, panic2, tamper) of a heartbeat or status."""
        if not unit.is_enrolled:
            self._on_unregistered_levels(unit, received, levels, stamp)
            return
        for kind, active in zip(INPUTS, levels, strict=True):
            alarm = self._open.get((unit.id, kind))
            if alarm is None and not active:
                continue
            edge = unit.edges.get(kind)
            if edge is not None and edge.is_after(
                unit.window.epoch, received.sequence, received.ordinal
            ):
                continue
            if not active:
                if alarm is not None and alarm.active and "test" not in alarm.marks:
                    self._end(unit, kind, received.received_at)
                    self._clear(alarm, received.received_at, device_time(stamp))
            elif alarm is None or not alarm.active:
                key = f"level:{stamp}:{unit.status.boot_id:08x}:{received.sequence}"
                marks = self._verified_marks(received)
                self._begin(unit, kind, received.received_at, has_event=False)
                self._raise_or_repeat(unit, kind, key, received, marks, device_time(stamp))

    def _on_unregistered_levels(
        self, unit: Unit, received: Received, levels: tuple[bool, bool, bool], stamp: int
    ) -> None:
        alarm = self._open.get((unit.id, AlarmKind.UNREGISTERED))
        active = [kind for kind, level in zip(INPUTS, levels, strict=True) if level]
        if not active:
            if alarm is not None and alarm.active:
                self._clear(alarm, received.received_at, device_time(stamp))
            return
        if alarm is not None and alarm.active:
            return
        severity = max(machine.severity_of(kind) for kind in active)
        marks = frozenset({"unregistered"}) | self._verified_marks(received)
        at, stamped = received.received_at, device_time(stamp)
        if alarm is not None:
            self._repeat(alarm, at, marks, severity, stamped)
            return
        self._new(
            unit.identity,
            unit.id,
            AlarmKind.UNREGISTERED,
            f"level:{stamp}:{unit.status.boot_id:08x}:{received.sequence}",
            at,
            marks=marks,
            detail=", ".join(kind.value for kind in active),
            severity=severity,
            stamp=stamped,
        )

    def on_counters(self, unit: Unit, received: Received, status: StatusMessage) -> None:
        """Activation counters: a rise that nothing else told is a missed activation.

        Called before `unit.status` takes the new counters. A fall is a reset (vector 22).
        """
        if not unit.is_enrolled:
            return  # one popup per stranger is enough
        known = unit.status
        for kind, old, new in (
            (AlarmKind.PANIC1, known.panic1_count, status.panic1_count),
            (AlarmKind.PANIC2, known.panic2_count, status.panic2_count),
            (AlarmKind.TAMPER, known.tamper_count, status.tamper_count),
        ):
            seen = unit.seen_since_status.pop(kind, 0)
            if old is None or new <= old or new - old <= seen:
                continue
            alarm = self._open.get((unit.id, kind))
            if alarm is not None and alarm.active:
                continue
            at = received.received_at
            key = f"count:{new}:{status.boot_count}:{status.timestamp}"
            self._begin(unit, kind, at, has_event=False)
            unit.seen_since_status.pop(kind, None)
            raised = self._raise_or_repeat(
                unit,
                kind,
                key,
                received,
                self._verified_marks(received) | {"missed activation"},
                device_time(status.timestamp),
            )
            self._end(unit, kind, at)
            self._clear(raised, at, device_time(status.timestamp))

    def on_unregistered(self, unit: Unit, received: Received, event: AlarmEvent) -> None:
        """An alarm of a unit that nobody enrolled: one open popup per host (vector 18)."""
        key = event_key(unit, event)
        if not unit.remember_event(key):
            self.receipt_again(unit, event)
            return
        kind = KINDS.get(int(event.type), AlarmKind.UNKNOWN)
        alarm = self._open.get((unit.id, AlarmKind.UNREGISTERED))
        at = received.received_at
        marks = frozenset({"unregistered"}) | self._verified_marks(received)
        if event.state == EventState.INACTIVE:
            if alarm is not None:
                self._clear(alarm, at, device_time(event.timestamp))
        elif alarm is None:
            self._new(
                unit.identity,
                unit.id,
                AlarmKind.UNREGISTERED,
                key,
                at,
                marks=marks,
                detail=kind.value,
                wire_priority=int(event.priority),
                severity=machine.severity_of(kind),
                stamp=device_time(event.timestamp),
            )
        else:
            self._repeat(alarm, at, marks, machine.severity_of(kind), device_time(event.timestamp))
        self._receipt(unit, event, None)

    # What the station finds out by itself

    def raise_station_alarm(
        self,
        device_id: int,
        identity: str,
        kind: AlarmKind,
        key: str,
        at: datetime,
        *,
        detail: str = "",
        severity: Severity | None = None,
    ) -> Alarm:
        """Raise an alarm of a station type unless one is open and active already."""
        alarm = self._open.get((device_id, kind))
        if alarm is None:
            return self._new(identity, device_id, kind, key, at, detail=detail, severity=severity)
        if alarm.active:
            return alarm
        return self._repeat(alarm, at, frozenset(), severity, None)

    def clear_station_alarm(self, device_id: int, kind: AlarmKind, at: datetime) -> None:
        """The reason is gone."""
        alarm = self._open.get((device_id, kind))
        if alarm is not None and alarm.active:
            self._clear(alarm, at, None)

    # What people do, and time

    def apply(self, step: machine.Step) -> Alarm:
        """Take over the result of a verb of the alarm machine."""
        return self._keep(self._changes.alarm(step))

    def facts(self, alarm: Alarm) -> None:
        """Take over new facts (ledger) about an alarm; nothing happened to it."""
        if alarm.id in self._by_id:
            self._keep(alarm)
            self._changes.alarm_facts(alarm)

    def tick(self, at: datetime) -> None:
        """Lapse claims, close what is over."""
        for alarm in tuple(self._open.values()):
            settled, records = machine.settle(alarm, at, station=self._station)
            if records:
                self.apply((settled, records))

    # Inside

    def _pressed(
        self,
        unit: Unit,
        kind: AlarmKind,
        key: str,
        received: Received,
        event: AlarmEvent,
        marks: frozenset[str],
    ) -> Alarm | None:
        alarm = self._open.get((unit.id, kind))
        press = unit.activations.get(kind)
        happened_at = self._corrected(unit, event, received)
        if press is not None and not press.has_event:
            # The flag of this very press was heard first: one press is one alarm.
            slack = SLACK if alarm is not None else timedelta(0)
            if press.ended_at is None or happened_at <= press.ended_at + slack:
                press.has_event = True
                return alarm
        self._begin(unit, kind, received.received_at, has_event=True)
        return self._raise_or_repeat(
            unit,
            kind,
            key,
            received,
            marks,
            device_time(event.timestamp),
            wire_priority=int(event.priority),
        )

    def _released(
        self, unit: Unit, kind: AlarmKind, received: Received, event: AlarmEvent
    ) -> Alarm | None:
        alarm = self._open.get((unit.id, kind))
        if alarm is None:
            return None
        self._end(unit, kind, received.received_at)
        return self._clear(alarm, received.received_at, device_time(event.timestamp))

    def _tested(
        self, unit: Unit, kind: AlarmKind, key: str, received: Received, event: AlarmEvent
    ) -> Alarm:
        alarm = self._open.get((unit.id, kind))
        if alarm is not None:
            return alarm  # a real alarm is not made quieter by a test
        return self._new(
            unit.identity,
            unit.id,
            kind,
            key,
            received.received_at,
            marks=frozenset({"test"}),
            severity=Severity.LOW,
            wire_priority=int(event.priority),
            stamp=device_time(event.timestamp),
        )

    def _raise_or_repeat(
        self,
        unit: Unit,
        kind: AlarmKind,
        key: str,
        received: Received,
        marks: frozenset[str],
        stamp: datetime | None,
        wire_priority: int | None = None,
    ) -> Alarm:
        alarm = self._open.get((unit.id, kind))
        if alarm is not None:
            return self._repeat(
                alarm, received.received_at, marks, machine.severity_of(kind), stamp
            )
        return self._new(
            unit.identity,
            unit.id,
            kind,
            key,
            received.received_at,
            marks=marks,
            wire_priority=wire_priority,
            stamp=stamp,
        )

    def _new(
        self,
        identity: str,
        device_id: int,
        kind: AlarmKind,
        key: str,
        at: datetime,
        *,
        marks: frozenset[str] = frozenset(),
        detail: str = "",
        wire_priority: int | None = None,
        severity: Severity | None = None,
        stamp: datetime | None = None,
    ) -> Alarm:
        return self.apply(
            machine.raise_alarm(
                identity,
                device_id,
                kind,
                key,
                at,
                marks=marks,
                detail=detail,
                wire_priority=wire_priority,
                severity=severity,
                device_time=stamp,
                station=self._station,
            )
        )

    def _repeat(
        self,
        alarm: Alarm,
        at: datetime,
        marks: frozenset[str],
        severity: Severity | None,
        stamp: datetime | None,
    ) -> Alarm:
        return self.apply(
            machine.re_raise(
                alarm,
                at,
                marks=marks,
                severity=severity,
                station=self._station,
                device_time=stamp,
            )
        )

    def _clear(self, alarm: Alarm, at: datetime, stamp: datetime | None) -> Alarm:
        return self.apply(machine.clear(alarm, at, station=self._station, device_time=stamp))

    def _keep(self, alarm: Alarm) -> Alarm:
        key = (alarm.device_id, alarm.kind)
        if alarm.is_open:
            self._open[key] = alarm
            self._by_id[alarm.id] = alarm
        else:
            self._open.pop(key, None)
            self._by_id.pop(alarm.id, None)
        return alarm

    def _begin(self, unit: Unit, kind: AlarmKind, at: datetime, *, has_event: bool) -> None:
        unit.activations[kind] = Activation(at, has_event)
        unit.seen_since_status[kind] = unit.seen_since_status.get(kind, 0) + 1

    def _end(self, unit: Unit, kind: AlarmKind, at: datetime) -> None:
        press = unit.activations.get(kind)
        if press is not None and press.ended_at is None:
            press.ended_at = at

    @staticmethod
    def _corrected(unit: Unit, event: AlarmEvent, received: Received) -> datetime:
        stamp = device_time(event.timestamp)
        if stamp is None:
            return received.received_at
        return stamp - timedelta(seconds=unit.status.skew_s or 0.0)

    def _event_marks(
        self, unit: Unit, received: Received, event: AlarmEvent, *, doubtful: bool
    ) -> frozenset[str]:
        marks = set(self._verified_marks(received))
        if doubtful:
            marks.add("sequence doubtful")
        if received.received_at - self._corrected(unit, event, received) > LATE_AFTER:
            marks.add("late")
        return frozenset(marks)

    @staticmethod
    def _verified_marks(received: Received) -> frozenset[str]:
        return frozenset() if received.verified else frozenset({"not verified"})

    def _receipt(self, unit: Unit, event: AlarmEvent, alarm_id: UUID | None) -> None:
        if event.boot_id and unit.key_fingerprint:
            self._changes.work.receipts.append(
                ReceiptDue(unit.id, event.sequence, event.timestamp, alarm_id)
            )


def decided(alarm: Alarm, at: datetime) -> Alarm:
    """The alarm with the time of its decision in the ledger."""
    return replace(alarm, ledger=replace(alarm.ledger, decided_at=at))
