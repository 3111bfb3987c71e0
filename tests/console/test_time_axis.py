from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from alarmstation.console.widgets.time_axis import DAY, HOUR, TimeAxis, round_times, tick_text

MADRID = ZoneInfo("Europe/Madrid")


def local(*parts: int) -> float:
    return datetime(*parts, tzinfo=MADRID).timestamp()  # type: ignore[arg-type,misc]


def texts(start: float, end: float, step: float) -> list[str]:
    return [datetime.fromtimestamp(t, MADRID).strftime("%H:%M") for t in
            round_times(start, end, step, MADRID)]  # fmt: skip


def test_ticks_stand_at_round_local_times() -> None:
    found = texts(local(2026, 3, 2, 4, 10), local(2026, 3, 2, 23, 0), 6 * HOUR)

    assert found == ["06:00", "12:00", "18:00"]


def test_ticks_stay_round_on_the_day_that_loses_an_hour() -> None:
    found = texts(local(2026, 3, 29, 0, 0), local(2026, 3, 29, 23, 0), 6 * HOUR)

    assert found == ["00:00", "06:00", "12:00", "18:00"]


def test_ticks_rise_on_the_day_that_gains_an_hour() -> None:
    found = round_times(local(2026, 10, 25, 0, 0), local(2026, 10, 25, 6, 0), HOUR / 2, MADRID)

    assert found == sorted(set(found))


@pytest.mark.parametrize(
    ("step", "moment", "expected"),
    [
        (HOUR, (2026, 3, 2, 6, 0), "06:00"),
        (HOUR, (2026, 3, 2, 0, 0), "2 Mar"),
        (10, (2026, 3, 2, 6, 0, 10), "06:00:10"),
        (7 * DAY, (2026, 3, 2, 6, 0), "2 Mar"),
    ],
)
def test_a_tick_says_the_clock_and_at_midnight_the_day(
    step: float, moment: tuple[int, ...], expected: str
) -> None:
    assert tick_text(local(*moment), step, MADRID) == expected


@pytest.mark.usefixtures("qapp")
def test_ticks_leave_room_for_their_words() -> None:
    axis = TimeAxis(MADRID)
    start = local(2026, 3, 2, 0, 0)

    for hours in (0.1, 1, 8, 24, 24 * 30):
        ((step, found),) = axis.tickValues(start, start + hours * HOUR, 700)
        assert 1 <= len(found) <= 700 / 84 + 1
        assert all(b - a >= step * 0.9 for a, b in pairwise(found))
