"""Every part of the station as the console sees it: the service's own words, the link, sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject, Signal

from alarmstation.adapters.link.client import Connected, Connecting, Lost
from alarmstation.application.views import ConditionView
from alarmstation.console.live import LiveMirror
from alarmstation.console.sound import Speaker

PROOF_OVERDUE_S = 150
"""Two and a half canaries: the path counts as not proven any more."""

_RANK = {"down": 0, "degraded": 1, "starting": 2, "ok": 3}


class StationHealth(QObject):
    """Merges what the service says of itself with what only the console can know."""

    changed = Signal()

    def __init__(
        self,
        live: LiveMirror,
        speaker: Speaker,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._speaker = speaker
        self.now = now
        self._service_note = ""
        live.health_changed.connect(self._on_change)
        live.link_moved.connect(self._on_change)
        speaker.changed.connect(self._on_change)

    def note_service(self, note: str) -> None:
        """What the console's own child process is doing; translated, empty: nothing special."""
        if note != self._service_note:
            self._service_note = note
            self.changed.emit()

    def condition(self, part: str) -> ConditionView:
        """How a part is. Without a service nobody knows how the others are."""
        if part == "sound":
            return self._sound()
        link = self._live.link
        if part == "service" and not isinstance(link, Connected):
            return self._link_condition()
        if not isinstance(link, Connected):
            return self._unknown(part)
        health = self._live.health
        for condition in link.welcome.conditions if health is None else health.conditions:
            if condition.part == part:
                return condition
        if part == "service":
            return ConditionView(part, "ok", "service.ok", self._said_ok(), link.since)
        return self._unknown(part)

    def troubles(self) -> tuple[ConditionView, ...]:
        """Parts that are not in order, worst first; the lost service is not among them."""
        health = self._live.health
        told = () if health is None or self._live.stale else health.conditions
        all_parts = (*told, self._sound())
        return tuple(
            sorted(
                (c for c in all_parts if c.state in {"down", "degraded", "starting"}),
                key=lambda c: _RANK.get(c.state, 1),
            )
        )

    def _sound(self) -> ConditionView:
        now = self.now()
        translate = QCoreApplication.translate
        match self._speaker.works:
            case True:
                text = translate("StationHealth", "Sound was heard on {device}.").format(
                    device=self._speaker.device
                )
                return ConditionView("sound", "ok", "", text, now)
            case False:
                text = translate(
                    "StationHealth",
                    "No sound comes out ({problem}). Alarms are shown but not heard: watch the "
                    "screen, and connect or switch on a loudspeaker.",
                ).format(problem=self._speaker.problem)
                return ConditionView("sound", "degraded", "", text, now)
            case _:
                text = translate("StationHealth", "Not tried yet.")
                return ConditionView("sound", "unknown", "", text, now)

    def _link_condition(self) -> ConditionView:
        translate = QCoreApplication.translate
        match self._live.link:
            case Lost(since=since, key="refused", text=text):
                return ConditionView("service", "down", "", text, since)
            case Lost(since=since):
                text = translate("StationHealth", "The service is not connected.")
                return ConditionView("service", "down", "", self._service_note or text, since)
            case Connecting(since=since):
                text = translate("StationHealth", "Looking for the service.")
                return ConditionView("service", "starting", "", self._service_note or text, since)
            case Connected(since=since):
                return ConditionView("service", "ok", "", self._said_ok(), since)

    def _unknown(self, part: str) -> ConditionView:
        text = QCoreApplication.translate("StationHealth", "Not known at the moment.")
        return ConditionView(part, "unknown", "", text, self.now())

    def _said_ok(self) -> str:
        return QCoreApplication.translate("StationHealth", "The service answers.")

    def _on_change(self, _change: object = None) -> None:
        self.changed.emit()
