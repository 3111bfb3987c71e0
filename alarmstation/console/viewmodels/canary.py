"""The alarm that the popup engine draws for itself when a canary comes (`domain.md` 6)."""

from __future__ import annotations

from datetime import datetime

from alarmstation.application.views import AlarmView, LedgerView


def canary_alarm(now: datetime) -> AlarmView:
    """A critical alarm of nowhere; it is never listed and never shown."""
    return AlarmView(
        id="canary",
        device_id=0,
        host="canary",
        device_name="",
        place="",
        kind="PANIC1",
        severity=3,
        state="B",
        active=True,
        acknowledged=False,
        latched=True,
        raise_count=1,
        raised_at=now,
        last_raised_at=now,
        cleared_at=None,
        acknowledged_at=None,
        acknowledged_by="",
        undo_until=None,
        claimed_by="",
        silenced_until=None,
        note="",
        marks=("test",),
        detail="",
        stored=True,
        receipted=False,
        version=1,
        ledger=LedgerView(None, now, now, None, None, None, None, None),
    )
