"""Tab goes through every page as it is read, and every stop has a name for screen readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from alarmstation.application.requests import ListOperators, Operators
from alarmstation.console.sound import Speaker
from alarmstation.console.views.alarms_page import AlarmsPage
from alarmstation.console.views.commands_page import CommandsPage
from alarmstation.console.views.devices_page import DevicesPage
from alarmstation.console.views.settings_page import SettingsPage
from tests.console.conftest import Stage
from tests.console.fake_station import an_alarm
from tests.console.test_alarm_sounder import SOUNDS, Recorder


def alarms(stage: Stage) -> QWidget:
    """The list with an alarm in it."""
    page = AlarmsPage(stage.context, stage.queue, stage.actions, stage.blink)
    stage.say(an_alarm())
    page.show_alarm("one")
    return page


def settings(stage: Stage) -> QWidget:
    """Everything that an administrator can set."""
    stage.replies[ListOperators] = Operators(())
    return SettingsPage(stage.context, Speaker(SOUNDS, [Recorder()]))


def commands(stage: Stage) -> QWidget:
    """The command console with a unit chosen."""
    page = CommandsPage(stage.context)
    page.choose_devices((41,))
    return page


PAGES: dict[str, tuple[Callable[[Stage], QWidget], list[str]]] = {
    "alarms": (
        alarms,
        [
            "To handle",
            "Alarm list",
            "About the chosen alarm",
            "Take",
            "Silence",
            "Acknowledge",
            "Siren off",
            "Next",
        ],
    ),
    "devices": (
        lambda stage: DevicesPage(stage.context),
        ["Filter units", "State", "Last seen", "Sites and units", "New site"],
    ),
    "commands": (
        commands,
        [
            "Filter units",
            "State",
            "Last seen",
            "Sites and units",
            "Commands",
            "Pattern",
            "Duration",
            "Let it wait for offline units",
            "Send  Ctrl+⏎",
            "Command line",
            "Commands or live messages",
        ],
    ),
    "settings": (
        settings,
        [
            "Language",
            "Theme",
            "Monitor for alarms",
            "Volume",
            "Test tone",
            "Critical",
            "High",
            "Medium",
            "Low",
            "Accounts",
            "Name to log in with",
            "Full name",
            "Role",
            "Password",
            "New account",
        ],
    ),
}


def name(widget: QWidget | None) -> str:
    """What a screen reader says."""
    assert widget is not None
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


@pytest.mark.parametrize("key", PAGES)
def test_tab_goes_through_a_page_as_it_is_read(qapp: QApplication, qtbot: QtBot, key: str) -> None:
    stage: Any = Stage("admin")
    make, expected = PAGES[key]
    frame = QWidget()
    before, page = QLineEdit(frame), make(stage)
    page.setParent(frame)
    before.setGeometry(0, 0, 100, 30)
    page.setGeometry(0, 40, 1300, 860)
    frame.resize(1300, 900)
    qtbot.addWidget(frame)
    frame.show()
    frame.activateWindow()
    QWidget.setTabOrder(before, page)
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    stops = []
    for _ in expected:
        QTest.keyClick(qapp.focusWidget() or frame, Qt.Key.Key_Tab)
        stops.append(name(qapp.focusWidget()))
    assert stops == expected
    frame.close()
    stage.close()
