"""The last touches before a command leaves: what only the station knows of unit and time."""

from __future__ import annotations

from dataclasses import fields, replace

from alarmstation.domain.device import Device, DeviceStatus
from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import (
    CommandBody,
    ConfigCommand,
    DeviceConfig,
    LocationConfig,
    SystemAction,
    SystemCommand,
)

DEFAULT_HEARTBEAT_S = 30
"""Heartbeat interval of our firmware when nothing else was said (`protocol.md` 8.2)."""


def stamp_time(body: CommandBody, unix_s: int) -> CommandBody:
    """`body` with the station's time in it if it is a set-time, else as it is."""
    if isinstance(body, SystemCommand) and body.action == SystemAction.SET_TIME:
        return replace(body, unix_time=unix_s)
    return body


def complete(
    body: CommandBody,
    device: Device,
    status: DeviceStatus | None,
    *,
    answered_read: bool = False,
    location: LocationConfig | None = None,
) -> CommandBody:
    """`body` as this unit needs it (`protocol.md` 5.3 and 8.1).

    The device config always carries id, enable_heartbeat and interval; the host is added for
    units of unknown generation, which would read an omitted host as empty. `answered_read`: the
    unit has answered READ_DEVICE, so it is of the newer generation like one with a boot id.
    `location`: what the unit last said of its place, which fills what is left out for the old.

    Raises `UserError` when the complete set cannot be made: nothing may be sent then.
    """
    if not isinstance(body, ConfigCommand):
        return body
    newer = answered_read or (status is not None and status.boot_id != 0)
    match body.body:
        case DeviceConfig() as config:
            return replace(body, body=_device_config(config, device, newer))
        case LocationConfig() as config if not newer:
            return replace(body, body=_whole_location(config, location, device.label))
        case _:
            return body


def id_assignment(device: Device) -> ConfigCommand:
    """The config command that tells a unit its id; still to be completed."""
    return ConfigCommand.of(DeviceConfig(device_id=device.id))


def _device_config(config: DeviceConfig, device: Device, newer: bool) -> DeviceConfig:
    hostname = config.hostname
    if hostname is None and not newer:
        hostname = device.host
    interval = config.heartbeat_interval or device.heartbeat_interval_s or DEFAULT_HEARTBEAT_S
    return replace(
        config,
        hostname=hostname,
        device_id=config.device_id or device.id,
        enable_heartbeat=True,
        heartbeat_interval=interval,
    )


def _whole_location(
    config: LocationConfig, known: LocationConfig | None, unit: str
) -> LocationConfig:
    names = [f.name for f in fields(LocationConfig) if f.name != "unknown_fields"]
    missing = [name for name in names if getattr(config, name) is None]
    if known is not None:
        fills = {name: getattr(known, name) for name in missing}
        missing = [name for name, value in fills.items() if value is None]
        config = replace(config, **fills)
    if missing:
        raise UserError(
            "command.config.incomplete",
            "{unit} may read what is left out as 0 or empty: give {missing} too",
            unit=unit,
            missing=", ".join(missing),
        )
    return config
