"""P2: publish → committed at 200 messages a second, against a one-row transaction.

By turns, on the same database: a window of load on the station, then single-row transactions of
a plain connection.

    python -m bench.latency [--quick] [--rounds 4] [--seconds 15]
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import asdict

import psycopg

from alarmstation.simulator.site import VirtualSite
from bench import figures
from bench.commits import CommitReader
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


async def measure(args: argparse.Namespace) -> None:
    """Load and single transactions by turns."""
    site = VirtualSite.drawn(UNITS, SITES)
    station: list[float] = []
    single: list[float] = []
    rows: list[tuple[figures.Cell, ...]] = []
    commits = missing = 0
    with Servers() as servers:
        home, record = servers.make_home("station", "esg"), servers.folder / "commits"
        with service(home, record) as process:
            ids = await enrol(home, site)
            numbers = {ids[plan.identity.host]: n for n, plan in enumerate(site.plans)}
            async with console(home):
                pass
            messages = int(RATE * args.seconds)
            before = process.cpu_s()
            for number in range(1, args.rounds + 1):
                broker = servers.address("esg")
                with load(
                    servers.folder, broker, units=UNITS, messages=messages, rate=RATE
                ) as shots:
                    reader = CommitReader(record, numbers, messages, time.time())
                    shots.fire()
                    sent = await asyncio.to_thread(shots.sent)
                    await eventually(lambda: not reader.poll(), 20.0)  # noqa: B023  # waited for
                window = (reader.committed_at - sent.sent_at).tolist()
                reference = await asyncio.to_thread(
                    one_row_transactions, servers.database.dsn(), TRANSACTIONS
                )
                station += window
                single += reference
                commits += reader.commits
                missing += reader.missing
                a, b = figures.spread(window), figures.spread(reference)
                rows.append((number, a.p50_ms, a.p99_ms, b.p50_ms, b.p99_ms, a.p50_ms / b.p50_ms))
            cpu = process.cpu_s() - before
        facts = {**figures.machine(), **servers.facts()}
    _tell(args, facts, rows, station, single, commits, missing, cpu)


def _tell(
    args: argparse.Namespace,
    facts: dict[str, figures.Cell],
    rows: list[tuple[figures.Cell, ...]],
    station: list[float],
    single: list[float],
    commits: int,
    missing: int,
    cpu_s: float,
) -> None:
    a, b = figures.spread(station), figures.spread(single)
    rows.append(("all", a.p50_ms, a.p99_ms, b.p50_ms, b.p99_ms, a.p50_ms / b.p50_ms))
    what = (
        f"{UNITS} units, {RATE:.0f} messages/s for {args.rounds} × {args.seconds:.0f} s, QoS 1, "
        f"tags verified; {len(station):,} messages in {commits:,} commits, {missing} lost, "
        f"{cpu_s:.1f} s of processor time in the service. Between the windows "
        f"{TRANSACTIONS} transactions of one row each on the same database.\n\n"
        f"{figures.lines(facts)}"
    )
    figures.tell(
        "P2 latency",
        what,
        {
            "facts": facts,
            "station_ms": asdict(a),
            "one_row_ms": asdict(b),
            "ratio_p50": a.p50_ms / b.p50_ms,
            "ratio_p99": a.p99_ms / b.p99_ms,
            "commits": commits,
            "lost": missing,
            "met": a.p50_ms <= TARGET_P50_MS and a.p99_ms <= TARGET_P99_MS,
        },
        [
            figures.table(
                ("round", "station p50 ms", "p99 ms", "one row p50 ms", "p99 ms", "ratio p50"),
                [[str(row[0]), *row[1:]] for row in rows],
            )
        ],
    )


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
