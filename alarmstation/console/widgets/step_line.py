"""Step lines as arrays: holds, gaps, hollow points, and thinning to what a screen can show.

Times are seconds since the epoch. A NaN in `y` lifts the pen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

POINTS_PER_BUCKET = 4
PIXELS_PER_BUCKET = 2


@dataclass(frozen=True, slots=True)
class StepLine:
    """A line ready to be drawn, and the points to be drawn hollow."""

    x: Floats
    y: Floats
    hollow_x: Floats
    hollow_y: Floats

    def value_at(self, time: float) -> float:
        """The value that holds at `time`; NaN in a gap and outside."""
        place = int(np.searchsorted(self.x, time, side="right")) - 1
        if place < 0 or (place == len(self.x) - 1 and time > self.x[-1]):
            return float("nan")
        return float(self.y[place])


def merged(gaps: Sequence[tuple[float, float]]) -> Floats:
    """Gaps as rows (start, end), in order, overlapping ones joined."""
    joined: list[list[float]] = []
    for start, end in sorted(gaps):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        elif end > start:
            joined.append([start, end])
    return np.array(joined, dtype=np.float64).reshape(-1, 2)


def step_line(
    times: Floats, values: Floats, bad: Flags, gaps: Floats, held_until: float
) -> StepLine:
    """Draw each value until the next one, never through a gap, the last one to `held_until`.

    `times` rise. A bad point ends the line before it and is drawn hollow at its own value, or
    where the line was when it has none. What was stored within a gap is not drawn.
    """
    outside = ~_inside(times, gaps)
    times, values, bad = times[outside], values[outside], bad[outside]
    if not len(times):
        empty = np.empty(0)
        return StepLine(empty, empty, empty, empty)
    following = np.append(times[1:], max(held_until, times[-1]))
    starts = np.append(gaps[:, 0], np.inf)
    gap_start = starts[np.searchsorted(gaps[:, 0], times, side="left")]
    cut = gap_start < following
    y = np.where(bad, np.nan, values)
    xs = np.stack([times, np.minimum(following, gap_start), np.minimum(following, gap_start)], 1)
    ys = np.stack([y, y, np.full_like(y, np.nan)], 1)
    kept = np.stack([np.ones_like(cut), np.ones_like(cut), cut], 1)
    level = np.where(np.isnan(values), _held(y), values)
    hollow = bad & ~np.isnan(level)
    return StepLine(xs[kept], ys[kept], times[hollow], level[hollow])


def thinned(x: Floats, y: Floats, left: float, right: float, pixels: int) -> tuple[Floats, Floats]:
    """What is needed of a line to look the same between `left` and `right` on `pixels` columns.

    At most twice as many points as pixels: of every two columns the first, lowest, highest and
    last point. Lowest and highest alone would slant the long holds of a step line.
    """
    first = max(0, int(np.searchsorted(x, left, side="left")) - 1)
    last = min(len(x), int(np.searchsorted(x, right, side="right")) + 1)
    x, y = np.clip(x[first:last], left, right), y[first:last]
    buckets = max(1, pixels // PIXELS_PER_BUCKET)
    if len(x) <= buckets * POINTS_PER_BUCKET or right <= left:
        return x, y
    edges = np.searchsorted(x, np.linspace(left, right, buckets + 1)[:-1], side="left")
    starts = np.unique(edges[edges < len(x)])
    if starts[0] != 0:
        starts = np.insert(starts, 0, 0)
    ends = np.append(starts[1:], len(x)) - 1
    lowest = np.fmin.reduceat(y, starts)
    highest = np.fmax.reduceat(y, starts)
    thin_x = np.stack([x[starts], x[starts], x[ends], x[ends]], 1).ravel()
    thin_y = np.stack([y[starts], lowest, highest, y[ends]], 1).ravel()
    return thin_x, thin_y


def apart_points(
    line: StepLine, left: float, right: float, distance: float
) -> tuple[Floats, Floats]:
    """Hollow points between `left` and `right`, one for every `distance`."""
    first, last = np.searchsorted(line.hollow_x, (left, right))
    x, y = line.hollow_x[first:last], line.hollow_y[first:last]
    _, kept = np.unique(np.floor((x - left) / distance), return_index=True)
    return x[kept], y[kept]


def _inside(times: Floats, gaps: Floats) -> Flags:
    if not len(gaps):
        return np.zeros(len(times), dtype=np.bool_)
    place = np.searchsorted(gaps[:, 0], times, side="left") - 1
    inside: Flags = (place >= 0) & (times < gaps[place, 1])
    return inside


def _held(y: Floats) -> Floats:
    """`y` with each NaN replaced by the last value before it."""
    known = np.where(np.isnan(y), 0, np.arange(len(y)))
    return y[np.maximum.accumulate(known)]
