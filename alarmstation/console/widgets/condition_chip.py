"""A part of the station as symbol and word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from alarmstation.console.symbols import paint_condition
from alarmstation.console.theme.appearance import Appearance

SYMBOL = 14
GAP = 7


class ConditionChip(QWidget):
    """Grey tick when in order; coloured shape and bold word when not."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._state = "starting"
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    @property
    def state(self) -> str:
        """ok, degraded, down, starting"""
        return self._state

    def show_condition(self, state: str, word: str, tip: str) -> None:
        """Change what is shown. `tip` is the sentence, also for screen readers."""
        if (state, word, tip) == (self._state, self._word, self.toolTip()):
            return
        self._state, self._word = state, word
        self.setToolTip(tip)
        self.setAccessibleName(word)
        self.setAccessibleDescription(tip)
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setBold(self._state in {"degraded", "down"})
        return font

    def sizeHint(self) -> QSize:
        """Symbol, gap and word (always as wide as if bold, so that nothing jumps)."""
        font = QFont(self.font())
        font.setBold(True)
        metrics = QFontMetrics(font)
        return QSize(SYMBOL + GAP + metrics.horizontalAdvance(self._word) + 4, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """A word that is cut says nothing."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw symbol and word."""
        del event
        colours = self._appearance.colours
        painter = QPainter(self)
        top = (self.height() - SYMBOL) / 2
        paint_condition(painter, QRectF(0, top, SYMBOL, SYMBOL), self._state, colours)
        painter.setFont(self._font())
        ink = {"degraded": colours.warn_text, "down": colours.bad_text}.get(
            self._state, colours.dim
        )
        painter.setPen(QColor(ink))
        left = SYMBOL + GAP
        area = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(
            area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._word
        )
        painter.end()
