"""The settings of a workstation."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from alarmstation.application.requests import (
    ListOperators,
    OperatorRow,
    Operators,
    SaveOperator,
)
from alarmstation.console.preferences import Preferences
from alarmstation.console.sound import Speaker
from alarmstation.console.views.accounts_section import AccountList, AccountsSection
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


ACCOUNTS = (
    OperatorRow("admin", "Ada", "admin", (), True),
    OperatorRow("eva", "Eva Sol", "viewer", (3,), False),
    OperatorRow("luis", "Luis Gil", "guard", (2,), True),
)


class Office:
    """The accounts, as an administrator sees them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.stage = Stage("admin")
        self.stage.replies[ListOperators] = Operators(ACCOUNTS)
        self.section = AccountsSection(self.stage.context)
        qtbot.addWidget(self.section)
        self.section.show()
        self.name, self.display, self.password = self.section.findChildren(QLineEdit)
        role = self.section.findChild(QComboBox)
        table = self.section.findChild(AccountList)
        assert role is not None
        assert table is not None
        self.role, self.table = role, table

    def rows(self) -> list[list[str]]:
        """What the list says."""
        return [
            [cell.text() for c in range(4) if (cell := self.table.item(r, c)) is not None]
            for r in range(self.table.rowCount())
        ]

    def button(self, text: str) -> QPushButton:
        """A button by its word."""
        return next(b for b in self.section.findChildren(QPushButton) if b.text() == text)

    @property
    def saved(self) -> list[SaveOperator]:
        """What was asked for."""
        return [wish for wish in self.stage.asked if isinstance(wish, SaveOperator)]


@pytest.fixture
def office(qapp: object, qtbot: QtBot) -> Iterator[Office]:
    """The section of an administrator, on screen."""
    one = Office(qtbot)
    yield one
    one.section.close()
    one.stage.close()


def test_every_account_is_listed_with_its_role_and_state(office: Office) -> None:
    assert office.rows() == [
        ["admin", "Ada", "Administrator", "Active"],
        ["eva", "Eva Sol", "Viewer", "Closed"],
        ["luis", "Luis Gil", "Guard", "Active"],
    ]


def test_an_administrator_creates_an_account(office: Office) -> None:
    office.name.setText("rosa")
    assert not office.button("Create account").isEnabled()
    office.display.setText("Rosa Gil")
    office.password.setText("correct horse")
    office.role.setCurrentIndex(office.role.findData("technician"))
    office.button("Create account").click()
    assert office.saved == [
        SaveOperator("rosa", "technician", "Rosa Gil", "correct horse", (), True)
    ]
    assert office.stage.notices == ["The account rosa was saved."]
    assert office.password.text() == ""
    assert office.stage.asked[-1] == ListOperators()


def test_a_chosen_account_is_changed_and_keeps_its_sites(office: Office) -> None:
    office.table.selectRow(2)
    assert (office.name.text(), office.display.text()) == ("luis", "Luis Gil")
    office.role.setCurrentIndex(office.role.findData("supervisor"))
    office.button("Save account").click()
    assert office.saved == [SaveOperator("luis", "supervisor", "Luis Gil", "", (2,), True)]


def test_an_account_can_be_closed_and_opened_again(office: Office) -> None:
    office.table.selectRow(2)
    office.button("Close account").click()
    office.table.selectRow(1)
    assert not office.button("Close account").isEnabled()
    office.button("Open account again").click()
    assert [(wish.name, wish.active) for wish in office.saved] == [("luis", False), ("eva", True)]


def test_new_account_empties_the_form(office: Office) -> None:
    office.table.selectRow(0)
    office.button("New account").click()
    assert office.name.text() == ""
    assert office.table.selectedItems() == []
