"""Templates of everything that may be sent to a unit (`domain.md` 5, `protocol.md` 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from alarmstation.domain.access import Action
from alarmstation.domain.command import Family
from alarmstation.domain.command_field import Fields, FieldSpec, FieldValue, Kind
from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import PatternType

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
