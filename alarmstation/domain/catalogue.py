"""The command catalogue: from a name and fields to what is sent.

Forms, the command line and the service read the same templates. Pure: `build` turns a name and
fields into a command body or raises `UserError` with the field, the value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from alarmstation.domain.command_field import (
    Fields,
    FieldSpec,
    FieldValue,
    Kind,
    check_field,
    wrong_value,
)
from alarmstation.domain.command_template import CATALOGUE, PATTERNS, CommandTemplate, Confirm
from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import (
    CommandBody,
    ConfigCommand,
    ConfigReadCommand,
    DeviceConfig,
    DiagnosticAction,
    DiagnosticCommand,
    LocationConfig,
    OutputCommand,
    OutputType,
    PatternType,
    ReadType,
    SystemAction,
    SystemCommand,
)

__all__ = [
    "CATALOGUE",
    "PATTERNS",
    "CommandTemplate",
    "Confirm",
    "FieldSpec",
    "FieldValue",
    "Fields",
    "Kind",
    "build",
    "check_field",
    "is_idempotent",
    "is_off",
    "is_permanent",
    "needs_confirmation",
    "template",
    "timeout_s",
]

_OUTPUTS: Final[Mapping[str, OutputType]] = MappingProxyType(
    {
        "siren": OutputType.SIREN,
        "turret": OutputType.TURRET,
        "relay1": OutputType.RELAY1,
        "relay2": OutputType.RELAY2,
        "all": OutputType.ALL,
    }
)

_READS: Final[Mapping[str, ReadType]] = MappingProxyType(
    {
        "device": ReadType.DEVICE,
        "location": ReadType.LOCATION,
        "wifi": ReadType.WIFI,
        "mqtt": ReadType.MQTT,
        "ntp": ReadType.NTP,
        "ble": ReadType.BLE,
        "all": ReadType.ALL,
    }
)

_DIAGNOSTICS: Final[Mapping[str, DiagnosticAction]] = MappingProxyType(
    {
        "self-test": DiagnosticAction.SELF_TEST,
        "memory": DiagnosticAction.MEMORY_INFO,
        "network": DiagnosticAction.NETWORK_INFO,
        "sensor": DiagnosticAction.SENSOR_READ,
        "log": DiagnosticAction.LOG_DUMP,
        "io": DiagnosticAction.INOUT_READ,
    }
)


def template(name: str) -> CommandTemplate:
    """The template of that name; raises `UserError` for an unknown one."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise UserError("command.unknown", "there is no command {command}", command=name) from None


def build(name: str, fields: Fields) -> CommandBody:
    """The body of command `name` with `fields`; what is left out takes its default.

    Raises `UserError` naming field, value and what is allowed. The time of set-time, and id and
    host of config device, are still open: see `stamp_time` and `complete`.
    """
    chosen = template(name)
    values = _checked(chosen, fields)
    match name.split(" ", 1):
        case ["config", group]:
            return _config_body(group, values)
        case ["read", group]:
            return ConfigReadCommand(type=_READS[group])
        case ["diag", group]:
            return DiagnosticCommand(
                action=_DIAGNOSTICS[group],
                test_mask=_whole(values, "test_mask"),
                log_lines=_whole(values, "log_lines"),
            )
        case ["fan"]:
            return OutputCommand(
                output=OutputType.FAN,
                pattern=PatternType.PWM,
                total_duration=_whole(values, "total_duration"),
                custom_data=_whole(values, "percent"),
            )
        case ["get-status"]:
            return SystemCommand(action=SystemAction.GET_STATUS)
        case ["set-time"]:
            return SystemCommand(action=SystemAction.SET_TIME)
        case ["reboot"]:
            return SystemCommand(
                action=SystemAction.REBOOT, delay_seconds=_whole(values, "delay_seconds")
            )
        case ["clear-counters"]:
            return SystemCommand(action=SystemAction.CLEAR_COUNTERS)
        case _:
            return _output_body(_OUTPUTS[name], values)


def needs_confirmation(name: str, fields: Fields) -> Confirm:
    """What must be confirmed before sending: destructive commands and permanent outputs."""
    chosen = template(name)
    if chosen.confirm is Confirm.NONE and is_permanent(build(name, fields)):
        return Confirm.CONFIRM
    return chosen.confirm


def is_off(body: CommandBody) -> bool:
    """Whether the command leaves an output off."""
    if not isinstance(body, OutputCommand):
        return False
    match body.pattern:
        case PatternType.OFF:
            return True
        case PatternType.CONSTANT:
            return not body.state
        case PatternType.PWM:
            return body.custom_data == 0
        case _:
            return False


def is_permanent(body: CommandBody) -> bool:
    """Whether an output runs until somebody switches it off (total duration 0)."""
    return isinstance(body, OutputCommand) and body.total_duration == 0 and not is_off(body)


def is_idempotent(name: str, body: CommandBody) -> bool:
    """Whether the command may be repeated with a new SEQ (`protocol.md` 8.6)."""
    return template(name).idempotent or is_off(body)


def timeout_s(name: str, body: CommandBody) -> float:
    """Seconds after which an unanswered command has timed out; a reboot adds its delay."""
    delay = body.delay_seconds if isinstance(body, SystemCommand) else 0
    return template(name).timeout_s + delay


def _checked(chosen: CommandTemplate, fields: Fields) -> dict[str, FieldValue]:
    for name in fields:
        chosen.field(name)
    applicable = {spec.name for spec in chosen.applicable(fields)}
    values: dict[str, FieldValue] = {}
    for spec in chosen.fields:
        value = fields.get(spec.name)
        if value is None or value == "":
            if spec.required and spec.default is None:
                raise wrong_value(
                    spec, "command.field.required", "", "{field} is missing: {allowed}"
                )
            value = spec.default
        # A given value is checked even where the pattern does not use it: a typing error must
        # not pass because another field hides it.
        checked = None if value is None else check_field(spec, value)
        if checked is not None and spec.name in applicable:
            values[spec.name] = checked
    return values


def _whole(values: Mapping[str, FieldValue], name: str) -> int:
    return int(values.get(name, 0))


def _output_body(output: OutputType, values: Mapping[str, FieldValue]) -> OutputCommand:
    pattern = PATTERNS[str(values["pattern"])]
    return OutputCommand(
        output=output,
        pattern=pattern,
        state=pattern is PatternType.CONSTANT,
        total_duration=_whole(values, "total_duration"),
        pulse_count=_whole(values, "pulse_count"),
        on_duration_ms=_whole(values, "on_duration_ms"),
        off_duration_ms=_whole(values, "off_duration_ms"),
        repeat_interval=_whole(values, "repeat_interval"),
    )


def _config_body(group: str, values: Mapping[str, FieldValue]) -> ConfigCommand:
    if group == "device":
        return ConfigCommand.of(
            DeviceConfig(
                enable_heartbeat=True, heartbeat_interval=_whole(values, "heartbeat_interval")
            )
        )
    if not values:
        raise UserError(
            "command.config.empty",
            "config {group} needs at least one value to write",
            group=group,
        )
    country = values.get("country")
    latitude = values.get("latitude")
    longitude = values.get("longitude")
    return ConfigCommand.of(
        LocationConfig(
            country=None if country is None else str(country).upper(),
            zone=_whole(values, "zone") if "zone" in values else None,
            latitude=None if latitude is None else float(latitude),
            longitude=None if longitude is None else float(longitude),
        )
    )
