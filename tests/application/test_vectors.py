"""The vectors of `domain.md` 8, by their numbers."""

from dataclasses import replace
from itertools import pairwise

import pytest

from alarmstation.application.requests import Acknowledge
from alarmstation.domain.alarm import AlarmKind, AlarmState, Severity
from alarmstation.domain.device import CommState, Quality, QualityReason
from alarmstation.domain.messages import (
    AlarmType,
    DeviceState,
    EventState,
    LastWill,
    Leaf,
    Refusal,
)
from alarmstation.domain.telemetry import ChangeMask
from tests.application.builders import GUARD, HOST, START, Site


@pytest.fixture
def site() -> Site:
    return Site()


def comm_state(site: Site) -> CommState:
    return site.unit.status.comm_state


def test_01_a_day_of_identical_heartbeats_makes_289_rows(site: Site) -> None:
    for _ in range(2881):
        site.beat()
        site.wait(30)
    rows = site.station.changes.batch.history
    assert len(rows) == 289
    times = [row.sample.received_at for row in rows]
    assert max((b - a).total_seconds() for a, b in pairwise(times)) <= 300.001
    assert site.unit.status.received_samples == 2881


def test_02_a_ramp_of_600_tenths_makes_121_rows(site: Site) -> None:
    for i in range(601):
        site.beat(temperature=20.0 + 0.1 * i)
        site.wait(30)
    assert len(site.station.changes.batch.history) == 121


def test_03_a_first_message_already_in_panic_makes_one_alarm(site: Site) -> None:
    site.beat(panic1=True)
    assert [a.kind for a in site.alarms] == [AlarmKind.PANIC1]
    site.wait(30)
    site.beat(panic1=True)
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1


def test_04_three_inputs_in_one_heartbeat_are_three_alarms(site: Site) -> None:
    site.beat(panic1=True, panic2=True, box_sw=True)
    assert {a.kind: a.severity for a in site.alarms} == {
        AlarmKind.PANIC1: Severity.CRITICAL,
        AlarmKind.PANIC2: Severity.CRITICAL,
        AlarmKind.TAMPER: Severity.HIGH,
    }


def test_05_tamper_while_panic_is_held_is_high(site: Site) -> None:
    site.beat(panic1=True)
    site.wait(5)
    site.hear(site.an_event(type=AlarmType.TAMPER))
    assert site.alarm(AlarmKind.TAMPER).severity is Severity.HIGH


def test_06_a_short_press_is_cleared_unacknowledged_and_still_shown(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    site.wait(0.6)
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    alarm = site.alarm(AlarmKind.PANIC1)
    assert alarm.state is AlarmState.RETURNED_UNACKNOWLEDGED
    site.wait(3600)
    assert site.alarm(AlarmKind.PANIC1).is_open


def test_07_released_panic_clears_while_the_open_box_stays_active(site: Site) -> None:
    site.beat(panic1=True, box_sw=True)
    site.wait(30)
    site.beat(box_sw=True)
    assert not site.alarm(AlarmKind.PANIC1).active
    assert site.alarm(AlarmKind.TAMPER).active


@pytest.mark.parametrize("event_first", [True, False])
def test_08_event_and_heartbeat_of_one_press_are_one_alarm(site: Site, event_first: bool) -> None:
    if event_first:
        site.hear(site.an_event())
        site.beat(panic1=True)
    else:
        site.beat(panic1=True)
        site.hear(site.an_event())
    alarm = site.alarm(AlarmKind.PANIC1)
    assert alarm.raise_count == 1
    assert len(site.station.changes.batch.transitions) == 1


def test_09_the_same_event_twice_is_one_alarm_and_a_receipt_per_delivery(site: Site) -> None:
    received = site.received(site.an_event(sequence=7))
    site.station.reception.receive(received)
    assert site.station.reception.receive(received) is Refusal.DUPLICATE
    resent = replace(received, sequence=site.sequence + 1, tag=b"other---")
    site.station.reception.receive(resent)
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1
    receipts = site.station.changes.work.receipts
    assert [r.sequence for r in receipts] == [7, 7, 7]


def test_10_a_status_before_any_heartbeat_is_stored(site: Site) -> None:
    site.hear(site.a_status(state=DeviceState.NORMAL))
    assert len(site.station.changes.batch.history) == 1
    assert site.unit.status.device_state == DeviceState.NORMAL
    assert site.unit.status.last_heartbeat_at is None


def test_11_silence_makes_offline_and_leaves_the_units_own_state(site: Site) -> None:
    for _ in range(4):
        site.beat()
        site.wait(25)
    site.hear(site.a_status(state=DeviceState.ALARM))
    silent_since = site.now
    for _ in range(95):
        site.wait(1)
    status = site.unit.status
    assert status.comm_state is CommState.OFFLINE
    assert status.device_state == DeviceState.ALARM
    assert status.silent_since == silent_since
    assert status.comm_since is not None
    assert (status.comm_since - silent_since).total_seconds() > 90


def test_12_a_late_last_will_after_a_new_login_changes_nothing(site: Site) -> None:
    site.hear(site.a_status(boot_count=4, uptime=5), leaf=Leaf.LOGIN)
    will = LastWill(timestamp=int(START.timestamp()) - 3600, uptime_at_connect=4, hostname="")
    site.hear(will, leaf=Leaf.LW, sequence=3, tag=b"old-will")
    assert site.unit.status.comm_state is CommState.ONLINE


def test_12b_the_will_of_the_current_session_makes_the_unit_offline(site: Site) -> None:
    site.hear(site.a_status(boot_count=4, uptime=5), leaf=Leaf.LOGIN)
    will = LastWill(timestamp=int(site.now.timestamp()) - 1, uptime_at_connect=4)
    site.hear(will, leaf=Leaf.LW, sequence=90, tag=b"new-will")
    assert comm_state(site) is CommState.OFFLINE
    site.wait(1)
    site.beat()
    assert comm_state(site) is CommState.ONLINE


def test_13_a_lost_sensor_and_its_return_are_stored_bad_then_good(site: Site) -> None:
    site.beat(temperature=22.0)
    site.wait(30)
    site.beat(temperature=0.0, humidity=0.0)
    site.wait(30)
    site.beat(temperature=0.3, humidity=45.0)
    rows = site.station.changes.batch.history
    assert [r.sample.temperature_c.quality for r in rows] == [
        Quality.GOOD,
        Quality.BAD,
        Quality.GOOD,
    ]
    assert rows[2].sample.temperature_c.value == pytest.approx(0.3)


def test_14_a_clock_of_1970_takes_receive_time_and_is_uncertain(site: Site) -> None:
    site.beat(timestamp=86_400)
    (row,) = site.station.changes.batch.history
    assert row.sample.received_at == START
    assert row.sample.device_time is None
    assert row.sample.quality is Quality.UNCERTAIN
    assert row.sample.reason is QualityReason.BAD_CLOCK


def test_18_an_alarm_of_an_unregistered_unit_says_so() -> None:
    site = Site(enrolled=False)
    site.hear(site.an_event(), host="STRANGER", verified=False)
    (alarm,) = site.alarms
    assert alarm.kind is AlarmKind.UNREGISTERED
    assert alarm.severity is Severity.CRITICAL
    assert alarm.marks == {"unregistered", "not verified"}
    assert alarm.detail == "PANIC1"
    site.hear(site.an_event(sequence=900), host="STRANGER", verified=False)
    assert len(site.alarms) == 1


@pytest.mark.parametrize("value", [394.0, 655.35, -40.0])
def test_21_sentinels_are_bad_with_a_reason(site: Site, value: float) -> None:
    site.beat(temperature=22.0)
    site.wait(30)
    site.beat(temperature=value)
    site.wait(30)
    site.beat(temperature=22.1)
    rows = site.station.changes.batch.history
    assert rows[1].sample.temperature_c.quality is Quality.BAD
    assert rows[1].sample.temperature_c.reason is not QualityReason.NONE
    assert rows[1].mask & ChangeMask.QUALITY
    assert rows[2].sample.temperature_c.quality is Quality.GOOD


def test_22_counters_that_fall_are_a_reset_and_a_rise_is_a_missed_activation(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    site.wait(60)
    site.hear(site.a_status(panic1_count=0))
    assert site.alarms == []
    site.wait(60)
    site.hear(site.a_status(panic1_count=1))
    alarm = site.alarm(AlarmKind.PANIC1)
    assert "missed activation" in alarm.marks
    assert alarm.state is AlarmState.RETURNED_UNACKNOWLEDGED


def test_22b_a_counter_that_an_event_explains_is_no_missed_activation(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    site.wait(1)
    site.hear(site.an_event(sequence=1))
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    site.hear(site.a_status(panic1_count=6))
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1


def test_23_an_unsteady_minute_never_leaves_more_than_300_s(site: Site) -> None:
    gaps = [60, 61, 59, 60, 60.5, 61, 60.9, 59.2] * 12
    for gap in gaps:
        site.beat()
        site.wait(gap)
    times = [row.sample.received_at for row in site.station.changes.batch.history]
    assert max((b - a).total_seconds() for a, b in pairwise(times)) <= 300.001


def test_the_lamp_of_an_input_follows_its_event_and_no_older_heartbeat(site: Site) -> None:
    site.beat()
    site.wait(5)
    overtaken = site.received(site.a_heartbeat())
    site.hear(site.an_event(sequence=1))
    assert site.unit.status.io is not None
    assert site.unit.status.io.panic1
    site.station.reception.receive(overtaken)
    assert site.unit.status.io.panic1
    assert site.alarm(AlarmKind.PANIC1).active
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    assert not site.unit.status.io.panic1
    panic = [row.sample.io.panic1 for row in site.station.changes.batch.history]
    assert panic == [False, True, False]


def test_18b_an_acknowledged_stranger_stays_listed_while_its_button_is_held() -> None:
    site = Site(enrolled=False)
    site.hear(site.an_event(sequence=1), host="STRANGER", verified=False)
    (alarm,) = site.alarms
    site.station.answer(GUARD, Acknowledge(str(alarm.id), "who is that?"), site.now)
    site.wait(60)
    (alarm,) = site.alarms
    assert alarm.state is AlarmState.ACKNOWLEDGED
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE), host="STRANGER", verified=False)
    site.wait(11)
    assert site.alarms == []


@pytest.mark.parametrize("reason", [Refusal.BAD_TAG, Refusal.UNSIGNED])
def test_an_alarm_that_nobody_vouches_for_is_a_security_notice_and_no_alarm_state(
    site: Site, reason: Refusal
) -> None:
    site.beat()
    for _ in range(2):
        site.station.admission.refuse(HOST, Leaf.ALARM, reason, site.now, b"\x08\x01", "")
    (alarm,) = site.alarms
    assert alarm.kind is AlarmKind.SECURITY
    assert site.station.changes.work.receipts == []
