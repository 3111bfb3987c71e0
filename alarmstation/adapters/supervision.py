"""Keeps a private server running: starts it again when it ends by itself, with back-off."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from alarmstation.domain.errors import AlarmStationError

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.2
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 30.0
_STEADY_AFTER_S = 60.0  # a server that ran this long starts again at once the next time


class Server(Protocol):
    """What is supervised: a private database server or broker."""

    def start(self) -> None:
        """Make it ready; idempotent."""

    def stop(self) -> None:
        """Stop it; idempotent."""

    def wait(self, timeout_s: float) -> bool:
        """Wait at most so long for its end; whether it has ended."""


class Supervision:
    """Runs one server until `stop`.

    `on_change` is told, on the supervising thread, when the server is lost (with the reason) and
    when it is back (with None).
    """

    def __init__(
        self,
        name: str,
        server: Server,
        on_change: Callable[[str | None], None] | None = None,
    ) -> None:
        self.name = name
        self._server = server
        self._on_change = on_change or (lambda _: None)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the server and watch it; what its `start` raises is raised here."""
        if self._thread is not None:
            return
        self._server.start()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._watch, name=f"supervise {self.name}")
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and the server; idempotent."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._server.stop()

    def _watch(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = time.monotonic()
            while not self._server.wait(_LOOK_EVERY_S):
                if self._stopping.is_set():
                    return
            log.warning("the %s ended unexpectedly; starting it again", self.name)
            self._on_change(f"the {self.name} ended")
            if time.monotonic() - began > _STEADY_AFTER_S:
                pause_s = _FIRST_PAUSE_S
            pause_s = self._start_again(pause_s)

    def _start_again(self, pause_s: float) -> float:
        """Try until it runs or `stop` is called; the pause to begin with the next time."""
        reason = ""
        while not self._stopping.wait(pause_s):
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            try:
                with contextlib.suppress(OSError):
                    self._server.stop()  # forget what has ended
                self._server.start()
            except AlarmStationError as error:
                if str(error) != reason:  # said once, not at every attempt
                    reason = str(error)
                    log.warning("the %s cannot be started: %s", self.name, reason)
                    self._on_change(reason)
            else:
                log.info("the %s runs again", self.name)
                self._on_change(None)
                break
        return pause_s
