"""Presence of a unit (`protocol.md` 8.3) and the age of its last will (1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from alarmstation.domain.device import CommState
from alarmstation.domain.messages import CLOCK_NOT_SET_BELOW

DEFAULT_INTERVAL_S = 60.0
GAPS_KEPT = 8
LATE_AFTER_INTERVALS = 1.5
WILL_MARGIN_S = 30
"""The will of the current session is always a little older than its login."""


def interval_s(configured_s: float | None, gaps_s: Sequence[float]) -> float:
    """Heartbeat interval: the confirmed configured one, else the median of the last gaps."""
    if configured_s:
        return float(configured_s)
    if gaps_s:
        return max(1.0, median(gaps_s))
    return DEFAULT_INTERVAL_S


def offline_after_s(interval: float) -> float:
    """Silence after which a unit is offline."""
    return max(90.0, 3 * interval + 15.0)


def comm_state(silence_s: float | None, interval: float) -> CommState:
    """State by silence alone; None: never heard. A valid last will is decided elsewhere."""
    if silence_s is None:
        return CommState.UNKNOWN
    if silence_s > offline_after_s(interval):
        return CommState.OFFLINE
    if silence_s > LATE_AFTER_INTERVALS * interval:
        return CommState.LATE
    return CommState.ONLINE


def due_in_s(silence_s: float, interval: float) -> float:
    """Seconds until the state can change next by silence alone; infinite once offline."""
    for limit in (LATE_AFTER_INTERVALS * interval, offline_after_s(interval)):
        if silence_s <= limit:
            return limit - silence_s + 0.001
    return float("inf")


@dataclass(frozen=True, slots=True)
class LoginFacts:
    """What the last login of a unit said of its session."""

    timestamp: int
    uptime_s: int
    boot_count: int
    sequence: int


def will_is_stale(
    timestamp: int,
    uptime_at_connect_s: int,
    login: LoginFacts | None,
    *,
    retained: bool,
    heard_since: bool,
) -> bool:
    """Whether a last will belongs to a session before the last login (`protocol.md` 1.4).

    `heard_since`: some message of this host was received before; a retained will is then older.
    """
    if retained and heard_since:
        return True
    if login is None:
        return False
    if timestamp >= CLOCK_NOT_SET_BELOW and login.timestamp >= CLOCK_NOT_SET_BELOW:
        return timestamp < login.timestamp - WILL_MARGIN_S
    return uptime_at_connect_s < login.uptime_s - WILL_MARGIN_S
