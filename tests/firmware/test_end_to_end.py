"""The posix unit against the whole station: every command, and alarms through every loss."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from alarmstation.application.requests import CommandsAccepted, Login, SendCommand
from alarmstation.domain.catalogue import CATALOGUE
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.simulator.site import UnitPlan
from alarmstation.simulator.traits import FIELD_DEVICE, UNSIGNED_FIELD_DEVICE, Traits
from tests.conftest import BrokerAccess, ExpectedLog
from tests.firmware.units import AskUnits, enrol, plans_of, switched_on
from tests.service.living import ADMIN, PASSWORD, LivingStation, eventually

FIELDS: dict[str, dict[str, str | int | float | bool]] = {
    "siren": {"pattern": "blink-fast", "total_duration": 2},
    "turret": {"pattern": "sos", "total_duration": 2},
    "relay1": {"pattern": "on", "total_duration": 2},
    "relay2": {"pattern": "pulse", "total_duration": 2},
    "all": {"pattern": "off"},
    "fan": {"percent": 40, "total_duration": 5},
    "config device": {"heartbeat_interval": 60},
    "config location": {"country": "ES", "zone": 4, "latitude": 40.4, "longitude": -3.7},
    "diag log": {"log_lines": 5},
    "diag self-test": {"test_mask": 127},
}
DONE = {"COMPLETED", "OBSERVED"}


@pytest.fixture
def station(tmp_path: Path, broker: BrokerAccess, database: str) -> LivingStation:
    return LivingStation(tmp_path / "home", broker, database)


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(asyncio.wait_for(scene(), 110))


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def host_of(plans: Sequence[UnitPlan]) -> str:
    return plans[0].identity.host


async def synchronised(station: LivingStation, host: str) -> int:
    """The id of the unit, once it has told it itself."""
    mirror = station.mirror
    await eventually(lambda: mirror.devices and mirror.device(host).id_synchronised, 20)
    return mirror.device(host).id


def receipted(station: LivingStation, host: str, kind: str) -> bool:
    return any(
        alarm.kind == kind and alarm.stored and alarm.receipted
        for alarm in station.mirror.open_alarms(host)
    )


def is_open(station: LivingStation, host: str, kind: str) -> bool:
    return any(alarm.kind == kind for alarm in station.mirror.open_alarms(host))


async def log_in(station: LivingStation) -> None:
    """As the account that a first run has made."""

    async def attempt() -> bool:
        try:
            await station.ask(Login(ADMIN, PASSWORD))
        except Unavailable:
            return False
        return True

    deadline = asyncio.get_running_loop().time() + 20
    while not await attempt():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)


async def carried_out(station: LivingStation, device_id: int, name: str) -> str:
    """Send a command of the catalogue, see it through, and give the JSON of its answer."""
    fields = FIELDS.get(name, {})
    reply = await station.ask(SendCommand((device_id,), name, fields, confirmed=True))
    assert isinstance(reply, CommandsAccepted)
    assert not reply.refusals
    (request,) = reply.request_ids
    over = DONE | {"FAILED", "TIMEOUT", "EXPIRED"}
    await eventually(lambda: station.mirror.state_of(request) in over, 60)
    assert station.mirror.state_of(request) in DONE, name
    return station.mirror.commands[request].response_json


def test_every_command_of_the_catalogue_is_carried_out(
    station: LivingStation, sanitized: Path
) -> None:
    plans = plans_of()
    host = host_of(plans)

    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            await enrol(station, plans)
            async with switched_on(station, sanitized, plans) as units:
                device_id = await synchronised(station, host)
                assert (await units("list"))["units"][0]["device_id"] == device_id
                answers = {
                    name: await carried_out(station, device_id, name)
                    for name in CATALOGUE
                    if name != "reboot"
                }
                assert '"ES"' in answers["read location"]
                assert host in answers["get-status"]
                boots = (await units("show 1"))["boot_count"]
                await carried_out(station, device_id, "reboot")
                assert (await units("show 1"))["boot_count"] == boots + 1

    run(scene)


def test_an_alarm_survives_the_loss_of_the_broker(
    station: LivingStation, sanitized: Path, broker: BrokerAccess, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "broker is down|receiving is down", optional=True)
    plans = plans_of()
    host = host_of(plans)

    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            await enrol(station, plans)
            async with switched_on(station, sanitized, plans) as units:
                await synchronised(station, host)
                await asyncio.to_thread(broker.server.stop)
                try:
                    assert (await units("press 1 panic1"))["event"] == 1
                    assert (await units("release 1 panic1"))["event"] == 2
                    assert (await units("list"))["units"][0]["outbox"] == 2
                finally:
                    await asyncio.to_thread(broker.server.start)
                await units("wait 1 receipt 60")
                await eventually(
                    lambda: any(a.kind == "PANIC1" for a in station.mirror.alarms.values())
                )
                (alarm,) = (a for a in station.mirror.alarms.values() if a.kind == "PANIC1")
                assert alarm.state == "D"  # over, and nobody has acknowledged it

    run(scene)


def test_an_alarm_waits_for_a_station_that_is_away(
    station: LivingStation, sanitized: Path, database: str, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost", optional=True)
    plans = plans_of()
    host = host_of(plans)

    async def scene() -> None:
        async with AsyncExitStack() as afterwards:
            async with station.running(), station.console():
                await station.log_in_as_first_admin()
                await enrol(station, plans)
                units = await afterwards.enter_async_context(switched_on(station, sanitized, plans))
                await synchronised(station, host)
            assert (await units("open 1"))["event"] == 1
            assert (await units("list"))["units"][0]["outbox"] == 1
            async with station.running(), station.console():
                await log_in(station)
                await units("wait 1 receipt 70")
                await eventually(lambda: receipted(station, host, "TAMPER"), 20)

    run(scene)
    assert rows(database, "SELECT count(*) FROM alarm_event") == [(1,)]


async def delivered(units: AskUnits) -> None:
    """Plug the unit in as often as the power goes, until everything is receipted."""
    for _ in range(10):
        await units("plug 1")
        with contextlib.suppress(UserError):
            await units("wait 1 online 10")
            await units("wait 1 receipt 3")
            return
    pytest.fail("not everything was receipted")


def test_an_alarm_survives_power_cuts_of_the_unit(station: LivingStation, sanitized: Path) -> None:
    plans = plans_of()
    host = host_of(plans)

    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            await enrol(station, plans)
            async with switched_on(station, sanitized, plans) as units:
                await synchronised(station, host)
                await units("network 1 off")
                await units("press 1 panic2")
                await units("release 1 panic2")
                await units("unplug 1")
                await units("network 1 on")
                await units("plug 1")
                await units("wait 1 online 20")
                await units("wait 1 receipt 20")
                alarms = station.mirror.alarms
                await eventually(lambda: any(a.kind == "PANIC2" for a in alarms.values()))
                for write in (1, 2, 3, 4):  # and while an alarm, or its receipt, is being stored
                    await units(f"cut 1 {write} 7")
                    await units("open 1")
                    await delivered(units)
                    await eventually(lambda: receipted(station, host, "TAMPER"), 20)
                    await units("close 1")
                    await delivered(units)

    run(scene)


@pytest.mark.parametrize("traits", [FIELD_DEVICE, UNSIGNED_FIELD_DEVICE], ids=["field", "unsigned"])
def test_the_station_gets_along_with_older_units(
    station: LivingStation,
    sanitized: Path,
    traits: Traits,
    database: str,
    expected_log: ExpectedLog,
) -> None:
    expected_log(logging.WARNING, "link: lost", optional=True)
    plans = plans_of(1, traits)
    host = host_of(plans)

    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            await enrol(station, plans)
        if not traits.signed:
            with psycopg.connect(database) as connection:
                connection.execute("UPDATE device SET require_signed = false")
        async with (
            station.running(),
            station.console(),
            switched_on(station, sanitized, plans) as units,
        ):
            await log_in(station)
            await eventually(lambda: station.mirror.devices)
            while not station.mirror.device(host).id_synchronised:
                await units("beat 1")  # they tell their id by the next heartbeat only
                await asyncio.sleep(0.1)
            device_id = station.mirror.device(host).id
            await units("press 1 panic1")
            await eventually(lambda: is_open(station, host, "PANIC1"), 20)
            for name in ("get-status", "siren", "set-time", "diag memory"):
                await carried_out(station, device_id, name)
            if traits.reads_config:
                cut = await carried_out(station, device_id, "read all")
                assert len(cut) == traits.payload_limit  # no JSON any more, and shown as it is
            await units("unplug 1")
            await units("release 1 panic1")
            await units("plug 1")  # its numbers start again
            await units("wait 1 online 20")
            await units("open 1")
            await eventually(lambda: is_open(station, host, "TAMPER"), 20)

    run(scene)
