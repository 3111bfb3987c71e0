"""How times are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication

from alarmstation.console import times

NOW = datetime(2026, 11, 20, 2, 47, 12, 345000, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "now"),
        (12, "12 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (125, "2 min ago"),
        (3 * 3600, "3 h ago"),
        (5 * 86400, "5 d ago"),
        (-4, "now"),
    ],
)
def test_the_past_is_said_at_the_precision_that_matters(
    qapp: QApplication, seconds: float, said: str
) -> None:
    assert times.ago(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(42, "42 s"), (200, "3 min"), (7500, "2 h 05 min"), (4 * 86400 + 3600 * 3, "4 d 3 h")],
)
def test_durations_are_short(qapp: QApplication, seconds: float, said: str) -> None:
    assert times.lasting(seconds) == said


def test_time_that_is_left_is_rounded_up(qapp: QApplication) -> None:
    assert times.until(NOW + timedelta(seconds=7.2), NOW) == "8 s"
    assert times.until(NOW + timedelta(seconds=8), NOW) == "8 s"
    assert times.until(NOW - timedelta(seconds=1), NOW) == "0 s"


def test_clocks_are_those_of_the_station(qapp: QApplication) -> None:
    assert times.clock(NOW, MADRID) == "03:47:12"
    assert times.absolute(NOW, MADRID) == "2026-11-20 03:47:12.345 CET"


def test_another_day_is_said_with_its_date(qapp: QApplication) -> None:
    assert times.moment(NOW - timedelta(hours=1), NOW, MADRID) == "02:47:12"
    assert times.moment(NOW - timedelta(hours=4), NOW, MADRID) == "2026-11-19 23:47"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0851, "85 ms"), (1.24, "1.2 s"), (75, "1 min"), (-0.1, "0 ms")]
)
def test_latencies_are_said_in_milliseconds_below_a_second(
    qapp: QApplication, seconds: float, said: str
) -> None:
    assert times.latency(seconds) == said
