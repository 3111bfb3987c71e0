"""One field of a command as a control: a box, a spin box with range and unit, or a line."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from alarmstation.console import command_words
from alarmstation.domain.catalogue import FieldSpec, FieldValue, Kind, check_field
from alarmstation.domain.commandline import read_value


class _CalmSpinBox(QSpinBox):
    """The wheel changes it only while it has the keyboard, so that scrolling sends no siren."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class FieldEditor(QObject):
    """`widget` is the control; `value` reads it."""

    changed = Signal()

    def __init__(self, spec: FieldSpec, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.widget: QWidget = self._make()
        self.widget.setAccessibleName(command_words.field(spec))
        self.widget.setAccessibleDescription(command_words.field_help(spec))
        self.widget.setToolTip(command_words.field_help(spec))

    def value(self) -> FieldValue | None:
        """What is in it; None when it is left empty. Raises `UserError`."""
        match self.widget:
            case QComboBox():
                return str(self.widget.currentData())
            case QSpinBox():
                return self.widget.value()
            case QCheckBox():
                return self.widget.isChecked()
            case QLineEdit():
                text = self.widget.text().strip()
                return check_field(self.spec, read_value(self.spec, text)) if text else None
        return None

    def show_value(self, value: FieldValue) -> None:
        """Put a value in."""
        match self.widget:
            case QComboBox():
                self.widget.setCurrentIndex(max(0, self.widget.findData(value)))
            case QSpinBox():
                self.widget.setValue(int(value))
            case QCheckBox():
                self.widget.setChecked(bool(value))
            case QLineEdit():
                self.widget.setText(str(value))

    def _make(self) -> QWidget:
        spec = self.spec
        if spec.kind is Kind.CHOICE:
            box = QComboBox()
            for value in spec.choices:
                box.addItem(command_words.choice(value), value)
            box.setCurrentIndex(max(0, box.findData(spec.default)))
            box.currentIndexChanged.connect(self.changed)
            return box
        if spec.kind is Kind.BOOL:
            check = QCheckBox()
            check.setChecked(bool(spec.default))
            check.toggled.connect(self.changed)
            return check
        if spec.kind is Kind.INT and spec.default is not None:
            return self._spin_box(int(spec.default))
        line = QLineEdit()
        line.setPlaceholderText(self.tr("empty: leave as it is"))
        line.textChanged.connect(self.changed)
        return line

    def _spin_box(self, default: int) -> QSpinBox:
        spec = self.spec
        spin = _CalmSpinBox()
        spin.setRange(int(spec.minimum or 0), int(spec.maximum or 0))
        if spec.unit:
            spin.setSuffix(f" {spec.unit}")
        if dict(spec.words).get("permanent") == 0:
            spin.setSpecialValueText(self.tr("permanent"))
        spin.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        spin.lineEdit().setTextMargins(8, 0, 8, 0)  # the style sheet's padding misses it
        spin.setValue(default)
        spin.setGroupSeparatorShown(True)
        spin.valueChanged.connect(self.changed)
        return spin
