"""Recordings of real sensors, and playing them back as units.

A recording is CSV (or csv.gz) with the columns `device,time_utc,temperature,humidity` and any
others, which are ignored; `humidity` may be missing. An empty field is "no value".

On the wire, no value of either is 0/0, "no reading" (`protocol.md` 8.4). Where only one of the two
is missing the wire has no word for it, because a single zero is a real value: that one is sent as
NaN, which the station calls BAD. Floats have 32 bits there; `Sample` holds what they become.
"""

from __future__ import annotations

import csv
import gzip
import heapq
import math
import re
import struct
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from alarmstation.adapters.wire.topic import is_host
from alarmstation.domain.errors import UserError
from alarmstation.simulator.fleet import Fleet
from alarmstation.simulator.site import UnitPlan, named_plans
from alarmstation.simulator.traits import OUR_FIRMWARE, Traits
from alarmstation.simulator.unit import VirtualUnit

NO_READING: Final = (0.0, 0.0)
_NEEDED: Final = ("device", "time_utc", "temperature")
_NOT_HOST: Final = re.compile(r"[^A-Za-z0-9_-]")
LONGEST_LEAD_S: Final = 5.0
IN_FLIGHT: Final = 2000
REPLAY_FIRMWARE: Final = replace(OUR_FIRMWARE, heartbeat_qos=1)
"""Nothing of a recording may be lost on the way."""


class Stamp(StrEnum):
    """Which time the replayed heartbeats carry."""

    RECORDED = "recorded"
    """That of the recording; before 2020 a station takes it for "clock not set"."""
    NOW = "now"
    """The moment of sending."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of a recording. Times in Unix seconds, None is "no value"."""

    at: float
    temperature_c: float | None
    humidity_pct: float | None

    @property
    def wire(self) -> tuple[float, float]:
        """(°C, % RH) as a heartbeat carries them."""
        if self.temperature_c is None and self.humidity_pct is None:
            return NO_READING
        return (
            math.nan if self.temperature_c is None else self.temperature_c,
            math.nan if self.humidity_pct is None else self.humidity_pct,
        )


@dataclass(frozen=True, slots=True)
class Recording:
    """The samples of each device, in the order of their times."""

    samples: Mapping[str, Sequence[Sample]]
    """By device name as recorded."""

    @property
    def hosts(self) -> dict[str, str]:
        """Device name → hostname of its unit."""
        return {device: host_of(device) for device in self.samples}

    @property
    def rows(self) -> int:
        """Number of samples of all devices."""
        return sum(len(samples) for samples in self.samples.values())

    def plans(self, seed: int = 1, traits: Traits = REPLAY_FIRMWARE) -> list[UnitPlan]:
        """A unit for each device, in the order of their first samples."""
        return named_plans(list(self.hosts.values()), seed, traits)

    def units(
        self, now: float, seed: int = 1, traits: Traits = REPLAY_FIRMWARE
    ) -> list[VirtualUnit]:
        """The living units of `plans`, which leave the heartbeats to a `Replay`."""
        units = [plan.unit(now) for plan in self.plans(seed, traits)]
        for unit in units:
            unit.beats_by_itself = False
        return units

    def in_order(self) -> Iterator[tuple[str, Sample]]:
        """(host, sample) of all devices, by time."""
        hosts = self.hosts

        def of(device: str) -> Iterator[tuple[float, str, Sample]]:
            return ((sample.at, hosts[device], sample) for sample in self.samples[device])

        merged = heapq.merge(*(of(device) for device in self.samples), key=lambda item: item[0])
        return ((host, sample) for _, host, sample in merged)


def host_of(device: str) -> str:
    """The hostname of a recorded device: what is not allowed becomes "-", 31 characters."""
    host = _NOT_HOST.sub("-", device)[:31] or "unit"
    assert is_host(host)
    return host


def as_float32(value: float) -> float:
    """What a float becomes on the wire."""
    number: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return number


def read_recording(path: Path, limit: int | None = None) -> Recording:
    """Read a recording, at most `limit` rows.

    Raises:
        UserError: no such file, a column is missing, or a row that cannot be read; with its line.
    """
    samples: dict[str, list[Sample]] = {}
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8", newline="")
        ) as file:
            reader = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise _unreadable(path, 1, f"no column {missing[0]}")
            for number, row in enumerate(reader):
                if limit is not None and number >= limit:
                    break
                try:
                    sample = _sample(row)
                except (ValueError, OverflowError) as error:
                    raise _unreadable(path, reader.line_num, str(error)) from error
                samples.setdefault(row["device"], []).append(sample)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, 0, str(error)) from error
    # Rows of one device may be out of order or doubled, as real recordings are; sorting is stable.
    for own in samples.values():
        own.sort(key=lambda sample: sample.at)
    hosts = [host_of(device) for device in samples]
    if len(set(hosts)) != len(hosts):
        raise _unreadable(path, 1, "two devices would get the same hostname")
    first = sorted(samples.items(), key=lambda item: item[1][0].at)
    return Recording({device: tuple(own) for device, own in first})


def _sample(row: Mapping[str, str | None]) -> Sample:
    device, time_utc, temperature = (row[name] for name in _NEEDED)
    if not device or time_utc is None or temperature is None:
        raise ValueError("a field is missing")
    moment = datetime.fromisoformat(time_utc)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Sample(
        at=moment.timestamp(),
        temperature_c=_value(temperature),
        humidity_pct=_value(row.get("humidity") or ""),
    )


def _value(text: str) -> float | None:
    return as_float32(float(text)) if text.strip() else None


def _unreadable(path: Path, line: int, problem: str) -> UserError:
    return UserError(
        "recording.unreadable",
        "{file}, line {line}: {problem}",
        file=path,
        line=line,
        problem=problem,
    )


class Replay:
    """Plays a recording through a fleet whose units do not beat by themselves.

    `speed` 60 plays an hour in a minute; 0 as fast as the broker takes it. `on_sample(host,
    sample, sent_at)` tells of each heartbeat handed to the connection.
    """

    def __init__(
        self,
        recording: Recording,
        fleet: Fleet,
        *,
        speed: float = 1.0,
        stamp: Stamp = Stamp.NOW,
        on_sample: Callable[[str, Sample, float], None] | None = None,
    ) -> None:
        self._fleet = fleet
        self._speed = speed
        self._stamp = stamp
        self._on_sample = on_sample
        self._rows = recording.in_order()
        self._first = min((own[0].at for own in recording.samples.values()), default=0.0)
        self._next: tuple[str, Sample] | None = next(self._rows, None)
        self._started = 0.0
        self.total = recording.rows
        self.sent = 0

    @property
    def done(self) -> bool:
        """Whether every sample was handed over."""
        return self._next is None

    @property
    def delivered(self) -> bool:
        """Whether the broker has confirmed everything as well (QoS 1)."""
        return self.done and self._fleet.traffic.acked >= self.sent

    def start(self) -> None:
        """Begin; to be called when the units are online."""
        self._fleet.call(self._begin)

    def _begin(self) -> None:
        self._started = time.monotonic()
        self._go_on()

    def _go_on(self) -> None:
        """Send what is due, then plan the next sample (on the fleet's thread)."""
        in_flight_limit = self._fleet.traffic.acked + IN_FLIGHT
        while self._next is not None:
            host, sample = self._next
            if self._fleet.traffic.published > in_flight_limit:
                self._again_in(0.005)
                return
            wait = self._wait_s(sample)
            if wait > 0:
                self._again_in(min(wait, LONGEST_LEAD_S))
                return
            self._send(self._fleet.units[host], sample)
            self._next = next(self._rows, None)

    def _wait_s(self, sample: Sample) -> float:
        if self._speed <= 0:
            return 0.0
        due = (sample.at - self._first) / self._speed
        return due - (time.monotonic() - self._started)

    def _again_in(self, delay_s: float) -> None:
        self._fleet.later(self._fleet.clock() + delay_s, self._go_on)

    def _send(self, unit: VirtualUnit, sample: Sample) -> None:
        now = self._fleet.clock()
        unit.advance(now)
        if self._stamp is Stamp.RECORDED:
            unit.set_clock(int(sample.at))
        unit.beat(sample.wire)
        self._fleet.settle(unit)
        self.sent += 1
        if self._on_sample is not None:
            self._on_sample(unit.host, sample, now)
