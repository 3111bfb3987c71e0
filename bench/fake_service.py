"""A service that only talks to its console: 10,000 units that change, through the real link.

`python -m bench.fake_service --home HOME --units N --sites N`. Lines on its input: `rate N`
sets the changes a second; it ends with its input.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from alarmstation.adapters.link.schema import LINK_VERSION
from alarmstation.adapters.link.server import Connection, LinkServer
from alarmstation.adapters.link.token_file import token_path
from alarmstation.application.requests import Done, Hello, Login, Reply, Request, Session, Welcome
from alarmstation.application.views import (
    ConditionView,
    Delta,
    DeviceView,
    HealthView,
    OperatorView,
    SiteView,
    Snapshot,
)
from alarmstation.domain.access import Operator, Role, allowed_actions
from alarmstation.domain.errors import Refused
from alarmstation.locations import Home

TICK_S = 0.1
"""As the service: a unit is told at most ten times a second."""

LATE_ONE_IN = 100
PARTS = ("service", "broker", "database", "spool", "clock", "receiving")


def utc_now() -> datetime:
    """Aware UTC time."""
    return datetime.now(UTC)


class FakeService:
    """A `LinkHost` with units that it changes by itself."""

    def __init__(self, units: int, sites: int) -> None:
        draw = random.Random(1)
        customers = max(1, sites // 20)
        roots = [SiteView(n, f"Customer {n:02}", None) for n in range(1, customers + 1)]
        leaves = [
            SiteView(customers + n, f"Site {n:03}", 1 + n % customers) for n in range(1, sites + 1)
        ]
        self.sites = (*roots, *leaves)
        self.devices = [
            _device(number, leaves[number % sites].id, draw) for number in range(1, units + 1)
        ]
        self.rate = 0.0
        self._place = 0
        self._owed = 0.0
        self._draw = draw

    async def answer(self, connection: Connection, request: Request) -> Reply:
        """Let anybody in, refuse the rest."""
        match request:
            case Hello():
                return Welcome(LINK_VERSION, "Bench", "0", False, "", False)
            case Login(name=name):
                connection.operator_name = name
                rights = allowed_actions(Operator(name, Role.GUARD), utc_now())
                actions = tuple(sorted(action.value for action in rights))
                return Session(OperatorView(name, name, "guard", "", actions), "")
            case _ if connection.operator_name:
                return Done()
        raise Refused("login.needed", "Log in first.")

    def snapshot(self, connection: Connection) -> Snapshot:
        """Everything."""
        del connection
        return Snapshot(self.sites, tuple(self.devices), (), (), self.health())

    def closed(self, connection: Connection) -> None:
        """Nothing to forget."""

    def health(self) -> HealthView:
        """Everything is in order."""
        now = utc_now()
        conditions = tuple(ConditionView(part, "ok", f"{part}.ok", "", now) for part in PARTS)
        return HealthView(
            at=now, conditions=conditions, path_proven_at=now, listening_since=now,
            unheard_from=None, unheard_until=None, database_edition="apache",
            messages_per_s=self.rate, received_total=0, stored_rows=0, received_samples=0,
            waiting_rows=0, dropped_samples=0, demonstration_broker=False,
        )  # fmt: skip

    def change(self, elapsed_s: float) -> tuple[DeviceView, ...]:
        """The units that were heard in this time."""
        self._owed += self.rate * elapsed_s
        count = min(int(self._owed), len(self.devices))
        self._owed -= count
        now = utc_now()
        changed = []
        for _ in range(count):
            self._place = (self._place + 1) % len(self.devices)
            changed.append(self._heard(self._place, now))
        return tuple(changed)

    def _heard(self, place: int, now: datetime) -> DeviceView:
        before = self.devices[place]
        late = self._draw.randrange(LATE_ONE_IN) == 0
        temperature = before.temperature_c or 20.0
        after = self.devices[place] = replace(
            before,
            temperature_c=round(temperature + self._draw.choice((-0.1, 0.1)), 1),
            last_seen_at=now,
            last_heartbeat_at=now,
            comm_state="late" if late else "online",
            uptime_s=(before.uptime_s or 0) + 2,
            received_samples=before.received_samples + 1,
        )
        return after


def _device(number: int, site_id: int, draw: random.Random) -> DeviceView:
    now = utc_now()
    return DeviceView(
        id=number, host=f"ESG_ALARM_{number:012X}", name=f"Unit {number:05}", site_id=site_id,
        lifecycle="enrolled", mac=f"02:E5:00:00:{number >> 8:02X}:{number & 255:02X}", note="",
        firmware="2.1.0", comm_state="online", comm_since=now, silent_since=None,
        last_seen_at=now, last_heartbeat_at=now, device_state=2,
        temperature_c=round(draw.uniform(15, 30), 1), temperature_quality="good",
        temperature_reason="", humidity_pct=round(draw.uniform(30, 70), 1),
        humidity_quality="good", humidity_reason="", panic1=False, panic2=False, tamper=False,
        aux1=False, aux2=False, siren=False, turret=False, relay1=False, relay2=False, fan_pct=0,
        rssi_dbm=-60, interface=1, ip_address="10.0.0.1", uptime_s=1000, boot_count=1,
        extended=True, skew_s=0.1, clock_set=True, id_synchronised=True, error_flags=0,
        received_samples=1, stored_rows=1, key_fingerprint="0a1b2c3d", key_weak="",
        refused_messages=0, open_alarms=0, worst_alarm=None,
    )  # fmt: skip


async def serve(home: Home, service: FakeService) -> None:
    """Talk until the input ends."""
    server = LinkServer(service, token_path(home.path))
    await server.start()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_obey, args=(service, loop, ended), daemon=True).start()
    print("serves", flush=True)
    last = last_health = time.monotonic()
    while not ended.is_set():
        await asyncio.sleep(TICK_S)
        now = time.monotonic()
        tell(
            server, service.change(now - last), service.health() if now - last_health > 1 else None
        )
        last_health = now if now - last_health > 1 else last_health
        last = now
    await server.close()


def tell(server: LinkServer, devices: Sequence[DeviceView], health: HealthView | None) -> None:
    """A delta to everybody."""
    if devices or health:
        delta = Delta(devices=tuple(devices), health=health)
        server.publish(lambda _: delta)


def _obey(service: FakeService, loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    for line in sys.stdin:
        service.rate = float(line.removeprefix("rate"))
    loop.call_soon_threadsafe(ended.set)


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--units", type=int, required=True)
    parser.add_argument("--sites", type=int, required=True)
    args = parser.parse_args()
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(serve(Home(args.home).create(), FakeService(args.units, args.sites)))


if __name__ == "__main__":
    main()
