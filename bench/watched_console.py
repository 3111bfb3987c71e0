"""The console as it is, in its own process, that also says when its window was first painted.

`python -m bench.watched_console --home HOME [--name N --password P] [--bare]`. It prints a line
of JSON when the window was painted, one when somebody is logged in, and ends with its input.
`--bare` shows an empty window of Qt instead, for comparison.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path

import qasync
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from alarmstation import logs
from alarmstation.domain.errors import Unavailable
from alarmstation.locations import Home


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


def say(what: str) -> None:
    """A line for the benchmark, with the time."""
    print(json.dumps({"what": what, "at": time.time()}), flush=True)


def show_bare() -> None:
    """An empty window until the input ends."""
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    FirstPaint(window)
    window.show()
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    app.exec()


async def live(home: Home, app: QApplication, name: str, password: str) -> None:
    """The real console until the input ends."""
    from alarmstation.console.application import Console  # noqa: PLC0415  # its import is measured

    console = Console(app, home.path, start_service=False, players=[])
    FirstPaint(console.window)
    console.start()
    loop = asyncio.get_running_loop()
    ended = lambda: (sys.stdin.read(), loop.call_soon_threadsafe(console.closed.set))  # noqa: E731
    threading.Thread(target=ended, daemon=True).start()
    try:
        while name and not console.closed.is_set():
            try:
                await console.login(name, password)
            except Unavailable:
                await asyncio.sleep(0.05)
                continue
            say("logged in")
            break
        await console.closed.wait()
    finally:
        await console.stop()


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
