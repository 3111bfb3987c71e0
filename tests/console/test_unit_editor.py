from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from alarmstation.application.requests import Done, RemoveDevice, Reply, Request, SaveDevice
from alarmstation.console.views.unit_editor import UnitEditor
from alarmstation.domain.errors import Refused
from tests.console.desk import Desk
from tests.console.sample_views import a_device


@pytest.fixture
def desk(qapp: Any) -> Desk:
    desk = Desk()
    desk.show(a_device(1, name="Front", site_id=2))
    return desk


@pytest.fixture
def editor(desk: Desk, qtbot: Any) -> UnitEditor:
    editor = UnitEditor(desk.context)
    qtbot.addWidget(editor)
    editor.edit(desk.live.devices[1])
    return editor


def line(editor: UnitEditor, name: str) -> QLineEdit:
    return next(w for w in editor.findChildren(QLineEdit) if w.accessibleName() == name)


def click(editor: UnitEditor, text: str) -> None:
    button = next(b for b in editor.findChildren(QPushButton) if b.text() == text)
    assert button.isVisibleTo(editor)
    button.click()


def test_name_site_and_note_are_saved(editor: UnitEditor, desk: Desk) -> None:
    line(editor, "Name").setText("  Front door ")
    line(editor, "Note").setText("Behind the plant")
    editor._site.setCurrentIndex(editor._site.findData(3))
    click(editor, "Save")

    assert desk.asked == [SaveDevice(1, "Front door", 3, "Behind the plant", "")]
    assert editor.isHidden()


def test_sites_are_offered_by_their_whole_path(editor: UnitEditor) -> None:
    box = editor._site

    assert [box.itemText(row) for row in range(box.count())] == [
        "– no site –", "Acme", "Acme › North", "Acme › South",
    ]  # fmt: skip
    assert box.site_id == 2


def test_a_key_must_be_whole_and_is_never_kept_on_screen(editor: UnitEditor, desk: Desk) -> None:
    line(editor, "New key").setText("00ff")
    click(editor, "Save")
    assert not desk.asked
    assert "64 hex digits; this one has 4" in editor._problem.text()

    line(editor, "New key").setText("ab" * 32)
    click(editor, "Save")

    assert desk.asked == [SaveDevice(1, "Front", 2, "", "ab" * 32)]
    assert line(editor, "New key").text() == ""
    assert line(editor, "New key").echoMode() is QLineEdit.EchoMode.Password


def test_a_refusal_is_said_in_place(editor: UnitEditor, desk: Desk) -> None:
    def refuse(_: Request) -> Reply:
        raise Refused("no.such-key", "This name is taken.")

    desk.reply = refuse
    click(editor, "Save")

    assert editor._problem.text() == "This name is taken."
    assert editor.isVisible()


def test_deleting_asks_first(editor: UnitEditor, desk: Desk) -> None:
    click(editor, "Delete…")
    assert not desk.asked
    click(editor, "Keep it")
    assert not desk.asked
    click(editor, "Delete…")
    click(editor, "Delete for good")

    assert desk.asked == [RemoveDevice(1, retire=False)]
    assert editor.isHidden()


def test_a_unit_with_history_is_retired_instead(editor: UnitEditor, desk: Desk) -> None:
    def has_history(request: Request) -> Reply:
        if isinstance(request, RemoveDevice) and not request.retire:
            raise Refused("device.has-history", "It has history; retire it instead.")
        return Done()

    desk.reply = has_history
    click(editor, "Delete…")
    click(editor, "Delete for good")
    assert editor._problem.text()
    click(editor, "Retire, keep its history")

    assert desk.asked == [RemoveDevice(1, retire=False), RemoveDevice(1, retire=True)]
    assert editor.isHidden()


def test_escape_goes_back_without_saving(editor: UnitEditor, desk: Desk, qtbot: Any) -> None:
    line(editor, "Name").setText("Other")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)

    assert editor.isHidden()
    assert not desk.asked


def test_enter_saves(editor: UnitEditor, desk: Desk, qtbot: Any) -> None:
    qtbot.keyClick(line(editor, "Name"), Qt.Key.Key_Return)

    assert desk.asked == [SaveDevice(1, "Front", 2, "", "")]
