"""Recordings of real rooms on the whole way, compared with the rules worked out here once more.

Nothing below takes a rule from the product: what is stored, and why, is computed from
`domain.md` 3 and `protocol.md` 8.4 by `Room` in this file, from the recording alone.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import struct
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import class_row

from alarmstation.config import HistorySection
from alarmstation.simulator.fleet import Fleet
from alarmstation.simulator.recording import Recording, Replay, Sample, read_recording
from alarmstation.simulator.site import VirtualSite
from alarmstation.simulator.unit import VirtualUnit
from tests.conftest import BrokerAccess
from tests.service.living import LivingStation, eventually

FOLDER = Path(
    os.environ.get("ALARMSTATION_RECORDINGS")
    or Path(__file__).resolve().parents[3] / "shared" / "data"
)
ROOMS = FOLDER / "sdh_rooms_1min.csv.gz"
OFFICE = FOLDER / "uci_occupancy_1min.csv.gz"

pytestmark = pytest.mark.skipif(
    not (ROOMS.is_file() and OFFICE.is_file()),
    reason=f"the room recordings are not in {FOLDER}; set ALARMSTATION_RECORDINGS to their folder",
)

CUTS = (
    (ROOMS, "room-413", 0, 700),
    (ROOMS, "room-419", 2900, 700),  # broken sensor: 301 °C, 348 °C and 394 °C
    (ROOMS, "room-446", 1000, 700),  # one message of 69 °C
    (ROOMS, "room-562", 5900, 700),  # one message of 69 °C
    (ROOMS, "room-723", 9000, 700),  # one message of 44 °C in a dry room
    (OFFICE, "office-test1", 0, 700),
)
"""File, device, rows left out, rows taken."""

START = datetime(2026, 1, 1, tzinfo=UTC)

GOOD, BAD = 0, 2
NONE, MISSING, RANGE, FAULT = 0, 1, 2, 4
BIT_FIRST, BIT_TEMPERATURE, BIT_HUMIDITY, BIT_QUALITY = 1, 2, 4, 1 << 14
BIT_FORCED, BIT_BEFORE_STEP = 1 << 16, 1 << 18
SENSOR_DATA, PERIODIC = 4, 6
"""Numbers that the comments of the columns of `heartbeats` tell."""

UPTIME_STEP_S = 1000
"""The units' uptime is made to number the samples, so that a row tells which one it is."""


# --- the rules, worked out from the documents


@dataclass(frozen=True, slots=True)
class Judged:
    value: float
    quality: int = GOOD
    reason: int = NONE


@dataclass(slots=True)
class Sensor:
    """Range, one-message glitches, threshold of change. A jump is told by the last good value."""

    low: float
    high: float
    jump: float
    threshold: float
    good: float | None = None
    suspect: float | None = None

    def judged(self, value: float) -> Judged:
        if not self.low < value <= self.high and value != max(self.low, 0.0):
            return Judged(value, BAD, FAULT if value == self.low else RANGE)
        jumped = self.good is not None and abs(value - self.good) > self.jump
        confirmed = self.suspect is not None and abs(value - self.suspect) <= self.jump
        if jumped and not confirmed:
            self.suspect = value
            return Judged(value, BAD, FAULT)
        self.good, self.suspect = value, None
        return Judged(value)

    def differs(self, a: float, b: float) -> bool:
        return abs(a - b) >= self.threshold - 1e-4


def temperature_sensor() -> Sensor:
    return Sensor(-40.0, 125.0, jump=10.0, threshold=0.5)


def humidity_sensor() -> Sensor:
    return Sensor(0.0, 100.0, jump=20.0, threshold=2.0)


@dataclass(frozen=True, slots=True)
class Expected:
    """A stored row: which sample, what it says, and the bits of why."""

    index: int
    temperature: Judged
    humidity: Judged
    mask: int


@dataclass(slots=True)
class Room:
    """All samples of one room judged, and the rows that change alone makes necessary."""

    temperature: Sensor = field(default_factory=temperature_sensor)
    humidity: Sensor = field(default_factory=humidity_sensor)
    judged: list[tuple[Judged, Judged]] = field(default_factory=list)

    def take(self, samples: list[tuple[float, float]]) -> None:
        for celsius, percent in samples:
            self.judged.append((self.temperature.judged(celsius), self.humidity.judged(percent)))

    def why(self, stored: int, now: int) -> int:
        """The bits in which sample `now` says what the stored one does not."""
        mask = 0
        for sensor, bit, old, new in zip(
            (self.temperature, self.humidity),
            (BIT_TEMPERATURE, BIT_HUMIDITY),
            self.judged[stored],
            self.judged[now],
            strict=True,
        ):
            mask |= bit * sensor.differs(old.value, new.value)
            mask |= BIT_QUALITY * ((old.quality, old.reason) != (new.quality, new.reason))
        return mask

    def is_step(self, index: int) -> bool:
        """Whether a value jumped between the sample before this one and this one."""
        (t0, h0), (t1, h1) = self.judged[index - 1], self.judged[index]
        return self.temperature.differs(t0.value, t1.value) or self.humidity.differs(
            h0.value, h1.value
        )

    def rows(self) -> Iterator[Expected]:
        """The first sample always, then what changed, with the reading before a step."""
        stored = 0
        yield Expected(0, *self.judged[0], BIT_FIRST)
        for index in range(1, len(self.judged)):
            mask = self.why(stored, index)
            if not mask:
                continue
            if index - 1 > stored and self.is_step(index):
                before = self.why(stored, index - 1) | BIT_BEFORE_STEP
                yield Expected(index - 1, *self.judged[index - 1], before)
            yield Expected(index, *self.judged[index], mask)
            stored = index


# --- recordings


def float32(text: str) -> float:
    number: float = struct.unpack("<f", struct.pack("<f", float(text)))[0]
    return number


def cut_out(folder: Path, most: int) -> tuple[Path, dict[str, list[tuple[float, float]]]]:
    """A recording of the chosen rows, and what it says as the wire's 32-bit floats."""
    lines = ["device,time_utc,temperature,humidity"]
    samples: dict[str, list[tuple[float, float]]] = {}
    first: dict[str, datetime] = {}
    for source in (ROOMS, OFFICE):
        wanted = {device: [skip, min(take, most)] for f, device, skip, take in CUTS if f == source}
        with gzip.open(source, "rt", encoding="utf-8") as file:
            for line in file:
                device, moment, celsius, percent, *_ = line.split(",")
                left = wanted.get(device)
                if left is None:
                    continue
                if left[0]:
                    left[0] -= 1
                elif left[1]:
                    left[1] -= 1
                    # All begin together, whenever they were recorded.
                    at = datetime.fromisoformat(moment)
                    at = START + (at - first.setdefault(device, at))
                    lines.append(f"{device},{at.isoformat()},{celsius},{percent}")
                    samples.setdefault(device, []).append((float32(celsius), float32(percent)))
    path = folder / "rooms.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert len(samples) == len(CUTS)
    return path, samples


def worked_out(samples: dict[str, list[tuple[float, float]]]) -> dict[str, Room]:
    rooms = {}
    for device, own in samples.items():
        rooms[device] = Room()
        rooms[device].take(own)
    return rooms


# --- what the database holds


@dataclass(frozen=True, slots=True)
class Row:
    host: str
    received_at: datetime
    index: int
    temperature_c: float | None
    temperature_quality: int
    temperature_reason: int
    humidity_pct: float | None
    humidity_quality: int
    humidity_reason: int
    mask: int
    change_type: int

    @property
    def readings(self) -> tuple[Judged, Judged]:
        assert self.temperature_c is not None
        assert self.humidity_pct is not None
        return (
            Judged(self.temperature_c, self.temperature_quality, self.temperature_reason),
            Judged(self.humidity_pct, self.humidity_quality, self.humidity_reason),
        )


def stored_rows(dsn: str) -> dict[str, list[Row]]:
    """Rows of the replay by host in the order of receive time; those before it have index -1."""
    query = f"""
        SELECT host, received_at, (uptime_s / {UPTIME_STEP_S} - 1)::integer AS index,
               temperature_c::float8, temperature_quality, temperature_reason,
               humidity_pct::float8, humidity_quality, humidity_reason, mask, change_type
          FROM heartbeats JOIN device ON device.id = device_id ORDER BY host, received_at
    """
    rows: dict[str, list[Row]] = {}
    with psycopg.connect(dsn, row_factory=class_row(Row)) as connection:
        for row in connection.execute(query):
            rows.setdefault(row.host, []).append(row)
    return rows


def counters(dsn: str) -> dict[str, tuple[int, int, int]]:
    """Host → (samples received, rows stored, rows in the table)."""
    query = """
        SELECT host, received_samples, stored_rows,
               (SELECT count(*) FROM heartbeats WHERE heartbeats.device_id = device.id)
          FROM device JOIN device_status ON device_status.device_id = device.id
    """
    with psycopg.connect(dsn) as connection:
        return {host: (r, s, n) for host, r, s, n in connection.execute(query)}


# --- playing


@dataclass(slots=True)
class Played:
    """What was sent when, and what the station had heard before."""

    sent_at: dict[str, list[float]] = field(default_factory=dict)
    samples_before: dict[str, int] = field(default_factory=dict)
    took_s: float = 0.0


def without_sensor(unit: VirtualUnit) -> None:
    """Whatever is said outside the replay says "no reading", which leaves no memory."""
    unit.beats_by_itself = False
    unit.set_climate(0.0, 0.0)


async def play(station: LivingStation, recording: Recording, speed: float) -> Played:
    played = Played()
    async with station.running(), station.console():
        mirror = station.mirror
        await station.log_in_as_first_admin()
        site = VirtualSite(recording.plans())
        async with station.fleet(site, time.time(), without_sensor) as fleet:
            await eventually(
                lambda: (
                    len(mirror.devices) == len(site.plans)
                    and all(d.id_synchronised for d in mirror.devices.values())
                    and all(c.state in {"COMPLETED", "OBSERVED"} for c in mirror.commands.values())
                ),
                40,
            )
            played.samples_before = {d.host: d.received_samples for d in mirror.devices.values()}
            number_by_uptime(fleet, played)
            before = fleet.traffic.published
            replay = Replay(recording, fleet, speed=speed, on_sample=tell(fleet, played))
            began = time.monotonic()
            replay.start()
            total = sum(played.samples_before.values()) + recording.rows
            await eventually(
                lambda: sum(d.received_samples for d in mirror.devices.values()) >= total, 40
            )
            played.took_s = time.monotonic() - began
            assert replay.delivered
            assert fleet.traffic.published == before + recording.rows
            assert not fleet.problems
    return played


def number_by_uptime(fleet: Fleet, played: Played) -> None:
    def number() -> None:
        for unit in fleet.members:
            played.sent_at[unit.host] = []
            unit.booted_at = fleet.clock() - UPTIME_STEP_S

    fleet.call(number)


def tell(fleet: Fleet, played: Played) -> Callable[[str, Sample, float], None]:
    def told(host: str, _sample: Sample, at: float) -> None:
        own = played.sent_at[host]
        own.append(at)
        fleet.units[host].booted_at = at - UPTIME_STEP_S * (len(own) + 1)

    return told


def run(scene: Coroutine[Any, Any, Played]) -> Played:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(asyncio.wait_for(scene, 80))


def check_counters(dsn: str, played: Played, samples: dict[str, list[tuple[float, float]]]) -> None:
    told = counters(dsn)
    assert set(told) == set(samples)
    for host, own in samples.items():
        received, stored, in_table = told[host]
        assert received == played.samples_before[host] + len(own)
        assert stored == in_table


def replayed_rows(dsn: str) -> dict[str, list[Row]]:
    """The rows of the replay; before them nothing but the login's "no reading"."""
    found = stored_rows(dsn)
    for rows in found.values():
        (login,) = [row for row in rows if row.index < 0]
        assert login is rows.pop(0)
        assert login.mask == BIT_FIRST
        assert (login.temperature_c, login.humidity_pct) == (None, None)
        assert (login.temperature_quality, login.temperature_reason) == (BAD, MISSING)
        assert (login.humidity_quality, login.humidity_reason) == (BAD, MISSING)
    return found


def test_replayed_rooms_are_stored_by_the_rules_and_not_otherwise(
    tmp_path: Path, broker: BrokerAccess, database: str
) -> None:
    path, samples = cut_out(tmp_path, 700)
    rooms = worked_out(samples)
    history = HistorySection(force_interval_s=0)
    station = LivingStation(tmp_path / "home", broker, database, history=history)
    played = run(play(station, read_recording(path), speed=0))
    assert played.took_s < 300  # or the memory of what was plausible would matter

    check_counters(database, played, samples)
    found = replayed_rows(database)
    for host, room in rooms.items():
        expected = list(room.rows())
        rows = found[host]
        assert [row.index for row in rows] == [e.index for e in expected], host
        assert [row.readings for row in rows] == [(e.temperature, e.humidity) for e in expected]
        # The first one also tells, for the first time, of outputs and inputs.
        assert [row.mask for row in rows[1:]] == [e.mask for e in expected[1:]]
        assert {row.change_type for row in rows[1:]} == {SENSOR_DATA}
        check_reconstruction(room, rows)
    faults = [j for room in rooms.values() for pair in room.judged for j in pair if j.quality]
    assert {j.reason for j in faults} == {RANGE, FAULT}
    assert any(j.value > 394 for j in faults)
    received, stored = sum(map(len, samples.values())), sum(map(len, found.values()))
    assert stored < received / 2


def check_reconstruction(room: Room, rows: list[Row]) -> None:
    """By step-hold, no good sample is further from what is drawn than the threshold."""
    held: tuple[Judged, Judged] | None = None
    by_index = {row.index: row.readings for row in rows}
    for index, pair in enumerate(room.judged):
        held = by_index.get(index, held)
        assert held is not None
        for sensor, drawn, true in zip((room.temperature, room.humidity), held, pair, strict=True):
            assert drawn.quality == true.quality
            if true.quality == GOOD:
                assert abs(drawn.value - true.value) < sensor.threshold


FORCE_S = 1.0
BEAT_S = 0.1


def test_with_a_force_interval_no_silence_is_longer_and_no_row_is_needless(
    tmp_path: Path, broker: BrokerAccess, database: str
) -> None:
    path, samples = cut_out(tmp_path, 55)
    rooms = worked_out(samples)
    history = HistorySection(force_interval_s=FORCE_S)
    station = LivingStation(tmp_path / "home", broker, database, history=history)
    played = run(play(station, read_recording(path), speed=60 / BEAT_S))

    check_counters(database, played, samples)
    found = replayed_rows(database)
    for host, rows in found.items():
        check_silence(rows, played.sent_at[host])
        check_need(rooms[host], rows)
        check_reconstruction(rooms[host], rows)
    # A broken sensor leaves no silence to be ended; the sound ones do.
    calm = [host for host, rows in found.items() if any(r.change_type == PERIODIC for r in rows)]
    assert len(calm) > len(found) / 2


def check_silence(rows: list[Row], sent_at: list[float]) -> None:
    """No two stored rows further apart than the force interval and one gap of this run."""
    gap = max(b - a for a, b in pairwise(sent_at))
    on_the_way = max(row.received_at.timestamp() - sent_at[row.index] for row in rows)
    for earlier, later in pairwise(rows):
        silence = (later.received_at - earlier.received_at).total_seconds()
        assert silence <= FORCE_S + gap + on_the_way
    assert sent_at[-1] - rows[-1].received_at.timestamp() <= FORCE_S + gap


def check_need(room: Room, rows: list[Row]) -> None:
    """Every row says what the one before did not, stands before a step, or was due."""
    stored = rows[0]
    for row, after in zip(rows[1:], [*rows[2:], None], strict=True):
        changed = room.why(stored.index, row.index)
        elapsed = (row.received_at - stored.received_at).total_seconds()
        if row.mask & BIT_BEFORE_STEP:
            assert after is not None
            assert after.index == row.index + 1
            late = (after.received_at - stored.received_at).total_seconds() > FORCE_S
            assert room.is_step(after.index) or late
            continue  # what follows is compared with the row before this one
        if not changed:
            assert row.mask == BIT_FORCED
            assert elapsed + 2 * BEAT_S > FORCE_S
        assert row.mask & ~BIT_FORCED == changed
        stored = row
