"""The device tree as a Qt item model over `SiteTree`.

A model index carries the key of its node, never a Python object. Changes of values are told for
rows on screen only (`watch`): the others are read when they come into view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from alarmstation.application.views import DeviceView, SiteView
from alarmstation.console import words
from alarmstation.console.models.site_tree import (
    Node,
    SiteNode,
    SiteTree,
    UnitFilter,
    UnitNode,
    counted_alike,
    label,
    unit_key,
)

Index = QModelIndex | QPersistentModelIndex

MANY = 100
"""More units than this that come, go or move at once are read anew as a whole."""

_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole


class DeviceTreeModel(QAbstractItemModel):
    """Sites with their units, filtered, with counts rolled up."""

    counted = Signal()
    """Total or number of matching units changed."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._tree = SiteTree()
        self._watched: frozenset[int] | None = None

    # --- what the view asks

    def node(self, index: Index) -> Node | None:
        """The node of an index."""
        return self._tree.nodes.get(index.internalId()) if index.isValid() else None

    def device_id(self, index: Index) -> int | None:
        """Id of the unit at an index; None for a site."""
        node = self.node(index)
        return node.view.id if isinstance(node, UnitNode) else None

    def site_id(self, index: Index) -> int | None:
        """Id of the site at an index; None for a unit and for a group that is no site."""
        node = self.node(index)
        return node.site_id if isinstance(node, SiteNode) and node.site_id > 0 else None

    def unit_index(self, device_id: int) -> QModelIndex:
        """Index of a unit; invalid while it is hidden or unknown."""
        return self._index_of(self._tree.unit(device_id))

    def site_index(self, key: int) -> QModelIndex:
        """Index of a site by its node key."""
        return self._index_of(self._tree.nodes.get(key))

    def site_keys(self, *, top_only: bool) -> tuple[int, ...]:
        """Node keys of the sites: all of them, or those at the top."""
        if top_only:
            return tuple(site.key for site in self._tree.root.sites)
        return tuple(key for key in self._tree.nodes if key % 2)

    def units_below(self, index: Index) -> tuple[int, ...]:
        """Ids of the shown units at and below an index."""
        node = self.node(index)
        if isinstance(node, UnitNode):
            return (node.view.id,)
        found: list[int] = []
        waiting: list[Node] = [node] if node is not None else []
        while waiting:
            current = waiting.pop()
            if isinstance(current, UnitNode):
                found.append(current.view.id)
            else:
                waiting += reversed(current.shown)
        return tuple(found)

    @property
    def total(self) -> int:
        """Units that are not retired."""
        return self._tree.root.total

    @property
    def matching(self) -> int:
        """Units that the filter shows."""
        return self._tree.matching

    @property
    def filter(self) -> UnitFilter:
        """The filter in force."""
        return self._tree.filter

    def watch(self, keys: Iterable[int] | None) -> None:
        """Tell changes of these nodes only (those on screen); None: of all."""
        self._watched = None if keys is None else frozenset(keys)

    # --- what changes it

    def replace(self, sites: Iterable[SiteView], devices: Iterable[DeviceView]) -> None:
        """Read everything anew."""
        self.beginResetModel()
        groups = (self.tr("Not enrolled"), self.tr("Without a site"))
        self._tree.rebuild(sites, devices, groups, self._now())
        self._watched = None  # other rows are on screen now; the view will say which
        self.endResetModel()
        self.counted.emit()

    def apply(self, chosen: UnitFilter) -> None:
        """Show only what the filter lets through."""
        if chosen == self._tree.filter:
            return
        self._tree.filter = chosen
        self.refilter()

    def refilter(self) -> None:
        """Apply the filter again (time has passed, or many units changed)."""
        self.beginResetModel()
        self._tree.show(self._now())
        self._watched = None
        self.endResetModel()
        self.counted.emit()

    def update_units(self, changed: Iterable[DeviceView], removed: Iterable[int]) -> bool:
        """Take in changed units. False: so much moved that `replace` must be called."""
        told: set[int] = set()
        movers: list[DeviceView] = []
        for view in changed:
            unit = self._tree.unit(view.id)
            if unit is None or _moves(unit.view, view):
                movers.append(view)
                continue
            old = unit.view
            unit.take(view)
            told.add(unit.key)
            if not counted_alike(old, view):
                unit.parent.count(old, -1)
                unit.parent.count(view, +1)
                told.update(site.key for site in unit.parent.line())
            if self._tree.filter.active or old.lifecycle != view.lifecycle:
                self._show_or_hide(unit)
        gone = [unit for number in removed if (unit := self._tree.unit(number)) is not None]
        if len(movers) + len(gone) > MANY:
            return False
        for unit in gone:
            self._take_out(unit)
        for view in movers:
            self._move(view)
        self._tell(told)
        if movers or gone:
            self._tell(node.key for node in self._tree.nodes.values() if isinstance(node, SiteNode))
            self.counted.emit()
        return True

    # --- Qt's questions

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        node = self._tree.nodes.get(parent.internalId()) if parent.isValid() else self._tree.root
        if not isinstance(node, SiteNode) or column or not 0 <= row < len(node.shown):
            return QModelIndex()
        return self.createIndex(row, 0, node.shown[row].key)

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        node = self._tree.nodes.get(index.internalId()) if index.isValid() else None
        if node is None or node.parent is None or node.parent.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.row, 0, node.parent.key)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        if not parent.isValid():
            return len(self._tree.root.shown)
        node = self._tree.nodes.get(parent.internalId())
        return len(node.shown) if isinstance(node, SiteNode) and parent.column() == 0 else 0

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:
        return self.rowCount(parent) > 0

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        del parent
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _UNIT_FLAGS if index.internalId() % 2 == 0 else _SITE_FLAGS

    def data(self, index: Index, role: int = _Role.DisplayRole) -> str | None:
        node = self.node(index)
        if node is None:
            return None
        if role == _Role.DisplayRole:
            return label(node.view) if isinstance(node, UnitNode) else node.name
        if role in {_Role.AccessibleTextRole, _Role.ToolTipRole}:
            return self._spoken(node)
        return None

    # --- inside

    def _spoken(self, node: Node) -> str:
        if isinstance(node, SiteNode):
            return self.tr("{name}, units: {total}, in alarm: {alarms}, offline: {offline}").format(
                name=node.name, total=node.total, alarms=node.alarming, offline=node.comm[2]
            )
        view = node.view
        state = words.comm_state(view.comm_state)
        if view.worst_alarm is None:
            return self.tr("{name}, {host}: {state}").format(
                name=label(view), host=view.host, state=state
            )
        return self.tr("{name}, {host}: {state}, open alarms: {alarms}, worst: {severity}").format(
            name=label(view),
            host=view.host,
            state=state,
            alarms=view.open_alarms,
            severity=words.severity(view.worst_alarm),
        )

    def _index_of(self, node: Node | None) -> QModelIndex:
        if node is None or not self._on_display(node):
            return QModelIndex()
        return self.createIndex(node.row, 0, node.key)

    def _on_display(self, node: Node) -> bool:
        step: Node | None = node
        while step is not None and step.parent is not None:
            if step.row < 0:
                return False
            step = step.parent
        return True

    def _tell(self, keys: Iterable[int]) -> None:
        watched = self._watched
        for key in keys:
            if watched is None or key in watched:
                index = self._index_of(self._tree.nodes.get(key))
                if index.isValid():
                    self.dataChanged.emit(index, index)

    def _show_or_hide(self, unit: UnitNode) -> None:
        matches = self._tree.filter.matches(unit, self._now())
        if matches and unit.row < 0:
            self._insert(unit)
        elif not matches and unit.row >= 0:
            self._hide(unit)
        else:
            return
        self.counted.emit()

    def _insert(self, unit: UnitNode) -> None:
        self._show_site(unit.parent)
        row = self._tree.shown_row(unit)
        self.beginInsertRows(self._index_of(unit.parent), row, row)
        unit.parent.shown.insert(row, unit)
        unit.parent.number_from(row)
        self.endInsertRows()
        self._tree.matching += 1

    def _hide(self, unit: UnitNode) -> None:
        self._remove_row(unit)
        self._tree.matching -= 1
        site: SiteNode | None = unit.parent
        while site is not None and site.parent is not None and not site.shown:
            if site.site_id > 0 and not self._tree.filter.active:
                break
            self._remove_row(site)
            site = site.parent

    def _show_site(self, site: SiteNode) -> None:
        if site.parent is None or site.row >= 0:
            return
        self._show_site(site.parent)
        shown = site.parent.shown
        row = 0
        while row < len(shown) and site.parent.sites.index(site) > _place(site.parent, shown[row]):
            row += 1
        self.beginInsertRows(self._index_of(site.parent), row, row)
        shown.insert(row, site)
        site.parent.number_from(row)
        self.endInsertRows()

    def _remove_row(self, node: Node) -> None:
        parent, row = node.parent, node.row
        if parent is None or row < 0:
            return
        self.beginRemoveRows(self._index_of(parent), row, row)
        del parent.shown[row]
        node.row = -1
        parent.number_from(row)
        self.endRemoveRows()

    def _take_out(self, unit: UnitNode) -> None:
        if unit.row >= 0:
            self._hide(unit)
        unit.parent.units.remove(unit)
        unit.parent.count(unit.view, -1)
        del self._tree.nodes[unit.key]

    def _move(self, view: DeviceView) -> None:
        """Put a new, renamed or moved unit where it belongs."""
        old = self._tree.unit(view.id)
        if old is not None:
            self._take_out(old)
        home = self._tree.home_of(view)
        unit = UnitNode(view, home)
        self._tree.nodes[unit_key(view.id)] = unit
        home.units.append(unit)
        home.units.sort(key=lambda node: node.sort_key)
        home.count(view, +1)
        if self._tree.filter.matches(unit, self._now()):
            self._insert(unit)


def _moves(old: DeviceView, new: DeviceView) -> bool:
    return old.site_id != new.site_id or old.lifecycle != new.lifecycle or label(old) != label(new)


def _place(site: SiteNode, node: Node) -> int:
    """Order of a child among all children of a site; units come after every site."""
    return site.sites.index(node) if isinstance(node, SiteNode) else len(site.sites)


_SITE_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_UNIT_FLAGS = _SITE_FLAGS | Qt.ItemFlag.ItemNeverHasChildren
