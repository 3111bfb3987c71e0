"""Running virtual units of the real firmware for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from alarmstation.application.requests import ImportUnits
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.firmware import FirmwareRun, FirmwareUnits
from alarmstation.simulator.site import UnitPlan, VirtualSite
from alarmstation.simulator.traits import OUR_FIRMWARE, Traits
from tests.conftest import BrokerAccess
from tests.service.living import LivingStation, eventually

PROGRAM = "alarm-unit"


def plans_of(units: int = 1, traits: Traits = OUR_FIRMWARE, seed: int = 21) -> list[UnitPlan]:
    return VirtualSite.drawn(units, 1, seed, traits).plans


def a_run(
    broker: BrokerAccess,
    plans: Sequence[UnitPlan],
    folder: Path | None = None,
    *options: str,
    heartbeat_s: int | None = None,
) -> FirmwareRun:
    address = BrokerAddress(host=broker.host, port=broker.port, base_topic=broker.base_topic)
    accounts = broker.server.add_units([plan.identity.host for plan in plans])
    return FirmwareRun(
        plans,
        address,
        accounts.get,
        folder=folder,
        heartbeat_s=heartbeat_s,
        durable=False,
        options=options,
    )


@contextmanager
def running(build: Path, run: FirmwareRun) -> Iterator[FirmwareUnits]:
    """The program, which must end well: a sanitizer's complaint is a failure."""
    units = FirmwareUnits(run, binary=build / PROGRAM)
    units.start()
    try:
        yield units
    finally:
        assert units.stop() == 0


@asynccontextmanager
async def switched_on(
    station: LivingStation, build: Path, plans: Sequence[UnitPlan]
) -> AsyncIterator[AskUnits]:
    """The units, switched on; the station must know them (`enrol`)."""
    units = FirmwareUnits(a_run(station.broker, plans), binary=build / PROGRAM)
    await asyncio.to_thread(units.start)
    try:
        yield AskUnits(units)
    finally:
        assert await asyncio.to_thread(units.stop) == 0


async def enrol(station: LivingStation, plans: Sequence[UnitPlan]) -> None:
    await station.ask(ImportUnits(tuple(plan.spec() for plan in plans)))
    await eventually(lambda: len(station.mirror.devices) == len(plans))


class AskUnits:
    """The program's line protocol without blocking the loop."""

    def __init__(self, units: FirmwareUnits) -> None:
        self._units = units

    async def __call__(self, line: str) -> dict[str, Any]:
        return dict(await asyncio.to_thread(self._units.do, line))
