"""Sites, devices and what is known of a device at this moment (`domain.md` 2)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

MAX_DEVICE_ID = 999_999_999
"""Largest id that may be assigned to a unit (`protocol.md` 2.6)."""


class Lifecycle(StrEnum):
    """Where a device stands between first being heard and being taken away."""

    PROVISIONAL = "provisional"
    ENROLLED = "enrolled"
    RETIRED = "retired"


class CommState(StrEnum):
    """Presence as the station sees it; kept apart from the unit's own DeviceState."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    LATE = "late"
    OFFLINE = "offline"


class Quality(StrEnum):
    """Trust in a reading (`domain.md` 3 rule 3)."""

    GOOD = "good"
    UNCERTAIN = "uncertain"
    BAD = "bad"


class QualityReason(StrEnum):
    """Why a reading is not GOOD."""

    NONE = ""
    MISSING = "missing"
    RANGE = "range"
    FROZEN = "frozen"
    SENSOR_FAULT = "sensor fault"
    BAD_CLOCK = "bad clock"
    OFFLINE = "unit offline"


@dataclass(frozen=True, slots=True)
class Site:
    """A node of the tree customer › site › zone; `parent_id` None is a root."""

    id: int
    name: str
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """An alarm unit. `id` is also the id that is sent to it; identity is MAC and host."""

    id: int
    host: str
    mac: bytes | None = None
    name: str = ""
    site_id: int | None = None
    lifecycle: Lifecycle = Lifecycle.PROVISIONAL
    require_signed: bool = True
    heartbeat_interval_s: int | None = None
    """Configured interval that the unit confirmed; None while unknown."""
    note: str = ""
    created_at: datetime | None = None

    @property
    def label(self) -> str:
        """What people call the unit: its name, else its host."""
        return self.name or self.host


@dataclass(frozen=True, slots=True)
class Io:
    """Inputs and outputs of a unit; None is "never told"."""

    panic1: bool = False
    panic2: bool = False
    tamper: bool = False
    aux1: bool | None = None
    aux2: bool | None = None
    siren: bool = False
    turret: bool = False
    relay1: bool | None = None
    relay2: bool | None = None
    fan_pct: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value with its trust. `value` None means no reading."""

    value: float | None = None
    quality: Quality = Quality.BAD
    reason: QualityReason = QualityReason.MISSING


NOT_READ = Reading()
"""A metric that was never told."""

NO_IO = Io()
"""Everything off."""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """The union of everything the last messages of one device said; one row per device."""

    device_id: int
    comm_state: CommState = CommState.UNKNOWN
    comm_since: datetime | None = None
    silent_since: datetime | None = None
    last_seen_at: datetime | None = None
    last_heartbeat_at: datetime | None = None
    device_state: int | None = None
    """DeviceState number of the last status; the station never overwrites it."""
    io: Io | None = None
    temperature_c: Reading = NOT_READ
    humidity_pct: Reading = NOT_READ
    uptime_s: int | None = None
    boot_count: int | None = None
    boot_id: int = 0
    """0: the unit's firmware has no extensions."""
    firmware: str = ""
    interface: int | None = None
    rssi_dbm: int | None = None
    ip_address: str = ""
    echoed_id: int | None = None
    """`device_db_id` of the last message; differs from the id until synchronised."""
    device_time: datetime | None = None
    """Last valid stamp of the unit's clock; None while that clock is not set."""
    skew_s: float | None = None
    """Median of device minus receive time over the last 5 heartbeats."""
    free_heap: int | None = None
    error_flags: int = 0
    panic1_count: int | None = None
    panic2_count: int | None = None
    tamper_count: int | None = None
    ota_validated: bool | None = None
    partition: int | None = None
    received_messages: int = 0
    received_samples: int = 0
    stored_rows: int = 0

    def with_facts(self, **facts: object) -> DeviceStatus:
        """`dataclasses.replace` in half the time: a status is replaced with every message."""
        status: DeviceStatus = object.__new__(DeviceStatus)
        for put, value in zip(_PUTS.values(), _VALUES(self), strict=True):
            put(status, value)
        for name, value in facts.items():
            _PUTS[name](status, value)
        return status


_VALUES = attrgetter(*(field.name for field in fields(DeviceStatus)))
_PUTS = {field.name: getattr(DeviceStatus, field.name).__set__ for field in fields(DeviceStatus)}
"""How the slots of a new status are filled, past the guard that keeps made ones as they are."""
