"""The question before a command that destroys or runs for ever: in place, never a box."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class ConfirmBar(QFrame):
    """Hidden until `ask`. The keyboard starts on Back: a stray Enter confirms nothing."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self._question = QLabel()
        self._question.setWordWrap(True)
        self._question.setTextFormat(Qt.TextFormat.PlainText)
        self._yes = QPushButton()
        self._yes.setProperty("role", "main")
        self._yes.clicked.connect(lambda: self._answer(True))
        self._no = QPushButton(self.tr("Back  Esc"))
        self._no.clicked.connect(lambda: self._answer(False))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.addWidget(self._question, 1)
        row.addWidget(self._no)
        row.addWidget(self._yes)
        self.hide()

    def ask(self, question: str, yes: str) -> None:
        """Ask; `yes` is the word on the button that does it."""
        self._question.setText(question)
        self._yes.setText(yes)
        self.setAccessibleName(question)
        self.show()
        self._no.setFocus()

    def _answer(self, confirmed: bool) -> None:
        self.hide()
        self.answered.emit(confirmed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self._answer(False)
        else:
            super().keyPressEvent(event)
