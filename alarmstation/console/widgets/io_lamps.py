"""Inputs and outputs of a unit as lamps, each with its word."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from alarmstation.application.views import DeviceView
from alarmstation.console import words
from alarmstation.console.theme.appearance import Appearance

LAMP = 12
ROW = 24
COLUMN = 108

INPUTS = ("panic1", "panic2", "tamper", "aux1", "aux2")
OUTPUTS = ("siren", "turret", "relay1", "relay2")
ALARMING = frozenset(("panic1", "panic2", "tamper"))


class IoLamps(QWidget):
    """Only what the unit ever told is shown; old values are drawn hollow."""

    def __init__(
        self,
        appearance: Appearance,
        fields: tuple[str, ...] = INPUTS + OUTPUTS,
        columns: int = 3,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._fields = fields
        self._columns = columns
        self._values: tuple[tuple[str, bool], ...] = ()
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_device(self, device: DeviceView | None, stale: bool) -> None:
        """Change what is shown."""
        values: list[tuple[str, bool]] = []
        if device is not None and device.last_seen_at is not None:
            for field in self._fields:
                value = getattr(device, field)
                if value is not None:
                    values.append((field, bool(value)))
        self._values, self._stale = tuple(values), stale
        on = [words.io_name(field) for field, lit in self._values if lit]
        self.setAccessibleName(self.tr("On: {names}").format(names=", ".join(on) or "–"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Rows as needed."""
        rows = -(-len(self._values) // self._columns)
        return QSize(self._columns * COLUMN, rows * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw lamps and words."""
        del event
        colours = self._appearance.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / self._columns
        for number, (field, lit) in enumerate(self._values):
            left = number % self._columns * width
            top = number // self._columns * ROW
            fill = QColor(colours.critical if field in ALARMING else colours.lamp_on)
            centre = QPointF(left + LAMP / 2 + 1, top + ROW / 2)
            painter.setPen(QPen(fill if lit else QColor(colours.edge), 1.5))
            solid = lit and not self._stale
            painter.setBrush(fill if solid else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, LAMP / 2 - 1, LAMP / 2 - 1)
            font = QFont(self.font())
            font.setBold(lit)
            painter.setFont(font)
            painter.setPen(QColor(colours.text if lit and not self._stale else colours.dim))
            painter.drawText(
                QRectF(left + LAMP + 8, top, width - LAMP - 8, ROW),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                words.io_name(field),
            )
        painter.end()
