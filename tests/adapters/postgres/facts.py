"""Facts that are valid as they are; a test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alarmstation.application.batch import Batch, InputEvent
from alarmstation.domain.alarm import Alarm, AlarmKind, Step, raise_alarm
from alarmstation.domain.command import Command, CommandState, CommandStep, Family
from alarmstation.domain.device import (
    CommState,
    Device,
    DeviceStatus,
    Io,
    Lifecycle,
    Quality,
    QualityReason,
    Reading,
)
from alarmstation.domain.telemetry import (
    ChangeMask,
    ChangeType,
    FieldChange,
    HistoryRow,
    OutputActivity,
    Sample,
)

NOW = datetime.now(UTC)


def at(seconds: float) -> datetime:
    """A moment of today, `seconds` after the tests began."""
    return NOW + timedelta(seconds=seconds)


def good(value: float) -> Reading:
    return Reading(value, Quality.GOOD, QualityReason.NONE)


def a_device(device_id: int = 1, **facts: Any) -> Device:
    given = {"host": f"unit-{device_id}", "lifecycle": Lifecycle.ENROLLED, "created_at": at(0)}
    return Device(device_id, **{**given, **facts})


def a_status(device_id: int = 1, seconds: float = 0, **facts: Any) -> DeviceStatus:
    status = DeviceStatus(
        device_id,
        CommState.ONLINE,
        comm_since=at(0),
        last_seen_at=at(seconds),
        last_heartbeat_at=at(seconds),
        device_state=3,
        io=Io(panic1=True, aux1=False, relay2=True, fan_pct=40),
        temperature_c=good(21.5),
        humidity_pct=Reading(None, Quality.BAD, QualityReason.SENSOR_FAULT),
        uptime_s=4_294_967_295,
        boot_count=7,
        boot_id=4_000_000_000,
        firmware="2.1.0",
        interface=1,
        rssi_dbm=-61,
        ip_address="192.0.2.7",
        echoed_id=device_id,
        device_time=at(-1),
        skew_s=-0.25,
        free_heap=123_456,
        error_flags=0x8000_0000,
        panic1_count=3,
        panic2_count=0,
        tamper_count=1,
        ota_validated=True,
        partition=2,
        received_messages=100,
        received_samples=90,
        stored_rows=9,
    )
    return replace(status, **facts)


def a_row(
    device_id: int = 1,
    seconds: float = 0,
    *,
    change_type: ChangeType = ChangeType.SENSOR_DATA,
    mask: ChangeMask = ChangeMask.TEMPERATURE,
    changes: tuple[FieldChange, ...] = (FieldChange("temperature_c", 20.5, 21.5, 1.0),),
    **facts: Any,
) -> HistoryRow:
    sample = Sample(
        device_id,
        at(seconds),
        temperature_c=good(21.5),
        humidity_pct=Reading(44.25, Quality.UNCERTAIN, QualityReason.BAD_CLOCK),
        io=Io(tamper=True, aux2=True, relay1=False, fan_pct=15),
        device_state=4,
        uptime_s=3_000_000_000,
        device_time=at(seconds - 1),
        clock_trusted=False,
    )
    return HistoryRow(replace(sample, **facts), change_type, mask, changes)


def an_alarm(device_id: int = 1, kind: AlarmKind = AlarmKind.PANIC1, key: str = "1") -> Step:
    """An alarm as it was raised, with its first transition."""
    return raise_alarm(
        f"unit-{device_id}",
        device_id,
        kind,
        key,
        at(0),
        marks=frozenset({"late", "test"}),
        detail="button 1",
        wire_priority=3,
        device_time=at(-2),
        station="north",
    )


def an_event(device_id: int = 1, key: str = "e1", alarm: Alarm | None = None) -> InputEvent:
    return InputEvent(
        device_id,
        key,
        at(0),
        type=1,
        state=1,
        sequence=4_294_967_295,
        boot_id=9,
        device_time=None,
        alarm_id=None if alarm is None else alarm.id,
        marks=("late",),
    )


def a_command(request_id: str = "r1", device_id: int = 1, **facts: Any) -> Command:
    steps = (CommandStep(request_id, 1, CommandState.PENDING, at(0)),)
    command = Command(
        request_id,
        device_id,
        Family.OUTPUT,
        "siren",
        None,
        "ana",
        at(0),
        at(60),
        30.0,
        idempotent=False,
        steps=steps,
        request_json='{"output": "SIREN",  "key": "[redacted]"}',
        queued=True,
    )
    return replace(command, **facts)


def a_run(device_id: int = 1, seconds: float = 0, **facts: Any) -> OutputActivity:
    run = OutputActivity(device_id, at(seconds), 0, 1, 3, 30, 0, event_sequence=5)
    return replace(run, **facts)


def a_batch(*devices: Device) -> Batch:
    """A batch that makes the devices known."""
    return Batch(devices={device.id: device for device in devices})
