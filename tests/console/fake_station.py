"""A station that exists only for the console's tests: a `LinkHost` with a small site.

It answers like the service does, but decides as little as possible.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from alarmstation.adapters.link.schema import LINK_VERSION
from alarmstation.adapters.link.server import Connection, LinkServer
from alarmstation.application.requests import (
    Acknowledge,
    AddNote,
    Claim,
    CommandsAccepted,
    CreateFirstAdmin,
    Done,
    Hello,
    Login,
    Logout,
    Release,
    Reply,
    ReportCanary,
    ReportPresentation,
    Request,
    SendCommand,
    Session,
    Silence,
    UndoAcknowledge,
    Welcome,
)
from alarmstation.application.views import (
    AlarmView,
    ConditionView,
    Delta,
    DeviceView,
    HealthView,
    LedgerView,
    OperatorView,
    SiteView,
    Snapshot,
)
from alarmstation.domain.access import Operator, Role, allowed_actions
from alarmstation.domain.errors import Refused

NOW = datetime(2026, 11, 20, 2, 47, 12, tzinfo=UTC)
PASSWORD = "correct horse"
PARTS = ("service", "broker", "receiving", "database", "spool", "clock")


def a_device(number: int = 41, **changes: object) -> DeviceView:
    """A unit that is well."""
    device = DeviceView(
        id=number,
        host=f"ESG-{number:03d}",
        name=f"Reception {number}",
        site_id=3,
        lifecycle="enrolled",
        mac="AA:BB:CC:00:00:01",
        note="",
        firmware="2.4.1",
        comm_state="online",
        comm_since=NOW - timedelta(hours=5),
        silent_since=None,
        last_seen_at=NOW - timedelta(seconds=4),
        last_heartbeat_at=NOW - timedelta(seconds=4),
        device_state=1,
        temperature_c=21.4,
        temperature_quality="good",
        temperature_reason="",
        humidity_pct=46.0,
        humidity_quality="good",
        humidity_reason="",
        panic1=False,
        panic2=False,
        tamper=False,
        aux1=None,
        aux2=None,
        siren=False,
        turret=False,
        relay1=False,
        relay2=False,
        fan_pct=20,
        rssi_dbm=-61,
        interface=1,
        ip_address="10.0.0.41",
        uptime_s=7200,
        boot_count=12,
        extended=True,
        skew_s=0.2,
        clock_set=True,
        id_synchronised=True,
        error_flags=0,
        received_samples=1000,
        stored_rows=120,
        key_fingerprint="0a1b2c3d",
        key_weak="",
        refused_messages=0,
        open_alarms=0,
        worst_alarm=None,
    )
    return replace(device, **changes)  # type: ignore[arg-type]


def an_alarm(name: str = "one", **changes: object) -> AlarmView:
    """A panic that nobody has handled."""
    at = changes.pop("at", NOW - timedelta(seconds=20))
    assert isinstance(at, datetime)
    alarm = AlarmView(
        id=name,
        device_id=41,
        host="ESG-041",
        device_name="Reception 41",
        place="Hotel Miramar › North wing › Ground floor",
        kind="PANIC1",
        severity=3,
        state="B",
        active=True,
        acknowledged=False,
        latched=True,
        raise_count=1,
        raised_at=at,
        last_raised_at=at,
        cleared_at=None,
        acknowledged_at=None,
        acknowledged_by="",
        undo_until=None,
        claimed_by="",
        silenced_until=None,
        note="",
        marks=(),
        detail="",
        stored=True,
        receipted=False,
        version=1,
        ledger=LedgerView(
            device_time=at - timedelta(milliseconds=240),
            received_at=at,
            decided_at=at + timedelta(milliseconds=1),
            painted_at=None,
            sounded_at=None,
            committed_at=at + timedelta(milliseconds=9),
            claimed_at=None,
            acknowledged_at=None,
        ),
    )
    return replace(alarm, **changes)  # type: ignore[arg-type]


def acknowledged(alarm: AlarmView, by: str = "ana", note: str = "") -> AlarmView:
    """The alarm as it is after an acknowledgment."""
    state = "C" if alarm.active else "A"
    return replace(
        alarm,
        state=state,
        acknowledged=True,
        acknowledged_by=by,
        note=note or alarm.note,
        version=alarm.version + 1,
    )


def a_health(at: datetime = NOW, **states: str) -> HealthView:
    """Everything in order, but for the parts named with their state."""
    conditions = tuple(
        ConditionView(
            part,
            states.get(part, "ok"),
            f"{part}.{states.get(part, 'ok')}",
            f"The {part} is {states.get(part, 'ok')}.",
            at - timedelta(hours=2),
        )
        for part in PARTS
    )
    return HealthView(
        at=at,
        conditions=conditions,
        path_proven_at=at - timedelta(seconds=12),
        listening_since=at - timedelta(hours=2),
        unheard_from=None,
        unheard_until=None,
        database_edition="apache",
        messages_per_s=3.4,
        received_total=10_000,
        stored_rows=1_200,
        received_samples=9_900,
        waiting_rows=0,
        dropped_samples=0,
        demonstration_broker=False,
    )


def an_operator(role: str = "guard", name: str = "ana", language: str = "") -> OperatorView:
    """A person with exactly the rights of a role."""
    rights = allowed_actions(Operator(name, Role[role.upper()]), NOW)
    names = {"ana": "Ana Ferrer"}
    return OperatorView(
        name, names.get(name, name), role, language, tuple(sorted(a.value for a in rights))
    )


SITES = (
    SiteView(1, "Hotel Miramar", None),
    SiteView(2, "North wing", 1),
    SiteView(3, "Ground floor", 2),
    SiteView(4, "South wing", 1),
)


def a_snapshot(**changes: object) -> Snapshot:
    """A small site with three units and no alarm."""
    snapshot = Snapshot(
        sites=SITES,
        devices=(a_device(41), a_device(42, name="Pool bar", site_id=4), a_device(43)),
        alarms=(),
        commands=(),
        health=a_health(),
    )
    return replace(snapshot, **changes)  # type: ignore[arg-type]


@dataclass
class FakeStation:
    """A `LinkHost` that keeps what it was asked, for tests to look at."""

    role: str = "guard"
    language: str = ""
    needs_first_admin: bool = False
    snapshot_now: Snapshot = field(default_factory=a_snapshot)
    asked: list[Request] = field(default_factory=list)
    gone: list[Connection] = field(default_factory=list)
    server: LinkServer | None = None

    async def answer(self, connection: Connection, request: Request) -> Reply:
        """Answer as the service would."""
        self.asked.append(request)
        match request:
            case Hello():
                return Welcome(
                    LINK_VERSION, "Hotel Miramar", "0.1.0", self.needs_first_admin, "", False
                )
            case Login(name=name, password=password):
                if password != PASSWORD:
                    raise Refused("login.wrong", "Name or password is wrong.")
                return self._enter(connection, name)
            case CreateFirstAdmin(name=name):
                self.needs_first_admin, self.role = False, "admin"
                return self._enter(connection, name)
            case Logout():
                connection.session = None
                return Done()
            case _ if connection.session is None:
                raise Refused("access.denied", "Log in first.")
            case SendCommand(device_ids=ids):
                return CommandsAccepted(tuple(f"r{number}" for number in ids))
            case _:
                self._change(connection, request)
                return Done()

    def _enter(self, connection: Connection, name: str) -> Session:
        connection.session = name
        connection.operator_name = name
        return Session(an_operator(self.role, name, self.language), "")

    def _change(self, connection: Connection, request: Request) -> None:
        by = str(connection.operator_name)
        match request:
            case Acknowledge(alarm_id=key, note=note):
                self.put_alarm(acknowledged(self.alarm(key), by, note))
            case UndoAcknowledge(alarm_id=key):
                alarm = self.alarm(key)
                state = "B" if alarm.active else "D"
                self.put_alarm(replace(alarm, state=state, acknowledged=False, acknowledged_by=""))
            case Claim(alarm_id=key):
                self.put_alarm(replace(self.alarm(key), claimed_by=by))
            case Release(alarm_id=key):
                self.put_alarm(replace(self.alarm(key), claimed_by=""))
            case Silence(alarm_id=key):
                until = datetime.now(UTC) + timedelta(seconds=30)
                self.put_alarm(replace(self.alarm(key), silenced_until=until))
            case AddNote(alarm_id=key, note=note):
                self.put_alarm(replace(self.alarm(key), note=note))
            case ReportPresentation() | ReportCanary():
                pass
            case _:
                raise Refused("request.unknown", "The service does not know this request.")

    def snapshot(self, connection: Connection) -> Snapshot:
        """Everything."""
        del connection
        return self.snapshot_now

    def closed(self, connection: Connection) -> None:
        """Remember who went."""
        self.gone.append(connection)

    def alarm(self, key: str) -> AlarmView:
        """An alarm of the site."""
        return next(alarm for alarm in self.snapshot_now.alarms if alarm.id == key)

    def put_alarm(self, alarm: AlarmView) -> None:
        """Raise or change an alarm, for everybody."""
        others = tuple(a for a in self.snapshot_now.alarms if a.id != alarm.id)
        self.snapshot_now = replace(self.snapshot_now, alarms=(*others, alarm))
        self.tell(Delta(alarms=(alarm,)))

    def tell(self, delta: Delta) -> None:
        """Send a delta to everybody."""
        if self.server is not None:
            self.server.publish(lambda _connection: delta)

    def asked_for(self, cls: type) -> list[Request]:
        """Requests of one class."""
        return [request for request in self.asked if isinstance(request, cls)]
