"""P3: a unit is pressed → the popup is painted, quiet and with a flood of heartbeats behind.

Real units over the real broker, service, link and console process; the time painted is the one
that the console proves and reports to the service, on the same machine's clock. Quiet and loaded
presses take turns in one run.

    python -m bench.popup [--quick] [--presses 40] [--rates 5000,2000] [--without-x]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import cycle

from alarmstation.simulator.fleet import Fleet
from alarmstation.simulator.site import VirtualSite
from alarmstation.simulator.traits import Input
from alarmstation.simulator.unit import VirtualUnit
from bench import figures
from bench.console import answer
from bench.figures import Cell
from bench.load import load
from bench.station import (
    ADMIN,
    PASSWORD,
    Child,
    Servers,
    child,
    enrol,
    eventually,
    python,
    run,
    service,
)

# So many that an alarm has closed (its undo time is over) before its unit has its turn again.
PRESSED_UNITS, BEHIND_UNITS, SITES = 60, 1000, 50
BEHIND_SEED = 2
A_PRESS_S = 1.0
"""What a press with all that follows takes at most; a load lasts for as many as it is to serve."""

LOST_AFTER_S = 60.0

TARGET_QUIET_MS, TARGET_LOADED_MS = 100.0, 250.0
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


@contextlib.contextmanager
def x_screen() -> Iterator[Mapping[str, str] | None]:
    """The environment of a virtual screen of X; None where there is none."""
    if shutil.which("Xvfb") is None:
        yield None
        return
    words = ("-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp")
    with child("Xvfb", *words) as screen:
        yield {"DISPLAY": f":{screen.line().strip()}", "QT_QPA_PLATFORM": "xcb"}


class Presses:
    """Presses units one after the other and takes the time."""

    def __init__(self, fleet: Fleet, console: Child) -> None:
        self._fleet = fleet
        self._console = console
        self._units = cycle(fleet.members)
        self._draw = random.Random(1)

    def press(self) -> float:
        """Seconds from one press to its popup; everything is calm again afterwards."""
        # At no fixed place in the beats of service and console.
        time.sleep(self._draw.uniform(0.1, 0.4))
        unit = next(self._units)
        pressed_at = self._fleet.on_unit(unit.host, _press)
        seen = answer(self._console, "seen")
        assert seen["host"] == unit.host
        self._console.say(f"acknowledge {seen['alarm']}")
        self._fleet.on_unit(unit.host, _release)
        answer(self._console, "acknowledged")
        return float(str(seen["painted_at"])) - pressed_at

    async def several(self, count: int) -> list[float]:
        """One after the other; TimeoutError when a popup does not come."""
        return [
            await asyncio.wait_for(asyncio.to_thread(self.press), LOST_AFTER_S)
            for _ in range(count)
        ]


def _press(unit: VirtualUnit) -> float:
    at = time.time()
    unit.press(Input.PANIC1)
    return at


def _release(unit: VirtualUnit) -> None:
    unit.release(Input.PANIC1)
    unit.beat()  # tells of it at once, as the next heartbeat would


async def measure(args: argparse.Namespace) -> None:
    """On each kind of screen: quiet, then loaded, and again."""
    results: list[dict[str, Cell]] = []
    site = VirtualSite.drawn(PRESSED_UNITS, 4)
    behind = VirtualSite.drawn(BEHIND_UNITS, SITES, BEHIND_SEED)
    with Servers() as servers, x_screen() as x:
        home = servers.make_home("station", "esg")
        screens: list[tuple[str, Mapping[str, str]]] = [("offscreen", OFFSCREEN)]
        if x is not None and not args.without_x:
            screens.append(("Xvfb", x))
        with service(home):
            await enrol(home, site)
            await enrol(home, behind)
            units = [plan.unit(time.time()) for plan in site.plans]
            with Fleet(units, servers.address("esg")) as fleet:
                await eventually(lambda: fleet.online == len(units))
                for name, environment in screens:
                    login = ("--home", str(home.path), "--name", ADMIN, "--password", PASSWORD)
                    command = python("bench.watched_console", *login)
                    with child(*command, environment=environment) as console:
                        answer(console, "logged in")
                        presses = Presses(fleet, console)
                        await presses.several(3)  # the first one builds a lot
                        results += await _on_screen(args, servers, name, presses)
        facts = {**figures.machine(), **servers.facts()}
        proven = servers.rows(
            "SELECT count(*), count(ledger_painted_at), count(ledger_committed_at) FROM alarm_event"
        )[0]
    _tell(args, facts, results, proven)


async def _on_screen(
    args: argparse.Namespace, servers: Servers, screen: str, presses: Presses
) -> list[dict[str, Cell]]:
    times: dict[float, list[float]] = {0.0: [], **{rate: [] for rate in args.rates}}
    share = max(1, args.presses // args.rounds)
    for _ in range(args.rounds):
        for rate in times:
            if not rate:
                times[rate] += await presses.several(share)
                continue
            with load(
                servers.folder,
                servers.address("esg"),
                units=BEHIND_UNITS,
                seed=BEHIND_SEED,
                messages=int(rate * (share * A_PRESS_S + 2)),
                rate=rate,
                first_id=PRESSED_UNITS + 1,
            ) as behind:
                behind.fire()
                await asyncio.sleep(1)
                times[rate] += await presses.several(share)
                await asyncio.to_thread(behind.sent)
            await asyncio.sleep(3)
    return [
        {"screen": screen, "behind_per_s": rate, **asdict(figures.spread(taken))}
        for rate, taken in times.items()
    ]


def _tell(
    args: argparse.Namespace,
    facts: dict[str, Cell],
    results: list[dict[str, Cell]],
    proven: tuple[int, ...],
) -> None:
    rows = []
    for line in results:
        target = TARGET_LOADED_MS if line["behind_per_s"] else TARGET_QUIET_MS
        met = "yes" if float(str(line["p99_ms"])) <= target else "no"
        rows.append([*line.values(), target, met])
    what = (
        f"{PRESSED_UNITS} units with connections of their own, pressed one at a time; behind them "
        f"{BEHIND_UNITS:,} units whose heartbeats (QoS 1, tags verified) come at the rate named. "
        f"Of {proven[0]} alarms in the database {proven[1]} have a time painted and {proven[2]} a "
        f"time committed.\n\n{figures.lines(facts)}"
    )
    figures.tell(
        "P3 popup",
        what,
        {"facts": facts, "presses": args.presses, "results": results, "alarms": list(proven)},
        [
            figures.table(
                ("screen", "behind/s", "presses", "p50 ms", "p99 ms", "worst ms", "target", "met"),
                rows,
            )
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--presses", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rates", default="5000,2000")
    parser.add_argument("--without-x", action="store_true")
    args = parser.parse_args()
    args.rates = [float(rate) for rate in args.rates.split(",") if rate]
    if args.quick:
        args.presses, args.rounds = 6, 1
    run(lambda: measure(args))


if __name__ == "__main__":
    main()
