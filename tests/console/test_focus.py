"""What has the keyboard is clearly marked, in both themes and wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QTabBar,
    QTableWidget,
    QToolButton,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from alarmstation import locations
from alarmstation.console.theme.colours import DARK, LIGHT, Colours
from alarmstation.console.theme.style_sheet import dress
from alarmstation.console.widgets.key_button import KeyButton

RING = 60
"""Pixels of the colour of the focus that a ring has at least."""


def a_button(role: str = "") -> QPushButton:
    """A button of a role of the style sheet."""
    button = QPushButton("Acknowledge")
    button.setProperty("role", role)
    return button


def some_tabs() -> QTabBar:
    """Two tabs."""
    tabs = QTabBar()
    for text in ("Commands", "Live messages"):
        tabs.addTab(text)
    return tabs


def a_tool() -> QToolButton:
    """A button of the rail."""
    button = QToolButton()
    button.setText("Devices")
    button.setCheckable(True)
    return button


MAKERS: dict[str, Callable[[], QWidget]] = {
    "line": QLineEdit,
    "text": QPlainTextEdit,
    "choice": QComboBox,
    "number": QSpinBox,
    "tick": lambda: QCheckBox("Let it wait"),
    "slider": lambda: QSlider(Qt.Orientation.Horizontal),
    "list": QListWidget,
    "tree": QTreeWidget,
    "table": lambda: QTableWidget(2, 2),
    "tabs": some_tabs,
    "button": a_button,
    "main button": lambda: a_button("main"),
    "quiet button": lambda: a_button("quiet"),
    "tab button": lambda: a_button("tab"),
    "tool": a_tool,
    "key": lambda: KeyButton("A", "Acknowledge"),
}
PLACES = ("", "card", "pane", "strip", "notice", "rail")


@pytest.fixture(params=[DARK, LIGHT], ids=lambda theme: theme.name, scope="module")
def colours(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Colours]:
    """Each theme; the dark one again afterwards, as every test finds it."""
    theme: Colours = request.param
    dress(qapp, locations.resources() / "theme", theme)
    yield theme
    dress(qapp, locations.resources() / "theme", DARK)


def ringed(widget: QWidget, colour: str) -> int:
    """How many pixels of it have this colour."""
    picture, wanted = widget.grab().toImage(), QColor(colour)
    return sum(
        abs(pixel.red() - wanted.red())
        + abs(pixel.green() - wanted.green())
        + abs(pixel.blue() - wanted.blue())
        < 48
        for y in range(picture.height())
        for x in range(picture.width())
        if (pixel := picture.pixelColor(x, y))
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", MAKERS)
def test_what_has_the_keyboard_has_a_ring(
    colours: Colours, qtbot: QtBot, name: str, place: str
) -> None:
    frame = QFrame()
    frame.setProperty("role", place)
    column = QVBoxLayout(frame)
    elsewhere, widget = QLineEdit(), MAKERS[name]()
    widget.setMaximumHeight(60)
    column.addWidget(elsewhere)
    column.addWidget(widget)
    frame.resize(260, 140)
    qtbot.addWidget(frame)
    frame.show()
    frame.activateWindow()
    elsewhere.setFocus()
    qtbot.waitUntil(elsewhere.hasFocus)
    before = ringed(widget, colours.focus)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)
    assert ringed(widget, colours.focus) - before >= RING
    frame.close()


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2."""

    def light(name: str) -> float:
        def linear(part: float) -> float:
            return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

        colour = QColor(name)
        red, green, blue = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_ring_stands_out_from_what_is_around_it(theme: Colours) -> None:
    for ground in (theme.window, theme.surface, theme.raised, theme.selected):
        assert contrast(theme.focus, ground) >= 3
