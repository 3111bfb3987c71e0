"""The first account of a new station."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from alarmstation.application.accounts import LEAST_PASSWORD
from alarmstation.application.requests import CreateFirstAdmin
from alarmstation.console.views.first_admin_page import MIN_PASSWORD, FirstAdminPage
from tests.console.conftest import Stage


def make(stage: Stage, qtbot: QtBot) -> FirstAdminPage:
    """The page, shown."""

    def spawn(work: Coroutine[Any, Any, Any]) -> Any:
        return stage.spawn(work)

    page = FirstAdminPage(stage.ask, spawn)
    qtbot.addWidget(page)
    page.show()
    return page


def fill(page: FirstAdminPage, *texts: str) -> None:
    """Type into the fields in their order and press the button."""
    for line, text in zip(page.findChildren(QLineEdit), texts, strict=True):
        line.setText(text)
    page.findChildren(QPushButton)[0].click()


def test_the_first_administrator_is_created(stage: Stage, qtbot: QtBot) -> None:
    fill(make(stage, qtbot), "root", "Eva Root", "correct horse", "correct horse")
    assert stage.asked == [CreateFirstAdmin("root", "correct horse", "Eva Root")]


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (("", "", "correct horse", "correct horse"), "name"),
        (("root", "", "short", "short"), "at least 8 characters"),
        (("root", "", "correct horse", "correct hose"), "not the same"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    stage: Stage, qtbot: QtBot, texts: tuple[str, ...], problem: str
) -> None:
    page = make(stage, qtbot)
    fill(page, *texts)
    assert problem in page.problem
    assert stage.asked == []


def test_page_and_service_agree_on_the_length_of_a_password() -> None:
    assert MIN_PASSWORD == LEAST_PASSWORD
