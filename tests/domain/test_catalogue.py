from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.access import LEAST_ROLE, Action, Role
from alarmstation.domain.catalogue import (
    CATALOGUE,
    PATTERNS,
    Confirm,
    FieldSpec,
    Kind,
    build,
    is_idempotent,
    is_off,
    is_permanent,
    needs_confirmation,
    template,
    timeout_s,
)
from alarmstation.domain.command import Family
from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import (
    ConfigCommand,
    ConfigReadCommand,
    ConfigType,
    DiagnosticAction,
    DiagnosticCommand,
    OutputCommand,
    OutputType,
    PatternType,
    ReadType,
    SystemAction,
    SystemCommand,
)

OUTPUTS = ("siren", "turret", "relay1", "relay2", "all")


def values_of(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Values that the field accepts."""
    match spec.kind:
        case Kind.CHOICE:
            return st.sampled_from(spec.choices)
        case Kind.BOOL:
            return st.booleans()
        case Kind.TEXT:
            return st.text(
                "abcXYZ", min_size=int(spec.minimum or 0), max_size=int(spec.maximum or 0)
            )
        case Kind.INT:
            return st.integers(int(spec.minimum or 0), int(spec.maximum or 0))
        case Kind.FLOAT:
            return st.floats(spec.minimum, spec.maximum)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_output_takes_every_pattern_and_ends_by_itself(output: str, pattern: str) -> None:
    body = build(output, {"pattern": pattern})

    assert isinstance(body, OutputCommand)
    assert body.output == OutputType[output.upper()]
    assert body.pattern == PATTERNS[pattern]
    assert body.state is (pattern == "on")
    assert body.total_duration == (0 if pattern == "off" else 30)
    assert not is_permanent(body)


def test_the_patterns_are_all_those_of_the_protocol_but_the_fans() -> None:
    assert set(PATTERNS.values()) == set(PatternType) - {
        PatternType.NONE,
        PatternType.CUSTOM,
        PatternType.PWM,
    }


def test_a_pulse_carries_its_times_explicitly() -> None:
    body = build("siren", {"pattern": "pulse", "total_duration": 10, "on_duration_ms": 200})

    assert body == OutputCommand(
        output=OutputType.SIREN,
        pattern=PatternType.PULSE,
        total_duration=10,
        on_duration_ms=200,
        off_duration_ms=500,
    )


def test_what_a_pattern_does_not_use_stays_off_the_wire() -> None:
    body = build("siren", {"pattern": "sos", "on_duration_ms": 200})

    assert isinstance(body, OutputCommand)
    assert (body.on_duration_ms, body.off_duration_ms) == (0, 0)


def test_what_a_pattern_does_not_use_is_checked_all_the_same() -> None:
    with pytest.raises(
        UserError, match="on_duration_ms: 5 is not allowed; allowed: 10 to 60000 ms"
    ):
        build("siren", {"pattern": "off", "on_duration_ms": 5})


def test_the_fan_runs_at_a_duty_for_an_hour_unless_told_otherwise() -> None:
    assert build("fan", {"percent": 60}) == OutputCommand(
        output=OutputType.FAN, pattern=PatternType.PWM, total_duration=3600, custom_data=60
    )


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("get-status", {}, SystemCommand(action=SystemAction.GET_STATUS)),
        ("set-time", {}, SystemCommand(action=SystemAction.SET_TIME)),
        (
            "reboot",
            {"delay_seconds": 5},
            SystemCommand(action=SystemAction.REBOOT, delay_seconds=5),
        ),
        ("clear-counters", {}, SystemCommand(action=SystemAction.CLEAR_COUNTERS)),
        (
            "diag self-test",
            {},
            DiagnosticCommand(action=DiagnosticAction.SELF_TEST, test_mask=127),
        ),
        (
            "diag log",
            {"log_lines": 7},
            DiagnosticCommand(action=DiagnosticAction.LOG_DUMP, log_lines=7),
        ),
        ("diag io", {}, DiagnosticCommand(action=DiagnosticAction.INOUT_READ)),
        ("read wifi", {}, ConfigReadCommand(type=ReadType.WIFI)),
    ],
)
def test_system_diagnostics_and_reads_build_what_their_name_says(
    name: str, fields: dict[str, int], expected: object
) -> None:
    assert build(name, fields) == expected


def test_reads_never_ask_for_secrets() -> None:
    bodies = [build(name, {}) for name in CATALOGUE if name.startswith("read ")]

    assert len(bodies) == 7
    assert not any(isinstance(b, ConfigReadCommand) and b.include_sensitive for b in bodies)


def test_a_device_config_always_keeps_the_heartbeat_on() -> None:
    body = build("config device", {"heartbeat_interval": 60})

    assert isinstance(body, ConfigCommand)
    assert body.type is ConfigType.DEVICE
    assert body.body is not None
    assert (body.body.enable_heartbeat, body.body.heartbeat_interval) == (True, 60)  # type: ignore[union-attr]


def test_a_location_config_leaves_out_what_was_not_given() -> None:
    body = build("config location", {"country": "es", "zone": 4})

    assert isinstance(body, ConfigCommand)
    assert body.body is not None
    assert (body.body.country, body.body.zone, body.body.latitude) == ("ES", 4, None)  # type: ignore[union-attr]


def test_an_empty_location_config_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        build("config location", {})
    assert refused.value.key == "command.config.empty"


@pytest.mark.parametrize(
    ("name", "fields", "key", "says"),
    [
        ("sirene", {}, "command.unknown", "sirene"),
        ("siren", {"volume": 3}, "command.field.unknown", "volume"),
        ("siren", {"pattern": "loud"}, "command.field.choice", "loud"),
        ("siren", {"total_duration": 90_000}, "command.field.range", "0 to 86400 s"),
        ("siren", {"total_duration": "10"}, "command.field.type", "total_duration"),
        ("siren", {"total_duration": 1.5}, "command.field.type", "1.5"),
        ("siren", {"total_duration": True}, "command.field.type", "True"),
        ("fan", {"percent": 101}, "command.field.range", "101"),
        ("config device", {"heartbeat_interval": 9}, "command.field.range", "10 to 3600 s"),
        ("config location", {"country": "ESP"}, "command.field.length", "ESP"),
        ("config location", {"country": "E1"}, "command.field.letters", "E1"),
        ("config location", {"latitude": float("nan")}, "command.field.range", "nan"),
        ("config location", {"zone": float("inf")}, "command.field.type", "inf"),
    ],
)
def test_a_wrong_field_is_refused_by_name_with_what_is_allowed(
    name: str, fields: dict[str, Any], key: str, says: str
) -> None:
    with pytest.raises(UserError) as refused:
        build(name, fields)
    assert refused.value.key == key
    assert says in str(refused.value)


@given(st.data())
def test_every_command_builds_from_any_values_within_its_ranges(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CATALOGUE)))
    specs = {spec.name: values_of(spec) for spec in template(name).fields}
    fields = data.draw(st.fixed_dictionaries({}, optional=specs))
    if name == "config location" and not fields:
        return

    body = build(name, fields)

    if isinstance(body, OutputCommand):
        assert is_permanent(body) == (body.total_duration == 0 and not is_off(body))


@pytest.mark.parametrize(
    ("name", "fields", "level"),
    [
        ("siren", {"pattern": "on"}, Confirm.NONE),
        ("siren", {"pattern": "on", "total_duration": 0}, Confirm.CONFIRM),
        ("siren", {"pattern": "off", "total_duration": 0}, Confirm.NONE),
        ("fan", {"percent": 40, "total_duration": 0}, Confirm.CONFIRM),
        ("fan", {"percent": 0, "total_duration": 0}, Confirm.NONE),
        ("reboot", {}, Confirm.CONFIRM),
        ("clear-counters", {}, Confirm.CONFIRM),
        ("get-status", {}, Confirm.NONE),
    ],
)
def test_destructive_and_permanent_commands_ask(
    name: str, fields: dict[str, Any], level: Confirm
) -> None:
    assert needs_confirmation(name, fields) is level


def test_only_reads_status_configuration_and_off_may_be_repeated() -> None:
    assert is_idempotent("get-status", build("get-status", {}))
    assert is_idempotent("read all", build("read all", {}))
    assert is_idempotent("config device", build("config device", {"heartbeat_interval": 30}))
    assert is_idempotent("siren", build("siren", {"pattern": "off"}))
    assert not is_idempotent("siren", build("siren", {"pattern": "on"}))
    assert not is_idempotent("reboot", build("reboot", {}))
    assert not is_idempotent("clear-counters", build("clear-counters", {}))


def test_a_reboot_is_awaited_past_its_delay() -> None:
    assert timeout_s("reboot", build("reboot", {"delay_seconds": 60})) == 180
    assert timeout_s("siren", build("siren", {})) == 30


def test_each_family_needs_the_role_of_the_domain() -> None:
    roles = {t.family: LEAST_ROLE[t.action] for t in CATALOGUE.values()}

    assert roles[Family.OUTPUT] is Role.GUARD
    assert roles[Family.CONFIG] is Role.TECHNICIAN
    assert roles[Family.READ] is Role.TECHNICIAN
    assert roles[Family.DIAGNOSTIC] is Role.TECHNICIAN
    assert template("clear-counters").action is Action.COMMAND_CLEAR_COUNTERS
    assert LEAST_ROLE[template("get-status").action] is Role.GUARD


def test_get_status_declares_basic_authority_and_the_rest_full() -> None:
    levels = {name: t.auth_level for name, t in CATALOGUE.items()}

    assert levels.pop("get-status") == 1
    assert set(levels.values()) == {2}


def test_every_default_is_within_its_own_range() -> None:
    for chosen in CATALOGUE.values():
        defaults = {s.name: s.default for s in chosen.fields if s.default is not None}
        if chosen.name != "config location":
            build(chosen.name, defaults)


def test_what_says_no_more_than_its_default_need_not_be_told() -> None:
    fields: Any = {
        "pattern": "pulse",
        "total_duration": 30,
        "on_duration_ms": 500,
        "pulse_count": 3,
    }

    assert template("siren").told(fields) == {
        "pattern": "pulse",
        "total_duration": 30,
        "pulse_count": 3,
    }
