"""The guard's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from alarmstation.adapters.link.client import Connected, Lost
from alarmstation.application.requests import Acknowledge, Claim, SendCommand, Silence, Welcome
from alarmstation.application.views import Delta
from alarmstation.console import words
from alarmstation.console.models.alarm_list import Column
from alarmstation.console.views.alarm_row import PAD
from alarmstation.console.views.alarms_page import AlarmsPage
from alarmstation.console.widgets.io_lamps import IoLamps
from alarmstation.domain.alarm import Alarm, AlarmKind, Severity, alarm_id
from tests.console.conftest import Stage
from tests.console.fake_station import NOW, a_device, a_health, a_snapshot, acknowledged, an_alarm


def make(stage: Stage, qtbot: QtBot) -> AlarmsPage:
    """The page, shown."""
    page = AlarmsPage(stage.context, stage.queue, stage.actions, stage.blink)
    qtbot.addWidget(page)
    page.resize(1240, 700)
    page.show()
    return page


@pytest.fixture
def page(stage: Stage, qtbot: QtBot) -> Iterator[AlarmsPage]:
    """The page of a guard."""
    one = make(stage, qtbot)
    yield one
    one.close()


def table(page: QWidget) -> QTableView:
    """The list."""
    found = page.findChild(QTableView)
    assert found is not None
    return found


def listed(page: AlarmsPage) -> int:
    """Rows in the list."""
    return table(page).model().rowCount()


def button(page: QWidget, text: str) -> QPushButton:
    """A button by its word."""
    return next(b for b in page.findChildren(QPushButton) if b.text() == text)


def connect(stage: Stage) -> None:
    """The service is there."""
    welcome = Welcome(1, "Hotel Miramar", "0.1.0", False, "", False)
    stage.live.link_changed(Connected(stage.time, welcome))


def said(page: AlarmsPage) -> str:
    """What stands where the list would be."""
    assert page._empty.isVisible()
    return page._empty.text()


def test_an_empty_list_says_that_all_is_quiet(stage: Stage, page: AlarmsPage) -> None:
    connect(stage)
    assert not table(page).isVisible()
    assert said(page) == "Nothing to handle. All is quiet."


def test_an_empty_list_is_not_quiet_while_acknowledged_alarms_go_on(
    stage: Stage, page: AlarmsPage
) -> None:
    connect(stage)
    stage.say(acknowledged(an_alarm("a")))
    assert "still open: 1 (see All open)" in said(page)
    stage.say(acknowledged(an_alarm("b")))
    assert "still open: 2 (see All open)" in said(page)
    stage.say(*(replace(acknowledged(an_alarm(n)), state="A") for n in ("a", "b")))
    assert said(page) == "Nothing to handle. All is quiet."


@pytest.mark.parametrize("tab", ["To handle", "All open", "Last 24 h"])
def test_an_empty_list_knows_nothing_when_the_service_is_lost(
    stage: Stage, page: AlarmsPage, qtbot: QtBot, tab: str
) -> None:
    connect(stage)
    qtbot.mouseClick(button(page, tab), Qt.MouseButton.LeftButton)
    stage.live.link_changed(Lost(stage.time, "silent", "x"))
    assert said(page) == "Nothing is known now: the service is not connected."
    connect(stage)
    assert "known" not in said(page)


def test_an_empty_list_knows_nothing_while_units_are_not_heard(
    stage: Stage, page: AlarmsPage
) -> None:
    connect(stage)
    stage.live.delta_arrived(Delta(health=a_health(receiving="down")))
    assert said(page) == "Nothing is known now: the units are not heard."
    stage.live.delta_arrived(Delta(health=a_health()))
    assert said(page) == "Nothing to handle. All is quiet."


def test_an_alarm_appears_and_can_be_handled_by_keys_alone(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    stage.say(an_alarm())
    page.show_alarm("one")
    for key in (Qt.Key.Key_T, Qt.Key.Key_S, Qt.Key.Key_O):
        qtbot.keyClick(table(page), key)
    qtbot.keyClick(table(page), Qt.Key.Key_A)
    line = page.findChild(QLineEdit)
    assert line is not None
    assert line.isVisible()
    qtbot.keyClicks(line, "false press")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert stage.asked == [
        Claim("one"),
        Silence("one"),
        SendCommand((41,), "siren", {"pattern": "off"}),
        Acknowledge("one", "false press"),
    ]


def test_a_critical_alarm_is_not_acknowledged_without_a_note(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    stage.say(an_alarm())
    page.show_alarm("one")
    qtbot.keyClick(table(page), Qt.Key.Key_A)
    line = page.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert stage.asked == []
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not line.isVisible()


def test_letters_of_a_note_press_no_buttons(stage: Stage, page: AlarmsPage, qtbot: QtBot) -> None:
    stage.say(an_alarm())
    page.show_alarm("one")
    qtbot.keyClick(table(page), Qt.Key.Key_A)
    line = page.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClicks(line, "tsaond")
    assert line.text() == "tsaond"
    assert stage.asked == []


def test_a_lesser_alarm_needs_no_note(stage: Stage, page: AlarmsPage, qtbot: QtBot) -> None:
    stage.say(an_alarm(severity=1, kind="COMM_LOSS"))
    page.show_alarm("one")
    qtbot.keyClick(table(page), Qt.Key.Key_A)
    line = page.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert stage.asked == [Acknowledge("one", "")]


def enter(widget: QWidget) -> None:
    """The pointer comes into a widget."""
    widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    inside = QPoint(5, 5)
    widget.event(QEnterEvent(inside, inside, inside))


def leave(widget: QWidget) -> None:
    """The pointer leaves a widget."""
    widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    widget.event(QEvent(QEvent.Type.Leave))


def test_rows_hold_still_while_the_pointer_is_in_the_list(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    stage.say(an_alarm("a", severity=1))
    view = table(page).viewport()
    enter(view)
    page._hold()
    stage.say(an_alarm("b", severity=3), an_alarm("c", severity=2))
    assert listed(page) == 1
    chip = next(b for b in page.findChildren(QPushButton) if b.text().startswith("2 new"))
    assert chip.isVisible()
    leave(view)
    qtbot.waitUntil(lambda: listed(page) == 3)
    assert not chip.isVisible()


def test_the_chip_lets_new_alarms_in_at_once(stage: Stage, page: AlarmsPage, qtbot: QtBot) -> None:
    stage.say(an_alarm("a", severity=1))
    enter(table(page).viewport())
    page._hold()
    stage.say(an_alarm("b", severity=3))
    chip = next(b for b in page.findChildren(QPushButton) if b.text().startswith("1 new"))
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert listed(page) == 2


def test_the_selection_stays_on_its_alarm_when_worse_ones_come(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    stage.say(an_alarm("mine", severity=1))
    page.show_alarm("mine")
    stage.say(an_alarm("worse", severity=3))
    chosen = page.current()
    assert chosen is not None
    assert chosen.id == "mine"


def test_every_view_can_be_chosen(stage: Stage, page: AlarmsPage, qtbot: QtBot) -> None:
    stage.say(an_alarm("new"), acknowledged(an_alarm("known")))
    assert listed(page) == 1
    qtbot.mouseClick(button(page, "All open"), Qt.MouseButton.LeftButton)
    assert listed(page) == 2


def test_an_alarm_of_another_view_is_shown_when_wanted(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    stage.say(acknowledged(an_alarm("known")))
    page.show_alarm("known")
    chosen = page.current()
    assert chosen is not None
    assert chosen.id == "known"


def test_the_last_day_without_a_database_says_so(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    qtbot.mouseClick(button(page, "Last 24 h"), Qt.MouseButton.LeftButton)
    assert any("no database" in notice for notice in stage.notices)


class History:
    """A history with one closed alarm."""

    def closed_alarms(self, start: object, limit: int) -> list[Alarm]:
        """The one."""
        del start, limit
        at = NOW - timedelta(hours=3)
        return [
            Alarm(
                id=alarm_id("x", AlarmKind.TAMPER, "k"),
                device_id=42,
                kind=AlarmKind.TAMPER,
                severity=Severity.HIGH,
                raised_at=at,
                last_raised_at=at,
                active=False,
                acknowledged=True,
                acknowledged_by="luis",
                closed_at=at + timedelta(minutes=4),
            )
        ]


async def test_the_last_day_lists_closed_alarms_with_their_names(
    stage: Stage, page: AlarmsPage
) -> None:
    await page._fetch_closed(History())  # type: ignore[arg-type]
    page._tabs.button(2).click()
    await page._fetch_closed(History())  # type: ignore[arg-type]
    alarm = page._model.alarm_at(0)
    assert alarm is not None
    assert (alarm.device_name, alarm.state) == ("Pool bar", "A")
    assert alarm.place == "Hotel Miramar › South wing"


def test_details_open_the_unit(stage: Stage, page: AlarmsPage, qtbot: QtBot) -> None:
    stage.say(an_alarm())
    page.show_alarm("one")
    qtbot.keyClick(table(page), Qt.Key.Key_D)
    assert stage.opened == [41]


def test_next_goes_through_the_rows(stage: Stage, page: AlarmsPage, qtbot: QtBot) -> None:
    stage.say(an_alarm("a", severity=3), an_alarm("b", severity=2))
    seen = []
    for _ in range(3):
        qtbot.keyClick(page, Qt.Key.Key_N)
        chosen = page.current()
        seen.append(chosen.id if chosen else "")
    assert seen == ["a", "b", "a"]


def test_the_details_show_the_way_of_the_alarm(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    alarm = an_alarm()
    seen = replace(alarm.ledger, painted_at=alarm.raised_at + timedelta(milliseconds=85))
    stage.say(replace(alarm, ledger=seen))
    page.show_alarm("one")
    texts = [label.text() for label in page._details.findChildren(type(page._empty))]
    assert "+ 85 ms" in texts
    assert "Panic button 1" in texts


def test_inputs_of_a_unit_are_drawn_as_old_when_the_service_is_lost(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    stage.live.snapshot_arrived(a_snapshot(devices=(a_device(41, panic1=True),)))
    stage.live.link_changed(
        Connected(stage.time, Welcome(1, "Hotel Miramar", "0.1.0", False, "", False))
    )
    stage.say(an_alarm())
    page.show_alarm("one")
    lamps = page._details.findChild(IoLamps)
    assert lamps is not None
    lamps.resize(lamps.sizeHint())
    fresh = lamps.grab().toImage()
    assert not fresh.isNull()
    stage.live.link_changed(Lost(stage.time, "silent", "x"))
    assert lamps.grab().toImage() != fresh


def test_a_viewer_has_no_buttons_for_what_it_may_not_do(qapp: object, qtbot: QtBot) -> None:
    stage = Stage("viewer")
    page = make(stage, qtbot)
    stage.say(an_alarm())
    page.show_alarm("one")
    shown = {b.text() for b in page._buttons.findChildren(QPushButton) if b.isVisible()}
    assert shown == {"Next", "Details"}
    page.close()
    stage.close()


def test_everything_can_be_painted(stage: Stage, page: AlarmsPage, qtbot: QtBot) -> None:
    stage.say(
        an_alarm("a", raise_count=3, marks=("late", "test"), stored=False),
        an_alarm("b", kind="COMM_LOSS", severity=1, state="D", active=False),
        an_alarm("c", silenced_until=stage.time + timedelta(seconds=9)),
        an_alarm("d", severity=0, place="", device_name=""),
    )
    page.show_alarm("a")
    picture = table(page).viewport().grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 900, 7) for y in range(0, 200, 7)}
    assert len(colours) > 10


@pytest.mark.parametrize("width", [920, 1080, 1260, 1900])
def test_places_and_types_can_be_read_at_every_width(
    stage: Stage, qtbot: QtBot, width: int
) -> None:
    page = make(stage, qtbot)
    stage.say(an_alarm())
    page.resize(width, 600)
    qtbot.waitUntil(lambda: table(page).columnWidth(Column.PLACE) >= 100)
    bold = table(page).font()
    bold.setBold(True)
    needed = QFontMetrics(bold).horizontalAdvance(words.kind("PANIC1")) + 2 * PAD
    assert table(page).columnWidth(Column.KIND) >= needed
    assert table(page).horizontalScrollBar().maximum() == 0
    page.close()


def test_the_note_has_a_column_that_goes_first_when_there_is_no_room(
    stage: Stage, page: AlarmsPage, qtbot: QtBot
) -> None:
    note = "Rang them: a child pressed it, the porter is on the way"
    stage.say(an_alarm(note=note))
    place = table(page).model().index(0, Column.NOTE)
    assert place.data(Qt.ItemDataRole.ToolTipRole) == note
    page.resize(1336, 700)  # what a window 1440 wide leaves
    qtbot.waitUntil(lambda: not table(page).isColumnHidden(Column.NOTE))
    page.resize(1264, 700)
    qtbot.waitUntil(lambda: table(page).isColumnHidden(Column.NOTE))
    assert not table(page).isColumnHidden(Column.LATENCY)


def test_a_test_is_listed_with_its_mark_and_asks_for_nobody(page: AlarmsPage, stage: Stage) -> None:
    stage.say(an_alarm(marks=("test",), state="D", active=False, severity=0))
    assert listed(page) == 1
    table(page).selectRow(0)
    said = "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert "Somebody is testing this unit" in said
    assert "Somebody asks for help" not in said
