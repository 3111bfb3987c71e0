"""Accounts, for administrators: see, create and change them, give a forgotten password anew."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.requests import (
    ListOperators,
    OperatorRow,
    Operators,
    SaveOperator,
)
from alarmstation.console import words
from alarmstation.console.context import ConsoleContext
from alarmstation.console.views.form_card import field_label

ROW_HEIGHT = 34
SHOWN_ROWS = 6
"""More accounts than this are scrolled."""


class AccountList(QTableWidget):
    """One row per account; choosing one fills the form."""

    chosen = Signal(object)
    """OperatorRow"""

    def __init__(self) -> None:
        super().__init__(0, 4)
        self._accounts: tuple[OperatorRow, ...] = ()
        titles = (self.tr("NAME"), self.tr("FULL NAME"), self.tr("ROLE"), self.tr("STATE"))
        self.setHorizontalHeaderLabels(titles)
        self.setAccessibleName(self.tr("Accounts"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.itemSelectionChanged.connect(self._on_selection_changed)

    def show_accounts(self, accounts: tuple[OperatorRow, ...]) -> None:
        """Fill in, without choosing anything."""
        self._accounts = accounts
        self.blockSignals(True)
        self.clearSelection()
        self.setRowCount(len(accounts))
        for number, account in enumerate(accounts):
            state = self.tr("Active") if account.active else self.tr("Closed")
            cells = (account.name, account.display_name, words.role(account.role), state)
            for column, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.setItem(number, column, cell)
        self.blockSignals(False)
        rows = min(max(1, len(accounts)), SHOWN_ROWS)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * ROW_HEIGHT + 4)

    def known(self, name: str) -> OperatorRow | None:
        """The account of that name."""
        return next((account for account in self._accounts if account.name == name), None)

    def _on_selection_changed(self) -> None:
        rows = self.selectionModel().selectedRows()
        if rows:
            self.chosen.emit(self._accounts[rows[0].row()])


class AccountsSection(QWidget):
    """The list, and a form that creates or changes one account by its name."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        self._context = context
        self._list = AccountList()
        self._list.chosen.connect(self._on_chosen)
        self._name = QLineEdit()
        self._display = QLineEdit()
        self._role = QComboBox()
        for role in words.ROLES:
            self._role.addItem(words.role(role), role)
        self._role.setCurrentIndex(1)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._save = QPushButton()
        self._close = QPushButton(self.tr("Close account"))
        self._new = QPushButton(self.tr("New account"))
        self._new.clicked.connect(self._begin_new)
        self._save.clicked.connect(lambda: self._send(active=True))
        self._close.clicked.connect(lambda: self._send(active=False))
        self._name.textChanged.connect(self._fit)
        self._password.textChanged.connect(self._fit)
        self._build()
        self._list.show_accounts(())
        self._fit()

    def _build(self) -> None:
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
        self._hint = QLabel()
        self._hint.setProperty("role", "dim")
        self._hint.setWordWrap(True)
        buttons = QHBoxLayout()
        for button in (self._save, self._close, self._new):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._list)
        column.addWidget(self._hint)
        column.addLayout(form)
        column.addLayout(buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """Others may have changed accounts meanwhile."""
        super().showEvent(event)
        self._context.spawn(self._read())

    async def _read(self) -> None:
        reply = await self._context.ask(ListOperators())
        if isinstance(reply, Operators):
            self._list.show_accounts(reply.operators)
            self._fit()

    def _fit(self) -> None:
        """What the form would do now, in words."""
        name = self._name.text().strip()
        known = self._list.known(name)
        if known is None:
            self._hint.setText(
                self.tr("Choose an account to change it, or fill in the form to create one.")
            )
            self._save.setText(self.tr("Create account"))
            self._password.setPlaceholderText(self.tr("at least 8 characters"))
        else:
            self._hint.setText(self.tr("You are changing the account {name}.").format(name=name))
            closed = self.tr("Open account again")
            self._save.setText(self.tr("Save account") if known.active else closed)
            self._password.setPlaceholderText(self.tr("empty: keep the present one"))
        self._save.setEnabled(bool(name) and (known is not None or bool(self._password.text())))
        self._close.setEnabled(known is not None and known.active)

    def _on_chosen(self, account: OperatorRow) -> None:
        self._name.setText(account.name)
        self._display.setText(account.display_name)
        self._role.setCurrentIndex(max(0, self._role.findData(account.role)))
        self._password.clear()
        self._fit()

    def _begin_new(self) -> None:
        self._list.clearSelection()
        self._clear()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        for line in (self._name, self._display, self._password):
            line.clear()
        self._role.setCurrentIndex(1)

    def _send(self, *, active: bool) -> None:
        name = self._name.text().strip()
        known = self._list.known(name)
        wish = SaveOperator(
            name=name,
            role=str(self._role.currentData()),
            display_name=self._display.text().strip(),
            password=self._password.text(),
            site_ids=() if known is None else known.site_ids,
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
        self._clear()
        await self._read()
