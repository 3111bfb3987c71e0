"""How fast commands may follow each other to one unit (`protocol.md` 8.6)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alarmstation.domain.command import Family

PER_MINUTE = 60
AGAIN_AFTER = timedelta(seconds=1)
"""Pause before what could not leave is tried again."""

TIME_SET_AGAIN = timedelta(minutes=5)
"""A unit whose clock is wrong is told the time so often at most."""

OUTPUT_SPACING = timedelta(seconds=0.1)
CONFIG_SPACING = timedelta(seconds=1)


@dataclass(slots=True)
class Pace:
    """Of one unit."""

    config_at: datetime | None = None
    """When the last config command was handed over."""
    _next_at: datetime | None = None
    _recent: deque[datetime] = field(default_factory=deque)
    _time_set_at: datetime | None = None

    def within_a_minute(self, at: datetime) -> int:
        """How many commands were handed over lately."""
        while self._recent and at - self._recent[0] > timedelta(minutes=1):
            self._recent.popleft()
        return len(self._recent)

    def allows(self, at: datetime) -> bool:
        """Whether one more may leave now."""
        if self._next_at is not None and at < self._next_at:
            return False
        return self.within_a_minute(at) < PER_MINUTE

    def left(self, family: Family, at: datetime) -> None:
        """A command was handed over."""
        self._recent.append(at)
        self._next_at = at + OUTPUT_SPACING
        if family is Family.CONFIG:
            self._next_at, self.config_at = at + CONFIG_SPACING, at

    def came_back(self, at: datetime) -> None:
        """A command could not leave."""
        self._next_at = at + AGAIN_AFTER

    def may_set_time(self, at: datetime) -> bool:
        """Whether it is worth telling the unit the time (again); then it counts as told."""
        if self._time_set_at is not None and at - self._time_set_at < TIME_SET_AGAIN:
            return False
        self._time_set_at = at
        return True
