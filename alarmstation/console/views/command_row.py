"""Paints a command: what, to whom, by whom, and its ladder with times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from alarmstation.application.command_desk import STATION
from alarmstation.application.views import CommandView
from alarmstation.console import command_words, times
from alarmstation.console.models.command_list import CommandListModel, Rung, ladder
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.style_sheet import digits

ROW_HEIGHT = 64
WHAT_WIDTH = 240
WHAT_SHARE = 0.36
"""The words take at most this share of a narrow row."""

WORDS_FROM = 84
"""Rungs nearer than this show the word of the last one only; the hover has all of them."""

RUNG_WIDTH = 112
MOST_RUNGS = 5
RADIUS = 7.0
RUNG_Y = 12.0

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTRE = Qt.AlignmentFlag.AlignCenter


class CommandRow(QStyledItemDelegate):
    """Reached rungs are filled with a tick, the others hollow; a bad end is a cross in words."""

    def __init__(
        self,
        model: CommandListModel,
        appearance: Appearance,
        now: Callable[[], datetime],
        zone: tzinfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._appearance = appearance
        self._now = now
        self._zone = zone

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All rows are alike."""
        del option, index
        return QSize(WHAT_WIDTH + 5 * RUNG_WIDTH, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the row."""
        command = self._model.command(index)
        if command is None:
            return
        colours = self._appearance.colours
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.selected))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.focus), 1))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        area = QRectF(option.rect).adjusted(14, 5, -10, -5)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        what = min(WHAT_WIDTH, area.width() * WHAT_SHARE)
        self._what(painter, QRectF(area.left(), area.top(), what, area.height()),
                   option.font, command)  # fmt: skip
        left = area.left() + what
        self._ladder(painter, QRectF(left, area.top(), area.right() - left, area.height()),
                     option.font, command)  # fmt: skip
        painter.restore()

    def _what(self, painter: QPainter, area: QRectF, font: QFont, command: CommandView) -> None:
        colours = self._appearance.colours
        third = area.height() / 3
        unit = command.device_name or command.host
        when = times.moment(command.created_at, self._now(), self._zone)
        sender = self.tr("the station") if command.operator == STATION else command.operator
        who = self.tr("{operator}, {time}").format(operator=sender, time=when)
        lines = (
            (command_words.name(command.name), colours.text, QFont.Weight.DemiBold),
            (unit, colours.text, QFont.Weight.Normal),
            (who, colours.dim, QFont.Weight.Normal),
        )
        for number, (text, colour, weight) in enumerate(lines):
            shown = digits(font)
            shown.setWeight(weight)
            painter.setFont(shown)
            painter.setPen(QColor(colour))
            width = int(area.width()) - 12
            elided = QFontMetrics(shown).elidedText(text, Qt.TextElideMode.ElideRight, width)
            box = QRectF(area.left(), area.top() + number * third, width, third)
            painter.drawText(box, _LEFT, elided)

    def _ladder(self, painter: QPainter, area: QRectF, font: QFont, command: CommandView) -> None:
        rungs = ladder(command)
        step = min(RUNG_WIDTH, area.width() / MOST_RUNGS)
        y = area.top() + RUNG_Y
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(1, len(rungs)):
            self._link(painter, area.left(), y, step, number, rungs[number].reached)
        small = digits(font)
        small.setPointSizeF(max(7.5, font.pointSizeF() * 0.82))
        previous: datetime | None = None
        highest = max(number for number, rung in enumerate(rungs) if rung.reached)
        for number, rung in enumerate(rungs):
            centre = QPointF(area.left() + (number + 0.5) * step, y)
            self._rung(painter, centre, rung)
            if step >= WORDS_FROM or number == highest:
                width = max(step, WORDS_FROM)
                start = min(centre.x() - width / 2, area.right() - width)
                box = QRectF(max(area.left(), start), y + RADIUS + 3, width, 16)
                self._words(painter, box, small, command, rung, previous)
            previous = rung.at or previous
        last = rungs[-1]
        if command.message and (last.failed or last.reached):
            self._message(painter, area, small, step * len(rungs), command)

    def _link(
        self, painter: QPainter, left: float, y: float, step: float, number: int, reached: bool
    ) -> None:
        colours = self._appearance.colours
        pen = QPen(QColor(colours.text if reached else colours.edge), 1.5)
        if not reached:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        start = left + (number - 0.5) * step + RADIUS + 3
        painter.drawLine(QPointF(start, y), QPointF(left + (number + 0.5) * step - RADIUS - 3, y))

    def _rung(self, painter: QPainter, centre: QPointF, rung: Rung) -> None:
        colours = self._appearance.colours
        if rung.failed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.bad_fill))
            painter.drawEllipse(centre, RADIUS, RADIUS)
            painter.setPen(QPen(QColor(colours.on_bad), 1.8))
            for sign in (-1, 1):
                painter.drawLine(centre + QPointF(-3, -3 * sign), centre + QPointF(3, 3 * sign))
            return
        if not rung.reached:
            painter.setPen(QPen(QColor(colours.edge), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, RADIUS - 1, RADIUS - 1)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent))
        painter.drawEllipse(centre, RADIUS, RADIUS)
        painter.setPen(QPen(QColor(colours.on_accent), 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            QPolygonF(
                [
                    centre + QPointF(-3, 0.2),
                    centre + QPointF(-0.8, 2.6),
                    centre + QPointF(3.2, -2.6),
                ]
            )
        )

    def _words(
        self,
        painter: QPainter,
        box: QRectF,
        font: QFont,
        command: CommandView,
        rung: Rung,
        previous: datetime | None,
    ) -> None:
        colours = self._appearance.colours
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold if rung.reached else QFont.Weight.Normal)
        painter.setFont(bold)
        painter.setPen(QColor(colours.bad_text if rung.failed else
                              colours.text if rung.reached else colours.dim))  # fmt: skip
        painter.drawText(box, _CENTRE, command_words.state(rung.state))
        if rung.at is None:
            return
        painter.setFont(font)
        painter.setPen(QColor(colours.dim))
        if previous is None:
            text = times.clock(rung.at, self._zone)
        else:
            seconds = (rung.at - command.created_at).total_seconds()
            text = self.tr("+{time}").format(time=times.latency(seconds))
        painter.drawText(box.translated(0, 15), _CENTRE, text)

    def _message(
        self, painter: QPainter, area: QRectF, font: QFont, taken: float, command: CommandView
    ) -> None:
        """What the unit said, where there is room to the right of the ladder."""
        width = area.width() - taken - 12
        if width < 60:
            return
        colours = self._appearance.colours
        painter.setFont(font)
        painter.setPen(QColor(colours.dim))
        box = QRectF(area.left() + taken + 12, area.top(), width, area.height())
        flags = int(_LEFT) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box, flags, command.message)
