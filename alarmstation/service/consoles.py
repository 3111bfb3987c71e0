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
from alarmstation.application.accounts import PasswordHasher, is_valid
from alarmstation.application.requests import (
    CreateFirstAdmin,
    Done,
    Hello,
    ImportUnits,
    ListOperators,
    Login,
    Logout,
    Operators,
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
from alarmstation.domain.access import Action, Operator, allowed_actions
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
        may_begin: Callable[[], bool],
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
        self._may_begin = may_begin
        self._delete_device = delete_device
        self._import_accounts = import_accounts
        self._on_canary = on_canary
        self._on_session = on_session
        self._on_work = on_work
        self._on_watched = on_watched
        self.server: LinkServer | None = None

    def _is_ready(self) -> bool:
        """Whether anybody could log in, or make the first account."""
        some = not self._station.accounts.are_empty
        return self._accounts_known() and (some or self._may_begin())

    # LinkHost

    async def answer(self, connection: Connection, request: Request) -> Reply:
        """Decide and carry out one request."""
        match request:
            case Hello():
                return Welcome(
                    LINK_VERSION,
                    self._station.name,
                    __version__,
                    self._may_begin() and self._station.accounts.are_empty,
                    self._language,
                    self._demonstration,
                    self._is_ready(),
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
            sites=station.site_views(operator),
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
        if not self._is_watched():
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
        shown = self._station.changes.shown
        changed, removed = self._station.changes.take_devices()
        sites_changed, shown.sites = shown.sites, False
        if not self._is_watched():
            return
        views = (self._station.device_view(device_id) for device_id in changed)
        devices = tuple(view for view in views if view is not None)
        sites = self._station.site_views() if sites_changed else ()
        if devices or removed or sites:
            self._publish(Delta(sites=sites, devices=devices, removed_devices=tuple(removed)))

    def show_health(self, health: HealthView) -> None:
        """The state of the station's parts, to everybody."""
        if self.server is not None:
            self.server.announce(Delta(health=health))

    def show_canary(self, number: int) -> None:
        """A canary alarm for the popup engines."""
        self._send_all(Delta(canary=number))

    def show_traffic(self, traffic: TrafficView) -> None:
        """A message of a unit, to those who watch this unit."""
        if self.server is None or traffic.device_id is None:
            return
        delta, device_id, now = Delta(traffic=(traffic,)), traffic.device_id, utc_now()

        def watched(connection: Connection) -> Delta | None:
            operator = self._valid_operator(connection, now)
            if connection.traffic_device != device_id or operator is None:
                return None
            return delta if self._station.sees(operator, device_id, now) else None

        self.server.publish(watched)

    def _send_all(self, delta: Delta) -> None:
        if self.server is not None:
            self.server.publish(lambda _: delta)

    def _publish(self, delta: Delta) -> None:
        """To everybody, without what they may not see."""
        if self.server is None:
            return
        now = utc_now()
        self.server.publish(lambda connection: self._visible(connection, delta, now))

    def _is_watched(self) -> bool:
        """Whether anybody is logged in; otherwise nothing needs to be made to look at."""
        return self.server is not None and any(c.live for c in self.server.connections)

    def _visible(self, connection: Connection, delta: Delta, now: datetime) -> Delta | None:
        """What of it this console may see; what it may not see any more is removed from it."""
        operator = self._valid_operator(connection, now)
        if operator is None:
            return None  # the account was closed; the next request says so
        if not operator.site_ids:
            return delta
        sees = self._station.sees
        devices = tuple(d for d in delta.devices if sees(operator, d.id, now))
        hidden = {d.id for d in delta.devices} - {d.id for d in devices}
        return replace(
            delta,
            sites=self._station.site_views(operator) if delta.sites else (),
            devices=devices,
            removed_devices=(*delta.removed_devices, *sorted(hidden)),
            alarms=tuple(a for a in delta.alarms if sees(operator, a.device_id, now)),
            commands=tuple(c for c in delta.commands if sees(operator, c.device_id, now)),
        )

    # Requests

    def _valid_operator(self, connection: Connection, now: datetime) -> Operator | None:
        name = connection.operator_name
        operator = self._station.accounts.find(name) if name else None
        return operator if operator is not None and is_valid(operator, now) else None

    def _operator(self, connection: Connection) -> Operator:
        """Who is logged in there, with the rights of this moment."""
        operator = self._valid_operator(connection, utc_now())
        if operator is None:
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
            if not self._may_begin():
                raise Unavailable("whether there are accounts is in the database")
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
                if device_id:
                    unit = self._station.enrolment.unit(device_id)
                    self._station.wishes.demand_unit(operator, Action.SEE, now, unit)
                connection.traffic_device = device_id
                self._update_watched()
            case SaveOperator():
                await self._save_operator(operator, request, now)
            case ListOperators():
                return self._list_operators(operator, now)
            case RemoveDevice():
                await self._remove_device(operator, request, now)
            case ImportUnits():
                reply = self._station.answer(operator, request, now)
                await self._import_accounts(request)
                return reply
            case _:
                return self._station.answer(operator, request, now)
        return Done()

    def _list_operators(self, operator: Operator, now: datetime) -> Operators:
        self._station.wishes.demand(operator, Action.MANAGE_USERS, now, what="accounts")
        everybody = sorted(self._station.accounts.all(), key=lambda one: one.name.casefold())
        shown = (one for one in everybody if self._lies_within(one, operator))
        return Operators(tuple(viewing.operator_row(one) for one in shown))

    def _lies_within(self, one: Operator, operator: Operator) -> bool:
        """Whether everything that `one` may see lies in the sites of `operator`."""
        if not operator.site_ids:
            return True
        paths = (self._station.directory.site_path(site_id) for site_id in one.site_ids)
        return bool(one.site_ids) and all(
            any(site.id in operator.site_ids for site in path) for path in paths
        )

    async def _save_operator(
        self, operator: Operator, request: SaveOperator, now: datetime
    ) -> None:
        station = self._station
        station.wishes.demand(operator, Action.MANAGE_USERS, now, what=request.name)
        unknown = set(request.site_ids) - station.directory.sites.keys()
        if unknown:
            raise Refused("site.unknown", "This site is not known any more.")
        # Nobody gives more than they have: only who sees every site may grant every site.
        known = station.accounts.find(request.name)
        granted = (*(request.site_ids or (None,)), *((known.site_ids or (None,)) if known else ()))
        station.wishes.demand_sites(operator, Action.MANAGE_USERS, now, granted)
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
        self._show_anew(request.name)

    def _show_anew(self, name: str) -> None:
        """Who is logged in by that name sees what the account may see now."""
        connections = self.server.connections if self.server is not None else ()
        for connection in connections:
            if connection.operator_name != name or not connection.live:
                continue
            if self._valid_operator(connection, utc_now()) is not None:
                connection.open_stream(self.snapshot(connection))
            else:
                connection.operator_name = connection.session = None
                connection.traffic_device = 0
                connection.close_stream()
        self._update_watched()

    async def _remove_device(
        self, operator: Operator, request: RemoveDevice, now: datetime
    ) -> None:
        unit = self._station.enrolment.unit(request.device_id)
        self._station.wishes.demand_unit(operator, Action.RETIRE, now, unit)
        if request.retire:
            self._station.enrolment.retire(unit, operator.name, now)
            return
        await self._delete_device(unit.id)
        self._station.enrolment.forget(unit, operator.name, utc_now())

    def _update_watched(self) -> None:
        if self.server is None:
            return
        ids: Iterable[int] = {c.traffic_device for c in self.server.connections}
        units = (self._station.directory.by_id(device_id) for device_id in ids)
        self._on_watched({unit.host for unit in units if unit is not None})
