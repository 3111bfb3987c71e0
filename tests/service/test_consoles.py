"""What consoles ask for and who may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alarmstation.application.requests import (
    Acknowledge,
    CancelCommand,
    CreateFirstAdmin,
    ImportUnits,
    ListOperators,
    Login,
    Logout,
    OperatorRow,
    Operators,
    RemoveDevice,
    ReportCanary,
    Request,
    SaveDevice,
    SaveOperator,
    SaveSite,
    SendCommand,
    WatchTraffic,
)
from alarmstation.application.views import TrafficView
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.service.clock import utc_now
from tests.conftest import BrokerAccess
from tests.service.doors import Doors
from tests.service.living import ADMIN, PASSWORD, LivingStation, eventually


@pytest.fixture
def station(tmp_path: Path, broker: BrokerAccess, database: str) -> LivingStation:
    return LivingStation(tmp_path / "home", broker, database)


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(asyncio.wait_for(scene(), 60))


async def listed(station: LivingStation) -> tuple[OperatorRow, ...]:
    reply = await station.ask(ListOperators())
    assert isinstance(reply, Operators)
    return reply.operators


def test_an_administrator_sees_every_account_and_a_guard_none(station: LivingStation) -> None:
    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            await station.ask(SaveOperator("luis", "guard", "Luis Gil", PASSWORD))
            await station.ask(SaveOperator("eva", "viewer", "", PASSWORD, active=False))
            assert await listed(station) == (
                OperatorRow(ADMIN, "Ada", "admin", (), True),
                OperatorRow("eva", "", "viewer", (), False),
                OperatorRow("luis", "Luis Gil", "guard", (), True),
            )
            await station.ask(Login("luis", PASSWORD))
            with pytest.raises(UserError) as refused:
                await listed(station)
            assert refused.value.key == "access.denied"

    run(scene)


def test_an_administrator_of_one_site_sees_only_who_lies_within(station: LivingStation) -> None:
    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            await station.ask(SaveSite(0, "North", None))
            directory = station.service.station.directory if station.service else None
            assert directory is not None
            await eventually(lambda: directory.sites)
            (north,) = directory.sites
            await station.ask(SaveOperator("nora", "admin", "", PASSWORD, (north,)))
            await station.ask(SaveOperator("luis", "guard", "", PASSWORD))
            await station.ask(Login("nora", PASSWORD))
            assert [row.name for row in await listed(station)] == ["nora"]

    run(scene)


# The doors alone, without broker and database


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    return Doors(tmp_path)


def refusal(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.key


UNASKED: list[Request] = [
    Acknowledge("x"), SendCommand((1,), "get-status", {}), SaveSite(0, "x", None), ListOperators(),
    SaveOperator("x", "admin", password=PASSWORD), WatchTraffic(1), RemoveDevice(1), Logout(),
    ImportUnits(()), ReportCanary(1, utc_now()), CancelCommand("x"),
]  # fmt: skip


def test_nothing_is_answered_before_the_login_nor_after_the_logout(doors: Doors) -> None:
    async def scene() -> None:
        async with doors.open() as ada, doors.console() as stranger:
            for request in UNASKED:
                with pytest.raises(UserError) as refused:
                    await stranger.ask(request)
                assert refusal(refused) == "login.needed"
            await ada.ask(Logout())
            with pytest.raises(UserError) as refused:
                await ada.ask(ListOperators())
            assert refusal(refused) == "login.needed"
            doors.site.beat(panic1=True)
            doors.tell()
            await stranger.ask(Login("ada", PASSWORD))
            await eventually(lambda: stranger.mirror.alarms)
            assert not ada.mirror.alarms

    run(scene)


@pytest.mark.parametrize("role", ["viewer", "guard", "technician", "supervisor", "admin"])
def test_accounts_and_devices_are_in_the_hands_of_their_roles(doors: Doors, role: str) -> None:
    async def scene() -> None:
        async with doors.open() as ada, doors.visitor(ada, "pat", role) as pat:
            allowed: dict[Request, bool] = {
                SaveOperator("new", "guard", password=PASSWORD): role == "admin",
                ListOperators(): role == "admin",
                RemoveDevice(1): role in {"technician", "supervisor", "admin"},
                WatchTraffic(0): True,
                ReportCanary(7, utc_now()): True,
            }
            for request, may_be in allowed.items():
                if may_be:
                    await pat.ask(request)
                    continue
                with pytest.raises(UserError) as refused:
                    await pat.ask(request)
                assert refusal(refused) == "access.denied"
            assert doors.deleted == ([1] if allowed[RemoveDevice(1)] else [])
            assert doors.shown_canaries == [7]

    run(scene)


def test_who_is_bound_to_a_site_sees_nothing_of_the_others(doors: Doors) -> None:
    async def scene() -> None:
        site = doors.site
        async with doors.open() as ada:
            await ada.ask(SaveSite(0, "Elsewhere", None))
            site.beat(panic1=True)
            async with (
                doors.visitor(ada, "near", "guard", 1) as near,
                doors.visitor(ada, "far", "guard", 3) as far,
            ):
                assert set(near.mirror.devices) == {1}
                assert not far.mirror.devices
                assert not far.mirror.alarms
                await eventually(lambda: near.mirror.alarms)
                assert {s.name for s in near.mirror.sites} == {"Bank", "North"}
                assert {s.name for s in far.mirror.sites} == {"Elsewhere"}
                await near.ask(SendCommand((1,), "get-status", {}))
                site.beat(temperature=30.0, uptime=5000)
                doors.tell()
                await eventually(lambda: near.mirror.devices[1].temperature_c == 30.0)
                assert near.mirror.commands
                assert not far.mirror.devices
                assert not far.mirror.alarms
                assert not far.mirror.commands
                with pytest.raises(UserError) as refused:
                    await far.ask(WatchTraffic(1))
                assert refusal(refused) == "access.denied"
                await near.ask(WatchTraffic(1))
                assert doors.watched == {"ESG-001"}
                doors.consoles.show_traffic(traffic(1))
                await eventually(lambda: near.mirror.traffic)
                assert not far.mirror.traffic

    run(scene)


def test_a_unit_that_is_moved_away_disappears_from_who_may_not_see_it_any_more(
    doors: Doors,
) -> None:
    async def scene() -> None:
        async with doors.open() as ada:
            await ada.ask(SaveSite(0, "Elsewhere", None))
            async with doors.visitor(ada, "near", "guard", 1) as near:
                await near.ask(WatchTraffic(1))
                await ada.ask(SaveDevice(1, "Moved", 3))
                doors.tell()
                await eventually(lambda: not near.mirror.devices)
                doors.consoles.show_traffic(traffic(1))
                doors.consoles.show_canary(5)
                await eventually(lambda: near.mirror.canaries)
                assert not near.mirror.traffic

    run(scene)


def test_a_closed_account_is_out_at_once_and_harms_nobody_else(doors: Doors) -> None:
    async def scene() -> None:
        async with doors.open() as ada, doors.visitor(ada, "pat", "guard") as pat:
            await ada.ask(SaveOperator("pat", "guard", active=False))
            doors.site.beat(panic1=True)
            doors.tell()
            await eventually(lambda: ada.mirror.alarms)
            assert not pat.mirror.alarms
            with pytest.raises(UserError) as refused:
                await pat.ask(Acknowledge(next(iter(ada.mirror.alarms)), "x"))
            assert refusal(refused) == "login.needed"

    run(scene)


def test_another_grant_shows_another_world_at_once(doors: Doors) -> None:
    async def scene() -> None:
        async with doors.open() as ada:
            await ada.ask(SaveSite(0, "Elsewhere", None))
            async with doors.visitor(ada, "pat", "guard", 1) as pat:
                assert pat.mirror.devices
                await ada.ask(SaveOperator("pat", "guard", site_ids=(3,)))
                await eventually(lambda: not pat.mirror.devices)

    run(scene)


def test_nobody_grants_more_than_they_have(doors: Doors) -> None:
    async def scene() -> None:
        async with doors.open() as ada:
            await ada.ask(SaveSite(0, "Elsewhere", None))
            async with doors.visitor(ada, "north", "admin", 2) as north:
                await north.ask(SaveOperator("own", "guard", password=PASSWORD, site_ids=(2,)))
                for site_ids in ((), (1,), (3,), (2, 3)):
                    with pytest.raises(UserError) as refused:
                        await north.ask(
                            SaveOperator("evil", "admin", password=PASSWORD, site_ids=site_ids)
                        )
                    assert refusal(refused) == "access.denied"
                for name in ("ada", "north"):
                    with pytest.raises(UserError):
                        await north.ask(SaveOperator(name, "admin", site_ids=()))
                with pytest.raises(UserError, match="not known"):
                    await ada.ask(SaveOperator("x", "guard", password=PASSWORD, site_ids=(99,)))

    run(scene)


def test_without_the_database_nobody_becomes_the_first_administrator(doors: Doors) -> None:
    """The accounts may be there all the same: the local memory is not asked."""

    async def scene() -> None:
        doors.database_read = False
        await doors.server.start()
        async with doors.console() as console:
            with pytest.raises(Unavailable):
                await console.ask(CreateFirstAdmin("eve", PASSWORD))
        assert doors.site.station.accounts.are_empty
        await doors.server.close()

    run(scene)


def test_without_a_console_nothing_is_made_to_look_at_and_nothing_piles_up(doors: Doors) -> None:
    async def scene() -> None:
        await doors.server.start()
        for number in range(50):
            doors.site.now += timedelta(seconds=1)
            doors.site.beat(panic1=number % 2 == 0)
            doors.tell()
            shown = doors.site.station.changes.shown
            assert [shown.alarms, shown.devices, shown.commands, shown.sites] == [
                {}, set(), set(), False,
            ]  # fmt: skip
        await doors.server.close()

    run(scene)


def traffic(device_id: int) -> TrafficView:
    return TrafficView(utc_now(), "ESG-001", device_id, "hb", "in", 60, "", "{}")
