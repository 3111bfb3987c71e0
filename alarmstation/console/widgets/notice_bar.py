"""One plain sentence at a time, at the bottom, that goes by itself and never blocks."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

SECONDS = 12


class NoticeBar(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame = QFrame()
        frame.setProperty("role", "notice")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton(self.tr("Close"))
        close.setProperty("role", "quiet")
        close.clicked.connect(self.hide)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 4, 0, 10)
        outer.addWidget(frame)
        row = QHBoxLayout(frame)
        row.setContentsMargins(18, 8, 8, 8)
        row.addWidget(self._text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, or said last."""
        return self._text.text()

    def say(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        self._timer.start()
