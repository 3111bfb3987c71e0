"""The state of each part of the station, in words (`domain.md` 6)."""

from __future__ import annotations

import logging
from datetime import datetime

from alarmstation.application.views import ConditionView
from alarmstation.service.clock import utc_now

log = logging.getLogger(__name__)

PARTS = ("service", "broker", "receiving", "database", "spool", "clock")

OK, DEGRADED, DOWN, STARTING = "ok", "degraded", "down", "starting"


class Health:
    """Conditions by part. A change is logged once, when it happens."""

    def __init__(self) -> None:
        now = utc_now()
        self._conditions = {
            part: ConditionView(part, STARTING, f"{part}.starting", "Starting.", now)
            for part in PARTS
        }
        self.changed = True

    def set(self, part: str, state: str, key: str, text: str, *, counting: bool = False) -> bool:
        """Set a part's condition; returns whether it is another one than before.

        `counting`: the text holds a figure that moves, and only its first appearance is logged.
        """
        before = self._conditions[part]
        if (before.state, before.key, before.text) == (state, key, text):
            return False
        since = before.since if before.state == state else utc_now()
        self._conditions[part] = ConditionView(part, state, key, text, since)
        self.changed = True
        if counting and (before.state, before.key) == (state, key):
            return True
        level = logging.INFO if state in {OK, STARTING} else logging.WARNING
        log.log(level, "%s is %s: %s", part, state, text)
        return True

    def state(self, part: str) -> str:
        """A part's state."""
        return self._conditions[part].state

    def since(self, part: str) -> datetime:
        """Since when the part is in its state."""
        return self._conditions[part].since

    def conditions(self) -> tuple[ConditionView, ...]:
        """All parts in their fixed order."""
        return tuple(self._conditions[part] for part in PARTS)
