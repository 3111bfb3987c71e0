"""The doors of a station without broker and database: consoles over a real link."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from alarmstation.adapters.link.client import LinkClient
from alarmstation.adapters.link.server import LinkServer
from alarmstation.application.requests import (
    CreateFirstAdmin,
    ImportUnits,
    Login,
    Reply,
    Request,
    SaveOperator,
)
from alarmstation.application.views import HealthView
from alarmstation.domain.errors import Unavailable
from alarmstation.service.clock import utc_now
from alarmstation.service.consoles import Consoles
from tests.application.builders import Site
from tests.service.living import Mirror, eventually

PASSWORD = "a long password"


class PlainHasher:
    """Passwords as they are: argon2 has its own tests."""

    def hash(self, password: str) -> str:
        return password

    def verify(self, password_hash: str, password: str) -> bool:
        return bool(password_hash) and password_hash == password


class Doors:
    """A site under test whose station answers consoles. `tell` sends what changed."""

    def __init__(self, folder: Path) -> None:
        self.site = Site()
        self.site.now = utc_now()
        self.site.station.listening(self.site.now)
        self.token_file = folder / "link.json"
        self.watched: set[str] = set()
        self.deleted: list[int] = []
        self.shown_canaries: list[int] = []
        self.accounts_known = True
        self.database_read = True
        self.consoles = Consoles(
            self.site.station,
            PlainHasher(),
            language="",
            demonstration=False,
            health=health,
            history_dsn=lambda: "",
            accounts_known=lambda: self.accounts_known,
            may_begin=lambda: self.database_read,
            delete_device=self._delete,
            import_accounts=self._import,
            on_canary=lambda number, _: self.shown_canaries.append(number),
            on_session=lambda: None,
            on_work=lambda: None,
            on_watched=self._watch,
        )
        self.server = LinkServer(self.consoles, self.token_file)
        self.consoles.server = self.server

    def _watch(self, hosts: set[str]) -> None:
        self.watched = hosts

    async def _delete(self, device_id: int) -> None:
        self.deleted.append(device_id)

    async def _import(self, request: ImportUnits) -> None:
        del request

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Visitor]:
        """The doors are open; gives the console of the first administrator."""
        await self.server.start()
        try:
            async with self.console() as ada:
                await ada.ask(CreateFirstAdmin("ada", PASSWORD))
                yield ada
        finally:
            await self.server.close()

    @contextlib.asynccontextmanager
    async def console(self) -> AsyncIterator[Visitor]:
        """A console in which nobody is logged in yet."""
        mirror = Mirror()
        client = LinkClient(self.token_file, mirror, "test")
        listening = asyncio.create_task(client.run())
        try:
            yield Visitor(client, mirror)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening

    @contextlib.asynccontextmanager
    async def visitor(
        self, ada: Visitor, name: str, role: str, *site_ids: int
    ) -> AsyncIterator[Visitor]:
        """A console of somebody with a new account."""
        await ada.ask(SaveOperator(name, role, password=PASSWORD, site_ids=site_ids))
        async with self.console() as visitor:
            await visitor.ask(Login(name, PASSWORD))
            await eventually(lambda: visitor.mirror.health)
            yield visitor

    def tell(self) -> None:
        """Send what changed, as the service does."""
        self.consoles.show_alarms()
        self.consoles.show_devices()


class Visitor:
    """One console."""

    def __init__(self, client: LinkClient, mirror: Mirror) -> None:
        self.client = client
        self.mirror = mirror

    async def ask(self, request: Request) -> Reply:
        """The reply; raises what the console would show."""
        for _ in range(500):
            try:
                return await self.client.request(request)
            except Unavailable as error:
                if "connect" not in str(error):
                    raise
                await asyncio.sleep(0.01)
        raise AssertionError("the service never answered")


def health() -> HealthView:
    """That of a station of which nothing is known."""
    return HealthView(
        at=utc_now(),
        conditions=(),
        path_proven_at=None,
        listening_since=None,
        unheard_from=None,
        unheard_until=None,
        database_edition="",
        messages_per_s=0,
        received_total=0,
        stored_rows=0,
        received_samples=0,
        waiting_rows=0,
        dropped_samples=0,
        demonstration_broker=False,
    )
