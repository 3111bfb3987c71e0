"""The stage of a demonstration: a home, its settings, accounts, a simulated site with a past."""

from __future__ import annotations

import asyncio
import contextlib
import random
from datetime import datetime, timedelta
from pathlib import Path

from alarmstation import config, locations
from alarmstation.adapters.link import token_file
from alarmstation.adapters.link.client import Connected, LinkClient, LinkState
from alarmstation.adapters.postgres.operational_store import PostgresOperationalStore
from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.application.batch import Batch
from alarmstation.application.requests import (
    CreateFirstAdmin,
    ImportUnits,
    Login,
    SaveOperator,
)
from alarmstation.application.views import Delta, DeviceView, Snapshot
from alarmstation.domain.cdc import DEFAULT_RULES, ChangeRecorder
from alarmstation.domain.device import Io, Quality, QualityReason, Reading
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.domain.telemetry import HistoryRow, Sample
from alarmstation.locations import Home
from alarmstation.simulator.climate import Climate
from alarmstation.simulator.site import VirtualSite

UNITS = 12
SITES = 3
FIRMWARE_UNITS = 4
"""So many run the real firmware where a compiler is present."""

PASSWORD = "demonstration"  # noqa: S105  # of a simulated site, printed by the demonstration
ACCOUNTS = (("guard", "guard", "Gloria"), ("technician", "technician", "Tomás"))
ADMIN = "admin"
PAST = timedelta(hours=24)
STEP = timedelta(seconds=60)
"""Distance of the simulated readings of the past."""


def prepare(home: Home, language: str) -> Path:
    """Folders, settings and the list of simulated units; returns the list's file."""
    home.create()
    if not home.settings.exists():
        station = {"name": "Demonstration"} | ({"language": language} if language else {})
        config.save(
            home.path,
            {
                "station": dict(station),
                "broker": {"mode": "embedded", "port": 0},
                "database": {"mode": "embedded"},
                "alarms": {"canary_interval_s": 20.0},
            },
        )
    units = home.secrets / "simulated_units.json"
    if not units.exists():
        VirtualSite.drawn(UNITS, SITES, seed=random.SystemRandom().randrange(1 << 30)).write_units(
            units
        )
    return units


def parted(units: Path, firmware: bool) -> tuple[Path | None, Path]:
    """Lists of the units that run the firmware and of the others, beside `units`."""
    if not firmware:
        return None, units
    plans = VirtualSite.read(units).plans
    first, rest = units.with_stem("firmware_units"), units.with_stem("python_units")
    VirtualSite(plans[:FIRMWARE_UNITS]).write_units(first)
    VirtualSite(plans[FIRMWARE_UNITS:]).write_units(rest)
    return first, rest


class _Listener:
    """Waits for what the service says."""

    def __init__(self) -> None:
        self.devices: dict[int, DeviceView] = {}
        self.connected = asyncio.Event()
        self.complete = asyncio.Event()

    def link_changed(self, state: LinkState) -> None:
        if isinstance(state, Connected):
            self.connected.set()

    def snapshot_arrived(self, snapshot: Snapshot) -> None:
        self.devices = {view.id: view for view in snapshot.devices}
        self._look()

    def delta_arrived(self, delta: Delta) -> None:
        self.devices.update((view.id, view) for view in delta.devices)
        self._look()

    def _look(self) -> None:
        if len([d for d in self.devices.values() if d.lifecycle == "enrolled"]) >= UNITS:
            self.complete.set()


async def enrol(home: Home, units: Path) -> tuple[DeviceView, ...]:
    """Make accounts and enrol the simulated units; returns them as the station shows them.

    Raises:
        Unavailable: the service does not get ready.
        UserError: this home has other accounts than those of a demonstration.
    """
    listener = _Listener()
    client = LinkClient(token_file.token_path(home.path), listener, "demonstration")
    running = asyncio.create_task(client.run())
    try:
        await asyncio.wait_for(listener.connected.wait(), 60)
        await _log_in(client)
        for name, role, display_name in ACCOUNTS:
            await client.request(SaveOperator(name, role, display_name, PASSWORD))
        plans = VirtualSite.read(units).plans
        await client.request(ImportUnits(tuple(plan.spec() for plan in plans)))
        await asyncio.wait_for(listener.complete.wait(), 30)
        return tuple(listener.devices.values())
    except TimeoutError as error:
        raise Unavailable("the service did not get ready; see its log") from error
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _log_in(client: LinkClient) -> None:
    """As admin, whom the first demonstration creates; waits for the service's database."""
    deadline = asyncio.get_running_loop().time() + 90
    while True:
        try:
            await client.request(CreateFirstAdmin(ADMIN, PASSWORD, "Ada"))
        except Unavailable:  # its database is not there yet
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.1)
        except UserError:  # there is an admin already
            break
        else:
            return
    await client.request(Login(ADMIN, PASSWORD))


def give_past(home: Home, units: Path, devices: tuple[DeviceView, ...], now: datetime) -> int:
    """Store a simulated day before now for units that have no history; returns the rows.

    The rows are made by the same rules as live ones.
    """
    server = PrivateServer.for_home(home, locations.runtime())
    store = PostgresOperationalStore(server.dsn(), application_name="alarmstation-demonstration")
    try:
        known = {row.sample.device_id: row for row in store.recollect().references}
        plans = {plan.identity.host: plan for plan in VirtualSite.read(units).plans}
        rows: list[HistoryRow] = []
        for device in devices:
            plan = plans.get(device.host)
            if plan is None:
                continue
            before = known.get(device.id)
            start = now - PAST
            if before is not None:
                start = max(start, before.sample.received_at + STEP)
            rows.extend(_past(device.id, plan.seed, start, now - STEP))
        store.commit(Batch(history=rows))
    finally:
        store.close()
    return len(rows)


def _past(device_id: int, seed: int, start: datetime, end: datetime) -> list[HistoryRow]:
    climate = Climate.of_place(seed)
    recorder = ChangeRecorder(DEFAULT_RULES)
    rows: list[HistoryRow] = []
    at = start
    while at < end:
        celsius, percent = climate.at(at.timestamp())
        sample = Sample(
            device_id=device_id,
            received_at=at,
            temperature_c=Reading(celsius, Quality.GOOD, QualityReason.NONE),
            humidity_pct=Reading(percent, Quality.GOOD, QualityReason.NONE),
            io=Io(fan_pct=0),
            device_state=3,
            device_time=at,
        )
        rows.extend(recorder.record(sample))
        at += STEP
    return rows
