from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.console.widgets.step_line import (
    POINTS_PER_BUCKET,
    Floats,
    StepLine,
    apart,
    hollow_points,
    merged,
    step_line,
    thinned,
)

NAN = float("nan")

Points = list[tuple[float, float | None]]


def arrays(points: Points) -> tuple[Floats, Floats]:
    times = np.array([t for t, _ in points], dtype=float)
    return times, np.array([NAN if v is None else v for _, v in points], dtype=float)


def a_line(
    points: Points, gaps: list[tuple[float, float]] | None = None, until: float = 100.0
) -> StepLine:
    return step_line(*arrays(points), merged(gaps or []), until)


def drawn(line: StepLine) -> Points:
    return [(x, None if math.isnan(y) else y) for x, y in zip(line.x, line.y, strict=True)]


def hollow(
    points: Points, bad: tuple[int, ...], gaps: list[tuple[float, float]] | None = None
) -> Points:
    times, values = arrays(points)
    flags = np.zeros(len(times), dtype=np.bool_)
    flags[list(bad)] = True
    return drawn(hollow_points(times, values, flags, merged(gaps or [])))


def test_a_value_holds_until_the_next_and_the_last_until_now() -> None:
    assert drawn(a_line([(0, 1.0), (10, 2.0)], until=30)) == [(0, 1), (10, 1), (10, 2), (30, 2)]


def test_a_gap_is_never_drawn_through() -> None:
    line = a_line([(0, 1.0), (50, 2.0)], gaps=[(10, 40)], until=60)

    assert drawn(line) == [(0, 1), (10, 1), (10, None), (50, 2), (60, 2)]


def test_a_gap_up_to_now_ends_the_line() -> None:
    assert drawn(a_line([(0, 1.0)], gaps=[(20, 90)], until=90)) == [(0, 1), (20, 1), (20, None)]


def test_what_was_stored_within_a_gap_is_not_drawn_and_its_edges_are() -> None:
    line = a_line([(0, 1.0), (10, 3.0), (20, 9.0), (40, 2.0)], gaps=[(10, 40)], until=50)

    assert drawn(line) == [(0, 1), (10, 1), (10, 3), (10, 3), (10, None), (40, 2), (50, 2)]


def test_a_point_without_a_value_ends_the_line() -> None:
    line = a_line([(0, 1.0), (10, None), (20, 2.0)], until=30)

    assert drawn(line) == [(0, 1), (10, 1), (10, None), (20, None), (20, 2), (30, 2)]


def test_a_unit_that_never_had_a_reading_draws_nothing() -> None:
    assert np.isnan(a_line([(0, None), (10, None)]).y).all()
    assert not len(a_line([]).x)
    assert hollow([(0, None), (10, None)], bad=(0, 1)) == []
    assert hollow([], bad=()) == []


def test_a_bad_point_is_hollow_at_its_value_or_where_the_line_was() -> None:
    points: Points = [(0, 1.0), (10, 99.0), (20, None), (30, 2.0)]

    assert hollow(points, bad=(1, 2)) == [(10, 99), (20, 1)]
    assert hollow(points, bad=(1, 2), gaps=[(15, 25)]) == [(10, 99)]


def test_gaps_that_overlap_are_one() -> None:
    assert merged([(5, 9), (0, 6), (20, 30), (40, 40)]).tolist() == [[0, 9], [20, 30]]


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=3000), st.integers(10, 400))
def test_thinning_keeps_every_extreme_and_little_more_than_a_point_a_pixel(
    values: list[float], pixels: int
) -> None:
    times = np.arange(len(values), dtype=float)

    x, y = thinned(times, np.array(values), 0.0, float(len(values)), pixels)

    assert len(x) <= (pixels // 3 + 2) * POINTS_PER_BUCKET
    assert (y.min(), y.max()) == (min(values), max(values))
    assert (np.diff(x) >= 0).all()
    assert (x[-1], y[-1]) == (times[-1], values[-1])


def test_a_thinned_line_holds_what_the_whole_one_holds() -> None:
    busy: Points = [(i / 100, float(i % 7)) for i in range(5000)]
    times, values = arrays([*busy, (90.0, -5.0), (90.1, 9.0)])

    x, y = thinned(times, values, 0, 100, 100)
    line = step_line(x, y, merged([]), 100)

    quiet = (line.x > 52) & (line.x <= 90.0)
    held = values[len(busy) - 1]
    assert line.y[quiet][0] == held
    assert line.y[-1] == 9.0
    assert (x[-2:] >= 90).all()


def test_thinning_keeps_one_point_on_each_side_so_that_lines_reach_the_edges() -> None:
    times, values = arrays([(0, 1.0), (10, 2.0), (20, 3.0), (30, 4.0), (40, 5.0)])

    x, _ = thinned(times, values, 12, 25, 100)

    assert x.tolist() == [10, 20, 30]


def test_thinning_keeps_where_values_end() -> None:
    points: Points = [(float(i), None if 400 <= i < 600 else 1.0) for i in range(1000)]

    x, y = thinned(*arrays(points), 0, 1000, 60)

    without = x[np.isnan(y)]
    assert 380 <= without.min() <= 420
    assert 580 <= without.max() <= 620


def test_points_that_would_fill_each_other_are_drawn_once() -> None:
    x, y = apart(np.array([10.0, 11, 12, 30]), np.array([1.0, 2, 3, 4]), 5.0)

    assert (x.tolist(), y.tolist()) == ([10, 30], [1, 4])
    assert not len(apart(np.empty(0), np.empty(0), 5.0)[0])
