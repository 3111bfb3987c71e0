"""One MQTT session of the simulator: paho driven by the fleet's selector, without threads."""

from __future__ import annotations

import logging
import selectors
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 10.0
_SOCKET_ERRORS = (OSError, ValueError)


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is. `user` and `password` are those of the shared connection; a unit's own
    connection uses the unit's account when `accounts` holds one, else these."""

    host: str = "127.0.0.1"
    port: int = 1883
    user: str = ""
    password: str = field(default="", repr=False)
    base_topic: str = "esg"
    tls: bool = False
    ca_file: Path | None = None


@dataclass(slots=True)
class Traffic:
    """Counts over all connections of a fleet."""

    published: int = 0
    acked: int = 0
    received: int = 0
    connects: int = 0
    losses: int = 0
    refused: int = 0
    """Logins that the broker refused: wrong or not yet known accounts."""


class Connection:
    """A session that is opened once. `on_open` is called when the subscriptions are confirmed,
    `on_message` with topic and payload, `on_lost` when the session is over without `close`."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        traffic: Traffic,
        *,
        on_open: Callable[[], None],
        on_message: Callable[[str, bytes], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._selector = selector
        self._traffic = traffic
        self._on_open = on_open
        self._on_message = on_message
        self._on_lost = on_lost
        self._client: mqtt.Client | None = None
        self._socket: Any = None
        self._waiting_for: set[int] = set()
        self._topics: tuple[str, ...] = ()
        self._over = False
        self._client_id = ""

    def open(
        self,
        broker: BrokerAddress,
        *,
        client_id: str,
        user: str,
        password: str,
        topics: tuple[str, ...],
        will: tuple[str, bytes] | None = None,
        keepalive_s: int = 60,
    ) -> None:
        """Start connecting; the result arrives by the callbacks."""
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv311
        )
        self._client = client
        self._client_id = client_id
        self._topics = topics
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(65_535)
        if user:
            client.username_pw_set(user, password)
        if broker.tls:
            client.tls_set_context(
                ssl.create_default_context(cafile=None if not broker.ca_file else broker.ca_file)
            )
        if will is not None:
            client.will_set(will[0], will[1], qos=1, retain=False)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_message = self._arrived
        client.on_publish = self._acked
        client.on_disconnect = self._ended
        client.on_socket_open = self._socket_opened
        client.on_socket_close = self._socket_closed
        client.on_socket_register_write = self._wants_write
        client.on_socket_unregister_write = self._wants_no_write
        try:
            client.connect(broker.host, broker.port, keepalive=keepalive_s)
        except _SOCKET_ERRORS as error:
            log.debug("connect %s: %s", client_id, error)
            self._lose()

    def publish(self, topic: str, data: bytes, qos: int, retain: bool = False) -> None:
        """Send; nothing happens once the session is over."""
        if self._client is not None and not self._over:
            self._client.publish(topic, data, qos=qos, retain=retain)
            self._traffic.published += 1

    def close(self, *, clean: bool) -> None:
        """End the session; not `clean`: break the connection, so that the broker sends the will."""
        if self._over or self._client is None:
            return
        self._over = True
        if clean:
            self._client.disconnect()
            self._flush()
        self._drop_socket()

    def ready(self, events: int) -> None:
        """The selector found the socket ready."""
        client = self._client
        if client is None or self._over:
            return
        if events & selectors.EVENT_READ:
            client.loop_read()
            # What TLS has decrypted already, the selector does not see.
            while isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
                client.loop_read()
        if events & selectors.EVENT_WRITE and not self._over:
            client.loop_write()

    def tend(self) -> None:
        """Keepalive and timeouts; call about once a second."""
        if self._client is not None and not self._over:
            self._client.loop_misc()

    # --- paho's callbacks, all on the fleet's thread

    def _connected(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any
    ) -> None:
        if reason.is_failure:
            self._traffic.refused += 1
            if self._traffic.refused == 1:  # the units try for ever: once is enough
                log.warning("the broker refuses %s: %s", self._client_id, reason)
            return  # on_disconnect follows
        self._traffic.connects += 1
        if not self._topics:
            self._on_open()
            return
        result, number = client.subscribe([(topic, 1) for topic in self._topics])
        if result == MQTTErrorCode.MQTT_ERR_SUCCESS and number is not None:
            self._waiting_for.add(number)

    def _subscribed(
        self, _client: mqtt.Client, _data: Any, number: int, _reasons: Any, _props: Any
    ) -> None:
        if number in self._waiting_for:
            self._waiting_for.discard(number)
            self._on_open()

    def _arrived(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._traffic.received += 1
        self._on_message(message.topic, bytes(message.payload))

    def _acked(
        self, _client: mqtt.Client, _data: Any, _number: int, _reason: Any, _props: Any
    ) -> None:
        self._traffic.acked += 1

    def _ended(
        self, _client: mqtt.Client, _data: Any, _flags: Any, _reason: Any, _props: Any
    ) -> None:
        self._lose()

    def _socket_opened(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        self._socket = sock
        self._selector.register(sock, selectors.EVENT_READ, self)

    def _socket_closed(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        if self._socket is sock:
            self._selector.unregister(sock)
            self._socket = None

    def _wants_write(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        if self._socket is sock:
            self._selector.modify(sock, selectors.EVENT_READ | selectors.EVENT_WRITE, self)

    def _wants_no_write(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        if self._socket is sock:
            self._selector.modify(sock, selectors.EVENT_READ, self)

    def _lose(self) -> None:
        if not self._over:
            self._over = True
            self._traffic.losses += 1
            self._drop_socket()
            self._on_lost()

    def _flush(self) -> None:
        """Write what is queued, DISCONNECT last."""
        client = self._client
        if client is not None:
            for _ in range(1000):
                if self._socket is None or not client.want_write():
                    return
                client.loop_write()

    def _drop_socket(self) -> None:
        sock, self._socket = self._socket, None
        if sock is not None:
            self._selector.unregister(sock)
            sock.close()
