"""The alarm popup: cannot be missed, put away or lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from alarmstation.application.requests import Acknowledge, Claim, UndoAcknowledge
from alarmstation.console.views.alarm_popup import AlarmPopup, somebody_types
from alarmstation.console.views.undo_bar import UndoBar
from alarmstation.console.widgets.elided_label import ElidedLabel
from tests.console.conftest import Stage
from tests.console.fake_station import a_snapshot, acknowledged, an_alarm


@pytest.fixture
def popup(stage: Stage, qtbot: QtBot) -> Iterator[AlarmPopup]:
    """The popup of a guard."""
    one = AlarmPopup(stage.context, stage.queue, stage.actions, stage.blink)
    yield one
    one.retire()


def attend(popup: AlarmPopup, qtbot: QtBot) -> None:
    """Wait until the popup has the keyboard, as it has when nobody types elsewhere."""
    qtbot.waitUntil(lambda: popup.isActiveWindow() and popup.hasFocus())


def shown(popup: AlarmPopup) -> str:
    """Id of the alarm that is shown large."""
    return popup.shown.id if popup.shown is not None else ""


def texts(popup: AlarmPopup) -> set[str]:
    """Words of the buttons that can be seen."""
    return {b.text() for b in popup.findChildren(QPushButton) if b.isVisible()}


def test_it_is_not_there_while_nothing_waits(popup: AlarmPopup) -> None:
    assert not popup.isVisible()


def test_it_opens_with_the_worst_alarm(stage: Stage, popup: AlarmPopup) -> None:
    stage.say(an_alarm("tamper", kind="TAMPER", severity=2), an_alarm("panic"))
    assert popup.isVisible()
    assert shown(popup) == "panic"


def test_a_test_does_not_open_it_and_is_not_among_what_waits(
    stage: Stage, popup: AlarmPopup
) -> None:
    a_test = an_alarm("test", marks=("test",), state="D", active=False, severity=0)
    stage.say(a_test)
    assert not popup.isVisible()
    stage.say(an_alarm("panic"))
    assert shown(popup) == "panic"
    assert [alarm.id for alarm in stage.queue.waiting] == ["panic"]
    stage.say(acknowledged(an_alarm("panic")))
    assert not popup.isVisible()


def announced(popup: AlarmPopup) -> list[str]:
    """What it says of what comes next."""
    popup._fit()
    labels = popup.findChildren(QLabel)
    return [label.text() for label in labels if label.isVisible() and "Sounds" in label.text()]


def test_it_announces_each_stage_that_comes_and_nothing_after_the_last(
    stage: Stage, popup: AlarmPopup
) -> None:
    stage.say(an_alarm(at=stage.time))
    assert announced(popup) == ["Sounds louder in 15 s."]
    stage.wait(15)
    assert announced(popup) == ["Sounds without pauses in 45 s."]
    stage.wait(45)
    assert announced(popup) == []


def test_when_it_goes_it_leaves_the_keyboard_to_somebody(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    left: list[bool] = []
    popup.left.connect(lambda: left.append(True))
    stage.say(an_alarm())
    attend(popup, qtbot)
    stage.say(acknowledged(an_alarm()))
    assert not popup.isVisible()
    assert left == [True]


def test_it_announces_no_sound_where_none_comes_out(stage: Stage, qtbot: QtBot) -> None:
    popup = AlarmPopup(
        stage.context, stage.queue, stage.actions, stage.blink, audible=lambda: False
    )
    stage.say(an_alarm(at=stage.time))
    assert announced(popup) == []
    said = [label.text() for label in popup.findChildren(QLabel) if label.isVisible()]
    assert "No sound comes out: only the screen tells of this." in said
    popup.retire()


def test_it_announces_nothing_for_an_alarm_that_makes_no_sound(
    stage: Stage, popup: AlarmPopup
) -> None:
    stage.say(an_alarm(at=stage.time, silenced_until=stage.time + timedelta(seconds=30)))
    assert announced(popup) == []


def test_it_opens_again_after_a_restart(stage: Stage, qtbot: QtBot) -> None:
    stage.live.snapshot_arrived(a_snapshot(alarms=(an_alarm(),)))
    popup = AlarmPopup(stage.context, stage.queue, stage.actions, stage.blink)
    assert popup.isVisible()
    popup.retire()


def test_it_cannot_be_closed_while_something_waits(stage: Stage, popup: AlarmPopup) -> None:
    stage.say(an_alarm())
    popup.close()
    assert popup.isVisible()


def test_it_cannot_stay_minimised(stage: Stage, popup: AlarmPopup, qtbot: QtBot) -> None:
    stage.say(an_alarm())
    popup.showMinimized()
    qtbot.waitUntil(lambda: not popup.isMinimized())


def test_it_comes_back_when_it_was_hidden(stage: Stage, popup: AlarmPopup, qtbot: QtBot) -> None:
    stage.say(an_alarm())
    popup.hide()
    qtbot.waitUntil(popup.isVisible, timeout=3000)


def test_it_cannot_be_moved_off_the_screen(stage: Stage, popup: AlarmPopup, qtbot: QtBot) -> None:
    stage.say(an_alarm())
    popup.move(QPoint(5000, 5000))
    area = QGuiApplication.primaryScreen().availableGeometry()
    qtbot.waitUntil(lambda: area.contains(popup.geometry().center()))


def test_three_keystrokes_and_a_word_handle_a_panic(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    stage.say(an_alarm())
    attend(popup, qtbot)
    qtbot.keyClick(popup, Qt.Key.Key_T)
    qtbot.keyClick(popup, Qt.Key.Key_A)
    line = popup.findChild(QLineEdit)
    assert line is not None
    assert line.isVisible()
    qtbot.keyClicks(line, "false press")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert stage.asked == [Claim("one"), Acknowledge("one", "false press")]


def test_after_the_last_one_it_offers_to_undo_and_then_goes(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    stage.say(an_alarm())
    stage.actions.acknowledge(an_alarm(), "x")
    stage.say(acknowledged(an_alarm()))
    assert popup.isVisible()
    undo = next(b for b in popup.findChildren(QPushButton) if b.text().startswith("Undo"))
    assert undo.text() == "Undo (10 s)"
    stage.wait(11)
    qtbot.waitUntil(lambda: not popup.isVisible(), timeout=3000)


def test_what_can_be_undone_can_be_told_apart(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    stage.say(an_alarm("left"))
    for site in ("Old Town", "Northgate Transit", "Harbour Logistics"):
        alarm = an_alarm(site, device_name="Main entrance", place=f"{site} › Central Station")
        stage.actions.acknowledge(alarm, "x")
    bar = popup.findChild(UndoBar)
    assert bar is not None

    def where() -> list[str]:
        labels = [one for one in bar.findChildren(ElidedLabel) if one.isVisible()]
        return [one.shown for one in labels if "acknowledged" not in one.text()]

    qtbot.waitUntil(lambda: len(where()) == 2 and bar.width() > 500)
    bar.grab()  # lays it out
    assert [text[:5] for text in where()] == ["North", "Harbo"]  # the newest
    assert all(text.endswith("ntrance") for text in where())
    for one in bar.findChildren(QPushButton):
        assert popup.rect().contains(QRect(one.mapTo(popup, QPoint()), one.size()))


def waiting_list(popup: AlarmPopup) -> QImage:
    """A picture of what waits."""
    return popup._list.grab().toImage()


def test_rows_of_units_with_the_same_name_are_told_apart_by_their_place(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    def picture(place: str) -> QImage:
        alarms = (an_alarm("a"), an_alarm("b", place=place))
        popup._list.show_alarms(alarms, "a")
        return waiting_list(popup)

    stage.say(an_alarm("a"), an_alarm("b"))
    long = "Northgate Transit, the second company of that name › Central Station › {}"
    assert picture("Old Town › Hall") != picture("Riverside › Hall")
    assert picture("Old Town" + long.format("")) != picture("Riverside" + long.format(""))
    assert picture(long.format("North")) != picture(long.format("South"))


@pytest.mark.parametrize(("key", "page"), [(Qt.Key.Key_1, "alarms"), (Qt.Key.Key_2, "devices")])
def test_pages_of_the_main_window_can_be_opened_from_it(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot, key: Qt.Key, page: str
) -> None:
    opened: list[str] = []
    popup.page_wanted.connect(opened.append)
    popup.lead_to(("alarms", "devices"))
    stage.say(an_alarm())
    attend(popup, qtbot)
    qtbot.keyClick(popup, key, Qt.KeyboardModifier.ControlModifier)
    assert opened == [page]
    assert popup.isVisible()


def test_an_acknowledgment_can_be_undone_from_it(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    stage.say(an_alarm())
    stage.actions.acknowledge(an_alarm(), "x")
    stage.say(acknowledged(an_alarm()))
    undo = next(b for b in popup.findChildren(QPushButton) if b.text().startswith("Undo"))
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert stage.asked[-1] == UndoAcknowledge("one")
    stage.say(an_alarm(version=3))
    assert shown(popup) == "one"


def test_it_goes_at_once_when_somebody_else_acknowledged(stage: Stage, popup: AlarmPopup) -> None:
    stage.say(an_alarm())
    stage.say(acknowledged(an_alarm(), by="luis"))
    assert not popup.isVisible()


def test_a_worse_alarm_takes_the_place_of_a_lesser_one(stage: Stage, popup: AlarmPopup) -> None:
    stage.say(an_alarm("lesser", severity=1))
    stage.say(an_alarm("worse", severity=3))
    assert shown(popup) == "worse"


def test_a_note_that_is_being_typed_is_not_taken_away(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    stage.say(an_alarm("lesser", severity=2))
    attend(popup, qtbot)
    qtbot.keyClick(popup, Qt.Key.Key_A)
    line = popup.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClicks(line, "half a wo")
    stage.say(an_alarm("worse", severity=3))
    assert (shown(popup), line.text(), line.isVisible()) == ("lesser", "half a wo", True)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert stage.asked[-1] == Acknowledge("lesser", "half a wo")


def test_next_goes_through_what_waits(stage: Stage, popup: AlarmPopup, qtbot: QtBot) -> None:
    stage.say(an_alarm("a", severity=3), an_alarm("b", severity=2))
    attend(popup, qtbot)
    order = [shown(popup)]
    for _ in range(2):
        qtbot.keyClick(popup, Qt.Key.Key_N)
        order.append(shown(popup))
    assert order == ["a", "b", "a"]


def test_a_click_in_the_queue_shows_that_alarm(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    stage.say(an_alarm("a", severity=3), an_alarm("b", severity=2))
    qtbot.mouseClick(popup._list, Qt.MouseButton.LeftButton, pos=QPoint(20, 62 + 20))
    assert shown(popup) == "b"


def test_details_are_asked_for_in_the_main_window(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    stage.say(an_alarm())
    attend(popup, qtbot)
    with qtbot.waitSignal(popup.details_wanted) as told:
        qtbot.keyClick(popup, Qt.Key.Key_D)
    assert told.args == ["one"]


def test_it_tells_once_when_an_alarm_was_really_painted(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    seen: list[tuple[str, datetime]] = []
    popup.seen.connect(seen.append)
    stage.say(an_alarm("a", severity=3), an_alarm("b", severity=2))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert {alarm_id for alarm_id, _ in seen} == {"a", "b"}
    stage.say(an_alarm("a", severity=3, claimed_by="luis"))
    popup.grab()
    assert len(seen) == 2


def test_a_raise_again_is_told_as_seen_again(stage: Stage, popup: AlarmPopup, qtbot: QtBot) -> None:
    seen: list[tuple[str, datetime]] = []
    popup.seen.connect(seen.append)
    stage.say(an_alarm())
    qtbot.waitUntil(lambda: len(seen) == 1)
    stage.say(an_alarm(raise_count=2))
    qtbot.waitUntil(lambda: len(seen) == 2)


def test_an_alarm_that_was_seen_before_is_not_reported_again(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    seen: list[tuple[str, datetime]] = []
    popup.seen.connect(seen.append)
    alarm = an_alarm()
    stage.say(replace(alarm, ledger=replace(alarm.ledger, painted_at=stage.time)))
    popup.grab()
    assert seen == []


def test_an_alarm_that_could_not_be_painted_is_told_as_unseen(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(popup, "_really_shown", lambda: False)
    with qtbot.waitSignal(popup.unseen) as told:
        stage.say(an_alarm())
        stage.wait(2)
    assert told.args is not None
    assert told.args[0][0] == "one"


def test_the_canary_draws_an_alarm_without_showing_anything(popup: AlarmPopup) -> None:
    assert popup.prove()
    assert not popup.isVisible()


def test_the_canary_is_drawn_in_either_half_of_the_blink(stage: Stage, popup: AlarmPopup) -> None:
    stage.say(an_alarm())
    for _ in range(4):
        stage.blink._on_timeout()
        assert popup.prove()


def test_a_viewer_sees_it_but_has_no_buttons_to_handle(qapp: object, qtbot: QtBot) -> None:
    stage = Stage("viewer")
    popup = AlarmPopup(stage.context, stage.queue, stage.actions, stage.blink)
    stage.say(an_alarm())
    assert texts(popup) == {"Next", "Details"}
    popup.retire()
    stage.close()


def test_nothing_is_cut_off_in_it(stage: Stage, popup: AlarmPopup) -> None:
    stage.say(an_alarm(), an_alarm("b"))
    for button in popup.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width()


def test_somebody_types_only_with_text_in_a_field(qtbot: QtBot) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    assert not somebody_types()
    line.setText("half a wo")
    assert somebody_types()
    line.close()


@pytest.mark.xvfb
def test_on_a_real_screen_it_leaves_the_keyboard_to_somebody_who_types(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("wants a real X server: run under xvfb-run with QT_QPA_PLATFORM=xcb")
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    line.setFocus()
    qtbot.waitExposed(line)
    qtbot.waitUntil(line.hasFocus)
    line.setText("half a wo")
    seen: list[tuple[str, datetime]] = []
    popup.seen.connect(seen.append)
    stage.say(an_alarm())
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert line.isActiveWindow()
    assert line.hasFocus()
    assert not popup.isActiveWindow()
    line.close()


@pytest.mark.xvfb
def test_on_a_real_screen_it_takes_the_keyboard_when_nobody_types(
    stage: Stage, popup: AlarmPopup, qtbot: QtBot
) -> None:
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("wants a real X server: run under xvfb-run with QT_QPA_PLATFORM=xcb")
    stage.say(an_alarm())
    qtbot.waitUntil(popup.isActiveWindow)
