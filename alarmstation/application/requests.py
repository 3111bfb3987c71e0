"""What a console may ask of the service. Every one of them is decided by `may` in the service.

Each request class names its reply class in `REPLIES`; a refusal comes back as `ErrorReply`.
Before `Login` (or `CreateFirstAdmin`) only `Hello` and these two are answered; alarms and
devices are shown only to somebody who is logged in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from alarmstation.application.views import ConditionView, OperatorView


@dataclass(frozen=True, slots=True)
class Done:
    """The wish was carried out."""


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """The wish was not carried out. `key` and `values` translate, `text` is English."""

    key: str
    text: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hello:
    """First request on a connection. `token` comes from the owner-only token file."""

    token: str
    link_version: int
    console: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """`needs_first_admin`: there are no accounts yet, ask for `CreateFirstAdmin`."""

    link_version: int
    station: str
    program_version: str
    needs_first_admin: bool
    language: str
    demonstration: bool
    """A simulated site: the login form offers the demonstration accounts."""
    ready: bool = True
    """Accounts are known. While False nobody can log in: say `conditions`, and ask again."""
    conditions: tuple[ConditionView, ...] = ()
    """State of each part of the station, for a console in which nobody is logged in yet."""


@dataclass(frozen=True, slots=True)
class CreateFirstAdmin:
    """Makes the first account; refused as soon as one exists."""

    name: str
    password: str
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """Answered with `Session`; the snapshot follows."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Logout:
    """Ends the session, not the connection."""


@dataclass(frozen=True, slots=True)
class Session:
    """`history_dsn`: read-only connection string for charts and history; empty: no database."""

    operator: OperatorView
    history_dsn: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Acknowledge an alarm; CRITICAL needs a note."""

    alarm_id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class UndoAcknowledge:
    """Take the acknowledgment back, for 10 s."""

    alarm_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Take the alarm."""

    alarm_id: str


@dataclass(frozen=True, slots=True)
class Release:
    """Give the alarm back."""

    alarm_id: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Silence the alarm's sound for 30 s."""

    alarm_id: str


@dataclass(frozen=True, slots=True)
class AddNote:
    """Add a note to an alarm."""

    alarm_id: str
    note: str


@dataclass(frozen=True, slots=True)
class ReportPresentation:
    """The console proves what people saw and heard of an alarm. Times None: not (yet)."""

    alarm_id: str
    painted_at: datetime | None = None
    sounded_at: datetime | None = None
    problem: str = ""
    """Why it was not seen or heard: covered, no screen, no sound device …"""


@dataclass(frozen=True, slots=True)
class ReportCanary:
    """The console's popup engine got the canary alarm `number`."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SendCommand:
    """Send one command to one or more devices.

    `name` and `fields` are those of the command catalogue (`domain/catalogue.py`).
    `confirmed`: the operator confirmed a destructive or permanent command; `typed_host` the
    host name typed for a factory reset. `queue`: let it wait for offline units.
    """

    device_ids: tuple[int, ...]
    name: str
    fields: dict[str, str | int | float | bool]
    confirmed: bool = False
    typed_host: str = ""
    queue: bool = False


@dataclass(frozen=True, slots=True)
class CommandRefusal:
    """Why a command was not accepted for one device."""

    device_id: int
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class CommandsAccepted:
    """Request ids of what was accepted, and refusals for the rest."""

    request_ids: tuple[str, ...]
    refusals: tuple[CommandRefusal, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """Cancel a command that is still PENDING."""

    request_id: str


@dataclass(frozen=True, slots=True)
class SaveSite:
    """Create (`id` 0) or change a site."""

    id: int
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class SaveDevice:
    """Enrol a provisional device or change an enrolled one."""

    device_id: int
    name: str
    site_id: int | None
    note: str = ""
    key_hex: str = ""
    """A new key of 64 hex digits; empty: keep. It never comes back out."""


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit of an import. `site_path` is created where missing; key and password may be empty."""

    host: str
    mac: str
    name: str = ""
    site_path: tuple[str, ...] = ()
    key_hex: str = ""
    broker_password: str = ""
    """Makes an account on the station's own broker for this unit."""


@dataclass(frozen=True, slots=True)
class ImportUnits:
    """Enrol many units at once (a customer's list, the simulated site)."""

    units: tuple[UnitSpec, ...]


@dataclass(frozen=True, slots=True)
class RemoveDevice:
    """Delete a device; refused with "retire instead" when it has history (vector 19)."""

    device_id: int
    retire: bool = False


@dataclass(frozen=True, slots=True)
class SaveOperator:
    """Create or change an account; an empty password keeps the old one."""

    name: str
    role: str
    display_name: str = ""
    password: str = ""
    site_ids: tuple[int, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class ListOperators:
    """Every account; answered with `Operators`."""


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """An account as administrators see it; nothing of its password."""

    name: str
    display_name: str
    role: str
    """viewer, guard, technician, supervisor, admin"""
    site_ids: tuple[int, ...]
    """Empty: every site."""
    active: bool


@dataclass(frozen=True, slots=True)
class Operators:
    """Every account, by name."""

    operators: tuple[OperatorRow, ...]


@dataclass(frozen=True, slots=True)
class WatchTraffic:
    """Show decoded traffic of a device on this connection; device_id 0 ends it."""

    device_id: int


Request = (
    Hello
    | CreateFirstAdmin
    | Login
    | Logout
    | Acknowledge
    | UndoAcknowledge
    | Claim
    | Release
    | Silence
    | AddNote
    | ReportPresentation
    | ReportCanary
    | SendCommand
    | CancelCommand
    | SaveSite
    | SaveDevice
    | ImportUnits
    | RemoveDevice
    | SaveOperator
    | ListOperators
    | WatchTraffic
)

Reply = Done | Welcome | Session | CommandsAccepted | Operators | ErrorReply

REPLIES: dict[type[Request], type[Reply]] = {
    Hello: Welcome,
    CreateFirstAdmin: Session,
    Login: Session,
    SendCommand: CommandsAccepted,
    ListOperators: Operators,
}
"""Reply class of each request; those not named are answered with `Done`."""
