"""Accounts, for administrators: make one, or give a forgotten password anew."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.requests import SaveOperator
from alarmstation.console import words
from alarmstation.console.context import ConsoleContext
from alarmstation.console.views.form_card import field_label


class AccountsSection(QWidget):
    """A form that creates or changes one account by its name."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        self._context = context
        self._name = QLineEdit()
        self._display = QLineEdit()
        self._role = QComboBox()
        for role in words.ROLES:
            self._role.addItem(words.role(role), role)
        self._role.setCurrentIndex(1)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText(self.tr("empty: keep the present one"))
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(20)
        for title, field in (
            (self.tr("Name to log in with"), self._name),
            (self.tr("Full name"), self._display),
            (self.tr("Role"), self._role),
            (self.tr("Password"), self._password),
        ):
            field.setAccessibleName(title)
            form.addRow(field_label(title), field)
        text = QLabel(
            self.tr("An account that exists already is changed; one that does not is created.")
        )
        text.setProperty("role", "dim")
        text.setWordWrap(True)
        self._save = QPushButton(self.tr("Save account"))
        self._save.setEnabled(False)
        self._save.clicked.connect(lambda: self._send(active=True))
        self._close = QPushButton(self.tr("Close account"))
        self._close.setEnabled(False)
        self._close.clicked.connect(lambda: self._send(active=False))
        self._name.textChanged.connect(self._on_name_changed)
        buttons = QHBoxLayout()
        buttons.addWidget(self._save)
        buttons.addWidget(self._close)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(text)
        column.addLayout(form)
        column.addLayout(buttons)

    def _on_name_changed(self, text: str) -> None:
        self._save.setEnabled(bool(text.strip()))
        self._close.setEnabled(bool(text.strip()))

    def _send(self, *, active: bool) -> None:
        wish = SaveOperator(
            name=self._name.text().strip(),
            role=str(self._role.currentData()),
            display_name=self._display.text().strip(),
            password=self._password.text(),
            active=active,
        )
        self._password.clear()
        self._context.spawn(self._ask(wish))

    async def _ask(self, wish: SaveOperator) -> None:
        await self._context.ask(wish)
        self._context.notify(
            self.tr("The account {name} was saved.").format(name=wish.name)
            if wish.active
            else self.tr("The account {name} is closed.").format(name=wish.name)
        )
        self._name.clear()
        self._display.clear()
