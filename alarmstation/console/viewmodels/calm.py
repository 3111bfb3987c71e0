"""What a list of alarms may say when nothing is in it. Quiet is a claim, and must be known."""

from __future__ import annotations

from enum import Enum, auto

from alarmstation.console.live import LiveMirror


class Calm(Enum):
    """Why no alarm waits."""

    NO_SERVICE = auto()
    """The service is not connected: nobody knows."""
    NOT_HEARD = auto()
    """The service does not hear the units: nobody knows."""
    GOING_ON = auto()
    """Alarms are open, all of them acknowledged."""
    QUIET = auto()
    """Nothing is open."""


def calm(live: LiveMirror) -> Calm:
    """Why no alarm waits, given that none does."""
    if live.stale:
        return Calm.NO_SERVICE
    if not _heard(live):
        return Calm.NOT_HEARD
    return Calm.GOING_ON if live.alarms else Calm.QUIET


def _heard(live: LiveMirror) -> bool:
    conditions = () if live.health is None else live.health.conditions
    return any(c.part == "receiving" and c.state == "ok" for c in conditions)
