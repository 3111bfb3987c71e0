"""Presence over time: online, late, offline, COMM_LOSS (`protocol.md` 8.3)."""

from __future__ import annotations

import heapq
from dataclasses import replace
from datetime import datetime, timedelta

from alarmstation.application.alarm_desk import COMM_LOSS_TOGETHER, AlarmDesk
from alarmstation.application.changes import Changes
from alarmstation.application.unit import Directory, Unit
from alarmstation.domain import presence
from alarmstation.domain.alarm import AlarmKind, Severity
from alarmstation.domain.device import CommState, Lifecycle, Quality, QualityReason, Reading
from alarmstation.domain.telemetry import Gap

WORSE = (CommState.UNKNOWN, CommState.ONLINE, CommState.LATE, CommState.OFFLINE)
OFFLINE_READING = Reading(None, Quality.BAD, QualityReason.OFFLINE)


class Watch:
    """Notices silence. Silence is counted only while the station itself was listening."""

    def __init__(
        self, directory: Directory, changes: Changes, alarms: AlarmDesk, comm_loss_after_s: float
    ) -> None:
        self._directory = directory
        self._changes = changes
        self._alarms = alarms
        self._comm_loss_after = timedelta(seconds=comm_loss_after_s)
        self._due: list[tuple[datetime, int]] = []
        self._scheduled: dict[int, datetime] = {}
        self.listening_since: datetime | None = None
        """None: the broker is away, nobody's silence means anything."""
        self._deaf: tuple[datetime, str] | None = None
        """Since when nobody listened, and why."""

    def listening(self, since: datetime) -> None:
        """The station hears (again): everybody gets a full interval to be heard.

        The time in which nobody listened becomes a gap, and what is heard next is stored.
        """
        if self._deaf is not None:
            started_at, reason = self._deaf
            self._deaf = None
            if started_at < since:
                self._changes.batch.gaps.append(Gap(started_at, since, None, reason))
            for unit in self._directory:
                unit.recorder.after_gap()
        self.listening_since = since
        for unit in self._directory:
            self._schedule(unit, since)

    def deaf(self, at: datetime, reason: str = "no connection to the broker") -> None:
        """The station does not hear: nobody is declared silent."""
        if self._deaf is None:
            self._deaf = (at, reason)
        self.listening_since = None

    def unheard_before(self, until: datetime, reason: str) -> None:
        """An earlier run listened until then: what lies between is a gap."""
        if self.listening_since is None:
            if self._deaf is None or until < self._deaf[0]:
                self._deaf = (until, reason)
        elif until < self.listening_since:
            self._changes.batch.gaps.append(Gap(until, self.listening_since, None, reason))

    def clock_moved(self, at: datetime) -> None:
        """The station's clock was set back: silence is counted anew from here."""
        for unit in self._directory:
            last = unit.status.last_seen_at
            if last is not None and last > at:
                unit.status = replace(unit.status, last_seen_at=at)
            unit.recorder.after_gap()
        if self.listening_since is not None:
            self.listening(at)

    def heard(self, unit: Unit, at: datetime) -> None:
        """A live message came."""
        if unit.status.comm_state is not CommState.ONLINE:
            self._online(unit, at)
        if unit.id not in self._scheduled:
            self._schedule(unit, at)

    def lost(self, unit: Unit, at: datetime) -> None:
        """A valid last will came."""
        if unit.status.comm_state is not CommState.OFFLINE:
            self._change(unit, CommState.OFFLINE, at)
        self._schedule(unit, at)

    def tick(self, at: datetime) -> None:
        """Look after those whose time has come."""
        if self.listening_since is None:
            return
        while self._due and self._due[0][0] <= at:
            due_at, device_id = heapq.heappop(self._due)
            if self._scheduled.get(device_id) != due_at:
                continue
            del self._scheduled[device_id]
            unit = self._directory.by_id(device_id)
            if unit is not None:
                self._look_at(unit, at)

    def _look_at(self, unit: Unit, at: datetime) -> None:
        silence = self._silence(unit, at)
        if silence is None or unit.device.lifecycle is Lifecycle.RETIRED:
            return
        state, known = self._state(unit, silence), unit.status.comm_state
        # Silence makes nothing better: only being heard does.
        if known is not CommState.UNKNOWN and WORSE.index(state) > WORSE.index(known):
            self._change(unit, state, at)
        else:
            state = known
        if state is CommState.OFFLINE and silence >= self._comm_loss_after and unit.is_enrolled:
            self._comm_loss(unit, at)
            return
        self._schedule(unit, at)

    @staticmethod
    def _state(unit: Unit, silence: timedelta) -> CommState:
        if unit.will_lost:
            return CommState.OFFLINE
        return presence.comm_state(silence.total_seconds(), unit.interval_s)

    def _silence(self, unit: Unit, at: datetime) -> timedelta | None:
        """How long the unit has been silent while the station was listening."""
        last = unit.status.last_seen_at
        if last is None or self.listening_since is None:
            return None
        return max(at - max(last, self.listening_since), timedelta(0))

    def _schedule(self, unit: Unit, at: datetime) -> None:
        silence = self._silence(unit, at)
        if silence is None or unit.device.lifecycle is Lifecycle.RETIRED:
            return
        waits = presence.due_in_s(silence.total_seconds(), unit.interval_s)
        until_loss = (self._comm_loss_after - silence).total_seconds()
        wait = min(waits, until_loss) if until_loss > 0 else waits
        if wait == float("inf"):
            return
        due_at = at + timedelta(seconds=max(wait, 0.05))
        self._scheduled[unit.id] = due_at
        heapq.heappush(self._due, (due_at, unit.id))

    def _online(self, unit: Unit, at: datetime) -> None:
        status = unit.status
        if status.comm_state is CommState.OFFLINE and status.silent_since is not None:
            self._changes.batch.gaps.append(Gap(status.silent_since, at, unit.id, "offline"))
        unit.status = replace(status, comm_state=CommState.ONLINE, comm_since=at, silent_since=None)
        self._changes.batch.statuses[unit.id] = unit.status
        self._alarms.clear_station_alarm(unit.id, AlarmKind.COMM_LOSS, at)
        self._schedule(unit, at)

    def _change(self, unit: Unit, state: CommState, at: datetime) -> None:
        """Stamped with detection time; the unit's own state stays as it is (vector 11)."""
        unit.status = replace(
            unit.status,
            comm_state=state,
            comm_since=at,
            silent_since=None if state is CommState.ONLINE else unit.status.last_seen_at,
        )
        reference = unit.recorder.reference
        if state is CommState.OFFLINE and unit.is_enrolled and reference is not None:
            rows = unit.recorder.record(
                replace(
                    reference,
                    received_at=unit.rising(at),
                    temperature_c=OFFLINE_READING,
                    humidity_pct=OFFLINE_READING,
                    connected=False,
                )
            )
            self._changes.batch.history.extend(rows)
            unit.status = replace(
                unit.status,
                received_samples=unit.status.received_samples + 1,
                stored_rows=unit.status.stored_rows + len(rows),
            )
        self._changes.batch.statuses[unit.id] = unit.status
        self._changes.shown.devices.add(unit.id)

    def _comm_loss(self, unit: Unit, at: datetime) -> None:
        """Raise it; three units of one site lost together are HIGH, all of them."""
        last = unit.status.last_seen_at
        lost = [
            other
            for other in self._directory.in_site(unit.device.site_id)
            if other is not unit
            and unit.device.site_id is not None
            and (alarm := self._alarms.open_alarm(other.id, AlarmKind.COMM_LOSS)) is not None
            and alarm.active
        ]
        together = len(lost) + 1 >= COMM_LOSS_TOGETHER
        key = f"silent:{last.isoformat() if last else ''}"
        for each in (unit, *(lost if together else ())):
            self._alarms.raise_station_alarm(
                each.id,
                each.identity,
                AlarmKind.COMM_LOSS,
                key,
                at,
                severity=Severity.HIGH if together else Severity.MEDIUM,
            )
