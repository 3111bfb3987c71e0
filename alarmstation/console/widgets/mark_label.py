"""The symbol of a priority as a widget; blinks with the others when asked to."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from alarmstation.console.symbols import Mark, paint_mark
from alarmstation.console.theme.appearance import Appearance


class MarkLabel(QWidget):
    """Shows one symbol at a fixed size."""

    def __init__(
        self,
        appearance: Appearance,
        size: int,
        mark: Mark = Mark.LOW,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._size = size
        self._mark: Mark | None = mark
        self._digit = ""
        self._lit = True
        self.setFixedSize(size, size)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Its fixed size."""
        return QSize(self._size, self._size)

    def show_mark(self, mark: Mark | None, digit: str = "", lit: bool = True) -> None:
        """Change what is shown; None shows nothing."""
        if (mark, digit, lit) != (self._mark, self._digit, self._lit):
            self._mark, self._digit, self._lit = mark, digit, lit
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the symbol."""
        del event
        if self._mark is None:
            return
        painter = QPainter(self)
        paint_mark(
            painter,
            QRectF(self.rect()),
            self._mark,
            self._appearance.colours,
            digit=self._digit,
            lit=self._lit,
        )
        painter.end()
