"""What a unit says, and when (`protocol.md` 1.4, 2.3, 4, 8.2, 8.5, 9.1)."""

from __future__ import annotations

import itertools
import math

import pytest

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import open_frame
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    DeviceConfig,
    DeviceState,
    EventState,
    Heartbeat,
    LastWill,
    Leaf,
    OutputCommand,
    OutputType,
    PatternType,
    Priority,
    StatusMessage,
)
from alarmstation.simulator.effects import Connect, Disconnect, Session
from alarmstation.simulator.memory import Memory
from alarmstation.simulator.traits import FIELD_DEVICE, UNSIGNED_FIELD_DEVICE, Input
from tests.adapters.wire.vectors import VECTORS
from tests.simulator.building import HOST, MAC, NOON, Bench, sequences


def test_the_will_dates_from_the_connect_and_names_the_host() -> None:
    bench = Bench(online=False)
    bench.unit.power_on()
    (connect,) = bench.unit.take()
    assert isinstance(connect, Connect)
    will = codec.decode(Leaf.LW, open_frame(connect.will.data, [bench.key]).payload)
    assert isinstance(will, LastWill)
    assert (will.hostname, will.timestamp, will.device_db_id) == (HOST, int(NOON), 0)


def test_after_connecting_come_login_then_heartbeat_then_outbox_oldest_first() -> None:
    bench = Bench()
    bench.unit.drop()
    bench.unit.press(Input.PANIC1)
    bench.unit.release(Input.PANIC1)
    bench.clear()
    bench.run(1.5)
    assert [publish.leaf for _, publish in bench.published][:4] == [
        Leaf.LOGIN,
        Leaf.HB,
        Leaf.ALARM,
        Leaf.ALARM,
    ]
    assert [event.sequence for event in bench.messages(AlarmEvent)] == [1, 2]


def test_every_connect_gives_one_login_with_the_mac() -> None:
    bench = Bench()
    for _ in range(2):
        bench.unit.drop()
        bench.run(3.0)
    logins = bench.messages(StatusMessage, Leaf.LOGIN)
    assert [login.mac_address for login in logins] == [MAC] * 3
    assert [login.mqtt_disconnects for login in logins] == [0, 1, 2]


def test_it_tries_to_reconnect_after_1_2_4_and_at_last_60_seconds_for_ever() -> None:
    bench = Bench()
    bench.unit.drop()
    tries: list[float] = []
    while len(tries) < 9:
        due = bench.unit.next_due
        assert due is not None
        bench.unit.advance(due)
        if any(isinstance(effect, Connect) for effect in bench.unit.take()):
            tries.append(due - NOON)
            bench.unit.connection_lost()
    gaps = [after - before for before, after in itertools.pairwise([0.0, *tries])]
    assert gaps == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_heartbeats_come_every_30_seconds_without_drifting() -> None:
    bench = Bench()
    bench.run(125.0)
    assert bench.times(Leaf.HB) == [0, 30, 60, 90, 120]


def test_a_pause_of_the_driver_is_not_made_up_for() -> None:
    bench = Bench()
    bench.clear()
    bench.unit.advance(NOON + 3600)
    assert len(bench.messages(Heartbeat)) == 1
    assert bench.unit.next_due == NOON + 3630


def test_a_disabled_heartbeat_is_not_sent() -> None:
    bench = Bench()
    bench.unit.memory.settings.write(DeviceConfig(enable_heartbeat=False))
    bench.clear()
    bench.run(200.0)
    assert bench.times(Leaf.HB) == []


def test_status_comes_every_300_seconds_and_on_change_at_most_every_5() -> None:
    bench = Bench()
    bench.run(100.0)
    bench.unit.press(Input.PANIC1)
    bench.run(1.0)
    bench.unit.release(Input.PANIC1)
    bench.run(1.0)
    bench.unit.press(Input.TAMPER)
    bench.run(400.0)
    assert bench.times(Leaf.STATUS) == [100, 105, 405]


def test_an_active_input_makes_the_state_alarm_and_counts() -> None:
    bench = Bench()
    bench.unit.press(Input.PANIC2)
    bench.run(1.0)
    status = bench.messages(StatusMessage, Leaf.STATUS)[-1]
    assert status.state is DeviceState.ALARM
    assert status.panic2
    assert status.panic2_count == 1


def test_press_and_release_are_one_event_each_with_rising_sequence() -> None:
    bench = Bench()
    bench.unit.press(Input.PANIC1)
    assert bench.unit.press(Input.PANIC1) is None
    bench.unit.release(Input.PANIC1)
    events = bench.messages(AlarmEvent)
    assert [(e.sequence, e.type, e.state) for e in events] == [
        (1, AlarmType.PANIC1, EventState.ACTIVE),
        (2, AlarmType.PANIC1, EventState.INACTIVE),
    ]


@pytest.mark.parametrize(
    ("which", "priority"),
    [
        (Input.PANIC1, Priority.CRITICAL),
        (Input.PANIC2, Priority.CRITICAL),
        (Input.TAMPER, Priority.HIGH),
    ],
)
def test_our_firmware_sets_the_priority(which: Input, priority: Priority) -> None:
    event = Bench().unit.press(which)
    assert event is not None
    assert event.priority is priority


def test_aux_inputs_show_in_the_heartbeat_and_raise_nothing() -> None:
    bench = Bench()
    assert bench.unit.press(Input.AUX1) is None
    bench.unit.beat()
    assert bench.messages(Heartbeat)[-1].aux1
    assert bench.messages(AlarmEvent) == []


def test_a_test_event_has_no_edge() -> None:
    bench = Bench()
    assert bench.unit.test_input(Input.PANIC1).state is EventState.TEST
    assert bench.unit.inputs == set()


def test_an_alarm_is_repeated_with_the_same_payload_and_a_new_seq_until_receipted() -> None:
    bench = Bench()
    bench.clear()
    event = bench.unit.press(Input.PANIC1)
    assert event is not None
    bench.run(80.0)
    alarms = [(at, it) for at, it in bench.published if it.leaf is Leaf.ALARM]
    assert [at - NOON for at, _ in alarms] == [0, 5, 15, 35, 75]
    assert len({it.data[6:-8] for _, it in alarms}) == 1
    assert len(set(sequences(alarms))) == len(alarms)
    bench.receipt(event)
    bench.clear()
    bench.run(300.0)
    assert bench.messages(AlarmEvent) == []


def test_a_receipt_for_another_time_of_the_alarm_is_ignored() -> None:
    bench = Bench()
    event = bench.unit.press(Input.PANIC1)
    assert event is not None
    bench.receipt(event, timestamp=event.timestamp - 1)
    assert len(bench.unit.memory.outbox.entries) == 1


def test_an_input_that_is_active_at_boot_sends_active() -> None:
    bench = Bench()
    bench.unit.press(Input.TAMPER)
    bench.run(1.0)
    bench.unit.restart()
    bench.clear()
    bench.run(5.0)
    events = bench.messages(AlarmEvent)
    assert [event.sequence for event in events] == [1, 2]
    assert {event.state for event in events} == {EventState.ACTIVE}


def test_a_restart_has_a_new_boot_id_uptime_0_and_jumps_to_the_next_block() -> None:
    bench = Bench()
    bench.run(100.0)
    before = bench.messages(Heartbeat)[-1]
    highest = max(sequences(bench.published))
    boots = bench.unit.memory.boot_count
    bench.unit.restart()
    bench.clear()
    bench.run(3.0)
    after = bench.messages(Heartbeat)[-1]
    assert after.boot_id not in {0, before.boot_id}
    assert after.uptime < 5 < before.uptime
    assert bench.unit.memory.boot_count == boots + 1
    assert min(sequences(bench.published)) >= highest + 1000


def test_the_sequence_never_goes_back_when_the_memory_is_taken_over() -> None:
    first = Bench()
    for _ in range(3000):
        first.unit.beat()
    first.collect()
    memory = Memory.from_json(first.unit.memory.to_json())
    second = Bench(memory=memory, now=NOON + 60)
    assert min(sequences(second.published)) > max(sequences(first.published))


def test_the_outbox_survives_a_restart_with_the_boot_in_which_it_happened() -> None:
    bench = Bench()
    event = bench.unit.press(Input.PANIC1)
    assert event is not None
    bench.unit.release(Input.PANIC1)
    bench.run(1.0)
    bench.unit.restart()
    bench.clear()
    bench.run(4.0)
    told = bench.messages(AlarmEvent)
    assert [it.sequence for it in told] == [1, 2]
    assert told[0] == event
    assert bench.unit.boot_id != event.boot_id


def test_pulling_the_plug_is_not_a_clean_disconnect() -> None:
    bench = Bench()
    bench.clear()
    bench.unit.power_off()
    assert bench.unit.take() == [Disconnect(clean=False)]
    assert bench.unit.next_due is None
    bench.unit.power_on()
    assert bench.unit.session is Session.CONNECTING


def test_a_silent_unit_says_nothing_and_tells_all_when_it_speaks() -> None:
    bench = Bench()
    bench.unit.silence()
    bench.clear()
    bench.unit.press(Input.PANIC1)
    bench.run(400.0)
    assert bench.published == []
    bench.unit.speak()
    bench.run(1.0)
    assert bench.messages(Heartbeat)[0].panic1
    assert [event.timestamp for event in bench.messages(AlarmEvent)] == [int(NOON)]


def test_without_a_clock_stamps_are_seconds_since_boot_and_millis_are_absent() -> None:
    bench = Bench()
    bench.run(50.0)
    bench.unit.set_clock(None)
    event = bench.unit.press(Input.PANIC1)
    assert event is not None
    assert (event.timestamp, event.millis) == (50, 0)
    bench.unit.set_clock(int(NOON) + 9000)
    assert bench.unit.stamp == NOON + 9000


def test_a_dead_sensor_is_no_reading() -> None:
    bench = Bench()
    bench.unit.sensor_works = False
    bench.unit.beat()
    heartbeat = bench.messages(Heartbeat)[-1]
    assert (heartbeat.temperature, heartbeat.humidity) == (0.0, 0.0)


def test_a_given_reading_is_what_the_heartbeat_carries() -> None:
    bench = Bench()
    bench.unit.beat((21.5, math.nan))
    heartbeat = bench.messages(Heartbeat)[-1]
    assert heartbeat.temperature == 21.5
    assert math.isnan(heartbeat.humidity)


def test_an_output_tells_starting_and_stopping_and_shows_in_the_heartbeat() -> None:
    bench = Bench()
    bench.unit.drive(
        OutputCommand(OutputType.SIREN, PatternType.SOS, total_duration=45),
    )
    bench.run(31.0)
    assert bench.messages(Heartbeat)[-1].siren
    bench.run(60.0)
    assert not bench.messages(Heartbeat)[-1].siren
    starting, stopping = bench.messages(AlarmEvent)
    assert (starting.state, starting.elapsed_seconds) == (EventState.STARTING, 0)
    assert (stopping.state, stopping.elapsed_seconds) == (EventState.STOPPING, 45)
    assert starting.duration_seconds == stopping.duration_seconds == 45
    assert starting.priority is Priority.HIGH
    assert bench.unit.memory.outbox.entries == []


def test_an_aborted_output_tells_how_long_it_ran() -> None:
    bench = Bench()
    bench.unit.drive(OutputCommand(OutputType.RELAY1, PatternType.BLINK_SLOW, total_duration=60))
    bench.run(12.0)
    bench.unit.drive(OutputCommand(OutputType.RELAY1, PatternType.OFF))
    stopping = bench.messages(AlarmEvent)[-1]
    assert (stopping.elapsed_seconds, stopping.duration_seconds) == (12, 60)
    assert stopping.priority is Priority.MEDIUM


def test_all_outputs_give_an_event_each() -> None:
    bench = Bench()
    bench.unit.drive(OutputCommand(OutputType.ALL, PatternType.STROBE, total_duration=5))
    assert {event.output_type for event in bench.messages(AlarmEvent)} == {
        OutputType.SIREN,
        OutputType.TURRET,
        OutputType.RELAY1,
        OutputType.RELAY2,
    }


def test_an_older_unit_has_no_extensions_and_its_sequences_restart() -> None:
    bench = Bench(FIELD_DEVICE)
    bench.unit.press(Input.PANIC1)
    bench.run(90.0)
    events = bench.messages(AlarmEvent)
    assert [(it.sequence, it.boot_id, it.millis) for it in events] == [(1, 0, 0)]
    assert bench.messages(Heartbeat)[-1].boot_id == 0
    bench.unit.release(Input.PANIC1)
    bench.unit.restart()
    bench.clear()
    bench.run(3.0)
    assert min(sequences(bench.published)) < 5
    event = bench.unit.press(Input.PANIC1)
    assert event is not None
    assert event.sequence == 1


def test_a_unit_without_signing_sends_the_bare_payload() -> None:
    bench = Bench(UNSIGNED_FIELD_DEVICE)
    assert all(publish.data[0] >= 0x08 for _, publish in bench.published)
    login = codec.decode(Leaf.LOGIN, bench.published[0][1].data)
    assert isinstance(login, StatusMessage)
    assert login.mac_address == MAC


def test_a_press_of_an_older_unit_is_vector_v3() -> None:
    bench = Bench(FIELD_DEVICE)
    bench.unit.memory.settings.write(DeviceConfig(device_id=42))
    bench.unit.memory.alarm_sequence = 6
    while max(sequences(bench.published)) < 6:
        bench.unit.beat()
        bench.collect()
    bench.unit.press(Input.PANIC1)
    bench.collect()
    assert bench.published[-1][1].data == VECTORS["V3"].frame


def test_a_press_of_our_firmware_is_vector_x3() -> None:
    bench = Bench(now=NOON + 0.25)
    bench.unit.memory.settings.write(DeviceConfig(device_id=42))
    bench.unit.memory.alarm_sequence = 6
    bench.unit.boot_id = 0xC0FFEE01
    while max(sequences(bench.published)) < 6:
        bench.unit.beat()
        bench.collect()
    bench.unit.press(Input.PANIC1)
    bench.collect()
    assert bench.published[-1][1].data == VECTORS["X3"].frame
