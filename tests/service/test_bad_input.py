"""What a person or a machine got wrong: a state on the link, a line in the log, and going on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from alarmstation import cli
from alarmstation.adapters.single_instance import SingleInstance
from alarmstation.application.requests import Login
from alarmstation.application.views import ConditionView
from alarmstation.locations import Home
from alarmstation.simulator.site import VirtualSite
from alarmstation.simulator.traits import Input
from tests.conftest import BrokerAccess, ExpectedLog
from tests.service.living import ADMIN, PASSWORD, LivingStation, eventually, first_unit


@pytest.fixture
def station(tmp_path: Path, broker: BrokerAccess, database: str) -> LivingStation:
    return LivingStation(tmp_path / "home", broker, database)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens, who says nothing."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(8)
        yield other.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port: int = other.getsockname()[1]
    return port


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be opened is tried again soon."""
    monkeypatch.setattr("alarmstation.service.service.REOPEN_S", 0.5)


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(asyncio.wait_for(scene(), 60))


@contextlib.asynccontextmanager
async def watched(station: LivingStation) -> AsyncIterator[None]:
    """The service runs and a console is connected, in which nobody is logged in."""
    async with station.running(), station.console(another=True):
        yield


async def told(station: LivingStation, part: str, state: str, key: str) -> ConditionView:
    """The condition of a part, as a console gets it, as soon as it is this one."""

    def found() -> ConditionView | None:
        view = station.mirror.condition_view(part)
        return view if view is not None and (view.state, view.key) == (state, key) else None

    await eventually(found, 20)
    view = found()
    assert view is not None
    return view


def lines(expected_log: ExpectedLog, part: str) -> list[str]:
    """What was logged as a warning about a part; none of it may be a traceback."""
    assert not any(record.exc_info for record in expected_log.records)
    said = [record.getMessage() for record in expected_log.records]
    return [line for line in said if line.startswith(part)]


# --- the broker


def test_a_wrong_broker_address_is_a_state_and_the_rest_goes_on(
    station: LivingStation, free_port: int, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^broker is down")
    expected_log(logging.WARNING, "^receiving is down")
    station.change("broker", port=free_port)

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "broker", "down", "broker.lost")
            assert f"nothing answers at 127.0.0.1:{free_port}" in condition.text
            assert "NOT heard" in condition.text
            assert "check" in condition.text
            assert station.mirror.condition("receiving") == "down"
            await told(station, "database", "ok", "database.up")
            await station.log_in_as_first_admin()

    run(scene)
    assert len(lines(expected_log, "broker is down")) == 1


def test_a_refused_broker_login_is_told_once_and_mended_by_the_right_password(
    station: LivingStation, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^broker is down")
    expected_log(logging.WARNING, "^receiving is down")
    expected_log(logging.WARNING, "link: lost", optional=True)
    password_file = station.settings.broker.password_file
    assert password_file is not None
    password_file.write_text("wrong")

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "broker", "down", "broker.lost")
            assert "refuses the login" in condition.text
            assert "check" in condition.text
            await told(station, "database", "ok", "database.up")
        password_file.write_text(station.broker.station.password)
        async with watched(station):
            await told(station, "receiving", "ok", "receiving.yes")

    run(scene)
    assert len(lines(expected_log, "broker is down")) == 1


def test_a_missing_password_file_is_named_and_looked_for_again(
    station: LivingStation, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^broker is down")
    expected_log(logging.WARNING, "^receiving is down")
    password_file = station.settings.broker.password_file
    assert password_file is not None
    password_file.unlink()

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "broker", "down", "secret.unreadable")
            assert str(password_file) in condition.text
            assert station.mirror.condition("receiving") == "down"
            password_file.write_text(station.broker.station.password)
            await told(station, "receiving", "ok", "receiving.yes")

    run(scene)


def test_a_busy_port_of_the_own_broker_is_told_until_it_is_free(
    tmp_path: Path,
    reachable_folder: Path,
    broker: BrokerAccess,
    database: str,
    expected_log: ExpectedLog,
) -> None:
    expected_log(logging.WARNING, "^broker is down")
    expected_log(logging.WARNING, "^receiving is down")
    station = LivingStation(reachable_folder / tmp_path.name, broker, database)
    other = socket.create_server(("127.0.0.1", 0))
    port = other.getsockname()[1]
    station.change("broker", mode="embedded", port=port, password_file=None)

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "broker", "down", "broker.port_busy")
            assert str(port) in condition.text
            assert "set another broker port" in condition.text
            await told(station, "database", "ok", "database.up")
            other.close()
            await told(station, "receiving", "ok", "receiving.yes")

    with contextlib.closing(other):
        run(scene)
    assert len(lines(expected_log, "broker is down")) == 1


# --- the database


async def enrolled_and_stopped(station: LivingStation) -> VirtualSite:
    """A first run in good order, after which the station has a memory of its own."""
    site = VirtualSite.drawn(1)
    async with station.running(), station.console():
        await station.log_in_as_first_admin()
        async with station.fleet(site, time.time()) as fleet:
            unit = first_unit(fleet)
            await eventually(
                lambda: (
                    station.mirror.devices
                    and station.mirror.device(unit.host).comm_state == "online"
                )
            )
    return site


async def alarm_is_shown_unstored(station: LivingStation, site: VirtualSite) -> None:
    """Log in from memory, press a panic button: it is shown, and said not to be stored."""
    mirror = station.mirror
    await station.ask(Login(ADMIN, PASSWORD))
    async with station.fleet(site, time.time()) as fleet:
        unit = first_unit(fleet)
        await eventually(lambda: mirror.device(unit.host).comm_state == "online")
        await asyncio.to_thread(fleet.on_unit, unit.host, lambda u: u.press(Input.PANIC1))
        await eventually(lambda: mirror.open_alarms(unit.host))
        (alarm,) = mirror.open_alarms(unit.host)
        assert (alarm.kind, alarm.state) == ("PANIC1", "B")
        assert not alarm.stored
        assert not alarm.receipted


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"port": "1", "host": "127.0.0.1"}, "cannot be reached"),
        ({"password": "wrong"}, "password"),
        ({"dbname": "elsewhere"}, "does not exist"),
    ],
)
def test_with_a_wrong_database_alarms_are_shown_from_memory(
    station: LivingStation,
    database: str,
    expected_log: ExpectedLog,
    wrong: dict[str, str],
    said: str,
) -> None:
    expected_log(logging.WARNING, "^database is down")
    expected_log(logging.WARNING, "^spool is degraded", optional=True)
    expected_log(logging.WARNING, "link: lost", optional=True)

    async def scene() -> None:
        site = await enrolled_and_stopped(station)
        station.change("database", dsn=make_conninfo(database, **wrong))
        async with watched(station):
            condition = await told(station, "database", "down", "database.unavailable")
            assert said in condition.text
            assert condition.text.endswith("It is tried again.")
            assert ".." not in condition.text
            await told(station, "receiving", "ok", "receiving.yes")
            await alarm_is_shown_unstored(station, site)

    run(scene)
    assert len(lines(expected_log, "database is down")) == 1


def test_without_database_and_memory_the_station_says_that_it_hears_nothing(
    station: LivingStation, free_port: int, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^database is down")
    expected_log(logging.WARNING, "^receiving is down")
    station.change("database", dsn=f"host=127.0.0.1 port={free_port} dbname=x user=x")

    async def scene() -> None:
        async with watched(station):
            await told(station, "database", "down", "database.unavailable")
            condition = await told(station, "receiving", "down", "receiving.waits")
            assert "Nothing is heard" in condition.text

    run(scene)


def test_an_empty_database_address_says_what_to_enter(
    station: LivingStation, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^database is down")
    expected_log(logging.WARNING, "^receiving is down", optional=True)
    station.change("database", dsn="")

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "database", "down", "database.no-address")
            assert "dbname=alarmstation" in condition.text

    run(scene)


def test_an_address_that_is_none_is_refused_in_words(
    station: LivingStation, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^database is down")
    expected_log(logging.WARNING, "^receiving is down", optional=True)
    station.change("database", dsn="db.example:5432/alarms")

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "database", "down", "database.unavailable")
            assert "database.dsn is not an address such as" in condition.text

    run(scene)
    assert lines(expected_log, "database is down")


def test_a_newer_schema_is_left_alone_and_alarms_are_shown_from_memory(
    station: LivingStation, database: str, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^database is down")
    expected_log(logging.WARNING, "^spool is degraded", optional=True)
    expected_log(logging.WARNING, "link: lost", optional=True)

    async def scene() -> None:
        site = await enrolled_and_stopped(station)
        with psycopg.connect(database) as connection:
            connection.execute(
                "INSERT INTO schema_migration (number, name, sha256) VALUES (9999, 'x', %s)",
                ("0" * 64,),
            )
        async with watched(station):
            condition = await told(station, "database", "down", "database.newer-schema")
            assert "9999" in condition.text
            assert "Install the newer program" in condition.text
            await alarm_is_shown_unstored(station, site)

    run(scene)
    with psycopg.connect(database) as connection:
        stored = connection.execute("SELECT count(*) FROM alarm_event").fetchone()
    assert stored == (0,)
    assert len(lines(expected_log, "database is down")) == 1


# --- this machine


def test_a_busy_link_port_is_told_and_consoles_find_the_service_all_the_same(
    station: LivingStation, taken_port: int, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^service is degraded")
    station.change("link", port=taken_port)

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "service", "degraded", "link.port-busy")
            assert str(taken_port) in condition.text
            assert "Set link.port to 0" in condition.text
            await told(station, "receiving", "ok", "receiving.yes")

    run(scene)
    assert len(lines(expected_log, "service is degraded")) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_under_the_memory_is_told_once_and_until_there_is_room(
    station: LivingStation, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^spool is degraded")
    draft = station.home.secrets / "memory.bin.new"
    draft.symlink_to("/dev/full")

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "spool", "degraded", "spool.disk")
            assert "memory.bin cannot be written: No space left on device" in condition.text
            await told(station, "receiving", "ok", "receiving.yes")
            await station.log_in_as_first_admin()
            heard = station.mirror.health
            await eventually(lambda: station.mirror.health is not heard)
            assert station.mirror.condition("spool") == "degraded"
            draft.unlink()
            await told(station, "spool", "ok", "spool.empty")

    run(scene)
    assert len(lines(expected_log, "spool is degraded")) == 1
    assert (station.home.secrets / "memory.bin").stat().st_size > 0


def test_damaged_unit_keys_are_told_and_the_service_goes_on(
    station: LivingStation, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "^service is degraded")
    (station.home.secrets / "unit_keys.json").write_text("{half a fi")

    async def scene() -> None:
        async with watched(station):
            condition = await told(station, "service", "degraded", "keys.damaged")
            assert "Put back a backup" in condition.text
            await told(station, "receiving", "ok", "receiving.yes")
            await station.log_in_as_first_admin()

    run(scene)
    assert len(lines(expected_log, "service is degraded")) == 1


def test_a_memory_of_garbage_is_as_none(station: LivingStation) -> None:
    (station.home.secrets / "memory.bin").write_bytes(b"\xff\x00garbage")

    async def scene() -> None:
        async with watched(station):
            await told(station, "database", "ok", "database.up")
            await told(station, "receiving", "ok", "receiving.yes")

    run(scene)


# --- the program


def started(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alarmstation", "service", "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def check_one_sentence(ended: subprocess.CompletedProcess[str], *named: str) -> None:
    assert ended.returncode == cli.USER_ERROR
    assert ended.stdout == ""
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    for part in ("alarmstation: ", *named):
        assert part in ended.stderr


def test_a_second_service_on_the_same_home_ends_with_one_sentence(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    with SingleInstance(home.run / "service.lock"):
        check_one_sentence(started(home.path), "already running", str(home.path))


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    place = tmp_path / "home"
    place.write_text("not a folder")
    check_one_sentence(started(place), str(place), "ALARMSTATION_HOME")


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    place = tmp_path / "file" / "home"
    check_one_sentence(started(place), str(place), "ALARMSTATION_HOME")


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    (home.run / "service.lock").mkdir()
    check_one_sentence(started(home.path), "service.lock")
