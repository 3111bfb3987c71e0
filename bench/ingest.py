"""P1: broker → tag → decode → presence, alarms, CDC → committed.

Against a loop of the same MQTT client that only receives and acknowledges, and beside a
JSON-to-SQL bridge that a user could pick.

    python -m bench.ingest [--quick] [--seconds 60] [--rate 10000] [--without-bridge]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from alarmstation.locations import Home
from alarmstation.simulator.load import FIRST_UPTIME_S
from alarmstation.simulator.site import VirtualSite
from bench import figures
from bench.bridge import BASE_TOPIC, bridge, inserted_at
from bench.commits import CommitReader
from bench.live import HEAD, Live, live_figures
from bench.load import load
from bench.station import (
    Child,
    Servers,
    child,
    console,
    enrol,
    eventually,
    python,
    run,
    service,
)

UNITS, SITES = 1000, 50
LADDER = (8000, 6000, 5000, 4000, 3000, 2000)
STEP_S = 10.0
COMPARED_S = 20.0
GRACE_S = 90.0
STATION, BARE = "station", "bare"
CHANGE_EVERY = 10


@dataclass(frozen=True, slots=True)
class Drain:
    """One backlog, drained."""

    who: str
    messages: int
    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.messages / self.seconds


@dataclass(slots=True)
class Bench:
    """One run: its servers, the station's home, and what was sent so far."""

    servers: Servers
    home: Home
    site: VirtualSite = field(default_factory=lambda: VirtualSite.drawn(UNITS, SITES))
    numbers: dict[int, int] = field(default_factory=dict)
    """Number of a unit in the load by its device id."""
    sent: int = 0

    @property
    def record(self) -> Path:
        """Where the service writes down its commits."""
        return self.servers.folder / "commits"

    async def prepare(self) -> None:
        """Enrol the units; both sessions exist at the broker afterwards."""
        with service(self.home, self.record):
            ids = await enrol(self.home, self.site)
        hosts = [plan.identity.host for plan in self.site.plans]
        self.numbers = {ids[host]: number for number, host in enumerate(hosts)}
        assert [ids[host] for host in hosts] == list(range(1, UNITS + 1)), "ids of the load"
        with self._bare(0) as receiver:
            receiver.line()

    # Backlog

    async def drain_station(self, messages: int) -> Drain:
        """Publish while the service is down, start it, wait until everything is committed."""
        await self._publish_backlog(STATION, messages)
        self.sent += messages
        since = time.time()
        reader = CommitReader(self.record, self.numbers, messages, since)
        with service(self.home, self.record) as process:
            await eventually(lambda: not reader.poll(), GRACE_S, 0.2)
            _, peak = process.memory_mb()
        begun = self.servers.rows(
            "SELECT extract(epoch FROM min(received_at))::float8 FROM heartbeats"
            " WHERE received_at > to_timestamp(%s)",
            (since,),
        )[0][0]
        return Drain(STATION, messages, float(reader.committed_at.max()) - begun, peak)

    async def drain_bare(self, messages: int) -> Drain:
        """The same with the bare loop."""
        await self._publish_backlog(BARE, messages)
        with self._bare(messages) as receiver:
            receiver.line()
            report = json.loads(await asyncio.to_thread(receiver.line))
            _, peak = receiver.memory_mb()
        return Drain(BARE, messages, report["last_at"] - report["first_at"], peak)

    async def _publish_backlog(self, topic: str, messages: int) -> None:
        broker = self.servers.address(topic)
        with load(self.servers.folder, broker, units=UNITS, messages=messages, rate=0) as backlog:
            backlog.fire()
            await asyncio.to_thread(backlog.sent)

    @contextlib.contextmanager
    def _bare(self, messages: int) -> Iterator[Child]:
        broker = self.servers.address(BARE)
        words = {
            "--host": broker.host,
            "--port": str(broker.port),
            "--user": broker.user,
            "--base-topic": BARE,
            "--client-id": "bench-bare",
            "--messages": str(messages),
        }
        command = python("bench.bare_receiver", *(word for pair in words.items() for word in pair))
        with child(*command) as receiver:
            receiver.say(broker.password)
            yield receiver

    # Live

    async def live_station(self, process: Child, rate: float, seconds: float) -> Live:
        """Publish at a rate to the running service."""
        messages = int(rate * seconds)
        broker = self.servers.address(STATION)
        with load(self.servers.folder, broker, units=UNITS, messages=messages, rate=rate) as shots:
            reader = CommitReader(self.record, self.numbers, messages, time.time())
            self.sent += messages
            before = process.cpu_s()
            shots.fire()
            sent = await asyncio.to_thread(shots.sent)
        with contextlib.suppress(TimeoutError):
            await eventually(lambda: not reader.poll(), GRACE_S, 0.2)
        _, peak = process.memory_mb()
        cpu_s = process.cpu_s() - before
        return live_figures(STATION, rate, sent, reader.committed_at, peak_mb=peak, cpu_s=cpu_s)

    async def live_bare(self, rate: float, seconds: float) -> tuple[float, float]:
        """(received per second, seconds behind at the end) of the bare loop at the same rate."""
        messages = int(rate * seconds)
        broker = self.servers.address(BARE)
        with (
            self._bare(messages) as receiver,
            load(self.servers.folder, broker, units=UNITS, messages=messages, rate=rate) as shots,
        ):
            receiver.line()
            shots.fire()
            sent = await asyncio.to_thread(shots.sent)
            report = json.loads(await asyncio.to_thread(receiver.line))
        begun, ended = float(sent.sent_at.min()), float(sent.sent_at.max())
        return messages / (report["last_at"] - begun), report["last_at"] - ended

    async def live_bridge(self, rate: float, seconds: float) -> Live:
        """The same messages as JSON through a bridge."""
        messages = int(rate * seconds)
        hosts = [plan.identity.host for plan in self.site.plans]
        broker = self.servers.address(BASE_TOPIC)
        with (
            bridge(self.servers) as running,
            load(
                self.servers.folder, broker, units=UNITS, messages=messages, rate=rate, as_json=True
            ) as shots,
        ):
            before = running.process.cpu_s()
            shots.fire()
            sent = await asyncio.to_thread(shots.sent)
            await self._settle()
            _, peak = running.process.memory_mb()
            cpu_s = running.process.cpu_s() - before
            at = inserted_at(self.servers, hosts, messages, FIRST_UPTIME_S)
        return live_figures(running.name, rate, sent, at, peak_mb=peak, cpu_s=cpu_s)

    async def _settle(self) -> None:
        """Wait until the bridge inserts nothing any more."""
        before, deadline = -1, time.monotonic() + GRACE_S
        while time.monotonic() < deadline:
            (count,) = self.servers.rows("SELECT count(*) FROM bridge_reading")[0]
            if count == before:
                return
            before = count
            await asyncio.sleep(2)

    async def counted(self) -> dict[str, int]:
        """What the database knows of all loads together."""
        row = self.servers.rows(
            "SELECT sum(received_messages)::bigint, sum(received_samples)::bigint,"
            " sum(stored_rows)::bigint, (SELECT count(*) FROM heartbeats) FROM device_status"
        )[0]
        names = ("messages_in_status", "samples", "stored_rows", "history_rows")
        return {"sent": self.sent, **dict(zip(names, row, strict=True))}


async def measure(args: argparse.Namespace) -> None:
    """Drain by turns, then live by turns, then count."""
    with Servers() as servers:
        bench = Bench(servers, servers.make_home("station", STATION))
        await bench.prepare()
        drains: list[Drain] = []
        for _ in range(args.rounds):
            drains.append(await bench.drain_station(args.backlog))
            drains.append(await bench.drain_bare(args.backlog))
        compared_s = min(args.seconds, COMPARED_S)
        windows = []
        with service(bench.home, bench.record) as process:
            async with console(bench.home):
                pass  # it listens
            windows.append(await bench.live_station(process, args.rate, args.seconds))
            bare = await bench.live_bare(args.rate, compared_s)
            if not args.without_bridge:
                windows.append(await bench.live_bridge(args.rate, compared_s))
            for rate in LADDER:
                if any(window.holds for window in windows if window.who == STATION):
                    break
                if rate < args.rate:
                    windows.append(await bench.live_station(process, rate, args.step))
        tell(args, servers, bench, drains, windows, bare, await bench.counted())


def tell(
    args: argparse.Namespace,
    servers: Servers,
    bench: Bench,
    drains: list[Drain],
    windows: list[Live],
    bare: tuple[float, float],
    counted: dict[str, int],
) -> None:
    """Print everything."""
    rates = {who: [d.rate for d in drains if d.who == who] for who in (STATION, BARE)}
    ratios = [a / b for a, b in zip(rates[STATION], rates[BARE], strict=True)]
    drain_table = figures.table(
        ("round", "station msg/s", "bare loop msg/s", "ratio", "station peak MB"),
        [
            (number, round(a), round(b), a / b, d.peak_mb)
            for number, (a, b, d) in enumerate(
                zip(rates[STATION], rates[BARE], drains[::2], strict=True), start=1
            )
        ],
    )
    facts = {**figures.machine(), **servers.facts()}
    what = (
        f"{UNITS:,} units, QoS 1, tags verified, acknowledged after commit; a backlog of "
        f"{args.backlog:,} messages drained by turns by the station and by a loop of the same "
        f"client that only receives and acknowledges; then live load of a generator in its own "
        f"process on the same cores. One message in {CHANGE_EVERY} steps by 0.6 °C and so gives "
        f"two history rows.\n\n{figures.lines(facts)}"
    )
    figures.tell(
        "P1 ingest",
        what,
        {
            "facts": facts,
            "drain_per_s": rates,
            "drain_ratio_median": median(ratios),
            "live": [asdict(window) for window in windows],
            "bare_live_per_s": bare[0],
            "bare_live_behind_s": bare[1],
            "counted": counted,
            "lost": counted["sent"] - counted["messages_in_status"],
        },
        [
            drain_table,
            figures.table(HEAD, [window.row() for window in windows]),
            f"Bare loop, live at {args.rate:,.0f}/s: {bare[0]:,.0f}/s, {bare[1]:.2f} s behind at "
            f"the end. Counted: {counted}.",
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=10_000.0)
    parser.add_argument("--backlog", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--step", type=float, default=STEP_S)
    parser.add_argument("--without-bridge", action="store_true")
    args = parser.parse_args()
    if args.quick:
        args.seconds, args.backlog, args.rounds, args.step = 10.0, 20_000, 1, 5.0
    run(lambda: measure(args))


if __name__ == "__main__":
    main()
