"""The one way to run a coroutine in the console: its failure is always seen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from alarmstation.domain.errors import Unavailable, UserError

log = logging.getLogger(__name__)


class Tasks:
    """Holds the running tasks, because asyncio itself keeps only weak references to them."""

    def __init__(self, on_failure: Callable[[UserError | Unavailable | None], None]) -> None:
        self._on_failure = on_failure
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        """Run `work`. What it raises goes to `on_failure`: a `UserError` or `Unavailable` as
        it is, anything else (a bug, logged with its traceback) as None."""
        task = asyncio.get_running_loop().create_task(self._watch(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: work.close())  # for one cancelled before it began
        return task

    async def _watch(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except (UserError, Unavailable) as error:
            self._on_failure(error)
        except Exception:
            log.exception("a task of the console failed")
            self._on_failure(None)

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
