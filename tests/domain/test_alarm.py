from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from alarmstation.domain import alarm as machine
from alarmstation.domain.alarm import (
    Alarm,
    AlarmKind,
    AlarmState,
    AlarmTransition,
    Change,
    Severity,
)
from alarmstation.domain.errors import Refused

NOW = datetime(2026, 1, 1, 3, tzinfo=UTC)


def an_alarm(kind: AlarmKind = AlarmKind.TAMPER, at: datetime = NOW, **changes: object) -> Alarm:
    alarm, _ = machine.raise_alarm("AA", 1, kind, "e1", at)
    return replace(alarm, **changes)  # type: ignore[arg-type]


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_two_stations_make_the_same_alarm_of_the_same_event() -> None:
    one, _ = machine.raise_alarm("AA", 1, AlarmKind.PANIC1, "e1", NOW)
    two, _ = machine.raise_alarm("AA", 1, AlarmKind.PANIC1, "e1", later(1))
    other, _ = machine.raise_alarm("AA", 1, AlarmKind.PANIC1, "e2", NOW)
    assert one.id == two.id != other.id


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        (AlarmKind.PANIC1, Severity.CRITICAL),
        (AlarmKind.PANIC2, Severity.CRITICAL),
        (AlarmKind.DURESS, Severity.CRITICAL),
        (AlarmKind.TAMPER, Severity.HIGH),
        (AlarmKind.UNKNOWN, Severity.HIGH),
        (AlarmKind.COMM_LOSS, Severity.MEDIUM),
    ],
)
def test_severity_belongs_to_the_type(kind: AlarmKind, severity: Severity) -> None:
    assert machine.severity_of(kind) is severity


def test_an_alarm_that_clears_stays_until_it_is_acknowledged() -> None:
    alarm, _ = machine.clear(an_alarm(), later(1))
    assert alarm.state is AlarmState.RETURNED_UNACKNOWLEDGED
    alarm, _ = machine.acknowledge(alarm, "ana", later(2))
    assert alarm.is_open
    alarm, records = machine.settle(alarm, later(13))
    assert not alarm.is_open
    assert [r.change for r in records] == [Change.CLOSED]


def test_an_acknowledged_alarm_closes_when_it_clears() -> None:
    alarm, _ = machine.acknowledge(an_alarm(), "ana", later(1))
    assert alarm.state is AlarmState.ACKNOWLEDGED
    alarm, records = machine.clear(alarm, later(60))
    assert [r.change for r in records] == [Change.CLEARED, Change.CLOSED]
    assert alarm.state is AlarmState.NORMAL


def test_an_acknowledged_alarm_stays_acknowledged_when_the_same_input_is_heard_again() -> None:
    alarm, _ = machine.acknowledge(an_alarm(), "ana", later(1))
    again, records = machine.acknowledge(alarm, "eva", later(2))
    assert again is alarm
    assert records == ()


def test_a_re_raise_counts_and_asks_again() -> None:
    alarm, _ = machine.acknowledge(an_alarm(), "ana", later(1))
    alarm, records = machine.re_raise(alarm, later(5))
    assert alarm.raise_count == 2
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    assert records[0].change is Change.RE_RAISED


def test_a_critical_alarm_is_not_acknowledged_without_a_note() -> None:
    with pytest.raises(Refused):
        machine.acknowledge(an_alarm(AlarmKind.PANIC1), "ana", later(1), note="  ")
    alarm, _ = machine.acknowledge(an_alarm(AlarmKind.PANIC1), "ana", later(1), note="false")
    assert alarm.note == "false"


def test_an_acknowledgment_can_be_undone_for_ten_seconds_only() -> None:
    alarm, _ = machine.acknowledge(an_alarm(), "ana", later(1))
    undone, _ = machine.undo_acknowledge(alarm, "ana", later(11))
    assert undone.state is AlarmState.UNACKNOWLEDGED
    with pytest.raises(Refused):
        machine.undo_acknowledge(alarm, "ana", later(11.5))


def test_an_alarm_cleared_within_the_undo_window_can_still_be_undone() -> None:
    alarm, _ = machine.acknowledge(an_alarm(), "ana", later(1))
    alarm, _ = machine.clear(alarm, later(3))
    assert alarm.is_open
    undone, _ = machine.undo_acknowledge(alarm, "ana", later(5))
    assert undone.state is AlarmState.RETURNED_UNACKNOWLEDGED


def test_a_claim_shows_a_name_refuses_others_and_lapses_after_a_minute() -> None:
    alarm, _ = machine.claim(an_alarm(), "ana", later(1))
    assert alarm.claimed_by == "ana"
    with pytest.raises(Refused, match="ana"):
        machine.claim(alarm, "eva", later(2))
    alarm, records = machine.settle(alarm, later(62))
    assert alarm.claimed_by == ""
    assert records[0].change is Change.RELEASED


def test_silence_ends_by_itself_and_a_new_activation_ends_it_at_once() -> None:
    alarm, _ = machine.silence(an_alarm(), "ana", later(1))
    assert alarm.silenced_until == later(31)
    alarm, _ = machine.re_raise(alarm, later(2))
    assert alarm.silenced_until is None


def test_a_test_mark_falls_when_the_input_becomes_active_in_earnest() -> None:
    alarm = an_alarm(AlarmKind.PANIC1, marks=frozenset({"test"}), severity=Severity.LOW)
    alarm, _ = machine.re_raise(alarm, later(1), severity=Severity.CRITICAL)
    assert "test" not in alarm.marks
    assert alarm.severity is Severity.CRITICAL


def test_the_queue_is_ordered_by_priority_then_age() -> None:
    old = an_alarm(AlarmKind.TAMPER, NOW)
    new = an_alarm(AlarmKind.TAMPER, later(5))
    panic = an_alarm(AlarmKind.PANIC1, later(9))
    assert sorted([new, old, panic], key=machine.order_key) == [panic, old, new]


class AlarmLife(RuleBasedStateMachine):
    """Whatever happens in whatever order, the rules that protect people hold."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.alarm = an_alarm(AlarmKind.PANIC1)
        self.records: list[AlarmTransition] = []

    def step(self, result: machine.Step) -> None:
        before = self.alarm
        self.alarm, records = result
        self.records.extend(records)
        if not records:
            assert self.alarm == before

    @rule(seconds=st.floats(0, 90))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.step(machine.settle(self.alarm, self.now))

    @precondition(lambda self: self.alarm.is_open)
    @rule()
    def pressed_again(self) -> None:
        self.step(machine.re_raise(self.alarm, self.now))
        assert self.alarm.state is AlarmState.UNACKNOWLEDGED

    @rule()
    def released(self) -> None:
        unacknowledged = self.alarm.is_open and not self.alarm.acknowledged
        self.step(machine.clear(self.alarm, self.now))
        if unacknowledged:
            assert self.alarm.is_open

    @precondition(lambda self: self.alarm.is_open)
    @rule()
    def acknowledged(self) -> None:
        self.step(machine.acknowledge(self.alarm, "ana", self.now, note="seen"))

    @rule()
    def undone(self) -> None:
        try:
            self.step(machine.undo_acknowledge(self.alarm, "ana", self.now))
        except Refused:
            return

    @rule(who=st.sampled_from(["ana", "eva"]))
    def claimed(self, who: str) -> None:
        try:
            self.step(machine.claim(self.alarm, who, self.now))
        except Refused:
            return

    @rule()
    def silenced(self) -> None:
        try:
            self.step(machine.silence(self.alarm, "ana", self.now))
        except Refused:
            return

    @invariant()
    def a_closed_alarm_was_acknowledged_and_cleared(self) -> None:
        if not self.alarm.is_open:
            assert self.alarm.acknowledged
            assert not self.alarm.active

    @invariant()
    def every_record_has_its_own_number_and_id(self) -> None:
        versions = [record.version for record in self.records]
        assert versions == sorted(set(versions))
        assert len({record.id for record in self.records}) == len(self.records)
        assert self.alarm.version == (versions[-1] if versions else 1)


TestAlarmLife = AlarmLife.TestCase
