"""What the service shows: flat facts that the console mirrors (snapshot first, then deltas).

A view carries everything a screen needs, so that the console decides nothing. Times are aware
UTC. Enumerations travel as their values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SiteView:
    """A node of the site tree."""

    id: int
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A unit and all that its last messages said. None: never told."""

    id: int
    host: str
    name: str
    site_id: int | None
    lifecycle: str
    mac: str
    note: str
    firmware: str
    comm_state: str
    comm_since: datetime | None
    silent_since: datetime | None
    last_seen_at: datetime | None
    last_heartbeat_at: datetime | None
    device_state: int | None
    temperature_c: float | None
    temperature_quality: str
    temperature_reason: str
    humidity_pct: float | None
    humidity_quality: str
    humidity_reason: str
    panic1: bool
    panic2: bool
    tamper: bool
    aux1: bool | None
    aux2: bool | None
    siren: bool
    turret: bool
    relay1: bool | None
    relay2: bool | None
    fan_pct: int | None
    rssi_dbm: int | None
    interface: int | None
    ip_address: str
    uptime_s: int | None
    boot_count: int | None
    extended: bool
    """The unit runs firmware with receipts and boot ids."""
    skew_s: float | None
    clock_set: bool
    id_synchronised: bool
    error_flags: int
    received_samples: int
    stored_rows: int
    key_fingerprint: str
    """First 4 bytes of SHA-256 of the key in hex; empty: no key."""
    key_weak: str
    """Why the key is weak, in English; empty: it is not."""
    refused_messages: int
    open_alarms: int
    worst_alarm: int | None
    """Severity of the worst open alarm."""


@dataclass(frozen=True, slots=True)
class LedgerView:
    """When the alarm passed each station of its way."""

    device_time: datetime | None
    received_at: datetime | None
    decided_at: datetime | None
    painted_at: datetime | None
    sounded_at: datetime | None
    committed_at: datetime | None
    claimed_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An open alarm (or one that has just closed: `state` "A", to be removed)."""

    id: str
    device_id: int
    host: str
    device_name: str
    place: str
    """Site path without the unit, "customer › site › zone"."""
    kind: str
    severity: int
    state: str
    """ISA-18.2 letter."""
    active: bool
    acknowledged: bool
    latched: bool
    raise_count: int
    raised_at: datetime
    last_raised_at: datetime
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    undo_until: datetime | None
    claimed_by: str
    silenced_until: datetime | None
    note: str
    marks: tuple[str, ...]
    detail: str
    stored: bool
    """Committed to the database; False is drawn as "not yet stored"."""
    receipted: bool
    """The unit was told that the alarm is safe (units with extensions only)."""
    version: int
    ledger: LedgerView


@dataclass(frozen=True, slots=True)
class StepView:
    """A rung that a command has reached."""

    state: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class CommandView:
    """A command on its ladder."""

    request_id: str
    device_id: int
    host: str
    device_name: str
    family: str
    name: str
    state: str
    steps: tuple[StepView, ...]
    attempts: int
    operator: str
    created_at: datetime
    expires_at: datetime
    error_code: int | None
    message: str
    request_json: str
    response_json: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class TrafficView:
    """One message seen on the wire, decoded and redacted, or the reason for its refusal."""

    at: datetime
    host: str
    device_id: int | None
    leaf: str
    direction: str
    """in, out"""
    bytes: int
    refused: str
    """Class of `protocol.md` 2.7; empty: accepted."""
    text: str
    """JSON of the redacted message, or what was wrong with it."""


@dataclass(frozen=True, slots=True)
class ConditionView:
    """State of one part of the station."""

    part: str
    """service, broker, database, spool, clock, receiving"""
    state: str
    """ok, degraded, down, starting"""
    key: str
    """Names the sentence for translation."""
    text: str
    """The sentence in English: what happened, what it means for alarms, what to do."""
    since: datetime


@dataclass(frozen=True, slots=True)
class HealthView:
    """The whole station at a glance; sent once a second and whenever a part changes, also to
    consoles in which nobody is logged in."""

    at: datetime
    conditions: tuple[ConditionView, ...]
    path_proven_at: datetime | None
    """When the last canary alarm came all the way through (`domain.md` 6)."""
    listening_since: datetime | None
    unheard_from: datetime | None
    """Before this start nobody was listening from here …"""
    unheard_until: datetime | None
    """… to here; None when there was no such time."""
    database_edition: str
    """plain, apache, community; empty while unknown"""
    messages_per_s: float
    received_total: int
    stored_rows: int
    received_samples: int
    waiting_rows: int
    """Decided but not yet stored."""
    dropped_samples: int
    demonstration_broker: bool
    waiting_alarms: int = 0
    """Unacknowledged alarms, for a console in which nobody is logged in: it must not look calm."""
    worst_waiting: int | None = None
    """Severity of the worst of them."""


@dataclass(frozen=True, slots=True)
class OperatorView:
    """The person logged in, with what may be done (`Action` values)."""

    name: str
    display_name: str
    role: str
    """viewer, guard, technician, supervisor, admin"""
    language: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the logged-in operator may see, at one moment."""

    sites: tuple[SiteView, ...]
    devices: tuple[DeviceView, ...]
    alarms: tuple[AlarmView, ...]
    commands: tuple[CommandView, ...]
    """Running ones and the last 200."""
    health: HealthView


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since the last message; each view replaces the one with its id.

    Alarms are sent at once, devices at most ten times a second each.
    """

    sites: tuple[SiteView, ...] = ()
    removed_sites: tuple[int, ...] = ()
    devices: tuple[DeviceView, ...] = ()
    removed_devices: tuple[int, ...] = ()
    alarms: tuple[AlarmView, ...] = ()
    commands: tuple[CommandView, ...] = ()
    traffic: tuple[TrafficView, ...] = ()
    health: HealthView | None = None
    canary: int | None = None
    """Number of a canary alarm: the popup engine answers it with `ReportCanary`."""
