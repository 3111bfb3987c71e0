from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from alarmstation.application.requests import Reply, Request, SaveSite
from alarmstation.console.views.site_editor import SiteEditor
from alarmstation.domain.errors import Refused
from tests.console.desk import Desk


@pytest.fixture
def desk(qapp: Any) -> Desk:
    desk = Desk()
    desk.show()
    return desk


@pytest.fixture
def editor(desk: Desk, qtbot: Any) -> SiteEditor:
    editor = SiteEditor(desk.context)
    qtbot.addWidget(editor)
    return editor


def enter(editor: SiteEditor, name: str, qtbot: Any) -> None:
    line = editor.findChild(QLineEdit)
    assert line is not None
    line.setText(name)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_a_new_site_is_made_below_the_chosen_one(
    editor: SiteEditor, desk: Desk, qtbot: Any
) -> None:
    editor.ask_new(2)
    enter(editor, " Gate ", qtbot)

    assert desk.asked == [SaveSite(0, "Gate", 2)]
    assert editor.isHidden()


def test_a_site_is_renamed_and_cannot_be_put_into_itself(
    editor: SiteEditor, desk: Desk, qtbot: Any
) -> None:
    editor.ask_change(1)
    offered = editor._parent_site
    assert [offered.itemText(row) for row in range(offered.count())] == ["– at the top –"]
    enter(editor, "Acme Ltd", qtbot)

    assert desk.asked == [SaveSite(1, "Acme Ltd", None)]


def test_a_site_needs_a_name(editor: SiteEditor, desk: Desk, qtbot: Any) -> None:
    editor.ask_new(None)
    enter(editor, "   ", qtbot)

    assert not desk.asked
    assert editor._problem.text() == "A site needs a name."


def test_a_refusal_is_said_in_place(editor: SiteEditor, desk: Desk, qtbot: Any) -> None:
    def refuse(_: Request) -> Reply:
        raise Refused("no.such-key", "This name is taken.")

    desk.reply = refuse
    editor.ask_new(None)
    enter(editor, "Acme", qtbot)

    assert editor._problem.text() == "This name is taken."
    assert editor.isVisible()


def test_escape_goes_back(editor: SiteEditor, desk: Desk, qtbot: Any) -> None:
    editor.ask_new(None)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)

    assert editor.isHidden()
    assert not desk.asked
