"""The console of a demonstration: opened for a person, or drilled and photographed."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import qasync
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from alarmstation.adapters.link.client import Connected
from alarmstation.application.requests import CommandsAccepted, SendCommand
from alarmstation.application.views import AlarmView, DeviceView, LedgerView
from alarmstation.console import preferences
from alarmstation.console.application import Console, make_application
from alarmstation.console.session import ConsoleSession
from alarmstation.demonstration import scene
from alarmstation.demonstration.children import Simulators
from alarmstation.domain.errors import Unavailable
from alarmstation.locations import Home

Say = Callable[[str], None]

OPERATOR = scene.ADMIN
NOTE = "Drill: nobody in danger, button tested"
SIZE = (1440, 900)
WEATHER_EVERY_S = 30.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stage:
    """What the console of a demonstration is given."""

    home: Home
    simulator: Simulators
    pictures: Path
    theme: str
    language: str
    """Empty: as it was."""
    drill: bool


def run(stage: Stage, say: Say) -> int:
    """Open the console; with a drill, end after it. 0 when everything worked."""
    before = preferences.load(stage.home.path)
    language = stage.language or before.language
    preferences.save(stage.home.path, replace(before, theme=stage.theme, language=language))
    app = make_application()
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        console = Console(app, stage.home.path, start_service=False)
        loop.run_until_complete(_perform(console, stage, say))
    return 0


async def _perform(console: Console, stage: Stage, say: Say) -> None:
    console.start()
    weather = asyncio.create_task(_weather(stage))
    try:
        await _until(
            lambda: isinstance(console.client.state, Connected), "the console's connection"
        )
        await console.login(OPERATOR, scene.PASSWORD)
        if stage.drill:
            await Drill(console, stage, say).perform()
        else:
            names = ", ".join([scene.ADMIN, *(name for name, _, _ in scene.ACCOUNTS)])
            say(f"the console is open; accounts: {names}; password: {scene.PASSWORD}")
            await console.closed.wait()
    finally:
        weather.cancel()
        await console.stop()


async def _weather(stage: Stage) -> None:
    """The units that run the firmware have no climate of their own."""
    while True:
        await asyncio.sleep(WEATHER_EVERY_S)
        try:
            await asyncio.to_thread(stage.simulator.give_weather, time.time())
        except Unavailable as error:
            log.warning("the units get no weather: %s", error)
            return


async def _until(condition: Callable[[], object], what: str, timeout_s: float = 20.0) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    while not condition():
        if loop.time() > deadline:
            raise Unavailable(f"{what} did not happen within {timeout_s:.0f} s")
        await asyncio.sleep(0.01)


class Drill:
    """One panic on the real path, handled by keyboard, and a command that is seen carried out."""

    def __init__(self, console: Console, stage: Stage, say: Say) -> None:
        self._console = console
        self._stage = stage
        self._say = say
        self._taken: list[Path] = []

    async def perform(self) -> None:
        """Drill, photograph, print and write the summary."""
        console = self._console
        stage = self._stage
        stage.pictures.mkdir(parents=True, exist_ok=True)
        console.window.resize(*SIZE)
        live = console.live
        await _until(
            lambda: (
                len(live.devices) >= scene.UNITS
                and all(d.comm_state == "online" for d in live.devices.values())
            ),
            "all units' first heartbeat",
            30,
        )
        self._say("all units are online")
        await _until(
            lambda: live.health is not None and live.health.path_proven_at is not None,
            "the proof of the alarm path by a test alarm",
            30,
        )
        self._say("the alarm path is proven by a test alarm")
        device = sorted(live.devices.values(), key=lambda d: d.host)[0]
        pressed = await asyncio.to_thread(stage.simulator.tell, "press", device.host, "panic1")
        alarm = await self._see(device)
        await self._picture(self._session.popup, "popup")
        await self._picture(console.window, "main")
        alarm = await self._handle(device, alarm)
        await asyncio.to_thread(stage.simulator.tell, "release", device.host, "panic1")
        await asyncio.to_thread(stage.simulator.tell, "wait", device.host, "receipt", "15")
        self._say("the unit has its receipt")
        await self._command(device)
        await self._detail(device)
        stored = await self._stored(device, alarm.raised_at)
        self._summary(alarm, float(pressed["at"]), stored)

    @property
    def _session(self) -> ConsoleSession:
        session = self._console.session
        assert session is not None
        return session

    async def _see(self, device: DeviceView) -> AlarmView:
        popup = self._session.popup
        await _until(lambda: popup.isVisible() and self._alarm(device), "the popup")
        await _until(lambda: self._alarm_now(device).ledger.painted_at, "the popup's painting")
        await _until(lambda: self._alarm_now(device).stored, "storing the alarm")
        self._say("the popup is on screen and the alarm is stored")
        return self._alarm_now(device)

    async def _handle(self, device: DeviceView, alarm: AlarmView) -> AlarmView:
        """T, A, a note, Enter: as a guard does."""
        popup = self._session.popup
        self._press(popup, Qt.Key.Key_T)
        await _until(lambda: self._alarm_now(device).claimed_by, "taking the alarm")
        self._press(popup, Qt.Key.Key_A)
        await asyncio.sleep(0.05)
        target = QApplication.focusWidget() or popup
        QTest.keyClicks(target, NOTE)
        self._press(target, Qt.Key.Key_Return)
        await _until(lambda: self._alarm_now(device).acknowledged, "the acknowledgment")
        self._say(f"acknowledged by keyboard by {self._alarm_now(device).acknowledged_by}")
        return self._alarm_now(device)

    async def _command(self, device: DeviceView) -> None:
        console = self._console
        console.open_command_for((device.id,))
        fields: dict[str, str | int | float | bool] = {"pattern": "pulse", "total_duration": 5}
        reply = await console.client.request(SendCommand((device.id,), "turret", fields))
        assert isinstance(reply, CommandsAccepted)
        (request_id,) = reply.request_ids
        await _until(
            lambda: (c := console.live.commands.get(request_id)) and c.state == "OBSERVED",
            "the turret light seen on",
        )
        self._say("a command was seen carried out (turret light, OBSERVED)")
        await self._picture(console.window, "commands")

    async def _detail(self, device: DeviceView) -> None:
        console = self._console
        console.open_device(device.id)
        await asyncio.sleep(1.5)  # the chart reads a day of history
        await self._picture(console.window, "detail")

    async def _stored(self, device: DeviceView, since: datetime) -> list[str]:
        """What the database says of this alarm, oldest first."""
        history = self._session.context.history()
        if history is None:
            raise Unavailable("the console has no way to the database")
        entries = await asyncio.to_thread(history.timeline, device.id, 50)
        told = [entry for entry in entries if entry.kind == "alarm" and entry.at >= since]
        texts = [entry.text for entry in reversed(told)]
        if not any("acknowledged" in text for text in texts):
            raise Unavailable("the acknowledgment is not in the database")
        return texts

    def _alarm(self, device: DeviceView) -> AlarmView | None:
        alarms = self._console.live.alarms.values()
        return next((a for a in alarms if a.device_id == device.id and a.state != "A"), None)

    def _alarm_now(self, device: DeviceView) -> AlarmView:
        alarm = self._alarm(device)
        if alarm is None:
            raise Unavailable("the drilled alarm is gone")
        return alarm

    @staticmethod
    def _press(target: QObject, key: Qt.Key) -> None:
        assert isinstance(target, QWidget)
        QTest.keyClick(target, key)

    async def _picture(self, window: QWidget, name: str) -> None:
        await asyncio.sleep(0.3)  # let timers paint what has just come
        path = self._stage.pictures / f"{name}.png"
        if not window.grab().save(str(path)):
            raise Unavailable(f"{path} cannot be written")
        self._taken.append(path)

    def _summary(self, alarm: AlarmView, pressed_at: float, stored: list[str]) -> None:
        ways = latencies(alarm.ledger, pressed_at)
        lines = [f"Alarm {alarm.kind} of {alarm.device_name}, {alarm.place}"]
        lines += [f"  {name:<28} {ms:8.1f} ms after the press" for name, ms in ways.items()]
        if alarm.ledger.sounded_at is None:
            lines.append("  sound                        none: this machine has no sound device")
        lines.append(f"In the database: {'; '.join(stored)}")
        lines += [f"Picture: {path}" for path in self._taken]
        print("\n".join(lines), flush=True)  # noqa: T201  # the demonstration's result
        summary = {
            "alarm": alarm.id,
            "unit": alarm.host,
            "acknowledged_by": alarm.acknowledged_by,
            "note": alarm.note,
            "milliseconds": ways,
            "in_database": stored,
        }
        file = self._stage.pictures / "summary.json"
        file.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")


def latencies(ledger: LedgerView, pressed_at: float) -> dict[str, float]:
    """Milliseconds from the press to each station of the alarm's way, as far as it came."""
    stations = {
        "received": ledger.received_at,
        "decided": ledger.decided_at,
        "popup painted": ledger.painted_at,
        "sound started": ledger.sounded_at,
        "committed": ledger.committed_at,
        "claimed": ledger.claimed_at,
        "acknowledged": ledger.acknowledged_at,
    }
    return {
        name: round((at.timestamp() - pressed_at) * 1000, 1)
        for name, at in stations.items()
        if at is not None
    }
