"""A shift starts here."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from alarmstation.application.requests import Login, Welcome
from alarmstation.console.views.login_page import LoginPage
from alarmstation.domain.errors import Refused
from tests.console.conftest import Stage

WELCOME = Welcome(1, "Hotel Miramar", "0.1.0", False, "", False)


def make(stage: Stage, qtbot: QtBot, last: str = "") -> LoginPage:
    """The page, shown."""

    def spawn(work: Coroutine[Any, Any, Any]) -> Any:
        return stage.spawn(work)

    page = LoginPage(stage.ask, spawn, last)
    qtbot.addWidget(page)
    page.greet(WELCOME)
    page.show()
    page.take_keyboard()
    return page


def lines(page: LoginPage) -> tuple[QLineEdit, QLineEdit]:
    """Name and password."""
    name, password = page.findChildren(QLineEdit)
    return name, password


def test_name_enter_password_enter(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot)
    name, password = lines(page)
    qtbot.keyClicks(name, "ana")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    qtbot.keyClicks(password, "secret")
    qtbot.keyClick(password, Qt.Key.Key_Return)
    assert stage.asked == [Login("ana", "secret")]


def test_a_password_is_not_shown_and_not_kept(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot, "ana")
    _, password = lines(page)
    assert password.echoMode() is QLineEdit.EchoMode.Password
    password.setText("secret")
    page.findChildren(QPushButton)[0].click()
    assert password.text() == ""


def test_what_is_wrong_is_said_under_the_form(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot, "ana")
    stage.refusal = Refused("login.wrong", "Name or password is wrong.")
    page.findChildren(QPushButton)[0].click()
    assert page.problem == "Name or password is wrong."
    stage.refusal = None
    page.findChildren(QPushButton)[0].click()
    assert page.problem == ""


def test_without_a_name_nothing_is_sent(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot)
    page.findChildren(QPushButton)[0].click()
    assert stage.asked == []


def test_the_last_person_types_only_the_password(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot, "ana")
    name, password = lines(page)
    assert name.text() == "ana"
    assert page.focusWidget() is password


def test_it_says_whose_station_this_is(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot)
    assert "Hotel Miramar" in [label.text() for label in page.findChildren(QLabel)]


def test_the_button_with_the_keyboard_has_one_frame(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot)
    button = page.findChildren(QPushButton)[0]
    button.setText("")
    page.activateWindow()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    page.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)  # as after a real Tab
    picture = button.grab().toImage()
    inside = {
        picture.pixelColor(x, y).name()
        for x in range(5, picture.width() - 5)
        for y in range(5, picture.height() - 5)
    }
    assert len(inside) == 1
