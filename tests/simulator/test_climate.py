from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alarmstation.simulator.climate import DAY_S, Climate


@given(seed=st.integers(0, 10**6), moment=st.floats(1.6e9, 1.9e9))
def test_a_reading_is_always_one_that_a_sensor_can_give(seed: int, moment: float) -> None:
    celsius, percent = Climate.of_place(seed).at(moment)
    assert -40 <= celsius <= 125
    assert 0 < percent <= 100
    assert round(celsius * 10) == round(celsius * 10, 3)


def test_the_same_moment_gives_the_same_reading() -> None:
    assert Climate.of_place(3).at(1.7e9) == Climate.of_place(3).at(1.7e9)


def test_afternoons_are_warmer_and_drier_than_nights() -> None:
    climate = Climate(seed=5)
    days = [1_700_006_400 + day * DAY_S for day in range(20)]
    afternoon = [climate.at(day + 15 * 3600) for day in days]
    night = [climate.at(day + 3 * 3600) for day in days]
    assert sum(c for c, _ in afternoon) > sum(c for c, _ in night)
    assert sum(p for _, p in afternoon) < sum(p for _, p in night)


def test_two_readings_half_a_minute_apart_hardly_differ() -> None:
    climate = Climate.of_place(9)
    first, second = climate.at(1.7e9), climate.at(1.7e9 + 30)
    assert abs(first[0] - second[0]) < 0.5
    assert abs(first[1] - second[1]) < 2.0
