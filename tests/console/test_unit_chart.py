from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alarmstation.application.ports import TrendPoint
from alarmstation.console.views.unit_chart import UnitChart
from tests.console.desk import Desk, FakeHistory
from tests.console.sample_views import NOW, a_device


@pytest.fixture
def history() -> FakeHistory:
    at = NOW - timedelta(hours=1)
    return FakeHistory(points={"temperature_c": [TrendPoint(at, 20.0, "good")]})


@pytest.fixture
def desk(qapp: Any, history: FakeHistory) -> Desk:
    desk = Desk(history=history)
    desk.show(a_device(1), a_device(2))
    return desk


@pytest.fixture
def chart(desk: Desk, qtbot: Any) -> UnitChart:
    chart = UnitChart(desk.context)
    qtbot.addWidget(chart)
    chart.resize(800, 400)
    chart.show()
    return chart


def values(chart: UnitChart) -> list[float]:
    assert chart.trend is not None
    now = NOW.timestamp()
    return list(chart.trend.line("temperature_c", NOW, now - 86_400, now + 60, 800).y)


def test_history_and_the_live_value_are_drawn(chart: UnitChart, desk: Desk) -> None:
    chart.show_device(desk.live.devices[1])

    assert values(chart) == [20.0, 20.0, 21.4, 21.4]
    assert chart._note.isHidden()


def test_live_values_follow(chart: UnitChart, desk: Desk) -> None:
    chart.show_device(desk.live.devices[1])
    later = NOW + timedelta(seconds=30)
    desk.tell(a_device(1, last_seen_at=later, temperature_c=23.0), a_device(2, temperature_c=5.0))

    assert values(chart)[-1] == 23.0
    assert 5.0 not in values(chart)


def test_a_database_that_is_away_is_said_and_tried_again(
    chart: UnitChart, desk: Desk, history: FakeHistory, qtbot: Any
) -> None:
    history.away = True
    chart.show_device(desk.live.devices[1])
    assert "only live values" in chart._note.text()
    assert values(chart) == [21.4, 21.4]
    assert not desk.failures

    history.away = False
    chart._retry.start(0)
    qtbot.waitUntil(chart._note.isHidden)

    assert values(chart) == [20.0, 20.0, 21.4, 21.4]


def test_without_a_database_only_live_values_are_drawn(chart: UnitChart, desk: Desk) -> None:
    desk.history = None
    chart.show_device(desk.live.devices[1])

    assert "no database yet" in chart._note.text()


def test_the_time_without_the_service_is_a_gap_until_history_fills_it(
    chart: UnitChart, desk: Desk, history: FakeHistory
) -> None:
    chart.show_device(desk.live.devices[1])
    desk.lose_service()
    desk.time = NOW + timedelta(minutes=5)
    assert chart.trend is not None
    assert len(chart.trend.gaps(desk.time)) == 1

    history.asked.clear()
    desk.show(a_device(1, last_seen_at=desk.time), a_device(2))

    assert "temperature_c" in history.asked
    assert len(chart.trend.gaps(desk.time)) == 0


def test_another_unit_is_read_the_same_one_is_not(
    chart: UnitChart, desk: Desk, history: FakeHistory
) -> None:
    chart.show_device(desk.live.devices[1])
    history.asked.clear()

    chart.show_device(desk.live.devices[1])
    assert not history.asked

    chart.show_device(desk.live.devices[2])
    assert "temperature_c" in history.asked


def test_nothing_is_read_while_nobody_looks(
    chart: UnitChart, desk: Desk, history: FakeHistory
) -> None:
    chart.hide()
    chart.show_device(desk.live.devices[1])
    assert not history.asked

    chart.show()
    assert "temperature_c" in history.asked
