"""The alarm machine: what an alarm is and what may happen to it (`domain.md` 4, ISA-18.2).

Pure: every function takes the alarm, what happened and when, and returns the alarm after it with
the transition that must be recorded. Nothing here shows, sounds, stores or sends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID, uuid5

from alarmstation.domain.errors import Refused

NAMESPACE = UUID("5b0c6d7e-8d5c-5a1e-9d43-6b1f3d0f7a11")
"""Namespace of the deterministic alarm and transition ids; never changes."""

UNDO_WINDOW = timedelta(seconds=10)
"""How long an acknowledgment can be taken back."""

CLAIM_LAPSE = timedelta(seconds=60)
"""A claim without any action is released after this."""

SILENCE = timedelta(seconds=30)
"""A silenced sound comes back by itself after this."""


class AlarmKind(StrEnum):
    """Type of an alarm. One open alarm exists per device and kind."""

    PANIC1 = "PANIC1"
    PANIC2 = "PANIC2"
    TAMPER = "TAMPER"
    FIRE = "FIRE"
    INTRUSION = "INTRUSION"
    MEDICAL = "MEDICAL"
    DURESS = "DURESS"
    UNKNOWN = "UNKNOWN"
    COMM_LOSS = "COMM_LOSS"
    UNREGISTERED = "UNREGISTERED"
    """Something was heard from a unit that nobody enrolled."""
    SECURITY = "SECURITY"
    """Bad tags, foreign or retained commands, contradicting identity."""
    SYSTEM = "SYSTEM"
    """The station itself: database away, clock, disk."""


class Severity(IntEnum):
    """Priority shown to people; higher is worse."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


class AlarmState(StrEnum):
    """ISA-18.2 states, by their letters."""

    NORMAL = "A"
    UNACKNOWLEDGED = "B"
    ACKNOWLEDGED = "C"
    RETURNED_UNACKNOWLEDGED = "D"
    SHELVED = "E"
    SUPPRESSED = "F"
    OUT_OF_SERVICE = "G"


class Change(StrEnum):
    """Kinds of transition; each is one immutable record."""

    RAISED = "raised"
    RE_RAISED = "re-raised"
    CLEARED = "cleared"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "un-acknowledged"
    CLAIMED = "claimed"
    RELEASED = "released"
    SILENCED = "silenced"
    NOTED = "noted"
    ESCALATED = "escalated"
    VERIFIED = "verified"
    CLOSED = "closed"


LIFE_SAFETY = frozenset(
    {
        AlarmKind.PANIC1,
        AlarmKind.PANIC2,
        AlarmKind.FIRE,
        AlarmKind.INTRUSION,
        AlarmKind.MEDICAL,
        AlarmKind.DURESS,
    }
)
"""Kinds that can be neither shelved nor suppressed and are CRITICAL by type."""

LATCHING = LIFE_SAFETY | {AlarmKind.TAMPER}
"""Kinds whose clearing never removes them before acknowledgment."""


def is_momentary(alarm: Alarm) -> bool:
    """Whether the alarm reports a happening that nothing clears, so that acknowledging does.

    That of an unregistered unit is none: its input is released some time.
    """
    about_the_station = alarm.device_id == 0
    return alarm.kind is AlarmKind.SECURITY or (
        alarm.kind is AlarmKind.UNREGISTERED and about_the_station
    )


def severity_of(kind: AlarmKind) -> Severity:
    """Severity by type and by nothing else (`domain.md` 4, `protocol.md` 8.5)."""
    if kind in LIFE_SAFETY:
        return Severity.CRITICAL
    if kind in {AlarmKind.TAMPER, AlarmKind.UNKNOWN, AlarmKind.UNREGISTERED, AlarmKind.SECURITY}:
        return Severity.HIGH
    return Severity.MEDIUM


@dataclass(frozen=True, slots=True)
class Ledger:
    """When each station of the alarm's way was passed; None until it was."""

    device_time: datetime | None = None
    received_at: datetime | None = None
    decided_at: datetime | None = None
    painted_at: datetime | None = None
    sounded_at: datetime | None = None
    committed_at: datetime | None = None
    claimed_at: datetime | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm from raise to close. `id` is the same on every station and in every replay."""

    id: UUID
    device_id: int
    kind: AlarmKind
    severity: Severity
    raised_at: datetime
    last_raised_at: datetime
    active: bool = True
    acknowledged: bool = False
    latched: bool = False
    raise_count: int = 1
    version: int = 1
    """Number of transitions so far; the next one is `version + 1`."""
    cleared_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    claimed_at: datetime | None = None
    claimed_by: str = ""
    silenced_until: datetime | None = None
    closed_at: datetime | None = None
    note: str = ""
    marks: frozenset[str] = frozenset()
    """Of: late, test, sequence doubtful, not verified, missed activation, unregistered."""
    detail: str = ""
    wire_priority: int | None = None
    ledger: Ledger = Ledger()

    @property
    def state(self) -> AlarmState:
        """The letter of ISA-18.2 that the two flags amount to."""
        if self.closed_at is not None:
            return AlarmState.NORMAL
        if self.acknowledged:
            return AlarmState.ACKNOWLEDGED if self.active else AlarmState.NORMAL
        return AlarmState.UNACKNOWLEDGED if self.active else AlarmState.RETURNED_UNACKNOWLEDGED

    @property
    def is_open(self) -> bool:
        """Whether the alarm belongs in the list."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class AlarmTransition:
    """An immutable record of something that happened to an alarm."""

    id: UUID
    alarm_id: UUID
    version: int
    change: Change
    at: datetime
    operator: str = ""
    station: str = ""
    note: str = ""
    device_time: datetime | None = None


Step = tuple[Alarm, tuple[AlarmTransition, ...]]
"""An alarm after something happened, with the records of it (none when nothing changed)."""


def alarm_id(identity: str, kind: AlarmKind, first_event_key: str) -> UUID:
    """Deterministic id of an alarm (`domain.md` 4).

    `identity` is MAC or host as text, `first_event_key` tells this activation from the next one.
    """
    return uuid5(NAMESPACE, f"{identity}\x1f{kind.value}\x1f{first_event_key}")


def _transition(
    alarm: Alarm,
    change: Change,
    at: datetime,
    *,
    operator: str = "",
    station: str = "",
    note: str = "",
    device_time: datetime | None = None,
) -> AlarmTransition:
    identity = uuid5(NAMESPACE, f"{alarm.id}\x1f{alarm.version}\x1f{change.value}")
    return AlarmTransition(
        identity, alarm.id, alarm.version, change, at, operator, station, note, device_time
    )


def raise_alarm(
    identity: str,
    device_id: int,
    kind: AlarmKind,
    event_key: str,
    at: datetime,
    *,
    marks: frozenset[str] = frozenset(),
    detail: str = "",
    wire_priority: int | None = None,
    severity: Severity | None = None,
    device_time: datetime | None = None,
    station: str = "",
) -> Step:
    """A new alarm for an activation that no open alarm of this device and kind covers."""
    alarm = Alarm(
        id=alarm_id(identity, kind, event_key),
        device_id=device_id,
        kind=kind,
        severity=severity_of(kind) if severity is None else severity,
        raised_at=at,
        last_raised_at=at,
        latched=kind in LATCHING,
        marks=marks,
        detail=detail,
        wire_priority=wire_priority,
        ledger=Ledger(device_time=device_time, received_at=at),
    )
    return alarm, (_transition(alarm, Change.RAISED, at, station=station, device_time=device_time),)


def re_raise(
    alarm: Alarm,
    at: datetime,
    *,
    marks: frozenset[str] = frozenset(),
    severity: Severity | None = None,
    station: str = "",
    device_time: datetime | None = None,
) -> Step:
    """The source became active again while the alarm is open: count, and ask again."""
    after = replace(
        alarm,
        active=True,
        acknowledged=False,
        acknowledged_at=None,
        acknowledged_by="",
        silenced_until=None,
        cleared_at=None,
        raise_count=alarm.raise_count + 1,
        last_raised_at=at,
        severity=max(alarm.severity, severity) if severity is not None else alarm.severity,
        marks=(alarm.marks if "test" in marks else alarm.marks - {"test"}) | marks,
        version=alarm.version + 1,
    )
    return after, (
        _transition(after, Change.RE_RAISED, at, station=station, device_time=device_time),
    )


def clear(
    alarm: Alarm, at: datetime, *, station: str = "", device_time: datetime | None = None
) -> Step:
    """The source returned to normal. Removes the alarm only if it was acknowledged."""
    if not alarm.active or not alarm.is_open:
        return alarm, ()
    after = replace(alarm, active=False, cleared_at=at, version=alarm.version + 1)
    cleared = _transition(after, Change.CLEARED, at, station=station, device_time=device_time)
    if not after.acknowledged:
        return after, (cleared,)
    closed, closing = _close(after, at, station=station)
    return closed, (cleared, *closing)


def acknowledge(
    alarm: Alarm, operator: str, at: datetime, *, note: str = "", station: str = ""
) -> Step:
    """ "I have understood". CRITICAL demands a note; an acknowledged alarm is left as it is.

    A returned alarm is acknowledged here and closed by `settle` once it cannot be undone.

    Raises:
        Refused: the alarm is closed, or CRITICAL and without a note.
    """
    if not alarm.is_open:
        raise Refused("alarm.closed", "This alarm is already closed.")
    if alarm.acknowledged:
        return alarm, ()
    if alarm.severity is Severity.CRITICAL and not note.strip():
        raise Refused("alarm.note-missing", "A critical alarm needs a note to be acknowledged.")
    momentary = is_momentary(alarm)
    after = replace(
        alarm,
        active=alarm.active and not momentary,
        cleared_at=at if alarm.active and momentary else alarm.cleared_at,
        acknowledged=True,
        acknowledged_at=at,
        acknowledged_by=operator,
        silenced_until=None,
        note=note.strip() or alarm.note,
        version=alarm.version + 1,
        ledger=replace(alarm.ledger, acknowledged_at=at),
    )
    return after, (
        _transition(
            after, Change.ACKNOWLEDGED, at, operator=operator, station=station, note=note.strip()
        ),
    )


def undo_acknowledge(alarm: Alarm, operator: str, at: datetime, *, station: str = "") -> Step:
    """Take an acknowledgment back within `UNDO_WINDOW`.

    Raises:
        Refused: nothing to undo, or too late.
    """
    if not alarm.is_open or not alarm.acknowledged or alarm.acknowledged_at is None:
        raise Refused("alarm.not-acknowledged", "This alarm is not acknowledged.")
    if at - alarm.acknowledged_at > UNDO_WINDOW:
        raise Refused("alarm.undo-late", "An acknowledgment can be undone for 10 s only.")
    after = replace(
        alarm,
        acknowledged=False,
        acknowledged_at=None,
        acknowledged_by="",
        version=alarm.version + 1,
        ledger=replace(alarm.ledger, acknowledged_at=None),
    )
    return after, (
        _transition(after, Change.UNACKNOWLEDGED, at, operator=operator, station=station),
    )


def claim(alarm: Alarm, operator: str, at: datetime, *, station: str = "") -> Step:
    """ "I take it": others see the name.

    Raises:
        Refused: closed, or taken by somebody else.
    """
    if not alarm.is_open:
        raise Refused("alarm.closed", "This alarm is already closed.")
    if alarm.claimed_by == operator:
        return alarm, ()
    if alarm.claimed_by:
        raise Refused(
            "alarm.claimed", "{operator} has already taken this alarm.", operator=alarm.claimed_by
        )
    after = replace(
        alarm,
        claimed_by=operator,
        claimed_at=at,
        version=alarm.version + 1,
        ledger=replace(alarm.ledger, claimed_at=alarm.ledger.claimed_at or at),
    )
    return after, (_transition(after, Change.CLAIMED, at, operator=operator, station=station),)


def release(alarm: Alarm, operator: str, at: datetime, *, station: str = "") -> Step:
    """Give a claim back; nothing happens when there is none."""
    if not alarm.claimed_by or not alarm.is_open:
        return alarm, ()
    after = replace(alarm, claimed_by="", claimed_at=None, version=alarm.version + 1)
    return after, (_transition(after, Change.RELEASED, at, operator=operator, station=station),)


def silence(alarm: Alarm, operator: str, at: datetime, *, station: str = "") -> Step:
    """Stop this alarm's sound for `SILENCE`; the alarm itself stays as it is.

    Raises:
        Refused: closed, or acknowledged (which is silent already).
    """
    if not alarm.is_open or alarm.acknowledged:
        raise Refused("alarm.not-sounding", "This alarm is not sounding.")
    after = replace(alarm, silenced_until=at + SILENCE, version=alarm.version + 1)
    return after, (_transition(after, Change.SILENCED, at, operator=operator, station=station),)


def annotate(alarm: Alarm, operator: str, note: str, at: datetime, *, station: str = "") -> Step:
    """Add a note.

    Raises:
        Refused: the note is empty.
    """
    if not note.strip():
        raise Refused("alarm.note-empty", "The note is empty.")
    after = replace(alarm, note=note.strip(), version=alarm.version + 1)
    return after, (
        _transition(after, Change.NOTED, at, operator=operator, station=station, note=note.strip()),
    )


def verify(alarm: Alarm, at: datetime, *, station: str = "") -> Step:
    """An alarm that was raised in doubt was proven authentic by a later message."""
    if not alarm.marks & {"not verified", "sequence doubtful"}:
        return alarm, ()
    after = replace(
        alarm,
        marks=alarm.marks - {"not verified", "sequence doubtful"},
        version=alarm.version + 1,
    )
    return after, (_transition(after, Change.VERIFIED, at, station=station),)


def settle(alarm: Alarm, at: datetime, *, station: str = "") -> Step:
    """What time alone does: lapse claims, close what is cleared and can no longer be undone."""
    if not alarm.is_open:
        return alarm, ()
    records: tuple[AlarmTransition, ...] = ()
    claimed_at, acknowledged_at = alarm.claimed_at, alarm.acknowledged_at
    if claimed_at is not None and not alarm.acknowledged and at - claimed_at >= CLAIM_LAPSE:
        alarm, records = release(alarm, "", at, station=station)
    if acknowledged_at is not None and not alarm.active and at - acknowledged_at > UNDO_WINDOW:
        alarm, closing = _close(alarm, at, station=station)
        records += closing
    return alarm, records


def _close(alarm: Alarm, at: datetime, *, station: str) -> Step:
    if alarm.acknowledged_at is not None and at - alarm.acknowledged_at <= UNDO_WINDOW:
        return alarm, ()
    after = replace(alarm, closed_at=at, claimed_by="", version=alarm.version + 1)
    return after, (_transition(after, Change.CLOSED, at, station=station),)


def order_key(alarm: Alarm) -> tuple[int, bool, datetime]:
    """Queue order: unacknowledged first within priority, then oldest."""
    return (-alarm.severity, alarm.acknowledged, alarm.raised_at)
