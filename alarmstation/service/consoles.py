"""The consoles of this machine: who is logged in, and what each may see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime

from alarmstation import __version__
from alarmstation.adapters.link.schema import LINK_VERSION
from alarmstation.adapters.link.server import Connection, LinkServer
from alarmstation.application import viewing
from alarmstation.application.accounts import PasswordHasher
from alarmstation.application.requests import (
    CreateFirstAdmin,
    Done,
    Hello,
    ImportUnits,
    Login,
    Logout,
    RemoveDevice,
    Reply,
    ReportCanary,
    Request,
    SaveOperator,
    Session,
    WatchTraffic,
    Welcome,
)
from alarmstation.application.station import Station
from alarmstation.application.views import Delta, HealthView, Snapshot, TrafficView
from alarmstation.domain.access import Action, Operator, Target, allowed_actions, may
from alarmstation.domain.errors import Refused, Unavailable
from alarmstation.service.clock import utc_now


class Consoles:
    """Answers consoles (a `LinkHost`) and sends them what changed."""

    def __init__(
        self,
        station: Station,
        hasher: PasswordHasher,
        *,
        language: str,
        demonstration: bool,
        health: Callable[[], HealthView],
        history_dsn: Callable[[], str],
        accounts_known: Callable[[], bool],
        delete_device: Callable[[int], Awaitable[None]],
        import_accounts: Callable[[ImportUnits], Awaitable[None]],
        on_canary: Callable[[int, datetime], None],
        on_session: Callable[[], None],
        on_work: Callable[[], None],
        on_watched: Callable[[set[str]], None],
    ) -> None:
        self._station = station
        self._hasher = hasher
        self._language = language
        self._demonstration = demonstration
        self._health = health
        self._history_dsn = history_dsn
        self._accounts_known = accounts_known
        self._delete_device = delete_device
        self._import_accounts = import_accounts
        self._on_canary = on_canary
        self._on_session = on_session
        self._on_work = on_work
        self._on_watched = on_watched
        self.server: LinkServer | None = None

    # LinkHost

    async def answer(self, connection: Connection, request: Request) -> Reply:
        """Decide and carry out one request."""
        match request:
            case Hello():
                return Welcome(
                    LINK_VERSION,
                    self._station.name,
                    __version__,
                    self._accounts_known() and self._station.accounts.are_empty,
                    self._language,
                    self._demonstration,
                    self._accounts_known(),
                    self._health().conditions,
                )
            case CreateFirstAdmin() | Login():
                return await self._log_in(connection, request)
        operator = self._operator(connection)
        try:
            return await self._answer(connection, operator, request)
        finally:
            self._on_work()

    def snapshot(self, connection: Connection) -> Snapshot:
        """Everything that the operator may see."""
        operator = self._operator(connection)
        station = self._station
        now = utc_now()
        devices = (station.device_view(unit.id) for unit in station.directory)
        commands = (station.command_view(command.request_id) for command in station.commands)
        return Snapshot(
            sites=station.site_views(),
            devices=tuple(
                d for d in devices if d is not None and station.sees(operator, d.id, now)
            ),
            alarms=tuple(
                station.alarm_view(alarm)
                for alarm in station.alarms
                if station.sees(operator, alarm.device_id, now)
            ),
            commands=tuple(
                c for c in commands if c is not None and station.sees(operator, c.device_id, now)
            ),
            health=self._health(),
        )

    def closed(self, connection: Connection) -> None:
        """A console is gone."""
        connection.session = None
        connection.traffic_device = 0
        self._update_watched()

    # Sending

    def show_alarms(self) -> None:
        """Alarms and commands that changed, at once."""
        changes = self._station.changes
        changes_alarms = changes.take_alarms()
        commands = changes.take_commands()
        if not changes_alarms and not commands:
            return
        delta = Delta(
            alarms=tuple(self._station.alarm_view(alarm) for alarm in changes_alarms),
            commands=tuple(
                view
                for request_id in commands
                if (view := self._station.command_view(request_id)) is not None
            ),
        )
        self._publish(delta)

    def show_devices(self) -> None:
        """Devices and sites that changed, ten times a second at most."""
        changed, removed = self._station.changes.take_devices()
        changed.discard(0)
        views = []
        for device_id in changed:
            view = self._station.device_view(device_id)
            if view is not None:
                views.append(view)
        sites = self._station.site_views() if self._station.changes.shown.sites else ()
        self._station.changes.shown.sites = False
        if views or removed or sites:
            self._publish(Delta(sites=sites, devices=tuple(views), removed_devices=tuple(removed)))

    def show_health(self, health: HealthView) -> None:
        """The state of the station's parts, to everybody."""
        if self.server is not None:
            self.server.announce(Delta(health=health))

    def show_canary(self, number: int) -> None:
        """A canary alarm for the popup engines."""
        self._send_all(Delta(canary=number))

    def show_traffic(self, traffic: TrafficView) -> None:
        """A message of a unit, to those who watch this unit."""
        if self.server is None:
            return
        delta = Delta(traffic=(traffic,))
        self.server.publish(
            lambda c: delta if c.traffic_device and c.traffic_device == traffic.device_id else None
        )

    def _send_all(self, delta: Delta) -> None:
        if self.server is not None:
            self.server.publish(lambda _: delta)

    def _publish(self, delta: Delta) -> None:
        """To everybody, without what they may not see."""
        if self.server is None:
            return
        now = utc_now()
        self.server.publish(lambda connection: self._visible(connection, delta, now))

    def _visible(self, connection: Connection, delta: Delta, now: datetime) -> Delta | None:
        operator = self._operator(connection)
        if not operator.site_ids:
            return delta
        sees = self._station.sees
        return replace(
            delta,
            devices=tuple(d for d in delta.devices if sees(operator, d.id, now)),
            alarms=tuple(a for a in delta.alarms if sees(operator, a.device_id, now)),
            commands=tuple(c for c in delta.commands if sees(operator, c.device_id, now)),
        )

    # Requests

    def _operator(self, connection: Connection) -> Operator:
        """Who is logged in there, with the rights of this moment."""
        name = connection.operator_name
        operator = self._station.accounts.find(name) if name else None
        if operator is None or not operator.active:
            raise Refused("login.needed", "Log in first.")
        return operator

    async def _log_in(self, connection: Connection, request: CreateFirstAdmin | Login) -> Session:
        if not self._accounts_known():
            raise Unavailable("the accounts are in the database, which cannot be read")
        accounts, now = self._station.accounts, utc_now()
        if isinstance(request, Login):
            accounts.check_not_locked(request.name, now)
            stored = accounts.stored_hash(request.name)
            right = await asyncio.to_thread(self._hasher.verify, stored, request.password)
            operator = accounts.log_in(request.name, utc_now(), right=right)
        else:
            accounts.check_new(request.name, request.password)
            password_hash = await asyncio.to_thread(self._hasher.hash, request.password)
            operator = accounts.create_first_admin(
                request.name, password_hash, request.display_name, now
            )
        connection.session = operator
        connection.operator_name = operator.name
        self._on_work()
        self._on_session()
        actions = allowed_actions(operator, now)
        return Session(viewing.operator_view(operator, actions), self._history_dsn())

    async def _answer(self, connection: Connection, operator: Operator, request: Request) -> Reply:
        now = utc_now()
        match request:
            case Logout():
                connection.session = None
                connection.operator_name = None
            case ReportCanary(number=number, at=at):
                self._on_canary(number, at)
            case WatchTraffic(device_id=device_id):
                if device_id and not self._station.sees(operator, device_id, now):
                    raise Refused("access.denied", "You may not see this device.")
                connection.traffic_device = device_id
                self._update_watched()
            case SaveOperator():
                await self._save_operator(operator, request, now)
            case RemoveDevice():
                await self._remove_device(operator, request, now)
            case ImportUnits():
                reply = self._station.answer(operator, request, now)
                await self._import_accounts(request)
                return reply
            case _:
                return self._station.answer(operator, request, now)
        return Done()

    async def _save_operator(
        self, operator: Operator, request: SaveOperator, now: datetime
    ) -> None:
        self._demand(operator, Action.MANAGE_USERS, now)
        accounts = self._station.accounts
        password_hash = ""
        if request.password or accounts.find(request.name) is None:
            accounts.check_new(request.name, request.password)
            password_hash = await asyncio.to_thread(self._hasher.hash, request.password)
        accounts.save(
            request.name,
            request.role,
            request.display_name,
            password_hash,
            frozenset(request.site_ids),
            active=request.active,
        )
        self._station.changes.audit(now, operator.name, "save account", request.name, "done")

    async def _remove_device(
        self, operator: Operator, request: RemoveDevice, now: datetime
    ) -> None:
        unit = self._station.enrolment.unit(request.device_id)
        self._demand(operator, Action.RETIRE, now, self._station.directory.target(unit))
        if request.retire:
            self._station.enrolment.retire(unit, operator.name, now)
            return
        await self._delete_device(unit.id)
        self._station.enrolment.forget(unit, operator.name, utc_now())

    def _demand(
        self, operator: Operator, action: Action, now: datetime, target: Target | None = None
    ) -> None:
        if not may(operator, action, target or Target(), now):
            self._station.changes.audit(now, operator.name, action.value, "station", "refused")
            raise Refused(
                "access.denied",
                "{operator} may not do this here: {action}.",
                operator=operator.name,
                action=action.value,
            )

    def _update_watched(self) -> None:
        if self.server is None:
            return
        ids: Iterable[int] = {c.traffic_device for c in self.server.connections}
        units = (self._station.directory.by_id(device_id) for device_id in ids)
        self._on_watched({unit.host for unit in units if unit is not None})
