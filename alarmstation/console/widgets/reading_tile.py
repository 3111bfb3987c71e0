"""One live value, large enough to be read while walking past."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from alarmstation.console.theme.style_sheet import digits, role


class ReadingTile(QFrame):
    """Title, value with unit, and a line under it: the age, or why the value is not good."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._title = title
        head = QLabel(title)
        head.setProperty("role", "section")
        self._value = QLabel("–")
        self._value.setProperty("role", "huge")
        self._value.setFont(digits(self._value.font()))
        self._unit = QLabel()
        self._unit.setProperty("role", "dim")
        self._note = QLabel()
        self._note.setProperty("role", "small")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._value)
        line.addWidget(self._unit, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(line)
        column.addWidget(self._note)

    def show_value(
        self, value: str, unit: str, note: str, level: str, *, old: bool, tip: str = ""
    ) -> None:
        """Change what is shown. `level`: "", "warn" or "bad"; `old`: drawn as stale."""
        self.setToolTip(tip)
        self._value.setText(value)
        self._unit.setText(unit)
        self._note.setText(note)
        role(self._note, level or "small")
        self._value.setEnabled(not old)
        self.setAccessibleName(f"{self._title} {value} {unit}")
        self.setAccessibleDescription(note)
