"""The console as it is, in its own process, that also says what a benchmark wants to know.

`python -m bench.watched_console --home HOME [--name N --password P] [--bare]`. It prints lines of
JSON: when the window was first painted, and when somebody is logged in. Lines on its input:
`device ID` opens a unit, `page NAME` a page, `measure S` answers with the event loop's lag and
the processor time of so many seconds. It ends with its input. `--bare` shows an empty window of
Qt instead, for comparison.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from alarmstation import logs
from alarmstation.domain.errors import Unavailable
from alarmstation.locations import Home

if TYPE_CHECKING:  # loading it is a part of what is measured
    from alarmstation.console.application import Console
    from bench.lag import LagMeter


class FirstPaint(QObject):
    """Says once when a window was painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._said = False
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # of Qt
        """Paint has come: what it paints reaches the screen when this turn ends."""
        if event.type() == QEvent.Type.Paint and not self._said:
            self._said = True
            QTimer.singleShot(0, self, lambda: say("painted"))
        return False


def say(what: str, **facts: object) -> None:
    """A line for the benchmark, with the time."""
    print(json.dumps({"what": what, "at": time.time(), **facts}), flush=True)


class Obedience:
    """Does what the benchmark's lines say."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._meter: LagMeter | None = None

    def obey(self, line: str) -> None:
        """One line, on the loop of Qt."""
        word, _, rest = line.strip().partition(" ")
        session = self._console.session
        if word == "measure":
            self._measure(float(rest))
        elif session is None:
            say("refused", why="nobody is logged in")
        elif word == "device":
            session.open_device(int(rest))
        elif word == "page":
            session.workspace.open(rest)

    def _measure(self, seconds: float) -> None:
        from bench.lag import LagMeter  # noqa: PLC0415  # not a part of starting

        self._meter = LagMeter(seconds, self._measured)

    def _measured(self, lags: list[float], seconds: float, cpu_s: float) -> None:
        say("measured", lags=[round(lag, 6) for lag in lags], seconds=seconds, cpu_s=cpu_s)


def listen(obey: Callable[[str], object], ended: Callable[[], object]) -> None:
    """Hand on lines of the input from a thread of its own."""

    def read() -> None:
        for line in sys.stdin:
            obey(line)
        ended()

    threading.Thread(target=read, name="lines", daemon=True).start()


def show_bare() -> None:
    """An empty window until the input ends."""
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    FirstPaint(window)
    window.show()
    listen(lambda _: None, lambda: os._exit(0))
    app.exec()


async def live(home: Home, app: QApplication, name: str, password: str) -> None:
    """The real console until the input ends."""
    from alarmstation.console.application import Console  # noqa: PLC0415  # its import is measured

    console = Console(app, home.path, start_service=False, players=[])
    FirstPaint(console.window)
    console.start()
    loop = asyncio.get_running_loop()
    obedience = Obedience(console)
    listen(
        lambda line: loop.call_soon_threadsafe(obedience.obey, line),
        lambda: loop.call_soon_threadsafe(console.closed.set),
    )
    try:
        if name:
            await log_in(console, name, password)
        await console.closed.wait()
    finally:
        await console.stop()


async def log_in(console: Console, name: str, password: str) -> None:
    """As soon as the service is there."""
    while not console.closed.is_set():
        try:
            await console.login(name, password)
        except Unavailable:
            await asyncio.sleep(0.05)
        else:
            say("logged in")
            return


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--name", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--bare", action="store_true")
    args = parser.parse_args()
    if args.bare:
        show_bare()
        return
    from alarmstation.console.application import make_application  # noqa: PLC0415  # as above

    home = Home(args.home).create()
    logs.start("console", home.logs, "INFO")
    app = make_application()
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(live(home, app, args.name, args.password))


if __name__ == "__main__":
    main()
