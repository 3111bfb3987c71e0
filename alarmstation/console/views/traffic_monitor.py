"""Live decoded traffic of one unit, with the reasons for what was refused."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.requests import WatchTraffic
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import TrafficSeen
from alarmstation.console.models.site_tree import label
from alarmstation.console.models.traffic_log import Column, TrafficLog
from alarmstation.console.views.command_entry import fixed_font


class TrafficMonitor(QWidget):
    """Asks the service for a unit's traffic only while it is on screen."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._device_id = 0
        self._watched = 0
        self._log = TrafficLog(
            context.now, context.zone, lambda: context.appearance.colours.bad_text, self
        )
        self._about = QLabel()
        self._about.setProperty("role", "dim")
        self._pause = QPushButton(self.tr("Hold"))
        self._pause.setCheckable(True)
        self._pause.setToolTip(self.tr("Keep the lines where they are; what comes is not shown"))
        clear = QPushButton(self.tr("Clear"))
        clear.clicked.connect(self._log.clear)
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 6)
        head.addWidget(self._about, 1)
        head.addWidget(self._pause)
        head.addWidget(clear)
        self._table = self._make_table()
        self._content = QPlainTextEdit()
        self._content.setReadOnly(True)
        self._content.setFont(fixed_font(self.font()))
        self._content.setAccessibleName(self.tr("Content of the message"))
        self._content.setPlaceholderText(self.tr("Choose a line to see all of it."))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._table)
        splitter.addWidget(self._content)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(splitter, 1)
        context.live.traffic_seen.connect(self._on_traffic_seen)
        context.live.replaced.connect(self._on_replaced)
        self._say()

    def watch(self, device_ids: tuple[int, ...]) -> None:
        """Follow the first of these units."""
        chosen = device_ids[0] if device_ids else 0
        if chosen == self._device_id:
            return
        self._device_id = chosen
        self._log.clear()
        self._content.clear()
        self._say()
        if self.isVisible():
            self._ask(chosen)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._log)
        table.setAccessibleName(self.tr("Messages of the unit"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for part, width in ((Column.TIME, 90), (Column.LEAF, 110), (Column.BYTES, 64)):
            header.setSectionResizeMode(part, QHeaderView.ResizeMode.Fixed)
            table.setColumnWidth(part, width)
        header.setSectionResizeMode(Column.TEXT, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        return table

    def _say(self) -> None:
        view = self._context.live.devices.get(self._device_id)
        if view is None:
            self._about.setText(self.tr("Choose a unit on the left to follow its messages."))
            return
        self._about.setText(
            self.tr("Messages of {unit} as they come and go, secrets masked").format(
                unit=label(view)
            )
        )

    def _ask(self, device_id: int) -> None:
        if device_id != self._watched:
            self._watched = device_id
            self._context.spawn(self._ask_watch(device_id))

    async def _ask_watch(self, device_id: int) -> None:
        await self._context.ask(WatchTraffic(device_id))

    def _on_traffic_seen(self, seen: TrafficSeen) -> None:
        if self._pause.isChecked() or not self.isVisible():
            return
        self._log.add(line for line in seen.lines if line.device_id == self._device_id)

    def _on_replaced(self, _: object) -> None:
        """A new connection watches nothing yet."""
        self._watched = 0
        if self.isVisible() and self._device_id:
            self._ask(self._device_id)

    def _on_row_changed(self) -> None:
        line = self._log.line(self._table.currentIndex())
        self._content.setPlainText("" if line is None else pretty(line.text))

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        if self._device_id:
            self._ask(self._device_id)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the service need not decode for us."""
        super().hideEvent(event)
        if self._watched and not self._context.live.stale:
            self._ask(0)


def pretty(text: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
