from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from alarmstation.console.views.problem_window import ProblemWindow


def test_it_says_what_is_wrong_and_what_that_means_and_ends_by_keyboard(qtbot: QtBot) -> None:
    window = ProblemWindow("station.toml: broker.port = 99999 (allowed: up to 65535).")
    qtbot.addWidget(window)
    window.show()
    said = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "broker.port = 99999" in said
    assert "No alarm is shown" in said
    with qtbot.waitSignal(window.closed):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
