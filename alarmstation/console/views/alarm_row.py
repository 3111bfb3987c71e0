"""How a row of the alarm list is drawn: two calm lines, colour only in the symbol and the tint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from alarmstation.application.views import AlarmView
from alarmstation.console import times, words
from alarmstation.console.blink import Blink
from alarmstation.console.models.alarm_list import ALARM_ROLE, Column
from alarmstation.console.symbols import digit_of, mark_of, paint_mark
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.viewmodels.alarm_queue import waits

ROW_HEIGHT = 58
MARK = 30
PAD = 10
TINT_FULL_S = 180.0
"""Waiting this long gives the full tint."""
TINT_MOST = 0.17
STALE_OPACITY = 0.5


def tint(alarm: AlarmView, now: datetime) -> float:
    """Share of the priority's colour in the row's background, by the time it has waited."""
    if not waits(alarm):
        return 0.0
    waited = max(0.0, (now - alarm.last_raised_at).total_seconds())
    return min(1.0, waited / TINT_FULL_S) * TINT_MOST


def reaction(alarm: AlarmView) -> float | None:
    """Seconds from receiving the alarm to seeing it; None until it was seen."""
    received, painted = alarm.ledger.received_at, alarm.ledger.painted_at
    if received is None or painted is None:
        return None
    return (painted - received).total_seconds()


class AlarmRow(QStyledItemDelegate):
    """Paints every cell from the `AlarmView` of its row."""

    def __init__(
        self,
        appearance: Appearance,
        blink: Blink,
        now: Callable[[], datetime],
        zone: tzinfo,
        stale: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stale = stale
        self._appearance = appearance
        self._blink = blink
        self._now = now
        self._zone = zone

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Every row is equally high."""
        del option, index
        return QSize(80, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        alarm = index.data(ALARM_ROLE)
        if not isinstance(alarm, AlarmView):
            return
        painter.save()
        area = QRectF(option.rect)
        self._background(painter, option, area, alarm)
        if self._stale():
            painter.setOpacity(STALE_OPACITY)
        if index.column() == Column.PRIORITY:
            box = QRectF(0, 0, MARK, MARK)
            box.moveCenter(area.center())
            paint_mark(
                painter,
                box,
                mark_of(alarm),
                self._appearance.colours,
                digit=digit_of(alarm.severity),
                lit=self._blink.lit(alarm.state),
            )
        else:
            upper, lower = self._lines(Column(index.column()), alarm)
            # Of a place the end tells most, of everything else the beginning.
            side = (
                Qt.TextElideMode.ElideLeft
                if index.column() == Column.PLACE
                else Qt.TextElideMode.ElideRight
            )
            self._words(painter, option, area, upper, lower, side, bold=waits(alarm))
        painter.restore()

    def _background(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRectF, alarm: AlarmView
    ) -> None:
        colours = self._appearance.colours
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, QColor(colours.selected if selected else colours.surface))
        strength = tint(alarm, self._now())
        if strength > 0:
            wash = QColor(colours.priority(alarm.severity))
            wash.setAlphaF(strength)
            painter.fillRect(area, wash)
        painter.fillRect(
            QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(colours.line)
        )

    def _words(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRectF,
        upper: str,
        lower: str,
        side: Qt.TextElideMode,
        *,
        bold: bool,
    ) -> None:
        colours = self._appearance.colours
        box = area.adjusted(PAD, 8, -PAD, -8)
        font = QFont(option.font)
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        flags = Qt.AlignmentFlag.AlignLeft
        first = painter.fontMetrics().elidedText(
            upper, Qt.TextElideMode.ElideRight, int(box.width())
        )
        if not lower:
            painter.drawText(box, flags | Qt.AlignmentFlag.AlignVCenter, first)
            return
        painter.drawText(box, flags | Qt.AlignmentFlag.AlignTop, first)
        small = QFont(option.font)
        small.setPointSizeF(max(7.0, option.font.pointSizeF() - 1.5))
        painter.setFont(small)
        plain = not bold and not option.state & QStyle.StateFlag.State_Selected
        painter.setPen(QColor(colours.dim if plain else colours.text))
        second = painter.fontMetrics().elidedText(lower, side, int(box.width()))
        painter.drawText(box, flags | Qt.AlignmentFlag.AlignBottom, second)

    def _lines(self, column: Column, alarm: AlarmView) -> tuple[str, str]:
        now = self._now()
        match column:
            case Column.STATE:
                return words.state(alarm.state), _state_detail(alarm, now)
            case Column.PLACE:
                return alarm.device_name or alarm.host, alarm.place
            case Column.KIND:
                name = words.kind(alarm.kind)
                if alarm.raise_count > 1:
                    name = self.tr("{kind} × {count}").format(kind=name, count=alarm.raise_count)
                marks = ", ".join(words.mark(mark) for mark in alarm.marks)
                return name, marks or words.detail(alarm.detail)
            case Column.SINCE:
                since = times.lasting((now - alarm.raised_at).total_seconds())
                return since, times.moment(alarm.raised_at, now, self._zone)
            case Column.OWNER:
                return alarm.claimed_by or alarm.acknowledged_by, ""
            case Column.NOTE:
                return alarm.note, ""
            case Column.LATENCY:
                seconds = reaction(alarm)
                return ("" if seconds is None else times.latency(seconds)), ""
            case _:
                return "", ""


def _state_detail(alarm: AlarmView, now: datetime) -> str:
    if not alarm.stored:
        return QCoreApplication.translate("AlarmRow", "not yet stored")
    if alarm.silenced_until is not None and alarm.silenced_until > now:
        return QCoreApplication.translate("AlarmRow", "silenced {left}").format(
            left=times.until(alarm.silenced_until, now)
        )
    return ""
