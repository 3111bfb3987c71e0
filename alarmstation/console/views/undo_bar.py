"""Acknowledgments that can still be taken back, each with the seconds that are left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from alarmstation.console import times, words
from alarmstation.console.viewmodels.alarm_actions import AlarmActions, Undoable

SHOWN = 3


class UndoBar(QWidget):
    """A row of chips; hidden while there is nothing to take back."""

    def __init__(
        self, actions: AlarmActions, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._now = now
        self._chips: dict[str, tuple[QFrame, QLabel]] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 4, 0, 8)
        self._row.addStretch(1)
        actions.undo_changed.connect(self._on_undo_changed)
        self._on_undo_changed(actions.undoable)

    def _on_undo_changed(self, undoable: tuple[Undoable, ...]) -> None:
        shown = {item.alarm.id: item for item in undoable[-SHOWN:]}
        for key in [key for key in self._chips if key not in shown]:
            frame, _ = self._chips.pop(key)
            self._row.removeWidget(frame)
            frame.deleteLater()
        for key, item in shown.items():
            if key not in self._chips:
                self._chips[key] = self._chip(item)
            self._chips[key][1].setText(
                self.tr("{unit}, {kind}: acknowledged").format(
                    unit=item.alarm.device_name or item.alarm.host,
                    kind=words.kind(item.alarm.kind),
                )
            )
            button = self._chips[key][0].findChild(QPushButton)
            if button is not None:
                button.setText(
                    self.tr("Undo ({left})").format(left=times.until(item.until, self._now()))
                )
        self.setVisible(bool(self._chips))

    def _chip(self, item: Undoable) -> tuple[QFrame, QLabel]:
        frame = QFrame()
        frame.setProperty("role", "chip")
        label = QLabel()
        button = QPushButton()
        button.clicked.connect(lambda: self._actions.undo(item))
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 4, 4, 4)
        row.addWidget(label)
        row.addWidget(button)
        self._row.insertWidget(self._row.count() - 1, frame)
        return frame, label
