"""What the watched service writes down at each commit, and what follows from it.

A record is the time at which the commit had returned, and for every unit whose status was in it
the uptime of the last heartbeat it speaks of. Messages of a unit are decided in order, so the
first commit with at least a message's uptime is the one that made this message durable.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from alarmstation.application.batch import Batch
from alarmstation.simulator.load import FIRST_UPTIME_S

_HEAD: Final = struct.Struct("<dII")
_UNIT: Final = struct.Struct("<iqd")

Seconds = NDArray[np.float64]


def write(file: BinaryIO, at: float, batch: Batch) -> None:
    """Append one commit."""
    parts = []
    for status in batch.statuses.values():
        heard = status.last_heartbeat_at
        if heard is not None and status.uptime_s is not None:
            parts.append(_UNIT.pack(status.device_id, status.uptime_s, heard.timestamp()))
    file.write(_HEAD.pack(at, len(parts), len(batch.history)) + b"".join(parts))
    file.flush()


class CommitReader:
    """Follows a record: when was each message of a load committed?

    `numbers` gives the number of a unit in the load by its device id. What was heard before
    `since` (Unix seconds) belongs to an earlier load.
    """

    def __init__(self, path: Path, numbers: Mapping[int, int], messages: int, since: float) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0
        self._numbers = numbers
        self._since = since
        self._reached = [0] * len(numbers)
        self.committed_at: Seconds = np.full(messages, np.nan)
        """Unix seconds; NaN: not committed."""
        self.commits = 0
        self.history_rows = 0

    @property
    def missing(self) -> int:
        """Messages that were not committed so far."""
        return len(self.committed_at) - sum(self._reached)

    def poll(self) -> int:
        """Take in what was written since; how many messages are missing still."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        place = 0
        while place + _HEAD.size <= len(data):
            at, count, history = _HEAD.unpack_from(data, place)
            end = place + _HEAD.size + count * _UNIT.size
            if end > len(data):
                break  # it is being written
            self._take(at, data[place + _HEAD.size : end])
            self.commits += 1
            self.history_rows += history
            place = end
        self._offset += place
        return self.missing

    def _take(self, at: float, part: bytes) -> None:
        units = len(self._numbers)
        for device_id, uptime_s, heard_at in _UNIT.iter_unpack(part):
            unit = self._numbers.get(device_id)
            if unit is None or heard_at < self._since:
                continue
            before, turns = self._reached[unit], uptime_s - FIRST_UPTIME_S + 1
            if turns > before:
                self.committed_at[unit + units * before : unit + units * turns : units] = at
                self._reached[unit] = turns
