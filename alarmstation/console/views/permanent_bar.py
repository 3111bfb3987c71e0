"""Outputs that run until somebody switches them off, each with its OFF button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from alarmstation.application.views import CommandView
from alarmstation.console import command_words, times
from alarmstation.console.context import ConsoleContext
from alarmstation.console.models.command_list import permanent_outputs

MOST = 5
"""More than this are counted, not listed: the command list has them all."""


class PermanentBar(QFrame):
    """Hidden while nothing runs for ever."""

    off_wished = Signal(object)
    """CommandView that is to be ended."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self._context = context
        self._shown: tuple[CommandView, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 6, 10, 6)
        self._column.setSpacing(4)
        context.live.commands_changed.connect(self._on_changed)
        context.live.replaced.connect(self._on_changed)
        self.hide()
        self._on_changed(None)

    @property
    def running(self) -> tuple[CommandView, ...]:
        """The commands that started what still runs."""
        return self._shown

    def _on_changed(self, _: object) -> None:
        running = permanent_outputs(self._context.live.commands.values())
        if [c.request_id for c in running] == [c.request_id for c in self._shown]:
            return
        self._shown = running
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for command in running[:MOST]:
            self._column.addWidget(self._line(command))
        if len(running) > MOST:
            more = QLabel(self.tr("and {count} more").format(count=len(running) - MOST))
            self._column.addWidget(more)
        self.setVisible(bool(running))

    def _line(self, command: CommandView) -> QWidget:
        line = QWidget()
        output = command_words.name(command.name)
        since = times.moment(command.created_at, self._context.now(), self._context.zone)
        text = QLabel(
            self.tr("{output} of {unit} was switched on permanently at {time}.").format(
                output=output, unit=command.device_name or command.host, time=since
            )
        )
        text.setProperty("role", "warn")
        text.setTextFormat(Qt.TextFormat.PlainText)
        off = QPushButton(self.tr("OFF"))
        off.setProperty("role", "main")
        off.setAccessibleName(
            self.tr("Switch off {output} of {unit}").format(
                output=output, unit=command.device_name or command.host
            )
        )
        off.clicked.connect(lambda: self.off_wished.emit(command))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(text, 1)
        row.addWidget(off)
        return line
