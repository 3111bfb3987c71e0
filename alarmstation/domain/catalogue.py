"""The command catalogue: typed templates of everything that may be sent to a unit.

Forms, the command line and the service read the same templates (`domain.md` 5, ranges of
`protocol.md` 5). Pure: `build` turns a name and fields into a command body or raises `UserError`
with the field, the value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from alarmstation.domain.access import Action
from alarmstation.domain.command import Family
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

FieldValue = str | int | float | bool
Fields = Mapping[str, FieldValue]

DEFAULT_DURATION_S: Final = 30
"""Outputs end by themselves unless somebody says otherwise (`protocol.md` 5.4)."""

DEFAULT_FAN_DURATION_S: Final = 3600
DEFAULT_PULSE_MS: Final = 500
TIMEOUT_S: Final = 30.0
REBOOT_TIMEOUT_S: Final = 120.0


class Confirm(IntEnum):
    """What a command asks of the operator before it is sent; NONE is false."""

    NONE = 0
    CONFIRM = 1
    TYPED_HOST = 2
    """The host name must be typed."""


class Kind(StrEnum):
    """Type of a field."""

    CHOICE = "choice"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a command.

    `minimum` and `maximum` bound numbers, and the length of a text in characters. `words` are
    words that stand for a number. A `positional` field may be given on the command line without
    its name. `only_with` names the choices of `pattern` with which the field means anything.
    """

    name: str
    kind: Kind
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    default: FieldValue | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    words: tuple[tuple[str, int], ...] = ()
    positional: bool = False
    only_with: tuple[str, ...] = ()

    def allowed(self) -> str:
        """What the field accepts, in English: "10 to 3600 s", "on, off, pulse"."""
        if self.kind is Kind.CHOICE:
            return ", ".join(self.choices)
        if self.kind is Kind.BOOL:
            return "yes or no"
        if self.kind is Kind.TEXT:
            if self.minimum == self.maximum:
                return f"{self.maximum:g} characters"
            return f"{self.minimum:g} to {self.maximum:g} characters"
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.minimum:g} to {self.maximum:g}{unit}"


@dataclass(frozen=True, slots=True)
class CommandTemplate:
    """One command: what it needs, who may send it, and how it is supervised.

    `effect` says in one English sentence what will happen. `idempotent` is the answer for the
    command as such; `is_idempotent` knows the exceptions (output OFF).
    """

    name: str
    family: Family
    action: Action
    effect: str
    fields: tuple[FieldSpec, ...] = ()
    confirm: Confirm = Confirm.NONE
    timeout_s: float = TIMEOUT_S
    idempotent: bool = True
    auth_level: int = 2

    def field(self, name: str) -> FieldSpec:
        """The field of that name; raises `UserError` for one that the command has not."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise UserError(
            "command.field.unknown",
            "{command} has no field {field}; it has: {allowed}",
            command=self.name,
            field=name,
            allowed=", ".join(spec.name for spec in self.fields) or "none",
        )

    def applicable(self, fields: Fields) -> tuple[FieldSpec, ...]:
        """The fields that mean anything together with the others as they are in `fields`."""
        pattern = fields.get("pattern", self._default_pattern())
        return tuple(s for s in self.fields if not s.only_with or pattern in s.only_with)

    def told(self, fields: Fields) -> dict[str, FieldValue]:
        """`fields` without those that say no more than their default; positional ones stay."""
        specs = {spec.name: spec for spec in self.fields}
        return {
            name: value
            for name, value in fields.items()
            if specs[name].positional or value != specs[name].default
        }

    def _default_pattern(self) -> FieldValue | None:
        return next((s.default for s in self.fields if s.name == "pattern"), None)


PATTERNS: Final[Mapping[str, PatternType]] = MappingProxyType(
    {
        "on": PatternType.CONSTANT,
        "pulse": PatternType.PULSE,
        "blink-slow": PatternType.BLINK_SLOW,
        "blink-fast": PatternType.BLINK_FAST,
        "double-pulse": PatternType.DOUBLE_PULSE,
        "triple-pulse": PatternType.TRIPLE_PULSE,
        "sos": PatternType.SOS,
        "strobe": PatternType.STROBE,
        "off": PatternType.OFF,
    }
)
"""Patterns of the switched outputs by their names on form and command line."""

_RUNNING = tuple(name for name in PATTERNS if name != "off")
_PERIODIC = tuple(name for name in _RUNNING if name != "on")

_PERMANENT_WORD = (("permanent", 0),)


def _duration(default: int, only_with: tuple[str, ...] = ()) -> FieldSpec:
    return FieldSpec(
        "total_duration",
        Kind.INT,
        unit="s",
        minimum=0,
        maximum=86_400,
        default=default,
        words=_PERMANENT_WORD,
        positional=True,
        only_with=only_with,
        help="How long it runs; 0 is permanent, until somebody switches it off.",
    )


_OUTPUT_FIELDS: Final = (
    FieldSpec(
        "pattern",
        Kind.CHOICE,
        choices=tuple(PATTERNS),
        default="on",
        required=True,
        positional=True,
        help="How the output is driven; off ends any pattern.",
    ),
    _duration(DEFAULT_DURATION_S, _RUNNING),
    FieldSpec(
        "pulse_count",
        Kind.INT,
        minimum=0,
        maximum=1000,
        default=0,
        only_with=_PERIODIC,
        help="Full periods before it rests; 0 goes on until the duration ends.",
    ),
    FieldSpec(
        "on_duration_ms",
        Kind.INT,
        unit="ms",
        minimum=10,
        maximum=60_000,
        default=DEFAULT_PULSE_MS,
        only_with=("pulse",),
        help="Length of each pulse.",
    ),
    FieldSpec(
        "off_duration_ms",
        Kind.INT,
        unit="ms",
        minimum=10,
        maximum=60_000,
        default=DEFAULT_PULSE_MS,
        only_with=("pulse",),
        help="Rest after each pulse.",
    ),
    FieldSpec(
        "repeat_interval",
        Kind.INT,
        unit="s",
        minimum=0,
        maximum=3600,
        default=0,
        only_with=_PERIODIC,
        help="Rest before the counted periods start again; 0 ends after them.",
    ),
)


def _output(name: str, effect: str) -> CommandTemplate:
    return CommandTemplate(
        name,
        Family.OUTPUT,
        Action.COMMAND_OUTPUT,
        effect,
        _OUTPUT_FIELDS,
        idempotent=False,
    )


def _read(name: str, effect: str) -> CommandTemplate:
    return CommandTemplate(f"read {name}", Family.READ, Action.COMMAND_READ, effect)


def _diagnostic(
    name: str, effect: str, fields: tuple[FieldSpec, ...] = (), idempotent: bool = True
) -> CommandTemplate:
    return CommandTemplate(
        f"diag {name}",
        Family.DIAGNOSTIC,
        Action.COMMAND_DIAGNOSTIC,
        effect,
        fields,
        idempotent=idempotent,
    )


_TEMPLATES: Final = (
    _output("siren", "Drives the siren."),
    _output("turret", "Drives the turret light."),
    _output("relay1", "Switches relay 1."),
    _output("relay2", "Switches relay 2."),
    _output("all", "Drives siren, turret light and both relays together."),
    CommandTemplate(
        "fan",
        Family.OUTPUT,
        Action.COMMAND_OUTPUT,
        "Runs the fan at a share of its full speed.",
        (
            FieldSpec(
                "percent",
                Kind.INT,
                unit="%",
                minimum=0,
                maximum=100,
                default=50,
                required=True,
                words=(("off", 0), ("full", 100)),
                positional=True,
                help="Speed; 0 stops the fan.",
            ),
            _duration(DEFAULT_FAN_DURATION_S),
        ),
        idempotent=False,
    ),
    CommandTemplate(
        "get-status",
        Family.SYSTEM,
        Action.COMMAND_STATUS,
        "Asks the unit for its full status.",
        auth_level=1,
    ),
    CommandTemplate(
        "set-time",
        Family.SYSTEM,
        Action.COMMAND_TIME,
        "Sets the unit's clock to the station's time.",
        idempotent=False,
    ),
    CommandTemplate(
        "reboot",
        Family.SYSTEM,
        Action.COMMAND_REBOOT,
        "Restarts the unit; it watches nothing until it is back.",
        (
            FieldSpec(
                "delay_seconds",
                Kind.INT,
                unit="s",
                minimum=0,
                maximum=3600,
                default=0,
                positional=True,
                help="Wait before the restart.",
            ),
        ),
        confirm=Confirm.CONFIRM,
        timeout_s=REBOOT_TIMEOUT_S,
        idempotent=False,
    ),
    CommandTemplate(
        "clear-counters",
        Family.SYSTEM,
        Action.COMMAND_CLEAR_COUNTERS,
        "Sets every activation counter of the unit to zero; the old counts are lost there.",
        confirm=Confirm.CONFIRM,
        idempotent=False,
    ),
    CommandTemplate(
        "config device",
        Family.CONFIG,
        Action.COMMAND_CONFIG,
        "Writes the unit's id and heartbeat interval and reads them back.",
        (
            FieldSpec(
                "heartbeat_interval",
                Kind.INT,
                unit="s",
                minimum=10,
                maximum=3600,
                default=30,
                required=True,
                positional=True,
                help="Time between two heartbeats; a lost unit is noticed after about three.",
            ),
        ),
    ),
    CommandTemplate(
        "config location",
        Family.CONFIG,
        Action.COMMAND_CONFIG,
        "Writes where the unit is and reads it back.",
        (
            FieldSpec(
                "country",
                Kind.TEXT,
                minimum=2,
                maximum=2,
                help="Two letters, such as ES.",
            ),
            FieldSpec("zone", Kind.INT, minimum=1, maximum=255, help="Zone number."),
            FieldSpec(
                "latitude",
                Kind.FLOAT,
                unit="°",
                minimum=-90,
                maximum=90,
                help="Degrees, north positive.",
            ),
            FieldSpec(
                "longitude",
                Kind.FLOAT,
                unit="°",
                minimum=-180,
                maximum=180,
                help="Degrees, east positive.",
            ),
        ),
    ),
    _read("device", "Reads host name, id and heartbeat interval."),
    _read("location", "Reads country, zone and coordinates."),
    _read("wifi", "Reads the WiFi settings; the password stays masked."),
    _read("mqtt", "Reads the broker settings; the password stays masked."),
    _read("ntp", "Reads time servers and time zone."),
    _read("ble", "Reads the Bluetooth settings; keys stay masked."),
    _read("all", "Reads a short form of every setting."),
    _diagnostic(
        "self-test",
        "Lets the unit test itself.",
        (
            FieldSpec(
                "test_mask",
                Kind.INT,
                minimum=1,
                maximum=127,
                default=127,
                help=(
                    "Sum of: 1 memory, 2 WiFi, 4 MQTT, 8 sensor, 16 inputs and outputs, "
                    "32 flash, 64 clock."
                ),
            ),
        ),
        idempotent=False,
    ),
    _diagnostic("memory", "Reads free and lowest free memory."),
    _diagnostic("network", "Reads addresses, channel and signal."),
    _diagnostic("sensor", "Reads the climate sensor at once."),
    _diagnostic(
        "log",
        "Reads the last lines of the unit's log.",
        (
            FieldSpec(
                "log_lines",
                Kind.INT,
                minimum=1,
                maximum=100,
                default=20,
                positional=True,
                help="How many lines, newest last.",
            ),
        ),
    ),
    _diagnostic("io", "Reads every input and output (newer units)."),
)

CATALOGUE: Final[Mapping[str, CommandTemplate]] = MappingProxyType(
    {template.name: template for template in _TEMPLATES}
)
"""Every template by its name, in the order of menus."""

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
                raise _wrong(spec, "command.field.required", "", "{field} is missing: {allowed}")
            value = spec.default
        # A given value is checked even where the pattern does not use it: a typing error must
        # not pass because another field hides it.
        checked = None if value is None else check_field(spec, value)
        if checked is not None and spec.name in applicable:
            values[spec.name] = checked
    return values


def check_field(spec: FieldSpec, value: FieldValue) -> FieldValue:
    """`value` in the field's own type; raises `UserError` when it does not fit."""
    match spec.kind:
        case Kind.CHOICE:
            if value in spec.choices:
                return value
            raise _wrong(spec, "command.field.choice", value)
        case Kind.BOOL:
            if isinstance(value, bool):
                return value
            raise _wrong(spec, "command.field.type", value)
        case Kind.TEXT:
            return _checked_text(spec, value)
        case Kind.INT | Kind.FLOAT:
            return _checked_number(spec, value)


def _checked_text(spec: FieldSpec, value: FieldValue) -> str:
    if not isinstance(value, str):
        raise _wrong(spec, "command.field.type", value)
    if not (spec.minimum or 0) <= len(value) <= (spec.maximum or 0):
        raise _wrong(spec, "command.field.length", value)
    if spec.name == "country" and not (value.isascii() and value.isalpha()):
        raise _wrong(spec, "command.field.letters", value, "{field}: {value} is not two letters")
    return value


def _checked_number(spec: FieldSpec, value: FieldValue) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(spec, "command.field.type", value)
    if spec.kind is Kind.INT and value != value // 1:
        raise _wrong(spec, "command.field.type", value)
    # Written so that NaN fails too.
    if not (spec.minimum is not None and spec.minimum <= value):
        raise _wrong(spec, "command.field.range", value)
    if not (spec.maximum is not None and value <= spec.maximum):
        raise _wrong(spec, "command.field.range", value)
    return int(value) if spec.kind is Kind.INT else float(value)


def _wrong(
    spec: FieldSpec,
    key: str,
    value: object,
    text: str = "{field}: {value} is not allowed; allowed: {allowed}",
) -> UserError:
    return UserError(key, text, field=spec.name, value=value, allowed=spec.allowed())


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
