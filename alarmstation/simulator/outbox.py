"""The alarm outbox of our firmware: kept until the station has it (`protocol.md` 9.1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

RESEND_AFTER_S: Final = (5.0, 10.0, 20.0, 40.0, 60.0)
CAPACITY: Final = 64
SPACING_S: Final = 0.1
"""A new session sends at most 10 entries per second."""


@dataclass(slots=True)
class Entry:
    """One input event. `payload` never changes; `attempts` counts the sends of this session."""

    sequence: int
    timestamp: int
    input: int
    active: bool
    payload: bytes
    attempts: int = 0
    due_at: float | None = None


class Outbox:
    """Unreceipted input events, oldest first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.entries: list[Entry] = []
        self.capacity = capacity
        self.merged = 0

    def add(self, entry: Entry, now: float, connected: bool) -> None:
        """Keep an event; with a session it is due at once."""
        if len(self.entries) >= self.capacity:
            self._merge()
        entry.due_at = now if connected else None
        self.entries.append(entry)

    def opened(self, now: float) -> None:
        """A new session: everything again, oldest first, and the delays from the start."""
        for number, entry in enumerate(self.entries):
            entry.attempts = 0
            entry.due_at = now + number * SPACING_S

    def closed(self) -> None:
        """The session is over: nothing can be sent."""
        for entry in self.entries:
            entry.due_at = None

    def take_due(self, now: float) -> list[Entry]:
        """The entries to publish now; each is rescheduled."""
        due = [entry for entry in self.entries if entry.due_at is not None and entry.due_at <= now]
        for entry in due:
            delay = RESEND_AFTER_S[min(entry.attempts, len(RESEND_AFTER_S) - 1)]
            entry.attempts += 1
            entry.due_at = now + delay
        return due

    def receipt(self, sequence: int, timestamp: int) -> bool:
        """Remove the entry for which **both** agree; False when there is none."""
        for number, entry in enumerate(self.entries):
            if (entry.sequence, entry.timestamp) == (sequence, timestamp):
                del self.entries[number]
                return True
        return False

    @property
    def next_due(self) -> float | None:
        """When the next entry is to be published."""
        return min((e.due_at for e in self.entries if e.due_at is not None), default=None)

    def _merge(self) -> None:
        """Make room without losing an alarm: fold a completed pair of the busiest input.

        Its first ACTIVE and its latest state stay; the gap in the sequence shows what was folded.
        """
        busiest, count = Counter(entry.input for entry in self.entries).most_common(1)[0]
        if count < 4:
            return  # nothing is folded that would hide an alarm: rather one entry too many
        own = [entry for entry in self.entries if entry.input == busiest]
        first = next((number for number, entry in enumerate(own) if entry.active), 0)
        folded = own[first + 1 : first + 3]
        if own[-1] in folded:
            return
        self.entries = [entry for entry in self.entries if entry not in folded]
        self.merged += len(folded)

    def to_json(self) -> list[dict[str, Any]]:
        """What survives a restart."""
        return [
            {
                "sequence": entry.sequence,
                "timestamp": entry.timestamp,
                "input": entry.input,
                "active": entry.active,
                "payload": entry.payload.hex(),
            }
            for entry in self.entries
        ]

    def restore(self, data: list[dict[str, Any]]) -> None:
        """Take over what survived."""
        self.entries = [
            Entry(
                sequence=item["sequence"],
                timestamp=item["timestamp"],
                input=item["input"],
                active=item["active"],
                payload=bytes.fromhex(item["payload"]),
            )
            for item in data
        ]
