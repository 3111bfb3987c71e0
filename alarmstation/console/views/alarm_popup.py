"""The alarm popup: a window of its own that cannot be missed, put away or lost.

It stays while something waits for an acknowledgment, comes back in front within a second, and
does not take the keyboard from somebody who is typing. It proves that people could see an alarm
(`console.md` 2) and answers the canary through the same path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeySequence,
    QMoveEvent,
    QScreen,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.views import AlarmView
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.viewmodels.alarm_actions import AlarmActions, Undoable
from alarmstation.console.viewmodels.alarm_queue import AlarmQueue, sounds, waits
from alarmstation.console.viewmodels.canary import canary_alarm
from alarmstation.console.viewmodels.escalation import escalation
from alarmstation.console.views.alarm_buttons import AlarmButtons
from alarmstation.console.views.alarm_details import label
from alarmstation.console.views.alarm_headline import MARK, AlarmHeadline
from alarmstation.console.views.alarm_queue_list import AlarmQueueList
from alarmstation.console.views.note_entry import NoteEntry
from alarmstation.console.views.undo_bar import UndoBar
from alarmstation.console.widgets.notice_bar import NoticeBar

WATCH_MS = 700
"""How often it looks whether it is still in front (within 1 s, `console.md` 2)."""

UNSEEN_S = 1.5
"""An alarm that was not painted by then is reported as not seen."""

WIDTH, HEIGHT = 980, 640
SIDE, SIDE_NARROW = 320, 220
UNDO = 2
"""Acknowledgments that it offers to undo; the main window has one more, and more room."""

_MARK_AT = MARK // 4
"""A place inside the symbol of an alarm, off its digit."""


class AlarmPopup(QWidget):
    """Opens itself when something waits."""

    seen = Signal(object)
    """tuple[str, datetime]: this alarm was on a real, uncovered window for the first time."""
    unseen = Signal(object)
    """tuple[str, str]: this alarm should be on screen and is not; English reason."""
    details_wanted = Signal(object)
    """str: id of the alarm."""
    page_wanted = Signal(object)
    """str: key of a page of the main window, to be opened behind."""
    left = Signal()
    """It had the keyboard and went: somebody else must get it."""

    def __init__(
        self,
        context: ConsoleContext,
        queue: AlarmQueue,
        actions: AlarmActions,
        blink: Blink,
        *,
        audible: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(
            None,
            Qt.WindowType.Window
            | Qt.WindowType.CustomizeWindowHint
            | Qt.WindowType.WindowTitleHint
            | Qt.WindowType.WindowStaysOnTopHint,
        )
        self._context = context
        self._queue = queue
        self._actions = actions
        self._blink = blink
        self._audible = audible
        self._shown = ""
        self._chosen_by_hand = False
        self._seen: set[tuple[str, int]] = set()
        self._missed: set[tuple[str, int]] = set()
        self._due: dict[tuple[str, int], datetime] = {}
        self._headline = AlarmHeadline(context, blink)
        self._list = AlarmQueueList(context, blink)
        self._buttons = AlarmButtons(actions, self, 3)
        self._note = NoteEntry()
        self._calm = label("title")
        self._undo = UndoBar(actions, context.now, most=UNDO)
        self.notice = NoticeBar()
        self._lost = label("bad")
        self._build()
        self._connect()
        self._on_queue_changed(queue.waiting)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Alarm"))
        self.setMinimumSize(WIDTH, HEIGHT)
        self._calm.setText(self.tr("Everything is acknowledged."))
        self._calm.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._calm.hide()
        left = QVBoxLayout()
        left.setContentsMargins(32, 30, 32, 28)
        left.setSpacing(14)
        left.addWidget(self._headline)
        left.addWidget(self._calm, 1)
        left.addStretch(1)
        self._lost.setText(
            self.tr("No connection to the service: this may be old, and the keys wait until then.")
        )
        left.addWidget(self._lost)
        left.addWidget(self._undo)
        left.addWidget(self.notice)
        left.addWidget(self._note)
        left.addWidget(self._buttons)
        side = QFrame()
        side.setProperty("role", "pane")
        side.setFixedWidth(SIDE)
        self._side = side
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 22, 0, 12)
        self._side_title = label("section")
        self._side_title.setContentsMargins(14, 0, 14, 6)
        beside.addWidget(self._side_title)
        beside.addWidget(self._list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(side)

    def _connect(self) -> None:
        self._queue.changed.connect(self._on_queue_changed)
        self._headline.painted.connect(self._on_painted)
        self._list.painted.connect(self._on_rows_painted)
        self._list.chosen.connect(self._choose)
        self._buttons.take.connect(self._on_take)
        self._buttons.silence.connect(lambda: self._actions.silence(self._queue.waiting))
        self._buttons.acknowledge.connect(self._on_acknowledge)
        self._buttons.siren_off.connect(self._on_siren_off)
        self._buttons.next.connect(self._on_next)
        self._buttons.details.connect(self._on_details)
        self._note.confirmed.connect(self._on_note_confirmed)
        self._note.cancelled.connect(self._on_note_closed)
        self._actions.undo_changed.connect(self._on_undo_changed)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._on_watch)

    def lead_to(self, pages: Sequence[str]) -> None:
        """Ctrl and a digit open these pages from here too, in their order on the rail."""
        for number, key in enumerate(pages, start=1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(partial(self.page_wanted.emit, key))

    @property
    def shown(self) -> AlarmView | None:
        """The alarm that is shown large."""
        return self._headline.alarm

    @property
    def note(self) -> NoteEntry:
        """Where the note is typed."""
        return self._note

    # ---- which alarm

    def _on_queue_changed(self, waiting: tuple[AlarmView, ...]) -> None:
        if not waiting:
            self._become_calm()
            return
        now = self._context.now()
        for alarm in waiting:
            key = (alarm.id, alarm.raise_count)
            if key not in self._seen and alarm.ledger.painted_at is None:
                self._due.setdefault(key, now)
        known = {alarm.id: alarm for alarm in waiting}
        typing = self._note.isVisible()
        held = self._shown in known and (typing or self._chosen_by_hand)
        if not held:
            if typing:  # what the note was for is gone
                self._note.hide()
                self._buttons.show()
            self._shown, self._chosen_by_hand = waiting[0].id, False
        self._calm.hide()
        self._headline.show()
        self._buttons.setVisible(not self._note.isVisible())
        self._headline.show_alarm(known[self._shown])
        self._list.show_alarms(waiting, self._shown)
        self._side.setVisible(len(waiting) > 1)
        self._side_title.setText(self.tr("WAITING: {count}").format(count=len(waiting)))
        self._fit()
        self._open()

    def _become_calm(self) -> None:
        self._shown, self._chosen_by_hand = "", False
        self._due.clear()
        self._note.hide()
        self._buttons.hide()
        self._headline.show_alarm(None)
        self._headline.hide()
        self._side.hide()
        self._calm.show()
        if not self._actions.undoable:
            self._put_away()

    def _on_undo_changed(self, undoable: tuple[Undoable, ...]) -> None:
        if not undoable and not self._queue.waiting:
            self._put_away()

    def _put_away(self) -> None:
        self._watch.stop()
        had_keyboard = self.isActiveWindow()
        self.hide()
        if had_keyboard:
            self.left.emit()

    def _choose(self, alarm_id: str) -> None:
        if self._note.isVisible():
            self._on_note_closed()
        self._shown, self._chosen_by_hand = alarm_id, True
        self._on_queue_changed(self._queue.waiting)

    def _fit(self) -> None:
        now = self._context.now()
        self._buttons.fit(
            self.shown,
            sounding=any(sounds(alarm, now) for alarm in self._queue.waiting),
            others=len(self._queue.waiting) > 1,
        )
        sounding = escalation(self._queue.waiting, now)
        self._headline.refresh(now, sounding, audible=self._audible())
        self._list.update()
        self._lost.setVisible(self._context.live.stale)

    # ---- being seen

    def _open(self) -> None:
        if self.isVisible():
            return
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, somebody_types())
        self._place()
        self.show()
        self.raise_()
        if not somebody_types():
            self.activateWindow()
        self._watch.start()

    def _place(self) -> None:
        screen = self._screen()
        if screen is None:
            return
        area = screen.availableGeometry()
        self._side.setFixedWidth(SIDE if area.width() >= WIDTH else SIDE_NARROW)
        self.setMinimumSize(min(WIDTH, area.width()), min(HEIGHT, area.height()))
        self.resize(self.minimumSize())
        self.move(area.center() - QPoint(self.width() // 2, self.height() // 2))

    def _screen(self) -> QScreen | None:
        wanted = self._context.preferences.popup_screen
        for screen in QGuiApplication.screens():
            if screen.name() == wanted:
                return screen
        return QGuiApplication.primaryScreen()

    def _on_watch(self) -> None:
        self._fit()
        if self._queue.waiting:
            if self.isMinimized():
                self.showNormal()
            if not self.isVisible():
                self._open()
            # The window with the keyboard can be covered too, so that is no reason to stay behind.
            if QApplication.activePopupWidget() is None:
                self.raise_()  # in front, but the keyboard stays where it is
        self._report_unseen()

    def _report_unseen(self) -> None:
        now = self._context.now()
        for key, since in tuple(self._due.items()):
            if (now - since).total_seconds() >= UNSEEN_S and key not in self._missed:
                self._missed.add(key)
                self.unseen.emit((key[0], self._obstacle()))

    def _obstacle(self) -> str:
        handle = self.windowHandle()
        if not QGuiApplication.screens():
            return "no screen is connected"
        if handle is None or not handle.isExposed():
            return "the popup is covered or its screen is off"
        return "the popup was not drawn in time"

    def _really_shown(self) -> bool:
        handle = self.windowHandle()
        return (
            handle is not None
            and handle.isExposed()
            and handle.screen() is not None
            and not self.isMinimized()
        )

    def _on_painted(self, alarm_id: str) -> None:
        self._on_rows_painted((alarm_id,))

    def _on_rows_painted(self, alarm_ids: tuple[str, ...]) -> None:
        if self._due and self._really_shown():
            # Painting goes into a buffer that reaches the screen when this turn ends.
            QTimer.singleShot(0, self, lambda: self._mark_seen(alarm_ids))

    def _mark_seen(self, alarm_ids: tuple[str, ...]) -> None:
        now = self._context.now()
        for key in [key for key in self._due if key[0] in alarm_ids]:
            del self._due[key]
            self._seen.add(key)
            self.seen.emit((key[0], now))

    def prove(self) -> bool:
        """Go the way of an alarm up to its picture, without showing it: the canary.

        True when there is a screen and the picture of an alarm could be drawn for it.
        """
        if self._screen() is None:
            return False
        steady = Blink()  # in the dark half of ours the symbol is hollow: nothing to see there
        rehearsal = AlarmHeadline(self._context, steady)
        try:
            rehearsal.show_alarm(canary_alarm(self._context.now()))
            picture = rehearsal.grab().toImage()
            middle = picture.pixelColor(_MARK_AT, _MARK_AT)
            return middle.name() != picture.pixelColor(0, 0).name()
        finally:
            rehearsal.deleteLater()
            steady.deleteLater()

    # ---- staying

    def closeEvent(self, event: QCloseEvent) -> None:
        """It cannot be closed while something waits."""
        if self._queue.waiting:
            event.ignore()
        else:
            self._watch.stop()
            super().closeEvent(event)

    def retire(self) -> None:
        """Nobody is logged in any more: go, whatever waits."""
        self._watch.stop()
        self._queue.changed.disconnect(self._on_queue_changed)
        self._actions.undo_changed.disconnect(self._on_undo_changed)
        self.hide()
        self.deleteLater()

    def changeEvent(self, event: QEvent) -> None:
        """It cannot be minimised while something waits."""
        super().changeEvent(event)
        if (
            event.type() == QEvent.Type.WindowStateChange
            and self.isMinimized()
            and self._queue.waiting
        ):
            QTimer.singleShot(0, self, self.showNormal)

    def moveEvent(self, event: QMoveEvent) -> None:
        """It cannot be dragged off the screen."""
        super().moveEvent(event)
        screen = QGuiApplication.screenAt(self.frameGeometry().center()) or self._screen()
        if screen is None:
            return
        area = screen.availableGeometry()
        x = min(max(self.x(), area.left()), max(area.left(), area.right() - self.width()))
        y = min(max(self.y(), area.top()), max(area.top(), area.bottom() - self.height()))
        if (x, y) != (self.x(), self.y()):
            QTimer.singleShot(0, self, lambda: self.move(x, y))

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard is on the main button."""
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- keys

    def _on_take(self) -> None:
        if self.shown is not None:
            self._actions.take(self.shown)

    def _on_acknowledge(self) -> None:
        if self.shown is not None and waits(self.shown):
            self._buttons.hide()
            self._note.ask(required=self._actions.needs_note(self.shown))

    def _on_note_confirmed(self, note: str) -> None:
        if self.shown is not None:
            self._actions.acknowledge(self.shown, note)
        self._chosen_by_hand = False
        self._on_note_closed()

    def _on_note_closed(self) -> None:
        self._note.hide()
        self._buttons.setVisible(bool(self._queue.waiting))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_siren_off(self) -> None:
        if self.shown is not None:
            self._actions.siren_off(self.shown)

    def _on_next(self) -> None:
        following = self._queue.after(self._shown)
        if following is not None:
            self._choose(following.id)

    def _on_details(self) -> None:
        if self.shown is not None:
            self.details_wanted.emit(self.shown.id)


def somebody_types() -> bool:
    """Whether the keyboard is in a text field of ours with something in it."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QLineEdit):
        return bool(widget.text())
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return bool(widget.toPlainText())
    return False
