"""The note of an acknowledgment, typed in place: Enter confirms, Escape goes back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

MAX_NOTE = 500


class NoteEntry(QFrame):
    """Hidden until `ask`. One line, because a guard at three writes one line."""

    confirmed = Signal(object)
    """str: the note."""
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._required = False
        self._title = QLabel()
        self._title.setWordWrap(True)
        self._line = QLineEdit()
        self._line.setMaxLength(MAX_NOTE)
        self._line.setAccessibleName(self.tr("Note"))
        self._line.textChanged.connect(self._on_text_changed)
        self._line.returnPressed.connect(self._on_confirm)
        self._title.setBuddy(self._line)
        self._confirm = QPushButton(self.tr("Acknowledge  ⏎"))
        self._confirm.setProperty("role", "main")
        self._confirm.clicked.connect(self._on_confirm)
        cancel = QPushButton(self.tr("Back  Esc"))
        cancel.clicked.connect(self._on_cancel)
        buttons = QHBoxLayout()
        buttons.addWidget(self._confirm, 1)
        buttons.addWidget(cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._line)
        column.addLayout(buttons)
        self.hide()

    @property
    def text(self) -> str:
        """What was typed so far."""
        return self._line.text()

    def ask(self, *, required: bool) -> None:
        """Open with an empty line and the keyboard in it."""
        self._required = required
        self._title.setText(
            self.tr("What happened? A critical alarm needs a note.")
            if required
            else self.tr("Note (may stay empty)")
        )
        self._line.setPlaceholderText(self.tr("for example: false press, talked to reception"))
        self._line.clear()
        self._on_text_changed("")
        self.show()
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    def _on_text_changed(self, text: str) -> None:
        self._confirm.setEnabled(bool(text.strip()) or not self._required)

    def _on_confirm(self) -> None:
        if self._confirm.isEnabled():
            self.hide()
            self.confirmed.emit(self._line.text().strip())

    def _on_cancel(self) -> None:
        self.hide()
        self.cancelled.emit()
