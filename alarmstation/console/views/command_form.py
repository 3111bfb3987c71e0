"""The typed form of a command, made from the catalogue."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alarmstation.console import command_words, sentences
from alarmstation.console.theme.style_sheet import role
from alarmstation.console.views.field_editor import FieldEditor
from alarmstation.domain.catalogue import (
    CATALOGUE,
    CommandTemplate,
    FieldValue,
    build,
    needs_confirmation,
)
from alarmstation.domain.command import Family
from alarmstation.domain.errors import UserError

LIST_WIDTH = 210
ITEM_HEIGHT = 26
HEADING_HEIGHT = 30
_NAME = Qt.ItemDataRole.UserRole


class CommandForm(QWidget):
    """Left the commands that the operator may send, right the fields of the chosen one."""

    changed = Signal()

    def __init__(self, allowed: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._allowed = allowed
        self._editors: dict[str, FieldEditor] = {}
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self._template: CommandTemplate | None = None
        self._list = self._make_list()
        self._title = QLabel()
        self._title.setProperty("role", "big")
        self._effect = QLabel()
        self._effect.setWordWrap(True)
        self._effect.setTextFormat(Qt.TextFormat.PlainText)
        self._problem = QLabel()
        self._problem.setProperty("role", "bad")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._fields = QFrame()
        self._grid = QGridLayout(self._fields)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnMinimumWidth(0, 110)
        self._grid.setColumnMinimumWidth(1, 190)
        self._grid.setColumnStretch(2, 1)
        right = QVBoxLayout()
        right.setContentsMargins(16, 0, 0, 0)
        right.setSpacing(6)
        right.addWidget(self._title)
        right.addWidget(self._effect)
        right.addWidget(self._fields)
        right.addWidget(self._problem)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._list)
        row.addLayout(right, 1)
        self._list.currentItemChanged.connect(self._on_item_changed)
        self._choose_first()

    @property
    def name(self) -> str:
        """The chosen command; empty when there is none."""
        return self._template.name if self._template else ""

    def fields(self) -> dict[str, FieldValue]:
        """The fields that count for the chosen command. Raises `UserError`."""
        if self._template is None:
            return {}
        found: dict[str, FieldValue] = {}
        for field, editor in self._editors.items():
            value = editor.value()
            if value is not None:
                found[field] = value
        applicable = {spec.name for spec in self._template.applicable(found)}
        fields = {field: value for field, value in found.items() if field in applicable}
        build(self._template.name, fields)
        return fields

    def choose(self, name: str, fields: dict[str, FieldValue] | None = None) -> None:
        """Choose a command and fill in fields."""
        for row in range(self._list.count()):
            if self._list.item(row).data(_NAME) == name:
                self._list.setCurrentRow(row)
        for field, value in (fields or {}).items():
            if field in self._editors:
                self._editors[field].show_value(value)

    def take_keyboard(self) -> None:
        """Put the keyboard into the list of commands."""
        self._list.setFocus()

    def _make_list(self) -> QListWidget:
        made = QListWidget()
        made.setFixedWidth(LIST_WIDTH)
        made.setMinimumHeight(6 * ITEM_HEIGHT)
        made.setAccessibleName(self.tr("Commands"))
        family: Family | None = None
        for template in CATALOGUE.values():
            if template.name not in self._allowed:
                continue
            if template.family is not family:
                family = template.family
                heading = QListWidgetItem(command_words.family(family))
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                font = heading.font()
                font.setPointSizeF(8.5)
                font.setBold(True)
                heading.setFont(font)
                heading.setSizeHint(QSize(0, HEADING_HEIGHT))
                made.addItem(heading)
            item = QListWidgetItem(command_words.name(template.name))
            item.setData(_NAME, template.name)
            item.setToolTip(template.name)
            item.setSizeHint(QSize(0, ITEM_HEIGHT))
            made.addItem(item)
        return made

    def _choose_first(self) -> None:
        for row in range(self._list.count()):
            if self._list.item(row).data(_NAME):
                self._list.setCurrentRow(row)
                return

    def _on_item_changed(self, item: QListWidgetItem | None) -> None:
        name = item.data(_NAME) if item is not None else None
        if not name:
            return
        self._template = CATALOGUE[name]
        self._title.setText(command_words.name(name))
        self._make_fields(self._template)
        self._on_changed()

    def _make_fields(self, template: CommandTemplate) -> None:
        for row in self._rows.values():
            for widget in row:
                widget.hide()
                widget.deleteLater()
        self._rows.clear()
        self._editors.clear()
        previous: QWidget = self._list
        for number, spec in enumerate(template.fields):
            editor = FieldEditor(spec, self)
            editor.changed.connect(self._on_changed)
            label = QLabel(command_words.field(spec))
            label.setProperty("role", "dim")
            label.setBuddy(editor.widget)
            limits = QLabel("" if spec.choices else command_words.allowed(spec))
            limits.setProperty("role", "small")
            limits.setToolTip(command_words.field_help(spec))
            for column, widget in enumerate((label, editor.widget, limits)):
                self._grid.addWidget(widget, number, column)
            self._editors[spec.name] = editor
            self._rows[spec.name] = (label, editor.widget, limits)
            self.setTabOrder(previous, editor.widget)
            previous = editor.widget
        self._fields.setVisible(bool(template.fields))

    def _on_changed(self) -> None:
        if self._template is None:
            return
        values = {}
        for field, editor in self._editors.items():
            try:
                value = editor.value()
            except UserError:
                continue
            if value is not None:
                values[field] = value
        applicable = {spec.name for spec in self._template.applicable(values)}
        for field, row in self._rows.items():
            for widget in row:
                widget.setVisible(field in applicable)
        self._say_effect(values)
        self.changed.emit()

    def _say_effect(self, values: dict[str, FieldValue]) -> None:
        assert self._template is not None
        self._effect.setText(command_words.effect(self._template, values))
        try:
            confirm = needs_confirmation(self._template.name, self.fields())
        except UserError as error:
            self._problem.setText(sentences.of_error(error))
            self._problem.show()
            role(self._effect, "dim")
            return
        self._problem.hide()
        role(self._effect, "warn" if confirm else "dim")
