"""What travels between service and console: length-prefixed MessagePack frames on loopback.

A frame is four bytes of length (big-endian) and one tagged array. Bodies stay raw until their
class is known, so that a frame can be routed without decoding what is in it. Requests, replies
and views travel as the dataclasses of `application`, named by their class.
"""

from __future__ import annotations

import asyncio
import struct
from typing import get_args

import msgspec

from alarmstation.application.requests import Reply, Request
from alarmstation.application.views import Delta, Snapshot
from alarmstation.domain.errors import AlarmStationError

LINK_VERSION = 2
"""Raised with every change of a request, reply or view; the two sides must agree."""

HEARTBEAT_S = 1.0
"""The service says something at least this often."""

SILENCE_S = 2.5
"""A console that heard nothing for this long has lost its service (3 s with its reaction)."""

MAX_REQUEST_BYTES = 16 * 1024 * 1024
MAX_GREETING_BYTES = 64 * 1024
"""Before `Hello` was accepted nobody may send more than this."""
MAX_UPDATE_BYTES = 256 * 1024 * 1024
"""A snapshot of 10,000 units is about 12 MB."""

_LENGTH = struct.Struct(">I")


class LinkError(AlarmStationError):
    """The other side sent something that is not a frame of this link."""


class RequestFrame(msgspec.Struct, tag="request", array_like=True, frozen=True):
    """Console to service; `id` is repeated in the reply."""

    id: int
    name: str
    body: msgspec.Raw


class ReplyFrame(msgspec.Struct, tag="reply", array_like=True, frozen=True):
    """Service to console: the answer to request `id`."""

    id: int
    name: str
    body: msgspec.Raw


class SnapshotFrame(msgspec.Struct, tag="snapshot", array_like=True, frozen=True):
    """Everything that the operator may see; replaces what the console knew."""

    body: msgspec.Raw


class DeltaFrame(msgspec.Struct, tag="delta", array_like=True, frozen=True):
    """What changed since the last frame."""

    body: msgspec.Raw


class HeartbeatFrame(msgspec.Struct, tag="heartbeat", array_like=True, frozen=True):
    """Sign of life when there is nothing else to say."""


Frame = RequestFrame | ReplyFrame | SnapshotFrame | DeltaFrame | HeartbeatFrame

REQUESTS: dict[str, type] = {cls.__name__: cls for cls in get_args(Request)}
REPLY_TYPES: dict[str, type] = {cls.__name__: cls for cls in get_args(Reply)}

_encoder = msgspec.msgpack.Encoder()
_frames: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)
_snapshots = msgspec.msgpack.Decoder(Snapshot)
_deltas = msgspec.msgpack.Decoder(Delta)
_bodies: dict[type, msgspec.msgpack.Decoder[object]] = {
    cls: msgspec.msgpack.Decoder(cls) for cls in (*REQUESTS.values(), *REPLY_TYPES.values())
}


def pack(frame: Frame) -> bytes:
    """A frame with its length in front."""
    body = _encoder.encode(frame)
    return _LENGTH.pack(len(body)) + body


def raw(fact: object) -> msgspec.Raw:
    """The body of a frame."""
    return msgspec.Raw(_encoder.encode(fact))


def request_frame(number: int, request: Request) -> bytes:
    """A packed request."""
    return pack(RequestFrame(number, type(request).__name__, raw(request)))


def reply_frame(number: int, reply: Reply) -> bytes:
    """A packed reply."""
    return pack(ReplyFrame(number, type(reply).__name__, raw(reply)))


def snapshot_frame(snapshot: Snapshot) -> bytes:
    """A packed snapshot."""
    return pack(SnapshotFrame(raw(snapshot)))


def delta_frame(delta: Delta) -> bytes:
    """A packed delta."""
    return pack(DeltaFrame(raw(delta)))


def unpack(data: bytes) -> Frame:
    """The frame in `data` (without its length).

    Raises:
        LinkError: it is none.
    """
    try:
        return _frames.decode(data)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise LinkError(f"not a frame: {error}") from error


def _body(cls: type, body: msgspec.Raw) -> object:
    try:
        return _bodies[cls].decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise LinkError(f"not a {cls.__name__}: {error}") from error


def request_of(frame: RequestFrame) -> Request:
    """The request in a frame.

    Raises:
        LinkError: unknown class or not of its shape.
    """
    cls = REQUESTS.get(frame.name)
    if cls is None:
        raise LinkError(f"{frame.name!r} is not a request")
    return _body(cls, frame.body)  # type: ignore[return-value]  # by construction of REQUESTS


def reply_of(frame: ReplyFrame) -> Reply:
    """The reply in a frame.

    Raises:
        LinkError: unknown class or not of its shape.
    """
    cls = REPLY_TYPES.get(frame.name)
    if cls is None:
        raise LinkError(f"{frame.name!r} is not a reply")
    return _body(cls, frame.body)  # type: ignore[return-value]  # by construction of REPLY_TYPES


def snapshot_of(frame: SnapshotFrame) -> Snapshot:
    """The snapshot in a frame; raises `LinkError`."""
    try:
        return _snapshots.decode(frame.body)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise LinkError(f"not a snapshot: {error}") from error


def delta_of(frame: DeltaFrame) -> Delta:
    """The delta in a frame; raises `LinkError`."""
    try:
        return _deltas.decode(frame.body)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise LinkError(f"not a delta: {error}") from error


async def read_frame(reader: asyncio.StreamReader, limit: int) -> Frame | None:
    """The next frame; None when the other side closed between two frames.

    Raises:
        LinkError: longer than `limit` bytes, cut off, or not a frame.
    """
    try:
        head = await reader.readexactly(_LENGTH.size)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise LinkError("cut off inside a frame") from error
    (length,) = _LENGTH.unpack(head)
    if length > limit:
        raise LinkError(f"a frame of {length} bytes; {limit} are allowed")
    try:
        return unpack(await reader.readexactly(length))
    except asyncio.IncompleteReadError as error:
        raise LinkError("cut off inside a frame") from error
