from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from alarmstation.application.ports import TrendPoint
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.colours import LIGHT
from alarmstation.console.viewmodels.trend import Trend
from alarmstation.console.widgets.trend_plot import CurveKind, TrendPlot
from tests.console.sample_views import NOW, a_device

KINDS = (
    CurveKind("temperature_c", "Temperature", "°C", 1, 4.0, -40, 125),
    CurveKind("fan_pct", "Fan", "%", 0, 20.0, 0, 100, height_px=70),
)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def plot(qtbot: Any, clock: Clock) -> TrendPlot:
    plot = TrendPlot(KINDS, Appearance(), ZoneInfo("Europe/Madrid"), clock)
    qtbot.addWidget(plot)
    plot.resize(900, 400)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def a_trend() -> Trend:
    trend = Trend(1)
    points = [
        TrendPoint(NOW - timedelta(minutes=90), 20.0, "good"),
        TrendPoint(NOW - timedelta(minutes=30), 24.0, "good"),
    ]
    gap = (NOW - timedelta(minutes=60), NOW - timedelta(minutes=30))
    trend.load({"temperature_c": points}, [gap])
    return trend


def read_out(plot: TrendPlot) -> str:
    label = next(
        label
        for label in plot.findChildren(QLabel)
        if label.accessibleName() == "Values at the cross-hair"
    )
    return label.text()


def visible_span(plot: TrendPlot) -> tuple[float, float]:
    left, right = plot._lanes[0].plot.vb.viewRange()[0]
    return left, right


def test_the_live_value_is_read_out(plot: TrendPlot) -> None:
    plot.show_source(a_trend())

    assert "Temperature 24.0 °C" in read_out(plot)
    assert "Fan: no value" in read_out(plot)


def test_the_cross_hair_reads_the_value_of_its_time_and_none_in_a_gap(
    plot: TrendPlot, qtbot: Any
) -> None:
    plot.show_source(a_trend())
    plot.choose_hours(1)
    plot.setFocus()

    for _ in range(55):
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert "Temperature: no value" in read_out(plot)

    for _ in range(20):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert "Temperature 24.0 °C" in read_out(plot)


@pytest.mark.parametrize("hours", [1, 8, 24])
def test_a_range_button_shows_the_last_hours(plot: TrendPlot, hours: int) -> None:
    plot.show_source(a_trend())
    plot.choose_hours(hours)

    left, right = visible_span(plot)
    assert right - left == pytest.approx(hours * 3600, rel=0.05)
    assert left < NOW.timestamp() < right


def test_the_live_edge_follows_the_clock(plot: TrendPlot, clock: Clock) -> None:
    plot.show_source(a_trend())
    plot.choose_hours(1)
    clock.now += timedelta(minutes=10)
    plot.refresh()

    assert visible_span(plot)[1] > clock.now.timestamp()


def test_zooming_freezes_the_picture_until_live_is_chosen_again(
    plot: TrendPlot, clock: Clock, qtbot: Any
) -> None:
    plot.show_source(a_trend())
    plot.choose_hours(8)
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    frozen = visible_span(plot)
    assert not plot.live
    assert frozen[1] - frozen[0] == pytest.approx(4 * 3600, rel=0.05)

    clock.now += timedelta(hours=1)
    plot.refresh()
    assert visible_span(plot) == frozen

    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.live
    assert visible_span(plot)[1] > clock.now.timestamp()


def test_a_curve_is_drawn_only_when_something_changed(plot: TrendPlot) -> None:
    trend = a_trend()
    plot.show_source(trend)
    before = plot._drawn
    plot.refresh()
    assert plot._drawn is before

    trend.hear(a_device(last_seen_at=NOW, temperature_c=25.0))
    plot.refresh()
    assert plot._drawn is not before
    assert "Temperature 25.0 °C" in read_out(plot)


def test_the_axis_never_makes_weather_of_noise(plot: TrendPlot) -> None:
    trend = Trend(1)
    trend.load({"temperature_c": [TrendPoint(NOW - timedelta(hours=1), 20.0, "good")]}, [])
    plot.show_source(trend)

    low, high = plot._lanes[0].plot.vb.viewRange()[1]
    assert high - low >= 4.0


def test_colours_follow_the_theme(plot: TrendPlot) -> None:
    plot._appearance.wear(LIGHT)

    assert plot._lanes[0].curve.opts["pen"].color().name() == LIGHT.curves[0]


def test_without_a_unit_nothing_is_drawn(plot: TrendPlot) -> None:
    plot.show_source(a_trend())
    plot.show_source(None)

    assert not len(plot._lanes[0].curve.getData()[0])


def test_a_lane_without_values_can_be_hidden(plot: TrendPlot) -> None:
    plot.show_source(a_trend())
    plot.show_lane("fan_pct", False)
    plot._drawn = ()
    plot.refresh()

    assert "Fan" not in read_out(plot)
