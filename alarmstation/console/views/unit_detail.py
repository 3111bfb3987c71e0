"""Everything about one unit: live values, inputs and outputs, chart, facts, timeline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.ports import HistoryStore
from alarmstation.application.views import DeviceView
from alarmstation.console import times
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import AlarmsChanged, CommandsChanged, DevicesChanged
from alarmstation.console.viewmodels import unit_facts
from alarmstation.console.views.unit_editor import UnitEditor
from alarmstation.console.views.unit_header import UnitHeader
from alarmstation.console.widgets.fact_list import FactList
from alarmstation.console.widgets.io_lamps import INPUTS, OUTPUTS, IoLamps
from alarmstation.console.widgets.reading_tile import ReadingTile
from alarmstation.console.widgets.unit_timeline import UnitTimeline
from alarmstation.domain.device import CommState
from alarmstation.domain.errors import Unavailable

if TYPE_CHECKING:
    from alarmstation.console.views.unit_chart import UnitChart

SIDE_WIDTH = 300
NARROW = 860
"""Below this width lamps and facts stand under the chart instead of beside it."""

TIMELINE_LINES = 100
TIMELINE_DELAY_MS = 800
AGE_MS = 1000


class UnitDetail(QScrollArea):
    """The right side of the devices page."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._device_id: int | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._header = UnitHeader(context)
        self._header.edit_wished.connect(self._on_edit_wished)
        self._header.command_wished.connect(self._on_command_wished)
        self._editor = UnitEditor(context)
        self._temperature = ReadingTile(self.tr("TEMPERATURE"))
        self._humidity = ReadingTile(self.tr("HUMIDITY"))
        self._fan = ReadingTile(self.tr("FAN"))
        self._inputs = IoLamps(context.appearance, INPUTS, columns=2)
        self._outputs = IoLamps(context.appearance, OUTPUTS, columns=2)
        self._facts = FactList()
        self._timeline = UnitTimeline(context.now, context.zone)
        self._timeline.setMinimumHeight(170)
        self._chart: UnitChart | None = None
        self._build()
        self._connect()

    @property
    def device_id(self) -> int | None:
        """The unit that is shown."""
        return self._device_id

    @property
    def chart(self) -> UnitChart | None:
        """The chart; made when the first unit is shown."""
        return self._chart

    def show_device(self, device_id: int) -> None:
        """Show another unit."""
        view = self._context.live.devices.get(device_id)
        if view is None:
            return
        if device_id != self._device_id:
            self._device_id = device_id
            self._editor.hide()
            self._timeline.show_entries(())
            self.verticalScrollBar().setValue(0)
            self._read_timeline.start(0)
        self._show(view)
        self._ready_chart().show_device(view)

    # --- building

    def _build(self) -> None:
        tiles = QHBoxLayout()
        tiles.setSpacing(10)
        for tile in (self._temperature, self._humidity, self._fan):
            tiles.addWidget(tile, 1)
        self._main = QVBoxLayout()
        self._main.setSpacing(10)
        self._main.addLayout(tiles)
        timeline = self._card(self.tr("TIMELINE"), self._timeline)
        self._main.addWidget(timeline, 2)
        self._side = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._side.setSpacing(10)
        lamps = QWidget()
        column = QVBoxLayout(lamps)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._inputs)
        column.addWidget(_line())
        column.addWidget(self._outputs)
        top = Qt.AlignmentFlag.AlignTop
        self._side.addWidget(self._card(self.tr("INPUTS AND OUTPUTS"), lamps), 0, top)
        self._side.addWidget(self._card(self.tr("UNIT"), self._facts), 1, top)
        beside = QWidget()
        beside.setLayout(self._side)
        self._side.setContentsMargins(0, 0, 0, 0)
        beside.setMinimumWidth(SIDE_WIDTH)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(10)
        self._body.addLayout(self._main, 1)
        self._body.addWidget(beside)
        inside = QWidget()
        page = QVBoxLayout(inside)
        page.setContentsMargins(18, 16, 18, 16)
        page.setSpacing(12)
        page.addWidget(self._header)
        page.addWidget(self._editor)
        page.addLayout(self._body, 1)
        self.setWidget(inside)

    @staticmethod
    def _card(title: str, content: QWidget) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        head = QLabel(title)
        head.setProperty("role", "section")
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        column.addWidget(head)
        column.addWidget(content, 1)
        return card

    def _ready_chart(self) -> UnitChart:
        if self._chart is None:
            # Drawing libraries take a third of a second to load: not before they are needed.
            from alarmstation.console.views.unit_chart import UnitChart  # noqa: PLC0415

            self._chart = UnitChart(self._context)
            self._main.insertWidget(1, self._chart, 3)
        return self._chart

    def _connect(self) -> None:
        self._age = QTimer(self)
        self._age.setInterval(AGE_MS)
        self._age.timeout.connect(self._on_second)
        self._read_timeline = QTimer(self)
        self._read_timeline.setSingleShot(True)
        self._read_timeline.timeout.connect(self._on_timeline_due)
        live = self._context.live
        live.devices_changed.connect(self._on_devices_changed)
        live.alarms_changed.connect(self._on_alarms_changed)
        live.commands_changed.connect(self._on_commands_changed)
        live.replaced.connect(self._on_second)
        live.link_moved.connect(self._on_second)

    # --- what is shown

    def _show(self, view: DeviceView) -> None:
        old = self._context.live.stale or view.comm_state == CommState.OFFLINE
        self._header.show_device(view)
        self._inputs.show_device(view, old)
        self._outputs.show_device(view, old)
        self._facts.show_facts(unit_facts.facts(view))
        age = unit_facts.age_of(view, self._context.now())
        at = view.last_heartbeat_at
        heard = "" if at is None else times.absolute(at, self._context.zone)
        for tile, found in (
            (
                self._temperature,
                unit_facts.reading(
                    view.temperature_c, "°C", 1, view.temperature_quality, view.temperature_reason
                ),
            ),
            (
                self._humidity,
                unit_facts.reading(
                    view.humidity_pct, "%", 0, view.humidity_quality, view.humidity_reason
                ),
            ),
        ):
            note = found.note or age
            tile.show_value(found.value, found.unit, note, found.level, old=old, tip=heard)
        self._fan.setVisible(view.fan_pct is not None)
        self._fan.show_value(str(view.fan_pct), "%", age, "", old=old, tip=heard)

    def _on_second(self, *_: object) -> None:
        view = self._context.live.devices.get(self._device_id or 0)
        if view is not None and self.isVisible():
            self._show(view)

    def _on_devices_changed(self, change: DevicesChanged) -> None:
        for view in change.changed:
            if view.id == self._device_id and self.isVisible():
                self._show(view)

    def _on_alarms_changed(self, change: AlarmsChanged) -> None:
        if any(a.device_id == self._device_id for a in change.changed + change.closed):
            self._read_timeline.start(TIMELINE_DELAY_MS)

    def _on_commands_changed(self, change: CommandsChanged) -> None:
        if any(command.device_id == self._device_id for command in change.changed):
            self._read_timeline.start(TIMELINE_DELAY_MS)

    def _on_timeline_due(self) -> None:
        store = self._context.history()
        if store is not None and self._device_id is not None and self.isVisible():
            self._context.spawn(self._load_timeline(self._device_id, store))

    async def _load_timeline(self, device_id: int, store: HistoryStore) -> None:
        try:
            entries = await asyncio.to_thread(store.timeline, device_id, TIMELINE_LINES)
        except Unavailable:
            return  # the chart says that history cannot be read
        if device_id == self._device_id:
            self._timeline.show_entries(entries)

    # --- wishes

    def _on_edit_wished(self) -> None:
        view = self._context.live.devices.get(self._device_id or 0)
        if view is not None:
            self._editor.edit(view)
            self.ensureWidgetVisible(self._editor)

    def _on_command_wished(self) -> None:
        if self._device_id is not None:
            self._context.open_command_for((self._device_id,))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find a place for everything."""
        super().resizeEvent(event)
        narrow = self.viewport().width() < NARROW
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._side.setDirection(direction.LeftToRight if narrow else direction.TopToBottom)

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date."""
        super().showEvent(event)
        self._age.start()
        self._on_second()
        self._read_timeline.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._age.stop()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    return line
