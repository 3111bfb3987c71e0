"""Load for benchmarks: heartbeats of many units, made beforehand, over few connections, QoS 1.

What costs time (protobuf, tag, MQTT packet) is done before the clock starts, so that the generator
takes little of the processor it shares with what is measured. Every message is valid: right tag,
rising SEQ per unit, plausible stamps. Message `i` is number `i // units` of unit `i % units` and
carries `uptime = FIRST_UPTIME_S + i // units`, by which a benchmark knows it again.

It speaks just enough MQTT 3.1.1 to publish; this is no client for anything else.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import FrameKey, seal
from alarmstation.adapters.wire.topic import Topics
from alarmstation.domain.errors import Unavailable
from alarmstation.domain.messages import Heartbeat, Leaf
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.site import UnitPlan

FIRST_UPTIME_S: Final = 1000
FIRST_SEQUENCE: Final = 1_000_000
SLOT_S: Final = 0.002
MAX_IN_FLIGHT: Final = 20_000
CONNECT_TIMEOUT_S: Final = 10.0
_PUBLISH_QOS1: Final = 0x32
_PUBACK: Final = 0x40
_PACKET_IDS: Final = 65_535


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was achieved. `acked` is what the broker has confirmed."""

    units: int
    messages: int
    acked: int
    seconds: float
    wanted_per_s: float
    published_per_s: float
    late_max_s: float
    bytes_on_wire: int


@dataclass(slots=True)
class _Pipe:
    """One connection with what is made ready for it."""

    sock: socket.socket
    packets: bytes
    ends: array[int]
    """Offset in `packets` behind each message."""
    numbers: array[int]
    """Global number of each message."""
    queued: int = 0
    """Messages handed to the socket, at least in part."""
    written: int = 0
    """Bytes written."""
    acked: int = 0
    rest: bytes = b""


def make_packets(
    plans: Sequence[UnitPlan],
    topics: Topics,
    messages: int,
    rate: float,
    start: float,
    change_every: int,
    connections: int,
    sequence: int = FIRST_SEQUENCE,
    first_id: int = 0,
) -> list[tuple[bytes, array[int], array[int]]]:
    """PUBLISH packets of `messages` heartbeats for each connection, with their ends and numbers.

    Stamps count from `start` (Unix seconds) at `rate`. The temperature steps by 0.6 °C, above the
    station's threshold, every `change_every` heartbeats of a unit; 0 never. The units hold the ids
    from `first_id` on; 0: none, so that the station sends each its id.
    """
    units = len(plans)
    keys = [FrameKey(plan.identity.key) for plan in plans if plan.identity.key is not None]
    names = [topics.publish_topic(plan.identity.host, Leaf.HB).encode() for plan in plans]
    heads = [len(name).to_bytes(2, "big") + name for name in names]
    parts = [bytearray() for _ in range(connections)]
    ends = [array("q") for _ in range(connections)]
    numbers = [array("q") for _ in range(connections)]
    for number in range(messages):
        unit, turn = number % units, number // units
        step = (turn // change_every) % 2 if change_every else 0
        heartbeat = Heartbeat(
            timestamp=int(start + (number / rate if rate else 0.0)),
            temperature=20.0 + 0.6 * step + (unit % 50) / 10,
            humidity=45.0 + unit % 20,
            uptime=FIRST_UPTIME_S + turn,
            firmware="2.1.0",
            boot_id=1 + unit,
            device_db_id=first_id + unit if first_id else 0,
        )
        frame = seal(keys[unit], sequence + turn, codec.encode(heartbeat))
        own = unit % connections
        packet_id = len(ends[own]) % _PACKET_IDS + 1
        body = heads[unit] + packet_id.to_bytes(2, "big") + frame
        parts[own] += bytes((_PUBLISH_QOS1,)) + _length(len(body)) + body
        ends[own].append(len(parts[own]))
        numbers[own].append(number)
    return [(bytes(part), end, own) for part, end, own in zip(parts, ends, numbers, strict=True)]


class LoadGenerator:
    """Prepares in the constructor, connects in `connect`, publishes in `run`."""

    def __init__(
        self,
        plans: Sequence[UnitPlan],
        broker: BrokerAddress,
        *,
        messages: int,
        rate: float = 0.0,
        connections: int = 2,
        change_every: int = 10,
        sequence: int = FIRST_SEQUENCE,
        start_in_s: float = 0.0,
        first_id: int = 0,
    ) -> None:
        """`rate` in messages per second over all units; 0 as fast as the broker confirms.
        A second run against the same station needs a higher `sequence`."""
        self._plans = plans
        self._broker = broker
        self._messages = messages
        self._rate = rate
        self._connections = max(1, min(connections, len(plans)))
        self._ready = make_packets(
            plans,
            Topics(broker.base_topic),
            messages,
            rate,
            time.time() + start_in_s,
            change_every,
            self._connections,
            sequence,
            first_id,
        )
        self._pipes: list[_Pipe] = []
        self.sent_at = array("d", bytes(8 * messages))
        """Unix seconds at which each message was handed to the socket."""
        self._late_max_s = 0.0

    def connect(self) -> None:
        """Open the connections; raises Unavailable."""
        for number, (packets, ends, numbers) in enumerate(self._ready):
            sock = _connect(self._broker, f"load-{number}-{time.time_ns():x}")
            self._pipes.append(_Pipe(sock, packets, ends, numbers))
        self._ready = []

    def run(self) -> LoadReport:
        """Publish everything and wait until the broker has confirmed it."""
        started, started_unix = time.monotonic(), time.time()
        per_pipe = self._rate / len(self._pipes) if self._rate else 0.0
        with selectors.DefaultSelector() as selector:
            for pipe in self._pipes:
                pipe.sock.setblocking(False)
                selector.register(pipe.sock, selectors.EVENT_READ, pipe)
            published_at = started
            while any(pipe.acked < len(pipe.ends) for pipe in self._pipes):
                elapsed = time.monotonic() - started
                blocked = False
                for pipe in self._pipes:
                    before = pipe.written
                    blocked |= self._push(pipe, per_pipe, elapsed, started_unix)
                    if pipe.written != before:
                        published_at = time.monotonic()
                for key, _ in selector.select(SLOT_S if self._rate or blocked else 0.0):
                    _read_acks(key.data)
        for pipe in self._pipes:
            pipe.sock.sendall(b"\xe0\x00")
            pipe.sock.close()
        seconds = time.monotonic() - started
        return LoadReport(
            units=len(self._plans),
            messages=self._messages,
            acked=sum(pipe.acked for pipe in self._pipes),
            seconds=seconds,
            wanted_per_s=self._rate,
            published_per_s=self._messages / max(published_at - started, 1e-9),
            late_max_s=self._late_max_s,
            bytes_on_wire=sum(len(pipe.packets) for pipe in self._pipes),
        )

    def write_times(self, path: Path) -> None:
        """Write `sent_at` as little-endian doubles, one per message."""
        path.write_bytes(struct.pack(f"<{len(self.sent_at)}d", *self.sent_at))

    def _push(self, pipe: _Pipe, rate: float, elapsed: float, started_unix: float) -> bool:
        """Write what is due; whether the socket or the limit of unconfirmed messages blocks."""
        total = len(pipe.ends)
        due = min(total, int(elapsed * rate) + 1) if rate else total
        allowed = min(due, pipe.acked + MAX_IN_FLIGHT // len(self._pipes))
        if rate and pipe.queued < due:
            self._late_max_s = max(self._late_max_s, elapsed - pipe.queued / rate)
        if allowed > pipe.queued:
            now = started_unix + elapsed
            for place in range(pipe.queued, allowed):
                self.sent_at[pipe.numbers[place]] = now
            pipe.queued = allowed
        goal = pipe.ends[pipe.queued - 1] if pipe.queued else 0
        while pipe.written < goal:
            try:
                pipe.written += pipe.sock.send(
                    memoryview(pipe.packets)[pipe.written : min(goal, pipe.written + 262_144)]
                )
            except BlockingIOError:
                return True
        return allowed < due or pipe.queued == total


def _read_acks(pipe: _Pipe) -> None:
    try:
        data = pipe.sock.recv(262_144)
    except BlockingIOError:
        return
    if not data:
        raise Unavailable("the broker closed the connection of the load generator")
    data = pipe.rest + data
    # The broker sends nothing but PUBACK here: always four bytes.
    whole = len(data) // 4
    if whole and any(kind != _PUBACK for kind in data[0 : whole * 4 : 4]):
        raise Unavailable("the broker answered with something else than PUBACK")
    pipe.acked += whole
    pipe.rest = data[whole * 4 :]


def _connect(broker: BrokerAddress, client_id: str) -> socket.socket:
    try:
        sock = socket.create_connection((broker.host, broker.port), timeout=CONNECT_TIMEOUT_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        flags = 0x02 | (0xC0 if broker.user else 0)
        # Keepalive 0: a benchmark that pauses must not be thrown out.
        body = _text("MQTT") + bytes((4, flags, 0, 0)) + _text(client_id)
        if broker.user:
            body += _text(broker.user) + _text(broker.password)
        sock.sendall(b"\x10" + _length(len(body)) + body)
        answer = sock.recv(4, socket.MSG_WAITALL)
    except OSError as error:
        raise Unavailable(f"broker {broker.host}:{broker.port}: {error}") from error
    if len(answer) < 4 or answer[0] != 0x20 or answer[3]:
        sock.close()
        raise Unavailable(f"broker {broker.host}:{broker.port} refused the connection")
    return sock


def _text(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


def _length(number: int) -> bytes:
    """MQTT's variable length."""
    out = bytearray()
    while True:
        number, digit = divmod(number, 128)
        out.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(out)
