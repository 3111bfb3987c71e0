"""Makes and changes a site, in place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.requests import SaveSite
from alarmstation.console import sentences
from alarmstation.console.context import ConsoleContext
from alarmstation.console.views.site_choice import SiteChoice
from alarmstation.domain.errors import Unavailable, UserError

NAME_LENGTH = 80


class SiteEditor(QFrame):
    """Hidden until asked for; Enter saves, Escape goes back."""

    closed = Signal()

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._context = context
        self._site_id = 0
        self._title = QLabel()
        self._title.setProperty("role", "big")
        self._name = QLineEdit()
        self._name.setMaxLength(NAME_LENGTH)
        self._name.setAccessibleName(self.tr("Name of the site"))
        self._name.returnPressed.connect(self._on_save)
        self._parent_site = SiteChoice(context, self.tr("– at the top –"))
        self._parent_site.setAccessibleName(self.tr("Part of"))
        self._problem = QLabel()
        self._problem.setProperty("role", "bad")
        self._problem.setWordWrap(True)
        self._problem.hide()
        save = QPushButton(self.tr("Save"))
        save.setProperty("role", "main")
        save.clicked.connect(self._on_save)
        back = QPushButton(self.tr("Back"))
        back.clicked.connect(self._close)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)  # its column is narrow
        form.addRow(self.tr("Name"), self._name)
        form.addRow(self.tr("Part of"), self._parent_site)
        buttons = QHBoxLayout()
        buttons.addWidget(save)
        buttons.addWidget(back)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.addWidget(self._title)
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addLayout(buttons)
        self.hide()

    def ask_new(self, parent_id: int | None) -> None:
        """Ask for a new site below `parent_id`."""
        self._open(0, self.tr("New site"), "", parent_id)

    def ask_change(self, site_id: int) -> None:
        """Change a site's name or place."""
        site = self._context.live.sites.get(site_id)
        if site is not None:
            self._open(site_id, self.tr("Change this site"), site.name, site.parent_id)

    def _open(self, site_id: int, title: str, name: str, parent_id: int | None) -> None:
        self._site_id = site_id
        self._title.setText(title)
        self._name.setText(name)
        self._parent_site.offer(parent_id, without=site_id or None)
        self._problem.hide()
        self.show()
        self._name.setFocus()

    def _on_save(self) -> None:
        name = self._name.text().strip()
        if not name:
            self._say(self.tr("A site needs a name."))
            self._name.setFocus()
            return
        self._context.spawn(self._save(SaveSite(self._site_id, name, self._parent_site.site_id)))

    async def _save(self, request: SaveSite) -> None:
        try:
            await self._context.ask(request)
        except (UserError, Unavailable) as error:
            self._say(sentences.of_error(error))
            return
        self._close()

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.show()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)
