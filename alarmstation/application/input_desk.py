"""Inputs: from what a unit says to an alarm (`domain.md` 4, `protocol.md` 8.5).

Three nets catch one press, and one press is one alarm: the AlarmEvent, the input flag of a
heartbeat or status, and the rise of a counter in a status.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from alarmstation.application.alarm_desk import AlarmDesk
from alarmstation.application.batch import InputEvent
from alarmstation.application.changes import Changes, ReceiptDue
from alarmstation.application.inbound import Received
from alarmstation.application.unit import Edge, Place, Told, Unit
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

PRESSES_KEPT = 64
"""Presses of one input that wait for their event, or for a status which counts them."""

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
    # Numbers of a unit with a boot id never come again; with the epoch, the same event would be
    # another one when it is sent again after a restart.
    needs_epoch = event.timestamp < CLOCK_NOT_SET_BELOW and not boot
    epoch = str(unit.window.epoch) if needs_epoch else ""
    return f"{boot}:{event.sequence}:{int(event.type)}:{int(event.state)}:{event.timestamp}:{epoch}"


def device_time(timestamp: int) -> datetime | None:
    """A wire stamp as time; None when the unit's clock was not set."""
    if timestamp < CLOCK_NOT_SET_BELOW:
        return None
    return datetime.fromtimestamp(timestamp, UTC)


def place_of(unit: Unit, received: Received, rank: int = 0) -> Place:
    """Where a message stands in its unit's stream; `rank`: see `Place`."""
    return Place(unit.window.epoch, received.sequence, received.ordinal, rank)


def stamp_of(timestamp: int) -> int:
    """A stamp that tells order among those of its unit; 0 when its clock was not set."""
    return timestamp if timestamp >= CLOCK_NOT_SET_BELOW else 0


def shown_kind(unit: Unit, kind: AlarmKind) -> AlarmKind:
    """The kind of alarm that an input of this unit raises."""
    return kind if unit.is_enrolled else AlarmKind.UNREGISTERED


def told_key(how: str, unit: Unit, received: Received, stamp: int, number: int | None) -> str:
    """Key of an activation that a flag or counter told: the same on every station.

    Without a clock the unit's own numbers come again after a restart; receive time does not.
    """
    when = str(stamp) if stamp >= CLOCK_NOT_SET_BELOW else received.received_at.isoformat()
    return f"{how}:{when}:{unit.status.boot_id:08x}:{number}"


class InputDesk:
    """Decides what the inputs of a unit mean for its alarms."""

    def __init__(self, changes: Changes, alarms: AlarmDesk) -> None:
        self._changes = changes
        self._alarms = alarms

    def on_event(
        self, unit: Unit, received: Received, event: AlarmEvent, *, doubtful: bool
    ) -> bool:
        """An AlarmEvent of an input. Returns whether it was new."""
        key = event_key(unit, event)
        kind = KINDS.get(int(event.type), AlarmKind.UNKNOWN)
        if not unit.remember_event(key):
            if not doubtful:
                self._proven(unit, kind, received)
                self.receipt_again(unit, event)
            return False
        marks = self._event_marks(unit, received, event, doubtful=doubtful)
        place = place_of(unit, received, 2 * event.sequence if event.boot_id else 0)
        newer = unit.edges.get(kind)
        moment = stamp_of(event.timestamp)
        edge = Edge(event.state != EventState.INACTIVE, place, moment).following(newer)
        overtaken = newer if newer is not None and newer.is_after(place, edge.stamp) else None
        alarm: Alarm | None
        if event.state == EventState.TEST:
            alarm = self._tested(unit, kind, key, received, event, marks)
        elif event.state == EventState.INACTIVE:
            may_clear = not doubtful and not received.retained and overtaken is None
            alarm = self._released(unit, kind, received, event) if may_clear else None
        else:
            # ACTIVE, and every state that has no meaning for an input: fail safe.
            alarm = self._pressed(unit, kind, key, received, event, marks, edge)
            if overtaken is not None and not overtaken.active and not doubtful:
                # What ended this press was heard before: it is over already.
                alarm = self._release(unit, kind, received.received_at, event.timestamp) or alarm
        if not doubtful and overtaken is None and event.state != EventState.TEST:
            unit.edges[kind] = edge
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
        """A redelivery of an event that is known: one receipt per delivery."""
        self._receipt(unit, event, None)

    def on_levels(
        self,
        unit: Unit,
        received: Received,
        levels: tuple[bool, bool, bool],
        stamp: int,
        announced: int = 0,
    ) -> None:
        """Input flags (panic1, panic2, tamper) of a heartbeat or status.

        `announced` is the number of the unit's last AlarmEvent, 0 when not told. What the broker
        had kept may raise an alarm and never clears one.
        """
        place = place_of(unit, received, 2 * announced + 1 if announced else 0)
        moment = stamp_of(stamp)
        for kind, active in zip(INPUTS, levels, strict=True):
            alarm = self._alarms.open_alarm(unit.id, shown_kind(unit, kind))
            edge = unit.edges.get(kind)
            if alarm is None and not active and edge is None:
                continue
            if edge is not None and edge.is_after(place, moment):
                continue
            told = Edge(active, place, moment).following(edge)
            if active:
                if self._is_rise(unit, alarm, edge):
                    marks = self._verified_marks(received)
                    self._tell(unit, kind, received.received_at, told)
                    self._count(unit, kind, told)
                    key = told_key("level", unit, received, stamp, received.sequence)
                    stamped = device_time(stamp)
                    self._raise_or_repeat(unit, kind, key, received, marks, stamped)
            elif received.retained:
                continue
            else:
                self._release(unit, kind, received.received_at, stamp)
            unit.edges[kind] = told

    def on_counters(self, unit: Unit, received: Received, status: StatusMessage) -> dict[str, int]:
        """Activation counters: a rise that nothing else told is a missed activation.

        Called after the levels of the same status and before `unit.status` takes the new
        counters. A fall is a reset (vector 22). Returns the counters that count from now on: none
        of a status that a later one has overtaken.
        """
        known = unit.status
        place = place_of(unit, received)
        moment = stamp_of(status.timestamp)
        if unit.counted is not None and unit.counted.is_after(place, moment):
            return {}
        unit.counted = Edge(True, place, moment)
        for kind, old, new in (
            (AlarmKind.PANIC1, known.panic1_count, status.panic1_count),
            (AlarmKind.PANIC2, known.panic2_count, status.panic2_count),
            (AlarmKind.TAMPER, known.tamper_count, status.tamper_count),
        ):
            told = unit.uncounted.pop(kind, [])
            later = [press for press in told if press.is_after(place, moment)]
            missed = (new - old if old is not None else 0) - (len(told) - len(later))
            if missed > 0 and later:
                # Told by an event that was sent again in a frame after this status.
                missed, later = missed - len(later), later[missed:]
            if later:
                unit.uncounted[kind] = later
            if missed > 0:
                self._missed(unit, kind, received, status, new)
        return {
            "panic1_count": status.panic1_count,
            "panic2_count": status.panic2_count,
            "tamper_count": status.tamper_count,
        }

    def _missed(
        self, unit: Unit, kind: AlarmKind, received: Received, status: StatusMessage, count: int
    ) -> None:
        at = received.received_at
        alarm = self._alarms.open_alarm(unit.id, shown_kind(unit, kind))
        still_active = alarm is not None and alarm.active
        told = Edge(True, place_of(unit, received), stamp_of(status.timestamp))
        self._tell(unit, kind, at, told)
        self._raise_or_repeat(
            unit,
            kind,
            told_key("count", unit, received, status.timestamp, count),
            received,
            self._verified_marks(received) | {"missed activation"},
            device_time(status.timestamp),
        )
        if not still_active:
            self._release(unit, kind, at, status.timestamp)

    # Inside

    def _is_rise(self, unit: Unit, alarm: Alarm | None, edge: Edge | None) -> bool:
        """Whether an active flag tells something new."""
        if unit.is_enrolled:
            return alarm is None or not alarm.active
        # One popup stands for all inputs of a stranger, and acknowledging ends it while the
        # button is still held: only a flag that rises asks again.
        return edge is None or not edge.active

    def _pressed(
        self,
        unit: Unit,
        kind: AlarmKind,
        key: str,
        received: Received,
        event: AlarmEvent,
        marks: frozenset[str],
        edge: Edge,
    ) -> Alarm | None:
        alarm = self._alarms.open_alarm(unit.id, shown_kind(unit, kind))
        presses = unit.told.get(kind, [])
        for number, press in enumerate(presses):
            if self._was_told(unit, press, received, event, edge, alarm):
                del presses[number]
                return alarm
        self._count(unit, kind, edge)
        return self._raise_or_repeat(
            unit,
            kind,
            key,
            received,
            marks,
            device_time(event.timestamp),
            wire_priority=int(event.priority),
        )

    def _was_told(
        self,
        unit: Unit,
        press: Told,
        received: Received,
        event: AlarmEvent,
        edge: Edge,
        alarm: Alarm | None,
    ) -> bool:
        """Whether a flag or a counter has told of this very press before its event came.

        Numbers decide where they can; else the clock, within `SLACK`, as long as the alarm asked
        for attention after this event. Should that be wrong, the counter still tells the press.
        """
        if press.edge.is_after(edge.place, edge.stamp):
            return True
        happened_at = self._corrected(unit, event, received)
        if happened_at > press.at + SLACK:
            return False
        if alarm is not None and not alarm.acknowledged:
            return True
        answered_at = alarm.acknowledged_at if alarm is not None else None
        return unit.clock_is_steady and (answered_at is None or answered_at > happened_at)

    def _released(
        self, unit: Unit, kind: AlarmKind, received: Received, event: AlarmEvent
    ) -> Alarm | None:
        return self._release(unit, kind, received.received_at, event.timestamp)

    def _release(self, unit: Unit, kind: AlarmKind, at: datetime, stamp: int) -> Alarm | None:
        """The input is at rest. Returns its alarm, if one is open."""
        alarm = self._alarms.open_alarm(unit.id, shown_kind(unit, kind))
        if alarm is None or not alarm.active:
            return alarm
        if not unit.is_enrolled and any(
            edge.active for other, edge in unit.edges.items() if other is not kind
        ):
            return alarm  # it stands for another input too
        return self._alarms.clear(alarm, at, device_time(stamp))

    def _tested(
        self,
        unit: Unit,
        kind: AlarmKind,
        key: str,
        received: Received,
        event: AlarmEvent,
        marks: frozenset[str],
    ) -> Alarm:
        """A test is an instant: listed with a mark, silent, and over at once."""
        alarm = self._alarms.open_alarm(unit.id, shown_kind(unit, kind))
        if alarm is not None:
            return alarm  # a real alarm is not made quieter by a test
        at, stamped = received.received_at, device_time(event.timestamp)
        raised = self._alarms.new(
            unit.identity,
            unit.id,
            shown_kind(unit, kind),
            key,
            at,
            marks=marks | {"test"} | self._stranger_marks(unit),
            detail="" if unit.is_enrolled else kind.value,
            severity=Severity.LOW,
            wire_priority=int(event.priority),
            stamp=stamped,
        )
        return self._alarms.clear(raised, at, stamped)

    def _proven(self, unit: Unit, kind: AlarmKind, received: Received) -> None:
        """An event that was raised in doubt came again, beyond doubt."""
        alarm = self._alarms.open_alarm(unit.id, shown_kind(unit, kind))
        if alarm is not None and received.verified:
            verified = machine.verify(alarm, received.received_at, station=self._alarms.station)
            if verified[1]:
                self._alarms.apply(verified)

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
        """Show a press: of an enrolled unit by its kind, of a stranger as "unregistered unit"."""
        shown = shown_kind(unit, kind)
        alarm = self._alarms.open_alarm(unit.id, shown)
        marks |= self._stranger_marks(unit)
        severity = machine.severity_of(kind)
        if alarm is None:
            return self._alarms.new(
                unit.identity,
                unit.id,
                shown,
                key,
                received.received_at,
                marks=marks,
                detail="" if unit.is_enrolled else kind.value,
                wire_priority=wire_priority,
                severity=severity,
                stamp=stamp,
            )
        if not unit.is_enrolled and kind.value not in alarm.detail.split(", "):
            alarm = replace(alarm, detail=f"{alarm.detail}, {kind.value}")
        return self._alarms.repeat(alarm, received.received_at, marks, severity, stamp)

    def _tell(self, unit: Unit, kind: AlarmKind, at: datetime, edge: Edge) -> None:
        """A press was told by something else than its event."""
        presses = unit.told.setdefault(kind, [])
        presses.append(Told(at, edge))
        del presses[:-PRESSES_KEPT]

    def _count(self, unit: Unit, kind: AlarmKind, edge: Edge) -> None:
        """A press was heard: the next status will count it."""
        uncounted = unit.uncounted.setdefault(kind, [])
        uncounted.append(edge)
        del uncounted[:-PRESSES_KEPT]

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

    @staticmethod
    def _stranger_marks(unit: Unit) -> frozenset[str]:
        return frozenset() if unit.is_enrolled else frozenset({"unregistered"})

    def _receipt(self, unit: Unit, event: AlarmEvent, alarm_id: UUID | None) -> None:
        if event.boot_id and unit.key_fingerprint:
            self._changes.work.receipts.append(
                ReceiptDue(unit.id, event.sequence, event.timestamp, alarm_id)
            )
