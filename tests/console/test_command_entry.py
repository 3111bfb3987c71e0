from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from alarmstation.console.views.command_entry import CommandEntry
from alarmstation.domain.catalogue import CATALOGUE
from alarmstation.domain.commandline import CommandLine
from alarmstation.domain.device import Site
from alarmstation.domain.directory import Directory, Unit

DIRECTORY = Directory([Unit(41, "ESG-041", "Front", 1), Unit(42, "ESG-042")], [Site(1, "North")])


class Entry:
    """A command line with fingers."""

    def __init__(self, qtbot: Any, allowed: frozenset[str] = frozenset(CATALOGUE)) -> None:
        self.widget = CommandEntry(lambda: DIRECTORY, allowed)
        self.sent: list[CommandLine] = []
        self.widget.entered.connect(self.sent.append)
        qtbot.addWidget(self.widget)
        self.widget.show()
        self._qtbot = qtbot

    def type(self, text: str) -> None:
        self._qtbot.keyClicks(self.widget._line, text)

    def press(self, key: Qt.Key) -> None:
        self._qtbot.keyClick(self.widget._line, key)


@pytest.fixture
def entry(qtbot: Any) -> Entry:
    return Entry(qtbot)


def test_enter_sends_and_empties_the_line(entry: Entry) -> None:
    entry.type("siren ESG-041 pulse 10s")
    entry.press(Qt.Key.Key_Return)

    assert entry.sent == [CommandLine("siren", (41,), {"pattern": "pulse", "total_duration": 10})]
    assert entry.widget.text == ""


def test_a_wrong_word_is_marked_and_explained(entry: Entry) -> None:
    entry.type("siren ESG-041 loud 10s")
    entry.press(Qt.Key.Key_Return)

    assert not entry.sent
    assert entry.widget._line.selectedText() == "loud"
    assert "loud" in entry.widget.problem
    assert entry.widget.text == "siren ESG-041 loud 10s"

    entry.type("on")
    assert entry.widget.text == "siren ESG-041 on 10s"
    assert entry.widget.problem == ""


def test_a_marked_word_is_the_right_one_behind_leading_spaces(entry: Entry) -> None:
    entry.type("   siren ESG-999 on")
    entry.press(Qt.Key.Key_Return)

    assert entry.widget._line.selectedText() == "ESG-999"


def test_tab_completes_word_after_word(entry: Entry) -> None:
    entry.type("sir")
    entry.press(Qt.Key.Key_Tab)
    entry.type("esg")
    entry.press(Qt.Key.Key_Tab)
    assert entry.widget.text == "siren ESG-04"

    entry.type("1")
    entry.press(Qt.Key.Key_Tab)
    entry.type("st")
    entry.press(Qt.Key.Key_Tab)

    assert entry.widget.text == "siren ESG-041 strobe "


def test_up_and_down_walk_through_what_was_sent(entry: Entry) -> None:
    for line in ("get-status ESG-041", "get-status ESG-042", "get-status ESG-041"):
        entry.type(line)
        entry.press(Qt.Key.Key_Return)
    entry.type("half")

    entry.press(Qt.Key.Key_Up)
    assert entry.widget.text == "get-status ESG-041"
    entry.press(Qt.Key.Key_Up)
    assert entry.widget.text == "get-status ESG-042"
    entry.press(Qt.Key.Key_Up)
    assert entry.widget.text == "get-status ESG-042"
    entry.press(Qt.Key.Key_Down)
    entry.press(Qt.Key.Key_Down)
    assert entry.widget.text == "half"


def test_a_command_that_the_role_may_not_send_is_refused(qtbot: Any) -> None:
    entry = Entry(qtbot, frozenset({"get-status"}))
    entry.type("reboot ESG-041")
    entry.press(Qt.Key.Key_Return)

    assert not entry.sent
    assert "may not send reboot" in entry.widget.problem


def test_an_empty_line_sends_nothing(entry: Entry) -> None:
    entry.press(Qt.Key.Key_Return)

    assert not entry.sent
    assert entry.widget.problem == ""


def test_a_chosen_suggestion_takes_the_place_of_the_word(entry: Entry) -> None:
    entry.type("siren ESG-041 bl")
    entry.widget._on_chosen("blink-fast")

    assert entry.widget.text == "siren ESG-041 blink-fast "
