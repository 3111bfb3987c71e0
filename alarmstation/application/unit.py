"""What the service keeps in memory of one unit, and the directory of all of them."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from alarmstation.domain import presence
from alarmstation.domain.access import Target
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.cdc import CdcRules, ChangeRecorder
from alarmstation.domain.device import Device, DeviceStatus, Lifecycle, Site
from alarmstation.domain.presence import GAPS_KEPT, LoginFacts
from alarmstation.domain.readings import ClimateJudge
from alarmstation.domain.sequence import ReceiveWindow

EVENT_KEYS_KEPT = 512
SKEWS_KEPT = 5
CLOCK_TRUST_S = 120.0
"""Beyond this skew device times are UNCERTAIN (`protocol.md` 8.4)."""

CLOCK_STEADY_S = 10.0
CLOCK_LIMIT_S = 240.0
"""Beyond this skew commands carry the unit's own time (`protocol.md` 8.4)."""

CLOCK_SET_BACK = timedelta(seconds=2)
"""The station's own clock went back by more than lanes and threads can disorder."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a unit's stream a message stood.

    `rank` is the place among the AlarmEvents of a unit that numbers them over restarts, 0 when
    unknown: an event may be sent again in a new frame, and only its number tells when it was.
    Twice the number for an event itself, one more for what was said after it.
    """

    epoch: int
    sequence: int | None
    ordinal: int
    rank: int = 0

    def is_after(self, other: Place) -> bool:
        """Whether the message at `other` was sent before the one here."""
        if self.sequence is not None and other.sequence is not None and self.epoch == other.epoch:
            return self.sequence > other.sequence
        return self.ordinal > other.ordinal


@dataclass(frozen=True, slots=True)
class Edge:
    """The newest thing known of an input: whether it is active, and who said so."""

    active: bool
    place: Place
    stamp: int = 0
    """When that was by the unit's clock, in Unix seconds; 0: that tells nothing."""
    least: int = 0
    """Rank below which everything is older, also where the own rank is not known."""

    def following(self, earlier: Edge | None) -> Edge:
        """This edge, with what is known from the one before it."""
        least = max(self.place.rank, earlier.least if earlier is not None else 0)
        return replace(self, least=least)

    def is_after(self, place: Place, stamp: int) -> bool:
        """Whether what stands at `place` is older news than this.

        Event numbers decide where both are known, unless the clock shows that they began anew;
        then, within one boot, the numbers of frames. An event may come in a later frame than
        itself: where only one side has its number, and over boots, the unit's clock decides.
        """
        mine, other = self.place.rank, place.rank
        if other and other < self.least and not 0 < self.stamp < stamp:
            return True
        if mine and other > mine:
            return False
        by_clock = bool(mine) != bool(other) or self.place.epoch != place.epoch
        if by_clock and self.stamp and stamp and stamp != self.stamp:
            return self.stamp > stamp
        return self.place.is_after(place)


@dataclass(frozen=True, slots=True)
class Told:
    """A press that a flag or a counter told of and whose event is still to come."""

    at: datetime
    edge: Edge


@dataclass(slots=True)
class Unit:
    """Live state of one device. `status` is replaced, never changed in place."""

    device: Device
    status: DeviceStatus
    recorder: ChangeRecorder
    window: ReceiveWindow = field(default_factory=ReceiveWindow)
    climate: ClimateJudge = field(default_factory=ClimateJudge.fresh)
    gaps_s: deque[float] = field(default_factory=lambda: deque(maxlen=GAPS_KEPT))
    long_gap_s: float = 0.0
    """The last gap, if it was an outage or a slow rhythm."""
    skews_s: deque[float] = field(default_factory=lambda: deque(maxlen=SKEWS_KEPT))
    login: LoginFacts | None = None
    will_lost: bool = False
    heard: bool = False
    """Something was heard in this run of the service."""
    counter: int = 0
    """Highest sequence number used towards the unit."""
    answers_reads: bool = False
    """READ_DEVICE was answered: firmware of the newer generation (`protocol.md` 5.3)."""
    counter_before: int = 0
    """The counter at the start of this run: what was sent before is not foreign."""
    edges: dict[AlarmKind, Edge] = field(default_factory=dict)
    told: dict[AlarmKind, list[Told]] = field(default_factory=dict)
    """Presses without their events, oldest first."""
    uncounted: dict[AlarmKind, list[Edge]] = field(default_factory=dict)
    """Presses that no status has counted yet."""
    counted: Edge | None = None
    """The newest status whose counters were taken."""
    outputs_until: dict[int, datetime] = field(default_factory=dict)
    """When a siren or turret that the station switched on must have ended, by output."""
    last_event: int = 0
    """Highest number of an AlarmEvent that was received from a unit of ours."""
    announced_events: int = 0
    """Highest such number that the last heartbeat spoke of."""
    event_keys: OrderedDict[str, None] = field(default_factory=OrderedDict)
    refused: int = 0
    key_fingerprint: str = ""
    proven_key: str = ""
    """Fingerprint of the candidate that verified the last message: the one to send with."""
    key_weakness: str = ""
    last_received_at: datetime | None = None

    @property
    def id(self) -> int:
        """The device id."""
        return self.device.id

    @property
    def host(self) -> str:
        """The host of its topics."""
        return self.device.host

    @property
    def is_enrolled(self) -> bool:
        """Whether a person put it into the station."""
        return self.device.lifecycle is Lifecycle.ENROLLED

    @property
    def identity(self) -> str:
        """Identity for deterministic ids: the MAC, else the host."""
        return self.device.mac.hex() if self.device.mac else self.device.host

    @property
    def interval_s(self) -> float:
        """Expected seconds between heartbeats."""
        return presence.interval_s(self.device.heartbeat_interval_s, self.gaps_s)

    @property
    def clock_trusted(self) -> bool:
        """Whether device times may be believed."""
        skew = self.status.skew_s
        return self.status.device_time is not None and (skew is None or abs(skew) <= CLOCK_TRUST_S)

    @property
    def clock_is_steady(self) -> bool:
        """Whether the unit's clock was not moved lately: only then its times tell order."""
        return bool(self.skews_s) and max(self.skews_s) - min(self.skews_s) <= CLOCK_STEADY_S

    @property
    def clock_is_wrong(self) -> bool:
        """Whether the unit would refuse a command stamped with the station's time
        (`protocol.md` 8.4)."""
        if not self.heard:
            return False
        skew = self.status.skew_s
        return self.status.device_time is None or (skew is not None and abs(skew) > CLOCK_LIMIT_S)

    def own_time(self, at: datetime) -> datetime:
        """`at` on the clock that the unit will compare with."""
        if not self.clock_is_wrong or self.status.device_time is None:
            return at
        return at + timedelta(seconds=self.status.skew_s or 0.0)

    def rising(self, at: datetime) -> datetime:
        """Receive time, moved by a microsecond if it would not rise: it is a key.

        A clock that was set back is followed: its times are honest again from there.
        """
        last = self.last_received_at
        if last is not None and last - CLOCK_SET_BACK < at <= last:
            at = last + timedelta(microseconds=1)
        self.last_received_at = at
        return at

    def note_skew(self, device_time: datetime, received_at: datetime) -> float:
        """Take one more clock comparison; returns the median skew in seconds."""
        skew = (device_time - received_at).total_seconds()
        if self.skews_s and abs(skew - median(self.skews_s)) > CLOCK_STEADY_S:
            self._forget_stamps()
        self.skews_s.append(skew)
        return median(self.skews_s)

    def _forget_stamps(self) -> None:
        """The unit's clock was set: what it stamped before tells no order any more."""
        self.edges = {kind: replace(edge, stamp=0) for kind, edge in self.edges.items()}
        self.told = {
            kind: [replace(press, edge=replace(press.edge, stamp=0)) for press in presses]
            for kind, presses in self.told.items()
        }
        self.uncounted = {
            kind: [replace(edge, stamp=0) for edge in edges]
            for kind, edges in self.uncounted.items()
        }
        if self.counted is not None:
            self.counted = replace(self.counted, stamp=0)

    def remember_event(self, key: str) -> bool:
        """Whether this event is new; remembers it."""
        if key in self.event_keys:
            return False
        self.event_keys[key] = None
        if len(self.event_keys) > EVENT_KEYS_KEPT:
            self.event_keys.popitem(last=False)
        return True


class Directory:
    """All sites and units, found by id, host or MAC."""

    def __init__(self, rules: CdcRules) -> None:
        self._rules = rules
        self.sites: dict[int, Site] = {}
        self._units: dict[int, Unit] = {}
        self._by_host: dict[str, Unit] = {}
        self._by_mac: dict[bytes, Unit] = {}
        self._highest_id = 0

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __len__(self) -> int:
        return len(self._units)

    def add(self, device: Device, status: DeviceStatus | None = None) -> Unit:
        """Take a device in; a retired one is kept for its id, not for its host."""
        unit = Unit(device, status or DeviceStatus(device.id), ChangeRecorder(self._rules))
        self._units[device.id] = unit
        self._highest_id = max(self._highest_id, device.id)
        self._index(unit)
        return unit

    def change(self, unit: Unit, device: Device) -> None:
        """Replace a unit's device facts (same id)."""
        self._unindex(unit)
        unit.device = device
        self._index(unit)

    def remove(self, unit: Unit) -> None:
        """Forget a unit altogether."""
        self._unindex(unit)
        del self._units[unit.id]

    def by_id(self, device_id: int) -> Unit | None:
        """The unit with this id."""
        return self._units.get(device_id)

    def by_host(self, host: str) -> Unit | None:
        """The unit that uses this host now."""
        return self._by_host.get(host)

    def by_mac(self, mac: bytes) -> Unit | None:
        """The unit with this MAC."""
        return self._by_mac.get(mac)

    def next_id(self) -> int:
        """An id that no device has or had."""
        return self._highest_id + 1

    def next_site_id(self) -> int:
        """An id that no site has."""
        return max(self.sites, default=0) + 1

    def site_path(self, site_id: int | None) -> tuple[Site, ...]:
        """Sites from the root down to `site_id`; empty for none."""
        path: list[Site] = []
        seen: set[int] = set()
        while site_id is not None and site_id in self.sites and site_id not in seen:
            seen.add(site_id)
            site = self.sites[site_id]
            path.append(site)
            site_id = site.parent_id
        return tuple(reversed(path))

    def place(self, unit: Unit) -> str:
        """Where the unit stands: customer › site › zone."""
        return " › ".join(site.name for site in self.site_path(unit.device.site_id))

    def target(self, unit: Unit | None) -> Target:
        """The unit as a target of `may`."""
        if unit is None:
            return Target()
        return Target(tuple(site.id for site in self.site_path(unit.device.site_id)))

    def in_site(self, site_id: int | None) -> Iterable[Unit]:
        """Units of exactly this site."""
        return (unit for unit in self if unit.device.site_id == site_id)

    def _index(self, unit: Unit) -> None:
        if unit.device.lifecycle is not Lifecycle.RETIRED:
            self._by_host[unit.device.host] = unit
            if unit.device.mac:
                self._by_mac[unit.device.mac] = unit

    def _unindex(self, unit: Unit) -> None:
        if self._by_host.get(unit.device.host) is unit:
            del self._by_host[unit.device.host]
        if unit.device.mac and self._by_mac.get(unit.device.mac) is unit:
            del self._by_mac[unit.device.mac]
