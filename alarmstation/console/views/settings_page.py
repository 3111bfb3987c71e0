"""What this workstation's console may be told: language, theme, sound, monitor; accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from alarmstation.console.context import ConsoleContext
from alarmstation.console.language import LANGUAGES
from alarmstation.console.sound import NotSounded, Sounded, Speaker
from alarmstation.console.views.accounts_section import AccountsSection
from alarmstation.console.views.form_card import FIELD_HEIGHT, field_label
from alarmstation.domain.access import Action

LEAST_VOLUME = 20


class SettingsPage(QScrollArea):
    """Every choice takes effect at once; nothing has to be saved."""

    preferred = Signal(object)
    """Preferences: the new ones."""

    def __init__(self, context: ConsoleContext, speaker: Speaker) -> None:
        super().__init__()
        self._context = context
        self._speaker = speaker
        self._preferences = context.preferences
        self._heard = QLabel()
        self._heard.setProperty("role", "dim")
        self._heard.setWordWrap(True)
        self._heard.hide()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        row = QHBoxLayout(inside)
        column = QVBoxLayout()
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(18)
        row.addLayout(column)
        row.addStretch(1)
        title = QLabel(self.tr("Settings"))
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addWidget(self._card(self.tr("This workstation"), self._workstation()))
        column.addWidget(self._card(self.tr("Sound"), self._sound()))
        if context.may(Action.MANAGE_USERS):
            column.addWidget(self._card(self.tr("Accounts"), AccountsSection(context)))
        column.addStretch(1)
        self.setWidget(inside)
        speaker.sounded.connect(self._on_sounded)
        speaker.failed.connect(self._on_failed)

    @staticmethod
    def _card(title: str, content: QWidget) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        card.setFixedWidth(620)
        head = QLabel(title)
        head.setProperty("role", "big")
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 20, 24, 22)
        column.setSpacing(14)
        column.addWidget(head)
        column.addWidget(content)
        return card

    def _workstation(self) -> QWidget:
        languages = [("", self.tr("That of the person or the desktop")), *LANGUAGES.items()]
        themes = [("dark", self.tr("Dark")), ("light", self.tr("Light"))]
        screens = [("", self.tr("The main one"))]
        screens += [(screen.name(), screen.name()) for screen in QGuiApplication.screens()]
        present = self._preferences
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(20)
        self._choice(form, self.tr("Language"), "language", languages, present.language)
        self._choice(form, self.tr("Theme"), "theme", themes, present.theme)
        self._choice(
            form, self.tr("Monitor for alarms"), "popup_screen", screens, present.popup_screen
        )
        box = QWidget()
        box.setLayout(form)
        return box

    def _choice(
        self,
        form: QFormLayout,
        title: str,
        field: str,
        entries: list[tuple[str, str]],
        present: str,
    ) -> None:
        combo = QComboBox()
        combo.setObjectName(field)
        combo.setAccessibleName(title)
        combo.setMinimumWidth(300)
        for value, text in entries:
            combo.addItem(text, value)
        combo.setCurrentIndex(max(0, combo.findData(present)))
        combo.activated.connect(lambda: self._prefer(field, str(combo.currentData())))
        form.addRow(field_label(title), combo)

    def _sound(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setMinimumHeight(FIELD_HEIGHT)
        slider.setRange(LEAST_VOLUME, 100)
        slider.setValue(self._preferences.volume_pct)
        slider.setAccessibleName(self.tr("Volume"))
        slider.sliderReleased.connect(lambda: self._prefer("volume_pct", slider.value()))
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.addRow(field_label(self.tr("Volume")), slider)
        column.addLayout(form)
        row = QHBoxLayout()
        for name, text in (
            ("test", self.tr("Test tone")),
            ("critical", self.tr("Critical")),
            ("high", self.tr("High")),
            ("medium", self.tr("Medium")),
            ("low", self.tr("Low")),
        ):
            button = QPushButton(text)
            button.clicked.connect(lambda _=False, n=name: self._play(n))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._heard)
        return box

    def _play(self, name: str) -> None:
        self._heard.hide()
        self._speaker.play(name, self._preferences.volume_pct)

    def _on_sounded(self, sounded: Sounded) -> None:
        self._heard.show()
        self._heard.setText(
            self.tr("It plays on {device}. If you hear nothing, turn the loudspeaker up.").format(
                device=sounded.device
            )
        )

    def _on_failed(self, failure: NotSounded) -> None:
        self._heard.show()
        self._heard.setText(
            self.tr("No sound comes out: {problem}").format(problem=failure.problem)
        )

    def _prefer(self, field: str, value: Any) -> None:
        self._preferences = replace(self._preferences, **{field: value})
        self.preferred.emit(self._preferences)
