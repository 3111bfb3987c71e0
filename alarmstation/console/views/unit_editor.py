"""Enrols, renames, places, retires and deletes a unit, in place."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
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

from alarmstation.application.requests import RemoveDevice, SaveDevice
from alarmstation.application.views import DeviceView
from alarmstation.console import sentences
from alarmstation.console.context import ConsoleContext
from alarmstation.console.models.site_tree import label
from alarmstation.console.views.form_card import field_label
from alarmstation.console.views.site_choice import SiteChoice
from alarmstation.domain.access import Action
from alarmstation.domain.device import Lifecycle
from alarmstation.domain.errors import Unavailable, UserError

NAME_LENGTH = 80
KEY_DIGITS = 64
HAS_HISTORY = "device.has-history"


class UnitEditor(QFrame):
    """Hidden until asked for; Enter saves, Escape goes back."""

    closed = Signal()

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._context = context
        self._view: DeviceView | None = None
        self._title = QLabel()
        self._title.setProperty("role", "big")
        self._name = QLineEdit()
        self._name.setMaxLength(NAME_LENGTH)
        self._site = SiteChoice(context, self.tr("– no site –"))
        self._note = QLineEdit()
        self._key = QLineEdit()
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setMaxLength(KEY_DIGITS)
        digits = QRegularExpression(f"[0-9A-Fa-f]{{0,{KEY_DIGITS}}}")
        self._key.setValidator(QRegularExpressionValidator(digits, self))
        self._key.setPlaceholderText(self.tr("64 hex digits; empty keeps the present key"))
        for line in (self._name, self._note, self._key):
            line.returnPressed.connect(self._on_save)
        self._problem = QLabel()
        self._problem.setProperty("role", "bad")
        self._problem.setWordWrap(True)
        self._build()
        self.hide()

    def edit(self, view: DeviceView) -> None:
        """Open for this unit."""
        self._view = view
        provisional = view.lifecycle == Lifecycle.PROVISIONAL
        self._title.setText(
            self.tr("Enrol {host}").format(host=view.host)
            if provisional
            else self.tr("Change {host}").format(host=view.host)
        )
        self._name.setText(view.name)
        self._site.offer(view.site_id)
        self._note.setText(view.note)
        self._key.clear()
        self._save.setText(self.tr("Enrol") if provisional else self.tr("Save"))
        self._say("")
        self._sure.hide()
        self.show()
        self._name.setFocus()

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for caption, field in (
            (self.tr("Name"), self._name),
            (self.tr("Site"), self._site),
            (self.tr("Note"), self._note),
            (self.tr("New key"), self._key),
        ):
            field.setAccessibleName(caption)
            form.addRow(field_label(caption), field)
        self._save = QPushButton()
        self._save.setProperty("role", "main")
        self._save.clicked.connect(self._on_save)
        back = QPushButton(self.tr("Back"))
        back.clicked.connect(self._close)
        remove = QPushButton(self.tr("Delete…"))
        remove.setProperty("role", "quiet")
        remove.clicked.connect(self._on_remove_wished)
        remove.setVisible(self._context.may(Action.RETIRE))
        buttons = QHBoxLayout()
        buttons.addWidget(self._save)
        buttons.addWidget(back)
        buttons.addStretch(1)
        buttons.addWidget(remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addLayout(buttons)
        column.addWidget(self._make_sure())

    def _make_sure(self) -> QWidget:
        """The question before a unit goes: in place, because a box would hide alarms."""
        self._sure = QFrame()
        self._question = QLabel()
        self._question.setWordWrap(True)
        self._do_delete = QPushButton(self.tr("Delete for good"))
        self._do_delete.clicked.connect(lambda: self._remove(retire=False))
        self._do_retire = QPushButton(self.tr("Retire, keep its history"))
        self._do_retire.clicked.connect(lambda: self._remove(retire=True))
        keep = QPushButton(self.tr("Keep it"))
        keep.clicked.connect(self._sure.hide)
        buttons = QHBoxLayout()
        buttons.addWidget(keep)
        buttons.addWidget(self._do_retire)
        buttons.addWidget(self._do_delete)
        buttons.addStretch(1)
        column = QVBoxLayout(self._sure)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self._question)
        column.addLayout(buttons)
        return self._sure

    def _on_save(self) -> None:
        if self._view is None:
            return
        key = self._key.text().strip()
        if key and len(key) != KEY_DIGITS:
            self._say(
                self.tr("A key has 64 hex digits; this one has {count}.").format(count=len(key))
            )
            self._key.setFocus()
            return
        request = SaveDevice(
            self._view.id,
            self._name.text().strip(),
            self._site.site_id,
            self._note.text().strip(),
            key,
        )
        self._key.clear()
        self._context.spawn(self._ask(request))

    def _on_remove_wished(self) -> None:
        if self._view is None:
            return
        self._question.setText(
            self.tr(
                "Shall {unit} go? Nobody is warned from there any more. A unit with history can "
                "only be retired."
            ).format(unit=label(self._view))
        )
        self._do_delete.show()
        self._sure.show()
        self._do_retire.setFocus()

    def _remove(self, *, retire: bool) -> None:
        if self._view is not None:
            self._context.spawn(self._ask(RemoveDevice(self._view.id, retire)))

    async def _ask(self, request: SaveDevice | RemoveDevice) -> None:
        try:
            await self._context.ask(request)
        except (UserError, Unavailable) as error:
            self._say(sentences.of_error(error))
            if isinstance(error, UserError) and error.key == HAS_HISTORY:
                self._question.setText(self.tr("Retire it instead? Its history stays readable."))
                self._do_delete.hide()
                self._sure.show()
                self._do_retire.setFocus()
            return
        self._close()

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _close(self) -> None:
        self._key.clear()
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)
