"""A shift starts here: name and password."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt

from alarmstation.application.requests import Login, Welcome
from alarmstation.console.context import Spawn
from alarmstation.console.views.form_card import FormCard


class LoginPage(FormCard):
    """Asks for name and password; what is wrong is said under them."""

    def __init__(
        self, ask: Callable[[Login], Awaitable[object]], spawn: Spawn, last_operator: str = ""
    ) -> None:
        super().__init__()
        self._ask = ask
        self._spawn = spawn
        self._name = self._line(self.tr("Name"))
        self._name.setText(last_operator)
        self._password = self._line(self.tr("Password"), secret=True)
        self._button.setText(self.tr("Start shift"))
        self._button.clicked.connect(self._on_login)
        self._name.returnPressed.connect(self._password.setFocus)
        self._password.returnPressed.connect(self._on_login)

    def greet(self, welcome: Welcome) -> None:
        """Say whose station this is."""
        self._title.setText(welcome.station)
        text = self.tr("Log in to see and handle alarms.")
        if welcome.demonstration:
            text = self.tr(
                "This is a demonstration with a simulated site. Log in as guard, technician or "
                "admin; the password of each is written in the window where it was started."
            )
        self._text.setText(text)

    def take_keyboard(self) -> None:
        """Where typing should start."""
        line = self._password if self._name.text() else self._name
        line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_login(self) -> None:
        if not self._name.text().strip():
            self._name.setFocus()
            return
        if self._button.isEnabled():
            wish = Login(self._name.text().strip(), self._password.text())
            self._password.clear()
            self._spawn(self._try(self._ask(wish)))
