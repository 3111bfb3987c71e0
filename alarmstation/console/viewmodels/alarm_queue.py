"""The open alarms in queue order, their counts, and which of them the popup shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from alarmstation.adapters.link.client import Connected
from alarmstation.application.views import AlarmView
from alarmstation.console.live import LiveMirror
from alarmstation.domain.alarm import Severity

UNACKNOWLEDGED = frozenset("BD")
"""ISA-18.2 states that wait for somebody."""


def order(alarm: AlarmView) -> tuple[int, bool, datetime, str]:
    """Queue order: priority, unacknowledged before acknowledged, then oldest."""
    return (-alarm.severity, alarm.acknowledged, alarm.raised_at, alarm.id)


def waits(alarm: AlarmView) -> bool:
    """Whether the alarm waits for an acknowledgment."""
    return alarm.state in UNACKNOWLEDGED


def is_test(alarm: AlarmView) -> bool:
    """Whether a unit sent it from its local test (`protocol.md` 8.5); a real press ends that."""
    return "test" in alarm.marks


def calls(alarm: AlarmView) -> bool:
    """Whether the alarm asks for somebody by popup and blink. A test waits in the list only."""
    return waits(alarm) and not is_test(alarm)


def sounds(alarm: AlarmView, now: datetime) -> bool:
    """Whether the alarm asks for a sound: active, unacknowledged, no test, not silenced now."""
    silent = alarm.silenced_until is not None and alarm.silenced_until > now
    return alarm.state == "B" and not is_test(alarm) and not silent


@dataclass(frozen=True, slots=True)
class Count:
    """Open alarms of one priority."""

    severity: int
    unacknowledged: int
    acknowledged: int

    @property
    def open(self) -> int:
        """All of them."""
        return self.unacknowledged + self.acknowledged


def count(alarms: Iterable[AlarmView]) -> tuple[Count, ...]:
    """Open alarms by priority, worst first; every priority is in it."""
    waiting = dict.fromkeys(Severity, 0)
    known = dict.fromkeys(Severity, 0)
    for alarm in alarms:
        (waiting if waits(alarm) else known)[Severity(alarm.severity)] += 1
    return tuple(
        Count(int(severity), waiting[severity], known[severity])
        for severity in sorted(Severity, reverse=True)
    )


def unattended(live: LiveMirror) -> int | None:
    """Severity of the worst alarm that waits while nobody is logged in; None: nothing does.

    Which alarms these are is told only to somebody who is logged in.
    """
    link, health = live.link, live.health
    if not isinstance(link, Connected) or link.session is not None or health is None:
        return None
    return health.worst_waiting


class AlarmQueue(QObject):
    """What waits for the guard, kept in order while the mirror changes."""

    changed = Signal(object)
    """tuple[AlarmView, ...]: what waits now, worst first."""
    raised = Signal(object)
    """tuple[AlarmView, ...]: what waits and did not wait before, or was raised again."""

    def __init__(self, live: LiveMirror, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._waiting: tuple[AlarmView, ...] = ()
        self._known: dict[str, int] = {}
        live.replaced.connect(self._on_change)
        live.alarms_changed.connect(self._on_change)
        self._on_change()

    @property
    def waiting(self) -> tuple[AlarmView, ...]:
        """Alarms that call for an acknowledgment, worst first; tests are not among them."""
        return self._waiting

    def counts(self) -> tuple[Count, ...]:
        """Open alarms by priority."""
        return count(self._live.alarms.values())

    def after(self, alarm_id: str) -> AlarmView | None:
        """The next one in the queue, around its end; None when nothing waits."""
        ids = [alarm.id for alarm in self._waiting]
        if not ids:
            return None
        place = ids.index(alarm_id) + 1 if alarm_id in ids else 0
        return self._waiting[place % len(ids)]

    def _on_change(self, _change: object = None) -> None:
        self._waiting = tuple(sorted(filter(calls, self._live.alarms.values()), key=order))
        before, self._known = self._known, {a.id: a.raise_count for a in self._waiting}
        fresh = tuple(a for a in self._waiting if before.get(a.id, 0) < a.raise_count)
        if fresh:
            self.raised.emit(fresh)
        self.changed.emit(self._waiting)
