"""A whole living station for tests: service, broker, database, a fleet, and one console."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from alarmstation import config
from alarmstation.adapters.link.client import LinkClient, LinkState
from alarmstation.adapters.link.token_file import token_path
from alarmstation.application.requests import (
    CommandsAccepted,
    CreateFirstAdmin,
    ImportUnits,
    Reply,
    Request,
    SendCommand,
)
from alarmstation.application.views import (
    AlarmView,
    CommandView,
    ConditionView,
    Delta,
    DeviceView,
    HealthView,
    SiteView,
    Snapshot,
)
from alarmstation.config import BrokerSection, DatabaseSection, Settings
from alarmstation.domain.errors import Unavailable
from alarmstation.locations import Home
from alarmstation.service.service import Service
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.fleet import Fleet
from alarmstation.simulator.site import VirtualSite
from alarmstation.simulator.unit import VirtualUnit
from tests.conftest import BrokerAccess

ADMIN = "admin"
PASSWORD = "a long password"


class Mirror:
    """What a console would know; a `LinkListener`."""

    def __init__(self) -> None:
        self.devices: dict[int, DeviceView] = {}
        self.alarms: dict[str, AlarmView] = {}
        self.commands: dict[str, CommandView] = {}
        self.sites: tuple[SiteView, ...] = ()
        self.states: list[LinkState] = []
        self.last = Delta()
        self.canaries: list[int] = []
        self.traffic: list[object] = []
        self.health: HealthView | None = None

    def link_changed(self, state: LinkState) -> None:
        self.states.append(state)

    def snapshot_arrived(self, snapshot: Snapshot) -> None:
        self.devices = {view.id: view for view in snapshot.devices}
        self.alarms = {view.id: view for view in snapshot.alarms}
        self.commands = {view.request_id: view for view in snapshot.commands}
        self.sites = snapshot.sites
        self.delta_arrived(Delta(health=snapshot.health))

    def delta_arrived(self, delta: Delta) -> None:
        self.devices.update((view.id, view) for view in delta.devices)
        for device_id in delta.removed_devices:
            self.devices.pop(device_id, None)
        self.alarms.update((view.id, view) for view in delta.alarms)
        self.commands.update((view.request_id, view) for view in delta.commands)
        self.sites = delta.sites or self.sites
        self.traffic.extend(delta.traffic)
        if delta.canary is not None:
            self.canaries.append(delta.canary)
        if delta.health is not None:
            self.health = delta.health

    def device(self, host: str) -> DeviceView:
        return next(view for view in self.devices.values() if view.host == host)

    def open_alarms(self, host: str) -> list[AlarmView]:
        return [a for a in self.alarms.values() if a.host == host and a.state != "A"]

    def state_of(self, request_id: str) -> str:
        command = self.commands.get(request_id)
        return command.state if command else ""

    def condition(self, part: str) -> str:
        view = self.condition_view(part)
        return view.state if view else ""

    def condition_view(self, part: str) -> ConditionView | None:
        conditions = self.health.conditions if self.health else ()
        return next((c for c in conditions if c.part == part), None)


class LivingStation:
    """Settings and parts of one station under test."""

    def __init__(self, folder: Path, broker: BrokerAccess, dsn: str, **sections: Any) -> None:
        self.home = Home(folder).create()
        password_file = self.home.secrets / "broker_password"
        password_file.write_text(broker.station.password)
        self.broker = broker
        self.settings = Settings(
            broker=BrokerSection(
                mode="address",
                host=broker.host,
                port=broker.port,
                username=broker.station.user,
                password_file=password_file,
                base_topic=broker.base_topic,
            ),
            database=DatabaseSection(mode="address", dsn=dsn),
            **sections,
        )
        (self.home.run / "installation_id").write_text(uuid4().hex[:12])
        self.mirror = Mirror()
        self.client = LinkClient(token_path(self.home.path), self.mirror, "test")
        self.service: Service | None = None

    def change(self, section: str, **values: object) -> None:
        """Other settings, for the next run of the service."""
        changed = getattr(self.settings, section).model_copy(update=values)
        self.settings = self.settings.model_copy(update={section: changed})

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Service]:
        """The service runs within this block, and ends with it."""
        self.service = service = Service(self.settings, self.home)
        task = asyncio.create_task(service.run())
        try:
            yield service
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    @contextlib.contextmanager
    def as_program(self) -> Iterator[subprocess.Popen[bytes]]:
        """The service as a program of its own, which may be killed; it ends with this block."""
        config.save(
            self.home.path,
            {
                name: {
                    key: value
                    for key, value in getattr(self.settings, name).model_dump().items()
                    if value is not None
                }
                for name in ("broker", "database")
            },
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "alarmstation", "service", "--home", str(self.home.path)]
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)

    @contextlib.asynccontextmanager
    async def console(self, *, another: bool = False) -> AsyncIterator[LinkClient]:
        """A connected console: the same as before, or another one that knows nothing."""
        if another:
            self.mirror = Mirror()
            self.client = LinkClient(token_path(self.home.path), self.mirror, "test")
        listening = asyncio.create_task(self.client.run())
        try:
            yield self.client
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening

    async def log_in_as_first_admin(self) -> None:
        """Create the first account as soon as the service knows that there is none."""

        async def attempt() -> bool:
            try:
                await self.client.request(CreateFirstAdmin(ADMIN, PASSWORD, "Ada"))
            except Unavailable:
                return False
            return True

        deadline = asyncio.get_running_loop().time() + 20
        while not await attempt():
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.05)

    async def ask(self, request: Request) -> Reply:
        return await self.client.request(request)

    async def command(self, device_id: int, name: str, **fields: object) -> str:
        reply = await self.ask(SendCommand((device_id,), name, fields))  # type: ignore[arg-type]
        assert isinstance(reply, CommandsAccepted)
        assert not reply.refusals
        return reply.request_ids[0]

    @contextlib.asynccontextmanager
    async def fleet(
        self,
        site: VirtualSite,
        now: float,
        prepare: Callable[[VirtualUnit], None] = lambda _: None,
    ) -> AsyncIterator[Fleet]:
        """The site's units, enrolled in the station, prepared and powered on."""
        await self.ask(ImportUnits(tuple(plan.spec() for plan in site.plans)))
        units = [plan.unit(now) for plan in site.plans]
        for unit in units:
            prepare(unit)
        account = self.broker.station
        address = BrokerAddress(
            host=self.broker.host,
            port=self.broker.port,
            user=account.user,
            password=account.password,
            base_topic=self.broker.base_topic,
        )
        fleet = Fleet(units, address, stagger_s=0.005)
        await asyncio.to_thread(fleet.start)
        try:
            yield fleet
        finally:
            await asyncio.to_thread(fleet.stop)


async def eventually(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Return as soon as the condition holds; fail when it does not in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    while not condition():
        assert loop.time() < deadline, "did not come true in time"
        await asyncio.sleep(0.01)


def first_unit(fleet: Fleet) -> VirtualUnit:
    return next(iter(fleet.units.values()))
