"""P12: how long until a console's window is there, a service listens, a station stands.

    python -m bench.start [--quick] [--rounds 5]

Console: from starting the process to the first painted frame, by turns with an empty window of
the same Qt. "Cold" means that the files of Python, Qt and station were put out of the page cache
before, as far as the system lets us. Service: until it hears units and the database is open.
Embedded: service with private database and broker, in an empty folder, and again in the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import site
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from statistics import median

from alarmstation import config
from alarmstation.adapters.link.token_file import token_path
from alarmstation.locations import Home
from bench import figures
from bench.figures import Cell
from bench.station import Servers, child, console, eventually, python, run, service

TARGETS_S = {
    "console window, warm": 1.0,
    "console window, cold": 1.0,
    "service listening": 2.0,
    "embedded, from nothing": 15.0,
    "embedded, again": 5.0,
}


def evict_files() -> None:
    """Ask the system to drop what Python, Qt and the station are made of from its page cache."""
    for path in _files():
        try:
            handle = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def _files() -> Iterator[Path]:
    stdlib = Path(os.__file__).parent
    for folder in (*map(Path, site.getsitepackages()), stdlib, Path(__file__).parents[1]):
        for parent, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if name not in {".git", ".venv", "node_modules"}]
            yield from (Path(parent) / name for name in names)


def window_s(home: Home, *, bare: bool) -> float:
    """Seconds from starting a process to its first painted frame."""
    command = python(
        "bench.watched_console", *(("--bare",) if bare else ("--home", str(home.path)))
    )
    begun = time.time()
    with child(*command, environment=SCREEN) as process:
        painted: float = json.loads(process.line())["at"]
        assert process.process.stdin is not None
        process.process.stdin.close()
        process.process.wait(20)
    return painted - begun


SCREEN = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}


async def listening_s(home: Home) -> tuple[float, float]:
    """Seconds until consoles are served, and until units are heard and the database is open."""
    begun = time.time()
    with service(home):
        await eventually(token_path(home.path).exists, pause_s=0.002)
        served = time.time() - begun
        async with console(home):
            return served, time.time() - begun


async def several(count: int, once: Callable[[], Awaitable[float]]) -> list[float]:
    """The same measurement again and again."""
    return [await once() for _ in range(count)]


async def measure(args: argparse.Namespace) -> None:
    """Everything in turn."""
    taken: dict[str, list[float]] = {}

    def note(what: str, seconds: float) -> None:
        taken.setdefault(what, []).append(seconds)

    with Servers() as servers:
        home = servers.make_home("station", "esg")
        facts = {**figures.machine(), **figures.packages("PySide6-Essentials"), **servers.facts()}
        for _ in range(args.cold):
            for what, bare in (("console window, cold", False), ("empty window, cold", True)):
                await asyncio.to_thread(evict_files)
                note(what, await asyncio.to_thread(window_s, home, bare=bare))
        await asyncio.to_thread(window_s, home, bare=False)
        for _ in range(args.rounds):
            note("console window, warm", await asyncio.to_thread(window_s, home, bare=False))
            note("empty window, warm", await asyncio.to_thread(window_s, home, bare=True))
        await listening_s(home)  # the first one makes the schema
        for _ in range(args.rounds):
            served, listening = await listening_s(home)
            note("service serves consoles", served)
            note("service listening", listening)
        for number in range(args.nothing):
            embedded = Home(servers.folder / f"embedded-{number}").create()
            config.save(embedded.path, {"broker": {"port": 0}})
            for what in ("embedded, from nothing", "embedded, again", "embedded, again"):
                _, listening = await listening_s(embedded)
                note(what, listening)
    _tell(taken, facts)


def _tell(taken: dict[str, list[float]], facts: dict[str, Cell]) -> None:
    rows: list[tuple[Cell, ...]] = []
    for what, seconds in taken.items():
        target = TARGETS_S.get(what)
        met = None if target is None else "yes" if median(seconds) <= target else "no"
        rows.append((what, len(seconds), median(seconds), max(seconds), target, met))
    screen = "on a screen of X" if os.environ.get("DISPLAY") else "without a screen (offscreen)"
    figures.tell(
        "P12 start",
        f"Seconds from starting the process; {screen}.\n\n{figures.lines(facts)}",
        {"facts": facts, "seconds": taken},
        [figures.table(("what", "times", "median s", "worst s", "target s", "met"), rows)],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold", type=int, default=3)
    parser.add_argument("--nothing", type=int, default=2)
    args = parser.parse_args()
    if args.quick:
        args.rounds, args.cold, args.nothing = 2, 1, 1
    run(lambda: measure(args))


if __name__ == "__main__":
    main()
