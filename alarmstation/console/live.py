"""The mirror: what the service says, held as dictionaries of views and told as Qt signals.

Snapshot first, then deltas (`architecture.md` 1). Deltas that arrive faster than the screen can
use them are merged and told together, alarms at once. Every signal carries one value object.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from alarmstation.adapters.link.client import Connected, Connecting, LinkState
from alarmstation.adapters.link.pending import PendingDelta
from alarmstation.application.views import (
    AlarmView,
    CommandView,
    Delta,
    DeviceView,
    HealthView,
    SiteView,
    Snapshot,
    TrafficView,
)

COALESCE_MS = 100
"""Device, command and traffic changes are told at most this often (10 times a second)."""


@dataclass(frozen=True, slots=True)
class SitesChanged:
    """Sites that came or changed, and ids of those that went."""

    changed: tuple[SiteView, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DevicesChanged:
    """Units that came or changed, and ids of those that went."""

    changed: tuple[DeviceView, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AlarmsChanged:
    """Alarms that came or changed, and those that closed (state "A")."""

    changed: tuple[AlarmView, ...]
    closed: tuple[AlarmView, ...]


@dataclass(frozen=True, slots=True)
class CommandsChanged:
    """Commands that came or climbed a rung."""

    changed: tuple[CommandView, ...]


@dataclass(frozen=True, slots=True)
class TrafficSeen:
    """Messages of the watched unit, oldest first."""

    lines: tuple[TrafficView, ...]


class LiveMirror(QObject):
    """What the station is like now. Only the link client writes it; everybody may read it."""

    link_moved = Signal(object)
    """LinkState"""
    replaced = Signal(object)
    """Snapshot: read everything anew."""
    sites_changed = Signal(object)
    devices_changed = Signal(object)
    alarms_changed = Signal(object)
    commands_changed = Signal(object)
    traffic_seen = Signal(object)
    health_changed = Signal(object)
    """HealthView"""
    canary_arrived = Signal(object)
    """int: number of the canary alarm, for the popup engine."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sites: dict[int, SiteView] = {}
        self.devices: dict[int, DeviceView] = {}
        self.alarms: dict[str, AlarmView] = {}
        """Open alarms."""
        self.commands: dict[str, CommandView] = {}
        self.health: HealthView | None = None
        self.link: LinkState = Connecting(datetime.now(UTC))
        self._pending = PendingDelta()
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.setInterval(COALESCE_MS)
        self._beat.timeout.connect(self._tell)

    @property
    def stale(self) -> bool:
        """Values are old: the service is not connected. They are drawn as such."""
        return not isinstance(self.link, Connected)

    def site_path(self, site_id: int | None) -> tuple[SiteView, ...]:
        """Sites from the root down to `site_id`; empty when there is none."""
        path: list[SiteView] = []
        while site_id is not None and len(path) < 64:  # a loop in the tree must not hang us
            site = self.sites.get(site_id)
            if site is None:
                break
            path.append(site)
            site_id = site.parent_id
        return tuple(reversed(path))

    def link_changed(self, state: LinkState) -> None:
        """Called by the link client."""
        self.link = state
        self.link_moved.emit(state)

    def snapshot_arrived(self, snapshot: Snapshot) -> None:
        """Called by the link client: replace everything."""
        self._pending.forget()
        self._beat.stop()
        self.sites = {site.id: site for site in snapshot.sites}
        self.devices = {device.id: device for device in snapshot.devices}
        self.alarms = {alarm.id: alarm for alarm in snapshot.alarms if alarm.state != "A"}
        self.commands = {command.request_id: command for command in snapshot.commands}
        self.health = snapshot.health
        self.replaced.emit(snapshot)
        self.health_changed.emit(snapshot.health)

    def delta_arrived(self, delta: Delta) -> None:
        """Called by the link client: take in what changed; alarms are told at once."""
        if delta.alarms:
            self._take_alarms(delta.alarms)
        if delta.health is not None:
            self.health = delta.health
            self.health_changed.emit(delta.health)
        if delta.canary is not None:
            self.canary_arrived.emit(delta.canary)
        rest = Delta(
            sites=delta.sites,
            removed_sites=delta.removed_sites,
            devices=delta.devices,
            removed_devices=delta.removed_devices,
            commands=delta.commands,
            traffic=delta.traffic,
        )
        if rest == Delta():
            return
        self._pending.add(rest)
        if not self._beat.isActive():
            self._beat.start()

    def clear(self) -> None:
        """Forget everything: nobody is logged in any more."""
        empty = Snapshot((), (), (), (), self.health or _NO_HEALTH)
        self.snapshot_arrived(empty)

    def _take_alarms(self, views: tuple[AlarmView, ...]) -> None:
        changed, closed = [], []
        for view in views:
            if view.state == "A":
                self.alarms.pop(view.id, None)
                closed.append(view)
            else:
                self.alarms[view.id] = view
                changed.append(view)
        self.alarms_changed.emit(AlarmsChanged(tuple(changed), tuple(closed)))

    def _tell(self) -> None:
        delta = self._pending.take()
        if delta.sites or delta.removed_sites:
            self.sites.update((site.id, site) for site in delta.sites)
            for number in delta.removed_sites:
                self.sites.pop(number, None)
            self.sites_changed.emit(SitesChanged(delta.sites, delta.removed_sites))
        if delta.devices or delta.removed_devices:
            self.devices.update((device.id, device) for device in delta.devices)
            for number in delta.removed_devices:
                self.devices.pop(number, None)
            self.devices_changed.emit(DevicesChanged(delta.devices, delta.removed_devices))
        if delta.commands:
            self.commands.update((command.request_id, command) for command in delta.commands)
            self.commands_changed.emit(CommandsChanged(delta.commands))
        if delta.traffic:
            self.traffic_seen.emit(TrafficSeen(delta.traffic))


_NO_HEALTH = HealthView(
    at=datetime(1970, 1, 1, tzinfo=UTC),
    conditions=(),
    path_proven_at=None,
    listening_since=None,
    unheard_from=None,
    unheard_until=None,
    database_edition="",
    messages_per_s=0.0,
    received_total=0,
    stored_rows=0,
    received_samples=0,
    waiting_rows=0,
    dropped_samples=0,
    demonstration_broker=False,
)
