"""The settings of a workstation."""

from __future__ import annotations

import logging

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from alarmstation.application.requests import SaveOperator
from alarmstation.console.preferences import Preferences
from alarmstation.console.sound import Speaker
from alarmstation.console.views.accounts_section import AccountsSection
from alarmstation.console.views.settings_page import LEAST_VOLUME, SettingsPage
from tests.conftest import ExpectedLog
from tests.console.conftest import Stage
from tests.console.test_alarm_sounder import SOUNDS, Recorder


def make(stage: Stage, qtbot: QtBot, player: Recorder | None = None) -> SettingsPage:
    """The page, shown."""
    page = SettingsPage(stage.context, Speaker(SOUNDS, [player or Recorder()]))
    qtbot.addWidget(page)
    page.show()
    return page


def test_a_choice_takes_effect_at_once(stage: Stage, qtbot: QtBot) -> None:
    page = make(stage, qtbot)
    told: list[Preferences] = []
    page.preferred.connect(told.append)
    for field, value in (("theme", "light"), ("language", "es")):
        combo = page.findChild(QComboBox, field)
        assert combo is not None
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.emit(combo.currentIndex())
    assert told == [Preferences(theme="light"), Preferences(theme="light", language="es")]


def test_an_alarm_can_never_be_turned_down_to_nothing(stage: Stage, qtbot: QtBot) -> None:
    slider = make(stage, qtbot).findChild(QSlider)
    assert slider is not None
    assert slider.minimum() == LEAST_VOLUME > 0


def test_a_test_tone_says_where_it_plays(stage: Stage, qtbot: QtBot) -> None:
    player = Recorder()
    page = make(stage, qtbot, player)
    next(b for b in page.findChildren(QPushButton) if b.text() == "Test tone").click()
    assert [name for name, _ in player.played] == ["test"]
    assert any("recorder" in label.text() for label in page.findChildren(QLabel))


def test_a_test_tone_that_nobody_hears_says_so(
    stage: Stage, qtbot: QtBot, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "broken")
    page = make(stage, qtbot, Recorder(works=False))
    next(b for b in page.findChildren(QPushButton) if b.text() == "Test tone").click()
    qtbot.waitUntil(
        lambda: any("No sound comes out" in label.text() for label in page.findChildren(QLabel))
    )


def test_only_administrators_have_accounts(qapp: object, qtbot: QtBot) -> None:
    for role, has in (("guard", False), ("supervisor", False), ("admin", True)):
        stage = Stage(role)
        page = make(stage, qtbot)
        assert (page.findChild(AccountsSection) is not None) is has
        page.close()
        stage.close()


def test_an_administrator_creates_an_account(qapp: object, qtbot: QtBot) -> None:
    stage = Stage("admin")
    section = AccountsSection(stage.context)
    qtbot.addWidget(section)
    name, display, password = section.findChildren(QLineEdit)
    name.setText("luis")
    display.setText("Luis Gil")
    password.setText("correct horse")
    role = section.findChild(QComboBox)
    assert role is not None
    role.setCurrentIndex(role.findData("technician"))
    next(b for b in section.findChildren(QPushButton) if b.text() == "Save account").click()
    assert stage.asked == [
        SaveOperator("luis", "technician", "Luis Gil", "correct horse", (), True)
    ]
    assert stage.notices == ["The account luis was saved."]
    assert password.text() == ""
    stage.close()


def test_an_account_can_be_closed(qapp: object, qtbot: QtBot) -> None:
    stage = Stage("admin")
    section = AccountsSection(stage.context)
    qtbot.addWidget(section)
    section.findChildren(QLineEdit)[0].setText("luis")
    next(b for b in section.findChildren(QPushButton) if b.text() == "Close account").click()
    (wish,) = stage.asked
    assert isinstance(wish, SaveOperator)
    assert not wish.active
    stage.close()
