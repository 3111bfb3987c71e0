"""Trust in temperature and humidity (`protocol.md` 8.4, `domain.md` 3 and vector 21).

A value is BAD when it is absent, outside the sensor's range, a known error pattern, or a jump
that no room makes between two messages and that the next message does not confirm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from alarmstation.domain.device import Quality, QualityReason, Reading

TEMPERATURE_RANGE_C = (-40.0, 125.0)
HUMIDITY_RANGE_PCT = (0.0, 100.0)

TEMPERATURE_ERROR_C = -40.0
"""What the sensor's driver returns for an unanswered measurement (raw value 0)."""

TEMPERATURE_JUMP_C = 10.0
HUMIDITY_JUMP_PCT = 20.0
MEMORY_S = 600.0
"""A jump is judged against a good value at most this old."""

NO_READING = Reading(None, Quality.BAD, QualityReason.MISSING)


@dataclass(slots=True)
class Plausibility:
    """What is remembered of one metric of one device to recognise one-message glitches."""

    low: float
    high: float
    jump: float
    error_value: float | None = None
    good: float | None = None
    good_at_s: float = 0.0
    suspect: float | None = None

    def judge(self, value: float, at_s: float) -> Reading:
        """The value with its quality. `at_s` is receive time in seconds, rising."""
        if math.isnan(value) or math.isinf(value):
            return Reading(None, Quality.BAD, QualityReason.SENSOR_FAULT)
        if value == self.error_value:
            return Reading(value, Quality.BAD, QualityReason.SENSOR_FAULT)
        if not self.low <= value <= self.high:
            return Reading(value, Quality.BAD, QualityReason.RANGE)
        good = self.good
        if good is not None and at_s - self.good_at_s <= MEMORY_S:
            suspect = self.suspect
            confirmed = suspect is not None and abs(value - suspect) <= self.jump
            if abs(value - good) > self.jump and not confirmed:
                self.suspect = value
                return Reading(value, Quality.BAD, QualityReason.SENSOR_FAULT)
        self.good, self.good_at_s, self.suspect = value, at_s, None
        return Reading(value, Quality.GOOD, QualityReason.NONE)

    def forget(self) -> None:
        """The sensor said nothing: what comes back need not resemble what was."""
        self.good = self.suspect = None


@dataclass(slots=True)
class ClimateJudge:
    """Judges the two readings of one device, message by message."""

    temperature: Plausibility
    humidity: Plausibility

    @classmethod
    def fresh(cls) -> ClimateJudge:
        """A judge that remembers nothing."""
        return cls(
            Plausibility(*TEMPERATURE_RANGE_C, TEMPERATURE_JUMP_C, TEMPERATURE_ERROR_C),
            Plausibility(*HUMIDITY_RANGE_PCT, HUMIDITY_JUMP_PCT),
        )

    def judge(
        self, temperature_c: float, humidity_pct: float, at_s: float
    ) -> tuple[Reading, Reading]:
        """Readings of one message. Both exactly 0 means "no reading"; one zero is a real value."""
        if temperature_c == 0 and humidity_pct == 0:
            self.temperature.forget()
            self.humidity.forget()
            return NO_READING, NO_READING
        return (
            self.temperature.judge(temperature_c, at_s),
            self.humidity.judge(humidity_pct, at_s),
        )
