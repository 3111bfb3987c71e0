"""Acknowledgments that can still be taken back, each with the seconds that are left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from alarmstation.application.views import AlarmView
from alarmstation.console import times, words
from alarmstation.console.viewmodels.alarm_actions import AlarmActions, Undoable
from alarmstation.console.widgets.elided_label import ElidedLabel

SHOWN = 3


class UndoBar(QWidget):
    """A row of chips, the newest `most`; hidden while there is nothing to take back."""

    def __init__(
        self,
        actions: AlarmActions,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
        *,
        most: int = SHOWN,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._now = now
        self._most = most
        self._chips: dict[str, QFrame] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 4, 0, 8)
        self._row.setSpacing(6)
        self._row.addStretch(1)
        actions.undo_changed.connect(self._on_undo_changed)
        self._on_undo_changed(actions.undoable)

    def _on_undo_changed(self, undoable: tuple[Undoable, ...]) -> None:
        shown = {item.alarm.id: item for item in undoable[-self._most :]}
        for key in [key for key in self._chips if key not in shown]:
            frame = self._chips.pop(key)
            self._row.removeWidget(frame)
            frame.deleteLater()
        for key, item in shown.items():
            if key not in self._chips:
                self._chips[key] = self._chip(item)
            button = self._chips[key].findChild(QPushButton)
            if button is not None:
                button.setText(
                    self.tr("Undo ({left})").format(left=times.until(item.until, self._now()))
                )
        self.setVisible(bool(self._chips))

    def _chip(self, item: Undoable) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "chip")
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 4, 4, 4)
        row.addLayout(_says(item.alarm), 1)
        button = QPushButton()
        button.clicked.connect(lambda: self._actions.undo(item))
        row.addWidget(button)
        self._row.insertWidget(self._row.count() - 1, frame)
        return frame


def _says(alarm: AlarmView) -> QVBoxLayout:
    """Where, and what: units of many sites have the same name."""
    where, what = ElidedLabel(), ElidedLabel()
    where.setText(" › ".join(filter(None, (alarm.place, alarm.device_name or alarm.host))))
    text = QCoreApplication.translate("UndoBar", "{kind}: acknowledged")
    what.setText(text.format(kind=words.kind(alarm.kind)))
    what.setProperty("role", "small")
    lines = QVBoxLayout()
    lines.setSpacing(0)
    lines.addWidget(where)
    lines.addWidget(what)
    return lines
