"""The device tree with its filter; used by the devices and the commands page.

Only a tree on screen follows the mirror: one that is hidden reads everything anew when it is
shown again.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import DevicesChanged
from alarmstation.console.models.device_tree_model import DeviceTreeModel
from alarmstation.console.models.site_tree import UnitFilter
from alarmstation.console.views.tree_row import TreeRow

FILTER_DELAY_MS = 120
AGE_MS = 1000
REFILTER_S = 10
EXPAND_ALL_BELOW = 400
"""Trees with fewer units than this open unfolded."""

_SELECT = QItemSelectionModel.SelectionFlag.Select
_CURRENT = QItemSelectionModel.SelectionFlag.ClearAndSelect


class _Tree(QTreeView):
    """A tree view that says when other rows may be on screen."""

    moved = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.moved.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.moved.emit()


class DeviceTree(QWidget):
    """Sites and units to choose from."""

    chosen = Signal(object)
    """tuple[int, ...]: rising ids of the chosen units; a site stands for what is shown below it."""
    site_chosen = Signal(object)
    """int | None: id of the only chosen site."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._model = DeviceTreeModel(context.now, self)
        self._expanded: set[int] = set()
        self._known_roots = False
        self._restoring = False
        self._chosen: tuple[int, ...] = ()
        self._build()
        self._connect()

    # --- what a page does with it

    @property
    def device_ids(self) -> tuple[int, ...]:
        """The chosen units."""
        return self._chosen

    @property
    def model(self) -> DeviceTreeModel:
        """The model behind the tree."""
        return self._model

    def choose(self, device_ids: tuple[int, ...]) -> None:
        """Choose these units, unfold their sites and scroll to the first; a filter that hides
        one of them is taken away."""
        known = tuple(sorted(n for n in device_ids if n in self._context.live.devices))
        if not self.isVisible():  # its rows are read, and the choice restored, when it is shown
            self._chosen = known
            self.chosen.emit(known)
            return
        if any(not self._model.unit_index(number).isValid() for number in known):
            self._clear_filter()
        self._select(known)
        self._on_selection_changed()

    def focus_filter(self) -> None:
        """Put the keyboard into the filter."""
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    # --- building

    def _build(self) -> None:
        self._text = QLineEdit()
        self._text.setPlaceholderText(self.tr("Filter: name, host, MAC, address, note, place"))
        self._text.setClearButtonEnabled(True)
        self._text.setAccessibleName(self.tr("Filter units"))
        self._state = QComboBox()
        self._state.setAccessibleName(self.tr("State"))
        for key, text in (
            ("", self.tr("Any state")),
            ("alarm", self.tr("In alarm")),
            ("online", self.tr("Online")),
            ("late", self.tr("Late")),
            ("offline", self.tr("Offline")),
            ("unknown", self.tr("Never heard")),
            ("provisional", self.tr("Not enrolled")),
        ):
            self._state.addItem(text, key)
        self._silent = QComboBox()
        self._silent.setAccessibleName(self.tr("Last seen"))
        for seconds, text in (
            (0, self.tr("Seen any time")),
            (300, self.tr("Silent for 5 min")),
            (3600, self.tr("Silent for 1 h")),
            (86_400, self.tr("Silent for 1 day")),
            (604_800, self.tr("Silent for 1 week")),
        ):
            self._silent.addItem(text, seconds)
        self._count = QLabel()
        self._count.setProperty("role", "small")
        self._view = self._make_view()
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "dim")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(14, 14, 14, 14)
        self._lay_out()

    def _make_view(self) -> _Tree:
        view = _Tree()
        view.setModel(self._model)
        view.setHeaderHidden(True)
        view.setUniformRowHeights(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # whole rows
        view.setIndentation(16)
        view.setAnimated(False)
        view.setExpandsOnDoubleClick(True)
        view.setMouseTracking(True)
        view.setAccessibleName(self.tr("Sites and units"))
        context = self._context
        row = TreeRow(
            self._model, context.appearance, context.now, lambda: context.live.stale, self
        )
        view.setItemDelegate(row)
        return view

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 6)
        head.setSpacing(6)
        head.addWidget(self._text)
        head.addWidget(self._state)  # below each other: beside each other their words are cut
        head.addWidget(self._silent)
        head.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._empty, 1)
        column.addWidget(self._view, 1)
        self.setTabOrder(self._text, self._state)
        self.setTabOrder(self._state, self._silent)
        self.setTabOrder(self._silent, self._view)

    def _connect(self) -> None:
        self._filter_delay = QTimer(self)
        self._filter_delay.setSingleShot(True)
        self._filter_delay.setInterval(FILTER_DELAY_MS)
        self._filter_delay.timeout.connect(self._apply_filter)
        self._text.textChanged.connect(self._filter_delay.start)
        self._text.returnPressed.connect(self._view.setFocus)
        self._state.currentIndexChanged.connect(self._apply_filter)
        self._silent.currentIndexChanged.connect(self._apply_filter)
        self._watch_delay = QTimer(self)
        self._watch_delay.setSingleShot(True)
        self._watch_delay.setInterval(0)
        self._watch_delay.timeout.connect(self._watch)
        self._view.moved.connect(self._watch_delay.start)
        self._view.expanded.connect(self._on_expanded)
        self._view.collapsed.connect(self._on_collapsed)
        self._view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._model.modelReset.connect(self._restore)
        self._model.rowsInserted.connect(self._on_rows_inserted)
        self._model.rowsRemoved.connect(self._watch_delay.start)
        self._model.counted.connect(self._show_count)
        self._age = QTimer(self)
        self._age.setInterval(AGE_MS)
        self._age.timeout.connect(self._on_second)
        self._seconds = 0
        live = self._context.live
        live.replaced.connect(self._on_replaced)
        live.sites_changed.connect(self._on_replaced)
        live.devices_changed.connect(self._on_devices_changed)
        live.link_moved.connect(self._on_link_moved)

    # --- the mirror

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the mirror again."""
        super().showEvent(event)
        self._read()
        self._age.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._age.stop()

    def _on_replaced(self, _: object) -> None:
        if self.isVisible():
            self._read()

    def _on_devices_changed(self, change: DevicesChanged) -> None:
        if self.isVisible() and not self._model.update_units(change.changed, change.removed):
            self._read()

    def _on_link_moved(self, _: object) -> None:
        self._view.viewport().update()

    def _read(self) -> None:
        live = self._context.live
        self._model.replace(live.sites.values(), live.devices.values())

    def _on_second(self) -> None:
        self._seconds += 1
        if self._model.filter.silent_s is not None and self._seconds % REFILTER_S == 0:
            self._model.refilter()
        self._view.viewport().update()

    # --- filter

    def _apply_filter(self) -> None:
        self._filter_delay.stop()
        silent = int(self._silent.currentData())
        chosen = UnitFilter(
            text=self._text.text().strip(),
            state=str(self._state.currentData()),
            silent_s=float(silent) if silent else None,
        )
        self._model.apply(chosen)

    def _clear_filter(self) -> None:
        self._text.clear()
        self._state.setCurrentIndex(0)
        self._silent.setCurrentIndex(0)
        self._apply_filter()

    def _show_count(self) -> None:
        total, matching = self._model.total, self._model.matching
        if self._model.filter.active:
            text = self.tr("{matching} of {total} units").format(matching=matching, total=total)
        else:
            text = self.tr("Units: {total}").format(total=total)
        self._count.setText(text)
        nothing = self._model.rowCount() == 0
        self._empty.setVisible(nothing)
        self._view.setVisible(not nothing)
        if nothing and self._model.filter.active:
            self._empty.setText(self.tr("No unit matches. Clear the filter to see all of them."))
        elif nothing:
            self._empty.setText(
                self.tr(
                    "No units yet. Switch on a unit whose broker is this station's: it appears "
                    "here by itself and waits to be enrolled."
                )
            )

    # --- what is unfolded, chosen, on screen

    def _on_expanded(self, index: QModelIndex) -> None:
        if not self._restoring:
            self._expanded.add(index.internalId())
        self._watch_delay.start()

    def _on_collapsed(self, index: QModelIndex) -> None:
        if not self._restoring:
            self._expanded.discard(index.internalId())
        self._watch_delay.start()

    def _on_rows_inserted(self, parent: QModelIndex, *_: int) -> None:
        if self._model.filter.active or self._model.matching <= 1:
            self._restoring = True  # for this filter only: not what the person unfolded
            self._view.expand(parent)
            self._restoring = False
        self._watch_delay.start()

    def _restore(self) -> None:
        """After a reset: what was unfolded and chosen is so again."""
        self._restoring = True
        if not self._known_roots and self._model.rowCount():
            self._known_roots = True
            few = self._model.total <= EXPAND_ALL_BELOW
            self._expanded.update(self._model.site_keys(top_only=not few))
        if self._model.filter.active and self._model.matching <= EXPAND_ALL_BELOW:
            self._view.expandAll()
        else:
            for key in self._expanded:
                index = self._model.site_index(key)
                if index.isValid():
                    self._view.setExpanded(index, True)
        self._select(self._chosen)
        self._restoring = False
        self._watch_delay.start()

    def _select(self, device_ids: tuple[int, ...]) -> None:
        selection = QItemSelection()
        first = QModelIndex()
        for number in device_ids:
            index = self._model.unit_index(number)
            if not index.isValid():
                continue
            selection.select(index, index)
            if not first.isValid():
                first = index
                self._unfold_to(index)
        model = self._view.selectionModel()
        restoring, self._restoring = self._restoring, True
        model.select(selection, _CURRENT)
        if first.isValid():
            model.setCurrentIndex(first, _SELECT)
            if not restoring:
                self._view.scrollTo(first)
        self._restoring = restoring

    def _unfold_to(self, index: QModelIndex) -> None:
        above = self._model.parent(index)
        while above.isValid():
            self._view.setExpanded(above, True)
            above = self._model.parent(above)

    def _on_selection_changed(self, *_: object) -> None:
        if self._restoring:
            return
        rows = self._view.selectionModel().selectedRows()
        found: set[int] = set()
        for index in rows:
            found.update(self._model.units_below(index))
        sites = [index for index in rows if self._model.device_id(index) is None]
        self._chosen = tuple(sorted(found))
        self.chosen.emit(self._chosen)
        self.site_chosen.emit(self._model.site_id(sites[0]) if len(rows) == 1 and sites else None)

    def _watch(self) -> None:
        keys: list[int] = []
        bottom = self._view.viewport().height()
        index = self._view.indexAt(self._view.viewport().rect().topLeft())
        while index.isValid() and self._view.visualRect(index).top() <= bottom:
            keys.append(index.internalId())
            index = self._view.indexBelow(index)
        self._model.watch(keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape in the filter clears it."""
        if event.key() == Qt.Key.Key_Escape and self._model.filter.active:
            self._clear_filter()
            return
        super().keyPressEvent(event)
