"""What is said about several chosen units, and what can be done with all of them."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from alarmstation.console.context import ConsoleContext
from alarmstation.domain.catalogue import CATALOGUE
from alarmstation.domain.device import CommState


class UnitsSummary(QWidget):
    """Also the empty page: says what to do next."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._device_ids: tuple[int, ...] = ()
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._text = QLabel()
        self._text.setProperty("role", "dim")
        self._text.setWordWrap(True)
        self._command = QPushButton(self.tr("Send a command to all of them"))
        self._command.setProperty("role", "main")
        self._command.clicked.connect(lambda: context.open_command_for(self._device_ids))
        self._may_command = any(context.may(t.action) for t in CATALOGUE.values())
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self._command, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        context.live.replaced.connect(self._on_units_came_or_went)
        context.live.devices_changed.connect(self._on_units_came_or_went)

    def _on_units_came_or_went(self, _change: object) -> None:
        if not self._device_ids and self.isVisible():
            self.show_units(())

    def showEvent(self, event: QShowEvent) -> None:
        """The first units may have come meanwhile."""
        super().showEvent(event)
        self.show_units(self._device_ids)

    def show_units(self, device_ids: tuple[int, ...]) -> None:
        """Change what is shown; nothing chosen is the empty page."""
        self._device_ids = device_ids
        self._command.setVisible(bool(device_ids) and self._may_command)
        if not device_ids and not self._context.live.devices:
            self._title.setText(self.tr("No units yet"))
            self._text.setText(
                self.tr(
                    "1. Give a unit the address and the base topic of this station's broker.\n"
                    "2. Switch it on: it appears on the left by itself, as not enrolled.\n"
                    "3. A technician chooses it there and gives it a name, a site and its key."
                )
            )
            return
        if not device_ids:
            self._title.setText(self.tr("No unit chosen"))
            self._text.setText(
                self.tr(
                    "Choose a unit on the left to see how it is. With Ctrl or Shift you choose "
                    "several, with a site all of its units."
                )
            )
            return
        views = [
            self._context.live.devices[n] for n in device_ids if n in self._context.live.devices
        ]
        states = Counter(view.comm_state for view in views)
        alarming = sum(view.open_alarms > 0 for view in views)
        self._title.setText(self.tr("{count} units chosen").format(count=len(device_ids)))
        self._text.setText(
            self.tr("{online} online, {late} late, {offline} offline, {alarms} in alarm").format(
                online=states[CommState.ONLINE],
                late=states[CommState.LATE],
                offline=states[CommState.OFFLINE],
                alarms=alarming,
            )
        )
