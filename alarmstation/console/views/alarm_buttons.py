"""The buttons T S A O N D with their keys, the same in the popup and beside the list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from alarmstation.application.views import AlarmView
from alarmstation.console.viewmodels.alarm_actions import AlarmActions
from alarmstation.console.viewmodels.alarm_queue import waits
from alarmstation.console.widgets.key_button import KeyButton


class AlarmButtons(QWidget):
    """Tells which key or button was pressed; what a role may not do is absent."""

    take = Signal()
    silence = Signal()
    acknowledge = Signal()
    siren_off = Signal()
    next = Signal()
    details = Signal()

    def __init__(
        self, actions: AlarmActions, keys_of: QWidget, columns: int, parent: QWidget | None = None
    ) -> None:
        """The keys work while the keyboard is anywhere in `keys_of`, but not in a text field."""
        super().__init__(parent)
        self._actions = actions
        self._take = KeyButton("T", self.tr("Take"))
        self._silence = KeyButton("S", self.tr("Silence"))
        self._acknowledge = KeyButton("A", self.tr("Acknowledge"))
        self._acknowledge.setProperty("role", "main")
        self._siren = KeyButton("O", self.tr("Siren off"))
        self._next = KeyButton("N", self.tr("Next"))
        self._details = KeyButton("D", self.tr("Details"))
        offered = [
            (self._take, "T", self.take, actions.may_take()),
            (self._silence, "S", self.silence, actions.may_silence()),
            (self._acknowledge, "A", self.acknowledge, actions.may_acknowledge()),
            (self._siren, "O", self.siren_off, actions.may_switch_siren()),
            (self._next, "N", self.next, True),
            (self._details, "D", self.details, True),
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(10)
        place = 0
        for button, key, signal, allowed in offered:
            button.setParent(self)
            button.setVisible(allowed)
            if not allowed:
                continue
            button.clicked.connect(signal)
            shortcut = QShortcut(QKeySequence(key), keys_of)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(button.click)
            grid.addWidget(button, place // columns, place % columns)
            place += 1
        for column in range(columns):
            grid.setColumnStretch(column, 1)

    def fit(self, alarm: AlarmView | None, *, sounding: bool, others: bool) -> None:
        """Enable what makes sense for this alarm."""
        open_ = alarm is not None and alarm.state != "A"
        mine = alarm is not None and self._actions.is_mine(alarm)
        free = alarm is not None and (not alarm.claimed_by or mine)
        self._take.setText(self.tr("Give back") if mine else self.tr("Take"))
        self._take.setEnabled(open_ and free)
        self._silence.setEnabled(sounding)
        self._acknowledge.setEnabled(alarm is not None and waits(alarm))
        self._siren.setEnabled(alarm is not None and alarm.device_id > 0)
        self._next.setEnabled(others)
        self._details.setEnabled(alarm is not None)
