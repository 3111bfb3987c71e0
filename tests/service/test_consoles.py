"""What consoles ask for and who may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from alarmstation.application.requests import (
    ListOperators,
    Login,
    OperatorRow,
    Operators,
    SaveOperator,
    SaveSite,
)
from alarmstation.domain.errors import UserError
from tests.conftest import BrokerAccess
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
