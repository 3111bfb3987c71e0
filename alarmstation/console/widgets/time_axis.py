"""A time axis in the station's zone, with ticks at round local times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLocale

MINUTE = 60
HOUR = 3600
DAY = 86_400

STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(count * MINUTE for count in (1, 2, 5, 10, 15, 30)),
    *(count * HOUR for count in (1, 2, 3, 6, 12)),
    *(count * DAY for count in (1, 2, 7, 14, 30, 90, 365)),
)
"""Distances between ticks, in seconds."""

TICK_PX = 84


class TimeAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Seconds since the epoch, shown as local clock and date."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__("bottom")
        self._zone = zone
        self.enableAutoSIPrefix(False)

    def tickValues(
        self,
        minVal: float,  # noqa: N803 (pyqtgraph's name)
        maxVal: float,  # noqa: N803
        size: float,
    ) -> list[tuple[float, list[float]]]:
        """One level of ticks, as close as their words allow."""
        wanted = (maxVal - minVal) * TICK_PX / max(size, 1)
        step = next((step for step in STEPS if step >= wanted), STEPS[-1])
        return [(step, round_times(minVal, maxVal, step, self._zone))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Clock, or day at midnight."""
        del scale
        return [tick_text(value, spacing, self._zone) for value in values]

    def generateDrawSpecs(self, p: Any) -> Any:
        """A view without a size yet has no ticks (pyqtgraph divides by it)."""
        if self.geometry().width() < 1:
            return None
        return super().generateDrawSpecs(p)


def round_times(start: float, end: float, step: float, zone: tzinfo) -> list[float]:
    """Times between `start` and `end` that are multiples of `step` on the local clock."""
    # Counted on the local clock, so that 00:00, 06:00, 12:00 stay where they are when summer
    # time begins or ends in between.
    first = datetime.fromtimestamp(start, zone).replace(tzinfo=None)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    count = int((first - midnight).total_seconds() // step)
    found: list[float] = []
    while True:
        local = midnight + timedelta(seconds=count * step)
        moment = local.replace(tzinfo=zone).timestamp()
        if moment > end:
            return found
        if moment >= start and (not found or moment > found[-1]):
            found.append(moment)
        count += 1


def tick_text(value: float, step: float, zone: tzinfo) -> str:
    """What stands at a tick."""
    local = datetime.fromtimestamp(value, UTC).astimezone(zone)
    if step >= DAY or (local.hour, local.minute, local.second) == (0, 0, 0):
        return QLocale().toString(local.date(), "d MMM")  # type: ignore[call-overload,no-any-return]
    return local.strftime("%H:%M:%S" if step < MINUTE else "%H:%M")
