"""Two lanes: alarms, logins and answers first and never dropped, the rest in order after them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from alarmstation.adapters.mqtt.client import Raw

FIRST = ("/alarm", "/login", "/response", "/resp", "/cmd", "/ack")
"""Endings of topics whose messages go first. A last will keeps its place among heartbeats: what
was heard before it must not bring the unit back."""


class Inbox:
    """Waiting messages. Of the second lane the oldest fall out first when it is full; they are
    counted, and acknowledged because nothing will come of them."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._first: deque[Raw] = deque()
        self._second: deque[Raw] = deque()
        self._capacity = capacity
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    def put(self, raws: Iterable[Raw]) -> list[Raw]:
        """Take messages in; returns those that had to be dropped."""
        for raw in raws:
            (self._first if raw.topic.endswith(FIRST) else self._second).append(raw)
        dropped: list[Raw] = []
        while len(self._second) > self._capacity:
            dropped.append(self._second.popleft())
        self.dropped += len(dropped)
        return dropped

    def take(self, most: int) -> list[Raw]:
        """The next messages, the first lane's before the second's."""
        taken: list[Raw] = []
        while self._first and len(taken) < most:
            taken.append(self._first.popleft())
        while self._second and len(taken) < most and not self._first:
            taken.append(self._second.popleft())
        return taken
