"""The alarm list with its saved views, and everything about the chosen alarm beside it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.ports import HistoryStore
from alarmstation.application.views import AlarmView
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import AlarmsChanged
from alarmstation.console.models.alarm_list import (
    ALL_OPEN,
    LAST_DAY,
    UNHANDLED,
    VIEWS,
    AlarmListModel,
    Column,
)
from alarmstation.console.viewmodels.alarm_actions import AlarmActions
from alarmstation.console.viewmodels.alarm_queue import AlarmQueue, sounds
from alarmstation.console.viewmodels.calm import Calm, calm
from alarmstation.console.viewmodels.closed_alarms import view_of
from alarmstation.console.views.alarm_buttons import AlarmButtons
from alarmstation.console.views.alarm_details import AlarmDetails
from alarmstation.console.views.alarm_row import ROW_HEIGHT, AlarmRow
from alarmstation.console.views.note_entry import NoteEntry

WIDTHS = {
    Column.STATE: 130,
    Column.PRIORITY: 60,
    Column.KIND: 196,
    Column.SINCE: 92,
    Column.OWNER: 96,
    Column.NOTE: 110,
    Column.LATENCY: 84,
}
NARROW_WIDTHS = {Column.STATE: 104, Column.KIND: 176, Column.SINCE: 84, Column.OWNER: 80}
NARROW = 860
"""A list narrower than this has narrow columns, so that places can be read."""
SHOWN_FROM = {Column.NOTE: 940, Column.LATENCY: NARROW, Column.OWNER: 640}
"""Narrower than this these are left to the details."""
CLOSED_LIMIT = 2000
_HOLDING = frozenset(
    (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut)
)
"""Events after which rows may have to hold still, or need to no more."""


class AlarmsPage(QWidget):
    """The guard's page."""

    def __init__(
        self,
        context: ConsoleContext,
        queue: AlarmQueue,
        actions: AlarmActions,
        blink: Blink,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._queue = queue
        self._actions = actions
        self._blink = blink
        self._model = AlarmListModel(self)
        self._table = self._make_table()
        self._chip = QPushButton()
        self._chip.setVisible(False)
        self._chip.clicked.connect(self._on_chip)
        self._details = AlarmDetails(context)
        self._buttons = AlarmButtons(actions, self, 2)
        self._note = NoteEntry()
        self._empty = QLabel()
        self._build()
        self._connect()
        self._read()

    def _make_table(self) -> QTableView:
        table = QTableView()
        self._model.set_titles(
            (
                self.tr("STATE"),
                self.tr("PRIO."),
                self.tr("PLACE"),
                self.tr("TYPE"),
                self.tr("SINCE"),
                self.tr("OWNER"),
                self.tr("NOTE"),
                self.tr("SEEN IN"),
            )
        )
        table.setModel(self._model)
        table.setItemDelegate(
            AlarmRow(
                self._context.appearance,
                self._blink,
                self._context.now,
                self._context.zone,
                lambda: self._context.live.stale,
                table,
            )
        )
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setAccessibleName(self.tr("Alarm list"))
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        for column, width in WIDTHS.items():
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.PLACE, QHeaderView.ResizeMode.Stretch)
        return table

    def _build(self) -> None:
        tabs = QHBoxLayout()
        tabs.setContentsMargins(16, 12, 16, 8)
        tabs.setSpacing(6)
        self._tabs = QButtonGroup(self)
        names = {
            UNHANDLED.key: self.tr("To handle"),
            ALL_OPEN.key: self.tr("All open"),
            LAST_DAY.key: self.tr("Last 24 h"),
        }
        for number, view in enumerate(VIEWS):
            tab = QPushButton(names[view.key])
            tab.setProperty("role", "tab")
            tab.setCheckable(True)
            tab.setChecked(number == 0)
            self._tabs.addButton(tab, number)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        tabs.addWidget(self._chip)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "calm")
        self._empty.setWordWrap(True)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tabs)
        column.addLayout(self._stack, 1)
        self._pane = self._make_pane()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(self._pane)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(0, False)
        splitter.setCollapsible(1, False)
        splitter.setSizes([900, 380])
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)

    def _make_pane(self) -> QFrame:
        pane = QFrame()
        pane.setProperty("role", "pane")
        pane.setMinimumWidth(360)
        pane.setMaximumWidth(520)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName(self.tr("About the chosen alarm"))
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(20, 18, 20, 12)
        box.addWidget(self._details)
        box.addStretch(1)
        scroll.setWidget(inside)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(20, 10, 20, 18)
        foot.addWidget(self._note)
        foot.addWidget(self._buttons)
        column.addLayout(foot)
        return pane

    def _connect(self) -> None:
        live = self._context.live
        live.replaced.connect(self._read)
        live.alarms_changed.connect(self._on_alarms_changed)
        live.link_moved.connect(self._on_tick)
        live.link_moved.connect(self._say_why_empty)
        live.health_changed.connect(self._say_why_empty)
        self._blink.ticked.connect(self._on_blink)
        self._tabs.idClicked.connect(self._on_tab)
        self._model.held_changed.connect(self._on_held_changed)
        self._model.modelReset.connect(self._on_rows_changed)
        self._model.rowsInserted.connect(self._on_rows_changed)
        self._model.rowsRemoved.connect(self._on_rows_changed)
        self._table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._table.doubleClicked.connect(self._on_details)
        self._table.viewport().installEventFilter(self)
        self._table.installEventFilter(self)
        self._buttons.take.connect(self._on_take)
        self._buttons.silence.connect(lambda: self._actions.silence(self._queue.waiting))
        self._buttons.acknowledge.connect(self._on_acknowledge)
        self._buttons.siren_off.connect(self._on_siren_off)
        self._buttons.next.connect(self._on_next)
        self._buttons.details.connect(self._on_details)
        self._note.confirmed.connect(self._on_note_confirmed)
        self._note.cancelled.connect(self._on_note_closed)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._on_tick)
        self._clock.start()

    # ---- what is shown

    def show_alarm(self, alarm_id: str) -> None:
        """Select an alarm, in the view that has it."""
        if self._model.row_of(alarm_id) < 0:
            self._model.thaw()
        if self._model.row_of(alarm_id) < 0:
            self._tabs.button(1).click()
        row = self._model.row_of(alarm_id)
        if row >= 0:
            self._table.selectRow(row)
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def current(self) -> AlarmView | None:
        """The chosen alarm."""
        rows = self._table.selectionModel().selectedRows()
        return self._model.alarm_at(rows[0].row()) if rows else None

    def _read(self, _snapshot: object = None) -> None:
        self._model.replace(self._context.live.alarms.values())
        if self._model.view is LAST_DAY:
            self._read_closed()
        self._show_current()

    def _on_alarms_changed(self, change: AlarmsChanged) -> None:
        self._model.update((*change.changed, *change.closed))
        self._say_why_empty()
        self._show_current()

    def _on_tab(self, number: int) -> None:
        self._model.thaw()
        self._model.show_view(VIEWS[number])
        if VIEWS[number] is LAST_DAY:
            self._read_closed()
        self._table.clearSelection()
        self._on_rows_changed()

    def _read_closed(self) -> None:
        store = self._context.history()
        if store is None:
            self._context.notify(
                self.tr("There is no database at the moment: only open alarms are listed.")
            )
            return
        self._context.spawn(self._fetch_closed(store))

    async def _fetch_closed(self, store: HistoryStore) -> None:
        start = self._context.now() - timedelta(hours=24)
        closed = await asyncio.to_thread(store.closed_alarms, start, CLOSED_LIMIT)
        live = self._context.live
        self._model.update(
            view_of(alarm, live) for alarm in closed if str(alarm.id) not in live.alarms
        )

    def _on_rows_changed(self, *_change: object) -> None:
        empty = self._model.rowCount() == 0
        self._say_why_empty()
        self._stack.setCurrentIndex(1 if empty else 0)
        self._pane.setVisible(not empty)

    def _say_why_empty(self, _change: object = None) -> None:
        match calm(self._context.live):
            case Calm.NO_SERVICE:
                text = self.tr("Nothing is known now: the service is not connected.")
            case Calm.NOT_HEARD:
                text = self.tr("Nothing is known now: the units are not heard.")
            case _ if self._model.view is not UNHANDLED:
                text = self.tr("No alarms here.")
            case Calm.GOING_ON:
                text = self.tr(
                    "Nothing waits, but it is not over. Alarms that are acknowledged and still "
                    "open: {count} (see All open)."
                ).format(count=len(self._context.live.alarms))
            case Calm.QUIET:
                text = self.tr("Nothing to handle. All is quiet.")
        self._empty.setText(text)

    def _on_blink(self) -> None:
        self._refresh_column(Column.PRIORITY)

    def _refresh_column(self, column: Column) -> None:
        view = self._table.viewport()
        left = self._table.columnViewportPosition(column)
        view.update(left, 0, self._table.columnWidth(column), view.height())

    def _on_tick(self, _change: object = None) -> None:
        if self.isVisible():
            self._table.viewport().update()
            self._details.refresh()
            self._fit_buttons()
            self._hold()

    def _fit_columns(self) -> None:
        width = self._table.width()
        for column, least in SHOWN_FROM.items():
            self._table.setColumnHidden(column, width < least)
        for column, normal in WIDTHS.items():
            narrow = NARROW_WIDTHS.get(column, normal)
            self._table.setColumnWidth(column, narrow if width < NARROW else normal)

    # ---- holding still

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The rows hold still while the pointer or the selection is in the list."""
        kind = event.type()
        if kind in _HOLDING:
            QTimer.singleShot(0, self, self._hold)
        elif kind == QEvent.Type.Resize and watched is self._table:
            self._fit_columns()
        elif kind == QEvent.Type.KeyPress and watched is self._table:
            assert isinstance(event, QKeyEvent)
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._on_details()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._table.clearSelection()
                return True
        return super().eventFilter(watched, event)

    def _hold(self) -> None:
        busy = self._note.isVisible() or self._table.viewport().underMouse()
        chosen = self._table.hasFocus() and self._table.selectionModel().hasSelection()
        if busy or chosen:
            self._model.freeze()
        else:
            self._model.thaw()

    def _on_held_changed(self, count: int) -> None:
        self._chip.setText(self.tr("{count} new – show").format(count=count))
        self._chip.setVisible(count > 0)

    def _on_chip(self) -> None:
        self._model.thaw()
        self._table.scrollToTop()

    # ---- the chosen alarm

    def _on_selection_changed(self, *_change: object) -> None:
        if self._note.isVisible():
            self._note.hide()
            self._buttons.show()
        self._show_current()
        self._hold()

    def _show_current(self) -> None:
        self._details.show_alarm(self.current())
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        now = self._context.now()
        self._buttons.fit(
            self.current(),
            sounding=any(sounds(alarm, now) for alarm in self._queue.waiting),
            others=self._model.rowCount() > 0,
        )

    def _on_take(self) -> None:
        alarm = self.current()
        if alarm is not None:
            self._actions.take(alarm)

    def _on_acknowledge(self) -> None:
        alarm = self.current()
        if alarm is not None:
            self._buttons.hide()
            self._note.ask(required=self._actions.needs_note(alarm))
            self._hold()

    def _on_note_confirmed(self, note: str) -> None:
        alarm = self._details.alarm
        if alarm is not None:
            self._actions.acknowledge(alarm, note)
        self._on_note_closed()

    def _on_note_closed(self) -> None:
        self._buttons.show()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._hold()

    def _on_siren_off(self) -> None:
        alarm = self.current()
        if alarm is not None:
            self._actions.siren_off(alarm)

    def _on_next(self) -> None:
        rows = self._model.rowCount()
        if rows:
            chosen = self._table.selectionModel().selectedRows()
            self._table.selectRow((chosen[0].row() + 1) % rows if chosen else 0)
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_details(self, _index: QModelIndex | None = None) -> None:
        alarm = self.current()
        if alarm is not None and alarm.device_id in self._context.live.devices:
            self._context.open_device(alarm.device_id)
