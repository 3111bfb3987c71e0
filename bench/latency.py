"""P2: publish → committed at 200 messages a second, against a one-row transaction.

By turns, on the same database: a window of messages evenly spaced, one of messages that come four
at a time, then single-row transactions of a plain connection.

    python -m bench.latency [--quick] [--rounds 4] [--seconds 15]
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg

from alarmstation.simulator.site import VirtualSite
from bench import figures
from bench.commits import CommitReader
from bench.figures import Cell
from bench.load import load
from bench.station import Servers, console, enrol, eventually, run, service

UNITS, SITES = 200, 20
RATE = 200.0
TRANSACTIONS = 200
PAUSE_S = 0.005
"""Between single transactions, as between messages at this rate."""

TARGET_P50_MS, TARGET_P99_MS = 3.0, 25.0


def one_row_transactions(dsn: str, count: int) -> list[float]:
    """Seconds that each of `count` inserts of one row with its commit took."""
    taken = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_row (at timestamptz, value real)")
        for _ in range(count):
            begun = time.perf_counter()
            connection.execute("INSERT INTO bench_row VALUES (now(), 20.5)", prepare=True)
            taken.append(time.perf_counter() - begun)
            time.sleep(PAUSE_S)
    return taken


@dataclass(slots=True)
class Window:
    """What one kind of arrival came to, over all rounds."""

    name: str
    at_a_time: int
    latencies: list[float] = field(default_factory=list)
    commits: int = 0
    missing: int = 0


async def measure(args: argparse.Namespace) -> None:
    """Both kinds of load and single transactions by turns."""
    site = VirtualSite.drawn(UNITS, SITES)
    windows = (Window("evenly spaced", 1), Window("four at a time", 4))
    single: list[float] = []
    with Servers() as servers:
        home, record = servers.make_home("station", "esg"), servers.folder / "commits"
        with service(home, record) as process:
            ids = await enrol(home, site)
            numbers = {ids[plan.identity.host]: n for n, plan in enumerate(site.plans)}
            async with console(home):
                pass
            before = process.cpu_s()
            for _ in range(args.rounds):
                for window in windows:
                    await _load(servers, numbers, record, window, int(RATE * args.seconds))
                single += await asyncio.to_thread(
                    one_row_transactions, servers.database.dsn(), TRANSACTIONS
                )
            cpu = process.cpu_s() - before
        facts = {**figures.machine(), **servers.facts()}
    _tell(args, facts, windows, single, cpu)


async def _load(
    servers: Servers, numbers: dict[int, int], record: Path, window: Window, messages: int
) -> None:
    with load(
        servers.folder,
        servers.address("esg"),
        units=UNITS,
        messages=messages,
        rate=RATE,
        connections=window.at_a_time,
    ) as shots:
        reader = CommitReader(record, numbers, messages, time.time())
        shots.fire()
        sent = await asyncio.to_thread(shots.sent)
        await eventually(lambda: not reader.poll(), 20.0)
    window.latencies += (reader.committed_at - sent.sent_at).tolist()
    window.commits += reader.commits
    window.missing += reader.missing


def _tell(
    args: argparse.Namespace,
    facts: dict[str, Cell],
    windows: tuple[Window, ...],
    single: list[float],
    cpu_s: float,
) -> None:
    one = figures.spread(single)
    found = {window.name: figures.spread(window.latencies) for window in windows}
    rows: list[list[Cell]] = [
        [
            window.name, len(window.latencies), window.commits, window.missing, it.p50_ms,
            it.p99_ms, it.worst_ms, it.p50_ms / one.p50_ms, it.p99_ms / one.p99_ms,
        ]
        for window, it in ((window, found[window.name]) for window in windows)
    ]  # fmt: skip
    rows.append(
        ["one-row transaction", one.count, one.count, None, one.p50_ms, one.p99_ms, one.worst_ms,
         1.0, 1.0]
    )  # fmt: skip
    what = (
        f"{UNITS} units, {RATE:.0f} messages/s, for each kind of arrival {args.rounds} × "
        f"{args.seconds:.0f} s, QoS 1, tags verified, {cpu_s:.1f} s of processor time in the "
        f"service. Between the windows {TRANSACTIONS} transactions of one row each on the same "
        f"database.\n\n{figures.lines(facts)}"
    )
    even = found[windows[0].name]
    figures.tell(
        "P2 latency",
        what,
        {
            "facts": facts,
            "station_ms": {name: asdict(it) for name, it in found.items()},
            "one_row_ms": asdict(one),
            "ratio_p50": even.p50_ms / one.p50_ms,
            "ratio_p99": even.p99_ms / one.p99_ms,
            "lost": sum(window.missing for window in windows),
            "met": even.p50_ms <= TARGET_P50_MS and even.p99_ms <= TARGET_P99_MS,
        },
        [
            figures.table(
                ("arrival", "messages", "commits", "lost", "p50 ms", "p99 ms", "worst ms",
                 "p50 ÷ one row", "p99 ÷ one row"),
                rows,
            )
        ],
    )  # fmt: skip


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=15.0)
    args = parser.parse_args()
    if args.quick:
        args.rounds, args.seconds = 2, 5.0
    run(lambda: measure(args))


if __name__ == "__main__":
    main()
