from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt

from alarmstation.application.ports import TimelineEntry
from alarmstation.console.widgets.unit_timeline import Part, TimelineModel, UnitTimeline, share
from tests.console.sample_views import NOW


@pytest.fixture
def model(qapp: Any) -> TimelineModel:
    model = TimelineModel(lambda: NOW, ZoneInfo("Europe/Madrid"))
    model.show_entries(
        [
            TimelineEntry(NOW, "alarm", "PANIC1 acknowledged", "ana: false alarm"),
            TimelineEntry(NOW - timedelta(days=2), "connection", "disconnected"),
        ]
    )
    return model


def row(model: TimelineModel, number: int) -> list[str]:
    return [model.index(number, part).data() for part in Part]


def test_the_timeline_keeps_qts_rules(model: TimelineModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(model)


def test_a_line_says_when_what_and_who(model: TimelineModel) -> None:
    assert row(model, 0) == [
        "04:00:00", "Alarm", "Panic button 1: acknowledged", "ana: false alarm",
    ]  # fmt: skip
    assert row(model, 1) == ["2026-02-28 04:00", "Connection", "Disconnected", ""]
    tip = model.index(1, Part.TIME).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "2026-02-28 04:00:00.000 CET\nDisconnected"


def test_every_column_has_a_heading(model: TimelineModel) -> None:
    headings = [model.headerData(part, Qt.Orientation.Horizontal) for part in Part]
    assert all(headings)
    assert len(set(headings)) == len(Part)


def test_the_same_lines_leave_the_place_where_somebody_reads(model: TimelineModel) -> None:
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))

    model.show_entries(list(model._entries))
    assert not resets

    model.show_entries([])
    assert resets


@pytest.mark.parametrize(
    ("room", "one", "other", "got"),
    [(300, 100, 50, 100), (300, 180, 500, 180), (300, 400, 50, 250), (300, 400, 400, 200)],
)
def test_two_columns_share_the_room_by_what_they_need(
    room: int, one: int, other: int, got: int
) -> None:
    assert share(room, one, other) == got


def test_what_happened_is_not_cut_while_there_is_room_beside_it(qtbot: Any) -> None:
    table = UnitTimeline(lambda: NOW, ZoneInfo("Europe/Madrid"))
    qtbot.addWidget(table)
    table.resize(560, 300)
    table.show()
    table.show_entries([TimelineEntry(NOW, "alarm", "PANIC1 acknowledged", "ana")])
    assert table.columnWidth(Part.TEXT) >= table.sizeHintForColumn(Part.TEXT)
    assert table.columnWidth(Part.DETAIL) >= table.sizeHintForColumn(Part.DETAIL)
    assert table.horizontalScrollBar().maximum() == 0

    table.show_entries([TimelineEntry(NOW, "alarm", "PANIC1 acknowledged", "ana: " + "x" * 300)])
    assert table.columnWidth(Part.TEXT) >= table.sizeHintForColumn(Part.TEXT)
    assert table.horizontalScrollBar().maximum() == 0
