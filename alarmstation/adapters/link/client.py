"""The console's side of the link: finds the service, speaks to it, comes back for ever.

A named state machine: CONNECTING (looking for the service) → CONNECTED (greeted; logged in once
somebody did) → LOST (what happened, since when; tries again by itself). The last `Login` is kept
in memory until `Logout`, so that a service that restarts at night finds its guard still there.

`asyncio.timeout` instead of `wait_for`: on Python 3.11 the latter loses a cancellation that comes
together with its result, and the task then runs for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from alarmstation.adapters.link import schema, token_file
from alarmstation.adapters.link.schema import LINK_VERSION, LinkError
from alarmstation.application.requests import (
    CreateFirstAdmin,
    ErrorReply,
    Hello,
    Login,
    Logout,
    Reply,
    Request,
    Session,
    Welcome,
)
from alarmstation.application.views import Delta, Snapshot
from alarmstation.domain.errors import Unavailable, UserError

log = logging.getLogger(__name__)

RETRY_S = 0.5
"""Pause between attempts; the service is on this machine, so trying costs nothing."""

FIRST_ADMIN_EXISTS = "account.exists"
"""Key of the service's refusal to make a second first administrator."""

LAST_LOOK_S = 0.2
"""Silence is believed only after this console has looked once more: when it was itself that
stood still, what the service said meanwhile lies in the socket."""

CONNECT_S = 2.0
ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Connecting:
    """No service was reached yet since this console started."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Connected:
    """The service answers. `session` is None until somebody is logged in."""

    since: datetime
    welcome: Welcome
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """The service was there and is not any more, or it refuses this console for good.

    `key` is one of "silent" (nothing heard), "closed", "refused" (`text` says why).
    """

    since: datetime
    key: str
    text: str


LinkState = Connecting | Connected | Lost


class LinkListener(Protocol):
    """Who is told what the service says. Called in the event loop, never concurrently."""

    def link_changed(self, state: LinkState) -> None:
        """The link's state changed."""
        ...

    def snapshot_arrived(self, snapshot: Snapshot) -> None:
        """Replace everything."""
        ...

    def delta_arrived(self, delta: Delta) -> None:
        """Something changed."""
        ...


class LinkClient:
    """One connection to the service, renewed for ever by `run`."""

    def __init__(
        self,
        token_path: Path,
        listener: LinkListener,
        console: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._token_path = token_path
        self._listener = listener
        self._console = console
        self._now = now
        self._state: LinkState = Connecting(now())
        self._writer: asyncio.StreamWriter | None = None
        self._has_greeted = False
        """`Hello` is on its way: the service closes the link of who asks before it."""
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._numbers = itertools.count(1)
        self._login: Login | None = None

    @property
    def state(self) -> LinkState:
        """The present state."""
        return self._state

    @property
    def remembers(self) -> bool:
        """Somebody is logged in, or will be again as soon as the service answers."""
        return self._login is not None

    async def run(self) -> None:
        """Connect, listen, and begin again when it breaks, until cancelled."""
        while True:
            try:
                await self._converse()
                self._lose("closed", "the service closed the link")
            except Unavailable as error:
                self._lose("closed", str(error))
            except TimeoutError:
                self._lose("silent", "the service is silent")
            except UserError as error:
                self._lose("refused", str(error))
            except (LinkError, OSError) as error:
                self._lose("closed", str(error))
            await asyncio.sleep(RETRY_S)

    async def request(self, request: Request) -> Reply:
        """Ask the service.

        Raises:
            UserError: refused; carries key, sentence and values of the `ErrorReply`.
            Unavailable: no service, or it did not answer.
        """
        self._has_greeted = self._has_greeted or isinstance(request, Hello)
        if self._writer is None or not self._has_greeted:
            raise Unavailable("the service is not connected")
        number = next(self._numbers)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(schema.request_frame(number, request))
            async with asyncio.timeout(ANSWER_S):
                reply = await answer
        except TimeoutError as error:
            raise Unavailable("the service does not answer") from error
        except OSError as error:
            raise Unavailable("the service is not connected") from error
        finally:
            self._waiting.pop(number, None)
        if isinstance(reply, ErrorReply):
            self._notice(reply)
            raise error_of(reply)
        self._remember(request, reply)
        return reply

    def _remember(self, request: Request, reply: Reply) -> None:
        if isinstance(reply, Session) and isinstance(request, Login | CreateFirstAdmin):
            self._login = Login(request.name, request.password)
        elif isinstance(request, Logout):
            self._login = None
        else:
            return
        if isinstance(self._state, Connected):
            session = reply if isinstance(reply, Session) else None
            welcome = self._state.welcome
            if session is not None:  # there is an account now: ask for a login after a logout
                welcome = replace(welcome, needs_first_admin=False)
            self._become(Connected(self._state.since, welcome, session))

    def _notice(self, refusal: ErrorReply) -> None:
        """Another console made the first account meanwhile: ask for a login from now on."""
        if refusal.key == FIRST_ADMIN_EXISTS and isinstance(self._state, Connected):
            welcome = replace(self._state.welcome, needs_first_admin=False)
            self._become(replace(self._state, welcome=welcome))

    async def _converse(self) -> None:
        file = token_file.read(self._token_path)
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", file.port, limit=4 * 1024 * 1024
            )
        self._writer, self._has_greeted = writer, False
        opening = asyncio.create_task(self._open(file.token), name="link greeting")
        listening = asyncio.create_task(self._listen(reader), name="link listener")
        try:
            done, _ = await asyncio.wait({opening, listening}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if opening in done:
                await listening
        finally:
            self._writer = None
            for task in (opening, listening):
                task.cancel()
            await asyncio.gather(opening, listening, return_exceptions=True)
            self._abandon()
            writer.close()
            with contextlib.suppress(OSError):
                writer.transport.abort()

    async def _open(self, token: str) -> None:
        since = self._now()
        welcome = await self._greet(token)
        self._become(Connected(since, welcome))
        while not welcome.ready:
            await asyncio.sleep(RETRY_S)
            welcome = await self._greet(token)
            if welcome.ready:
                self._become(Connected(since, welcome))
        if self._login is not None:
            try:
                await self.request(self._login)
            except UserError as error:
                # The account may have been closed meanwhile: the login form says so.
                self._login = None
                log.warning("link: the last login is not accepted any more: %s", error)
                self._become(self._state)

    async def _greet(self, token: str) -> Welcome:
        welcome = await self.request(Hello(token, LINK_VERSION, self._console))
        if not isinstance(welcome, Welcome):
            raise LinkError("no Welcome")
        return welcome

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            match await self._next_frame(reader):
                case None:
                    return
                case schema.DeltaFrame() as frame:
                    self._listener.delta_arrived(schema.delta_of(frame))
                case schema.SnapshotFrame() as frame:
                    self._listener.snapshot_arrived(schema.snapshot_of(frame))
                case schema.ReplyFrame(id=number) as frame:
                    answer = self._waiting.get(number)
                    if answer is not None and not answer.done():
                        answer.set_result(schema.reply_of(frame))
                case schema.HeartbeatFrame():
                    pass
                case schema.RequestFrame(name=name):
                    raise LinkError(f"the request {name} is not for a console")

    @staticmethod
    async def _next_frame(reader: asyncio.StreamReader) -> schema.Frame | None:
        """What the service says next; raises TimeoutError when it is silent."""
        reading = asyncio.ensure_future(schema.read_frame(reader, schema.MAX_UPDATE_BYTES))
        try:
            for patience_s in (schema.SILENCE_S - LAST_LOOK_S, LAST_LOOK_S):
                done, _ = await asyncio.wait({reading}, timeout=patience_s)
                if done:
                    return reading.result()
            raise TimeoutError
        finally:
            reading.cancel()

    def _abandon(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Unavailable("the service is not connected"))

    def _lose(self, key: str, text: str) -> None:
        match self._state:
            case Connected():
                log.warning("link: lost: %s", text)
                self._become(Lost(self._now(), key, text))
            case Lost(since=since, key=old) if key == "refused" != old:
                self._become(Lost(since, key, text))
            case Connecting(since=since) if key == "refused":
                log.warning("link: refused: %s", text)
                self._become(Lost(since, key, text))
            case _:
                pass

    def _become(self, state: LinkState) -> None:
        self._state = state
        self._listener.link_changed(state)


def error_of(reply: ErrorReply) -> UserError | Unavailable:
    """The `ErrorReply` as the error that it was in the service."""
    if reply.key == "unavailable":
        return Unavailable(reply.values.get("reason", reply.text))
    error = UserError(reply.key, reply.text)
    error.values = dict(reply.values)
    return error
