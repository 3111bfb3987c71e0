"""The chosen command in full: how it stands, what was sent, what came back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from alarmstation.application.requests import CancelCommand
from alarmstation.application.views import CommandView
from alarmstation.console import command_words, times
from alarmstation.console.context import ConsoleContext
from alarmstation.console.theme.style_sheet import role
from alarmstation.console.views.command_entry import fixed_font
from alarmstation.console.views.traffic_monitor import pretty
from alarmstation.domain.command import CommandState


class CommandDetail(QWidget):
    """Empty until a command is chosen."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._command: CommandView | None = None
        self._title = QLabel()
        self._title.setProperty("role", "big")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._cancel = QPushButton(self.tr("Cancel it"))
        self._cancel.clicked.connect(self._on_cancel)
        self._raw = QPushButton(self.tr("Request and answer"))
        self._raw.setCheckable(True)
        self._raw.toggled.connect(self._show_raw)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFont(fixed_font(self.font()))
        self._text.setAccessibleName(self.tr("Request and answer, secrets masked"))
        self._text.hide()
        buttons = QHBoxLayout()
        buttons.addWidget(self._raw)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.addWidget(self._title)
        column.addWidget(self._state)
        column.addWidget(self._message)
        column.addLayout(buttons)
        column.addWidget(self._text, 1)
        column.addStretch(0)
        self.show_command(None)

    def show_command(self, command: CommandView | None) -> None:
        """Change what is shown."""
        self._command = command
        chosen = command is not None
        for widget in (self._raw, self._state, self._message):
            widget.setVisible(chosen)
        self._cancel.setVisible(chosen and command.state == CommandState.PENDING)  # type: ignore[union-attr]
        if command is None:
            self._title.setText(self.tr("No command chosen"))
            self._text.clear()
            return
        unit = command.device_name or command.host
        self._title.setText(
            self.tr("{command}, {unit}").format(command=command_words.name(command.name), unit=unit)
        )
        self._state.setText(
            self.tr("{state}: {meaning}").format(
                state=command_words.state(command.state),
                meaning=command_words.state_tip(command.state),
            )
        )
        failed = command.state in {CommandState.FAILED, CommandState.TIMEOUT, CommandState.EXPIRED}
        role(self._state, "bad" if failed else "")
        self._message.setText(self._answer(command))
        self._message.setVisible(bool(self._answer(command)))
        self._show_raw(self._raw.isChecked())

    def _answer(self, command: CommandView) -> str:
        if command.error_code:
            return self.tr("The unit says: {message} (code {code})").format(
                message=command.message, code=command.error_code
            )
        if command.message:
            return self.tr("The unit says: {message}").format(message=command.message)
        if command.state == CommandState.PENDING:
            expires = times.moment(command.expires_at, self._context.now(), self._context.zone)
            return self.tr("It waits until {time} for the unit to come back.").format(time=expires)
        return ""

    def _show_raw(self, shown: bool) -> None:
        self._text.setVisible(shown and self._command is not None)
        if self._command is None:
            return
        answer = self._command.response_json
        self._text.setPlainText(
            self.tr(
                "Request {request_id}, attempt {attempts}\n{request}\n\nAnswer\n{answer}"
            ).format(
                request_id=self._command.request_id,
                attempts=self._command.attempts,
                request=pretty(self._command.request_json),
                answer=pretty(answer) if answer else "–",
            )
        )

    def _on_cancel(self) -> None:
        if self._command is not None:
            self._context.spawn(self._ask_cancel(self._command.request_id))

    async def _ask_cancel(self, request_id: str) -> None:
        await self._context.ask(CancelCommand(request_id))
