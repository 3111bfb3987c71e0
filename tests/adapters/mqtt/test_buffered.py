"""Nothing is lost, cut or reordered by reading ahead."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from alarmstation.adapters.mqtt.buffered import BufferedClient, BufferedSocket
from tests.conftest import BrokerAccess


def test_what_is_read_in_bits_is_what_was_sent() -> None:
    draw = random.Random(1)
    sent = draw.randbytes(50_000)
    writing, reading = socket.socketpair()
    with writing, reading:
        reading.setblocking(False)
        buffered = BufferedSocket(reading)
        received, place = b"", 0
        while len(received) < len(sent):
            size = draw.randrange(1, 4000)
            writing.sendall(sent[place : place + size])
            place += size
            while buffered.pending() or place > len(received):
                try:
                    received += buffered.recv(draw.randrange(1, 700))
                except BlockingIOError:
                    break
        assert received == sent
        assert buffered.pending() == 0
        with pytest.raises(BlockingIOError):
            buffered.recv(1)


def test_the_end_of_the_connection_is_told_after_the_last_byte() -> None:
    writing, reading = socket.socketpair()
    with reading:
        buffered = BufferedSocket(reading)
        writing.sendall(b"ab")
        writing.close()
        assert [buffered.recv(1), buffered.recv(1), buffered.recv(1)] == [b"a", b"b", b""]


def test_messages_of_every_size_arrive_whole_and_in_order(
    broker: BrokerAccess, until: Callable[..., None]
) -> None:
    payloads = [bytes([n % 256]) * size for n, size in enumerate([0, 1, 127, 128, 20_000] * 60)]
    received: list[bytes] = []
    topic = f"{broker.base_topic}/pb/d/UNIT/hb"

    def client(made: type[mqtt.Client], name: str) -> mqtt.Client:
        it = made(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        it.username_pw_set(broker.station.user, broker.station.password)
        it.connect(broker.host, broker.port)
        it.loop_start()
        return it

    def on_message(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        received.append(bytes(message.payload))

    subscribed: list[int] = []
    reader = client(BufferedClient, f"{broker.base_topic}-reader")
    reader.on_message = on_message
    reader.on_subscribe = lambda _client, _data, number, *_: subscribed.append(number)
    until(reader.is_connected)
    reader.subscribe(topic, qos=1)
    until(lambda: subscribed)
    writer = client(mqtt.Client, f"{broker.base_topic}-writer")
    for payload in payloads:
        writer.publish(topic, payload, qos=1)
    until(lambda: len(received) >= len(payloads))
    for it in (reader, writer):
        it.disconnect()
        it.loop_stop()
    assert received == payloads
