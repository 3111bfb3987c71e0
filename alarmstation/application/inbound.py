"""A message of a unit after the wire was taken off it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alarmstation.domain.messages import DeviceMessage, Leaf


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came in.

    `ordinal` rises with every message that the station takes from the broker and tells order
    where sequence numbers cannot. `sequence` is None for a bare message. `verified`: one of the
    unit's keys matches the tag; bare messages of units that may send them count as verified.
    """

    host: str
    leaf: Leaf
    message: DeviceMessage
    received_at: datetime
    ordinal: int
    sequence: int | None
    tag: bytes = b""
    verified: bool = True
    retained: bool = False
    key_id: str = ""
    """Fingerprint of the key that verified it."""
    heard_at: datetime | None = None
    """When it really came, where `received_at` had to be moved to rise."""
