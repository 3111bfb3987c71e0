"""What waits to be sent to one console, merged so that a slow console costs bounded memory."""

from __future__ import annotations

from alarmstation.application.views import (
    AlarmView,
    CommandView,
    Delta,
    DeviceView,
    HealthView,
    SiteView,
    TrafficView,
)

TRAFFIC_LINES = 500
"""Traffic lines kept for a reader that does not keep up; older ones are left out."""


class PendingDelta:
    """Collects deltas until they can be sent; a later view replaces the earlier one of its id.

    What is kept grows with the number of things, not with the number of changes. Alarms are
    merged by id like everything else: the last view of an alarm is the truth about it, and no
    alarm is ever left out.
    """

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._sites: dict[int, SiteView] = {}
        self._removed_sites: set[int] = set()
        self._devices: dict[int, DeviceView] = {}
        self._removed_devices: set[int] = set()
        self._alarms: dict[str, AlarmView] = {}
        self._commands: dict[str, CommandView] = {}
        self._traffic: list[TrafficView] = []
        self._health: HealthView | None = None
        self._canary: int | None = None
        self.changed = False

    @property
    def size(self) -> int:
        """Number of views that wait."""
        return len(self._devices) + len(self._alarms) + len(self._commands) + len(self._sites)

    def add(self, delta: Delta) -> None:
        """Take in what changed."""
        for number in delta.removed_sites:
            self._sites.pop(number, None)
            self._removed_sites.add(number)
        for site in delta.sites:
            self._removed_sites.discard(site.id)
            self._sites[site.id] = site
        for number in delta.removed_devices:
            self._devices.pop(number, None)
            self._removed_devices.add(number)
        for device in delta.devices:
            self._removed_devices.discard(device.id)
            self._devices[device.id] = device
        for alarm in delta.alarms:
            self._alarms[alarm.id] = alarm
        for command in delta.commands:
            self._commands[command.request_id] = command
        if delta.traffic:
            self._traffic.extend(delta.traffic)
            del self._traffic[:-TRAFFIC_LINES]
        self._health = delta.health or self._health
        self._canary = delta.canary if delta.canary is not None else self._canary
        self.changed = True

    def take(self) -> Delta:
        """Everything that waits, as one delta; afterwards nothing waits."""
        delta = Delta(
            sites=tuple(self._sites.values()),
            removed_sites=tuple(self._removed_sites),
            devices=tuple(self._devices.values()),
            removed_devices=tuple(self._removed_devices),
            alarms=tuple(self._alarms.values()),
            commands=tuple(self._commands.values()),
            traffic=tuple(self._traffic),
            health=self._health,
            canary=self._canary,
        )
        self._clear()
        return delta

    def forget(self) -> None:
        """Drop everything: a snapshot says it anew."""
        self._clear()
