"""When telemetry proves that a command was carried out: the rung OBSERVED (`domain.md` 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alarmstation.domain.catalogue import is_off
from alarmstation.domain.device import Io
from alarmstation.domain.messages import (
    CommandBody,
    ConfigCommand,
    ConfigReadCommand,
    DeviceConfig,
    EventState,
    LocationConfig,
    OutputCommand,
    OutputType,
    ReadType,
    SystemAction,
    SystemCommand,
)
from alarmstation.domain.telemetry import OutputActivity

CLOCK_TOLERANCE_S = 5.0
"""A clock set by command is right when it agrees with receive time this well."""

DEGREE_TOLERANCE = 1e-4
"""About 11 m: floats of 32 bit, and units that print four decimals, still agree."""

_READ_KEYS: Mapping[str, str] = {
    "hostname": "hostname",
    "device_id": "device_id",
    "enable_heartbeat": "hb_enable",
    "heartbeat_interval": "hb_interval",
    "country": "country",
    "zone": "zone",
    "latitude": "lat",
    "longitude": "lon",
}
"""Field of a config message → key of the JSON read back (`protocol.md` 6)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the unit said **after** the command was sent; None: it said nothing of that kind."""

    io: Io | None = None
    """Of the next heartbeat or status."""
    activity: OutputActivity | None = None
    """An OUTPUT_EVENT."""
    echoed_id: int | None = None
    read_back: Mapping[str, object] | None = None
    """Decoded JSON of the matching READ."""
    clock_error_s: float | None = None
    """Device minus receive time of one message."""
    logged_in: bool = False
    """A login with a new boot followed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that reads back otherwise than it was written."""

    field: str
    written: object
    read: object


def is_observable(body: CommandBody) -> bool:
    """Whether telemetry can prove this command at all; otherwise EXECUTED is its last rung."""
    match body:
        case OutputCommand() | ConfigCommand():
            return True
        case SystemCommand(action=SystemAction.SET_TIME | SystemAction.REBOOT):
            return True
        case _:
            return False


def observed(body: CommandBody, evidence: Evidence) -> bool | None:
    """Whether `evidence` proves `body`.

    True: proven. False: this evidence says otherwise, or not yet. None: it says nothing.
    A device config is proven by reading it back; that an id alone has arrived is told by
    `DeviceStatus.echoed_id`.
    """
    match body:
        case OutputCommand():
            return _output_observed(body, evidence)
        case ConfigCommand(body=config) if evidence.read_back is not None:
            return config is not None and not differences(body, evidence.read_back)
        case ConfigCommand(body=DeviceConfig() as config) if evidence.echoed_id is not None:
            # The echo proves the id only: the interval must be read back.
            return None if config.device_id == evidence.echoed_id else False
        case SystemCommand(action=SystemAction.SET_TIME):
            if evidence.clock_error_s is None:
                return None
            return abs(evidence.clock_error_s) <= CLOCK_TOLERANCE_S
        case SystemCommand(action=SystemAction.REBOOT):
            return True if evidence.logged_in else None
        case _:
            return None


def read_back(body: CommandBody) -> ConfigReadCommand | None:
    """The read that confirms a config write (`protocol.md` 8.7); None for anything else."""
    match body:
        case ConfigCommand(body=DeviceConfig()):
            return ConfigReadCommand(type=ReadType.DEVICE)
        case ConfigCommand(body=LocationConfig()):
            return ConfigReadCommand(type=ReadType.LOCATION)
        case _:
            return None


def differences(body: CommandBody, read: Mapping[str, object]) -> tuple[Difference, ...]:
    """Settings of a config write that `read` shows otherwise; a missing key is a difference."""
    if not isinstance(body, ConfigCommand) or body.body is None:
        return ()
    config = body.body
    found = []
    for field, key in _READ_KEYS.items():
        written = getattr(config, field, None)
        if written is not None and not _agree(written, read.get(key)):
            found.append(Difference(field, written, read.get(key)))
    return tuple(found)


def _agree(written: object, read: object) -> bool:
    if isinstance(written, bool):
        # Units answer true/false or 1/0.
        return isinstance(read, bool | int) and bool(read) == written
    if isinstance(written, int | float):
        if isinstance(read, bool) or not isinstance(read, int | float):
            return False
        tolerance = DEGREE_TOLERANCE if isinstance(written, float) else 0
        return abs(written - read) <= tolerance
    return written == read


def _output_observed(body: OutputCommand, evidence: Evidence) -> bool | None:
    if evidence.activity is not None:
        return _told_by_event(body, evidence.activity)
    if evidence.io is None:
        return None
    if body.output == OutputType.FAN:
        expected = 0 if is_off(body) else body.custom_data
        return None if evidence.io.fan_pct is None else evidence.io.fan_pct == expected
    flags = _flags(body.output, evidence.io)
    told = [flag for flag in flags if flag is not None]
    if not told:
        return None
    return not any(told) if is_off(body) else all(told)


def _told_by_event(body: OutputCommand, activity: OutputActivity) -> bool | None:
    if activity.output != body.output:
        return None
    if is_off(body):
        return True if activity.state == EventState.STOPPING else None
    return activity.state == EventState.STARTING and activity.pattern == body.pattern


def _flags(output: OutputType | int, io: Io) -> tuple[bool | None, ...]:
    match output:
        case OutputType.SIREN:
            return (io.siren,)
        case OutputType.TURRET:
            return (io.turret,)
        case OutputType.RELAY1:
            return (io.relay1,)
        case OutputType.RELAY2:
            return (io.relay2,)
        case OutputType.ALL:
            return (io.siren, io.turret, io.relay1, io.relay2)
        case _:
            return ()
