"""History by change: which samples become rows (`domain.md` 3).

A sample is compared with the last **stored** row, field by field, never with the sample before.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from alarmstation.domain.device import Reading
from alarmstation.domain.telemetry import ChangeMask, ChangeType, FieldChange, HistoryRow, Sample

TOLERANCE = 1e-4
"""Float32 tails must not decide (18.899999618530273 is 18.9)."""

GAPS_KEPT = 8


@dataclass(frozen=True, slots=True)
class CdcRules:
    """Thresholds; a force interval of 0 stores on change only."""

    temperature_c: float = 0.5
    humidity_pct: float = 2.0
    fan_pct: float = 5.0
    force_interval_s: float = 300.0


DEFAULT_RULES = CdcRules()

_FLAGS = (
    ("panic1", ChangeMask.PANIC1),
    ("panic2", ChangeMask.PANIC2),
    ("tamper", ChangeMask.TAMPER),
    ("aux1", ChangeMask.AUX1),
    ("aux2", ChangeMask.AUX2),
    ("siren", ChangeMask.SIREN),
    ("turret", ChangeMask.TURRET),
    ("relay1", ChangeMask.RELAY1),
    ("relay2", ChangeMask.RELAY2),
)

_ALARM = (
    ChangeMask.PANIC1 | ChangeMask.PANIC2 | ChangeMask.TAMPER | ChangeMask.AUX1 | ChangeMask.AUX2
)
_STATE = (
    ChangeMask.SIREN
    | ChangeMask.TURRET
    | ChangeMask.RELAY1
    | ChangeMask.RELAY2
    | ChangeMask.FAN
    | ChangeMask.DEVICE_STATE
)
_SENSOR = ChangeMask.TEMPERATURE | ChangeMask.HUMIDITY | ChangeMask.QUALITY


def primary(mask: ChangeMask) -> ChangeType:
    """The one reason shown first, by the fixed priority."""
    if mask & _ALARM:
        return ChangeType.ALARM
    if mask & _STATE:
        return ChangeType.STATE_CHANGE
    if mask & (ChangeMask.CONNECTION | ChangeMask.FIRST):
        return ChangeType.CONNECTION
    if mask & (_SENSOR | ChangeMask.BEFORE_STEP):
        return ChangeType.SENSOR_DATA
    if mask & ChangeMask.MANUAL:
        return ChangeType.MANUAL
    return ChangeType.PERIODIC


def _number(
    name: str,
    bit: ChangeMask,
    old: Reading,
    new: Reading,
    threshold: float,
    changes: list[FieldChange],
) -> ChangeMask:
    """Compare one measured field; null ↔ value and quality changes always count."""
    mask = ChangeMask.NONE
    a, b = old.value, new.value
    if a is None or b is None:
        if a is not b:
            mask |= bit
            changes.append(FieldChange(name, a, b))
    elif abs(b - a) >= threshold - TOLERANCE:
        mask |= bit
        changes.append(FieldChange(name, a, b, b - a))
    if old.quality is not new.quality or old.reason is not new.reason:
        mask |= ChangeMask.QUALITY
        changes.append(
            FieldChange(
                f"{name}_quality",
                f"{old.quality.value} {old.reason.value}".strip(),
                f"{new.quality.value} {new.reason.value}".strip(),
            )
        )
    return mask


def compare(
    stored: Sample, new: Sample, rules: CdcRules
) -> tuple[ChangeMask, tuple[FieldChange, ...]]:
    """Everything in which `new` says something that `stored` does not."""
    changes: list[FieldChange] = []
    mask = ChangeMask.NONE
    if stored.temperature_c != new.temperature_c:
        mask |= _number(
            "temperature_c",
            ChangeMask.TEMPERATURE,
            stored.temperature_c,
            new.temperature_c,
            rules.temperature_c,
            changes,
        )
    if stored.humidity_pct != new.humidity_pct:
        mask |= _number(
            "humidity_pct",
            ChangeMask.HUMIDITY,
            stored.humidity_pct,
            new.humidity_pct,
            rules.humidity_pct,
            changes,
        )
    if stored.io != new.io:
        mask |= _compare_io(stored, new, rules, changes)
    if stored.device_state != new.device_state:
        mask |= ChangeMask.DEVICE_STATE
        changes.append(FieldChange("device_state", stored.device_state, new.device_state))
    if stored.connected is not new.connected:
        mask |= ChangeMask.CONNECTION
        changes.append(FieldChange("connected", stored.connected, new.connected))
    if stored.clock_trusted is not new.clock_trusted:
        mask |= ChangeMask.QUALITY
        changes.append(FieldChange("clock_trusted", stored.clock_trusted, new.clock_trusted))
    return mask, tuple(changes)


def _compare_io(
    stored: Sample, new: Sample, rules: CdcRules, changes: list[FieldChange]
) -> ChangeMask:
    mask = ChangeMask.NONE
    for name, bit in _FLAGS:
        old_flag, new_flag = getattr(stored.io, name), getattr(new.io, name)
        if old_flag is not new_flag:
            # That an input is now told at all, and is off, is no alarm.
            mask |= bit if old_flag or new_flag else ChangeMask.QUALITY
            changes.append(FieldChange(name, old_flag, new_flag))
    old_fan, new_fan = stored.io.fan_pct, new.io.fan_pct
    if old_fan is None or new_fan is None:
        if old_fan is not new_fan:
            mask |= ChangeMask.FAN
            changes.append(FieldChange("fan_pct", old_fan, new_fan))
    elif abs(new_fan - old_fan) >= rules.fan_pct:
        mask |= ChangeMask.FAN
        changes.append(FieldChange("fan_pct", old_fan, new_fan, float(new_fan - old_fan)))
    return mask


def _jumped(before: Reading, now: Reading, threshold: float) -> bool:
    return (
        before.value is not None
        and now.value is not None
        and abs(now.value - before.value) >= threshold - TOLERANCE
    )


@dataclass(slots=True)
class ChangeRecorder:
    """The memory of one device: its last stored row, its last reading, its rhythm.

    `reference` None means that nothing was ever stored. After an ingest gap the owner calls
    `after_gap`, so that the next sample is stored whatever it says.
    """

    rules: CdcRules = DEFAULT_RULES
    reference: Sample | None = None
    pending: Sample | None = None
    """The last sample that was received and not stored."""
    fresh: bool = False
    last_at: datetime | None = None
    rhythm: deque[float] = field(default_factory=lambda: deque(maxlen=GAPS_KEPT))

    def after_gap(self) -> None:
        """Nobody listened for a while: the next sample is stored."""
        self.fresh = True
        self.last_at = None

    def record(self, sample: Sample, *, manual: bool = False) -> tuple[HistoryRow, ...]:
        """Rows that this sample makes necessary, in rising receive time; none, one or two."""
        if self.last_at is not None:
            self.rhythm.append((sample.received_at - self.last_at).total_seconds())
        self.last_at = sample.received_at
        reference, pending = self.reference, self.pending
        if reference is None:
            return self._store(sample, ChangeMask.FIRST, ())
        mask, changes = compare(reference, sample, self.rules)
        if manual:
            mask |= ChangeMask.MANUAL
        if self.fresh:
            mask |= ChangeMask.FIRST
        if self._is_due(sample, reference):
            mask |= ChangeMask.FORCED
        if not mask:
            self.pending = sample
            return ()
        earlier: tuple[HistoryRow, ...] = ()
        if pending is not None and self._step_belongs_before(pending, sample, reference):
            earlier_mask, earlier_changes = compare(reference, pending, self.rules)
            earlier_mask |= ChangeMask.BEFORE_STEP
            earlier = (HistoryRow(pending, primary(earlier_mask), earlier_mask, earlier_changes),)
        return earlier + self._store(sample, mask, changes)

    def _store(
        self, sample: Sample, mask: ChangeMask, changes: tuple[FieldChange, ...]
    ) -> tuple[HistoryRow, ...]:
        self.reference, self.pending, self.fresh = sample, None, False
        return (HistoryRow(sample, primary(mask), mask, changes),)

    def _is_due(self, sample: Sample, reference: Sample) -> bool:
        """Whether the force interval has passed, or would pass before the next heartbeat."""
        force = self.rules.force_interval_s
        if force <= 0:
            return False
        elapsed = (sample.received_at - reference.received_at).total_seconds()
        if elapsed >= force:
            return True
        if not self.rhythm:
            return False
        expected = min(max(self.rhythm), 1.5 * min(self.rhythm))  # an outage is no rhythm
        return expected < force and elapsed + expected > force + 1e-3

    def _step_belongs_before(self, pending: Sample, sample: Sample, reference: Sample) -> bool:
        """Whether the last unstored reading must be kept.

        Either the value jumped between it and now, or the rhythm stumbled so that without it
        two stored rows would lie further apart than the force interval.
        """
        rules = self.rules
        if _jumped(pending.temperature_c, sample.temperature_c, rules.temperature_c) or _jumped(
            pending.humidity_pct, sample.humidity_pct, rules.humidity_pct
        ):
            return True
        silence = (sample.received_at - reference.received_at).total_seconds()
        return 0 < rules.force_interval_s < silence - 1e-3
