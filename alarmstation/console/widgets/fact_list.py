"""Labels with their words, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from alarmstation.console.theme.style_sheet import digits, role


class FactLine(Protocol):
    """What a line says. `level`: "", "warn" or "bad"."""

    @property
    def label(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def level(self) -> str: ...

    @property
    def tip(self) -> str: ...


class FactList(QWidget):
    """Lines are made once and used again; values can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._shown: tuple[FactLine, ...] = ()

    def show_facts(self, facts: Sequence[FactLine]) -> None:
        """Change what is shown."""
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        while len(self._rows) < len(facts):
            self._rows.append(self._new_row())
        for number, (label, text) in enumerate(self._rows):
            visible = number < len(facts)
            label.setVisible(visible)
            text.setVisible(visible)
            if visible:
                fact = facts[number]
                label.setText(fact.label)
                text.setText(fact.text)
                text.setToolTip(fact.tip)
                text.setAccessibleName(fact.label)
                text.setAccessibleDescription(fact.tip)
                role(text, fact.level or "value")

    def _new_row(self) -> tuple[QLabel, QLabel]:
        label, text = QLabel(), QLabel()
        label.setProperty("role", "dim")
        text.setFont(digits(text.font()))
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setBuddy(text)
        number = len(self._rows)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(label, number, 0, top)
        self._grid.addWidget(text, number, 1, top)
        return label, text
