from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alarmstation.domain.catalogue import CATALOGUE, build
from alarmstation.domain.completion import complete
from alarmstation.domain.device import Device, DeviceStatus, Io
from alarmstation.domain.messages import (
    ConfigReadCommand,
    EventState,
    OutputType,
    PatternType,
    ReadType,
)
from alarmstation.domain.observation import (
    Difference,
    Evidence,
    differences,
    is_observable,
    observed,
    read_back,
)
from alarmstation.domain.telemetry import OutputActivity

UNIT = Device(id=42, host="TEST_ALARM_001")
NEW = DeviceStatus(device_id=42, boot_id=1)
AT = datetime(2025, 10, 9, 8, 0, tzinfo=UTC)


def an_activity(output: int, pattern: int, state: int) -> OutputActivity:
    return OutputActivity(42, AT, output, pattern, state, 30, 0, 1)


@pytest.mark.parametrize(
    ("name", "fields", "io", "expected"),
    [
        ("siren", {"pattern": "on"}, Io(siren=True), True),
        ("siren", {"pattern": "on"}, Io(turret=True), False),
        ("siren", {"pattern": "off"}, Io(), True),
        ("siren", {"pattern": "off"}, Io(siren=True), False),
        ("turret", {"pattern": "sos"}, Io(turret=True), True),
        ("relay1", {"pattern": "on"}, Io(), None),
        ("relay1", {"pattern": "on"}, Io(relay1=True), True),
        ("relay2", {"pattern": "off"}, Io(relay2=False), True),
        ("fan", {"percent": 60}, Io(fan_pct=60), True),
        ("fan", {"percent": 60}, Io(fan_pct=0), False),
        ("fan", {"percent": 0}, Io(fan_pct=0), True),
        ("fan", {"percent": 60}, Io(), None),
        ("all", {"pattern": "on"}, Io(siren=True, turret=True), True),
        ("all", {"pattern": "on"}, Io(siren=True, turret=True, relay1=False), False),
        ("all", {"pattern": "off"}, Io(relay2=True), False),
    ],
)
def test_outputs_are_proven_by_the_flags_of_the_next_heartbeat(
    name: str, fields: dict[str, Any], io: Io, expected: bool | None
) -> None:
    assert observed(build(name, fields), Evidence(io=io)) is expected


def test_an_output_event_proves_the_pattern_it_names() -> None:
    body = build("siren", {"pattern": "pulse"})
    started = an_activity(OutputType.SIREN, PatternType.PULSE, EventState.STARTING)
    other_output = an_activity(OutputType.TURRET, PatternType.PULSE, EventState.STARTING)
    other_pattern = an_activity(OutputType.SIREN, PatternType.CONSTANT, EventState.STARTING)

    assert observed(body, Evidence(activity=started)) is True
    assert observed(body, Evidence(activity=other_output)) is None
    assert observed(body, Evidence(activity=other_pattern)) is False


def test_off_is_proven_by_the_event_that_ends_the_run() -> None:
    body = build("siren", {"pattern": "off"})
    stopped = an_activity(OutputType.SIREN, PatternType.PULSE, EventState.STOPPING)

    assert observed(body, Evidence(activity=stopped)) is True


def test_a_device_config_is_proven_by_reading_it_back() -> None:
    body = complete(build("config device", {"heartbeat_interval": 60}), UNIT, NEW)
    answer = {"hostname": "TEST_ALARM_001", "device_id": 42, "hb_enable": True, "hb_interval": 60}

    assert observed(body, Evidence(read_back=answer)) is True
    assert observed(body, Evidence(read_back=answer | {"hb_enable": 1})) is True
    assert observed(body, Evidence(read_back=answer | {"hb_interval": 30})) is False
    assert differences(body, answer | {"hb_interval": 30}) == (
        Difference("heartbeat_interval", 60, 30),
    )


def test_an_echoed_id_alone_does_not_prove_the_interval() -> None:
    body = complete(build("config device", {"heartbeat_interval": 60}), UNIT, NEW)

    assert observed(body, Evidence(echoed_id=42)) is None
    assert observed(body, Evidence(echoed_id=0)) is False


def test_coordinates_agree_within_the_floats_of_the_wire() -> None:
    body = build("config location", {"country": "ES", "latitude": 40.416775, "longitude": -3.70379})

    assert observed(body, Evidence(read_back={"country": "ES", "lat": 40.41678, "lon": -3.7038}))
    assert differences(body, {"country": "ES", "lat": 40.42, "lon": -3.70379}) == (
        Difference("latitude", 40.416775, 40.42),
    )


def test_a_setting_that_is_not_read_back_is_a_difference() -> None:
    body = build("config location", {"zone": 4})

    assert differences(body, {"country": "ES"}) == (Difference("zone", 4, None),)
    assert differences(body, {"zone": True}) == (Difference("zone", 4, True),)


def test_the_clock_is_proven_by_a_message_stamped_right() -> None:
    body = build("set-time", {})

    assert observed(body, Evidence(clock_error_s=-1.2)) is True
    assert observed(body, Evidence(clock_error_s=-400)) is False
    assert observed(body, Evidence()) is None


def test_a_reboot_is_proven_by_the_next_login() -> None:
    assert observed(build("reboot", {}), Evidence(logged_in=True)) is True
    assert observed(build("reboot", {}), Evidence(io=Io())) is None


def test_each_write_is_confirmed_by_its_own_read() -> None:
    device = build("config device", {"heartbeat_interval": 60})

    assert read_back(device) == ConfigReadCommand(type=ReadType.DEVICE)
    assert read_back(build("config location", {"zone": 4})) == ConfigReadCommand(
        type=ReadType.LOCATION
    )
    assert read_back(build("get-status", {})) is None


def test_reads_and_diagnostics_end_with_their_answer() -> None:
    reads = [name for name in CATALOGUE if name.startswith(("read ", "diag "))]

    assert not any(is_observable(build(name, {})) for name in reads)
    assert is_observable(build("siren", {}))
    assert is_observable(build("reboot", {}))
    assert not is_observable(build("get-status", {}))
