"""The frames of the link."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.adapters.link import schema
from alarmstation.adapters.link.schema import LinkError
from alarmstation.application.requests import Acknowledge, Done, ErrorReply, SendCommand
from alarmstation.application.views import Delta
from tests.console.fake_station import a_snapshot, an_alarm


def body(data: bytes) -> bytes:
    """A packed frame without its length."""
    return data[4:]


def test_a_request_arrives_as_it_was_sent() -> None:
    wish = SendCommand((1, 2), "siren", {"pattern": "off", "seconds": 3, "loud": True, "x": 0.5})
    frame = schema.unpack(body(schema.request_frame(7, wish)))
    assert isinstance(frame, schema.RequestFrame)
    assert frame.id == 7
    assert schema.request_of(frame) == wish


def test_a_reply_arrives_as_it_was_sent() -> None:
    reply = ErrorReply("alarm.claimed", "luis has it.", {"operator": "luis"})
    frame = schema.unpack(body(schema.reply_frame(3, reply)))
    assert isinstance(frame, schema.ReplyFrame)
    assert schema.reply_of(frame) == reply


def test_a_snapshot_keeps_aware_utc_times() -> None:
    snapshot = a_snapshot(alarms=(an_alarm(),))
    frame = schema.unpack(body(schema.snapshot_frame(snapshot)))
    assert isinstance(frame, schema.SnapshotFrame)
    arrived = schema.snapshot_of(frame)
    assert arrived == snapshot
    assert arrived.alarms[0].raised_at.tzinfo is UTC


def test_a_delta_arrives_as_it_was_sent() -> None:
    delta = Delta(alarms=(an_alarm(at=datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)),), canary=4)
    frame = schema.unpack(body(schema.delta_frame(delta)))
    assert isinstance(frame, schema.DeltaFrame)
    assert schema.delta_of(frame) == delta


def test_every_request_and_reply_is_known_by_its_class_name() -> None:
    assert schema.REQUESTS["Acknowledge"] is Acknowledge
    assert schema.REPLY_TYPES["Done"] is Done


def test_a_request_of_another_shape_is_refused() -> None:
    frame = schema.RequestFrame(1, "Acknowledge", schema.raw({"alarm_id": 5}))
    with pytest.raises(LinkError, match="Acknowledge"):
        schema.request_of(frame)


def test_an_unknown_request_is_refused() -> None:
    with pytest.raises(LinkError, match="not a request"):
        schema.request_of(schema.RequestFrame(1, "Explode", schema.raw({})))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_frame_or_an_error(data: bytes) -> None:
    try:
        frame = schema.unpack(data)
        if isinstance(frame, schema.RequestFrame):
            schema.request_of(frame)
    except LinkError:
        pass


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_flipped_byte_is_a_frame_or_an_error(place: int, value: int) -> None:
    data = bytearray(body(schema.request_frame(1, Acknowledge("an id", "a note"))))
    data[place % len(data)] = value
    try:
        frame = schema.unpack(bytes(data))
        if isinstance(frame, schema.RequestFrame):
            schema.request_of(frame)
    except LinkError:
        pass


def read(data: bytes, limit: int = 1000) -> schema.Frame | None:
    """The first frame of a stream that ends after `data`."""

    async def go() -> schema.Frame | None:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await schema.read_frame(reader, limit)

    return asyncio.run(go())


def test_the_end_between_two_frames_is_no_error() -> None:
    assert read(b"") is None


@pytest.mark.parametrize("kept", [1, 3, 4, 5])
def test_the_end_inside_a_frame_is_an_error(kept: int) -> None:
    with pytest.raises(LinkError, match="cut off"):
        read(schema.pack(schema.HeartbeatFrame())[:kept])


def test_a_frame_above_the_limit_is_not_even_read() -> None:
    with pytest.raises(LinkError, match="1000 are allowed"):
        read(b"\x7f\xff\xff\xff")
