"""Consoles and services of the link tests: real sockets, a fake station, deadlines not sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from alarmstation.adapters.link import schema, token_file
from alarmstation.adapters.link.client import LinkClient, LinkState
from alarmstation.adapters.link.server import LinkServer
from alarmstation.application.requests import Hello, Request
from alarmstation.application.views import Delta, Snapshot
from tests.console.fake_station import FakeStation

DEADLINE_S = 15.0


async def until(condition: Callable[[], object]) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


class Listener:
    """Keeps what the service said."""

    def __init__(self) -> None:
        self.states: list[LinkState] = []
        self.snapshots: list[Snapshot] = []
        self.deltas: list[Delta] = []

    def link_changed(self, state: LinkState) -> None:
        """Keep it."""
        self.states.append(state)

    def snapshot_arrived(self, snapshot: Snapshot) -> None:
        """Keep it."""
        self.snapshots.append(snapshot)

    def delta_arrived(self, delta: Delta) -> None:
        """Keep it."""
        self.deltas.append(delta)


@asynccontextmanager
async def a_service(path: Path, station: FakeStation | None = None) -> AsyncIterator[FakeStation]:
    """A fake station behind a real server."""
    station = station or FakeStation()
    server = LinkServer(station, path)
    station.server = server
    await server.start()
    try:
        yield station
    finally:
        await server.close()


@asynccontextmanager
async def a_console(path: Path) -> AsyncIterator[tuple[LinkClient, Listener]]:
    """A client that runs."""
    listener = Listener()
    client = LinkClient(path, listener, "test")
    running = asyncio.create_task(client.run())
    try:
        yield client, listener
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


class RawConsole:
    """A console that can misbehave."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, number: int, request: Request) -> None:
        """Send a request."""
        self.writer.write(schema.request_frame(number, request))
        await self.writer.drain()

    async def hear(self) -> schema.Frame | None:
        """The next frame that is no heartbeat."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                frame = await schema.read_frame(self.reader, schema.MAX_UPDATE_BYTES)
                if not isinstance(frame, schema.HeartbeatFrame):
                    return frame

    async def is_cut(self) -> bool:
        """Whether the service has let this connection go."""
        with suppress(OSError):
            async with asyncio.timeout(DEADLINE_S):
                while await self.reader.read(65536):
                    pass
        return True


@asynccontextmanager
async def a_raw_console(path: Path, *, greet: bool = True) -> AsyncIterator[RawConsole]:
    """A connection of our own making."""
    file = token_file.read(path)
    reader, writer = await asyncio.open_connection("127.0.0.1", file.port)
    console = RawConsole(reader, writer)
    try:
        if greet:
            await console.say(1, Hello(file.token, schema.LINK_VERSION, "raw"))
            assert isinstance(await console.hear(), schema.ReplyFrame)
        yield console
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
