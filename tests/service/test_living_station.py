"""The whole way, with real parts: unit → broker → service → console → database and back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from alarmstation.application.requests import Acknowledge, ReportCanary, WatchTraffic
from alarmstation.domain.errors import UserError
from alarmstation.simulator.site import VirtualSite
from alarmstation.simulator.traits import Input
from tests.conftest import BrokerAccess, ExpectedLog
from tests.service.living import LivingStation, eventually, first_unit


@pytest.fixture
def station(tmp_path: Path, broker: BrokerAccess, database: str) -> LivingStation:
    return LivingStation(tmp_path / "home", broker, database)


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(asyncio.wait_for(scene(), 60))


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def test_a_panic_is_shown_stored_receipted_and_acknowledged(
    station: LivingStation, database: str
) -> None:
    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            async with station.fleet(VirtualSite.drawn(3), time.time()) as fleet:
                unit = first_unit(fleet)
                mirror = station.mirror
                await eventually(
                    lambda: (
                        all(d.comm_state == "online" for d in mirror.devices.values())
                        and len(mirror.devices) == 3
                    )
                )
                await asyncio.to_thread(fleet.on_unit, unit.host, lambda u: u.press(Input.PANIC1))
                await eventually(
                    lambda: any(a.stored and a.receipted for a in mirror.open_alarms(unit.host))
                )
                (alarm,) = mirror.open_alarms(unit.host)
                assert alarm.kind == "PANIC1"
                assert alarm.state == "B"
                assert alarm.place.startswith(alarm.place.split(" › ")[0])
                assert alarm.ledger.decided_at is not None
                assert alarm.ledger.committed_at is not None
                await eventually(lambda: not unit.memory.outbox.entries)
                with pytest.raises(UserError, match="note"):
                    await station.ask(Acknowledge(alarm.id))
                await station.ask(Acknowledge(alarm.id, "drill"))
                await eventually(lambda: mirror.alarms[alarm.id].acknowledged)
                await asyncio.to_thread(fleet.on_unit, unit.host, lambda u: u.release(Input.PANIC1))
                await eventually(lambda: mirror.alarms[alarm.id].state == "A", 20)

    run(scene)
    changes = rows(database, "SELECT change FROM alarm_transition ORDER BY version")
    assert [c for (c,) in changes] == ["raised", "acknowledged", "cleared", "closed"]
    assert rows(database, "SELECT count(*) FROM heartbeats")[0][0] >= 3


def test_a_command_climbs_its_ladder_until_telemetry_proves_it(station: LivingStation) -> None:
    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            async with station.fleet(VirtualSite.drawn(1), time.time()) as fleet:
                unit = first_unit(fleet)
                mirror = station.mirror
                await eventually(
                    lambda: mirror.devices and mirror.device(unit.host).id_synchronised, 20
                )
                device_id = mirror.device(unit.host).id
                await station.ask(WatchTraffic(device_id))
                siren = await station.command(device_id, "siren", pattern="on", total_duration=20)
                await eventually(lambda: mirror.state_of(siren) == "OBSERVED", 15)
                steps = [step.state for step in mirror.commands[siren].steps]
                assert steps[:2] == ["PENDING", "SENT"]
                assert steps[-2:] == ["COMPLETED", "OBSERVED"]
                status = await station.command(device_id, "get-status")
                await eventually(lambda: mirror.state_of(status) == "COMPLETED")
                assert unit.host in mirror.commands[status].response_json
                location = await station.command(
                    device_id, "config location", country="ES", zone=4,
                    latitude=40.4, longitude=-3.7,
                )  # fmt: skip
                await eventually(lambda: mirror.state_of(location) == "OBSERVED", 15)
                directions = {t.direction for t in mirror.traffic}  # type: ignore[attr-defined]
                assert directions == {"in", "out"}

    run(scene)


def test_what_one_run_stored_the_next_run_goes_on_with(
    station: LivingStation, database: str, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost", optional=True)

    async def scene() -> None:
        site = VirtualSite.drawn(1)
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            async with station.fleet(site, time.time()) as fleet:
                unit = first_unit(fleet)
                await eventually(lambda: station.mirror.devices)
                await asyncio.to_thread(fleet.on_unit, unit.host, lambda u: u.press(Input.TAMPER))
                await eventually(
                    lambda: any(a.stored for a in station.mirror.open_alarms(unit.host))
                )
        station.mirror.alarms.clear()
        async with station.running(), station.console():
            await eventually(lambda: station.mirror.open_alarms(site.plans[0].identity.host), 15)
            (alarm,) = station.mirror.open_alarms(site.plans[0].identity.host)
            assert alarm.kind == "TAMPER"
            assert alarm.raise_count == 1
            await eventually(lambda: station.mirror.health and station.mirror.health.unheard_from)

    run(scene)
    assert rows(database, "SELECT count(*) FROM alarm_event") == [(1,)]
    assert rows(database, "SELECT count(*) FROM ingest_session") == [(2,)]


def test_the_alarm_path_is_proven_by_a_canary(station: LivingStation) -> None:
    async def scene() -> None:
        async with station.running(), station.console():
            await station.log_in_as_first_admin()
            mirror = station.mirror
            await eventually(lambda: mirror.condition("receiving") == "ok", 15)
            service = station.service
            assert service is not None
            service._canary.send(datetime.now(UTC))
            await eventually(lambda: mirror.canaries)
            assert mirror.health is not None
            assert mirror.health.path_proven_at is None
            number = mirror.canaries[-1]
            await station.ask(ReportCanary(number, datetime.now(UTC)))
            await eventually(lambda: mirror.health and mirror.health.path_proven_at)

    run(scene)
