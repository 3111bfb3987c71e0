"""Samples of a unit and the history rows made of them (`domain.md` 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum

from alarmstation.domain.device import (
    NO_IO,
    NOT_READ,
    Io,
    Quality,
    QualityReason,
    Reading,
)


class ChangeType(StrEnum):
    """Primary reason of a history row, in falling priority."""

    ALARM = "ALARM"
    STATE_CHANGE = "STATE_CHANGE"
    CONNECTION = "CONNECTION"
    SENSOR_DATA = "SENSOR_DATA"
    MANUAL = "MANUAL"
    PERIODIC = "PERIODIC"


class ChangeMask(IntFlag):
    """Everything that made a history row necessary."""

    NONE = 0
    FIRST = 1 << 0
    TEMPERATURE = 1 << 1
    HUMIDITY = 1 << 2
    FAN = 1 << 3
    PANIC1 = 1 << 4
    PANIC2 = 1 << 5
    TAMPER = 1 << 6
    AUX1 = 1 << 7
    AUX2 = 1 << 8
    SIREN = 1 << 9
    TURRET = 1 << 10
    RELAY1 = 1 << 11
    RELAY2 = 1 << 12
    DEVICE_STATE = 1 << 13
    QUALITY = 1 << 14
    CONNECTION = 1 << 15
    FORCED = 1 << 16
    MANUAL = 1 << 17
    BEFORE_STEP = 1 << 18
    """The last reading before a jump, stored so that the step stands where it happened."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One full snapshot of a unit at receive time."""

    device_id: int
    received_at: datetime
    temperature_c: Reading = NOT_READ
    humidity_pct: Reading = NOT_READ
    io: Io = NO_IO
    device_state: int | None = None
    connected: bool = True
    uptime_s: int | None = None
    device_time: datetime | None = None
    clock_trusted: bool = True

    @property
    def quality(self) -> Quality:
        """The worse of the two readings; UNCERTAIN at best while the clock is not trusted."""
        order = (Quality.GOOD, Quality.UNCERTAIN, Quality.BAD)
        worst = max(self.temperature_c.quality, self.humidity_pct.quality, key=order.index)
        if worst is Quality.GOOD and not self.clock_trusted:
            return Quality.UNCERTAIN
        return worst

    @property
    def reason(self) -> QualityReason:
        """Why `quality` is not GOOD."""
        for reading in (self.temperature_c, self.humidity_pct):
            if reading.quality is self.quality and reading.reason is not QualityReason.NONE:
                return reading.reason
        if self.quality is not Quality.GOOD and not self.clock_trusted:
            return QualityReason.BAD_CLOCK
        return QualityReason.NONE


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Old and new value of one field; `difference` for numbers only."""

    field: str
    old: float | bool | str | None
    new: float | bool | str | None
    difference: float | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A stored sample. (device_id, received_at) is its key: receive times of one device rise."""

    sample: Sample
    change_type: ChangeType
    mask: ChangeMask
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputActivity:
    """A run of an output as the unit told it (`protocol.md` 8.5); not an alarm."""

    device_id: int
    received_at: datetime
    output: int
    pattern: int
    state: int
    """EventState number: 3 STARTING, 4 STOPPING."""
    duration_s: int
    elapsed_s: int
    event_sequence: int
    device_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which the station was not listening, or a device was silent."""

    started_at: datetime
    ended_at: datetime
    device_id: int | None
    """None: the whole station."""
    reason: str
