"""Builders for the simulator's tests: a unit on the bench, and the station's side of the wire."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TypeVar

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import FrameKey, open_frame, seal
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmReceipt,
    CommandBody,
    CommandEnvelope,
    CommandResponse,
    Leaf,
    Message,
)
from alarmstation.simulator.climate import Climate
from alarmstation.simulator.effects import Connect, Publish
from alarmstation.simulator.memory import Memory
from alarmstation.simulator.traits import OUR_FIRMWARE, Traits, UnitIdentity
from alarmstation.simulator.unit import VirtualUnit

NOON = 1_760_000_000.0
KEY = MessageKey(bytes(range(32)))
MAC = bytes.fromhex("02E500000001")
HOST = "ESG_ALARM_02E500000001"

M = TypeVar("M", bound=Message)


class Bench:
    """A unit with somebody who drives it: tells the time, opens what arrives, answers."""

    def __init__(
        self,
        traits: Traits = OUR_FIRMWARE,
        *,
        now: float = NOON,
        host: str = HOST,
        memory: Memory | None = None,
        online: bool = True,
    ) -> None:
        self.key = FrameKey(KEY)
        self.unit = VirtualUnit(
            UnitIdentity(host=host, mac=MAC, key=KEY, name="Reception"),
            now=now,
            traits=traits,
            climate=Climate(seed=1),
            seed=1,
            memory=memory,
        )
        self.sequence = count(2000)
        self.effects: list[object] = []
        self.published: list[tuple[float, Publish]] = []
        if online:
            self.unit.power_on()
            self.collect()
            self.unit.connected()
            self.collect()

    def collect(self) -> None:
        """Take the unit's effects."""
        for effect in self.unit.take():
            self.effects.append(effect)
            if isinstance(effect, Publish):
                self.published.append((self.unit.now, effect))

    def clear(self) -> None:
        """Forget what was said so far."""
        self.collect()
        self.effects.clear()
        self.published.clear()

    def run(self, seconds: float) -> None:
        """Let time pass, stopping wherever the unit wants to be woken."""
        end = self.unit.now + seconds
        self.collect()
        while (due := self.unit.next_due) is not None and due <= end:
            self.unit.advance(due)
            self.collect()
            if isinstance(self.effects[-1] if self.effects else None, Connect):
                self.unit.connected()
                self.collect()
        self.unit.advance(end)
        self.collect()

    def messages(self, kind: type[M], leaf: Leaf | None = None) -> list[M]:
        """What the unit said of one kind, opened and verified."""
        self.collect()
        return [
            message
            for _, publish in self.published
            if leaf is None or publish.leaf is leaf
            for message in [self.open(publish)]
            if isinstance(message, kind)
        ]

    def open(self, publish: Publish) -> Message:
        """The message in a frame, tag verified."""
        return codec.decode(publish.leaf, open_frame(publish.data, [self.key]).payload)

    def times(self, leaf: Leaf, kind: type[Message] | None = None) -> list[float]:
        """When the unit said something on a leaf, in s since NOON."""
        self.collect()
        return [
            round(at - NOON, 3)
            for at, publish in self.published
            if publish.leaf is leaf and (kind is None or isinstance(self.open(publish), kind))
        ]

    def send(
        self,
        body: CommandBody | None,
        *,
        auth: int = 2,
        request_id: str | None = None,
        timestamp: int | None = None,
        expires_at: int = 0,
        sequence: int | None = None,
        envelope_sequence: int | None = None,
    ) -> bytes:
        """Send a command and give its frame."""
        number = next(self.sequence) if sequence is None else sequence
        envelope = CommandEnvelope(
            sequence=number if envelope_sequence is None else envelope_sequence,
            timestamp=int(self.unit.now) if timestamp is None else timestamp,
            request_id=f"request-{number}" if request_id is None else request_id,
            auth_level=auth,
            body=body,
            expires_at=expires_at,
        )
        frame = seal(self.key, number, codec.encode(envelope))
        self.unit.received(Leaf.CMD, frame)
        self.collect()
        return frame

    def receipt(self, event: AlarmEvent, *, timestamp: int | None = None) -> None:
        """Send the receipt for an event."""
        receipt = AlarmReceipt(
            sequence=event.sequence,
            alarm_timestamp=event.timestamp if timestamp is None else timestamp,
            committed_at=int(NOON),
        )
        frame = seal(self.key, next(self.sequence), codec.encode(receipt))
        self.unit.received(Leaf.ACK, frame)
        self.collect()

    def responses(self) -> list[CommandResponse]:
        """All answers so far."""
        return self.messages(CommandResponse)

    def answer(self) -> CommandResponse:
        """The last answer."""
        return self.responses()[-1]


def sequences(published: Sequence[tuple[float, Publish]]) -> list[int]:
    """SEQ of each frame."""
    return [int.from_bytes(publish.data[2:6], "big") for _, publish in published]
