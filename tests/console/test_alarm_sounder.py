"""Which sound belongs to what waits."""

from __future__ import annotations

import array
import logging
import wave
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from alarmstation import locations
from alarmstation.adapters.link.client import Connected, Lost
from alarmstation.application.requests import Welcome
from alarmstation.application.views import AlarmView, Delta
from alarmstation.console.sound import (
    NotSounded,
    Sound,
    Sounded,
    Speaker,
    Verdict,
    read_sound,
)
from alarmstation.console.viewmodels.alarm_sounder import (
    NAMES,
    URGENT_LEAST_S,
    URGENT_SHARE,
    AlarmSounder,
)
from tests.conftest import ExpectedLog
from tests.console.conftest import Stage
from tests.console.fake_station import a_health, acknowledged, an_alarm

SOUNDS = locations.resources() / "sounds"


class Recorder:
    """A player that keeps what it was asked and says at once whether it was heard."""

    name = "recorder"

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.played: list[tuple[str, float]] = []
        self.stopped = 0

    def play(self, sound: Sound, volume: float, verdict: Verdict) -> None:
        """Keep it."""
        self.played.append((sound.name, volume))
        verdict(self.works, "" if self.works else "broken")

    def stop(self) -> None:
        """Count it."""
        self.stopped += 1


def loudness(path: Path, start_s: float, end_s: float) -> int:
    """The loudest sample of a part of a sound."""
    with wave.open(str(path), "rb") as file:
        rate = file.getframerate()
        file.setpos(min(int(start_s * rate), file.getnframes()))
        frames = file.readframes(int((end_s - start_s) * rate))
    return max(map(abs, array.array("h", frames)), default=0)


class Room:
    """A stage with a loudspeaker."""

    def __init__(self, stage: Stage, works: bool = True) -> None:
        self.stage = stage
        self.player = Recorder(works)
        self.speaker = Speaker(Path(SOUNDS), [self.player], lambda: stage.time)
        self.front = True
        self.sounder = AlarmSounder(
            stage.live,
            stage.queue,
            self.speaker,
            volume_pct=lambda: 80,
            in_front=lambda: self.front,
            now=lambda: stage.time,
        )
        self.heard: list[tuple[AlarmView, Sounded]] = []
        self.unheard: list[tuple[AlarmView, NotSounded]] = []
        self.sounder.heard.connect(self.heard.append)
        self.sounder.unheard.connect(self.unheard.append)

    @property
    def names(self) -> list[str]:
        """What was played."""
        return [name for name, _ in self.player.played]


@pytest.fixture
def room(stage: Stage) -> Iterator[Room]:
    """A room that is quiet."""
    one = Room(stage)
    yield one
    one.sounder.close()


def test_the_worst_alarm_wins(room: Room) -> None:
    room.stage.say(an_alarm("a", severity=1), an_alarm("b", severity=3))
    assert room.names == ["critical"]


def test_a_worse_alarm_takes_over_at_once(room: Room) -> None:
    room.stage.say(an_alarm("a", severity=1))
    room.stage.say(an_alarm("b", severity=2))
    assert room.names == ["medium", "high"]


def test_a_lesser_alarm_does_not_start_the_sound_anew(room: Room) -> None:
    room.stage.say(an_alarm("a", severity=3))
    room.stage.say(an_alarm("b", severity=1))
    assert room.names == ["critical"]


def test_it_is_quiet_when_everything_is_acknowledged(room: Room) -> None:
    room.stage.say(an_alarm())
    room.stage.say(acknowledged(an_alarm()))
    assert room.sounder.playing == ""
    assert room.player.stopped > 0


def test_a_returned_alarm_makes_no_sound(room: Room) -> None:
    room.stage.say(an_alarm(state="D", active=False))
    assert room.names == []


def test_a_silence_ends_by_itself(room: Room, qtbot: QtBot) -> None:
    until = room.stage.time + timedelta(seconds=30)
    room.stage.say(an_alarm(silenced_until=until))
    assert room.names == []
    room.stage.wait(31)
    qtbot.waitUntil(lambda: room.names == ["critical"])


def test_it_repeats_and_rises_until_handled(room: Room, qtbot: QtBot) -> None:
    room.stage.say(an_alarm(at=room.stage.time))
    qtbot.waitUntil(lambda: len(room.names) == 3, timeout=15_000)
    volumes = [volume for _, volume in room.player.played]
    assert volumes[0] < volumes[1] < volumes[2] < 0.8


def test_after_fifteen_seconds_it_is_as_loud_as_chosen(room: Room) -> None:
    room.stage.say(an_alarm(at=room.stage.time))
    room.stage.wait(14)
    room.sounder._reconsider()
    assert len(room.names) == 1
    room.stage.wait(1)
    room.sounder._reconsider()  # at once, not only at the next repetition
    assert [round(volume, 2) for _, volume in room.player.played] == [0.4, 0.8]


def test_after_a_minute_it_hardly_pauses(room: Room, qtbot: QtBot) -> None:
    room.stage.say(an_alarm(at=room.stage.time))
    calm = room.sounder._next.interval()
    room.stage.wait(60)
    room.sounder._reconsider()
    assert room.sounder._next.interval() < 0.75 * calm


def test_a_new_alarm_that_is_worse_starts_soft_again(room: Room) -> None:
    room.stage.say(an_alarm("a", severity=1, at=room.stage.time))
    room.stage.wait(100)
    room.sounder._reconsider()
    room.stage.say(an_alarm("b", severity=3, at=room.stage.time))
    assert [round(volume, 2) for _, volume in room.player.played] == [0.4, 0.8, 0.4]


@pytest.mark.parametrize("name", sorted(NAMES.values()))
@pytest.mark.parametrize("away", ["", "-away"])
def test_hardly_pausing_never_cuts_into_the_tones(name: str, away: str) -> None:
    sound = read_sound(SOUNDS, name + away)
    heard_s = max(URGENT_LEAST_S, sound.length_s * URGENT_SHARE)
    assert loudness(sound.path, heard_s, sound.length_s) == 0


def test_a_test_makes_no_sound_and_a_press_after_it_does(room: Room) -> None:
    room.stage.say(an_alarm(marks=("test",)))
    assert room.names == []
    room.stage.say(an_alarm(raise_count=2))
    assert room.names == ["critical"]


def test_the_rhythm_is_another_one_when_the_window_is_not_in_front(room: Room) -> None:
    room.front = False
    room.stage.say(an_alarm())
    assert room.names == ["critical-away"]


def test_every_alarm_is_reported_as_heard_once(room: Room) -> None:
    room.stage.say(an_alarm("a"))
    room.stage.say(an_alarm("b"))
    room.stage.say(an_alarm("b", claimed_by="ana"))
    assert [alarm.id for alarm, _ in room.heard] == ["a", "b"]


def test_an_alarm_that_was_heard_elsewhere_is_not_reported_again(room: Room) -> None:
    alarm = an_alarm()
    ledger = replace(alarm.ledger, sounded_at=alarm.raised_at)
    room.stage.say(replace(alarm, ledger=ledger))
    assert room.heard == []


def test_without_a_device_every_alarm_is_reported_as_unheard(
    stage: Stage, qtbot: QtBot, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "recorder: broken")
    room = Room(stage, works=False)
    stage.say(an_alarm())
    qtbot.waitUntil(lambda: len(room.unheard) == 1)
    room.sounder.close()
    (alarm, failure) = room.unheard[0]
    assert (alarm.id, failure.problem) == ("one", "recorder: broken")
    assert room.heard == []


def test_a_lost_service_is_heard_and_can_be_muted_for_a_minute(room: Room, qtbot: QtBot) -> None:
    room.stage.live.link_changed(Lost(room.stage.time, "closed", "gone"))
    assert room.names == ["lost"]
    room.sounder.mute_lost(room.stage.time + timedelta(seconds=60))
    assert room.sounder.playing == ""
    assert room.sounder.lost_muted_until is not None
    room.stage.wait(61)
    qtbot.waitUntil(lambda: room.names == ["lost", "lost"])
    assert room.sounder.lost_muted_until is None


def test_a_critical_alarm_is_louder_news_than_a_lost_service(room: Room) -> None:
    room.stage.say(an_alarm(severity=3))
    room.stage.live.link_changed(Lost(room.stage.time, "closed", "gone"))
    assert room.names == ["critical"]


def test_alarms_sound_also_while_nobody_is_logged_in(room: Room) -> None:
    live = room.stage.live
    live.clear()
    welcome = Welcome(1, "Hotel Miramar", "0.1.0", False, "", False)
    live.link_changed(Connected(room.stage.time, welcome))
    health = replace(a_health(), waiting_alarms=2, worst_waiting=3)
    live.delta_arrived(Delta(health=health))
    assert room.names == ["critical"]
    live.delta_arrived(Delta(health=a_health()))
    assert room.sounder.playing == ""
