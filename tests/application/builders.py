"""A station with one enrolled unit, and a clock that the tests turn."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from alarmstation.application.changes import Dispatch, Work
from alarmstation.application.inbound import Received
from alarmstation.application.requests import (
    Acknowledge,
    CommandsAccepted,
    ImportUnits,
    SendCommand,
    UnitSpec,
)
from alarmstation.application.station import Station, StationRules
from alarmstation.application.unit import Unit
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.alarm import Alarm, AlarmKind
from alarmstation.domain.cdc import CdcRules
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    CommandEnvelope,
    CommandResponse,
    DeviceMessage,
    EventState,
    Heartbeat,
    Leaf,
    Refusal,
    StatusMessage,
)
from tests.fakes import FakeOperationalStore

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "ESG-001"
MAC = bytes.fromhex("a1b2c3000001")
KEY = bytes(range(7, 39))

GUARD = Operator("ana", Role.GUARD)
TECHNICIAN = Operator("tom", Role.TECHNICIAN)
ADMIN = Operator("root", Role.ADMIN)


class KeysInMemory:
    def __init__(self) -> None:
        self.keys: dict[str, tuple[MessageKey, ...]] = {}

    def load(self) -> dict[str, tuple[MessageKey, ...]]:
        return dict(self.keys)

    def save(self, keys: Mapping[str, tuple[MessageKey, ...]]) -> None:
        self.keys.update(keys)


class Site:
    """A station under test with its clock."""

    def __init__(
        self, rules: CdcRules | None = None, *, enrolled: bool = True, listening: bool = True
    ) -> None:
        self.now = START
        numbers = itertools.count(1)
        self.keys = KeysInMemory()
        self.station = Station(
            StationRules("Test station", rules or CdcRules()),
            self.keys,
            lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        )
        if listening:
            self.station.listening(self.now)
        self.leaving: list[Dispatch] = []
        self.sequence = 100
        self.ordinal = 0
        if enrolled:
            spec = UnitSpec(HOST, MAC.hex(), "Front door", ("Bank", "North"), KEY.hex())
            self.station.answer(ADMIN, ImportUnits((spec,)), self.now)

    @property
    def unit(self) -> Unit:
        unit = self.station.directory.by_host(HOST)
        assert unit is not None
        return unit

    def unit_of(self, host: str) -> Unit:
        unit = self.station.directory.by_host(host)
        assert unit is not None
        return unit

    def wait(self, seconds: float) -> None:
        """Let time pass, with the ticks that the service makes."""
        self.now += timedelta(seconds=seconds)
        self.station.tick(self.now)

    def received(self, message: DeviceMessage, **changes: Any) -> Received:
        self.sequence += 1
        self.ordinal += 1
        leaf = {
            Heartbeat: Leaf.HB,
            StatusMessage: Leaf.STATUS,
            AlarmEvent: Leaf.ALARM,
        }.get(type(message), Leaf.RESPONSE)
        received = Received(
            host=HOST,
            leaf=leaf,
            message=message,
            received_at=self.now,
            ordinal=self.ordinal,
            sequence=self.sequence,
            tag=sha256(f"{self.sequence} {message}".encode()).digest()[-8:],
        )
        return replace(received, **changes)

    def hear(self, message: DeviceMessage, **changes: Any) -> Refusal | None:
        return self.station.reception.receive(self.received(message, **changes))

    def beat(self, **fields: Any) -> Refusal | None:
        """A heartbeat of a healthy unit whose clock agrees with the station's."""
        return self.hear(self.a_heartbeat(**fields))

    def a_heartbeat(self, **fields: Any) -> Heartbeat:
        defaults: dict[str, Any] = {
            "timestamp": int(self.now.timestamp()),
            "device_db_id": 1,
            "temperature": 21.5,
            "humidity": 45.0,
            "uptime": int((self.now - START).total_seconds()) + 1000,
            "firmware": "2.0.0",
            "boot_id": 0xC0FFEE01,
        }
        return Heartbeat(**{**defaults, **fields})

    def a_status(self, **fields: Any) -> StatusMessage:
        defaults: dict[str, Any] = {
            "timestamp": int(self.now.timestamp()),
            "device_db_id": 1,
            "temperature": 21.5,
            "humidity": 45.0,
            "uptime": int((self.now - START).total_seconds()) + 1000,
            "firmware": "2.0.0",
            "mac_address": MAC,
            "boot_count": 3,
            "state": 3,
        }
        return StatusMessage(**{**defaults, **fields})

    def an_event(self, **fields: Any) -> AlarmEvent:
        defaults: dict[str, Any] = {
            "sequence": self.sequence,
            "timestamp": int(self.now.timestamp()),
            "device_db_id": 1,
            "type": AlarmType.PANIC1,
            "state": EventState.ACTIVE,
            "boot_id": 0xC0FFEE01,
        }
        return AlarmEvent(**{**defaults, **fields})

    def login(self, **fields: Any) -> Refusal | None:
        return self.hear(self.a_status(**fields), leaf=Leaf.LOGIN)

    def stored(self) -> Work:
        """Everything decided until now becomes durable, as the service does it."""
        work = self.station.take_work()
        self.leaving = self.station.leaving(work.dispatches, self.now)
        self.station.changes.work.dispatches.extend(self.station.committed(work, self.now))
        return work

    def acknowledge(self, alarm: Alarm, by: Operator = GUARD) -> None:
        self.station.answer(by, Acknowledge(str(alarm.id), "seen"), self.now)

    def restarted(self, *works: Work) -> Site:
        """The station after a crash that followed these transactions."""
        store = FakeOperationalStore()
        for work in works:
            assert store.commit(work.batch) == ()
        after = Site(enrolled=False)
        after.now, after.sequence, after.keys = self.now, self.sequence, self.keys
        after.station.enrolment._store = self.keys
        after.station.restore(store.recollect(), after.now)
        return after

    def sent(self) -> list[CommandEnvelope]:
        """What leaves for the unit now, confirmed by the broker."""
        self.station.tick(self.now)
        self.station.tick(self.now)  # what the first one asked for, such as a set-time
        self.stored()
        envelopes = []
        for dispatch in self.leaving:
            if isinstance(dispatch.message, CommandEnvelope):
                self.station.commands.published(dispatch.request_id, self.now)
                envelopes.append(dispatch.message)
        return envelopes

    def answer(self, request_id: str, **fields: Any) -> Refusal | None:
        """The unit's answer to a command."""
        defaults: dict[str, Any] = {
            "request_id": request_id,
            "timestamp": int(self.now.timestamp()),
            "success": True,
        }
        return self.hear(CommandResponse(**{**defaults, **fields}))

    def send(self, name: str, by: Operator = ADMIN, **fields: Any) -> str:
        """A command of an operator to the unit; returns its request id."""
        wish = SendCommand((self.unit.id,), name, fields, confirmed=True, typed_host=HOST)
        reply = self.station.answer(by, wish, self.now)
        assert isinstance(reply, CommandsAccepted)
        return reply.request_ids[0]

    def state_of(self, request_id: str) -> str:
        command = self.station.commands.find(request_id)
        return command.state.value if command is not None else ""

    @property
    def alarms(self) -> list[Alarm]:
        return list(self.station.alarms)

    def alarm(self, kind: AlarmKind) -> Alarm:
        (found,) = [alarm for alarm in self.alarms if alarm.kind is kind]
        return found
