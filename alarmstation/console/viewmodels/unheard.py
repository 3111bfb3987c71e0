"""The time before the service's start in which nobody was listening (`domain.md` 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from alarmstation.adapters.link.client import Connected
from alarmstation.console.live import LiveMirror

LEAST = timedelta(seconds=10)
"""A shorter time is that of an ordinary restart, which the broker bridges."""

NEWS_FOR = timedelta(hours=24)
"""An older one is history, and no news for a shift that begins."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody was listening from `start` to `end`."""

    start: datetime
    end: datetime

    @property
    def lasting(self) -> timedelta:
        """How long that was."""
        return self.end - self.start


class Unheard(QObject):
    """Says it once to everybody who logs in, until they put it away."""

    changed = Signal()

    def __init__(
        self, live: LiveMirror, now: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._now = now
        self._read: Gap | None = None

    @property
    def gap(self) -> Gap | None:
        """What the person who is logged in has not put away yet."""
        link, health = self._live.link, self._live.health
        if not isinstance(link, Connected) or link.session is None or health is None:
            return None
        if health.unheard_from is None or health.unheard_until is None:
            return None
        gap = Gap(health.unheard_from, health.unheard_until)
        old = self._now() - gap.end > NEWS_FOR
        return None if old or gap.lasting <= LEAST or gap == self._read else gap

    def put_away(self) -> None:
        """This person has read it."""
        self._read = self.gap
        self.changed.emit()

    def begin_shift(self) -> None:
        """Somebody has logged in, who has read nothing yet."""
        self._read = None
        self.changed.emit()
