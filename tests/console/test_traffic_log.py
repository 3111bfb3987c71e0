from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt

from alarmstation.application.views import TrafficView
from alarmstation.console.models.traffic_log import CAPACITY, Column, TrafficLog
from tests.console.sample_views import NOW


def a_line(text: str = "{}", refused: str = "", direction: str = "in") -> TrafficView:
    return TrafficView(NOW, "ESG-001", 1, "hb", direction, 73, refused, text)


@pytest.fixture
def log(qapp: Any) -> TrafficLog:
    return TrafficLog(lambda: NOW, ZoneInfo("Europe/Madrid"), lambda: "#ff0000")


def shown(log: TrafficLog, row: int) -> list[str]:
    return [log.index(row, column).data() for column in Column]


def test_the_log_keeps_qts_rules(log: TrafficLog, qtmodeltester: Any) -> None:
    log.add([a_line()])
    qtmodeltester.check(log)


def test_the_newest_message_is_on_top(log: TrafficLog) -> None:
    log.add([a_line("1"), a_line("2")])
    log.add([a_line("3", direction="out")])

    assert [log.index(row, Column.TEXT).data() for row in range(3)] == ["3", "2", "1"]
    assert shown(log, 0) == ["04:00:00", "→ hb", "73", "3"]


def test_a_refused_message_says_why_in_its_colour(log: TrafficLog) -> None:
    log.add([a_line("tag does not match", refused="bad_tag")])

    index = log.index(0, Column.TEXT)
    assert index.data() == "REFUSED, signed with another key: tag does not match"
    assert index.data(Qt.ItemDataRole.ForegroundRole).name() == "#ff0000"


def test_the_log_forgets_the_oldest(log: TrafficLog) -> None:
    log.add(a_line(str(n)) for n in range(CAPACITY))
    log.add([a_line("last")])

    assert log.rowCount() == CAPACITY
    assert log.index(0, Column.TEXT).data() == "last"
    assert log.index(CAPACITY - 1, Column.TEXT).data() == "1"

    log.add(a_line(str(n)) for n in range(3 * CAPACITY))
    assert log.rowCount() == CAPACITY
    log.clear()
    assert log.rowCount() == 0
