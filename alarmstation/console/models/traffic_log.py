"""Decoded messages of one unit, newest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from alarmstation.application.views import TrafficView
from alarmstation.console import device_words, times

CAPACITY = 1000

_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole


class Column(IntEnum):
    """What a line shows."""

    TIME = 0
    LEAF = 1
    BYTES = 2
    TEXT = 3


class TrafficLog(QAbstractTableModel):
    """The last thousand lines; a refused message says why."""

    def __init__(
        self,
        now: Callable[[], datetime],
        zone: tzinfo,
        refused_colour: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._refused_colour = refused_colour
        self._lines: deque[TrafficView] = deque()

    def clear(self) -> None:
        """Forget everything."""
        self.beginResetModel()
        self._lines.clear()
        self.endResetModel()

    def add(self, lines: Iterable[TrafficView]) -> None:
        """Take in lines, oldest first."""
        new = list(lines)[-CAPACITY:]
        if not new:
            return
        excess = len(self._lines) + len(new) - CAPACITY
        if excess > 0:
            last = len(self._lines) - 1
            self.beginRemoveRows(_NOWHERE, last - excess + 1, last)
            for _ in range(excess):
                self._lines.pop()
            self.endRemoveRows()
        self.beginInsertRows(_NOWHERE, 0, len(new) - 1)
        self._lines.extendleft(new)
        self.endInsertRows()

    def line(self, index: QModelIndex | QPersistentModelIndex) -> TrafficView | None:
        """The message of a row."""
        return self._lines[index.row()] if index.isValid() else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> str | None:
        if role != _Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        match section:
            case Column.TIME:
                return self.tr("Time")
            case Column.LEAF:
                return self.tr("Message")
            case Column.BYTES:
                return self.tr("Bytes")
            case _:
                return self.tr("Content, or why it was refused")

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = _Role.DisplayRole
    ) -> str | QColor | int | None:
        line = self.line(index)
        if line is None:
            return None
        if role == _Role.DisplayRole:
            return self._text(line, index.column())
        if role == _Role.ToolTipRole:
            return times.absolute(line.at, self._zone)
        if role == _Role.ForegroundRole and line.refused:
            return QColor(self._refused_colour())
        if role == _Role.TextAlignmentRole and index.column() == Column.BYTES:
            return int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        return None

    def _text(self, line: TrafficView, column: int) -> str:
        match column:
            case Column.TIME:
                return times.clock(line.at, self._zone)
            case Column.LEAF:
                arrow = "→" if line.direction == "out" else "←"
                return f"{arrow} {line.leaf}"
            case Column.BYTES:
                return str(line.bytes)
            case _ if line.refused:
                return self.tr("REFUSED, {reason}: {text}").format(
                    reason=device_words.refusal(line.refused), text=line.text
                )
            case _:
                return line.text
