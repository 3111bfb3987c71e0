"""What the watched service writes down at each commit, and what follows from it.

A record is the time at which the commit had returned, and for every unit whose status was in it
the uptime of the last heartbeat it speaks of. Messages of a unit are decided in order, so the
first commit with at least a message's uptime is the one that made this message durable.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from alarmstation.application.batch import Batch
from alarmstation.simulator.load import FIRST_UPTIME_S

_HEAD: Final = struct.Struct("<dII")
_UNIT: Final = struct.Struct("<iqd")

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UnitCommit:
    """A unit's part in a commit."""

    committed_at: float
    device_id: int
    uptime_s: int
    heard_at: float


@dataclass(frozen=True, slots=True)
class Commits:
    """All commits of a run."""

    times: Seconds
    history_rows: int
    units: tuple[UnitCommit, ...]


def write(file: BinaryIO, at: float, batch: Batch) -> None:
    """Append one commit."""
    parts = []
    for status in batch.statuses.values():
        heard = status.last_heartbeat_at
        if heard is not None and status.uptime_s is not None:
            parts.append(_UNIT.pack(status.device_id, status.uptime_s, heard.timestamp()))
    file.write(_HEAD.pack(at, len(parts), len(batch.history)) + b"".join(parts))
    file.flush()


def read(path: Path, offset: int = 0) -> Commits:
    """The commits behind `offset`; one that is being written is left out."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read()
    times: list[float] = []
    units: list[UnitCommit] = []
    rows = 0
    for at, history, part in _records(data):
        times.append(at)
        rows += history
        units.extend(UnitCommit(at, *fields) for fields in _UNIT.iter_unpack(part))
    return Commits(np.array(times), rows, tuple(units))


def _records(data: bytes) -> Iterator[tuple[float, int, bytes]]:
    place = 0
    while place + _HEAD.size <= len(data):
        at, count, history = _HEAD.unpack_from(data, place)
        end = place + _HEAD.size + count * _UNIT.size
        if end > len(data):
            return
        yield at, history, data[place + _HEAD.size : end]
        place = end


def committed_at(
    commits: Commits, numbers: Mapping[int, int], messages: int, since: float
) -> Seconds:
    """When each message of a load was committed (Unix seconds); NaN: not.

    `numbers` gives the number of a unit in the load by its device id. What was heard before
    `since` belongs to an earlier load.
    """
    units = len(numbers)
    times = np.full(messages, np.nan)
    reached = [0] * units
    for commit in commits.units:
        unit = numbers.get(commit.device_id)
        if unit is None or commit.heard_at < since:
            continue
        turns = commit.uptime_s - FIRST_UPTIME_S + 1
        if turns > reached[unit]:
            times[unit + units * reached[unit] : unit + units * turns : units] = commit.committed_at
            reached[unit] = turns
    return times
