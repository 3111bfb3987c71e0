"""The service's side of the link, over real sockets."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from alarmstation.adapters.link import schema, server, token_file
from alarmstation.adapters.link.server import Connection, LinkServer
from alarmstation.application.requests import (
    Acknowledge,
    ErrorReply,
    Hello,
    Login,
    Logout,
    Reply,
    Request,
    Session,
)
from alarmstation.application.views import Delta
from alarmstation.domain.errors import Unavailable, UserError
from tests.adapters.link.conversing import a_raw_console, a_service, until
from tests.conftest import ExpectedLog
from tests.console.fake_station import PASSWORD, FakeStation, a_device, an_alarm


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the token file is."""
    return token_file.token_path(tmp_path)


def reply(frame: schema.Frame | None) -> Reply:
    """The reply in a frame."""
    assert isinstance(frame, schema.ReplyFrame)
    return schema.reply_of(frame)


async def test_a_login_is_answered_then_comes_the_snapshot_then_deltas(path: Path) -> None:
    async with a_service(path) as station, a_raw_console(path) as console:
        await console.say(2, Login("ana", PASSWORD))
        assert isinstance(reply(await console.hear()), Session)
        frame = await console.hear()
        assert isinstance(frame, schema.SnapshotFrame)
        assert schema.snapshot_of(frame) == station.snapshot_now
        station.put_alarm(an_alarm())
        frame = await console.hear()
        assert isinstance(frame, schema.DeltaFrame)
        assert schema.delta_of(frame).alarms == (an_alarm(),)


async def test_nobody_sees_anything_before_the_login(path: Path) -> None:
    async with a_service(path) as station, a_raw_console(path) as console:
        station.put_alarm(an_alarm())
        await console.say(2, Login("ana", "wrong"))
        answer = reply(await console.hear())
        assert isinstance(answer, ErrorReply)
        assert answer.key == "login.wrong"


async def test_nobody_sees_anything_after_the_logout(path: Path) -> None:
    async with a_service(path) as station, a_raw_console(path) as console:
        await console.say(2, Login("ana", PASSWORD))
        await console.hear()
        await console.hear()
        await console.say(3, Logout())
        await console.hear()
        station.put_alarm(an_alarm())
        await console.say(4, Acknowledge("one"))
        answer = reply(await console.hear())
        assert isinstance(answer, ErrorReply)


async def test_a_wrong_token_is_refused_and_let_go(path: Path, expected_log: ExpectedLog) -> None:
    expected_log(logging.WARNING, "token is not valid")
    async with a_service(path) as station, a_raw_console(path, greet=False) as console:
        await console.say(1, Hello("0" * 64, schema.LINK_VERSION, "thief"))
        answer = reply(await console.hear())
        assert isinstance(answer, ErrorReply)
        assert answer.key == "link.token"
        assert await console.is_cut()
        assert station.asked == []


async def test_another_version_is_told_both_numbers(path: Path, expected_log: ExpectedLog) -> None:
    expected_log(logging.WARNING, "different versions")
    async with a_service(path), a_raw_console(path, greet=False) as console:
        await console.say(1, Hello(token_file.read(path).token, 999, "old"))
        answer = reply(await console.hear())
        assert isinstance(answer, ErrorReply)
        assert answer.key == "link.version"
        assert answer.values == {"console": "999", "service": str(schema.LINK_VERSION)}


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00\x00\x00\x02\xc1\xc1",
        b"\xff\xff\xff\xff",
        schema.pack(schema.HeartbeatFrame()),
        schema.request_frame(1, Logout()),
    ],
)
async def test_what_is_no_greeting_closes_that_connection_with_one_line(
    path: Path, garbage: bytes, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "is closed: ")
    async with a_service(path), a_raw_console(path) as neighbour:
        async with a_raw_console(path, greet=False) as console:
            console.writer.write(garbage)
            assert await console.is_cut()
        await until(lambda: expected_log.records)
        assert len(expected_log.records) == 1
        await neighbour.say(2, Login("ana", PASSWORD))
        assert isinstance(reply(await neighbour.hear()), Session)


async def test_a_malformed_request_closes_only_its_own_connection(
    path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "'Explode' is not a request")
    async with a_service(path) as station, a_raw_console(path) as good, a_raw_console(path) as bad:
        bad.writer.write(schema.pack(schema.RequestFrame(2, "Explode", schema.raw({}))))
        assert await bad.is_cut()
        await until(lambda: len(station.gone) == 1)
        await good.say(2, Login("ana", PASSWORD))
        assert isinstance(reply(await good.hear()), Session)


class Stubborn(FakeStation):
    """A host that fails in a chosen way."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def answer(self, connection: Connection, request: Request) -> Reply:
        """Fail, but let consoles in."""
        if isinstance(request, Acknowledge):
            raise self.error
        return await super().answer(connection, request)


async def test_a_refusal_carries_key_sentence_and_values(path: Path) -> None:
    station = Stubborn(UserError("alarm.claimed", "{operator} has it.", operator="luis"))
    async with a_service(path, station), a_raw_console(path) as console:
        await console.say(2, Acknowledge("one"))
        expected = ErrorReply("alarm.claimed", "luis has it.", {"operator": "luis"})
        assert reply(await console.hear()) == expected


async def test_a_bug_in_one_request_keeps_the_link(path: Path, expected_log: ExpectedLog) -> None:
    expected_log(logging.ERROR, "Acknowledge of .* failed")
    station = Stubborn(ZeroDivisionError("oops"))
    async with a_service(path, station), a_raw_console(path) as console:
        await console.say(2, Acknowledge("one"))
        answer = reply(await console.hear())
        assert isinstance(answer, ErrorReply)
        assert answer.key == "bug"
        assert "oops" not in answer.text
        await console.say(3, Login("ana", PASSWORD))
        assert isinstance(reply(await console.hear()), Session)


async def test_a_console_that_does_not_read_keeps_every_alarm_and_blocks_nobody(
    path: Path,
) -> None:
    async with a_service(path) as station, a_raw_console(path) as slow:
        await slow.say(2, Login("ana", PASSWORD))
        await slow.hear()
        await slow.hear()
        for number in range(3000):
            devices = tuple(a_device(n, uptime_s=number) for n in range(10))
            station.tell(Delta(devices=devices, alarms=(an_alarm(str(number)),)))
            if number % 100 == 0:
                await asyncio.sleep(0)
        seen: dict[str, object] = {}
        latest: dict[int, int | None] = {}
        while len(seen) < 3000:
            frame = await slow.hear()
            assert isinstance(frame, schema.DeltaFrame)
            delta = schema.delta_of(frame)
            seen.update((alarm.id, alarm) for alarm in delta.alarms)
            latest.update((device.id, device.uptime_s) for device in delta.devices)
        assert set(latest.values()) == {2999}


async def test_a_console_that_falls_too_far_behind_is_cut_off(
    path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "too slowly")
    monkeypatch.setattr(server, "MAX_WAITING", 100)
    async with a_service(path) as station, a_raw_console(path) as slow:
        await slow.say(2, Login("ana", PASSWORD))
        await slow.hear()
        await slow.hear()
        station.tell(Delta(devices=tuple(a_device(n) for n in range(200))))
        assert await slow.is_cut()


async def test_it_says_something_every_second(path: Path) -> None:
    async with a_service(path), a_raw_console(path) as console:
        for _ in range(2):
            async with asyncio.timeout(schema.SILENCE_S):
                frame = await schema.read_frame(console.reader, 1000)
            assert isinstance(frame, schema.HeartbeatFrame)


async def test_a_taken_port_is_a_sentence(path: Path, tmp_path: Path) -> None:
    async with a_service(path) as station:
        assert station.server is not None
        second = LinkServer(FakeStation(), tmp_path / "other.json", station.server.port)
        with pytest.raises(UserError, match=r"Port \d+ for consoles cannot be opened"):
            await second.start()
        assert not (tmp_path / "other.json").exists()


async def test_the_token_file_lives_as_long_as_the_service(path: Path) -> None:
    async with a_service(path):
        assert token_file.read(path).token
    with pytest.raises(Unavailable):
        token_file.read(path)


async def test_the_host_is_told_of_every_console_that_goes(path: Path) -> None:
    async with a_service(path) as station:
        async with a_raw_console(path):
            pass
        await until(lambda: len(station.gone) == 1)
        assert station.server is not None
        assert station.server.connections == ()
