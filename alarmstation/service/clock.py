"""The service's clock, and whether it can be trusted."""

from __future__ import annotations

import time
from datetime import UTC, datetime

JUMP_S = 2.0


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class ClockWatch:
    """Notices when the machine's clock is set while the service runs."""

    def __init__(self) -> None:
        self._wall = time.time()
        self._mono = time.monotonic()

    def jump_s(self) -> float:
        """Seconds that the clock was moved since the last look; 0 for what is usual."""
        wall, mono = time.time(), time.monotonic()
        jump = (wall - self._wall) - (mono - self._mono)
        self._wall, self._mono = wall, mono
        return jump if abs(jump) > JUMP_S else 0.0
