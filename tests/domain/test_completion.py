from __future__ import annotations

import pytest

from alarmstation.domain.catalogue import build
from alarmstation.domain.completion import complete, id_assignment, stamp_time
from alarmstation.domain.device import Device, DeviceStatus
from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import (
    ConfigCommand,
    DeviceConfig,
    LocationConfig,
    SystemAction,
    SystemCommand,
)

UNIT = Device(id=42, host="TEST_ALARM_001", name="North door")
OLD = DeviceStatus(device_id=42)
NEW = DeviceStatus(device_id=42, boot_id=0xC0FFEE01)


def test_a_unit_of_unknown_generation_gets_the_complete_set_with_its_own_host() -> None:
    body = complete(build("config device", {"heartbeat_interval": 60}), UNIT, OLD)

    assert body == ConfigCommand.of(
        DeviceConfig(
            hostname="TEST_ALARM_001", device_id=42, enable_heartbeat=True, heartbeat_interval=60
        )
    )


@pytest.mark.parametrize(("status", "answered_read"), [(NEW, False), (OLD, True), (None, True)])
def test_a_newer_unit_gets_no_host(status: DeviceStatus | None, answered_read: bool) -> None:
    body = complete(
        build("config device", {"heartbeat_interval": 60}),
        UNIT,
        status,
        answered_read=answered_read,
    )

    assert body == ConfigCommand.of(
        DeviceConfig(device_id=42, enable_heartbeat=True, heartbeat_interval=60)
    )


def test_assigning_an_id_keeps_the_interval_that_the_unit_confirmed() -> None:
    unit = Device(id=42, host="TEST_ALARM_001", heartbeat_interval_s=120)

    body = complete(id_assignment(unit), unit, NEW)

    assert body == ConfigCommand.of(
        DeviceConfig(device_id=42, enable_heartbeat=True, heartbeat_interval=120)
    )


def test_a_part_of_a_location_is_not_sent_to_a_unit_that_would_zero_the_rest() -> None:
    with pytest.raises(UserError, match="latitude, longitude"):
        complete(build("config location", {"country": "ES", "zone": 4}), UNIT, OLD)


def test_a_part_of_a_location_is_filled_from_what_the_unit_said_last() -> None:
    known = LocationConfig(country="FR", zone=1, latitude=40.5, longitude=-3.5)

    body = complete(build("config location", {"zone": 4}), UNIT, OLD, location=known)

    assert body == ConfigCommand.of(
        LocationConfig(country="FR", zone=4, latitude=40.5, longitude=-3.5)
    )


def test_a_newer_unit_keeps_what_a_location_leaves_out() -> None:
    body = build("config location", {"zone": 4})

    assert complete(body, UNIT, NEW) == body


def test_only_set_time_is_stamped() -> None:
    assert stamp_time(build("set-time", {}), 1_760_000_000) == SystemCommand(
        action=SystemAction.SET_TIME, unix_time=1_760_000_000
    )
    assert stamp_time(build("get-status", {}), 1_760_000_000) == build("get-status", {})
