"""The rest of what waits, beside the worst one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from alarmstation.application.views import AlarmView
from alarmstation.console import times, words
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.symbols import digit_of, mark_of, paint_mark

ROW = 62
MARK = 30
PAD = 14


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
        age = times.lasting((self._context.now() - alarm.last_raised_at).total_seconds())
        painter.setPen(QColor(colours.dim))
        painter.setFont(self.font())
        metrics = painter.fontMetrics()
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, age)
        narrow = text.adjusted(0, 0, -metrics.horizontalAdvance(age) - 12, 0)
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        name = painter.fontMetrics().elidedText(
            words.kind(alarm.kind), Qt.TextElideMode.ElideMiddle, int(text.width())
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(self.font())
        painter.setPen(QColor(colours.dim if alarm.id != self._shown else colours.text))
        where = metrics.elidedText(
            alarm.device_name or alarm.host, Qt.TextElideMode.ElideRight, int(narrow.width())
        )
        painter.drawText(narrow, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, where)
