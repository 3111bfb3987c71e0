"""Hatched bands behind a curve where nothing is known."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from alarmstation.console.widgets.step_line import Floats


class GapBands(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Fills the height of the view between start and end of each gap."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[tuple[float, float]] = []
        self._brush = QBrush()
        self.setZValue(-10)

    def paint_in(self, colour: str) -> None:
        """Change the colour."""
        self._brush = QBrush(QColor(colour), Qt.BrushStyle.BDiagPattern)
        self.update()

    def show_gaps(self, gaps: Floats) -> None:
        """Change the gaps: rows of start and end, in seconds since the epoch."""
        rows = [(float(start), float(end)) for start, end in gaps]
        if rows != self._gaps:
            self._gaps = rows
            self.update()

    def boundingRect(self) -> QRectF:
        """All that is visible."""
        return QRectF(self.viewRect() or QRectF())

    def viewRangeChanged(self) -> None:
        """The view moved, and this fills it."""
        self.prepareGeometryChange()
        self.update()

    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw in pixels, so that the hatching keeps its angle at every zoom."""
        del option, widget
        view = self.boundingRect()
        to_pixels = p.transform()
        p.save()
        p.resetTransform()
        for start, end in self._gaps:
            left, right = max(start, view.left()), min(end, view.right())
            if right > left:
                band = QRectF(left, view.top(), right - left, view.height())
                p.fillRect(to_pixels.mapRect(band), self._brush)
        p.restore()
