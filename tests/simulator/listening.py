"""The station's end of a real broker, for tests of the simulator."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import FrameKey, open_frame, seal
from alarmstation.adapters.wire.topic import Topics
from alarmstation.domain.errors import WireError
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmReceipt,
    CommandBody,
    CommandEnvelope,
    Leaf,
    Message,
)
from alarmstation.simulator.connection import BrokerAddress
from tests.conftest import BrokerAccess

M = TypeVar("M", bound=Message)


@dataclass(slots=True)
class Ear:
    """Hears everything below the base topic, verified, and can send commands and receipts."""

    client: mqtt.Client
    topics: Topics
    keys: Mapping[str, FrameKey]
    heard: list[tuple[str, Leaf, Message]] = field(default_factory=list)
    refused: list[tuple[str, Leaf, str]] = field(default_factory=list)
    frames: list[tuple[str, bytes]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))
    receipts: bool = False

    def of(self, kind: type[M], host: str = "", leaf: Leaf | None = None) -> list[M]:
        """Messages of one kind, of one host and leaf if said."""
        return [
            message
            for name, on, message in list(self.heard)
            if isinstance(message, kind) and host in {"", name} and leaf in {None, on}
        ]

    def send(self, host: str, body: CommandBody, now: float) -> None:
        """A command with full rights."""
        number = next(self.numbers)
        envelope = CommandEnvelope(number, int(now), f"request-{number}", 2, body)
        frame = seal(self.keys[host], number, codec.encode(envelope))
        self.client.publish(self.topics.publish_topic(host, Leaf.CMD), frame, qos=1)

    def take(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        """Open what arrives; answer alarms of our firmware when told to."""
        topic = self.topics.parse(message.topic)
        payload = bytes(message.payload)
        self.frames.append((message.topic, payload))
        try:
            frame = open_frame(payload, [self.keys[topic.host]])
            told = codec.decode(topic.leaf, frame.payload)
        except WireError as error:
            self.refused.append((topic.host, topic.leaf, error.reason))
            return
        self.heard.append((topic.host, topic.leaf, told))
        if self.receipts and isinstance(told, AlarmEvent) and told.boot_id:
            receipt = AlarmReceipt(told.sequence, told.timestamp, told.timestamp + 1)
            sealed = seal(self.keys[topic.host], next(self.numbers), codec.encode(receipt))
            self.client.publish(self.topics.publish_topic(topic.host, Leaf.ACK), sealed, qos=1)


@contextmanager
def listening(broker: BrokerAccess, keys: Mapping[str, FrameKey | None]) -> Iterator[Ear]:
    """An `Ear` that is subscribed."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"ear-{broker.base_topic}")
    client.username_pw_set(broker.station.user, broker.station.password)
    ear = Ear(
        client,
        Topics(broker.base_topic),
        {host: key for host, key in keys.items() if key is not None},
    )
    subscribed = threading.Event()
    client.on_message = ear.take
    client.on_subscribe = lambda *_: subscribed.set()
    filters = [
        (f"{broker.base_topic}/pb/d/+/{leaf}", 1)
        for leaf in Leaf
        if leaf not in {Leaf.CMD, Leaf.ACK}
    ]

    def subscribe(*_: object) -> None:
        client.subscribe(filters)

    client.on_connect = subscribe
    client.connect(broker.host, broker.port)
    client.loop_start()
    try:
        assert subscribed.wait(10.0)
        yield ear
    finally:
        client.disconnect()
        client.loop_stop()


def address(broker: BrokerAccess, *, as_station: bool = False) -> BrokerAddress:
    """Where the fleet connects."""
    return BrokerAddress(
        host=broker.host,
        port=broker.port,
        user=broker.station.user if as_station else "",
        password=broker.station.password if as_station else "",
        base_topic=broker.base_topic,
    )


Until = Callable[..., None]
