"""Closed alarms as the history store gives them, as the views that the list shows."""

from __future__ import annotations

from alarmstation.application import viewing
from alarmstation.application.viewing import Whereabouts
from alarmstation.application.views import AlarmView
from alarmstation.console.live import LiveMirror
from alarmstation.domain.alarm import Alarm


def view_of(alarm: Alarm, live: LiveMirror) -> AlarmView:
    """The view of a closed alarm; names come from the mirror."""
    device = live.devices.get(alarm.device_id)
    whereabouts = Whereabouts()
    if device is not None:
        place = " › ".join(site.name for site in live.site_path(device.site_id))
        whereabouts = Whereabouts(device.host, device.name or device.host, place)
    return viewing.alarm_view(alarm, whereabouts, stored=True, receipted=False)
