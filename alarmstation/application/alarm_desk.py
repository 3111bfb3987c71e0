"""All open alarms: raised, repeated, cleared and settled, shown and kept (`domain.md` 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from alarmstation.application.changes import Changes
from alarmstation.domain import alarm as machine
from alarmstation.domain.alarm import Alarm, AlarmKind, Severity

STATION = 0
"""Device id of alarms about the station itself."""

COMM_LOSS_TOGETHER = 3
"""So many units of one site lost together are HIGH."""


class AlarmDesk:
    """All open alarms and every decision about them."""

    def __init__(self, changes: Changes, station: str) -> None:
        self._changes = changes
        self.station = station
        self._open: dict[tuple[int, AlarmKind], Alarm] = {}
        self._by_id: dict[UUID, Alarm] = {}

    # What is there

    def __iter__(self) -> Iterator[Alarm]:
        return iter(self._open.values())

    def restore(self, alarm: Alarm) -> None:
        """Take over an open alarm of an earlier run."""
        self._keep(alarm)

    def drop(self, alarm: Alarm) -> None:
        """Forget an alarm that turned out to be closed already."""
        self._open.pop((alarm.device_id, alarm.kind), None)
        self._by_id.pop(alarm.id, None)

    def find(self, alarm_id: UUID) -> Alarm | None:
        """The alarm with this id while it is open."""
        return self._by_id.get(alarm_id)

    def of_device(self, device_id: int) -> tuple[Alarm, ...]:
        """Open alarms of one device."""
        found = (self._open.get((device_id, kind)) for kind in AlarmKind)
        return tuple(alarm for alarm in found if alarm is not None)

    def open_alarm(self, device_id: int, kind: AlarmKind) -> Alarm | None:
        """The open alarm of this device and kind."""
        return self._open.get((device_id, kind))

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
            return self.new(identity, device_id, kind, key, at, detail=detail, severity=severity)
        if alarm.active and (severity is None or severity <= alarm.severity):
            return alarm
        # Back again, or worse than it was: both ask for attention anew.
        return self.repeat(alarm, at, frozenset(), severity, None)

    def clear_station_alarm(self, device_id: int, kind: AlarmKind, at: datetime) -> None:
        """The reason is gone."""
        alarm = self._open.get((device_id, kind))
        if alarm is not None and alarm.active:
            self.clear(alarm, at, None)

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
            settled, records = machine.settle(alarm, at, station=self.station)
            if records:
                self.apply((settled, records))

    # Steps that a reason makes

    def new(
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
        """Raise an alarm where none of this device and kind is open."""
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
                station=self.station,
            )
        )

    def repeat(
        self,
        alarm: Alarm,
        at: datetime,
        marks: frozenset[str],
        severity: Severity | None,
        stamp: datetime | None,
    ) -> Alarm:
        """The source of an open alarm became active again, or worse."""
        return self.apply(
            machine.re_raise(
                alarm,
                at,
                marks=marks,
                severity=severity,
                station=self.station,
                device_time=stamp,
            )
        )

    def clear(self, alarm: Alarm, at: datetime, stamp: datetime | None) -> Alarm:
        """The source returned to normal."""
        return self.apply(machine.clear(alarm, at, station=self.station, device_time=stamp))

    def _keep(self, alarm: Alarm) -> Alarm:
        key = (alarm.device_id, alarm.kind)
        if alarm.is_open:
            self._open[key] = alarm
            self._by_id[alarm.id] = alarm
        else:
            self._open.pop(key, None)
            self._by_id.pop(alarm.id, None)
        return alarm
