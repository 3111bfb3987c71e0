from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.console.widgets.step_line import (
    StepLine,
    apart_points,
    merged,
    step_line,
    thinned,
)

NAN = float("nan")


def a_line(
    points: list[tuple[float, float | None]],
    gaps: list[tuple[float, float]] | None = None,
    until: float = 100.0,
    bad: tuple[int, ...] = (),
) -> StepLine:
    times = np.array([t for t, _ in points], dtype=float)
    values = np.array([NAN if v is None else v for _, v in points], dtype=float)
    flags = np.isnan(values)
    flags[list(bad)] = True
    return step_line(times, values, flags, merged(gaps or []), until)


def drawn(line: StepLine) -> list[tuple[float, float | None]]:
    return [(x, None if math.isnan(y) else y) for x, y in zip(line.x, line.y, strict=True)]


def test_a_value_holds_until_the_next_and_the_last_until_now() -> None:
    assert drawn(a_line([(0, 1.0), (10, 2.0)], until=30)) == [(0, 1), (10, 1), (10, 2), (30, 2)]


def test_a_gap_is_never_drawn_through() -> None:
    line = a_line([(0, 1.0), (50, 2.0)], gaps=[(10, 40)], until=60)

    assert drawn(line) == [(0, 1), (10, 1), (10, None), (50, 2), (60, 2)]


def test_a_gap_up_to_now_ends_the_line() -> None:
    line = a_line([(0, 1.0)], gaps=[(20, 90)], until=90)

    assert drawn(line) == [(0, 1), (20, 1), (20, None)]
    assert math.isnan(line.value_at(50))
    assert line.value_at(15) == 1


def test_what_was_stored_within_a_gap_is_not_drawn_and_its_edges_are() -> None:
    line = a_line([(0, 1.0), (10, 3.0), (20, 9.0), (40, 2.0)], gaps=[(10, 40)], until=50)

    assert drawn(line) == [(0, 1), (10, 1), (10, 3), (10, 3), (10, None), (40, 2), (50, 2)]


def test_a_bad_point_is_hollow_and_ends_the_line() -> None:
    line = a_line([(0, 1.0), (10, 99.0), (20, 2.0)], bad=(1,), until=30)

    assert drawn(line) == [(0, 1), (10, 1), (10, None), (20, None), (20, 2), (30, 2)]
    assert list(zip(line.hollow_x, line.hollow_y, strict=True)) == [(10, 99)]


def test_a_missing_reading_is_hollow_where_the_line_was() -> None:
    line = a_line([(0, 1.0), (10, None), (20, None)], until=30)

    assert list(zip(line.hollow_x, line.hollow_y, strict=True)) == [(10, 1), (20, 1)]


def test_a_unit_that_never_had_a_reading_draws_nothing() -> None:
    line = a_line([(0, None), (10, None)])

    assert not len(line.hollow_x)
    assert np.isnan(line.y).all()
    assert not len(a_line([]).x)


def test_gaps_that_overlap_are_one() -> None:
    assert merged([(5, 9), (0, 6), (20, 30), (40, 40)]).tolist() == [[0, 9], [20, 30]]


def test_outside_of_the_line_there_is_no_value() -> None:
    line = a_line([(10, 1.0)], until=20)

    assert math.isnan(line.value_at(5))
    assert line.value_at(20) == 1
    assert math.isnan(line.value_at(21))


@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=3000),
    st.integers(10, 400),
)
def test_thinning_keeps_every_extreme_and_at_most_two_points_a_pixel(
    values: list[float], pixels: int
) -> None:
    line = a_line([(float(i), v) for i, v in enumerate(values)], until=float(len(values)))

    x, y = thinned(line.x, line.y, 0.0, float(len(values)), pixels)

    assert len(x) <= max(4, 2 * pixels)
    assert (np.nanmin(y), np.nanmax(y)) == (min(values), max(values))
    assert (np.diff(x) >= 0).all()


def test_thinning_does_not_slant_a_long_hold() -> None:
    busy = [(i / 100, float(i % 7)) for i in range(5000)]
    line = a_line([*busy, (90.0, -5.0), (90.1, 9.0)], until=100)
    held = line.value_at(70)

    x, y = thinned(line.x, line.y, 0, 100, 100)

    quiet = (x > 52) & (x < 89.9)
    after = np.searchsorted(x, 89.9)
    assert not quiet.any() or (y[quiet] == held).all()
    assert y[after] == held


def test_thinning_cuts_to_what_is_visible() -> None:
    line = a_line([(0, 1.0), (10, 2.0), (20, 3.0)], until=30)

    x, y = thinned(line.x, line.y, 12, 15, 100)

    assert x.tolist() == [12, 15]
    assert y.tolist() == [2, 2]


def test_hollow_points_that_would_fill_each_other_are_drawn_once() -> None:
    line = a_line([(0, 1.0), (10, None), (11, None), (12, None), (30, None), (90, None)])

    x, y = apart_points(line, 5, 80, 5.0)

    assert x.tolist() == [10, 30]
    assert y.tolist() == [1, 1]
