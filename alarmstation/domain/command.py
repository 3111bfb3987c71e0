"""Commands and their ladder (`domain.md` 5, `protocol.md` 8.6 and 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alarmstation.domain.messages import CommandBody


class CommandState(StrEnum):
    """Rungs of the ladder and its ends."""

    PENDING = "PENDING"
    SENT = "SENT"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    COMPLETED = "COMPLETED"
    OBSERVED = "OBSERVED"
    FAILED = "FAILED"
    TIMEOUT = "TIMEOUT"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


ENDS = frozenset(
    {
        CommandState.COMPLETED,
        CommandState.OBSERVED,
        CommandState.FAILED,
        CommandState.TIMEOUT,
        CommandState.CANCELLED,
        CommandState.EXPIRED,
    }
)
"""States in which nothing more is sent."""


class Family(StrEnum):
    """Command families of `protocol.md` 5; each has its own right and limits."""

    SYSTEM = "system"
    CONFIG = "config"
    OUTPUT = "output"
    DIAGNOSTIC = "diagnostic"
    OTA = "ota"
    READ = "read"


@dataclass(frozen=True, slots=True)
class CommandStep:
    """One immutable rung: what the command became, when and why."""

    request_id: str
    number: int
    state: CommandState
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One command to one unit. The table of these is the queue."""

    request_id: str
    device_id: int
    family: Family
    name: str
    """Stable name such as "siren", "get-status", "config device" (console and command line)."""
    body: CommandBody | None
    """What is sent; None once loaded from a store that keeps it redacted (never sent again)."""
    operator: str
    created_at: datetime
    expires_at: datetime
    timeout_s: float
    idempotent: bool
    state: CommandState = CommandState.PENDING
    steps: tuple[CommandStep, ...] = ()
    attempts: int = 0
    error_code: int | None = None
    message: str = ""
    request_json: str = "{}"
    """Redacted request."""
    response_json: str = ""
    """Redacted answer: JSON, or raw text where the unit cut it."""
    permanent: bool = False
    """An output that runs until it is switched off."""
    queued: bool = False
    """The operator let it wait for an offline unit."""
