"""A plausible climate: daily cycle, slow weather, sensor noise and resolution.

A pure function of time and seed, so that the same unit shows the same curve in every run and a
test can compute it again.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Final, Self

DAY_S: Final = 86_400.0
_WEATHER_PERIODS_S: Final = (3.1 * 3600, 8.7 * 3600, 53.0 * 3600)


@dataclass(frozen=True, slots=True)
class Climate:
    """One place: means and daily swings in °C and % RH, noise of the sensor as deviations."""

    seed: int = 0
    mean_c: float = 22.0
    swing_c: float = 3.0
    mean_pct: float = 50.0
    swing_pct: float = 8.0
    noise_c: float = 0.03
    noise_pct: float = 0.15
    resolution_c: float = 0.1
    resolution_pct: float = 0.1

    @classmethod
    def of_place(cls, seed: int) -> Self:
        """A place drawn from the seed: cool cellars, offices and rooms under the roof."""
        draw = random.Random(seed)  # noqa: S311 - a plausible climate, nothing secret
        return cls(
            seed=seed,
            mean_c=draw.uniform(14.0, 26.0),
            swing_c=draw.uniform(0.5, 4.0),
            mean_pct=draw.uniform(35.0, 65.0),
            swing_pct=draw.uniform(3.0, 10.0),
        )

    def at(self, moment: float) -> tuple[float, float]:
        """(°C, % RH) that the sensor reports at `moment` (Unix seconds)."""
        draw = random.Random(self.seed * 1_000_003 + int(moment))  # noqa: S311 - sensor noise
        # Warmest at 15:00 UTC; relative humidity runs against temperature.
        cycle = math.cos((moment / DAY_S - 15 / 24) * math.tau)
        weather = self._weather(moment)
        celsius = self.mean_c + self.swing_c * (cycle + 0.35 * weather) / 1.35
        percent = self.mean_pct - self.swing_pct * (cycle + 0.5 * weather) / 1.5
        celsius += draw.gauss(0.0, self.noise_c)
        percent += draw.gauss(0.0, self.noise_pct)
        return (
            _stepped(min(max(celsius, -40.0), 125.0), self.resolution_c),
            _stepped(min(max(percent, 0.0), 100.0), self.resolution_pct),
        )

    def _weather(self, moment: float) -> float:
        """A slow wander between −1 and 1 without a period anybody would notice."""
        total = sum(
            math.sin(moment / period * math.tau + self.seed * 1.7 * (number + 1))
            for number, period in enumerate(_WEATHER_PERIODS_S)
        )
        return total / len(_WEATHER_PERIODS_S)


def _stepped(value: float, resolution: float) -> float:
    return round(round(value / resolution) * resolution, 4)
