"""Who a unit is, where, how it is, and what may be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from alarmstation.application.views import DeviceView
from alarmstation.console import device_words, symbols, times, words
from alarmstation.console.context import ConsoleContext
from alarmstation.console.models.site_tree import label
from alarmstation.console.theme.style_sheet import role
from alarmstation.console.widgets.mark_label import MarkLabel
from alarmstation.domain.access import Action
from alarmstation.domain.catalogue import CATALOGUE
from alarmstation.domain.device import CommState, Lifecycle

MARK = 34
PLACE_SEPARATOR = " › "


class UnitHeader(QWidget):
    """Name, place, presence, and buttons; a button that the role may not use is absent."""

    edit_wished = Signal()
    command_wished = Signal()

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._mark = MarkLabel(context.appearance, MARK)
        self._name = QLabel()
        self._name.setProperty("role", "title")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._place = QLabel()
        self._place.setProperty("role", "dim")
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._state = QLabel()
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._edit = QPushButton()
        self._edit.clicked.connect(self.edit_wished)
        self._edit.setVisible(context.may(Action.ENROL))
        self._command = QPushButton(self.tr("Send a command"))
        self._command.clicked.connect(self.command_wished)
        may_command = any(context.may(template.action) for template in CATALOGUE.values())
        self._command.setVisible(may_command)
        words_column = QVBoxLayout()
        words_column.setSpacing(1)
        words_column.addWidget(self._name)
        words_column.addWidget(self._place)
        words_column.addWidget(self._state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words_column, 1)
        row.addWidget(self._edit, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._command, 0, Qt.AlignmentFlag.AlignTop)

    def show_device(self, view: DeviceView) -> None:
        """Change what is shown; called every second for the ages."""
        self._name.setText(label(view))
        self._place.setText(self._place_of(view))
        text, level = self._state_of(view)
        seen = view.last_seen_at
        self._state.setToolTip("" if seen is None else times.absolute(seen, self._context.zone))
        self._state.setText(text)
        role(self._state, level)
        mark = self._mark_of(view)
        self._mark.show_mark(mark)
        self._mark.setVisible(mark is not None)
        provisional = view.lifecycle == Lifecycle.PROVISIONAL
        self._edit.setText(self.tr("Enrol this unit") if provisional else self.tr("Edit"))
        role(self._edit, "main" if provisional else "")

    def _place_of(self, view: DeviceView) -> str:
        names = [site.name for site in self._context.live.site_path(view.site_id)]
        if view.name:
            names.append(view.host)
        if view.lifecycle != Lifecycle.ENROLLED:
            names.append(device_words.lifecycle(view.lifecycle))
        return PLACE_SEPARATOR.join(names)

    def _state_of(self, view: DeviceView) -> tuple[str, str]:
        if self._context.live.stale:
            return self.tr("Not connected to the service: everything here is old."), "bad"
        now = self._context.now()
        since = view.silent_since or view.last_seen_at
        seen = "" if since is None else times.ago(since, now)
        open_alarms = ""
        if view.worst_alarm is not None:
            open_alarms = self.tr("Open alarms: {count}, worst: {severity}").format(
                count=view.open_alarms, severity=words.severity(view.worst_alarm)
            )
        match view.comm_state:
            case CommState.OFFLINE:
                text = self.tr("Offline: last heard {ago}. It cannot warn anybody.").format(
                    ago=seen
                )
            case CommState.UNKNOWN:
                text = self.tr("Never heard.")
            case CommState.LATE:
                text = self.tr("Late: last heard {ago}.").format(ago=seen)
            case _:
                text = self.tr("Online, heard {ago}.").format(ago=seen)
        level = "dim" if view.comm_state == CommState.ONLINE else "warn"
        if open_alarms:
            return self.tr("{alarms}. {presence}").format(alarms=open_alarms, presence=text), "bad"
        return text, level

    @staticmethod
    def _mark_of(view: DeviceView) -> symbols.Mark | None:
        if view.worst_alarm is not None:
            return symbols.mark_of_severity(view.worst_alarm)
        return symbols.Mark.COMMS if view.comm_state == CommState.OFFLINE else None
