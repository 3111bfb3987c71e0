"""Curves of one unit over time, stacked on one time axis.

Cheap by construction (`architecture.md` 3): pens of width 1 without antialias, lines thinned to
twice the pixels, redrawn at most five times a second and only when something moved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QLocale, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from alarmstation.console import times
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.style_sheet import digits
from alarmstation.console.widgets.gap_bands import GapBands
from alarmstation.console.widgets.step_line import Floats, StepLine, apart
from alarmstation.console.widgets.time_axis import DAY, HOUR, TimeAxis

translate = QCoreApplication.translate  # the name that lupdate looks for

REFRESH_MS = 200
RANGES_H = (1, 8, 24)
MARGIN = 0.015
"""Free space right of the live edge, as a share of the range."""

SHORTEST_S = 60.0
HOLLOW_PX = 8
"""Size of a hollow point; nearer ones would fill each other."""

QWIDGETSIZE_MAX = 16_777_215
AXIS_PX = 56
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)


@dataclass(frozen=True, slots=True)
class CurveKind:
    """How one metric is drawn. `least_span`: the axis never shows less than this, so that noise
    does not look like weather."""

    metric: str
    title: str
    unit: str
    decimals: int
    least_span: float
    lowest: float = -math.inf
    highest: float = math.inf
    height_px: int = 0
    """Fixed height of the lane; 0 shares what is left."""


class TrendSource(Protocol):
    """What the plot draws; `version` rises whenever anything changed."""

    version: int

    def line(
        self, metric: str, now: datetime, left: float, right: float, pixels: int
    ) -> StepLine: ...

    def hollow(self, metric: str, now: datetime, left: float, right: float) -> StepLine: ...

    def value_at(self, metric: str, time: float, now: datetime) -> float: ...

    def gaps(self, now: datetime) -> Floats: ...


class _Lane:
    """One curve in its own plot."""

    def __init__(self, kind: CurveKind, plot: pg.PlotItem) -> None:
        self.kind = kind
        self.plot = plot
        self.curve = pg.PlotCurveItem(connect="finite", skipFiniteCheck=False)
        self.hollow = pg.ScatterPlotItem(size=HOLLOW_PX - 1, pxMode=True)
        self.bands = GapBands()
        self.cross = pg.InfiniteLine(angle=90, movable=False)
        self.colour = ""
        for item in (self.bands, self.curve, self.hollow, self.cross):
            plot.addItem(item, ignoreBounds=True)
        self.cross.hide()

    def scale(self, y: Floats) -> None:
        """Fit the axis to what is visible; small moves leave it where it is."""
        finite = y[np.isfinite(y)]
        if not len(finite):
            return
        low, high = float(finite.min()), float(finite.max())
        span = max(high - low, self.kind.least_span) * 1.2
        middle = (low + high) / 2
        shown_low, shown_high = self.plot.vb.viewRange()[1]
        fits = shown_low <= low and high <= shown_high and shown_high - shown_low < 1.6 * span
        if not fits:
            bottom = max(self.kind.lowest, middle - span / 2)
            top = min(self.kind.highest, middle + span / 2)
            self.plot.vb.setYRange(bottom, top, padding=0)


class TrendPlot(QWidget):
    """Range buttons, a read-out under the cross-hair, and one lane a metric.

    Wheel and drag zoom and pan time; that freezes the picture until Live is chosen again. With
    the keyboard: Left and Right move the cross-hair, Plus and Minus zoom, End goes live.
    """

    live_changed = Signal(bool)

    def __init__(
        self,
        kinds: Sequence[CurveKind],
        appearance: Appearance,
        zone: tzinfo,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._zone = zone
        self._now = now
        self._source: TrendSource | None = None
        self._drawn: tuple[object, ...] = ()
        self._span = 24.0 * HOUR
        self._cursor: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Chart"))
        self._build(kinds)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()

    # --- what a page does with it

    def show_source(self, source: TrendSource | None) -> None:
        """Draw another unit, live, in the range that was chosen."""
        self._source = source
        self._drawn = ()
        self._cursor = None
        self._live.setChecked(True)
        self.refresh()

    def show_lane(self, metric: str, shown: bool) -> None:
        """Show or hide the lane of a metric."""
        for lane in self._lanes:
            if lane.kind.metric == metric:
                lane.plot.setVisible(shown)
                tallest = lane.kind.height_px or QWIDGETSIZE_MAX
                lane.plot.setMaximumHeight(tallest if shown else 0)
        shown_lanes = [lane for lane in self._lanes if lane.plot.isVisible()]
        for lane in shown_lanes:
            axis = lane.plot.getAxis("bottom")
            axis.setStyle(showValues=lane is shown_lanes[-1])
            axis.setHeight(None if lane is shown_lanes[-1] else 6)

    @property
    def live(self) -> bool:
        """Whether the right edge follows the clock."""
        return self._live.isChecked()

    def choose_hours(self, hours: int) -> None:
        """Show the last `hours`."""
        self._span = hours * float(HOUR)
        self._live.setChecked(True)
        self._drawn = ()
        self.refresh()

    def refresh(self) -> None:
        """Draw what has changed, if anything has."""
        if self._source is None:
            for lane in self._lanes:
                lane.curve.setData([], [])
                lane.hollow.setData([], [])
            return
        now = self._now()
        if self.live:
            self._follow(now.timestamp())
        left, right = self._lanes[0].plot.vb.viewRange()[0]
        pixels = max(1, int(self._lanes[0].plot.vb.width()))
        step = (right - left) / pixels
        state = (self._source.version, left, right, pixels, int(now.timestamp() / step))
        if state == self._drawn:
            return
        self._drawn = state
        for lane in self._lanes:
            self._draw(lane, self._source, now, left, right, pixels)
        self._read_out()

    # --- inside

    def _build(self, kinds: Sequence[CurveKind]) -> None:
        title = QLabel(self.tr("CLIMATE"))
        title.setProperty("role", "section")
        self._readout = QLabel()
        self._readout.setFont(digits(self._readout.font()))
        self._readout.setAccessibleName(self.tr("Values at the cross-hair"))
        # Never the reason why a window cannot be made narrower.
        self._readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(title, 1)
        self._ranges = QButtonGroup(self)
        for hours in RANGES_H:
            button = QPushButton(self.tr("{count} h").format(count=hours))
            button.setCheckable(True)
            button.setProperty("role", "tab")
            self._ranges.addButton(button, hours)
            head.addWidget(button)
        self._ranges.button(24).setChecked(True)
        self._ranges.idClicked.connect(self.choose_hours)
        self._live = QPushButton(self.tr("Live"))
        self._live.setCheckable(True)
        self._live.setChecked(True)
        self._live.setProperty("role", "tab")
        self._live.setToolTip(self.tr("Follow the clock; drag or wheel freezes the picture"))
        self._live.toggled.connect(self._on_live_toggled)
        head.addWidget(self._live)
        self._canvas = pg.GraphicsLayoutWidget()
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._canvas.setAntialiasing(False)
        self._canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._canvas.ci.layout.setSpacing(6)
        self._canvas.ci.layout.setContentsMargins(0, 4, 0, 0)
        self._canvas.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self._lanes: list[_Lane] = []
        for row, kind in enumerate(kinds):
            self._lanes.append(self._lane(row, kind, lowest=row + 1 == len(kinds)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._readout)
        column.addWidget(self._canvas, 1)

    def _lane(self, row: int, kind: CurveKind, lowest: bool) -> _Lane:
        axis = TimeAxis(self._zone)
        plot = self._canvas.addPlot(row=row, col=0, axisItems={"bottom": axis})
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=True, y=False)
        plot.showGrid(x=True, y=True, alpha=0.12)
        plot.getAxis("left").setWidth(AXIS_PX)
        plot.getAxis("left").enableAutoSIPrefix(False)
        plot.setLabel("left", kind.unit)
        plot.setDefaultPadding(0)
        plot.vb.setLimits(minXRange=SHORTEST_S, maxXRange=2 * DAY)
        plot.vb.sigRangeChangedManually.connect(self._on_moved_by_hand)
        plot.getAxis("bottom").setStyle(showValues=lowest)
        plot.getAxis("bottom").setHeight(None if lowest else 6)
        if kind.height_px:
            plot.setMaximumHeight(kind.height_px)
        if row:
            plot.setXLink(self._lanes[0].plot)
        return _Lane(kind, plot)

    def _follow(self, now: float) -> None:
        view = self._lanes[0].plot.vb
        pixel = self._span / max(1.0, view.width())
        right = now + self._span * MARGIN
        if abs(view.viewRange()[0][1] - right) >= pixel or not self._drawn:
            view.setXRange(right - self._span * (1 + MARGIN), right, padding=0)

    def _draw(
        self,
        lane: _Lane,
        source: TrendSource,
        now: datetime,
        left: float,
        right: float,
        pixels: int,
    ) -> None:
        line = source.line(lane.kind.metric, now, left, right, pixels)
        lane.curve.setData(np.clip(line.x, left, right), line.y)
        bad = source.hollow(lane.kind.metric, now, left, right)
        lane.hollow.setData(*apart(bad.x, bad.y, (right - left) / pixels * HOLLOW_PX))
        lane.bands.show_gaps(source.gaps(now))
        lane.scale(line.y)

    def _read_out(self) -> None:
        cursor = self._cursor
        for lane in self._lanes:
            lane.cross.setVisible(cursor is not None)
            if cursor is not None:
                lane.cross.setPos(cursor)
        if self._source is None:
            self._readout.clear()
            return
        said = []
        if cursor is not None:
            moment = datetime.fromtimestamp(cursor, UTC)
            said.append(times.moment(moment, self._now(), self._zone))
        now = self._now()
        time = now.timestamp() if cursor is None else cursor
        for lane in self._lanes:
            if lane.plot.isVisible():
                value = self._source.value_at(lane.kind.metric, time, now)
                said.append(self._value_text(lane, value))
        self._readout.setText("&nbsp;&nbsp;&nbsp;".join(said))

    @staticmethod
    def _value_text(lane: _Lane, value: float) -> str:
        if math.isnan(value):
            text = translate("TrendPlot", "{title}: no value").format(title=lane.kind.title)
        else:
            text = translate("TrendPlot", "{title} {value} {unit}").format(
                title=lane.kind.title,
                value=QLocale().toString(value, "f", lane.kind.decimals),
                unit=lane.kind.unit,
            )
        return f'<span style="color: {lane.colour}">▬</span>&nbsp; {text}'

    def _on_live_toggled(self, live: bool) -> None:
        if live:
            self._drawn = ()
            self.refresh()
        self.live_changed.emit(live)

    def _on_moved_by_hand(self, *_: object) -> None:
        left, right = self._lanes[0].plot.vb.viewRange()[0]
        self._live.setChecked(False)
        self._span = max(SHORTEST_S, right - left)
        checked = self._ranges.checkedButton()
        if checked is not None:
            self._ranges.setExclusive(False)
            checked.setChecked(False)
            self._ranges.setExclusive(True)
        self.refresh()

    def _on_mouse_moved(self, place: QPointF) -> None:
        for lane in self._lanes:
            if lane.plot.vb.sceneBoundingRect().contains(place):
                self._cursor = float(lane.plot.vb.mapSceneToView(place).x())
                self._read_out()
                return

    def leaveEvent(self, event: object) -> None:
        """The cross-hair goes with the pointer."""
        del event
        self._cursor = None
        self._read_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The same by keyboard."""
        left, right = self._lanes[0].plot.vb.viewRange()[0]
        step = (right - left) / 100
        match event.key():
            case Qt.Key.Key_Left:
                self._cursor = max(left, (self._cursor or right) - step)
            case Qt.Key.Key_Right:
                self._cursor = min(right, (self._cursor or left) + step)
            case Qt.Key.Key_Plus | Qt.Key.Key_Minus:
                factor = 0.5 if event.key() == Qt.Key.Key_Plus else 2.0
                self._zoom((right - left) * factor, right)
            case Qt.Key.Key_End:
                self._live.setChecked(True)
            case _:
                super().keyPressEvent(event)
                return
        self._read_out()

    def _zoom(self, span: float, right: float) -> None:
        span = min(max(span, SHORTEST_S), 2.0 * DAY)
        self._lanes[0].plot.vb.setXRange(right - span, right, padding=0)
        self._on_moved_by_hand()

    def _on_appearance_changed(self, *_: object) -> None:
        colours = self._appearance.colours
        self._canvas.setBackground(QColor(colours.surface))
        for number, lane in enumerate(self._lanes):
            lane.colour = colours.curves[number % len(colours.curves)]
            colour = QColor(lane.colour)
            lane.curve.setPen(pg.mkPen(colour, width=1, style=DASHES[number % len(DASHES)]))
            lane.hollow.setPen(pg.mkPen(colour, width=1))
            lane.hollow.setBrush(QColor(colours.surface))
            lane.bands.paint_in(colours.edge)
            lane.cross.setPen(pg.mkPen(colours.dim, width=1))
            for side in ("left", "bottom"):
                axis = lane.plot.getAxis(side)
                axis.setPen(QPen(QColor(colours.edge), 1))
                axis.setTextPen(QPen(QColor(colours.dim), 1))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw only while somebody looks."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()
