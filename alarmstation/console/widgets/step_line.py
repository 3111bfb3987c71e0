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
PIXELS_PER_BUCKET = 3


@dataclass(frozen=True, slots=True)
class StepLine:
    """Points ready to be drawn, times rising."""

    x: Floats
    y: Floats


def merged(gaps: Sequence[tuple[float, float]]) -> Floats:
    """Gaps as rows (start, end), in order, overlapping ones joined."""
    joined: list[list[float]] = []
    for start, end in sorted(gaps):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        elif end > start:
            joined.append([start, end])
    return np.array(joined, dtype=np.float64).reshape(-1, 2)


def step_line(times: Floats, values: Floats, gaps: Floats, held_until: float) -> StepLine:
    """Draw each value until the next one, never through a gap, the last one to `held_until`.

    `times` rise; a value NaN is none: it ends the line before it. What was stored within a gap
    is not drawn.
    """
    outside = ~_inside(times, gaps)
    times, values = times[outside], values[outside]
    if not len(times):
        return StepLine(np.empty(0), np.empty(0))
    following = np.append(times[1:], max(held_until, times[-1]))
    starts = np.append(gaps[:, 0], np.inf)
    gap_start = starts[np.searchsorted(gaps[:, 0], times, side="left")]
    held = np.minimum(following, gap_start)
    x = np.stack([times, held, held], 1)
    y = np.stack([values, values, np.full_like(values, np.nan)], 1)
    always = np.ones(len(times), dtype=np.bool_)
    kept = np.stack([always, always, gap_start < following], 1)
    return StepLine(x[kept], y[kept])


def hollow_points(times: Floats, values: Floats, bad: Flags, gaps: Floats) -> StepLine:
    """Where to draw a hollow point: a bad point at its own value, or where the line was when it
    has none; none within a gap."""
    shown = bad & ~_inside(times, gaps)
    good = np.where(bad, np.nan, values)
    level = np.where(np.isnan(values), _held(good), values)
    shown &= ~np.isnan(level)
    return StepLine(times[shown], level[shown])


def thinned(
    times: Floats, values: Floats, left: float, right: float, pixels: int
) -> tuple[Floats, Floats]:
    """What is needed of rising points to look the same between `left` and `right`.

    Of every bucket of a few pixels the first, lowest, highest and last value; the last point
    before `left` and the first after `right` stay, so that lines reach the edges. Lowest and
    highest alone would slant the long holds of a step line. NaN (no value) stays where a bucket
    begins or ends with it.
    """
    first = max(0, int(np.searchsorted(times, left, side="right")) - 1)
    last = min(len(times), int(np.searchsorted(times, right, side="left")) + 1)
    times, values = times[first:last], values[first:last]
    buckets = max(1, pixels // PIXELS_PER_BUCKET)
    if len(times) <= buckets * POINTS_PER_BUCKET or right <= left:
        return times, values
    edges = np.searchsorted(times, np.linspace(left, right, buckets + 1), side="left")
    starts = np.unique(np.concatenate([[0], edges[edges < len(times)]]))
    ends = np.append(starts[1:], len(times)) - 1
    lowest = np.fmin.reduceat(values, starts)
    highest = np.fmax.reduceat(values, starts)
    # Extremes belong before the last value: it is the one that holds until the next bucket.
    thin_times = np.stack([times[starts], times[starts], times[starts], times[ends]], 1)
    thin_values = np.stack([values[starts], lowest, highest, values[ends]], 1)
    return thin_times.ravel(), thin_values.ravel()


def apart(x: Floats, y: Floats, distance: float) -> tuple[Floats, Floats]:
    """Rising points, one for every `distance`: nearer ones would only fill each other."""
    if not len(x):
        return x, y
    _, kept = np.unique(np.floor((x - x[0]) / distance), return_index=True)
    return x[kept], y[kept]


def _inside(times: Floats, gaps: Floats) -> Flags:
    if not len(gaps):
        return np.zeros(len(times), dtype=np.bool_)
    place = np.searchsorted(gaps[:, 0], times, side="left") - 1
    inside: Flags = (place >= 0) & (times < gaps[place, 1])
    return inside


def _held(y: Floats) -> Floats:
    """`y` with each NaN replaced by the last value before it."""
    if not len(y):
        return y
    known = np.where(np.isnan(y), 0, np.arange(len(y)))
    return y[np.maximum.accumulate(known)]
