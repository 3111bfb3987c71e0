"""What the console's tests share: a stage without a service, and eyes for what is left behind."""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from alarmstation import locations
from alarmstation.application.requests import Done, Reply, Request
from alarmstation.application.views import AlarmView, Delta, OperatorView
from alarmstation.console.application import make_application
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import LiveMirror
from alarmstation.console.preferences import Preferences
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.colours import DARK
from alarmstation.console.theme.style_sheet import dress
from alarmstation.console.viewmodels.alarm_actions import AlarmActions
from alarmstation.console.viewmodels.alarm_queue import AlarmQueue
from alarmstation.domain.errors import Unavailable, UserError
from tests.console.fake_station import NOW, a_snapshot, an_operator


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The program as the composition root makes it, in the dark theme."""
    app = make_application()
    dress(app, locations.resources() / "theme", DARK)
    return app


def collect() -> None:
    """Let everything go that is waiting to be deleted."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def no_leaks(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a window open or a timer running without an owner."""
    before = {id(widget) for widget in qapp.topLevelWidgets()}
    yield
    left, ticking = _left(qapp, before), _ticking()
    if left or ticking:  # collecting takes long, and is needed only when something is found
        collect()
        left, ticking = _left(qapp, before), _ticking()
    for widget in left:
        widget.deleteLater()
    assert not left, f"windows left open: {left}"
    assert not ticking, f"timers left running: {ticking}"


def _left(qapp: QApplication, before: set[int]) -> list[QWidget]:
    return [w for w in qapp.topLevelWidgets() if id(w) not in before and w.isVisible()]


def _ticking() -> list[QTimer]:
    return [
        timer
        for timer in gc.get_objects()
        if type(timer) is QTimer and _is_alive(timer) and timer.isActive() and _orphan(timer)
    ]


def _is_alive(thing: QObject) -> bool:
    try:
        thing.objectName()
    except RuntimeError:
        return False
    return True


def _orphan(timer: QTimer) -> bool:
    return timer.parent() is None and not timer.isSingleShot()


class Stage:
    """A console without a service: what is asked is kept, what is answered is set by the test."""

    def __init__(self, role: str = "guard", operator: OperatorView | None = None) -> None:
        self.time = NOW
        self.asked: list[Request] = []
        self.replies: dict[type[Request], Reply] = {}
        self.refusal: UserError | Unavailable | None = None
        self.failures: list[UserError | Unavailable] = []
        self.notices: list[str] = []
        self.opened: list[int] = []
        self.commanded: list[tuple[int, ...]] = []
        self.live = LiveMirror()
        self.live.snapshot_arrived(a_snapshot())
        self.appearance = Appearance()
        self.blink = Blink()
        self.queue = AlarmQueue(self.live)
        self.context = ConsoleContext(
            live=self.live,
            ask=self.ask,
            spawn=self.spawn,  # type: ignore[arg-type]
            history=lambda: None,
            operator=operator or an_operator(role),
            preferences=Preferences(),
            appearance=self.appearance,
            open_device=self.opened.append,
            open_command_for=self.commanded.append,
            notify=self.notices.append,
            now=lambda: self.time,
            zone=UTC,
        )
        self.actions = AlarmActions(self.context)

    async def ask(self, request: Request) -> Reply:
        """Keep the request."""
        self.asked.append(request)
        if self.refusal is not None:
            raise self.refusal
        return self.replies.get(type(request), Done())

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run to the end at once: `ask` never waits."""
        try:
            work.send(None)
        except StopIteration:
            return
        except (UserError, Unavailable) as error:
            self.failures.append(error)
        else:
            raise AssertionError("work waits for something that the stage does not have")

    def say(self, *alarms: AlarmView) -> None:
        """The service tells of alarms."""
        self.live.delta_arrived(Delta(alarms=alarms))

    def wait(self, seconds: float) -> datetime:
        """Let time pass."""
        self.time += timedelta(seconds=seconds)
        return self.time

    def close(self) -> None:
        """Let everything go."""
        for thing in (self.actions, self.queue, self.blink, self.live, self.appearance):
            thing.deleteLater()


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    """A stage with a guard on it."""
    del qapp
    one = Stage()
    yield one
    one.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests in a loop of their own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True
