"""The chart of the last 24 hours: reads history in a thread and joins it with what is heard."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from alarmstation.adapters.link.client import Connected
from alarmstation.application.ports import HistoryStore, TrendPoint
from alarmstation.application.views import DeviceView
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import DevicesChanged
from alarmstation.console.viewmodels.trend import METRICS, Gap, Trend
from alarmstation.console.widgets.trend_plot import CurveKind, TrendPlot
from alarmstation.domain.errors import Unavailable

SPAN = timedelta(hours=24)
RETRY_MS = 10_000

History = tuple[dict[str, list[TrendPoint]], list[Gap]]


class UnitChart(QFrame):
    """Follows one unit; says so when it can show live values only."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._context = context
        self._trend: Trend | None = None
        self._plot = TrendPlot(
            (
                CurveKind("temperature_c", self.tr("Temperature"), "°C", 1, 4.0, -40, 125),
                CurveKind("humidity_pct", self.tr("Humidity"), "%", 0, 12.0, 0, 100),
                CurveKind("fan_pct", self.tr("Fan"), "%", 0, 20.0, 0, 100, height_px=74),
            ),
            context.appearance,
            context.zone,
            context.now,
        )
        self._plot.setMinimumHeight(280)
        self._note = QLabel()
        self._note.setProperty("role", "warn")
        self._note.setWordWrap(True)
        self._note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 10)
        column.addWidget(self._note)
        column.addWidget(self._plot, 1)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._load)
        context.live.devices_changed.connect(self._on_devices_changed)
        context.live.replaced.connect(self._on_replaced)
        context.live.link_moved.connect(self._on_link_moved)

    @property
    def trend(self) -> Trend | None:
        """What is drawn."""
        return self._trend

    def show_device(self, view: DeviceView) -> None:
        """Draw another unit; the same one changes nothing."""
        if self._trend is not None and self._trend.device_id == view.id:
            return
        self._trend = Trend(view.id)
        self._trend.hear(view)
        if self._context.live.stale:
            self._trend.go_deaf(self._context.now())
        self._plot.show_lane("fan_pct", False)
        self._plot.show_source(self._trend)
        self._load()

    def _load(self) -> None:
        trend = self._trend
        if trend is None or not self.isVisible():
            return
        store = self._context.history()
        if store is None:
            self._only_live(self.tr("There is no database yet: only live values are drawn."))
            return
        self._retry.stop()
        trend.reload()
        self._context.spawn(self._read(trend, store))

    async def _read(self, trend: Trend, store: HistoryStore) -> None:
        end = self._context.now()
        try:
            history, gaps = await asyncio.to_thread(_read, store, trend.device_id, end - SPAN, end)
        except Unavailable:
            if trend is self._trend:
                self._only_live(self.tr("History cannot be read now: only live values are drawn."))
            return
        trend.load(history, gaps)
        if trend is not self._trend:
            return
        self._note.hide()
        self._plot.show_lane("fan_pct", trend.has_values("fan_pct"))
        self._plot.refresh()

    def _only_live(self, why: str) -> None:
        self._note.setText(why)
        self._note.show()
        self._retry.start()

    def _on_devices_changed(self, change: DevicesChanged) -> None:
        if self._trend is None:
            return
        for view in change.changed:
            if view.id == self._trend.device_id:
                self._trend.hear(view)

    def _on_replaced(self, _: object) -> None:
        """After a time without the service, history has what was missed."""
        if self._trend is None:
            return
        view = self._context.live.devices.get(self._trend.device_id)
        if view is not None:
            self._trend.hear_again(self._context.now())
            self._trend.hear(view)
            self._load()

    def _on_link_moved(self, state: object) -> None:
        if self._trend is not None and not isinstance(state, Connected):
            self._trend.go_deaf(self._context.now())

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is still missing."""
        super().showEvent(event)
        if self._trend is not None and (not self._trend.loaded or self._retry.isActive()):
            self._load()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read."""
        super().hideEvent(event)
        self._retry.stop()


def _read(store: HistoryStore, device_id: int, start: datetime, end: datetime) -> History:
    history = {metric: list(store.trend(device_id, metric, start, end)) for metric in METRICS}
    return history, list(store.gaps(device_id, start, end))
