"""The alarm list: an own flat ordered list that holds still while somebody works in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from alarmstation.application.views import AlarmView
from alarmstation.console import words

AnyIndex = QModelIndex | QPersistentModelIndex
ALARM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The `AlarmView` of a row, for delegates."""

RESET_ABOVE = 200
"""More changes than this at once are cheaper as a reset than one by one."""

_NO_INDEX = QModelIndex()


class Column(IntEnum):
    """Columns of the list (`console.md` 1)."""

    STATE = 0
    PRIORITY = 1
    PLACE = 2
    KIND = 3
    SINCE = 4
    OWNER = 5
    NOTE = 6
    LATENCY = 7


@dataclass(frozen=True, slots=True)
class SavedView:
    """Which alarms are listed: their ISA-18.2 states, and the order."""

    key: str
    states: frozenset[str]
    newest_first: bool = False


UNHANDLED = SavedView("unhandled", frozenset("BD"))
ALL_OPEN = SavedView("open", frozenset("BCD"))
LAST_DAY = SavedView("day", frozenset("ABCDEFG"), newest_first=True)
VIEWS = (UNHANDLED, ALL_OPEN, LAST_DAY)

Key = tuple[float, bool, datetime, str]


class AlarmListModel(QAbstractTableModel):
    """Rows in queue order.

    While frozen, rows keep their places: their content follows, but nothing is inserted, moved or
    removed until `thaw`; `held_changed` says how many alarms wait to come in.
    """

    held_changed = Signal(object)
    """int: new alarms that are held back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = UNHANDLED
        self._known: dict[str, AlarmView] = {}
        self._rows: list[AlarmView] = []
        self._places: dict[str, Key] = {}
        self._titles = [""] * len(Column)
        self._frozen = False
        self._held: set[str] = set()

    def set_titles(self, titles: Iterable[str]) -> None:
        """Translated titles of the columns, in their order."""
        self._titles = list(titles)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    @property
    def view(self) -> SavedView:
        """What is listed."""
        return self._view

    def show_view(self, view: SavedView) -> None:
        """List something else."""
        self._view = view
        self._rebuild()

    def replace(self, alarms: Iterable[AlarmView]) -> None:
        """Forget everything and list these."""
        self._known = {alarm.id: alarm for alarm in alarms}
        self._rebuild()

    def update(self, alarms: Iterable[AlarmView]) -> None:
        """Alarms that came, changed or closed."""
        changes = tuple(alarms)
        for alarm in changes:
            self._known[alarm.id] = alarm
        if not self._frozen and len(changes) > RESET_ABOVE:
            self._rebuild()
            return
        for alarm in changes:
            self._place(alarm)
        if self._frozen:
            self.held_changed.emit(self.held)

    @property
    def held(self) -> int:
        """How many new alarms are held back."""
        return len(self._held)

    @property
    def frozen(self) -> bool:
        """Whether rows hold still."""
        return self._frozen

    def freeze(self) -> None:
        """Hold the rows still."""
        self._frozen = True

    def thaw(self) -> None:
        """Let the rows go where they belong."""
        if self._frozen:
            self._frozen = False
            self._held.clear()
            self._settle()
            self.held_changed.emit(0)

    def alarm_at(self, row: int) -> AlarmView | None:
        """The alarm of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, alarm_id: str) -> int:
        """The row of an alarm; -1 when it is not listed."""
        key = self._places.get(alarm_id)
        if key is None:
            return -1
        row = self._find(key)
        if row < len(self._rows) and self._rows[row].id == alarm_id:
            return row
        return next((n for n, alarm in enumerate(self._rows) if alarm.id == alarm_id), -1)

    def _key(self, alarm: AlarmView) -> Key:
        if self._view.newest_first:
            return (-alarm.raised_at.timestamp(), False, alarm.raised_at, alarm.id)
        return (-alarm.severity, alarm.acknowledged, alarm.raised_at, alarm.id)

    def _find(self, key: Key) -> int:
        return bisect_left(self._rows, key, key=lambda alarm: self._places[alarm.id])

    def _belongs(self, alarm: AlarmView) -> bool:
        return alarm.state in self._view.states

    def _rebuild(self) -> None:
        self.beginResetModel()
        rows = [alarm for alarm in self._known.values() if self._belongs(alarm)]
        self._places = {alarm.id: self._key(alarm) for alarm in rows}
        self._rows = sorted(rows, key=lambda alarm: self._places[alarm.id])
        self._held.clear()
        self.endResetModel()
        self._forget_closed()

    def _forget_closed(self) -> None:
        if "A" not in self._view.states:
            self._known = {k: a for k, a in self._known.items() if a.state != "A"}

    def _place(self, alarm: AlarmView) -> None:
        row = self.row_of(alarm.id)
        if row < 0:
            if not self._belongs(alarm):
                self._held.discard(alarm.id)
            elif self._frozen:
                self._held.add(alarm.id)
            else:
                self._insert(alarm)
        elif self._frozen or (self._places[alarm.id] == self._key(alarm) and self._belongs(alarm)):
            self._rows[row] = alarm
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
        else:
            self._remove(row)
            if self._belongs(alarm):
                self._insert(alarm)

    def _insert(self, alarm: AlarmView) -> None:
        key = self._key(alarm)
        row = self._find(key)
        self.beginInsertRows(_NO_INDEX, row, row)
        self._places[alarm.id] = key
        self._rows.insert(row, alarm)
        self.endInsertRows()

    def _remove(self, row: int) -> None:
        self.beginRemoveRows(_NO_INDEX, row, row)
        alarm = self._rows.pop(row)
        del self._places[alarm.id]
        self.endRemoveRows()

    def _settle(self) -> None:
        """After a freeze: move what moved, one by one, so that the selection stays with it."""
        wanted = {a.id: a for a in self._known.values() if self._belongs(a)}
        misplaced = [
            a
            for a in self._rows
            if a.id not in wanted or self._places[a.id] != self._key(wanted[a.id])
        ]
        missing = [a for key, a in wanted.items() if key not in self._places]
        if len(misplaced) + len(missing) > RESET_ABOVE:
            self._rebuild()
            return
        for alarm in misplaced:
            self._remove(self.row_of(alarm.id))
            if alarm.id in wanted:
                self._insert(wanted[alarm.id])
        for alarm in missing:
            self._insert(alarm)
        self._forget_closed()

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Number of alarms listed."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The alarm of a row, which the delegate draws; the same in words for screen readers."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        alarm = self._rows[index.row()]
        if role == ALARM_ROLE:
            return alarm
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == Column.NOTE:
            return alarm.note or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("{priority}: {kind}, {unit}, {state}").format(
                priority=words.severity(alarm.severity),
                kind=words.kind(alarm.kind),
                unit=alarm.device_name or alarm.host,
                state=words.state(alarm.state),
            )
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Translated titles."""
        if (
            orientation == Qt.Orientation.Horizontal
            and role == Qt.ItemDataRole.DisplayRole
            and 0 <= section < len(self._titles)
        ):
            return self._titles[section]
        return None
