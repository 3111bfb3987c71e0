"""The first account of a new station."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt

from alarmstation.application.requests import CreateFirstAdmin
from alarmstation.console.context import Spawn
from alarmstation.console.views.form_card import FormCard

MIN_PASSWORD = 8
"""The service decides; this only says it before it is sent."""


class FirstAdminPage(FormCard):
    """Makes the first account of a new station."""

    def __init__(self, ask: Callable[[CreateFirstAdmin], Awaitable[object]], spawn: Spawn) -> None:
        super().__init__()
        self._ask = ask
        self._spawn = spawn
        self._title.setText(self.tr("First administrator"))
        self._text.setText(
            self.tr(
                "This station has no accounts yet. Make the first one: it may do everything and "
                "creates the others. Keep the password well; nobody can read it back."
            )
        )
        self._name = self._line(self.tr("Name to log in with"))
        self._display = self._line(self.tr("Full name (may stay empty)"))
        self._password = self._line(self.tr("Password"), secret=True)
        self._again = self._line(self.tr("Password again"), secret=True)
        self._button.setText(self.tr("Create and log in"))
        self._button.clicked.connect(self._on_create)
        self._again.returnPressed.connect(self._on_create)

    def take_keyboard(self) -> None:
        """Where typing should start."""
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_create(self) -> None:
        problem = self._what_is_wrong()
        self._show_problem(problem)
        if not problem and self._button.isEnabled():
            wish = CreateFirstAdmin(
                self._name.text().strip(), self._password.text(), self._display.text().strip()
            )
            self._spawn(self._try(self._ask(wish)))

    def _what_is_wrong(self) -> str:
        if not self._name.text().strip():
            return self.tr("Give a name to log in with.")
        if len(self._password.text()) < MIN_PASSWORD:
            return self.tr("The password needs at least {count} characters.").format(
                count=MIN_PASSWORD
            )
        if self._password.text() != self._again.text():
            return self.tr("The two passwords are not the same.")
        return ""
