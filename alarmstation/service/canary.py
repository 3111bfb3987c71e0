"""A test alarm on the real path: broker → service → decision → popup engine (`domain.md` 6)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from alarmstation.adapters.wire import codec, frame
from alarmstation.adapters.wire.frame import FrameKey
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import AlarmEvent, AlarmType, EventState
from alarmstation.service.intake import canary_event

ANSWER_WITHIN = timedelta(seconds=10)


class Canary:
    """Sends one canary at a time and remembers when the last one came through."""

    def __init__(self, publish: Callable[[bytes], bool], show: Callable[[int], None]) -> None:
        self._publish = publish
        self._show = show
        self._key = FrameKey(MessageKey(secrets.token_bytes(32)))
        self._number = 0
        self.sent_at: datetime | None = None
        self.heard_at: datetime | None = None
        self.proven_at: datetime | None = None

    def send(self, at: datetime) -> None:
        """Send the next canary; it comes back through `heard`."""
        self._number += 1
        event = AlarmEvent(
            sequence=self._number,
            timestamp=int(at.timestamp()),
            type=AlarmType.PANIC1,
            state=EventState.TEST,
        )
        sealed = frame.seal(self._key, self._number, codec.encode(event))
        if self._publish(sealed):
            self.sent_at = at

    def heard(self, payload: bytes, at: datetime) -> None:
        """A canary came from the broker: show it to the popup engines."""
        event = canary_event(payload, self._key)
        if event is not None and event.sequence == self._number:
            self.heard_at = at
            self._show(self._number)

    def shown(self, number: int, at: datetime) -> None:
        """A console's popup engine has got it."""
        if number == self._number:
            self.proven_at = at

    def is_overdue(self, at: datetime) -> bool:
        """Whether the last canary did not come back from the broker in time."""
        if self.sent_at is None or at - self.sent_at < ANSWER_WITHIN:
            return False
        return self.heard_at is None or self.heard_at < self.sent_at
