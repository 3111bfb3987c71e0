"""Outputs of a unit and their patterns (`protocol.md` 5.2, 5.4).

A running pattern is a start time and a schedule; its level at any moment is computed, so errors
never add up and nothing has to wake for an edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from alarmstation.domain.messages import OutputCommand, OutputType, PatternType

Steps = tuple[tuple[int, int], ...]
"""(on, off) in ms, one pair per pulse of a period."""

STEPS: Final[dict[int, Steps]] = {
    PatternType.BLINK_SLOW: ((500, 500),),
    PatternType.BLINK_FAST: ((200, 200),),
    PatternType.STROBE: ((50, 950),),
    PatternType.DOUBLE_PULSE: ((150, 150), (150, 1000)),
    PatternType.TRIPLE_PULSE: ((150, 150), (150, 150), (150, 1000)),
    PatternType.SOS: (
        *((150, 150), (150, 150), (150, 450)),
        *((450, 150), (450, 150), (450, 450)),
        *((150, 150), (150, 150), (150, 1050)),
    ),
}
EVERY_BUT_FAN: Final = (
    OutputType.SIREN,
    OutputType.TURRET,
    OutputType.RELAY1,
    OutputType.RELAY2,
)
_DEFAULT_PULSE_MS: Final = 500
_TIMED: Final = frozenset((*STEPS, PatternType.PULSE))


def outputs_of(command: OutputCommand) -> tuple[OutputType, ...]:
    """The outputs that a command drives: ALL is everything except FAN."""
    if command.output == OutputType.ALL:
        return EVERY_BUT_FAN
    return (OutputType(command.output),)


def problem_of(command: OutputCommand) -> str:
    """Why our firmware answers error 3 to this command; "" when it carries it out."""
    known = (OutputType.SIREN, *OutputType)
    if command.output not in known or command.output == OutputType.UNKNOWN:
        return "unknown output"
    if command.pattern in {PatternType.NONE, PatternType.CUSTOM}:
        return "pattern is not supported"
    if command.pattern not in tuple(PatternType):
        return "unknown pattern"
    if command.pattern == PatternType.PWM and command.output != OutputType.FAN:
        return "PWM is for the fan only"
    limits = (
        ("total_duration", command.total_duration, 0, 86_400),
        ("pulse_count", command.pulse_count, 0, 1000),
        ("repeat_interval", command.repeat_interval, 0, 3600),
        ("on_duration_ms", command.on_duration_ms or _DEFAULT_PULSE_MS, 10, 60_000),
        ("off_duration_ms", command.off_duration_ms or _DEFAULT_PULSE_MS, 10, 60_000),
        ("custom_data", command.custom_data if command.pattern == PatternType.PWM else 0, 0, 100),
    )
    for name, value, low, high in limits:
        if not low <= value <= high:
            return f"{name} is outside {low} to {high}"
    return ""


@dataclass(frozen=True, slots=True)
class Run:
    """One pattern on one output since `started_at` (Unix seconds)."""

    output: OutputType
    command: OutputCommand
    started_at: float

    @property
    def steps(self) -> Steps:
        """The pulses of one period; empty for CONSTANT and PWM."""
        if self.command.pattern == PatternType.PULSE:
            return (
                (
                    self.command.on_duration_ms or _DEFAULT_PULSE_MS,
                    self.command.off_duration_ms or _DEFAULT_PULSE_MS,
                ),
            )
        return STEPS.get(self.command.pattern, ())

    @property
    def period_ms(self) -> int:
        """Length of one period; 0 for CONSTANT and PWM."""
        return sum(on + off for on, off in self.steps)

    @property
    def lasts_s(self) -> float | None:
        """Seconds until the pattern ends by itself; None for a permanent one."""
        command = self.command
        ends: list[float] = []
        if command.total_duration:
            ends.append(float(command.total_duration))
        if command.pattern in _TIMED and command.pulse_count and not command.repeat_interval:
            ends.append(command.pulse_count * self.period_ms / 1000)
        return min(ends, default=None)

    @property
    def ends_at(self) -> float | None:
        """When the pattern ends by itself, Unix seconds; None for a permanent one."""
        lasts = self.lasts_s
        return None if lasts is None else self.started_at + lasts

    @property
    def is_on(self) -> bool:
        """Whether the output counts as on while the pattern runs (the flag of a heartbeat)."""
        if self.command.pattern == PatternType.CONSTANT:
            return self.command.state
        if self.command.pattern == PatternType.PWM:
            return self.command.custom_data > 0
        return True

    @property
    def duty_pct(self) -> int:
        """Duty of the fan under this pattern, in %."""
        if self.command.pattern == PatternType.PWM:
            return self.command.custom_data
        return 100 if self.is_on else 0

    def level(self, elapsed_ms: int) -> bool:
        """The pin `elapsed_ms` after the start."""
        lasts = self.lasts_s
        if elapsed_ms < 0 or (lasts is not None and elapsed_ms >= lasts * 1000):
            return False
        if not self.steps:
            return self.is_on
        if self.command.pulse_count and self.command.repeat_interval:
            active = self.command.pulse_count * self.period_ms
            elapsed_ms %= active + self.command.repeat_interval * 1000
            if elapsed_ms >= active:
                return False
        within = elapsed_ms % self.period_ms
        for on, off in self.steps:
            if within < on:
                return True
            within -= on + off
            if within < 0:
                return False
        return False

    def elapsed_s(self, now: float) -> int:
        """Whole seconds since the start, never more than the pattern lasts."""
        lasts = self.lasts_s
        elapsed = now - self.started_at
        # A float difference of 29.999999 s is 30 s.
        return int((elapsed if lasts is None else min(elapsed, lasts)) + 1e-4)


class OutputBank:
    """What runs on the outputs of one unit."""

    def __init__(self) -> None:
        self.runs: dict[OutputType, Run] = {}

    def start(self, command: OutputCommand, now: float) -> tuple[list[Run], list[Run]]:
        """Carry out a command that has no problem; (runs that stopped, runs that started)."""
        stopped: list[Run] = []
        started: list[Run] = []
        for output in outputs_of(command):
            running = self.runs.pop(output, None)
            if running is not None:
                stopped.append(running)
            if command.pattern != PatternType.OFF:
                self.runs[output] = Run(output, command, now)
                started.append(self.runs[output])
        return stopped, started

    def expire(self, now: float) -> list[Run]:
        """Take out and return the patterns that have come to their end."""
        over = [run for run in self.runs.values() if run.ends_at is not None and run.ends_at <= now]
        for run in over:
            del self.runs[run.output]
        return over

    @property
    def next_end(self) -> float | None:
        """When the next pattern ends by itself."""
        return min(
            (run.ends_at for run in self.runs.values() if run.ends_at is not None), default=None
        )

    def is_on(self, output: OutputType) -> bool:
        """Whether a pattern holds the output on, whatever its pin does at this moment."""
        run = self.runs.get(output)
        return run is not None and run.is_on

    @property
    def fan_duty_pct(self) -> int:
        """Duty of the fan."""
        run = self.runs.get(OutputType.FAN)
        return 0 if run is None else run.duty_pct
