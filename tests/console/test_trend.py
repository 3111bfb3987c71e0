from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.application.ports import TrendPoint
from alarmstation.console.viewmodels.trend import PointRing, Trend
from tests.console.sample_views import NOW, a_device

BASE = NOW.timestamp()


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def a_point(seconds: float, value: float | None, quality: str = "good") -> TrendPoint:
    return TrendPoint(at(seconds), value, quality)


def drawn(trend: Trend, now: float) -> list[tuple[float, float | None]]:
    line = trend.line("temperature_c", at(now), BASE - 1000, BASE + 1000, 800)
    return [
        (round(x - BASE, 3), None if math.isnan(y) else y)
        for x, y in zip(line.x, line.y, strict=True)
    ]


def test_history_and_live_points_are_one_line() -> None:
    trend = Trend(1)
    trend.hear(a_device(last_seen_at=at(0), temperature_c=21.0))
    trend.hear(a_device(last_seen_at=at(30), temperature_c=22.0))

    trend.load({"temperature_c": [a_point(-60, 20.0), a_point(0, 21.0)]}, [])
    trend.hear(a_device(last_seen_at=at(60), temperature_c=23.0))

    assert drawn(trend, 90) == [
        (-60, 20), (0, 20), (0, 21), (30, 21), (30, 22), (60, 22), (60, 23), (90, 23),
    ]  # fmt: skip


def test_live_values_are_drawn_before_history_has_come() -> None:
    trend = Trend(1)
    trend.hear(a_device(last_seen_at=at(0), temperature_c=21.0))

    assert drawn(trend, 5) == [(0, 21), (5, 21)]


def test_a_view_that_repeats_the_last_message_adds_no_point() -> None:
    trend = Trend(1)
    trend.load({}, [])
    trend.hear(a_device(last_seen_at=at(0), temperature_c=21.0))
    trend.hear(a_device(last_seen_at=at(0), temperature_c=21.0, open_alarms=1))

    assert drawn(trend, 5) == [(0, 21), (5, 21)]


def test_a_silent_unit_is_a_gap_from_when_it_fell_silent() -> None:
    trend = Trend(1)
    trend.load({}, [])
    trend.hear(a_device(last_seen_at=at(0), temperature_c=21.0))
    trend.hear(a_device(last_seen_at=at(0), comm_state="offline", silent_since=at(1)))
    assert drawn(trend, 200) == [(0, 21), (1, 21), (1, None)]

    trend.hear(a_device(last_seen_at=at(300), temperature_c=25.0))

    assert drawn(trend, 310) == [(0, 21), (1, 21), (1, None), (300, 25), (310, 25)]
    assert (trend.gaps(at(310)) - BASE).tolist() == [[1, 300]]


def test_without_the_service_the_line_ends() -> None:
    trend = Trend(1)
    trend.load({}, [])
    trend.hear(a_device(last_seen_at=at(0), temperature_c=21.0))
    trend.go_deaf(at(10))
    assert drawn(trend, 60) == [(0, 21), (10, 21), (10, None)]

    trend.hear_again(at(70))
    trend.hear(a_device(last_seen_at=at(80), temperature_c=22.0))
    assert drawn(trend, 90)[-2:] == [(80, 22), (90, 22)]


def test_history_read_again_fills_the_time_without_the_service() -> None:
    trend = Trend(1)
    trend.load({}, [])
    trend.go_deaf(at(10))
    trend.hear_again(at(70))
    trend.reload()
    trend.hear(a_device(last_seen_at=at(80), temperature_c=22.0))

    trend.load({"temperature_c": [a_point(0, 20.0), a_point(40, 21.0)]}, [])

    assert drawn(trend, 90) == [(0, 20), (40, 20), (40, 21), (80, 21), (80, 22), (90, 22)]


def test_gaps_of_history_are_gaps() -> None:
    trend = Trend(1)
    trend.load({"temperature_c": [a_point(0, 20.0), a_point(50, 21.0)]}, [(at(10), at(45))])

    assert drawn(trend, 60) == [(0, 20), (10, 20), (10, None), (50, 21), (60, 21)]


def test_bad_readings_are_hollow_in_history_and_live() -> None:
    trend = Trend(1)
    trend.load({"temperature_c": [a_point(0, 20.0), a_point(10, 300.0, "bad")]}, [])
    trend.hear(a_device(last_seen_at=at(20), temperature_c=None, temperature_quality="bad"))

    hollow = trend.hollow("temperature_c", at(30), BASE - 100, BASE + 100)
    assert list(hollow.x - BASE) == [10, 20]
    assert list(hollow.y) == [300, 20]
    assert not len(trend.hollow("temperature_c", at(30), BASE + 25, BASE + 100).x)
    assert math.isnan(trend.value_at("temperature_c", BASE + 12, at(30)))


def test_every_change_raises_the_version() -> None:
    trend = Trend(1)
    seen = [trend.version]
    trend.hear(a_device())
    seen.append(trend.version)
    trend.load({}, [])
    seen.append(trend.version)
    trend.go_deaf(at(1))
    seen.append(trend.version)

    assert sorted(set(seen)) == seen


def test_a_fan_that_never_ran_needs_no_curve() -> None:
    trend = Trend(1)
    trend.hear(a_device(last_seen_at=at(0), fan_pct=0))
    assert not trend.has_values("fan_pct")

    trend.hear(a_device(last_seen_at=at(1), fan_pct=60))
    assert trend.has_values("fan_pct")


@given(st.lists(st.integers(0, 500), max_size=200), st.integers(1, 20))
def test_the_ring_keeps_the_newest_points_in_rising_order(times: list[int], capacity: int) -> None:
    ring = PointRing(capacity)
    expected: list[int] = []
    for time in times:
        taken = ring.append(time, float(time), False)
        assert taken == (not expected or time > expected[-1])
        if taken:
            expected.append(time)

    assert ring.times.tolist() == expected[-capacity:]
    assert ring.values.tolist() == expected[-capacity:]


def test_the_value_of_a_time_is_exact_and_none_in_gaps_and_outside() -> None:
    trend = Trend(1)
    points = [a_point(0, 20.0), a_point(20, 99.0), a_point(50, 21.0)]
    trend.load({"temperature_c": points}, [(at(10), at(45))])

    def value(seconds: float) -> float | None:
        found = trend.value_at("temperature_c", BASE + seconds, at(100))
        return None if math.isnan(found) else found

    assert [value(s) for s in (-1, 0, 9, 15, 25, 48, 50, 99, 101)] == [
        None, 20, 20, None, None, None, 21, 21, None,
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 300), st.floats(0, 50)), min_size=1, max_size=60),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=4),
)
def test_the_line_shows_at_every_time_the_value_that_is_read_out(
    points: list[tuple[int, float]], gaps: list[tuple[int, int]]
) -> None:
    trend = Trend(1)
    history = [a_point(s, v) for s, v in sorted(dict(points).items())]
    trend.load({"temperature_c": history}, [(at(a), at(b)) for a, b in gaps if a < b])
    line = trend.line("temperature_c", at(310), BASE - 1, BASE + 311, 5000)

    for second in range(0, 310, 7):
        moment = BASE + second + 0.5
        place = int(np.searchsorted(line.x, moment, side="right")) - 1
        shown = float("nan") if place < 0 else line.y[place]
        read = trend.value_at("temperature_c", moment, at(310))
        assert (math.isnan(shown) and math.isnan(read)) or shown == read
