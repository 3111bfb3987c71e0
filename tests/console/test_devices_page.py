from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from alarmstation.console.views.devices_page import DevicesPage
from tests.console.desk import Desk
from tests.console.sample_views import a_device


def a_page(desk: Desk, qtbot: Any) -> DevicesPage:
    page = DevicesPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def desk(qapp: Any) -> Desk:
    desk = Desk()
    desk.show(
        a_device(1, site_id=2),
        a_device(2, site_id=2, comm_state="offline"),
        a_device(3, site_id=3, open_alarms=1, worst_alarm=3),
    )
    return desk


@pytest.fixture
def page(desk: Desk, qtbot: Any) -> DevicesPage:
    return a_page(desk, qtbot)


def visible(page: DevicesPage) -> str:
    return "\n".join(w.text() for w in page.findChildren(QLabel) if w.isVisible())


def button(page: DevicesPage, text: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text() == text and b.isVisible())


def test_an_empty_choice_says_what_to_do_next(page: DevicesPage) -> None:
    assert "Choose a unit on the left" in visible(page)


def test_a_unit_is_shown_and_chosen_in_the_tree(page: DevicesPage) -> None:
    page.show_device(3)

    assert page.detail.isVisible()
    assert page.detail.device_id == 3
    assert page.tree.device_ids == (3,)


def test_several_units_are_counted_and_commanded_together(page: DevicesPage, desk: Desk) -> None:
    page.tree.choose((1, 2, 3))

    assert "3 units chosen" in visible(page)
    assert "2 online, 0 late, 1 offline, 1 in alarm" in visible(page)
    button(page, "Send a command to all of them").click()
    assert desk.opened == [("command", (1, 2, 3))]


def test_a_technician_makes_sites_a_guard_does_not(page: DevicesPage, qtbot: Any) -> None:
    button(page, "New site").click()
    assert page._site_editor.isVisible()

    guard = a_page(Desk("guard"), qtbot)
    assert not [b for b in guard.findChildren(QPushButton) if b.text() == "New site"]


def test_ctrl_f_puts_the_keyboard_into_the_filter(page: DevicesPage, qtbot: Any) -> None:
    page.show_device(1)
    page.activateWindow()
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(page.tree._text.hasFocus)


def test_every_control_has_a_name_for_screen_readers(page: DevicesPage) -> None:
    page.show_device(1)
    page.detail._editor.edit(page._context.live.devices[1])
    kinds = (QLineEdit, QComboBox, QAbstractItemView, QPushButton)
    controls = [
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisible()
        and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]

    assert len(controls) > 10
    for widget in controls:
        text = widget.text() if isinstance(widget, QPushButton) else ""
        assert widget.accessibleName() or text, widget


def test_a_station_without_units_says_how_the_first_one_comes(desk: Desk, qtbot: Any) -> None:
    desk.show(sites=())
    page = a_page(desk, qtbot)
    assert "No units yet" in visible(page)
    assert "Switch it on" in visible(page)
    desk.tell(a_device(1, site_id=2))
    assert "Choose a unit on the left" in visible(page)
