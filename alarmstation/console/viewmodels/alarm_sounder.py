"""Which sound belongs to what waits: one at a time, the worst wins, until it is handled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from alarmstation.adapters.link.client import Lost
from alarmstation.application.views import AlarmView
from alarmstation.console.live import LiveMirror
from alarmstation.console.sound import NotSounded, Sounded, Speaker
from alarmstation.console.viewmodels.alarm_queue import AlarmQueue, sounds, unattended
from alarmstation.console.viewmodels.escalation import Stage, escalation
from alarmstation.domain.alarm import Severity

NAMES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "high",
    Severity.MEDIUM: "medium",
    Severity.LOW: "low",
}
LOST = "lost"
LOST_MUTE_S = 60
"""The sound of a lost service can be muted for this long, never for ever."""

RISE = (50, 60, 70)
"""Per cent of the volume at the first, second, and every later repetition, until it is louder."""

URGENT_SHARE, URGENT_LEAST_S = 0.6, 1.2
"""The most urgent rhythm repeats after this share of a sound's length, but never into its tones."""


class AlarmSounder(QObject):
    """Drives the speaker and tells of each alarm when it was first heard."""

    heard = Signal(object)
    """tuple[AlarmView, Sounded]: an alarm was heard for the first time."""
    unheard = Signal(object)
    """tuple[AlarmView, NotSounded]: an alarm should be heard and is not."""

    def __init__(
        self,
        live: LiveMirror,
        queue: AlarmQueue,
        speaker: Speaker,
        *,
        volume_pct: Callable[[], int],
        in_front: Callable[[], bool],
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._queue = queue
        self._speaker = speaker
        self._volume_pct = volume_pct
        self._in_front = in_front
        self._now = now
        self._playing = ""
        self._round = 0
        self._sounded_stage = Stage.RISING
        self._told: set[tuple[str, int, bool]] = set()
        self._lost_muted_until: datetime | None = None
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._on_round)
        # Silences end by themselves, without a message.
        self._watch = QTimer(self)
        self._watch.setInterval(500)
        self._watch.timeout.connect(self._reconsider)
        self._watch.start()
        queue.changed.connect(self._reconsider)
        live.link_moved.connect(self._reconsider)
        live.health_changed.connect(self._reconsider)
        speaker.sounded.connect(self._on_sounded)
        speaker.failed.connect(self._on_failed)

    @property
    def playing(self) -> str:
        """Name of the sound that repeats now; empty: quiet."""
        return self._playing

    @property
    def lost_muted_until(self) -> datetime | None:
        """Until when the sound of a lost service is muted; None: it is not."""
        until = self._lost_muted_until
        return until if until is not None and until > self._now() else None

    def mute_lost(self, until: datetime) -> None:
        """Mute the sound of a lost service; alarms are not muted by it."""
        self._lost_muted_until = until
        self._reconsider()

    def close(self) -> None:
        """Be quiet for good."""
        self._watch.stop()
        self._next.stop()
        self._speaker.stop()

    def _sounding(self) -> list[AlarmView]:
        now = self._now()
        return [alarm for alarm in self._queue.waiting if sounds(alarm, now)]

    def _wanted(self) -> str:
        worst = max((alarm.severity for alarm in self._sounding()), default=None)
        if worst is None:
            worst = unattended(self._live)
        lost = isinstance(self._live.link, Lost) and self.lost_muted_until is None
        if lost and (worst is None or worst < Severity.CRITICAL):
            return LOST
        return "" if worst is None else NAMES[Severity(worst)]

    def _reconsider(self, _change: object = None) -> None:
        wanted = self._wanted()
        if wanted == self._playing:
            if wanted and self._speaker.works and self._unheard_now():
                self._report(Sounded(wanted, self._now(), self._speaker.device))
            if wanted and self._stage() > self._sounded_stage and self._round:
                self._on_round()  # as the popup announced, and not only at the next repetition
            return
        self._playing = wanted
        self._round = 0
        self._next.stop()
        if wanted:
            self._on_round()
        else:
            self._speaker.stop()

    def _unheard_now(self) -> bool:
        return any((a.id, a.raise_count, True) not in self._told for a in self._sounding())

    def _on_round(self) -> None:
        if not self._playing:
            return
        stage = self._sounded_stage = self._stage()
        rise = 100 if stage >= Stage.LOUD else RISE[min(self._round, len(RISE) - 1)]
        self._round += 1
        name = self._playing
        if name != LOST and not self._in_front():
            name = f"{name}-away"
        length_s = self._speaker.play(name, self._volume_pct() * rise // 100)
        if stage >= Stage.URGENT:
            length_s = min(length_s, max(URGENT_LEAST_S, length_s * URGENT_SHARE))
        self._next.start(round(length_s * 1000))

    def _stage(self) -> Stage:
        """How urgent it is. What nobody can handle here, as nobody is logged in, is loud."""
        present = escalation(self._queue.waiting, self._now())
        if present is None or self._playing == LOST:
            return Stage.LOUD if self._round >= len(RISE) else Stage.RISING
        return present.stage

    def _on_sounded(self, sounded: Sounded) -> None:
        if self._playing and sounded.name.removesuffix("-away") == self._playing:
            self._report(sounded)

    def _report(self, sounded: Sounded) -> None:
        if self._playing == LOST:
            return
        for alarm in self._sounding():
            key = (alarm.id, alarm.raise_count, True)
            if key not in self._told:
                self._told.add(key)
                if alarm.ledger.sounded_at is None:
                    self.heard.emit((alarm, sounded))

    def _on_failed(self, failure: NotSounded) -> None:
        for alarm in self._sounding():
            key = (alarm.id, alarm.raise_count, False)
            if key not in self._told:
                self._told.add(key)
                self.unheard.emit((alarm, failure))
