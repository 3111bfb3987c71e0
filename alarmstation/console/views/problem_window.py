"""The only window of a console that cannot start: what is wrong and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

WIDTH = 640


class ProblemWindow(QWidget):
    """Says one sentence and can be closed."""

    closed = Signal()

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("The alarm station cannot start"))
        self.setFixedWidth(WIDTH)
        title = QLabel(self.tr("The alarm station cannot start"))
        title.setProperty("role", "title")
        text = QLabel(sentence)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        meaning = QLabel(
            self.tr("No alarm is shown on this screen until this is mended and started again.")
        )
        button = QPushButton(self.tr("Close"))
        button.setProperty("role", "main")
        button.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(16)
        for label in (title, text, meaning):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The program ends with its only window."""
        self.closed.emit()
        event.accept()
