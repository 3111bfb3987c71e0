"""Who gets in: strangers, contradictions, and what was refused before it was a message.

Nothing is dropped silently: each refusal is counted by host and class (`protocol.md` 2.7, 10).
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from alarmstation.application.alarm_desk import STATION, AlarmDesk
from alarmstation.application.changes import Changes
from alarmstation.application.enrolment import Enrolment
from alarmstation.application.inbound import Received
from alarmstation.application.unit import Directory, Unit
from alarmstation.domain.alarm import AlarmKind, Severity
from alarmstation.domain.device import Device, Lifecycle
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    DeviceMessage,
    EventState,
    LastWill,
    Leaf,
    Refusal,
    StatusMessage,
)

FACTORY_HOST = "ESG_ALARM_"
"""Factory hosts are this and the MAC in 12 upper-case hex digits (`protocol.md` 1.1)."""

UNPROVEN_ALARMS: dict[str, str] = {
    Refusal.BAD_TAG: "an alarm message with a wrong tag",
    Refusal.UNSIGNED: "an alarm message without a tag",
}
"""Refused alarms that may still be a press of a unit that is set up wrongly."""

STATUS_LEAVES = (Leaf.LOGIN, Leaf.STATUS)

JSON_ONLY = "sends JSON only: not commissioned for protobuf"
"""Note of a host whose JSON heartbeats were heard and nothing else."""

NEW_HOSTS_PER_HOUR = 20
"""Above this, strangers are announced once together (`protocol.md` 10.4)."""


class Admission:
    """Decides whether a message may be looked at."""

    def __init__(
        self, directory: Directory, changes: Changes, alarms: AlarmDesk, enrolment: Enrolment
    ) -> None:
        self._directory = directory
        self._changes = changes
        self._alarms = alarms
        self._enrolment = enrolment
        self._new_hosts: deque[datetime] = deque()
        self._summarised_at: datetime | None = None

    def refuse(
        self, host: str, leaf: Leaf | None, reason: str, at: datetime, sample: bytes, detail: str
    ) -> None:
        """A message that never became one: bad tag, malformed, unsigned, not decodable."""
        self._changes.refusal(host, reason, at, sample=sample, detail=detail)
        unit = self._directory.by_host(host)
        if unit is None:
            return
        unit.refused += 1
        self._changes.shown.devices.add(unit.id)
        if leaf is Leaf.ALARM and reason in UNPROVEN_ALARMS:
            # Never an alarm state and never a receipt, but somebody must look.
            self._security(unit, UNPROVEN_ALARMS[reason], at)
        elif reason == Refusal.IDENTITY and leaf not in STATUS_LEAVES:
            # It looks like the frame of another leaf (2.6); a status may just lack its MAC.
            self._security(unit, detail, at)

    def json_only(self, host: str, at: datetime) -> None:
        """A JSON heartbeat was heard; a host that nobody knows is listed as one that is not
        commissioned for protobuf (`protocol.md` 1.1)."""
        if self._directory.by_host(host) is None and self._may_meet(at):
            self._meet(host, at, note=JSON_ONLY)

    def foreign_command(
        self, host: str, at: datetime, *, retained: bool, sequence: int | None = None
    ) -> None:
        """A command or receipt that this station did not send (`protocol.md` 10.7).

        `sequence` is its number where the unit's key vouches for it: ours goes on above it.
        """
        self._changes.refusal(host, Refusal.FOREIGN_COMMAND, at)
        unit = self._directory.by_host(host)
        if unit is not None:
            unit.refused += 1
            self._changes.shown.devices.add(unit.id)
            if sequence is not None and sequence > unit.counter:
                unit.counter = sequence
                self._changes.batch.counters[unit.id] = sequence
            detail = "a retained command" if retained else "a command from another controller"
            self._security(unit, detail, at)

    def check_form(self, received: Received) -> Refusal | None:
        """Why a message is refused whoever sent it; None when it is not."""
        message = received.message
        if received.leaf is not Leaf.LOGIN or not isinstance(message, StatusMessage):
            return None
        if message.mac_address:
            return None
        self._changes.refusal(
            received.host, Refusal.IDENTITY, received.received_at, detail="login without MAC"
        )
        return Refusal.IDENTITY

    def check_identity(self, unit: Unit, received: Received) -> Refusal | None:
        """Refuses what contradicts its topic: hostile, counted, and a notice for people."""
        what = _contradiction(unit, received.message)
        if not what:
            return None
        self._changes.refusal(unit.host, Refusal.IDENTITY, received.received_at, detail=what)
        unit.refused += 1
        self._security(unit, what, received.received_at)
        return Refusal.IDENTITY

    def _security(self, unit: Unit, what: str, at: datetime) -> None:
        self._alarms.raise_station_alarm(
            unit.id,
            unit.identity,
            AlarmKind.SECURITY,
            f"security:{at.isoformat()}",
            at,
            detail=what,
        )

    def stranger(self, received: Received) -> Unit | None:
        """A host that nobody enrolled becomes a provisional device (`protocol.md` 10.4)."""
        at = received.received_at
        if not self._may_meet(at):
            self._too_many_strangers(received)
            return None
        self._changes.refusal(received.host, Refusal.UNKNOWN_HOST, at)
        message = received.message
        mac = message.mac_address if isinstance(message, StatusMessage) else b""
        known = self._directory.by_mac(mac) if len(mac) == 6 else None
        return self._meet(
            received.host,
            at,
            mac=mac if len(mac) == 6 and known is None else None,
            note="" if known is None else f"same MAC as {known.host}",
        )

    def _may_meet(self, at: datetime) -> bool:
        """Whether one more new host is taken in; so many an hour and no more."""
        while self._new_hosts and at - self._new_hosts[0] > timedelta(hours=1):
            self._new_hosts.popleft()
        return len(self._new_hosts) < NEW_HOSTS_PER_HOUR

    def _meet(self, host: str, at: datetime, *, mac: bytes | None = None, note: str = "") -> Unit:
        self._new_hosts.append(at)
        device = Device(
            id=self._directory.next_id(),
            host=host,
            mac=mac,
            lifecycle=Lifecycle.PROVISIONAL,
            note=note,
            created_at=at,
        )
        unit = self._directory.add(device)
        self._changes.batch.devices[device.id] = device
        self._changes.shown.devices.add(device.id)
        self._enrolment.show_key(unit)
        return unit

    def _too_many_strangers(self, received: Received) -> None:
        """One summary an hour; an alarm among them asks for attention again."""
        at, message = received.received_at, received.message
        # Hosts beyond the limit are anybody's invention: counted together, not one by one.
        self._changes.refusal("", Refusal.UNKNOWN_HOST, at, detail=received.host)
        pressed = (
            isinstance(message, AlarmEvent)
            and message.type != AlarmType.OUTPUT_EVENT
            and message.state == EventState.ACTIVE
        )
        if pressed or self._summarised_at is None or at - self._summarised_at > timedelta(hours=1):
            self._summarised_at = at
            self._alarms.raise_station_alarm(
                STATION,
                "station",
                AlarmKind.UNREGISTERED,
                f"strangers:{at.isoformat()}",
                at,
                detail=f"more than {NEW_HOSTS_PER_HOUR} unknown hosts within an hour",
                severity=Severity.CRITICAL if pressed else None,
            )


def _contradiction(unit: Unit, message: DeviceMessage) -> str:
    """What in the message denies that it is from this host (`protocol.md` 10.5)."""
    if isinstance(message, StatusMessage) and message.mac_address:
        mac = message.mac_address
        if unit.device.mac is not None and mac != unit.device.mac:
            return f"MAC {mac.hex(':')} instead of {unit.device.mac.hex(':')}"
        tail = unit.host.removeprefix(FACTORY_HOST)
        if unit.host.startswith(FACTORY_HOST) and tail != mac.hex().upper():
            return f"factory host of another MAC ({mac.hex(':')})"
    if isinstance(message, LastWill) and message.hostname not in {"", unit.host}:
        return f"last will of {message.hostname}"
    return ""
