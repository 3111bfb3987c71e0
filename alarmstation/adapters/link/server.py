"""The service's side of the link: lets consoles in, carries requests, never waits for anybody.

It decides nothing about alarms or people: that is the `LinkHost`. What a console did not read
yet is merged (`PendingDelta`), and written by a task of its own per connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from alarmstation.adapters.link import schema, token_file
from alarmstation.adapters.link.pending import PendingDelta
from alarmstation.adapters.link.schema import LINK_VERSION, LinkError
from alarmstation.application.requests import (
    ErrorReply,
    Hello,
    Logout,
    Reply,
    Request,
    Session,
)
from alarmstation.application.views import Delta, Snapshot
from alarmstation.domain.errors import Conflict, Unavailable, UserError

log = logging.getLogger(__name__)

GREETING_S = 5.0
"""A connection that has not said a valid `Hello` by then is closed."""

STUCK_S = 20.0
"""A console that reads nothing for this long is cut off and may come back for a snapshot."""

MAX_WAITING = 50_000
"""Views that wait for one console before it is cut off (10,000 units never reach this)."""

MAX_REPLIES = 256
"""Replies that wait for one console before it is cut off."""

MAX_RUNNING = 32
"""Requests of one connection that are worked on at a time."""


class LinkHost(Protocol):
    """Who answers the consoles: the service."""

    async def answer(self, connection: Connection, request: Request) -> Reply:
        """Decide and carry out a request. The server has checked token and version of `Hello`.

        A `Session` as reply opens the stream: the server calls `snapshot` at once, in the same
        step, and sends deltas from then on. A `UserError` raised here becomes its `ErrorReply`,
        `Unavailable` and `Conflict` too.
        """
        ...

    def snapshot(self, connection: Connection) -> Snapshot:
        """Everything that the operator of this connection may see, now."""
        ...

    def closed(self, connection: Connection) -> None:
        """The connection is gone (claims may lapse, traffic need not be watched any more)."""
        ...


class Connection:
    """One console. The host keeps its own state in `session` and `traffic_device`."""

    def __init__(self, number: int, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.console = ""
        """What the console calls itself."""
        self.session: object | None = None
        """The host's: who is logged in."""
        self.operator_name: str | None = None
        """The host's: account name of who is logged in."""
        self.traffic_device = 0
        """The host's: device whose traffic this console watches; 0: none."""
        self.greeted = False
        self.live = False
        """A snapshot was sent; deltas follow."""
        self._writer = writer
        self._frames: list[bytes] = []
        self._pending = PendingDelta()
        self._wake = asyncio.Event()

    def __repr__(self) -> str:
        return f"<console {self.number} {self.console!r} of {self.operator_name!r}>"

    def send(self, delta: Delta) -> None:
        """Say what changed, as soon as the console reads it. Never blocks."""
        if not self.live:
            return
        self._pending.add(delta)
        if self._pending.size > MAX_WAITING:
            self.cut("it reads too slowly")
        self._wake.set()

    def announce(self, delta: Delta) -> None:
        """Say how the station is, also while nobody is logged in."""
        self._pending.add(delta)
        self._wake.set()

    def reply(self, number: int, reply: Reply) -> None:
        """Answer request `number`."""
        self._frames.append(schema.reply_frame(number, reply))
        if len(self._frames) > MAX_REPLIES:
            self.cut("it reads no replies")
        self._wake.set()

    def refuse(self, number: int, reply: ErrorReply) -> None:
        """Answer at once, before the connection is closed."""
        self._writer.write(schema.reply_frame(number, reply))

    def open_stream(self, snapshot: Snapshot) -> None:
        """Send everything; deltas from here on."""
        self._pending.forget()
        self._frames.append(schema.snapshot_frame(snapshot))
        self.live = True
        self._wake.set()

    def close_stream(self) -> None:
        """No more deltas: nobody is logged in."""
        self.live = False
        self._pending.forget()

    def cut(self, reason: str) -> None:
        """Close at once, without waiting for what was not read."""
        if self._writer.transport is not None and not self._writer.transport.is_closing():
            log.warning("link: %r is cut off: %s", self, reason)
            self._writer.transport.abort()

    async def write(self) -> None:
        """Write what waits until cancelled; a heartbeat when there was nothing for a second."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(schema.HEARTBEAT_S):
                    await self._wake.wait()
            self._wake.clear()
            frames, self._frames = self._frames, []
            if self._pending.changed:
                frames.append(schema.delta_frame(self._pending.take()))
            if not frames:
                frames.append(schema.pack(schema.HeartbeatFrame()))
            self._writer.writelines(frames)
            try:
                async with asyncio.timeout(STUCK_S):
                    await self._writer.drain()
            except TimeoutError:
                self.cut("it reads nothing")
                return


class LinkServer:
    """Listens on loopback for the consoles of this machine's owner."""

    def __init__(self, host: LinkHost, token_file: Path, port: int = 0) -> None:
        self._host = host
        self._token_file = token_file
        self._wanted_port = port
        self._token = secrets.token_hex(32)
        self._server: asyncio.Server | None = None
        self._connections: dict[int, Connection] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    @property
    def port(self) -> int:
        """Where it listens; 0 before `start`."""
        if self._server is None:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Consoles that said a valid `Hello`."""
        return tuple(c for c in self._connections.values() if c.greeted)

    async def start(self) -> None:
        """Listen, and write the token file.

        Raises:
            UserError: the port is taken, or the file cannot be written.
        """
        try:
            self._server = await asyncio.start_server(
                self._accept, "127.0.0.1", self._wanted_port, limit=1024 * 1024
            )
        except OSError as error:
            raise UserError(
                "link.port-busy",
                "Port {port} for consoles cannot be opened: {problem}. Set link.port to 0 or to "
                "a free port.",
                port=self._wanted_port,
                problem=error.strerror or error,
            ) from error
        try:
            token_file.write(
                self._token_file, token_file.TokenFile(self.port, self._token, os.getpid())
            )
        except OSError as error:
            await self.close()
            raise UserError(
                "link.token-unwritable",
                "{file} cannot be written: {problem}. Consoles cannot find the service without it.",
                file=self._token_file,
                problem=error.strerror or error,
            ) from error
        log.info("link: listening on 127.0.0.1:%d", self.port)

    async def close(self) -> None:
        """Take the token file away and let all consoles go."""
        token_file.remove(self._token_file, self._token)
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._server = None

    def publish(self, delta_for: Callable[[Connection], Delta | None]) -> None:
        """Give every console that is logged in what `delta_for` says it may see of a change."""
        for connection in tuple(self._connections.values()):
            if connection.live:
                delta = delta_for(connection)
                if delta is not None:
                    connection.send(delta)

    def announce(self, delta: Delta) -> None:
        """Tell every console, also those in which nobody is logged in, how the station is.

        `delta` holds nothing that only an operator may see: health.
        """
        for connection in self.connections:
            connection.announce(delta)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._count += 1
        connection = Connection(self._count, writer)
        self._connections[connection.number] = connection
        sender = asyncio.create_task(connection.write(), name=f"link writer {connection.number}")
        try:
            await self._converse(connection, reader)
        except LinkError as error:
            log.warning("link: %r is closed: %s", connection, error)
        except (OSError, asyncio.CancelledError):
            pass  # gone, or the server closes
        finally:
            self._tasks.discard(task)
            del self._connections[connection.number]
            connection.close_stream()
            self._host.closed(connection)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            await _close(writer)

    async def _converse(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        if not await self._greet(connection, reader):
            return
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                frame = await schema.read_frame(reader, schema.MAX_REQUEST_BYTES)
                if frame is None:
                    return
                number, request = _request(frame)
                task = asyncio.create_task(self._carry_out(connection, number, request))
                running.add(task)
                task.add_done_callback(running.discard)
                if len(running) >= MAX_RUNNING:
                    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in running:
                task.cancel()

    async def _greet(self, connection: Connection, reader: asyncio.StreamReader) -> bool:
        try:
            async with asyncio.timeout(GREETING_S):
                frame = await schema.read_frame(reader, schema.MAX_GREETING_BYTES)
        except TimeoutError as error:
            raise LinkError("it said no Hello") from error
        if frame is None:
            return False
        number, hello = _request(frame)
        if not isinstance(hello, Hello):
            raise LinkError(f"it asked for {type(hello).__name__} before Hello")
        refusal = self._refusal(hello)
        if refusal is not None:
            log.warning("link: %r is refused: %s", connection, refusal.text)
            connection.refuse(number, refusal)
            return False
        connection.console = hello.console[:60]
        connection.greeted = True
        await self._carry_out(connection, number, hello)
        return True

    def _refusal(self, hello: Hello) -> ErrorReply | None:
        if not secrets.compare_digest(hello.token.encode(), self._token.encode()):
            return ErrorReply(
                "link.token", "The service does not accept this console: its token is not valid."
            )
        if hello.link_version != LINK_VERSION:
            return ErrorReply(
                "link.version",
                f"Console and service are of different versions (link {hello.link_version} and "
                f"{LINK_VERSION}). Update both to the same version and start the console again.",
                {"console": str(hello.link_version), "service": str(LINK_VERSION)},
            )
        return None

    async def _carry_out(self, connection: Connection, number: int, request: Request) -> None:
        reply = await self._answer(connection, request)
        connection.reply(number, reply)
        if isinstance(reply, Session):
            try:
                connection.open_stream(self._host.snapshot(connection))
            except Exception:
                # Without a snapshot the console would show nothing and look calm.
                log.exception("link: no snapshot for %r", connection)
                connection.cut("it got no snapshot")
        elif isinstance(request, Logout) and not isinstance(reply, ErrorReply):
            connection.close_stream()

    async def _answer(self, connection: Connection, request: Request) -> Reply:
        try:
            return await self._host.answer(connection, request)
        except UserError as error:
            values = {key: str(value) for key, value in error.values.items()}
            return ErrorReply(error.key, str(error), values)
        except Unavailable as error:
            return ErrorReply("unavailable", f"Not possible now: {error}.", {"reason": str(error)})
        except Conflict as error:
            return ErrorReply("conflict", f"Somebody else was faster: {error}.")
        except Exception:
            # A bug in one request must not take the link of this console, or the service, down.
            log.exception("link: %s of %r failed", type(request).__name__, connection)
            return ErrorReply(
                "bug", "The service could not do this because of an error in it; see its log."
            )


async def _close(writer: asyncio.StreamWriter) -> None:
    """Close after what was written has left, but never wait long for a stuck reader."""
    writer.close()
    try:
        async with asyncio.timeout(1.0):
            await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.CancelledError):
        writer.transport.abort()


def _request(frame: schema.Frame) -> tuple[int, Request]:
    if not isinstance(frame, schema.RequestFrame):
        raise LinkError(f"{type(frame).__name__} is not for a service")
    return frame.id, schema.request_of(frame)
