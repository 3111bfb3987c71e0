"""Each scenario does what its name says, on a unit whose time is injected."""

from __future__ import annotations

import pytest

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import open_frame
from alarmstation.domain.errors import UserError, WireError
from alarmstation.domain.messages import AlarmEvent, AlarmType, EventState, Heartbeat, Leaf
from alarmstation.domain.sequence import Arrival, ReceiveWindow, Verdict
from alarmstation.simulator.scenarios import SCENARIOS, scenario
from tests.simulator.building import NOON, Bench


def play(bench: Bench, name: str) -> None:
    """Play a scenario to its end."""
    for pause in scenario(name)(bench.unit):
        bench.run(pause)
    bench.collect()


def told(bench: Bench) -> list[tuple[AlarmType | int, EventState | int]]:
    return [(event.type, event.state) for event in bench.messages(AlarmEvent)]


def verdicts(bench: Bench) -> list[tuple[Leaf, str]]:
    """What the station's own judgement makes of everything that was sent."""
    window = ReceiveWindow()
    found: list[tuple[Leaf, str]] = []
    for at, publish in bench.published:
        try:
            frame = open_frame(publish.data, [bench.key])
            message = codec.decode(publish.leaf, frame.payload)
        except WireError as error:
            found.append((publish.leaf, error.reason))
            continue
        arrival = Arrival(publish.leaf, frame.sequence, frame.tag, at, key_id="k")
        found.append((publish.leaf, window.judge(message, arrival)))  # type: ignore[arg-type]
    return found


def test_press_is_panic_on_and_off() -> None:
    bench = Bench()
    play(bench, "press")
    assert told(bench) == [
        (AlarmType.PANIC1, EventState.ACTIVE),
        (AlarmType.PANIC1, EventState.INACTIVE),
    ]


def test_hold_shows_the_button_in_the_heartbeats_between() -> None:
    bench = Bench()
    play(bench, "hold")
    assert sum(beat.panic1 for beat in bench.messages(Heartbeat)) == 4


def test_tamper_opens_and_closes_the_enclosure() -> None:
    bench = Bench()
    play(bench, "tamper")
    assert {kind for kind, _ in told(bench)} == {AlarmType.TAMPER}
    assert not bench.unit.inputs


def test_reboot_raises_the_boot_count() -> None:
    bench = Bench()
    play(bench, "reboot")
    bench.run(5.0)
    assert bench.unit.memory.boot_count == 2


def test_silence_is_seven_minutes_without_a_word() -> None:
    bench = Bench()
    bench.clear()
    play(bench, "silence")
    assert bench.published == []
    bench.run(1.0)
    assert bench.times(Leaf.HB) == [420]


def test_clock_1970_stamps_an_alarm_with_seconds_since_boot() -> None:
    bench = Bench()
    play(bench, "clock-1970")
    events = bench.messages(AlarmEvent)
    assert events[0].timestamp < 1000
    assert bench.unit.stamp == bench.unit.now


def test_a_duplicate_is_known_as_such_by_the_station() -> None:
    bench = Bench()
    play(bench, "duplicate")
    assert (Leaf.ALARM, Verdict.DUPLICATE) in verdicts(bench)


def test_a_replay_is_refused_on_both_leaves() -> None:
    bench = Bench()
    play(bench, "replay")
    found = verdicts(bench)
    assert (Leaf.HB, Verdict.REPLAY) in found
    assert all(verdict != Verdict.ACCEPT for leaf, verdict in found if leaf is Leaf.ALARM)


def test_a_bad_tag_is_refused() -> None:
    bench = Bench()
    play(bench, "bad-tag")
    assert (Leaf.ALARM, "bad_tag") in verdicts(bench)


def test_a_flood_is_200_a_second_for_ten_seconds() -> None:
    bench = Bench()
    bench.clear()
    play(bench, "flood")
    assert len(bench.messages(Heartbeat)) == pytest.approx(2000, abs=5)
    assert bench.unit.now - NOON == pytest.approx(10)


def test_siren_runs_and_ends() -> None:
    bench = Bench()
    play(bench, "siren")
    assert [state for _, state in told(bench)] == [EventState.STARTING, EventState.STOPPING]


def test_a_calm_day_lasts_about_a_day_and_ends_quiet() -> None:
    bench = Bench()
    play(bench, "day")
    assert 23 * 3600 < bench.unit.now - NOON < 25 * 3600
    assert not bench.unit.inputs
    assert bench.unit.sensor_works


def test_every_genuine_message_of_every_other_scenario_is_accepted() -> None:
    for name in ("press", "hold", "tamper", "reboot", "silence", "siren", "flood"):
        bench = Bench()
        play(bench, name)
        bench.run(10.0)
        wrong = [it for it in verdicts(bench) if not str(it[1]).startswith("accept")]
        assert wrong == [], name


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(UserError, match="press, hold"):
        scenario("earthquake")
    assert set(SCENARIOS) >= {"press", "hold", "tamper", "reboot", "silence", "clock-1970"}
