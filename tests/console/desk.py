"""A console without a service: a mirror that tests feed, and a fake that answers wishes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alarmstation.adapters.link.client import Connected, Lost
from alarmstation.adapters.link.schema import LINK_VERSION
from alarmstation.application.ports import TimelineEntry, TrendPoint
from alarmstation.application.requests import (
    CommandsAccepted,
    Done,
    Reply,
    Request,
    SendCommand,
    Session,
    Welcome,
)
from alarmstation.application.views import (
    CommandView,
    Delta,
    DeviceView,
    SiteView,
    Snapshot,
    TrafficView,
)
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import LiveMirror
from alarmstation.console.preferences import Preferences
from alarmstation.console.theme.appearance import Appearance
from alarmstation.domain.errors import Unavailable, UserError
from tests.console.fake_station import a_health, an_operator
from tests.console.sample_views import NOW, a_site

SITES = (a_site(1, "Acme"), a_site(2, "North", 1), a_site(3, "South", 1))


@dataclass
class FakeHistory:
    """A `HistoryStore` that says what it is told to; `away` makes it unavailable."""

    points: dict[str, list[TrendPoint]] = field(default_factory=dict)
    holes: list[tuple[datetime, datetime]] = field(default_factory=list)
    entries: list[TimelineEntry] = field(default_factory=list)
    away: bool = False
    asked: list[str] = field(default_factory=list)

    def trend(
        self, device_id: int, metric: str, start: datetime, end: datetime
    ) -> Sequence[TrendPoint]:
        del device_id, start, end
        self._ask(metric)
        return self.points.get(metric, [])

    def gaps(
        self, device_id: int, start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime]]:
        del device_id, start, end
        self._ask("gaps")
        return self.holes

    def timeline(self, device_id: int, limit: int) -> Sequence[TimelineEntry]:
        del device_id
        self._ask("timeline")
        return self.entries[:limit]

    def closed_alarms(self, start: datetime, limit: int) -> Sequence[Any]:
        del start, limit
        return ()

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.away:
            raise Unavailable("the database is away")


class Desk:
    """A logged-in console with a context for pages. Wishes are answered at once."""

    def __init__(self, role: str = "admin", history: FakeHistory | None = None) -> None:
        self.live = LiveMirror()
        self.time = NOW
        self.history = history
        self.asked: list[Request] = []
        self.reply: Callable[[Request], Reply] = _accept
        self.failures: list[Exception] = []
        self.opened: list[tuple[str, object]] = []
        self.appearance = Appearance()
        operator = an_operator(role)
        self.context = ConsoleContext(
            live=self.live,
            ask=self._ask,
            spawn=self._spawn,
            history=lambda: self.history,
            operator=operator,
            preferences=Preferences(),
            appearance=self.appearance,
            open_device=lambda number: self.opened.append(("device", number)),
            open_command_for=lambda numbers: self.opened.append(("command", numbers)),
            notify=lambda text: self.opened.append(("notice", text)),
            now=lambda: self.time,
            zone=ZoneInfo("Europe/Madrid"),
        )
        welcome = Welcome(LINK_VERSION, "Acme", "0.1.0", False, "en", False)
        self.live.link_changed(Connected(NOW, welcome, Session(operator, "")))

    def show(
        self,
        *devices: DeviceView,
        sites: Sequence[SiteView] = SITES,
        commands: Sequence[CommandView] = (),
    ) -> None:
        """Send a snapshot."""
        self.live.snapshot_arrived(Snapshot(tuple(sites), devices, (), tuple(commands), a_health()))

    def tell(
        self,
        *devices: DeviceView,
        removed: Sequence[int] = (),
        commands: Sequence[CommandView] = (),
        traffic: Sequence[TrafficView] = (),
    ) -> None:
        """Send a delta, told at once instead of within 100 ms."""
        self.live.delta_arrived(
            Delta(
                devices=devices,
                removed_devices=tuple(removed),
                commands=tuple(commands),
                traffic=tuple(traffic),
            )
        )
        self.live._tell()  # the beat of the mirror, without waiting for it

    def lose_service(self) -> None:
        """The link breaks."""
        self.live.link_changed(Lost(self.time, "silent", "The service does not answer."))

    def asked_for(self, kind: type) -> list[Any]:
        """Requests of one class."""
        return [request for request in self.asked if isinstance(request, kind)]

    async def _ask(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.reply(request)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            asyncio.run(work)
        except (UserError, Unavailable) as error:
            self.failures.append(error)


def _accept(request: Request) -> Reply:
    if isinstance(request, SendCommand):
        return CommandsAccepted(tuple(f"r{number}" for number in request.device_ids))
    return Done()
