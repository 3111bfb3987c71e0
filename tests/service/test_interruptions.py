"""Database, broker and service are killed; every press is shown, stored once and receipted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from alarmstation.adapters.mqtt.embedded_broker import EmbeddedBroker
from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.application.requests import ImportUnits, Login
from alarmstation.application.views import AlarmView
from alarmstation.domain.errors import UserError
from alarmstation.locations import Home
from alarmstation.simulator.fleet import Fleet
from alarmstation.simulator.site import VirtualSite
from alarmstation.simulator.traits import Input
from alarmstation.simulator.unit import VirtualUnit
from tests.conftest import BrokerAccess, ExpectedLog
from tests.service.living import ADMIN, PASSWORD, LivingStation, Mirror, eventually

BEAT_EVERY_S = 0.05


@pytest.fixture
def own_home(tmp_path: Path, reachable_folder: Path) -> Home:
    """A home for servers of this test alone."""
    return Home(reachable_folder / tmp_path.name).create()


@pytest.fixture
def own_database(own_home: Home, runtime: Path) -> Iterator[PrivateServer]:
    try:
        server = PrivateServer.for_home(own_home, runtime)
    except UserError as error:
        pytest.skip(str(error))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_broker(own_home: Home, runtime: Path) -> Iterator[BrokerAccess]:
    try:
        server = EmbeddedBroker.for_home(own_home, runtime, base_topics=("+",))
    except UserError as error:
        pytest.skip(str(error))
    server.start()
    yield BrokerAccess(server.host, server.port, server.station, "own", server)
    server.stop()


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(asyncio.wait_for(scene(), 60))


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


async def on(fleet: Fleet, unit: VirtualUnit, action: Callable[[VirtualUnit], object]) -> None:
    await asyncio.to_thread(fleet.on_unit, unit.host, action)


async def press(fleet: Fleet, unit: VirtualUnit, which: Input = Input.PANIC1) -> None:
    await on(fleet, unit, lambda u: u.press(which))


@contextlib.asynccontextmanager
async def beating(fleet: Fleet) -> AsyncIterator[None]:
    """All units send heartbeats without a pause."""

    async def beat() -> None:
        while True:
            for unit in fleet.members:
                if unit.can_send:
                    await on(fleet, unit, VirtualUnit.beat)
            await asyncio.sleep(BEAT_EVERY_S)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def all_online(station: LivingStation, fleet: Fleet) -> None:
    def online() -> bool:
        views = station.mirror.devices.values()
        return len(views) == len(fleet.members) and all(v.comm_state == "online" for v in views)

    await eventually(online, 20)


def the_alarm(mirror: Mirror, unit: VirtualUnit) -> AlarmView | None:
    found = mirror.open_alarms(unit.host)
    assert len(found) <= 1
    return found[0] if found else None


def is_safe(mirror: Mirror, unit: VirtualUnit) -> bool:
    """Shown, stored, and the unit knows it: only a receipt empties its outbox."""
    alarm = the_alarm(mirror, unit)
    return alarm is not None and alarm.stored and not unit.memory.outbox.entries


def check_one_row_each(dsn: str, units: list[VirtualUnit]) -> None:
    """One alarm of each unit, raised once, with the event that raised it."""
    alarms = rows(
        dsn,
        "SELECT host, kind, raise_count FROM alarm_event JOIN device ON device.id = device_id"
        " WHERE kind IN ('PANIC1', 'PANIC2', 'TAMPER')",
    )
    assert sorted(alarms) == sorted((unit.host, "PANIC1", 1) for unit in units)
    raised = rows(
        dsn,
        "SELECT count(*) FROM alarm_transition JOIN alarm_event ON alarm_event.id = alarm_id"
        " WHERE change IN ('raised', 're-raised') AND kind = 'PANIC1'",
    )
    assert raised == [(len(units),)]


def test_while_the_database_is_away_alarms_are_shown_and_then_stored_once(
    tmp_path: Path, broker: BrokerAccess, own_database: PrivateServer, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^database is down: The database is away")
    expected_log(logging.WARNING, "^spool is degraded", optional=True)
    station = LivingStation(tmp_path / "home", broker, own_database.dsn())
    pressed: list[VirtualUnit] = []

    async def scene() -> None:
        async with station.running(), station.console():
            mirror = station.mirror
            await station.log_in_as_first_admin()
            async with station.fleet(VirtualSite.drawn(3), time.time()) as fleet, beating(fleet):
                await all_online(station, fleet)
                kill(own_database.pid)
                await eventually(lambda: mirror.condition("database") == "down")
                for unit in fleet.members[:2]:
                    pressed.append(unit)
                    await press(fleet, unit)
                    await eventually(partial(the_alarm, mirror, unit))
                    alarm = the_alarm(mirror, unit)
                    assert alarm is not None
                    assert (alarm.state, alarm.stored, alarm.receipted) == ("B", False, False)
                    assert unit.memory.outbox.entries
                assert any(alarm.kind == "SYSTEM" for alarm in mirror.alarms.values())
                await asyncio.to_thread(own_database.stop)
                await asyncio.to_thread(own_database.start)
                await eventually(lambda: mirror.condition("database") == "ok", 20)
                await eventually(lambda: all(is_safe(mirror, unit) for unit in pressed), 20)
                await eventually(lambda: mirror.condition("spool") == "ok")
                await eventually(lambda: all(a.receipted for a in mirror.alarms.values() if a.host))

    run(scene)
    dsn = own_database.dsn()
    check_one_row_each(dsn, pressed)
    check_history(dsn)
    said = [record.getMessage() for record in expected_log.records]
    assert sum(line.startswith("database is down") for line in said) == 1
    assert sum(line.startswith("spool is degraded") for line in said) <= 1


def check_history(dsn: str) -> None:
    """What is counted as stored is in the table."""
    told = rows(
        dsn,
        "SELECT stored_rows, (SELECT count(*) FROM heartbeats h WHERE h.device_id = s.device_id)"
        " FROM device_status s",
    )
    assert len(told) == 3
    assert all(counted == in_table for counted, in_table in told)


def test_while_the_broker_is_away_the_console_knows_and_presses_arrive_once(
    tmp_path: Path, own_broker: BrokerAccess, database: str, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^broker is down")
    expected_log(logging.WARNING, "^receiving is down: Units are NOT heard")
    station = LivingStation(tmp_path / "home", own_broker, database)
    pressed: list[VirtualUnit] = []

    async def scene() -> None:
        async with station.running(), station.console():
            mirror = station.mirror
            await station.log_in_as_first_admin()
            async with station.fleet(VirtualSite.drawn(3), time.time()) as fleet:
                await all_online(station, fleet)
                kill(own_broker.server.pid)
                await eventually(lambda: mirror.condition("receiving") == "down", 3.0)
                assert mirror.condition("broker") == "down"
                for unit in fleet.members[:2]:
                    pressed.append(unit)
                    await press(fleet, unit)
                assert not mirror.alarms
                await asyncio.to_thread(own_broker.server.stop)
                await asyncio.to_thread(own_broker.server.start)
                await eventually(lambda: mirror.condition("receiving") == "ok", 20)
                await eventually(lambda: all(is_safe(mirror, unit) for unit in pressed), 20)

    run(scene)
    check_one_row_each(database, pressed)
    assert rows(database, "SELECT count(*) FROM gap WHERE device_id IS NULL") == [(1,)]


@pytest.mark.parametrize("seen", [False, True], ids=["at once", "when it is shown"])
def test_a_service_killed_after_a_press_shows_it_again_and_stores_it_once(
    tmp_path: Path, broker: BrokerAccess, database: str, expected_log: ExpectedLog, *, seen: bool
) -> None:
    expected_log(logging.WARNING, "^link: lost", optional=True)
    station = LivingStation(tmp_path / "home", broker, database)
    pressed: list[VirtualUnit] = []

    async def scene() -> None:
        async with contextlib.AsyncExitStack() as units:
            with station.as_program() as service:
                async with station.console():
                    await station.log_in_as_first_admin()
                    site = VirtualSite.drawn(1)
                    fleet = await units.enter_async_context(station.fleet(site, time.time()))
                    await all_online(station, fleet)
                    (unit,) = fleet.members
                    pressed.append(unit)
                    await press(fleet, unit)
                    if seen:
                        await eventually(lambda: station.mirror.alarms)
                    kill(service.pid)
                    await asyncio.to_thread(service.wait, 10)
            with station.as_program():
                async with station.console(another=True):
                    await log_in(station)
                    await eventually(lambda: is_safe(station.mirror, unit), 20)
                    alarm = the_alarm(station.mirror, unit)
                    assert alarm is not None
                    assert (alarm.kind, alarm.state, alarm.raise_count) == ("PANIC1", "B", 1)

    run(scene)
    check_one_row_each(database, pressed)


async def log_in(station: LivingStation) -> None:
    """Log in as soon as the service answers."""
    await eventually(lambda: station.mirror.health is not None, 20)
    await eventually(lambda: station.mirror.condition("database") == "ok", 20)
    await station.ask(Login(ADMIN, PASSWORD))


def test_units_that_were_answered_as_imported_outlive_a_crash_at_once(
    tmp_path: Path, broker: BrokerAccess, database: str, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^link: lost", optional=True)
    station = LivingStation(tmp_path / "home", broker, database)
    specs = tuple(plan.spec() for plan in VirtualSite.drawn(300).plans)

    async def scene() -> None:
        with station.as_program() as service:
            async with station.console():
                await station.log_in_as_first_admin()
                await station.ask(ImportUnits(specs))
                kill(service.pid)
                await asyncio.to_thread(service.wait, 10)

    run(scene)
    query = "SELECT count(*) FROM device WHERE lifecycle = 'enrolled'"
    assert rows(database, query) == [(len(specs),)]
