"""Sounds, and the proof that they came out."""

from __future__ import annotations

import logging
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from alarmstation import locations
from alarmstation.console.sound import NotSounded, SilentPlayer, Sound, Sounded, Speaker, read_sound
from alarmstation.console.sound_players import ProgramPlayer, find_players, quieter
from alarmstation.console.viewmodels.alarm_sounder import LOST, NAMES
from tests.conftest import ExpectedLog
from tests.console.test_alarm_sounder import SOUNDS, Recorder


@pytest.mark.parametrize("name", [*NAMES.values(), *(f"{n}-away" for n in NAMES.values()), LOST])
def test_every_sound_is_in_the_installation_and_short(name: str) -> None:
    sound = read_sound(SOUNDS, name)
    assert 1.0 < sound.length_s < 5.0


def test_sounds_are_those_that_the_generator_makes(tmp_path: Path) -> None:
    script = locations.resources() / "sounds" / "make_sounds.py"
    copy = tmp_path / "make_sounds.py"
    copy.write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, str(copy)], check=True)
    for made in tmp_path.glob("*.wav"):
        assert made.read_bytes() == (SOUNDS / made.name).read_bytes()
    assert len(list(tmp_path.glob("*.wav"))) == len(list(SOUNDS.glob("*.wav")))


def loudness(path: Path, start_s: float, end_s: float) -> int:
    """Highest sample between two times."""
    with wave.open(str(path), "rb") as file:
        rate = file.getframerate()
        frames = file.readframes(file.getnframes())
    part = frames[int(start_s * rate) * 2 : int(end_s * rate) * 2]
    return max(
        abs(int.from_bytes(part[n : n + 2], "little", signed=True)) for n in range(0, len(part), 2)
    )


@pytest.mark.parametrize("name", sorted(NAMES.values()))
def test_a_sound_starts_soft_and_ends_in_silence(name: str) -> None:
    sound = read_sound(SOUNDS, name)
    assert loudness(sound.path, 0, 0.05) < 0.6 * loudness(sound.path, 0, sound.length_s)
    assert loudness(sound.path, sound.length_s - 0.2, sound.length_s) == 0


def test_the_first_player_that_works_is_used(qtbot: QtBot, expected_log: ExpectedLog) -> None:
    expected_log(logging.WARNING, "recorder: broken")
    broken, good = Recorder(works=False), Recorder()
    speaker = Speaker(SOUNDS, [broken, good])
    with qtbot.waitSignal(speaker.sounded) as told:
        speaker.play("low", 50)
    assert isinstance(told.args[0] if told.args else None, Sounded)
    assert speaker.works is True
    speaker.play("low", 50)
    assert (len(broken.played), len(good.played)) == (1, 2)


def test_a_machine_without_any_device_says_so(qtbot: QtBot, expected_log: ExpectedLog) -> None:
    expected_log(logging.WARNING, "nothing is heard: no sound device")
    speaker = Speaker(SOUNDS, [])
    with qtbot.waitSignal(speaker.failed) as told:
        speaker.play("critical", 100)
    assert told.args == [NotSounded("critical", "no sound device")]
    assert (speaker.works, speaker.device) == (False, "none")


def test_a_device_that_is_plugged_in_later_is_found(
    qtbot: QtBot, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "broken")
    player = Recorder(works=False)
    speaker = Speaker(SOUNDS, [player])
    with qtbot.waitSignal(speaker.failed):
        speaker.play("low", 50)
    player.works = True
    with qtbot.waitSignal(speaker.sounded):
        speaker.play("low", 50)
    assert (speaker.works, speaker.problem) == (True, "")


def test_a_missing_file_is_a_failure_and_no_crash(
    qtbot: QtBot, tmp_path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "cannot be read")
    speaker = Speaker(tmp_path, [Recorder()])
    assert speaker.play("critical", 100) > 0
    assert speaker.works is False


def test_a_verdict_on_an_old_sound_does_not_count(qtbot: QtBot) -> None:
    verdicts = []

    class Slow(Recorder):
        def play(self, sound, volume, verdict):  # type: ignore[no-untyped-def]
            verdicts.append(verdict)

    speaker = Speaker(SOUNDS, [Slow()])
    speaker.play("low", 50)
    speaker.stop()
    verdicts[0](True, "")
    assert speaker.works is None


def test_the_silent_player_never_claims_to_be_heard(qtbot: QtBot) -> None:
    said: list[bool] = []
    sound = Sound("low", SOUNDS / "low.wav", 1.0)
    SilentPlayer().play(sound, 1.0, lambda advanced, _: said.append(advanced))
    qtbot.waitUntil(lambda: said == [False])


def a_program(folder: Path, name: str, body: str) -> Path:
    """A player program of our own."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize(
    ("name", "body", "heard", "problem"),
    [
        ("aplay", "cat >/dev/null; sleep 2", True, ""),
        ("paplay", "sleep 2", True, ""),
        (
            "aplay",
            "echo 'aplay: main:831: audio open error' >&2; exit 1",
            False,
            "audio open error",
        ),
        ("aplay", "cat >/dev/null; exit 0", False, "the device is not a real one"),
    ],
)
def test_only_a_program_that_plays_in_real_time_counts_as_heard(
    qtbot: QtBot, tmp_path: Path, name: str, body: str, heard: bool, problem: str
) -> None:
    player = ProgramPlayer(a_program(tmp_path, name, body))
    said: list[tuple[bool, str]] = []
    player.play(read_sound(SOUNDS, "low"), 0.5, lambda *verdict: said.append(verdict))
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    player.stop()
    assert said == [(heard, problem)]


def test_a_program_that_is_not_there_is_a_failure(qtbot: QtBot, tmp_path: Path) -> None:
    player = ProgramPlayer(tmp_path / "aplay")
    said: list[bool] = []
    player.play(read_sound(SOUNDS, "low"), 0.5, lambda advanced, _: said.append(advanced))
    qtbot.waitUntil(lambda: said == [False])
    player.stop()


def test_a_quieter_file_is_half_as_loud(tmp_path: Path) -> None:
    path = tmp_path / "half.wav"
    path.write_bytes(quieter(SOUNDS / "low.wav", 0.5))
    whole, half = loudness(SOUNDS / "low.wav", 0, 1), loudness(path, 0, 1)
    assert abs(half - whole / 2) <= 1


def test_looking_for_players_never_fails() -> None:
    assert isinstance(find_players(), list)
