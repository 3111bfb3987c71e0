"""What every page is given. Made once per login by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from alarmstation.application.ports import HistoryStore
from alarmstation.application.requests import Reply, Request
from alarmstation.application.views import OperatorView
from alarmstation.console.live import LiveMirror
from alarmstation.console.preferences import Preferences
from alarmstation.console.theme.appearance import Appearance

Ask = Callable[[Request], Awaitable[Reply]]
Spawn = Callable[[Coroutine[Any, Any, Any]], "asyncio.Task[None]"]


@dataclass(frozen=True, slots=True)
class ConsoleContext:
    """The doors of the console. A page has these and nothing else."""

    live: LiveMirror
    ask: Ask
    """Ask the service. Raises UserError (refused) or Unavailable."""
    spawn: Spawn
    """Run a coroutine of the GUI. A UserError or Unavailable that it raises is shown in the
    notice bar in the reader's language; any other exception is logged, with a short notice."""
    history: Callable[[], HistoryStore | None]
    """Where charts and timelines read (in `asyncio.to_thread`); None: no database yet."""
    operator: OperatorView
    preferences: Preferences
    appearance: Appearance
    open_device: Callable[[int], None]
    """Show a unit's detail on the devices page."""
    open_command_for: Callable[[tuple[int, ...]], None]
    """Show the command page with these units chosen."""
    notify: Callable[[str], None]
    """Say one plain sentence (already translated) in the notice bar."""
    now: Callable[[], datetime]
    """Aware UTC time."""
    zone: tzinfo
    """The station's time zone, for everything on screen."""

    def may(self, action: str) -> bool:
        """Whether the operator has this `Action` somewhere; else its control is absent."""
        return action in self.operator.actions
