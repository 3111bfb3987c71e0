"""A whole station for a benchmark: private database and broker, and the real service beside us."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg

from alarmstation import config, locations
from alarmstation.adapters.link.client import LinkClient, LinkState
from alarmstation.adapters.link.token_file import token_path
from alarmstation.adapters.mqtt.embedded_broker import EmbeddedBroker
from alarmstation.adapters.postgres import capabilities
from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.application.requests import CreateFirstAdmin, ImportUnits, Login
from alarmstation.application.views import AlarmView, Delta, DeviceView, HealthView, Snapshot
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.locations import Home
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.site import VirtualSite
from bench.figures import Cell

ADMIN = "bench"
PASSWORD = "a long password of a benchmark"
READY_WITHIN_S = 60.0
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


class Servers:
    """A folder with a database and a broker of its own; everything goes at the end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="alarmstation-bench-"))
        self.folder.chmod(0o755)  # as root the servers run as another user
        self.home = Home(self.folder / "home").create()
        runtime = locations.runtime()
        self.database = PrivateServer.for_home(self.home, runtime)
        self.broker = EmbeddedBroker.for_home(self.home, runtime, base_topics=("+",))

    def __enter__(self) -> Self:
        try:
            self.database.start()
            self.broker.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        self.broker.stop()
        self.database.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, base_topic: str) -> BrokerAddress:
        """The broker with the station's account."""
        account = self.broker.station
        return BrokerAddress(
            self.broker.host, self.broker.port, account.user, account.password, base_topic
        )

    def make_home(self, name: str, base_topic: str) -> Home:
        """The home of a station that uses these servers."""
        home = Home(self.folder / name).create()
        password_file = home.secrets / "broker_password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.broker.station.password)
        broker: dict[str, object] = {
            "mode": "address",
            "host": self.broker.host,
            "port": self.broker.port,
            "username": self.broker.station.user,
            "password_file": password_file,
            "base_topic": base_topic,
        }
        database: dict[str, object] = {"mode": "address", "dsn": self.database.dsn()}
        config.save(home.path, {"broker": broker, "database": database})
        return home

    def rows(self, query: LiteralString, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What the database answers the superuser."""
        with psycopg.connect(self.database.dsn()) as connection:
            return connection.execute(query, values or None).fetchall()

    def facts(self) -> dict[str, Cell]:
        """Versions and durability settings, as the servers themselves tell them."""
        with psycopg.connect(self.database.dsn()) as connection:
            facts: dict[str, Cell] = {"database": str(capabilities.detect(connection))}
            for name in DURABILITY:
                row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
                facts[name] = str(row[0]) if row else None
        facts["broker"] = _broker_version(self.broker)
        return facts


def _broker_version(broker: EmbeddedBroker) -> str:
    said = subprocess.run(
        [broker.binary.path, "-h"], capture_output=True, text=True, check=False
    ).stdout
    return f"{said.splitlines()[0] if said else broker.binary.kind}, persistence saved every second"


@dataclass(slots=True)
class Child:
    """A process that a benchmark started, by its id."""

    process: subprocess.Popen[str]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def line(self) -> str:
        """The next line it prints; raises Unavailable when it has ended."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        if not text:
            raise Unavailable(f"{self.process.args!r} ended with {self.process.wait()}")
        return text

    def say(self, text: str = "") -> None:
        """Write a line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        """End it politely, then not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def memory_mb(self) -> tuple[float, float]:
        """Resident memory now and at its peak, in MB (10^6 bytes)."""
        found = {"VmRSS": 0.0, "VmHWM": 0.0}
        for text in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            name, _, value = text.partition(":")
            if name in found:
                found[name] = int(value.split()[0]) * 1024 / 1e6
        return found["VmRSS"], found["VmHWM"]

    def cpu_s(self) -> float:
        """Processor time it has used."""
        return cpu_s(self.pid)


def cpu_s(pid: int) -> float:
    """Processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def child(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Child]:
    """A program in a process of its own, spoken to by lines, ended with the block."""
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, **(environment or {})},
    )
    started = Child(process)
    try:
        yield started
    finally:
        started.stop()


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """The command line of one of our modules."""
    return (sys.executable, "-m", module, *arguments)


@contextlib.contextmanager
def service(home: Home, record: Path | None = None) -> Iterator[Child]:
    """The real service of a home; with `record` it writes down its commits."""
    where = ("--home", str(home.path))
    command = (
        python("alarmstation", "service", *where, "--ends-with-parent")
        if record is None
        else python("bench.watched_service", *where, "--record", str(record))
    )
    with child(*command) as started:
        yield started


@dataclass(slots=True)
class Mirror:
    """What a console would know; a `LinkListener`."""

    devices: dict[int, DeviceView] = field(default_factory=dict)
    alarms: dict[str, AlarmView] = field(default_factory=dict)
    health: HealthView | None = None

    def link_changed(self, state: LinkState) -> None:
        """Nothing to remember."""

    def snapshot_arrived(self, snapshot: Snapshot) -> None:
        """Begin anew."""
        self.devices = {view.id: view for view in snapshot.devices}
        self.alarms = {view.id: view for view in snapshot.alarms}
        self.health = snapshot.health

    def delta_arrived(self, delta: Delta) -> None:
        """Take in what changed."""
        self.devices.update((view.id, view) for view in delta.devices)
        self.alarms.update((view.id, view) for view in delta.alarms)
        self.health = delta.health or self.health

    def is_ok(self, *parts: str) -> bool:
        """Whether all these parts of the station are in order."""
        conditions = self.health.conditions if self.health else ()
        fine = {condition.part for condition in conditions if condition.state == "ok"}
        return fine.issuperset(parts)


@contextlib.asynccontextmanager
async def console(home: Home) -> AsyncIterator[tuple[LinkClient, Mirror]]:
    """A logged-in administrator's link to the service of a home, as soon as there is one."""
    mirror = Mirror()
    client = LinkClient(token_path(home.path), mirror, "bench")
    listening = asyncio.create_task(client.run())
    try:
        await eventually_async(lambda: _log_in(client))
        await eventually(lambda: mirror.is_ok("database", "receiving"))
        yield client, mirror
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def _log_in(client: LinkClient) -> bool:
    with contextlib.suppress(Unavailable):
        try:
            await client.request(CreateFirstAdmin(ADMIN, PASSWORD, "Bench"))
        except UserError:  # there is one, made by an earlier start
            await client.request(Login(ADMIN, PASSWORD))
        return True
    return False


async def enrol(home: Home, site: VirtualSite) -> dict[str, int]:
    """Import the units of a site and give their device ids by host."""
    async with console(home) as (client, mirror):
        await client.request(ImportUnits(tuple(plan.spec() for plan in site.plans)))
        hosts = {plan.identity.host for plan in site.plans}
        await eventually(lambda: hosts <= {view.host for view in mirror.devices.values()})
        return {view.host: view.id for view in mirror.devices.values()}


async def eventually(
    condition: Callable[[], object], timeout_s: float = READY_WITHIN_S, pause_s: float = 0.01
) -> None:
    """Return as soon as the condition holds; TimeoutError when it does not in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"did not come true within {timeout_s} s")
        await asyncio.sleep(pause_s)


async def eventually_async(
    attempt: Callable[[], Any], timeout_s: float = READY_WITHIN_S, pause_s: float = 0.05
) -> None:
    """As `eventually`, with a condition that must be awaited."""
    deadline = time.monotonic() + timeout_s
    while not await attempt():
        if time.monotonic() > deadline:
            raise TimeoutError(f"did not come true within {timeout_s} s")
        await asyncio.sleep(pause_s)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def run(scene: Callable[[], Any]) -> None:
    """Run the coroutine of a benchmark on the kind of loop that the service uses."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(scene())
