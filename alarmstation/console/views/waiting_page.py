"""Before the service answers: what is being done, and what to do when it does not come."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class WaitingPage(QWidget):
    """A calm page with one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._title = QLabel(self.tr("Connecting to the service"))
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.addStretch(2)
        for part, role in ((self._title, "title"), (self._text, "dim")):
            part.setProperty("role", role)
            part.setWordWrap(True)
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addStretch(3)

    def say(self, text: str) -> None:
        """What is being done."""
        self._text.setText(text)
