"""The state of each part of the station, in words (`domain.md` 6)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from alarmstation.application.views import ConditionView
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.service.clock import utc_now

log = logging.getLogger(__name__)

Made = TypeVar("Made")

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

    async def attempt(self, part: str, make: Callable[[], Awaitable[Made]]) -> Made | None:
        """What `make` gives; None when it failed, which is then the part's condition."""
        try:
            return await make()
        except UserError as error:
            self.set(part, DOWN, error.key, str(error))
        except Unavailable as error:
            text = f"{str(error).rstrip('.')}. It is tried again."
            self.set(part, DOWN, f"{part}.unavailable", text)
        except Exception:
            # A bug while one part is opened must not end the others.
            bug = "There is an error in the station; see its log. It is tried again."
            if self.set(part, DOWN, f"{part}.bug", bug):
                log.exception("%s could not be opened", part)
        return None

    def state(self, part: str) -> str:
        """A part's state."""
        return self._conditions[part].state

    def since(self, part: str) -> datetime:
        """Since when the part is in its state."""
        return self._conditions[part].since

    def conditions(self) -> tuple[ConditionView, ...]:
        """All parts in their fixed order."""
        return tuple(self._conditions[part] for part in PARTS)
