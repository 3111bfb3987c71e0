"""The console as it is, in its own process, that also says what a benchmark wants to know.

`python -m bench.watched_console --home HOME [--name N --password P] [--bare]`. It prints lines of
JSON: when the window was first painted, when somebody is logged in, when an alarm was seen in the
popup, when one was acknowledged. Lines on its input: `device ID` opens a unit, `page NAME` a page,
`acknowledge ALARM` does so, `measure S` answers with the event loop's lag, the processor time and
the unit changes of so many seconds. It ends with its input. `--bare` shows an empty window of Qt
instead, for comparison.
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
from alarmstation.application.requests import Acknowledge
from alarmstation.domain.errors import Unavailable
from alarmstation.locations import Home

if TYPE_CHECKING:  # loading it is a part of what is measured
    from datetime import datetime

    from alarmstation.console.application import Console
    from alarmstation.console.live import AlarmsChanged, DevicesChanged
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
        self._changes = self._changes_before = 0
        self._acknowledged: set[str] = set()
        console.live.devices_changed.connect(self._on_devices)
        console.live.alarms_changed.connect(self._on_alarms)

    def attend_popup(self) -> None:
        """Say what the popup proves to have shown: what the console reports to the service."""
        assert self._console.session is not None
        self._console.session.popup.seen.connect(self._on_seen)

    def _on_seen(self, fact: tuple[str, datetime]) -> None:
        alarm_id, at = fact
        alarm = self._console.live.alarms[alarm_id]
        say("seen", alarm=alarm_id, host=alarm.host, painted_at=at.timestamp())

    def _on_alarms(self, change: AlarmsChanged) -> None:
        for alarm in (*change.changed, *change.closed):
            if alarm.acknowledged and alarm.id not in self._acknowledged:
                self._acknowledged.add(alarm.id)
                say("acknowledged", alarm=alarm.id, host=alarm.host)

    def _on_devices(self, change: DevicesChanged) -> None:
        self._changes += len(change.changed)

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
        elif word == "acknowledge":
            request = self._console.client.request(Acknowledge(rest, "bench"))
            self._console.tasks.spawn(request)

    def _measure(self, seconds: float) -> None:
        from bench.lag import LagMeter  # noqa: PLC0415  # not a part of starting

        self._changes_before = self._changes
        self._meter = LagMeter(seconds, self._measured)

    def _measured(self, lags: list[float], seconds: float, cpu_s: float) -> None:
        changes = self._changes - self._changes_before
        rounded = [round(lag, 6) for lag in lags]
        say("measured", lags=rounded, seconds=seconds, cpu_s=cpu_s, changes=changes)


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
            obedience.attend_popup()
            say("logged in")
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
