"""Recordings and their replay."""

from __future__ import annotations

import gzip
import math
import os
import time
from pathlib import Path

import pytest

from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import Heartbeat
from alarmstation.simulator.fleet import Fleet
from alarmstation.simulator.recording import (
    Recording,
    Replay,
    Sample,
    Stamp,
    as_float32,
    host_of,
    read_recording,
)
from tests.conftest import BrokerAccess
from tests.simulator.listening import Until, address, listening

ROWS = """device,time_utc,temperature,humidity,co2
room 1,2024-05-01T10:00:00Z,21.5,40,400
room-2,2024-05-01T10:00:30.5Z,19.1,,410
room 1,2024-05-01T10:01:00Z,,,
room 1,2024-05-01T10:02:00Z,21.6,41.25,402
room-2,2024-05-01T10:01:30Z,0,0.5,410
"""


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    file = tmp_path / "rooms.csv"
    file.write_text(ROWS, encoding="utf-8")
    return file


def test_samples_are_given_by_device_in_the_order_of_time(recorded: Path) -> None:
    recording = read_recording(recorded)
    assert recording.rows == 5
    assert [sample.temperature_c for sample in recording.samples["room 1"]] == [
        21.5,
        None,
        as_float32(21.6),
    ]
    in_order = list(recording.in_order())
    assert [host for host, _ in in_order] == ["room-1", "room-2", "room-1", "room-2", "room-1"]
    assert [sample.at for _, sample in in_order] == sorted(sample.at for _, sample in in_order)


def test_a_compressed_recording_is_the_same(recorded: Path, tmp_path: Path) -> None:
    packed = tmp_path / "rooms.csv.gz"
    packed.write_bytes(gzip.compress(recorded.read_bytes()))
    assert read_recording(packed) == read_recording(recorded)


def test_a_limit_ends_the_reading(recorded: Path) -> None:
    assert read_recording(recorded, limit=2).rows == 2


def test_no_value_at_all_is_the_wires_no_reading() -> None:
    assert Sample(0.0, None, None).wire == (0.0, 0.0)


def test_one_missing_value_is_nan_because_a_single_zero_is_a_real_value() -> None:
    celsius, percent = Sample(0.0, 19.5, None).wire
    assert celsius == 19.5
    assert math.isnan(percent)


def test_a_device_name_becomes_an_allowed_hostname() -> None:
    assert host_of("room 1/ä") == "room-1--"
    assert len(host_of("x" * 40)) == 31


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("device,time_utc\n", "line 1: no column temperature"),
        ("device,time_utc,temperature\na,yesterday,1\n", "line 2"),
        ("device,time_utc,temperature\na,2024-01-01T00:00:00Z,warm\n", "line 2"),
        ("device,time_utc,temperature\na,2024-01-01T00:00:00Z\n", "line 2"),
        (
            "device,time_utc,temperature\na b,2024-01-01T00:00:00Z,1\na-b,2024-01-01T00:00:00Z,1\n",
            "same hostname",
        ),
    ],
)
def test_a_recording_that_cannot_be_read_names_the_line(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=words):
        read_recording(file)


def test_a_missing_recording_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        read_recording(tmp_path / "nothing.csv.gz")


def replay_through(
    broker: BrokerAccess,
    until: Until,
    recording: Recording,
    *,
    stamp: Stamp = Stamp.NOW,
    speed: float = 0.0,
) -> list[tuple[str, Heartbeat]]:
    """The heartbeats that arrive when a recording is played."""
    units = recording.units(time.time())
    with (
        listening(broker, {unit.host: unit.key for unit in units}) as ear,
        Fleet(units, address(broker, as_station=True), shared_connections=2) as fleet,
    ):
        until(lambda: fleet.online == len(units))
        replay = Replay(recording, fleet, speed=speed, stamp=stamp)
        replay.start()
        until(lambda: replay.delivered, 60.0)
        until(lambda: len(ear.of(Heartbeat)) >= recording.rows, 60.0)
        return [(host, it) for host, _, it in ear.heard if isinstance(it, Heartbeat)]


def test_a_replay_carries_the_recorded_values_and_nothing_else(
    broker: BrokerAccess, until: Until, recorded: Path
) -> None:
    recording = read_recording(recorded)
    heard = replay_through(broker, until, recording)
    for device, host in recording.hosts.items():
        told = [(it.temperature, it.humidity) for name, it in heard if name == host]
        wanted = [sample.wire for sample in recording.samples[device]]
        assert repr(told) == repr(wanted)  # NaN is not equal to itself
    assert all(abs(it.timestamp - time.time()) < 60 for _, it in heard)


def test_a_replay_can_carry_the_recorded_times(
    broker: BrokerAccess, until: Until, recorded: Path
) -> None:
    recording = read_recording(recorded)
    heard = replay_through(broker, until, recording, stamp=Stamp.RECORDED)
    for device, host in recording.hosts.items():
        told = [it.timestamp for name, it in heard if name == host]
        assert told == [int(sample.at) for sample in recording.samples[device]]


def test_the_speed_spaces_the_samples(broker: BrokerAccess, until: Until, recorded: Path) -> None:
    recording = read_recording(recorded)
    units = recording.units(time.time())
    sent: list[float] = []
    with Fleet(units, address(broker, as_station=True), shared_connections=1) as fleet:
        until(lambda: fleet.online == len(units))
        began = time.time()
        replay = Replay(
            recording, fleet, speed=240.0, on_sample=lambda _host, _sample, at: sent.append(at)
        )
        replay.start()
        until(lambda: replay.delivered)
    # 120 recorded seconds at 240 times their speed: none may come early.
    earliest = [0.0, 30.5 / 240, 60 / 240, 90 / 240, 120 / 240]
    assert all(at - began >= due - 0.01 for at, due in zip(sent, earliest, strict=True))


def recordings_folder() -> Path:
    """Where real recordings are, beside the repository or wherever the environment says."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("ALARMSTATION_RECORDINGS", beside))


@pytest.mark.parametrize(
    "name", ["sdh_rooms_1min", "uci_occupancy_1min", "mqtt_env_telemetry_5s", "intel_lab_temp_30s"]
)
def test_real_recordings_are_read_and_played(broker: BrokerAccess, until: Until, name: str) -> None:
    file = recordings_folder() / f"{name}.csv.gz"
    if not file.exists():
        pytest.skip(f"no recording {file}; set ALARMSTATION_RECORDINGS to the folder that has it")
    recording = read_recording(file, limit=3000)
    heard = replay_through(broker, until, recording)
    assert len(heard) == recording.rows == 3000
    for device, host in recording.hosts.items():
        told = [it.temperature for own, it in heard if own == host]
        assert repr(told) == repr([sample.wire[0] for sample in recording.samples[device]])
