"""Patterns against the table of `protocol.md` 5.4."""

from __future__ import annotations

import pytest

from alarmstation.domain.messages import OutputCommand, OutputType, PatternType
from alarmstation.simulator.outputs import OutputBank, Run, outputs_of, problem_of


def a_command(**fields: object) -> OutputCommand:
    defaults: dict[str, object] = {
        "output": OutputType.SIREN,
        "pattern": PatternType.BLINK_SLOW,
        "total_duration": 60,
    }
    return OutputCommand(**(defaults | fields))  # type: ignore[arg-type]


def edges(command: OutputCommand, until_ms: int) -> list[int]:
    """The moments at which the pin changes, beginning with 0 when it starts on."""
    run = Run(OutputType.SIREN, command, 0.0)
    levels = [run.level(ms) for ms in range(until_ms)]
    return [ms for ms, level in enumerate(levels) if level != (levels[ms - 1] if ms else False)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (PatternType.BLINK_SLOW, [0, 500, 1000, 1500]),
        (PatternType.BLINK_FAST, [0, 200, 400, 600, 800, 1000]),
        (PatternType.STROBE, [0, 50, 1000, 1050]),
        (PatternType.DOUBLE_PULSE, [0, 150, 300, 450, 1450, 1600]),
        (PatternType.TRIPLE_PULSE, [0, 150, 300, 450, 600, 750, 1750]),
    ],
)
def test_a_pattern_changes_the_pin_at_the_times_of_the_table(
    pattern: PatternType, expected: list[int]
) -> None:
    assert edges(a_command(pattern=pattern), expected[-1] + 1) == expected


def test_sos_has_a_period_of_5100_ms_with_three_dots_three_dashes_three_dots() -> None:
    found = edges(a_command(pattern=PatternType.SOS), 5101)
    lit = [off - on for on, off in zip(found[0::2], found[1::2], strict=False)]
    dark = [on - off for off, on in zip(found[1::2], found[2::2], strict=False)]
    assert lit == [150, 150, 150, 450, 450, 450, 150, 150, 150]
    assert dark == [150, 150, 450, 150, 150, 450, 150, 150, 1050]
    assert found[-1] == 5100


def test_a_pulse_without_times_is_half_a_second_each() -> None:
    assert edges(a_command(pattern=PatternType.PULSE), 1001) == [0, 500, 1000]


def test_a_pulse_has_its_own_times() -> None:
    command = a_command(pattern=PatternType.PULSE, on_duration_ms=30, off_duration_ms=70)
    assert edges(command, 201) == [0, 30, 100, 130, 200]


def test_a_pulse_count_ends_the_pattern_after_full_periods() -> None:
    command = a_command(pattern=PatternType.BLINK_FAST, pulse_count=3, total_duration=0)
    assert Run(OutputType.SIREN, command, 0.0).lasts_s == pytest.approx(1.2)


def test_with_a_repeat_interval_the_output_rests_and_starts_again() -> None:
    command = a_command(
        pattern=PatternType.BLINK_SLOW, pulse_count=2, repeat_interval=3, total_duration=20
    )
    assert edges(command, 5501) == [0, 500, 1000, 1500, 5000, 5500]
    assert Run(OutputType.SIREN, command, 0.0).lasts_s == 20


def test_the_total_duration_cuts_at_any_point_and_ends_off() -> None:
    run = Run(OutputType.SIREN, a_command(total_duration=1, pattern=PatternType.SOS), 0.0)
    assert not run.level(1000)
    assert not run.level(1200)


def test_a_duration_of_zero_is_permanent() -> None:
    command = a_command(pattern=PatternType.CONSTANT, state=True, total_duration=0)
    run = Run(OutputType.SIREN, command, 0.0)
    assert run.ends_at is None
    assert run.level(10**9)


def test_constant_off_is_a_pattern_that_keeps_the_output_off() -> None:
    run = Run(OutputType.SIREN, a_command(pattern=PatternType.CONSTANT, state=False), 0.0)
    assert not run.is_on
    assert not run.level(10)


def test_all_means_everything_except_the_fan() -> None:
    assert OutputType.FAN not in outputs_of(a_command(output=OutputType.ALL))
    assert len(outputs_of(a_command(output=OutputType.ALL))) == 4


def test_a_new_command_replaces_the_running_one_on_its_output_only() -> None:
    bank = OutputBank()
    bank.start(a_command(output=OutputType.ALL), 0.0)
    stopped, started = bank.start(a_command(pattern=PatternType.SOS), 5.0)
    assert [run.output for run in stopped] == [OutputType.SIREN]
    assert [run.command.pattern for run in started] == [PatternType.SOS]
    assert len(bank.runs) == 4


def test_off_ends_a_pattern_and_starts_none() -> None:
    bank = OutputBank()
    bank.start(a_command(), 0.0)
    stopped, started = bank.start(a_command(pattern=PatternType.OFF), 1.0)
    assert len(stopped) == 1
    assert started == []
    assert not bank.is_on(OutputType.SIREN)


def test_the_fan_runs_at_its_duty_of_which_zero_is_valid() -> None:
    bank = OutputBank()
    bank.start(a_command(output=OutputType.FAN, pattern=PatternType.PWM, custom_data=35), 0.0)
    assert bank.fan_duty_pct == 35
    zero = a_command(output=OutputType.FAN, pattern=PatternType.PWM, custom_data=0)
    assert problem_of(zero) == ""
    bank.start(zero, 1.0)
    assert bank.fan_duty_pct == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"pattern": PatternType.NONE},
        {"pattern": PatternType.CUSTOM},
        {"pattern": 77},
        {"output": OutputType.UNKNOWN},
        {"output": 9},
        {"pattern": PatternType.PWM},
        {"total_duration": 86_401},
        {"pulse_count": 1001},
        {"repeat_interval": 3601},
        {"on_duration_ms": 9},
        {"off_duration_ms": 60_001},
        {"output": OutputType.FAN, "pattern": PatternType.PWM, "custom_data": 101},
    ],
)
def test_what_is_outside_the_limits_is_a_problem(wrong: dict[str, object]) -> None:
    assert problem_of(a_command(**wrong))


def test_what_is_at_the_limits_is_none() -> None:
    command = a_command(
        pattern=PatternType.PULSE,
        total_duration=86_400,
        pulse_count=1000,
        repeat_interval=3600,
        on_duration_ms=10,
        off_duration_ms=60_000,
    )
    assert problem_of(command) == ""
