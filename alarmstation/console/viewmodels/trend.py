"""The last hours of one unit: stored history joined with what is heard live.

Joined without a hole or a point twice: live points are collected from the moment the unit is
chosen, before history is asked; when history arrives, live points that it already holds are
left out, and the last stored value is held up to the first live one (`domain.md` 3: it differs
from what was received by less than the threshold).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from alarmstation.application.ports import TrendPoint
from alarmstation.application.views import DeviceView
from alarmstation.console.widgets.step_line import (
    Flags,
    Floats,
    StepLine,
    hollow_points,
    merged,
    step_line,
    thinned,
)
from alarmstation.domain.device import CommState, Quality

METRICS = ("temperature_c", "humidity_pct", "fan_pct")

CAPACITY = 100_000
"""Points kept of each metric: a year of a quiet unit, two months of a busy one."""

Gap = tuple[datetime, datetime]


class PointRing:
    """The newest `capacity` points of one metric, always in one piece for numpy.

    The arrays are twice as long as needed; when they are full the newer half moves to the front,
    so that an append costs nothing on average.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._times = np.empty(2 * capacity)
        self._values = np.empty(2 * capacity)
        self._bad = np.empty(2 * capacity, dtype=np.bool_)
        self._end = 0

    @property
    def _start(self) -> int:
        return max(0, self._end - self._capacity)

    @property
    def times(self) -> Floats:
        return self._times[self._start : self._end]

    @property
    def values(self) -> Floats:
        return self._values[self._start : self._end]

    @property
    def bad(self) -> Flags:
        return self._bad[self._start : self._end]

    @property
    def latest(self) -> float:
        """Time of the newest point; minus infinity when there is none."""
        return float(self._times[self._end - 1]) if self._end else float("-inf")

    def append(self, time: float, value: float | None, bad: bool) -> bool:
        """Add a point; one that is not newer than the newest is left out (False)."""
        if time <= self.latest:
            return False
        if self._end == 2 * self._capacity:
            for array in (self._times, self._values, self._bad):
                array[: self._capacity] = array[self._capacity :]
            self._end = self._capacity
        self._times[self._end] = time
        self._values[self._end] = np.nan if value is None else value
        self._bad[self._end] = bad or value is None
        self._end += 1
        return True

    def clear(self) -> None:
        """Forget every point."""
        self._end = 0


class Trend:
    """Everything that the chart of one unit draws. `version` rises with every change."""

    def __init__(self, device_id: int, capacity: int = CAPACITY) -> None:
        self.device_id = device_id
        self.version = 0
        self.loaded = False
        self._rings = {metric: PointRing(capacity) for metric in METRICS}
        self._live: list[DeviceView] = []
        """Views heard while history is still being read."""
        self._gaps: list[tuple[float, float]] = []
        self._silent_since: float | None = None
        self._deaf_since: float | None = None

    def load(self, history: Mapping[str, Sequence[TrendPoint]], gaps: Sequence[Gap]) -> None:
        """Take in stored rows and gaps, then what was heard while they were read."""
        for metric, ring in self._rings.items():
            ring.clear()
            for point in history.get(metric, ()):
                bad = point.quality == Quality.BAD
                ring.append(point.at.timestamp(), point.value, bad)
        self._gaps = [(start.timestamp(), end.timestamp()) for start, end in gaps]
        self.loaded = True
        for view in self._live:
            self._append(view)
        self._live.clear()
        self.version += 1

    def reload(self) -> None:
        """Collect live points aside until `load` is called again."""
        self.loaded = False

    def hear(self, view: DeviceView) -> None:
        """Take in the unit as it is now."""
        if not self.loaded:
            self._live.append(view)
        self._append(view)
        self.version += 1

    def go_deaf(self, at: datetime) -> None:
        """The service is not connected: nothing is known from here on."""
        if self._deaf_since is None:
            self._deaf_since = at.timestamp()
            self.version += 1

    def hear_again(self, at: datetime) -> None:
        """The service is back; the time without it is a gap until history fills it."""
        if self._deaf_since is not None:
            self._gaps.append((self._deaf_since, at.timestamp()))
            self._deaf_since = None
            self.version += 1

    def gaps(self, now: datetime) -> Floats:
        """Gaps up to now as rows (start, end)."""
        end = now.timestamp()
        still = [since for since in (self._silent_since, self._deaf_since) if since is not None]
        return merged([*self._gaps, *((since, end) for since in still)])

    def line(self, metric: str, now: datetime, left: float, right: float, pixels: int) -> StepLine:
        """The line of one metric between `left` and `right`, thinned to the pixels, up to now."""
        ring = self._rings[metric]
        values = np.where(ring.bad, np.nan, ring.values)
        times, values = thinned(ring.times, values, left, right, pixels)
        return step_line(times, values, self.gaps(now), now.timestamp())

    def hollow(self, metric: str, now: datetime, left: float, right: float) -> StepLine:
        """The points of one metric to be drawn hollow between `left` and `right`."""
        ring = self._rings[metric]
        # One more at the left: a bad point without a value is drawn where the line was.
        first = max(0, int(np.searchsorted(ring.times, left)) - 1)
        last = int(np.searchsorted(ring.times, right, side="right"))
        part = slice(first, last)
        if not ring.bad[part].any():
            return StepLine(np.empty(0), np.empty(0))
        found = hollow_points(ring.times[part], ring.values[part], ring.bad[part], self.gaps(now))
        shown = found.x >= left
        return StepLine(found.x[shown], found.y[shown])

    def value_at(self, metric: str, time: float, now: datetime) -> float:
        """The value that holds at `time`; NaN in a gap, where it is bad, and outside."""
        ring = self._rings[metric]
        place = int(np.searchsorted(ring.times, time, side="right")) - 1
        if place < 0 or time > now.timestamp() or ring.bad[place]:
            return float("nan")
        heard = ring.times[place]
        for start, end in self.gaps(now):
            if heard <= start < time or start < heard < end:
                return float("nan")
        return float(ring.values[place])

    def has_values(self, metric: str) -> bool:
        """Whether there is anything but zeros (a fan that never ran needs no curve)."""
        return bool(np.any(np.nan_to_num(self._rings[metric].values)))

    def _append(self, view: DeviceView) -> None:
        if view.last_seen_at is None:
            return
        heard = view.last_seen_at.timestamp()
        if view.comm_state == CommState.OFFLINE:
            since = view.silent_since or view.last_seen_at
            self._silent_since = since.timestamp()
            return
        if self._silent_since is not None:
            self._gaps.append((self._silent_since, heard))
            self._silent_since = None
        readings = (
            ("temperature_c", view.temperature_c, view.temperature_quality),
            ("humidity_pct", view.humidity_pct, view.humidity_quality),
            ("fan_pct", view.fan_pct, Quality.GOOD),
        )
        for metric, value, quality in readings:
            if metric == "fan_pct" and value is None:
                continue  # the unit has no fan; nothing is missing
            self._rings[metric].append(heard, value, quality == Quality.BAD)


def utc(time: float) -> datetime:
    """A chart's time as an aware one."""
    return datetime.fromtimestamp(time, UTC)
