"""What happened to a unit, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from alarmstation.application.ports import TimelineEntry
from alarmstation.console import device_words, times

_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole


class Part(IntEnum):
    """Columns of the timeline."""

    TIME = 0
    KIND = 1
    TEXT = 2
    DETAIL = 3


class TimelineModel(QAbstractTableModel):
    """Time, kind, sentence with its detail."""

    def __init__(
        self, now: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._entries: tuple[TimelineEntry, ...] = ()

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Change what is shown; the same entries change nothing."""
        if tuple(entries) == self._entries:
            return
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(Part)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> str | None:
        if role != _Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        match section:
            case Part.TIME:
                return self.tr("Time")
            case Part.KIND:
                return self.tr("About")
            case Part.TEXT:
                return self.tr("What happened")
            case _:
                return self.tr("Who, why")

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = _Role.DisplayRole
    ) -> str | None:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == _Role.DisplayRole:
            match index.column():
                case Part.TIME:
                    return times.moment(entry.at, self._now(), self._zone)
                case Part.KIND:
                    return device_words.timeline_kind(entry.kind)
                case Part.TEXT:
                    return device_words.timeline_text(entry)
                case _:
                    return entry.detail
        if role == _Role.ToolTipRole:
            at = times.absolute(entry.at, self._zone)
            return "\n".join(
                part for part in (at, device_words.timeline_text(entry), entry.detail) if part
            )
        return None


class UnitTimeline(QTableView):
    """The table of a unit's timeline."""

    def __init__(
        self, now: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = TimelineModel(now, zone, self)
        self.setModel(self._model)
        self.setAccessibleName(self.tr("Timeline"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for part in (Part.TIME, Part.KIND):
            header.setSectionResizeMode(part, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(Part.TEXT, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Part.DETAIL, QHeaderView.ResizeMode.Stretch)

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Change what is shown."""
        self._model.show_entries(entries)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """What happened gets the room it needs; who and why the rest."""
        header = self.horizontalHeader()
        room = self.viewport().width() - sum(map(header.sectionSize, (Part.TIME, Part.KIND)))
        text, detail = (
            max(self.sizeHintForColumn(part), header.sectionSizeHint(part))
            for part in (Part.TEXT, Part.DETAIL)
        )
        width = share(room, text, detail)
        header.resizeSection(Part.TEXT, max(width, header.minimumSectionSize()))


def share(room: int, one: int, other: int) -> int:
    """Pixels of `room` for the one that needs `one` of them, beside one that needs `other`.

    The one goes first, up to two thirds; what the other does not need is its own as well.
    """
    return min(one, max(room * 2 // 3, room - other))
