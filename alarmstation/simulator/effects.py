"""What a unit wants done outside of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from alarmstation.domain.messages import Leaf


@dataclass(frozen=True, slots=True)
class Publish:
    """Send `data` on `leaf` of `host`."""

    host: str
    leaf: Leaf
    data: bytes
    qos: int = 1
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a session with this will, subscribe `cmd` and `ack`, then tell `connected`."""

    host: str
    will: Publish


@dataclass(frozen=True, slots=True)
class Disconnect:
    """End the session; not `clean`: without a word, so that the broker sends the will."""

    clean: bool


Effect = Publish | Connect | Disconnect


class Session(Enum):
    """Where the unit stands towards the broker."""

    OFF = auto()
    WAITING = auto()
    CONNECTING = auto()
    ONLINE = auto()
