"""The build option that makes every unit an older one."""

from __future__ import annotations

from pathlib import Path

import pytest

from alarmstation.domain.messages import CommandResponse, Heartbeat, Leaf, ReadType, StatusMessage
from alarmstation.domain.messages import ConfigReadCommand as Read
from tests.conftest import BrokerAccess
from tests.firmware.building import build
from tests.firmware.test_posix_unit import a_scene
from tests.firmware.units import plans_of
from tests.simulator.listening import Until


@pytest.fixture(scope="module")
def field_device() -> Path:
    return build("field", "-DSTATION_FIELD_DEVICE=ON", "-DSTATION_TESTS=OFF", target="alarm-unit")


def test_units_without_a_kind_are_field_devices(
    field_device: Path, broker: BrokerAccess, until: Until, tmp_path: Path
) -> None:
    with a_scene(field_device, broker, until, plans_of(), tmp_path / "storage") as scene:
        scene.online()
        assert scene.ear.of(Heartbeat)[0].boot_id == 0
        login = scene.ear.of(StatusMessage, scene.host, Leaf.LOGIN)[0]
        assert login.firmware == "1.4.2"
        answer = scene.send(Read(ReadType.ALL))
        assert len(answer.payload) == 256, "its JSON is cut, and no longer JSON"
        assert {leaf for _, leaf, told in scene.ear.heard if isinstance(told, CommandResponse)} == {
            Leaf.RESP
        }
        assert scene.units.do("at 1 PBSHOW")["ok"]
