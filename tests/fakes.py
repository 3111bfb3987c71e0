"""Stores in memory that behave like the real ones; the contract tests hold them to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from alarmstation.application.batch import (
    AuditRecord,
    Batch,
    IngestSession,
    InputEvent,
    KeyRecord,
    RefusalCount,
)
from alarmstation.application.ports import Recollection, TimelineEntry, TrendPoint
from alarmstation.domain.access import Operator
from alarmstation.domain.alarm import Alarm, AlarmTransition, Ledger
from alarmstation.domain.command import ENDS, Command, CommandStep
from alarmstation.domain.device import CommState, Device, DeviceStatus, Quality, Reading, Site
from alarmstation.domain.errors import Refused, Unavailable
from alarmstation.domain.messages import EventState, OutputType
from alarmstation.domain.telemetry import ChangeMask, Gap, HistoryRow, OutputActivity

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class FakeDatabase:
    """What both fake stores share. Set `away` to the sentence of an outage."""

    away: str = ""
    sites: dict[int, Site] = field(default_factory=dict)
    devices: dict[int, Device] = field(default_factory=dict)
    statuses: dict[int, DeviceStatus] = field(default_factory=dict)
    history: dict[tuple[int, datetime], HistoryRow] = field(default_factory=dict)
    alarms: dict[UUID, Alarm] = field(default_factory=dict)
    transitions: dict[UUID, AlarmTransition] = field(default_factory=dict)
    events: dict[tuple[int, str], InputEvent] = field(default_factory=dict)
    outputs: dict[tuple[object, ...], OutputActivity] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    steps: dict[tuple[str, int], CommandStep] = field(default_factory=dict)
    gaps: dict[tuple[object, ...], Gap] = field(default_factory=dict)
    refusals: dict[tuple[str, str], RefusalCount] = field(default_factory=dict)
    audit: dict[AuditRecord, None] = field(default_factory=dict)
    operators: dict[str, Operator] = field(default_factory=dict)
    keys: dict[tuple[int, str], KeyRecord] = field(default_factory=dict)
    windows: dict[int, bytes] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)
    sessions: dict[UUID, IngestSession] = field(default_factory=dict)

    def rows_of(self, device_id: int) -> list[HistoryRow]:
        """The device's history in order of time."""
        rows = [row for (owner, _at), row in self.history.items() if owner == device_id]
        return sorted(rows, key=lambda row: row.sample.received_at)


class FakeOperationalStore:
    """`OperationalStore` in memory."""

    def __init__(self, database: FakeDatabase | None = None) -> None:
        self.database = database or FakeDatabase()
        self.commits: list[Batch] = []
        self.closed = False

    def recollect(self) -> Recollection:
        """What a service starts from."""
        db = self._reached()
        references = (db.rows_of(device_id)[-1:] for device_id in sorted(db.devices))
        newest = sorted(db.commands.values(), key=lambda it: it.created_at)[-200:]
        running = (it for it in db.commands.values() if it.state not in ENDS or it in newest)
        recent = datetime.now(UTC) - timedelta(days=30)
        return Recollection(
            sites=tuple(sorted(db.sites.values(), key=lambda it: it.id)),
            devices=tuple(sorted(db.devices.values(), key=lambda it: it.id)),
            statuses=tuple(sorted(db.statuses.values(), key=lambda it: it.device_id)),
            references=tuple(row for rows in references for row in rows),
            alarms=tuple(
                sorted(
                    (alarm for alarm in db.alarms.values() if alarm.is_open),
                    key=lambda it: (it.raised_at, it.id),
                )
            ),
            event_keys=frozenset(
                key for key, event in db.events.items() if event.received_at > recent
            ),
            commands=tuple(
                self._loaded(command) for command in sorted(running, key=lambda it: it.created_at)
            ),
            operators=tuple(sorted(db.operators.values(), key=lambda it: it.name)),
            windows=dict(db.windows),
            counters=dict(db.counters),
            last_session=max(db.sessions.values(), key=lambda it: it.last_alive_at, default=None),
        )

    def commit(self, batch: Batch) -> tuple[str, ...]:
        """Merge the batch; rows that refer to something unknown are refused."""
        db = self._reached()
        self.commits.append(batch)
        refusals: list[str] = []
        db.sites.update(batch.sites)  # at once: parents and children in any order
        for row, keep in self._rows(db, batch):
            if missing := _missing(db, row):
                refusals.append(f"{type(row).__name__} was not stored: {missing}")
            else:
                keep(db, row)
        for session in filter(None, (batch.session,)):
            _keep_session(db, session)
        return tuple(refusals)

    def reserve_counter(self, device_id: int, highest: int) -> None:
        """Remember the highest number sent."""
        _keep_counter(self._reached(), (device_id, highest))

    def delete_device(self, device_id: int) -> None:
        """Forget a device without a past."""
        db = self._reached()
        kept: Iterable[Any] = (
            *(row.sample for row in db.history.values()),
            *db.alarms.values(),
            *db.events.values(),
            *db.outputs.values(),
            *db.commands.values(),
            *db.gaps.values(),
        )
        if any(row.device_id == device_id for row in kept):
            raise Refused("device.has-history", "It has history.", device=device_id)
        for rows in (db.devices, db.statuses, db.windows, db.counters):
            rows.pop(device_id, None)

    def close(self) -> None:
        """Nothing to give back."""
        self.closed = True

    def _reached(self) -> FakeDatabase:
        if self.database.away:
            raise Unavailable(self.database.away)
        return self.database

    def _loaded(self, command: Command) -> Command:
        steps = (
            step
            for (request_id, _number), step in sorted(self.database.steps.items())
            if request_id == command.request_id
        )
        return replace(command, body=None, steps=tuple(steps))

    @staticmethod
    def _rows(
        db: FakeDatabase, batch: Batch
    ) -> Iterable[tuple[Any, Callable[[FakeDatabase, Any], object]]]:
        """Each row of the batch with what keeps it, in the order of their references."""
        parts: tuple[tuple[Iterable[Any], Callable[[FakeDatabase, Any], object]], ...] = (
            (batch.operators.values(), lambda db, it: db.operators.update({it.name: it})),
            (batch.devices.values(), lambda db, it: db.devices.update({it.id: it})),
            (batch.alarms.values(), _keep_alarm),
            (batch.transitions, lambda db, it: db.transitions.setdefault(it.id, it)),
            (batch.events, lambda db, it: db.events.setdefault((it.device_id, it.key), it)),
            (batch.commands.values(), _keep_command),
            (
                batch.steps,
                lambda db, it: db.steps.setdefault((it.request_id, it.number), it),
            ),
            (batch.outputs, _keep_output),
            (batch.gaps, _keep_gap),
            (batch.refusals.values(), _keep_refusal),
            (batch.audit, lambda db, it: db.audit.setdefault(it)),
            (batch.keys, lambda db, it: db.keys.setdefault((it.device_id, it.fingerprint), it)),
            (batch.windows.items(), lambda db, it: db.windows.update([it])),
            (batch.counters.items(), _keep_counter),
            (batch.statuses.values(), _keep_status),
            (
                batch.history,
                lambda db, it: db.history.setdefault(
                    (it.sample.device_id, it.sample.received_at), it
                ),
            ),
        )
        return ((row, keep) for rows, keep in parts for row in rows)


class FakeHistoryStore:
    """`HistoryStore` in memory."""

    def __init__(self, database: FakeDatabase | None = None) -> None:
        self.database = database or FakeDatabase()

    def trend(
        self, device_id: int, metric: str, start: datetime, end: datetime
    ) -> Sequence[TrendPoint]:
        """Stored rows of one metric, after the last one before `start`."""
        rows = self._reached().rows_of(device_id)
        before = [row for row in rows if row.sample.received_at < start][-1:]
        within = [row for row in rows if start <= row.sample.received_at <= end]
        return [_point(row, metric) for row in before + within]

    def gaps(
        self, device_id: int, start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime]]:
        """Stretches without data, united."""
        db = self._reached()
        found = [
            (gap.started_at, gap.ended_at)
            for gap in db.gaps.values()
            if gap.device_id in {device_id, None}
        ]
        turns = [row.sample for row in db.rows_of(device_id) if row.mask & ChangeMask.CONNECTION]
        ends = [turn.received_at for turn in turns[1:]] + [end]
        found += [
            (turn.received_at, until)
            for turn, until in zip(turns, ends, strict=False)
            if not turn.connected
        ]
        status = db.statuses.get(device_id)
        if status is not None and status.comm_state is CommState.OFFLINE:
            since = status.silent_since or status.comm_since
            found += [(since, end)] if since is not None else []
        clipped = ((max(a, start), min(b, end)) for a, b in found)
        return _united(sorted((a, b) for a, b in clipped if a < b))

    def timeline(self, device_id: int, limit: int) -> Sequence[TimelineEntry]:
        """What happened at a unit, newest first."""
        db = self._reached()
        entries = [
            *(
                TimelineEntry(
                    it.at,
                    "alarm",
                    f"{db.alarms[it.alarm_id].kind} {it.change}",
                    _joined(it.operator, it.note),
                )
                for it in db.transitions.values()
                if db.alarms[it.alarm_id].device_id == device_id
            ),
            *(
                TimelineEntry(
                    row.sample.received_at,
                    "connection",
                    "connected" if row.sample.connected else "disconnected",
                )
                for row in db.rows_of(device_id)
                if row.mask & ChangeMask.CONNECTION
            ),
            *(
                TimelineEntry(
                    it.created_at,
                    "command",
                    f"{it.name} {it.state}",
                    _joined(it.operator, it.message),
                )
                for it in db.commands.values()
                if it.device_id == device_id
            ),
            *(_run(it) for it in db.outputs.values() if it.device_id == device_id),
        ]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]

    def closed_alarms(self, start: datetime, limit: int) -> Sequence[Alarm]:
        """Alarms closed since `start`, newest first."""
        closed = [
            (alarm.closed_at, alarm)
            for alarm in self._reached().alarms.values()
            if alarm.closed_at is not None and alarm.closed_at >= start
        ]
        closed.sort(key=lambda it: it[0], reverse=True)
        return [alarm for _at, alarm in closed][:limit]

    def _reached(self) -> FakeDatabase:
        if self.database.away:
            raise Unavailable(self.database.away)
        return self.database


def _missing(db: FakeDatabase, row: Any) -> str:
    """What the row refers to and is not there; empty when all is."""
    match row:
        case Operator() if not row.site_ids <= db.sites.keys():
            return "a site"
        case Device(site_id=site) if site is not None and site not in db.sites:
            return f"site {site}"
        case AlarmTransition() if row.alarm_id not in db.alarms:
            return f"alarm {row.alarm_id}"
        case InputEvent() if row.alarm_id is not None and row.alarm_id not in db.alarms:
            return f"alarm {row.alarm_id}"
        case CommandStep() if row.request_id not in db.commands:
            return f"command {row.request_id}"
        case HistoryRow():
            device_id: int | None = row.sample.device_id
        case (int() as device_id, _):
            pass
        case _:
            device_id = getattr(row, "device_id", None)
    if device_id and device_id not in db.devices:
        return f"device {device_id}"
    return ""


def _keep_alarm(db: FakeDatabase, alarm: Alarm) -> None:
    known = db.alarms.get(alarm.id)
    if known is None:
        db.alarms[alarm.id] = alarm
    elif alarm.version >= known.version:
        ledger = _merged(known.ledger, alarm.ledger)
        if alarm.version > known.version:
            ledger = replace(ledger, acknowledged_at=alarm.ledger.acknowledged_at)
        db.alarms[alarm.id] = replace(
            alarm, raised_at=known.raised_at, wire_priority=known.wire_priority, ledger=ledger
        )


def _merged(known: Ledger, fresh: Ledger) -> Ledger:
    return Ledger(
        device_time=fresh.device_time or known.device_time,
        received_at=known.received_at,
        decided_at=fresh.decided_at or known.decided_at,
        painted_at=fresh.painted_at or known.painted_at,
        sounded_at=fresh.sounded_at or known.sounded_at,
        committed_at=fresh.committed_at or known.committed_at,
        claimed_at=fresh.claimed_at or known.claimed_at,
        acknowledged_at=fresh.acknowledged_at or known.acknowledged_at,
    )


def _keep_command(db: FakeDatabase, command: Command) -> None:
    known = db.commands.get(command.request_id)
    if known is None or (len(command.steps), command.attempts) >= (
        len(known.steps),
        known.attempts,
    ):
        db.commands[command.request_id] = command


def _keep_status(db: FakeDatabase, status: DeviceStatus) -> None:
    known = db.statuses.get(status.device_id)
    if known is None or _recency(status) >= _recency(known):
        db.statuses[status.device_id] = status


def _recency(status: DeviceStatus) -> tuple[datetime, datetime]:
    return status.last_seen_at or _LONG_AGO, status.comm_since or _LONG_AGO


def _keep_output(db: FakeDatabase, run: OutputActivity) -> None:
    key = (run.device_id, run.received_at, run.output, run.state, run.event_sequence)
    db.outputs.setdefault(key, run)


def _keep_gap(db: FakeDatabase, gap: Gap) -> None:
    key = (gap.device_id, gap.started_at, gap.reason)
    known = db.gaps.get(key)
    if known is None or gap.ended_at > known.ended_at:
        db.gaps[key] = gap


def _keep_refusal(db: FakeDatabase, refusal: RefusalCount) -> None:
    key = (refusal.host, refusal.reason)
    known = db.refusals.get(key)
    if known is None:
        db.refusals[key] = refusal
    elif refusal.last_at > known.last_at:
        db.refusals[key] = replace(refusal, count=known.count + refusal.count)


def _keep_counter(db: FakeDatabase, counter: tuple[int, int]) -> None:
    device_id, highest = counter
    db.counters[device_id] = max(highest, db.counters.get(device_id, 0))


def _keep_session(db: FakeDatabase, session: IngestSession) -> None:
    known = db.sessions.get(session.id)
    if known is not None:
        session = replace(
            session,
            last_alive_at=max(session.last_alive_at, known.last_alive_at),
            ended_at=session.ended_at or known.ended_at,
        )
    db.sessions[session.id] = session


def _point(row: HistoryRow, metric: str) -> TrendPoint:
    sample = row.sample
    if metric == "fan_pct":
        fan = sample.io.fan_pct
        return TrendPoint(sample.received_at, fan, Quality.BAD if fan is None else Quality.GOOD)
    reading: Reading = {"temperature_c": sample.temperature_c, "humidity_pct": sample.humidity_pct}[
        metric
    ]
    return TrendPoint(sample.received_at, reading.value, reading.quality.value)


def _run(run: OutputActivity) -> TimelineEntry:
    known = OutputType.of(run.output)
    name = known.name if isinstance(known, OutputType) else f"output {run.output}"
    if run.state == EventState.STARTING:
        length = f"{run.duration_s} s" if run.duration_s else "until switched off"
        return TimelineEntry(run.received_at, "output", f"{name} on", length)
    return TimelineEntry(run.received_at, "output", f"{name} off", f"after {run.elapsed_s} s")


def _joined(*words: str) -> str:
    return ": ".join(filter(None, words))


def _united(stretches: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    united: list[tuple[datetime, datetime]] = []
    for start, end in stretches:
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united
