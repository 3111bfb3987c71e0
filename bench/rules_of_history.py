"""When a row is required: `domain.md` 3, written again without the code of `domain.cdc`.

Two counts: with what a station can expect (the longest of the last gaps between heartbeats, an
outage being none), and with hindsight, where it is known whether and when the next one comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from alarmstation.domain.device import Reading
from alarmstation.domain.telemetry import Sample

TOLERANCE = 1e-4
GAPS = 8
SLACK_S = 1e-3


def rows_required(
    samples: Sequence[Sample],
    temperature_c: float,
    humidity_pct: float,
    force_s: float,
    *,
    hindsight: bool = False,
) -> int:
    """How many rows the rules ask for; `force_s` 0: on change only."""
    times = [sample.received_at.timestamp() for sample in samples]
    gaps = [b - a for a, b in pairwise(times)]
    rows, last = 1, 0  # `last` is the number of the sample that was stored last
    for number in range(1, len(samples)):
        sample, before = samples[number], samples[number - 1]
        since = times[number] - times[last]
        due = bool(force_s) and since >= force_s
        if force_s and not due:
            coming = _coming(gaps, number, hindsight)
            due = 0 < coming < force_s and since + coming > force_s + SLACK_S
        if not due and not differs(samples[last], sample, temperature_c, humidity_pct):
            continue
        late = bool(force_s) and since > force_s + SLACK_S
        if last < number - 1 and (jumped(before, sample, temperature_c, humidity_pct) or late):
            rows += 1  # so that a step is drawn where it happened, and no silence is too long
        rows, last = rows + 1, number
    return rows


def _coming(gaps: Sequence[float], number: int, hindsight: bool) -> float:
    """Seconds from this sample to the next as they were, or as they can be expected; 0: none."""
    if hindsight:
        return gaps[number] if number < len(gaps) else 0.0
    known = gaps[max(0, number - GAPS) : number]
    return min(max(known), 1.5 * min(known))


def differs(a: Sample, b: Sample, temperature_c: float, humidity_pct: float) -> bool:
    """Whether `b` says something new after `a`."""
    return _differ(a.temperature_c, b.temperature_c, temperature_c) or _differ(
        a.humidity_pct, b.humidity_pct, humidity_pct
    )


def jumped(a: Sample, b: Sample, temperature_c: float, humidity_pct: float) -> bool:
    """Whether a value moved by a threshold from one reading to the next."""
    return _apart(a.temperature_c, b.temperature_c, temperature_c) or _apart(
        a.humidity_pct, b.humidity_pct, humidity_pct
    )


def _differ(a: Reading, b: Reading, threshold: float) -> bool:
    same_trust = (a.quality, a.reason) == (b.quality, b.reason)
    return not same_trust or (a.value is None) is not (b.value is None) or _apart(a, b, threshold)


def _apart(a: Reading, b: Reading, threshold: float) -> bool:
    if a.value is None or b.value is None:
        return False
    return abs(a.value - b.value) >= threshold - TOLERANCE
