"""The station's client against the real broker, through a wire that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from alarmstation.adapters.mqtt import client as module
from alarmstation.adapters.mqtt.client import BrokerAddress, Link, Raw, StationClient
from alarmstation.adapters.wire.topic import Topics
from alarmstation.domain.errors import UserError
from tests.conftest import BrokerAccess, ExpectedLog
from tests.service.living import eventually


class Wire:
    """A TCP relay to the broker. It can be cut, held, closed, or deaf to MQTT 5."""

    def __init__(self, broker: BrokerAccess) -> None:
        self._broker = broker
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_held = False
        """What the client sends goes nowhere."""
        self.is_closed = False
        self.refuses_5 = False

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def close(self) -> None:
        self.is_closed = True
        self.cut()
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks)

    def cut(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._relay(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        # CONNECT: fixed header, then "MQTT" and the protocol level.
        level = first[first.find(b"MQTT") + 4] if b"MQTT" in first else 0
        if self.is_closed or (self.refuses_5 and level == 5):
            return
        far_reader, far_writer = await asyncio.open_connection(self._broker.host, self._broker.port)
        far_writer.write(first)
        there = asyncio.create_task(self._pump(reader, far_writer, holds=True))
        back = asyncio.create_task(self._pump(far_reader, writer))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            far_writer.transport.abort()
            there.cancel()
            back.cancel()
            await asyncio.gather(there, back, return_exceptions=True)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, holds: bool = False
    ) -> None:
        while data := await reader.read(65536):
            if not (holds and self.is_held):
                writer.write(data)


class Bench:
    """A station client, what it told, and a unit's hand on the other side."""

    def __init__(self, broker: BrokerAccess, wire: Wire) -> None:
        self.broker = broker
        self.wire = wire
        self.raws: list[Raw] = []
        self.links: list[Link] = []
        self.published: list[int] = []
        self.client_id = f"station-{uuid4().hex[:8]}"
        account = broker.station
        self.address = BrokerAddress("127.0.0.1", wire.port, account.user, account.password)
        self.topics = Topics(broker.base_topic)

    def client(self, *, speaks_5: bool = True, **changes: Any) -> StationClient:
        return StationClient(
            replace(self.address, **changes),
            self.client_id,
            self.topics.subscriptions(),
            receive_maximum=100,
            speaks_5=speaks_5,
            on_raw=self.raws.extend,
            on_link=self.links.append,
            on_published=self.published.append,
        )

    @contextlib.asynccontextmanager
    async def connected(self, **changes: Any) -> AsyncIterator[StationClient]:
        client = self.client(**changes)
        before = len(self.links)
        client.start()
        try:
            await eventually(lambda: any(link.connected for link in self.links[before:]))
            yield client
        finally:
            await asyncio.to_thread(client.close)

    def topic(self, leaf: str, host: str = "ESG-001") -> str:
        return f"{self.broker.base_topic}/pb/d/{host}/{leaf}"


@contextlib.contextmanager
def hand(broker: BrokerAccess, *subscriptions: str) -> Iterator[tuple[mqtt.Client, list[Any]]]:
    """Somebody else at the broker, connected directly; what it hears is collected."""
    heard: list[Any] = []
    other = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    other.username_pw_set(broker.station.user, broker.station.password)
    other.on_message = lambda _client, _data, message: heard.append(message)
    other.connect(broker.host, broker.port)
    if subscriptions:
        other.subscribe([(topic, 1) for topic in subscriptions])
    other.loop_start()
    try:
        yield other, heard
    finally:
        other.disconnect()
        other.loop_stop()


@pytest.fixture
def scene(broker: BrokerAccess) -> Callable[[Callable[[Bench], Coroutine[Any, Any, None]]], None]:
    """Runs a scene with a bench behind an open wire."""

    async def play(part: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
        wire = Wire(broker)
        await wire.open()
        try:
            await asyncio.wait_for(part(Bench(broker, wire)), 40)
        finally:
            await wire.close()

    def run(part: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(play(part))

    return run


Scene = Callable[[Callable[[Bench], Coroutine[Any, Any, None]]], None]


# Delivery


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        async with bench.connected() as client:
            with hand(bench.broker) as (unit, _):
                for number in range(3):
                    unit.publish(bench.topic("alarm"), bytes([number + 1]), qos=1)
                await eventually(lambda: len(bench.raws) == 3)
            client.acknowledge([bench.raws[0].token, bench.raws[2].token])
        bench.raws.clear()
        async with bench.connected():
            await eventually(lambda: bench.raws)
            assert [raw.payload for raw in bench.raws] == [b"\x02"]
            assert bench.links[-1].session_present

    scene(part)


def test_tokens_of_a_lost_connection_are_void(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        async with bench.connected() as client:
            with hand(bench.broker) as (unit, _):
                unit.publish(bench.topic("alarm"), b"a", qos=1)
                await eventually(lambda: bench.raws)
                old = bench.raws[0].token
                bench.wire.cut()
                await eventually(lambda: not bench.links[-1].connected)
                client.acknowledge([old])
                await eventually(lambda: len(bench.raws) == 2)
                client.acknowledge([old])
                assert bench.raws[1].token != old
                assert bench.raws[1].ordinal > bench.raws[0].ordinal
                bench.wire.cut()
                await eventually(lambda: len(bench.raws) == 3)
                client.acknowledge([bench.raws[2].token])

    scene(part)


def test_own_commands_do_not_come_back_and_the_own_test_alarm_does(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        async with bench.connected() as client:
            with hand(bench.broker) as (unit, _):
                client.publish(bench.topic("cmd"), b"ours")
                client.publish(bench.topic("ack"), b"ours")
                unit.publish(bench.topic("cmd"), b"theirs", qos=1)
                client.publish(bench.topic("alarm"), b"canary")
                await eventually(lambda: len(bench.raws) == 2)
                assert {raw.payload for raw in bench.raws} == {b"theirs", b"canary"}
                await eventually(lambda: len(bench.published) == 3)

    scene(part)


def test_a_broker_that_knows_no_mqtt_5_is_spoken_to_in_3(
    scene: Scene, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "going on with MQTT 3.1.1")

    async def part(bench: Bench) -> None:
        bench.wire.refuses_5 = True
        async with bench.connected() as client:
            assert bench.links[-1].protocol == 4
            number = client.publish(bench.topic("cmd"), b"ours", 60)
            await eventually(lambda: bench.raws)
            assert bench.raws[0].payload == b"ours", "there is no noLocal in 3.1.1"
            await eventually(lambda: bench.published == [number])
            client.acknowledge([bench.raws[0].token])

    scene(part)


def test_a_broker_known_to_be_of_3_is_never_asked_in_5(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        async with bench.connected(speaks_5=False) as client:
            assert [link.protocol for link in bench.links] == [4]
            client.publish(bench.topic("cmd"), b"ours")
            await eventually(lambda: bench.raws)

    scene(part)


def test_a_kept_message_is_marked_as_such(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        with hand(bench.broker) as (unit, _):
            unit.publish(bench.topic("cmd"), b"kept", qos=1, retain=True).wait_for_publish(5)
            async with bench.connected():
                await eventually(lambda: bench.raws)
                assert bench.raws[0].retained
            unit.publish(bench.topic("cmd"), b"", qos=1, retain=True).wait_for_publish(5)

    scene(part)


# Sending


def test_commands_carry_their_expiry_to_the_broker(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        async with bench.connected() as client:
            with hand(bench.broker, bench.topic("cmd")) as (_, heard):
                await asyncio.to_thread(lambda: None)
                await eventually(lambda: client.publish(bench.topic("cmd"), b"x", 60) and heard)
                assert 50 < heard[0].properties.MessageExpiryInterval <= 60
                assert not heard[0].retain

    scene(part)


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_withdrawn_message_is_not_sent_after_a_reconnect(scene: Scene, withdrawn: bool) -> None:
    """The control shows what paho does by itself."""

    async def part(bench: Bench) -> None:
        async with bench.connected() as client:
            with hand(bench.broker, bench.topic("cmd")) as (_, heard):
                bench.wire.is_held = True
                number = client.publish(bench.topic("cmd"), b"siren")
                assert number is not None
                bench.wire.cut()
                await eventually(lambda: not bench.links[-1].connected)
                if withdrawn:
                    client.withdraw(number)
                bench.wire.is_held = False
                await eventually(lambda: bench.links[-1].connected)
                client.publish(bench.topic("cmd"), b"later")
                await eventually(lambda: b"later" in {m.payload for m in heard})
                assert (b"siren" in {m.payload for m in heard}) is not withdrawn

    scene(part)


def test_nothing_is_published_without_a_connection(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        client = bench.client()
        assert client.publish(bench.topic("cmd"), b"x") is None
        async with bench.connected() as connected:
            await bench.wire.close()
            await eventually(lambda: not connected.is_connected)
            assert connected.publish(bench.topic("cmd"), b"x") is None

    scene(part)


# In words


async def told(bench: Bench, **changes: Any) -> str:
    """What is said of an address that does not work."""
    client = bench.client(**changes)
    client.start()
    try:
        await eventually(lambda: bench.links)
        return bench.links[0].reason
    finally:
        await asyncio.to_thread(client.close)


def test_a_port_where_nobody_listens_is_said(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        assert "nothing answers at 127.0.0.1:1" in await told(bench, port=1)

    scene(part)


def test_a_host_that_does_not_exist_is_said(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        assert "no machine called" in await told(bench, host="no-such-host.invalid")

    scene(part)


def test_a_refused_login_is_said(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        assert "refuses the login" in await told(bench, password="wrong")

    scene(part)


def test_tls_where_there_is_none_is_said(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        assert "does not speak TLS" in await told(bench, tls=True)

    scene(part)


def test_what_is_no_broker_is_said(scene: Scene, expected_log: ExpectedLog) -> None:
    expected_log(logging.WARNING, "going on with MQTT", optional=True)

    async def part(bench: Bench) -> None:
        bench.wire.is_closed = True
        assert "does not speak MQTT" in await told(bench)

    scene(part)


def test_an_authority_that_cannot_be_read_is_named(scene: Scene, tmp_path: Path) -> None:
    async def part(bench: Bench) -> None:
        with pytest.raises(UserError, match=r"absent\.pem"):
            bench.client(tls=True, ca_file=tmp_path / "absent.pem")
        (tmp_path / "bad.pem").write_text("nothing")
        with pytest.raises(UserError, match=r"bad\.pem"):
            bench.client(tls=True, ca_file=tmp_path / "bad.pem")

    scene(part)


def test_verification_is_switched_off_only_on_purpose(tmp_path: Path) -> None:
    address = BrokerAddress("h", 8883, tls=True)
    assert module.tls_context(address).check_hostname
    assert not module.tls_context(replace(address, verify_certificate=False)).check_hostname
    del tmp_path


def test_a_lost_connection_is_said_once_and_then_that_it_is_back(scene: Scene) -> None:
    async def part(bench: Bench) -> None:
        async with bench.connected():
            bench.wire.cut()
            await eventually(lambda: len(bench.links) >= 3)
            assert [link.connected for link in bench.links[:3]] == [True, False, True]
            assert "connection was lost" in bench.links[1].reason

    scene(part)
