"""Before anybody can log in: what is being done, and what the station waits for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from alarmstation.adapters.link.client import Connected
from alarmstation.console import sentences, words
from alarmstation.console.live import LiveMirror
from alarmstation.console.viewmodels.station_health import StationHealth


class WaitingPage(QWidget):
    """A calm page: a title, a sentence, and each part that is not ready yet."""

    def __init__(self, live: LiveMirror, health: StationHealth) -> None:
        super().__init__()
        self._live = live
        self._title = QLabel()
        self._text = QLabel()
        self._parts = QLabel()
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        for part, role in ((self._title, "title"), (self._text, "lead"), (self._parts, "dim")):
            part.setProperty("role", role)
            part.setTextFormat(Qt.TextFormat.PlainText)
            part.setWordWrap(True)
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addStretch(3)
        health.changed.connect(self._on_health_changed)
        self._on_health_changed()

    def say(self, text: str) -> None:
        """What is being done."""
        if not isinstance(self._live.link, Connected):
            self._text.setText(text)

    def _on_health_changed(self) -> None:
        link = self._live.link
        if not isinstance(link, Connected):
            self._title.setText(self.tr("Connecting to the service"))
            self._parts.setText("")
            return
        self._title.setText(link.welcome.station)
        self._text.setText(self.tr("The station is starting. This takes a few seconds."))
        health = self._live.health
        conditions = link.welcome.conditions if health is None else health.conditions
        lines = [
            self.tr("{part}: {sentence}").format(
                part=words.part(condition.part), sentence=sentences.of_condition(condition)
            )
            for condition in conditions
            if condition.state != "ok"
        ]
        self._parts.setText("\n".join(lines))
