"""A form in the middle of the window, with what is wrong said under its fields."""

from __future__ import annotations

from collections.abc import Awaitable

from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from alarmstation.console import sentences
from alarmstation.domain.errors import Unavailable, UserError

FIELD_HEIGHT = 38
"""Height of a line edit or choice with its border."""


def field_label(title: str) -> QLabel:
    """The title left of a field, in the middle of its height."""
    label = QLabel(title)
    label.setMinimumHeight(FIELD_HEIGHT)
    return label


class FormCard(QWidget):
    """A form in the middle of the window."""

    def __init__(self) -> None:
        super().__init__()
        self._card = QFrame()
        self._card.setProperty("role", "card")
        self._card.setFixedWidth(440)
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._text = QLabel()
        self._text.setProperty("role", "dim")
        self._text.setWordWrap(True)
        self._problem = QLabel()
        self._problem.setProperty("role", "bad")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setVerticalSpacing(6)
        self._button = QPushButton()
        self._button.setProperty("role", "main")
        column = QVBoxLayout(self._card)
        column.setContentsMargins(36, 32, 36, 32)
        column.setSpacing(14)
        for part in (self._title, self._text):
            column.addWidget(part)
        column.addLayout(self._form)
        column.addWidget(self._problem)
        column.addWidget(self._button)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)

    def _line(self, title: str, *, secret: bool = False) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(title)
        line.setMaxLength(120)
        if secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self._form.addRow(title, line)
        return line

    @property
    def problem(self) -> str:
        """What was wrong with the last attempt."""
        return self._problem.text() if not self._problem.isHidden() else ""

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    async def _try(self, attempt: Awaitable[object]) -> bool:
        self._button.setEnabled(False)
        self._show_problem("")
        try:
            await attempt
        except (UserError, Unavailable) as error:
            self._show_problem(sentences.of_error(error))
            return False
        finally:
            self._button.setEnabled(True)
        return True
