"""The running list: every command on its ladder, and the chosen one in full beside it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QLabel,
    QListView,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.command_desk import STATION
from alarmstation.application.views import CommandView
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import CommandsChanged
from alarmstation.console.models.command_list import CommandListModel
from alarmstation.console.views.command_detail import CommandDetail
from alarmstation.console.views.command_row import CommandRow

AGE_MS = 10_000


class CommandList(QWidget):
    """Follows the mirror by itself."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted = ""
        self._model = CommandListModel(context.zone, self)
        self._view = QListView()
        self._view.setModel(self._model)
        self._view.setUniformItemSizes(True)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._view.setAccessibleName(self.tr("Commands and how far they have come"))
        row = CommandRow(self._model, context.appearance, context.now, context.zone, self)
        self._view.setItemDelegate(row)
        self._empty = QLabel(
            self.tr("No command yet. What you send appears here and climbs its ladder.")
        )
        self._empty.setProperty("role", "dim")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._view)
        self._own = QCheckBox(self.tr("Also what the station sends by itself"))
        self._own.toggled.connect(self._on_replaced)
        left = QWidget()
        beside = QVBoxLayout(left)
        beside.setContentsMargins(0, 6, 0, 0)
        beside.setSpacing(4)
        beside.addWidget(self._own)
        beside.addLayout(self._stack, 1)
        self._detail = CommandDetail(context)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(self._detail)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([800, 280])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self._view.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self._age = QTimer(self)
        self._age.setInterval(AGE_MS)
        self._age.timeout.connect(self._view.viewport().update)
        self._age.start()
        context.live.commands_changed.connect(self._on_commands_changed)
        context.live.replaced.connect(self._on_replaced)
        self._on_replaced(None)

    @property
    def model(self) -> CommandListModel:
        """The commands that are listed."""
        return self._model

    def show_command(self, request_id: str) -> None:
        """Choose a command, now or as soon as it is heard of."""
        self._wanted = request_id
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        row = self._model.row_of(self._wanted) if self._wanted else -1
        if row >= 0:
            self._wanted = ""
            self._view.setCurrentIndex(self._model.index(row))
            self._view.scrollTo(self._model.index(row))

    def _on_commands_changed(self, change: CommandsChanged) -> None:
        self._model.update(self._shown(change.changed))
        self._stack.setCurrentWidget(self._view if self._model.rowCount() else self._empty)
        self._choose_wanted()
        current = self._model.command(self._view.currentIndex())
        if current is not None and any(c.request_id == current.request_id for c in change.changed):
            self._detail.show_command(current)

    def _on_replaced(self, _: object) -> None:
        current = self._model.command(self._view.currentIndex())
        self._model.replace(self._shown(self._context.live.commands.values()))
        self._stack.setCurrentWidget(self._view if self._model.rowCount() else self._empty)
        if current is not None:
            self.show_command(current.request_id)

    def _shown(self, commands: Iterable[CommandView]) -> list[CommandView]:
        """What people sent; the station's own would hide it, after every login of a unit."""
        own = self._own.isChecked()
        return [command for command in commands if own or command.operator != STATION]

    def _on_row_changed(self, current: QModelIndex) -> None:
        self._detail.show_command(self._model.command(current))
