"""`alarmstation simulate --firmware`: the firmware's own program in the simulator's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.simulator import firmware, program
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.firmware import FirmwareRun, FirmwareUnits, firmware_binary
from alarmstation.simulator.site import VirtualSite
from tests.conftest import BrokerAccess
from tests.simulator.test_program import Child, parsed


@pytest.fixture(scope="module")
def binary() -> Path:
    found = firmware_binary()
    if found is None:
        pytest.skip("the firmware cannot be built here")
    return found


def test_the_program_is_found_again_without_building(binary: Path) -> None:
    before = binary.stat().st_mtime_ns
    again = firmware_binary()
    assert again == binary
    assert binary.stat().st_mtime_ns == before


def test_a_machine_without_the_tools_has_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware, "TOOLS", ("no such compiler",))
    assert firmware_binary() is None
    units = FirmwareUnits(FirmwareRun(VirtualSite.drawn(1).plans, BrokerAddress()))
    with pytest.raises(Unavailable, match="cannot be built"):
        units.start()


@pytest.mark.usefixtures("binary")
def test_simulate_firmware_speaks_the_line_protocol(broker: BrokerAccess, tmp_path: Path) -> None:
    host = VirtualSite.drawn(1, 1, 9).plans[0].identity.host
    account = broker.add_unit(host)
    child = Child(
        "--firmware", "--units", "1", "--seed", "9", "--memory", str(tmp_path / "units"),
        "--host", broker.host, "--port", str(broker.port), "--base-topic", broker.base_topic,
        "--user", account.user, "--password", account.password,
    )  # fmt: skip
    assert child.read() == {"ready": True, "units": 1}
    assert child.ask("wait 1 online 10")["unit"] == host
    assert child.ask("press 1 panic1")["event"] == 1
    assert child.ask("show 1")["firmware"] == "2.1.0"
    assert child.ask("quit")["ok"]
    assert child.process.wait(10.0) == 0
    assert child.process.stdin is not None
    assert child.process.stdout is not None
    child.process.stdin.close()
    child.process.stdout.close()
    assert (tmp_path / "units" / host).is_dir()


@pytest.mark.parametrize("option", [("--shared", "2"), ("--load", "5")])
def test_what_only_simulated_units_can_do_is_refused(option: tuple[str, ...]) -> None:
    with pytest.raises(UserError, match="not for the firmware"):
        program.run(parsed("--firmware", *option))


def test_a_password_that_no_unit_can_hold_is_named(binary: Path) -> None:
    address = BrokerAddress(user="station", password="x" * 32)
    units = FirmwareUnits(FirmwareRun(VirtualSite.drawn(1).plans, address), binary=binary)
    with pytest.raises(UserError, match="no broker account of its own"):
        units.start()


def test_tls_without_a_ca_file_is_refused(binary: Path) -> None:
    address = BrokerAddress(tls=True)
    units = FirmwareUnits(FirmwareRun(VirtualSite.drawn(1).plans, address), binary=binary)
    with pytest.raises(UserError, match="without a CA"):
        units.start()
