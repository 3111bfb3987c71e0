"""What a unit tells of itself: heartbeat, status, last will (`protocol.md` 4, 9.2)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from alarmstation.domain.messages import (
    Heartbeat,
    LastWill,
    NetworkInterface,
    OutputType,
    StatusMessage,
)
from alarmstation.simulator.traits import Input

if TYPE_CHECKING:
    from alarmstation.simulator.unit import VirtualUnit

MIN_HEAP: Final = 141_312


@dataclass(slots=True)
class Counters:
    """Gauges of StatusMessage; cleared by CLEAR_COUNTERS and by a restart."""

    activations: Counter[Input] = field(default_factory=Counter)
    wifi_disconnects: int = 0
    mqtt_disconnects: int = 0
    errors: int = 0


def heartbeat(unit: VirtualUnit, reading: tuple[float, float]) -> Heartbeat:
    """The heartbeat of this moment with a reading in (°C, % RH)."""
    on = unit.outputs.is_on
    plain = Heartbeat(
        timestamp=unit.stamp,
        device_db_id=unit.device_id,
        temperature=reading[0],
        humidity=reading[1],
        panic1=Input.PANIC1 in unit.inputs,
        panic2=Input.PANIC2 in unit.inputs,
        siren=on(OutputType.SIREN),
        turret=on(OutputType.TURRET),
        box_sw=Input.TAMPER in unit.inputs,
        uptime=unit.uptime,
        firmware=unit.firmware,
        fan_pwm_duty=unit.outputs.fan_duty_pct,
    )
    if not unit.traits.extensions:
        return plain
    return replace(
        plain,
        boot_id=unit.boot_id,
        alarm_sequence=unit.memory.alarm_sequence,
        relay1=on(OutputType.RELAY1),
        relay2=on(OutputType.RELAY2),
        aux1=Input.AUX1 in unit.inputs,
        aux2=Input.AUX2 in unit.inputs,
    )


def status(unit: VirtualUnit) -> StatusMessage:
    """The status of this moment; its sequence is set when it is framed."""
    celsius, percent = unit.reading()
    location = unit.memory.settings.location
    counters = unit.counters
    return StatusMessage(
        timestamp=unit.stamp,
        device_db_id=unit.device_id,
        state=unit.state,
        state_duration=int(unit.now - unit.state_since),
        uptime=unit.uptime,
        boot_count=unit.memory.boot_count,
        free_heap=unit.free_heap,
        min_heap=MIN_HEAP,
        firmware=unit.firmware,
        network=NetworkInterface.WIFI,
        connected=True,
        has_ip=True,
        rssi=unit.rssi,
        ip_address=unit.ip_address,
        mac_address=unit.identity.mac,
        mqtt_connected=True,
        ntp_synced=unit.clock_is_set,
        last_ntp_sync=unit.stamp if unit.clock_is_set else 0,
        panic1=Input.PANIC1 in unit.inputs,
        panic2=Input.PANIC2 in unit.inputs,
        box_sw=Input.TAMPER in unit.inputs,
        siren=unit.outputs.is_on(OutputType.SIREN),
        turret=unit.outputs.is_on(OutputType.TURRET),
        panic1_count=counters.activations[Input.PANIC1],
        panic2_count=counters.activations[Input.PANIC2],
        tamper_count=counters.activations[Input.TAMPER],
        wifi_disconnects=counters.wifi_disconnects,
        mqtt_disconnects=counters.mqtt_disconnects,
        temperature=celsius,
        humidity=percent,
        country=location.country or "",
        zone=location.zone or 0,
        latitude=location.latitude or 0.0,
        longitude=location.longitude or 0.0,
        error_flags=error_flags(unit),
        error_count=counters.errors,
        partition=unit.memory.partition,
        ota_validated=unit.memory.ota_validated,
    )


def last_will(unit: VirtualUnit, sequence: int) -> LastWill:
    """The will of a session that is opened now; it stays as it is until the next one."""
    return LastWill(
        sequence=sequence,
        timestamp=unit.stamp,
        device_db_id=unit.device_id,
        uptime_at_connect=unit.uptime,
        firmware=unit.firmware,
        ip_address=unit.ip_address,
        rssi=unit.rssi,
        hostname=unit.host,
    )


def error_flags(unit: VirtualUnit) -> int:
    """The bitmap of our firmware (4): sensor, time, outbox over 75 % full."""
    outbox = unit.memory.outbox
    filling = len(outbox.entries) > 0.75 * outbox.capacity
    return (not unit.sensor_works) | (not unit.clock_is_set) << 3 | filling << 6
