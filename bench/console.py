"""P9: the console with 10,000 units in 200 sites and 5,000 changes a second, against idle.

The changes come from another process through the real link into the real console; the windows
of load and of rest take turns in one run, on the page with the device tree and one unit open.

    python -m bench.console [--quick] [--seconds 15] [--rounds 3] [--page devices]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import mean

from alarmstation.locations import Home
from bench import figures
from bench.figures import Cell, Spread
from bench.station import Child, child, python

SCREEN = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
SETTLE_S = 3.0
TARGET_P99_MS, TARGET_CPU_PCT = 10.0, 25.0
IDLE, LOADED = "idle", "loaded"


def answer(process: Child, wanted: str) -> dict[str, object]:
    """The next line that says `wanted`."""
    while True:
        said: dict[str, object] = json.loads(process.line())
        if said["what"] == wanted:
            return said


def window(console: Child, seconds: float) -> tuple[list[float], float, float]:
    """The lags (seconds) of a while, the share of a core in %, and unit changes told a second."""
    console.say(f"measure {seconds}")
    said = answer(console, "measured")
    lags = said["lags"]
    assert isinstance(lags, list)
    taken = float(str(said["seconds"]))
    return lags, 100 * float(str(said["cpu_s"])) / taken, float(str(said["changes"])) / taken


def measure(args: argparse.Namespace, home: Home) -> dict[str, object]:
    """Idle and loaded by turns."""
    words = ("--home", str(home.path), "--units", str(args.units), "--sites", str(args.sites))
    login = ("--home", str(home.path), "--name", "bench", "--password", "bench")
    lags: dict[str, list[float]] = {IDLE: [], LOADED: []}
    cpu: dict[str, list[float]] = {IDLE: [], LOADED: []}
    changes: dict[str, list[float]] = {IDLE: [], LOADED: []}
    with (
        child(*python("bench.fake_service", *words)) as station,
        child(*python("bench.watched_console", *login), environment=SCREEN) as console,
    ):
        station.line()
        answer(console, "logged in")
        window(console, SETTLE_S)  # the units arrive
        console.say(f"page {args.page}")
        if args.page == "devices":
            console.say("device 1")
        window(console, SETTLE_S)
        for _ in range(args.rounds):
            for what, rate in ((IDLE, 0.0), (LOADED, args.rate)):
                station.say(f"rate {rate}")
                window(console, SETTLE_S / 3)
                found, share, told = window(console, args.seconds)
                lags[what] += found
                cpu[what].append(share)
                changes[what].append(told)
        memory, peak = console.memory_mb()
    return {
        "lag_ms": {what: asdict(figures.spread(found)) for what, found in lags.items()},
        "cpu_pct": {what: mean(found) for what, found in cpu.items()},
        "changes_per_s": {what: mean(found) for what, found in changes.items()},
        "memory_mb": memory,
        "peak_mb": peak,
    }


def tell(args: argparse.Namespace, found: dict[str, object]) -> None:
    """Print everything."""
    facts = {
        **figures.machine(),
        **figures.packages("PySide6-Essentials", "qasync"),
        "screen": "X" if os.environ.get("DISPLAY") else "none (offscreen)",
    }
    lags, cpu, changes = found["lag_ms"], found["cpu_pct"], found["changes_per_s"]
    assert isinstance(changes, dict)
    assert isinstance(lags, dict)
    assert isinstance(cpu, dict)
    idle, loaded = (Spread(**lags[what]) for what in (IDLE, LOADED))
    rows: list[tuple[Cell, ...]] = [
        (what, round(changes[what]), lag.p50_ms, lag.p99_ms, lag.worst_ms, cpu[what])
        for what, lag in ((IDLE, idle), (LOADED, loaded))
    ]
    what = (
        f"{args.units:,} units in {args.sites} sites, {args.rate:,.0f} changes/s for "
        f"{args.rounds} × {args.seconds:.0f} s through the real link from another process, the "
        f"page “{args.page}” in front; the same window idle in between. Lag: how long whoever "
        f"comes at any moment waits for the event loop.\n\n{figures.lines(facts)}; console memory "
        f"{found['memory_mb']:.0f} MB, at its peak {found['peak_mb']:.0f} MB"
    )
    met = loaded.p99_ms <= TARGET_P99_MS and cpu[LOADED] <= TARGET_CPU_PCT
    figures.tell(
        "P9 console",
        what,
        {"facts": facts, "page": args.page, **found, "met": met},
        [
            figures.table(
                ("window", "changes/s", "lag p50 ms", "lag p99 ms", "worst ms", "CPU % of a core"),
                rows,
            )
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=5000.0)
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--page", choices=("alarms", "devices"), default="devices")
    args = parser.parse_args()
    if args.quick:
        args.seconds, args.rounds = 5.0, 1
    folder = Path(tempfile.mkdtemp(prefix="alarmstation-bench-"))
    try:
        tell(args, measure(args, Home(folder / "home").create()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
