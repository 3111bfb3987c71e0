"""The core's codec and frames against the station's, on random messages, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alarmstation.adapters.wire import codec
from alarmstation.adapters.wire.frame import FrameKey, open_frame, seal
from alarmstation.adapters.wire.schema import schema_class
from alarmstation.domain.errors import WireError
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import CLOCK_NOT_SET_BELOW, MAX_DEVICE_ID, Leaf
from tests.firmware.building import FIRMWARE
from tests.firmware.peer import Peer, a_peer, fields_of

LEAVES = {
    "Heartbeat": Leaf.HB,
    "StatusMessage": Leaf.LOGIN,
    "AlarmEvent": Leaf.ALARM,
    "LastWillMessage": Leaf.LW,
    "AlarmReceipt": Leaf.ACK,
    "CommandEnvelope": Leaf.CMD,
    "CommandResponse": Leaf.RESPONSE,
}
each_message = pytest.mark.parametrize("name", LEAVES)
bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NUMBERS = {
    FieldDescriptor.TYPE_UINT32: st.integers(0, 2**32 - 1) | st.integers(0, 300),
    FieldDescriptor.TYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_ENUM: st.integers(0, 300),
    FieldDescriptor.TYPE_FLOAT: st.floats(width=32, allow_nan=False),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
}
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
OVERRIDES: dict[str, st.SearchStrategy[Any]] = {
    "device_db_id": st.integers(0, MAX_DEVICE_ID),
    "committed_at": st.integers(CLOCK_NOT_SET_BELOW, 2**32 - 1),
    "mac_address": st.binary(min_size=6, max_size=6).filter(any),
}


def usable_bytes() -> dict[str, int]:
    """Message.field → bytes that fit, as the .options files give them."""
    sizes = {}
    for file in (FIRMWARE.parent / "proto").glob("*.options"):
        for line in file.read_text().splitlines():
            if found := re.match(r"esg\.alarm\.(\S+)\s+max_size:(\d+)", line):
                sizes[found[1]] = int(found[2])
    return sizes


SIZES = usable_bytes()


def values_of(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    assert field.containing_type is not None
    name = f"{field.containing_type.name}.{field.name}"
    if field.name in OVERRIDES:
        return OVERRIDES[field.name]
    if field.type == FieldDescriptor.TYPE_STRING:
        return TEXT.map(lambda text: _cut(text, SIZES[name] - 1))
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=SIZES[name])
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        assert field.message_type is not None
        return messages(field.message_type)
    return NUMBERS[field.type]


def _cut(text: str, usable: int) -> str:
    return text.encode()[:usable].decode(errors="ignore")


@st.composite
def messages(draw: st.DrawFn, descriptor: Descriptor) -> Message:
    """Any message of this kind that the core has room for."""
    message = schema_class(descriptor.name)()
    oneof = [f for f in descriptor.fields if f.containing_oneof and f.message_type]
    chosen = draw(st.sampled_from([None, *oneof])) if oneof else None
    for field in descriptor.fields:
        if field in oneof:
            if field is chosen:
                member = getattr(message, field.name)
                member.SetInParent()
                member.CopyFrom(draw(values_of(field)))
        elif field.name in OVERRIDES or draw(st.booleans()):
            setattr(message, field.name, draw(values_of(field)))
    return message


def any_message(name: str) -> st.SearchStrategy[Message]:
    return messages(cast(Descriptor, schema_class(name).DESCRIPTOR))


@pytest.fixture(scope="module")
def peer(sanitized: Path) -> Iterator[Peer]:
    with a_peer(sanitized) as running:
        yield running


@each_message
def test_the_core_writes_what_the_station_would_write(peer: Peer, name: str) -> None:
    @bounded
    @given(any_message(name))
    def compare(message: Message) -> None:
        payload = peer.encode(message)
        assert payload == message.SerializeToString()
        assert codec.encode(codec.decode(LEAVES[name], payload)) == payload

    compare()


@each_message
def test_the_core_reads_what_the_station_writes(peer: Peer, name: str) -> None:
    @bounded
    @given(any_message(name))
    def compare(message: Message) -> None:
        again = codec.encode(codec.decode(LEAVES[name], message.SerializeToString()))
        assert peer.decode(name, again) == fields_of(message)

    compare()


@each_message
def test_damaged_bytes_are_refused_or_mean_the_same_to_both(peer: Peer, name: str) -> None:
    @bounded
    @given(any_message(name), st.data())
    def compare(message: Message, data: st.DataObject) -> None:
        payload = bytearray(message.SerializeToString())
        for _ in range(data.draw(st.integers(1, 3)) if payload else 0):
            payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
        damaged = bytes(payload[: data.draw(st.integers(0, len(payload)))])
        read = peer.decode(name, damaged)
        if read is None:
            return
        try:
            meant = schema_class(name).FromString(damaged)
        except DecodeError:
            return  # text that is no UTF-8: the core takes the bytes as they are
        assert sorted(read) == sorted(fields_of(meant))

    compare()


@each_message
def test_fields_of_the_future_are_skipped(peer: Peer, name: str) -> None:
    @bounded
    @given(any_message(name), st.integers(200, 2**29 - 1), st.binary(max_size=30))
    def compare(message: Message, number: int, content: bytes) -> None:
        unknown = _varint(number << 3 | 2) + _varint(len(content)) + content
        read = peer.decode(name, message.SerializeToString() + unknown)
        # a receipt has exactly its three fields (2.6)
        assert read == (None if name == "AlarmReceipt" else fields_of(message))

    compare()


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def test_frames_are_the_same(peer: Peer) -> None:
    @bounded
    @given(st.binary(min_size=32, max_size=32), st.integers(0, 2**32 - 1), st.binary(min_size=1))
    def compare(raw: bytes, sequence: int, payload: bytes) -> None:
        frame = seal(FrameKey(MessageKey(raw)), sequence, payload)
        assert peer.seal(raw, sequence, payload) == frame
        assert peer.open(raw, frame) == f"ok {sequence} {payload.hex()}"

    compare()


def test_what_is_no_frame_to_the_station_is_none_to_the_core(peer: Peer) -> None:
    raw = bytes(range(1, 33))
    key = FrameKey(MessageKey(raw))

    def both(data: bytes) -> None:
        try:
            frame = open_frame(data, [key])
            expected = f"ok {frame.sequence} {frame.payload.hex()}"
        except WireError:
            expected = ""
        opened = peer.open(raw, data)
        assert (opened if opened.startswith("ok") else "") == expected

    @bounded
    @given(st.binary(min_size=1, max_size=600), st.data())
    def damaged(payload: bytes, data: st.DataObject) -> None:
        frame = bytearray(seal(key, data.draw(st.integers(0, 2**32 - 1)), payload))
        for _ in range(data.draw(st.integers(0, 2))):
            frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(0, 255))
        both(bytes(frame[: data.draw(st.integers(len(frame) - 2, len(frame)))]))

    @bounded
    @given(st.binary(min_size=1, max_size=100))
    def anything(data: bytes) -> None:
        both(data)

    damaged()
    anything()
