"""How an alarm that nobody acknowledges becomes more urgent on this console (`domain.md` 4).

Only what this console does itself is a stage here, so that the popup announces nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from alarmstation.application.views import AlarmView
from alarmstation.console.viewmodels.alarm_queue import sounds


class Stage(IntEnum):
    """How urgent the sound is."""

    RISING = 0
    """Starts soft and rises, but not up to the chosen volume."""
    LOUD = 1
    """At the chosen volume."""
    URGENT = 2
    """At the chosen volume, almost without pauses."""


STARTS_S = {Stage.RISING: 0.0, Stage.LOUD: 15.0, Stage.URGENT: 60.0}
"""Seconds since the alarm was raised (again)."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Where the sound of now is. `left_s` to the stage `following`; None: there is no more."""

    severity: int
    """Of the alarms whose sound it is."""
    stage: Stage
    following: Stage | None
    left_s: float


def escalation(alarms: Iterable[AlarmView], now: datetime) -> Escalation | None:
    """The escalation of what sounds now: of the worst priority, its oldest alarm counts.

    None: nothing sounds.
    """
    sounding = [alarm for alarm in alarms if sounds(alarm, now)]
    if not sounding:
        return None
    worst = max(alarm.severity for alarm in sounding)
    since = min(alarm.last_raised_at for alarm in sounding if alarm.severity == worst)
    waited = (now - since).total_seconds()
    stage = max((s for s in Stage if STARTS_S[s] <= waited), default=Stage.RISING)
    if stage is Stage.URGENT:
        return Escalation(worst, stage, None, 0.0)
    following = Stage(stage + 1)
    return Escalation(worst, stage, following, STARTS_S[following] - waited)
