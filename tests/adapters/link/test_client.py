"""The console's side of the link, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest

from alarmstation.adapters.link import schema, token_file
from alarmstation.adapters.link.client import Connected, Connecting, Lost
from alarmstation.application.requests import (
    Acknowledge,
    CreateFirstAdmin,
    Done,
    Login,
    Logout,
    Welcome,
)
from alarmstation.domain.errors import Refused, Unavailable, UserError
from tests.adapters.link.conversing import a_console, a_service, until
from tests.conftest import ExpectedLog
from tests.console.fake_station import PASSWORD, FakeStation, a_snapshot, an_alarm


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the token file is."""
    return token_file.token_path(tmp_path)


async def test_it_waits_for_a_service_that_is_not_there_yet(
    path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost", optional=True)
    async with a_console(path) as (client, _):
        await asyncio.sleep(0)
        assert isinstance(client.state, Connecting)
        async with a_service(path):
            await until(lambda: isinstance(client.state, Connected))


async def test_it_asks_again_until_the_service_knows_its_accounts(path: Path) -> None:
    class Starting(FakeStation):
        greetings = 0

        async def answer(self, connection, request):  # type: ignore[no-untyped-def]
            reply = await super().answer(connection, request)
            if isinstance(reply, Welcome):
                self.greetings += 1
                return replace(reply, ready=self.greetings > 2)
            return reply

    async with a_service(path, Starting()), a_console(path) as (client, listener):
        await until(lambda: isinstance(client.state, Connected) and client.state.welcome.ready)
        greeted = [s.welcome.ready for s in listener.states if isinstance(s, Connected)]
        assert greeted == [False, True]


async def test_after_the_login_it_holds_session_and_snapshot(path: Path) -> None:
    async with a_service(path) as station, a_console(path) as (client, listener):
        await until(lambda: isinstance(client.state, Connected))
        await client.request(Login("ana", PASSWORD))
        await until(lambda: listener.snapshots)
        assert isinstance(client.state, Connected)
        assert client.state.session is not None
        assert client.state.session.operator.name == "ana"
        station.put_alarm(an_alarm())
        await until(lambda: listener.deltas)
        assert listener.deltas[0].alarms == (an_alarm(),)


async def test_a_refusal_comes_as_the_error_it_was(path: Path) -> None:
    async with a_service(path), a_console(path) as (client, _):
        await until(lambda: isinstance(client.state, Connected))
        with pytest.raises(UserError, match="wrong") as caught:
            await client.request(Login("ana", "nonsense"))
        assert caught.value.key == "login.wrong"


async def test_without_a_service_a_request_is_unavailable(path: Path) -> None:
    async with a_console(path) as (client, _):
        with pytest.raises(Unavailable):
            await client.request(Logout())


async def test_a_restarted_service_finds_its_guard_still_logged_in(
    path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost")
    async with a_console(path) as (client, listener):
        async with a_service(path):
            await until(lambda: isinstance(client.state, Connected))
            await client.request(Login("ana", PASSWORD))
        await until(lambda: isinstance(client.state, Lost))
        second = FakeStation(snapshot_now=a_snapshot(alarms=(an_alarm(),)))
        async with a_service(path, second):
            await until(lambda: len(listener.snapshots) == 2)
            assert listener.snapshots[1].alarms == (an_alarm(),)
            assert await client.request(Acknowledge("one", "x")) == Done()
            assert len(second.asked_for(Login)) == 1


async def test_after_a_logout_nobody_is_logged_in_again(
    path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost")
    async with a_console(path) as (client, _):
        async with a_service(path):
            await until(lambda: isinstance(client.state, Connected))
            await client.request(Login("ana", PASSWORD))
            await client.request(Logout())
            assert not client.remembers
        await until(lambda: isinstance(client.state, Lost))
        second = FakeStation()
        async with a_service(path, second):
            await until(lambda: isinstance(client.state, Connected))
            assert second.asked_for(Login) == []


async def test_a_request_under_way_is_unavailable_when_the_service_goes(
    path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost")

    class Silent(FakeStation):
        async def answer(self, connection, request):  # type: ignore[no-untyped-def]
            if isinstance(request, Acknowledge):
                await asyncio.Event().wait()
            return await super().answer(connection, request)

    async with a_console(path) as (client, _):
        async with a_service(path, Silent()):
            await until(lambda: isinstance(client.state, Connected))
            waiting = asyncio.create_task(client.request(Acknowledge("one")))
            await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await waiting
        await until(lambda: isinstance(client.state, Lost))


async def test_a_silent_service_is_lost_within_three_seconds(
    path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost: the service is silent")

    async def stuck(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frame = await schema.read_frame(reader, 100_000)
        assert isinstance(frame, schema.RequestFrame)
        welcome = await FakeStation().answer(None, schema.request_of(frame))  # type: ignore[arg-type]
        writer.write(schema.reply_frame(frame.id, welcome))
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(stuck, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    token_file.write(path, token_file.TokenFile(port, "t", 1))
    async with a_console(path) as (client, _):
        await until(lambda: isinstance(client.state, Connected))
        connected = client.state.since
        await until(lambda: isinstance(client.state, Lost))
        assert isinstance(client.state, Lost)
        assert client.state.key == "silent"
        assert (client.state.since - connected).total_seconds() < 3.0
        token_file.remove(path, "t")
    silent.close()


async def test_a_console_that_itself_stood_still_does_not_blame_the_service(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "SILENCE_S", 0.4)
    beats = 0
    ended = asyncio.Event()

    async def beating(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal beats
        frame = await schema.read_frame(reader, 100_000)
        assert isinstance(frame, schema.RequestFrame)
        welcome = await FakeStation().answer(None, schema.request_of(frame))  # type: ignore[arg-type]
        writer.write(schema.reply_frame(frame.id, welcome))
        while not reader.at_eof():
            writer.write(schema.pack(schema.HeartbeatFrame()))
            beats += 1
            await asyncio.sleep(0.05)
        writer.close()
        ended.set()

    server = await asyncio.start_server(beating, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    token_file.write(path, token_file.TokenFile(port, "t", 1))
    async with a_console(path) as (client, listener):
        await until(lambda: isinstance(client.state, Connected))
        time.sleep(0.6)  # noqa: ASYNC251  # the loop stands still, as under a long paint
        before = beats
        await until(lambda: beats > before + 3)
        assert not any(isinstance(state, Lost) for state in listener.states)
        token_file.remove(path, "t")
    await asyncio.wait_for(ended.wait(), 5)
    server.close()


async def test_a_refused_version_says_so_and_keeps_trying(
    path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "different versions")
    monkeypatch.setattr("alarmstation.adapters.link.client.LINK_VERSION", 999)
    async with a_service(path), a_console(path) as (client, _):
        await until(lambda: isinstance(client.state, Lost))
        assert isinstance(client.state, Lost)
        assert client.state.key == "refused"
        assert "different versions" in client.state.text
        monkeypatch.undo()
        await until(lambda: isinstance(client.state, Connected))


async def test_after_the_first_administrator_no_other_is_asked_for(path: Path) -> None:
    async with a_service(path, FakeStation(needs_first_admin=True)), a_console(path) as (client, _):
        await until(lambda: isinstance(client.state, Connected))
        assert isinstance(client.state, Connected)
        assert client.state.welcome.needs_first_admin
        await client.request(CreateFirstAdmin("eva", PASSWORD))
        await client.request(Logout())
        assert client.state.session is None
        assert not client.state.welcome.needs_first_admin


async def test_a_first_administrator_made_elsewhere_leads_to_the_login(path: Path) -> None:
    class Taken(FakeStation):
        async def answer(self, connection, request):  # type: ignore[no-untyped-def]
            if isinstance(request, CreateFirstAdmin):
                raise Refused("account.exists", "There is an administrator already; log in.")
            return await super().answer(connection, request)

    async with a_service(path, Taken(needs_first_admin=True)), a_console(path) as (client, _):
        await until(lambda: isinstance(client.state, Connected))
        with pytest.raises(UserError, match="already"):
            await client.request(CreateFirstAdmin("eva", PASSWORD))
        assert isinstance(client.state, Connected)
        assert not client.state.welcome.needs_first_admin


async def test_nothing_is_asked_before_the_greeting_however_eager_somebody_is(
    path: Path, expected_log: ExpectedLog
) -> None:
    """Whoever asks in the very moment of connecting waits until the console is greeted."""
    expected_log(logging.WARNING, "link: lost", optional=True)
    first: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frame = await schema.read_frame(reader, schema.MAX_GREETING_BYTES)
        first.append(getattr(frame, "name", ""))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    token_file.write(path, token_file.TokenFile(port, "token", 1))
    async with a_console(path) as (client, _):
        while not first:
            with contextlib.suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(0.01):
                    await client.request(Logout())
            await asyncio.sleep(0)
    server.close()
    assert first[0] == "Hello"
