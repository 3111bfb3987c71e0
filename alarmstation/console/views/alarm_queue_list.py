"""The rest of what waits, beside the worst one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from alarmstation.application.views import AlarmView
from alarmstation.console import times, words
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.symbols import digit_of, mark_of, paint_mark

ROW = 80
MARK = 30
PAD = 14
_LEFT = Qt.AlignmentFlag.AlignLeft


class AlarmQueueList(QWidget):
    """Painted rows; a click shows that alarm large. N on the keyboard goes through them."""

    chosen = Signal(object)
    """str: id of the alarm that was clicked."""
    painted = Signal(object)
    """tuple[str, ...]: ids whose rows were just drawn."""

    def __init__(
        self, context: ConsoleContext, blink: Blink, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._blink = blink
        self._alarms: tuple[AlarmView, ...] = ()
        self._shown = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Waiting alarms"))
        blink.ticked.connect(self.update)
        context.appearance.changed.connect(self.update)

    def show_alarms(self, alarms: tuple[AlarmView, ...], shown: str) -> None:
        """Alarms that wait, worst first; `shown` is the one that is shown large."""
        self._alarms, self._shown = alarms, shown
        self.update()

    def sizeHint(self) -> QSize:
        """Room for four."""
        return QSize(300, 4 * ROW)

    def event(self, event: QEvent) -> bool:
        """The tip of a row has its words in full."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // ROW
            known = row < min(len(self._alarms), self._fitting())
            tip = "\n".join(filter(None, lines(self._alarms[row]))) if known else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def _fitting(self) -> int:
        """Rows that fit, one of them kept for "and 5 more" when there are too many."""
        rows = max(1, self.height() // ROW)
        return rows if len(self._alarms) <= rows else rows - 1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the pointer."""
        row = int(event.position().y()) // ROW
        if row < min(len(self._alarms), self._fitting()):
            self.chosen.emit(self._alarms[row].id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that fit, and say how many do not."""
        del event
        painter = QPainter(self)
        fitting = self._fitting()
        for row, alarm in enumerate(self._alarms[:fitting]):
            self._paint_row(painter, QRectF(0, row * ROW, self.width(), ROW), alarm)
        rest = len(self._alarms) - fitting
        if rest > 0:
            painter.setPen(QColor(self._context.appearance.colours.dim))
            painter.drawText(
                QRectF(PAD, fitting * ROW, self.width() - PAD, ROW),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                self.tr("and {count} more").format(count=rest),
            )
        painter.end()
        if self._alarms:
            self.painted.emit(tuple(alarm.id for alarm in self._alarms[:fitting]))

    def _paint_row(self, painter: QPainter, area: QRectF, alarm: AlarmView) -> None:
        colours = self._context.appearance.colours
        if alarm.id == self._shown:
            painter.fillRect(area, QColor(colours.selected))
        box = QRectF(area.left() + PAD, area.center().y() - MARK / 2, MARK, MARK)
        paint_mark(
            painter,
            box,
            mark_of(alarm),
            colours,
            digit=digit_of(alarm.severity),
            lit=self._blink.lit(alarm.state),
        )
        text = area.adjusted(PAD + MARK + 14, 9, -PAD, -9)
        kind, unit, place = lines(alarm)
        age = times.lasting((self._context.now() - alarm.last_raised_at).total_seconds())
        painter.setPen(QColor(colours.dim if alarm.id != self._shown else colours.text))
        painter.setFont(self.font())
        room = text.width() - painter.fontMetrics().horizontalAdvance(age) - 12
        painter.drawText(text, _LEFT | Qt.AlignmentFlag.AlignVCenter, _fit(painter, unit, room))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, age)
        small = QFont(self.font())
        small.setPointSizeF(max(7.0, small.pointSizeF() - 1.5))
        painter.setFont(small)
        painter.drawText(
            text, _LEFT | Qt.AlignmentFlag.AlignBottom, _fit(painter, place, text.width())
        )
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(colours.text))
        painter.drawText(text, _LEFT | Qt.AlignmentFlag.AlignTop, _fit(painter, kind, text.width()))


def lines(alarm: AlarmView) -> tuple[str, str, str]:
    """What happened, at which unit, and where that is: units of many sites have the same name."""
    return words.kind(alarm.kind), alarm.device_name or alarm.host, alarm.place


def _fit(painter: QPainter, text: str, width: float) -> str:
    # In the middle: sites differ at the beginning of a place, units at its end.
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, int(width))
