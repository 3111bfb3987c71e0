"""Events, flags and counters in any order, again and late, with crashes of the station between.

The model is the unit: it knows how often its button was pressed. What must hold of the station:
after every real press the alarm asked for attention, and no press made it ask twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from alarmstation.application.inbound import Received
from alarmstation.application.input_desk import SLACK
from alarmstation.application.requests import Acknowledge
from alarmstation.domain.alarm import Alarm, AlarmKind, Change
from alarmstation.domain.messages import AlarmEvent, AlarmReceipt, EventState, Leaf
from tests.application.builders import GUARD, MAC, Site
from tests.fakes import FakeOperationalStore

LONGEST_WAY = timedelta(seconds=2)


@dataclass
class Frame:
    """Something on its way from the unit to the station."""

    received: Received
    at_least_once: bool


class ThreeNets(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.site = Site()
        self.store = FakeOperationalStore()
        self.pressed_at: list[datetime] = []
        self.asking_at: list[datetime] = []
        self.held = False
        self.events = 0
        self.outbox: list[AlarmEvent] = []
        self.on_the_way: list[Frame] = []
        self.unacknowledged: list[Frame] = []
        """Taken by the station and not stored yet: the broker brings them again after a crash."""
        self.boot_id = 0xC0FFEE01
        self.boot_count = 3
        self.booted_at = self.site.now
        self.commit()

    # The unit

    def told(self, **fields: Any) -> dict[str, Any]:
        uptime = int((self.site.now - self.booted_at).total_seconds()) + 5
        return {"panic1": self.held, "uptime": uptime, **fields}

    def send(self, message: Any, *, at_least_once: bool, **changes: Any) -> None:
        received = self.site.received(message, **changes)
        self.on_the_way.append(Frame(received, at_least_once))

    def edge(self) -> None:
        self.outbox.append(self.an_event())

    def an_event(self) -> AlarmEvent:
        self.events += 1
        state = EventState.ACTIVE if self.held else EventState.INACTIVE
        return self.site.an_event(sequence=self.events, state=state, boot_id=self.boot_id)

    @initialize()
    def goes_online(self) -> None:
        self.login()
        self.beat()
        self.arrive_all()
        self.commit()

    def login(self) -> None:
        self.send(self.a_status(), at_least_once=True, leaf=Leaf.LOGIN)

    def a_status(self) -> Any:
        return self.site.a_status(
            panic1_count=len(self.pressed_at), boot_count=self.boot_count, mac_address=MAC,
            **self.told(),
        )  # fmt: skip

    @precondition(lambda self: not self.held)
    @rule()
    def press(self) -> None:
        self.pass_time(1)
        self.held = True
        self.pressed_at.append(self.site.now)
        self.edge()

    @precondition(lambda self: self.held)
    @rule(after=st.integers(1, 3))
    def release(self, after: int) -> None:
        self.pass_time(after)
        self.held = False
        self.edge()

    @precondition(lambda self: self.outbox)
    @rule(data=st.data())
    def publish_event(self, data: st.DataObject) -> None:
        """The first time or again: always in a new frame."""
        event = data.draw(st.sampled_from(self.outbox))
        self.send(event, at_least_once=True)

    @rule()
    def beat(self) -> None:
        heartbeat = self.site.a_heartbeat(
            boot_id=self.boot_id, alarm_sequence=self.events, **self.told()
        )
        self.send(heartbeat, at_least_once=False)

    @rule()
    def tell_status(self) -> None:
        self.send(self.a_status(), at_least_once=True)

    @rule()
    def restart(self) -> None:
        self.pass_time(2)
        self.boot_id += 1
        self.boot_count += 1
        self.booted_at = self.site.now
        self.site.sequence += 1024 - self.site.sequence % 1024
        self.login()

    # The way

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds: int) -> None:
        self.pass_time(seconds)

    def pass_time(self, seconds: int) -> None:
        """Nothing is longer on the way than `LONGEST_WAY`."""
        for _ in range(seconds):
            self.site.wait(1)
            late = self.site.now - LONGEST_WAY
            while self.on_the_way and self.on_the_way[0].received.received_at <= late:
                self.take(self.on_the_way.pop(0))

    @precondition(lambda self: self.on_the_way)
    @rule(overtaking=st.booleans())
    def arrive(self, overtaking: bool) -> None:
        """The next in order, or the next of the first lane, before what was sent earlier."""
        for frame in self.on_the_way:
            if not overtaking or frame.received.leaf in {Leaf.ALARM, Leaf.LOGIN}:
                self.on_the_way.remove(frame)
                self.take(frame)
                return

    @precondition(lambda self: self.on_the_way)
    @rule()
    def lose_a_heartbeat(self) -> None:
        self.on_the_way = [
            f for f in self.on_the_way if f.at_least_once or f is not self.on_the_way[0]
        ]

    def take(self, frame: Frame) -> None:
        self.site.ordinal += 1
        received = replace(frame.received, received_at=self.site.now, ordinal=self.site.ordinal)
        self.site.station.reception.receive(received)
        self.unacknowledged.append(frame)

    def arrive_all(self) -> None:
        while self.on_the_way:
            self.take(self.on_the_way.pop(0))

    # The station

    @rule()
    def commit(self) -> None:
        for _ in range(2):  # the second brings the receipts
            work = self.site.stored()
            assert self.store.commit(work.batch) == ()
            for dispatch in self.site.leaving:
                if isinstance(dispatch.message, AlarmReceipt):
                    self.receipted(dispatch.message)
        self.unacknowledged.clear()

    def receipted(self, receipt: AlarmReceipt) -> None:
        self.outbox = [
            event
            for event in self.outbox
            if (event.sequence, event.timestamp) != (receipt.sequence, receipt.alarm_timestamp)
        ]

    @rule()
    def crash(self) -> None:
        """Everything that was not stored is forgotten; the broker brings it again."""
        before = self.site
        after = Site(enrolled=False)
        after.now, after.sequence, after.ordinal = before.now, before.sequence, 0
        after.keys = before.keys
        after.station.enrolment._store = before.keys
        past = self.store.recollect()
        # The store keeps the keys of the last 30 days, by a clock that is not the test's.
        past = replace(past, event_keys=frozenset(self.store.database.events))
        after.station.restore(past, after.now)
        self.site = after
        again = [frame for frame in self.unacknowledged if frame.at_least_once]
        self.on_the_way = again + self.on_the_way
        self.unacknowledged.clear()

    @precondition(lambda self: self.alarm is not None and not self.alarm.acknowledged)
    @rule(seconds=st.integers(0, 12))
    def acknowledge(self, seconds: int) -> None:
        self.pass_time(3)  # nobody is faster; clocks agree no better than the way is long
        alarm = self.alarm
        assert alarm is not None
        self.site.station.answer(GUARD, Acknowledge(str(alarm.id), "seen"), self.site.now)
        self.pass_time(seconds)

    @property
    def alarm(self) -> Alarm | None:
        return self.site.station.alarms.open_alarm(self.site.unit.id, AlarmKind.PANIC1)

    # What must hold

    @invariant()
    def asking_is_noted(self) -> None:
        alarm = self.alarm
        if alarm is not None and not alarm.acknowledged:
            self.asking_at.append(self.site.now)

    def teardown(self) -> None:
        """Everything arrives in the end: the unit sends again until it has its receipts."""
        if self.held:
            self.release(1)
        for _ in range(3):
            for event in tuple(self.outbox):
                self.send(event, at_least_once=True)
            self.tell_status()
            self.beat()
            self.pass_time(1)
            self.arrive_all()
            self.asking_is_noted()
            self.commit()
        assert self.outbox == []
        for pressed_at in self.pressed_at:
            assert any(asked >= pressed_at for asked in self.asking_at), "a press was lost"
        database = self.store.database
        raised = [
            transition
            for transition in database.transitions.values()
            if transition.change in {Change.RAISED, Change.RE_RAISED}
            and database.alarms[transition.alarm_id].kind is AlarmKind.PANIC1
        ]
        assert len(raised) <= len(self.pressed_at), "a press was told twice"


class OlderUnit(ThreeNets):
    """Earlier firmware: no boot id, no outbox, numbers that begin anew with each boot."""

    def __init__(self) -> None:
        super().__init__()
        self.boot_id = 0

    def edge(self) -> None:
        self.send(self.an_event(), at_least_once=True)

    @rule()
    def beat(self) -> None:
        self.send(self.site.a_heartbeat(boot_id=0, **self.told()), at_least_once=False)

    @rule()
    def restart(self) -> None:
        # Its numbers tell nothing over boots: what of the last one came after the new one's login
        # would count as news. So nothing of it is on the way any more.
        self.pass_time(4)
        self.arrive_all()
        self.commit()
        self.boot_count += 1
        self.booted_at = self.site.now
        self.site.sequence = 0
        self.events = 0
        self.login()
        self.beat()
        self.arrive_all()


for machine in (ThreeNets, OlderUnit):
    machine.TestCase.settings = settings(
        max_examples=150,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
TestOurUnit = ThreeNets.TestCase
TestOlderUnit = OlderUnit.TestCase


def test_the_slack_is_shorter_than_the_time_to_undo() -> None:
    """An acknowledged alarm stays open for longer than an event can lag behind its flag."""
    assert SLACK.total_seconds() < 10
