"""The service as a child of the console, when none is running yet."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

log = logging.getLogger(__name__)

AGAIN_MS = (500, 1000, 2000, 5000, 10000)
"""Pauses before it is started again after it ended by itself; the last one repeats."""

GRACE_MS = 5000
"""Time to end in an orderly way before it is killed."""


class Phase(StrEnum):
    """What the child is doing."""

    ABSENT = "absent"
    """Not ours: another one is running, or none is wanted."""
    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"
    """It ended by itself and will be started again."""
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class ChildState:
    """The child's phase, and the last line it said when it ended."""

    phase: Phase
    text: str = ""


class ServiceProcess(QObject):
    """Starts the service, starts it again when it ends, and ends it with the console."""

    changed = Signal(object)
    """ChildState"""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._state = ChildState(Phase.ABSENT)
        self._failures = 0
        self._process: QProcess | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.start)

    @property
    def state(self) -> ChildState:
        """The present state."""
        return self._state

    def start(self) -> None:
        """Start the service."""
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.started.connect(self._on_started)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        self._become(Phase.STARTING)
        arguments = ["-m", "alarmstation", "service", "--home", str(self._home)]
        process.start(sys.executable, [*arguments, "--ends-with-parent"])

    def calm(self) -> None:
        """It works: a later failure starts with the short pause again."""
        self._failures = 0

    def end(self) -> None:
        """End the service in an orderly way; waits for it, at most `GRACE_MS`."""
        self._again.stop()
        process, self._process = self._process, None
        if process is None or process.state() == QProcess.ProcessState.NotRunning:
            return
        self._become(Phase.ENDING)
        process.closeWriteChannel()
        process.terminate()
        if not process.waitForFinished(GRACE_MS):
            log.warning("service: it did not end within %d ms and is killed", GRACE_MS)
            process.kill()
            process.waitForFinished(1000)

    def _on_started(self) -> None:
        self._become(Phase.RUNNING)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._give_up(self._process.errorString())

    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        log.warning("service: it ended with %d: %s", code, said[-2000:])
        self._give_up(said.splitlines()[-1] if said else "")

    def _give_up(self, text: str) -> None:
        pause = AGAIN_MS[min(self._failures, len(AGAIN_MS) - 1)]
        self._failures += 1
        self._become(Phase.ENDED, text)
        self._again.start(pause)

    def _become(self, phase: Phase, text: str = "") -> None:
        self._state = ChildState(phase, text)
        self.changed.emit(self._state)
