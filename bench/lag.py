"""How late an event loop is: whoever comes at any moment, how long until he is served?

A grid of due times; when the timer comes, every time of the grid that has passed since counts
with its own delay. So a block of 100 ms counts for all who would have come within it, not once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

GRID_S = 0.005


class LagMeter(QObject):
    """Measures for some seconds, then tells the delays (seconds) and the processor time used."""

    def __init__(self, seconds: float, told: Callable[[list[float], float, float], None]) -> None:
        super().__init__()
        self._told = told
        self._begun = time.perf_counter()
        self._until = self._begun + seconds
        self._cpu = time.process_time()
        self._due = self._begun + GRID_S
        self._lags: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_time)
        self._timer.start(round(GRID_S * 1000))

    def _on_time(self) -> None:
        now = time.perf_counter()
        while self._due <= now:
            self._lags.append(now - self._due)
            self._due += GRID_S
        if now >= self._until:
            self._timer.stop()
            self._told(self._lags, now - self._begun, time.process_time() - self._cpu)
