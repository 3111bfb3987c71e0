"""The devices page: the tree on the left, the chosen unit on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from alarmstation.console.context import ConsoleContext
from alarmstation.console.views.device_tree import DeviceTree
from alarmstation.console.views.site_editor import SiteEditor
from alarmstation.console.views.unit_detail import UnitDetail
from alarmstation.console.views.units_summary import UnitsSummary
from alarmstation.domain.access import Action

TREE_WIDTH = 340


class DevicesPage(QWidget):
    """Ctrl+F puts the keyboard into the filter."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._site_id: int | None = None
        self._tree = DeviceTree(context)
        self._tree.chosen.connect(self._on_chosen)
        self._tree.site_chosen.connect(self._on_site_chosen)
        self._detail = UnitDetail(context)
        self._summary = UnitsSummary(context)
        self._right = QStackedWidget()
        self._right.addWidget(self._summary)
        self._right.addWidget(self._detail)
        self._summary.show_units(())
        self._site_editor = SiteEditor(context)
        self._site_editor.closed.connect(self._tree.setFocus)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._left())
        splitter.addWidget(self._right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([TREE_WIDTH, 3 * TREE_WIDTH])
        splitter.setChildrenCollapsible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._tree.focus_filter)

    @property
    def tree(self) -> DeviceTree:
        """The tree on the left."""
        return self._tree

    @property
    def detail(self) -> UnitDetail:
        """The unit on the right."""
        return self._detail

    def show_device(self, device_id: int) -> None:
        """Choose a unit; the main window calls this for `ConsoleContext.open_device`."""
        self._tree.choose((device_id,))
        self._on_chosen((device_id,))

    def _left(self) -> QWidget:
        self._new_site = QPushButton(self.tr("New site"))
        self._new_site.clicked.connect(lambda: self._site_editor.ask_new(self._site_id))
        self._change_site = QPushButton(self.tr("Change site"))
        self._change_site.clicked.connect(self._on_change_site)
        self._change_site.setEnabled(False)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(12, 8, 12, 12)
        buttons.setSpacing(8)
        buttons.addWidget(self._new_site)
        buttons.addWidget(self._change_site)
        buttons.addStretch(1)
        editor = QHBoxLayout()
        editor.setContentsMargins(12, 0, 12, 0)
        editor.addWidget(self._site_editor)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tree, 1)
        column.addLayout(editor)
        if self._context.may(Action.MANAGE_SITES):
            column.addLayout(buttons)
        left.setMinimumWidth(TREE_WIDTH - 60)
        return left

    def _on_chosen(self, device_ids: tuple[int, ...]) -> None:
        if len(device_ids) == 1:
            self._right.setCurrentWidget(self._detail)
            self._detail.show_device(device_ids[0])
        else:
            self._summary.show_units(device_ids)
            self._right.setCurrentWidget(self._summary)

    def _on_site_chosen(self, site_id: int | None) -> None:
        self._site_id = site_id
        self._change_site.setEnabled(site_id is not None)

    def _on_change_site(self) -> None:
        if self._site_id is not None:
            self._site_editor.ask_change(self._site_id)
