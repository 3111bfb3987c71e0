"""Closed alarms as the history store gives them, as the views that the list shows."""

from __future__ import annotations

from alarmstation.application.views import AlarmView, LedgerView
from alarmstation.console.live import LiveMirror
from alarmstation.domain.alarm import Alarm


def view_of(alarm: Alarm, live: LiveMirror) -> AlarmView:
    """The view of a closed alarm; names come from the mirror."""
    device = live.devices.get(alarm.device_id)
    place = live.site_path(None if device is None else device.site_id)
    ledger = alarm.ledger
    return AlarmView(
        id=str(alarm.id),
        device_id=alarm.device_id,
        host="" if device is None else device.host,
        device_name="" if device is None else device.name,
        place=" › ".join(site.name for site in place),
        kind=alarm.kind.value,
        severity=int(alarm.severity),
        state=alarm.state.value,
        active=alarm.active,
        acknowledged=alarm.acknowledged,
        latched=alarm.latched,
        raise_count=alarm.raise_count,
        raised_at=alarm.raised_at,
        last_raised_at=alarm.last_raised_at,
        cleared_at=alarm.cleared_at,
        acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by,
        undo_until=None,
        claimed_by=alarm.claimed_by,
        silenced_until=None,
        note=alarm.note,
        marks=tuple(sorted(alarm.marks)),
        detail=alarm.detail,
        stored=True,
        receipted=False,
        version=alarm.version,
        ledger=LedgerView(
            device_time=ledger.device_time,
            received_at=ledger.received_at,
            decided_at=ledger.decided_at,
            painted_at=ledger.painted_at,
            sounded_at=ledger.sounded_at,
            committed_at=ledger.committed_at,
            claimed_at=ledger.claimed_at,
            acknowledged_at=ledger.acknowledged_at,
        ),
    )
