"""The service, put together: read it from top to bottom to know what runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from alarmstation.adapters.files import KeyFile, MemoryFile
from alarmstation.adapters.link.server import LinkServer
from alarmstation.adapters.link.token_file import token_path
from alarmstation.adapters.mqtt.client import Raw
from alarmstation.adapters.passwords import Argon2Hasher
from alarmstation.adapters.wire.topic import Topics
from alarmstation.application.alarm_desk import STATION
from alarmstation.application.changes import Work
from alarmstation.application.ports import OperationalStore
from alarmstation.application.requests import ImportUnits
from alarmstation.application.station import Station, StationRules
from alarmstation.application.views import HealthView
from alarmstation.config import Settings
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.cdc import CdcRules
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.locations import Home
from alarmstation.service import health as states
from alarmstation.service.broker import Broker
from alarmstation.service.canary import Canary
from alarmstation.service.clock import ClockWatch, utc_now
from alarmstation.service.consoles import Consoles
from alarmstation.service.database import Database, Opened
from alarmstation.service.health import Health
from alarmstation.service.inbox import Inbox
from alarmstation.service.intake import Intake
from alarmstation.service.listening import Listening
from alarmstation.service.outbox import Outbox
from alarmstation.service.storage import Storage, Token

log = logging.getLogger(__name__)

TICK_S = 0.1
MESSAGES_AT_A_TIME = 200
"""Decided before the loop looks at anything else."""

CANARY_AFTER_LOGIN_S = 1.0
REOPEN_S = 5.0
TEND_EVERY_S = 12 * 3600.0
WINDOWS_EVERY_S = 10.0
"""The memory of every unit is stored so often, and with each of its alarms."""

MEMORY_EVERY_S = 2.0
SESSION_EVERY = timedelta(seconds=10)
RATE_EVERY_S = 5.0


class Service:
    """One station's background service. `run` until cancelled, then everything is closed."""

    def __init__(self, settings: Settings, home: Home, *, demonstration: bool = False) -> None:
        self._settings = settings
        self._home = home
        history = settings.history
        self.station = Station(
            StationRules(
                settings.station.name,
                CdcRules(
                    history.temperature_threshold_c,
                    history.humidity_threshold_pct,
                    history.fan_threshold_pct,
                    history.force_interval_s,
                ),
                settings.alarms.comm_loss_after_s,
            ),
            KeyFile(home.secrets / "unit_keys.json"),
            lambda: str(uuid.uuid4()),
        )
        self._memory = MemoryFile(home.secrets / "memory.bin")
        self._health = Health()
        self._clock = ClockWatch()
        self._inbox = Inbox()
        branch = settings.broker.command_branch.removeprefix("pb/")
        self._topics = Topics(settings.broker.base_topic, branch)
        self._database = Database(settings.database, home)
        self._broker = Broker(settings.broker, home)
        self._storage = Storage(
            self.station,
            on_stored=self._on_stored,
            acknowledge=self._acknowledge,
            on_lost=self._on_database_lost,
            on_back=self._on_database_back,
        )
        self._canary = Canary(self._publish_canary, self._show_canary)
        self._consoles = Consoles(
            self.station,
            Argon2Hasher(),
            language=settings.station.language,
            demonstration=demonstration,
            health=self._health_view,
            history_dsn=lambda: self._reader_dsn,
            accounts_known=lambda: self._restored,
            may_begin=lambda: self._database_read,
            delete_device=self._delete_device,
            import_accounts=self._import_accounts,
            on_canary=self._canary.shown,
            on_session=self._prove_path_soon,
            on_work=self._after_decisions,
            on_watched=self._watch_hosts,
        )
        self._intake = Intake(
            self.station,
            self._topics,
            lambda payload: self._canary.heard(payload, utc_now()),
            self._consoles.show_traffic,
        )
        self._outbox = Outbox(self.station, self._topics, self._intake, self._consoles.show_traffic)
        self._listening = Listening(
            settings.broker,
            home.run / "installation_id",
            station=self.station,
            topics=self._topics,
            broker=self._broker,
            health=self._health,
            intake=self._intake,
            outbox=self._outbox,
            storage=self._storage,
            on_raw=self._on_raw,
            on_change=self._on_listening,
        )
        self._link = LinkServer(self._consoles, token_path(home.path), settings.link.port)
        self._consoles.server = self._link
        self._restored = False
        """It is known which units and people there are, from wherever."""
        self._database_read = False
        self._memory_is_stale = False
        self._memory_problem = ""
        self._reader_dsn = ""
        self._database_remark = ""
        self._edition = ""
        self._received = 0
        self._rate = 0.0
        self._to_remember: deque[int] = deque()
        """Devices whose memory is stored in the next ticks."""
        self._at_a_tick = 1
        self._work_in = asyncio.Event()

    async def run(self) -> None:
        """Run until cancelled.

        Raises:
            UserError: consoles cannot be served (busy port); the rest is tried again for ever.
        """
        await self._serve_consoles()
        self._health.set("spool", states.OK, "spool.empty", "Nothing waits to be stored.")
        self._health.set("clock", states.OK, "clock.steady", "The clock runs steadily.")
        self._remember()
        try:
            async with asyncio.TaskGroup() as tasks:
                for part in (
                    self._keep_database(),
                    self._listening.keep(lambda: self._restored),
                    self._storage.run(),
                    self._decide(),
                    self._tick(),
                    self._show(),
                    self._send_canaries(),
                    self._keep_memory(),
                ):
                    tasks.create_task(part)
        finally:
            await self._close()

    async def _serve_consoles(self) -> None:
        """Consoles find the port by the token file: a busy one is no reason not to run."""
        self._health.set("service", states.OK, "service.running", "The service runs.")
        try:
            await self._link.start()
        except UserError as error:
            if error.key != "link.port-busy" or not self._settings.link.port:
                raise
            self._health.set("service", states.DEGRADED, error.key, str(error))
            self._link = LinkServer(self._consoles, token_path(self._home.path))
            self._consoles.server = self._link
            await self._link.start()

    async def _close(self) -> None:
        self._listening.note_session(utc_now(), ends=True)
        self.station.changes.batch.windows.update(
            self.station.windows(unit.id for unit in self.station.directory if unit.heard)
        )
        with contextlib.suppress(Unavailable, TimeoutError):
            await asyncio.wait_for(self._storage.flush(), 5.0)
        self._listening.close()
        if self._restored:
            await self._save_memory()
        await self._link.close()
        self._storage.close()
        await asyncio.to_thread(self._broker.close)
        await asyncio.to_thread(self._database.close)

    # Database

    def _remember(self) -> None:
        """Go on with the local memory until the database is there."""
        try:
            memory = self._memory.load()
            if memory is not None:
                self.station.restore(memory.recollection(), utc_now())
                self._restored = True
        except UserError as error:
            self._health.set("service", states.DEGRADED, error.key, str(error))

    async def _keep_database(self) -> None:
        while True:
            opened = await self._health.attempt(
                "database", lambda: asyncio.to_thread(self._database.open, self._progress)
            )
            if opened is not None:
                self._use_database(opened)
                break  # from here on the storage reconnects by itself
            self._raise_database_alarm()
            await asyncio.sleep(REOPEN_S)
        while True:
            await asyncio.sleep(TEND_EVERY_S)
            try:
                await asyncio.to_thread(self._database.tend)
            except (UserError, Unavailable) as error:
                log.info("the database could not be tended, it is tried again later: %s", error)

    def _progress(self, text: str) -> None:
        log.info("%s", text)

    def _use_database(self, opened: Opened) -> None:
        now = utc_now()
        if opened.past.last_session is not None:
            self._listening.heard_before(opened.past.last_session)
        try:
            self.station.restore(opened.past, now)
        except UserError as error:
            self._health.set("service", states.DEGRADED, error.key, str(error))
        self._restored = self._database_read = True
        self._reader_dsn = opened.reader_dsn
        self._edition = opened.edition.value
        self._listening.note_session(now)
        self._storage.use(opened.store)
        self._database_remark = opened.remark
        self._database_is_up()
        self._memory_is_stale = True
        self._after_decisions()

    def _database_is_up(self) -> None:
        if self._database_remark:
            remark = self._database_remark
            self._health.set("database", states.DEGRADED, "database.remark", remark)
        else:
            self._health.set("database", states.OK, "database.up", "Everything is stored.")
        self.station.alarms.clear_station_alarm(STATION, AlarmKind.SYSTEM, utc_now())

    def _on_database_lost(self, reason: str) -> None:
        self._health.set(
            "database",
            states.DOWN,
            "database.lost",
            f"The database is away ({reason}). Alarms are shown but not yet stored; they are "
            "stored as soon as it is back.",
        )
        self._raise_database_alarm()

    def _raise_database_alarm(self) -> None:
        now = utc_now()
        self.station.alarms.raise_station_alarm(
            STATION, "station", AlarmKind.SYSTEM, f"database:{now.isoformat()}", now,
            detail="The database is away",
        )  # fmt: skip
        self._after_decisions()

    def _on_database_back(self) -> None:
        self._database_is_up()
        self._after_decisions()

    async def _delete_device(self, device_id: int) -> None:
        def delete(store: OperationalStore) -> None:
            store.delete_device(device_id)

        await self._storage.settle()
        await self._storage.call(delete)

    async def _keep_memory(self) -> None:
        while True:
            await asyncio.sleep(MEMORY_EVERY_S)
            if self._restored and self._memory_is_stale:
                await self._save_memory()

    async def _save_memory(self) -> None:
        self._memory_is_stale = False
        try:
            memory = self.station.memory(self._storage.waiting)
            await asyncio.to_thread(self._memory.save, memory)
            self._memory_problem = ""
        except Unavailable as error:
            self._memory_problem = str(error)
            self._memory_is_stale = True  # there may be room the next time

    # Broker

    async def _import_accounts(self, request: ImportUnits) -> None:
        passwords = {spec.host: spec.broker_password for spec in request.units}
        await asyncio.to_thread(self._broker.set_unit_accounts, passwords)
        # What was answered outlives a crash; while the database is away the memory keeps it.
        with contextlib.suppress(Unavailable):
            await self._storage.settle()

    def _prove_path_soon(self) -> None:
        """Somebody has come: prove the alarm path as soon as that console shows something."""
        loop = asyncio.get_running_loop()
        loop.call_later(CANARY_AFTER_LOGIN_S, lambda: self._canary.send(utc_now()))

    # Between parts that are made one after the other

    def _acknowledge(self, tokens: Sequence[Token]) -> None:
        self._listening.acknowledge(tokens)

    def _publish_canary(self, payload: bytes) -> bool:
        return self._listening.publish_canary(payload)

    def _show_canary(self, number: int) -> None:
        self._consoles.show_canary(number)

    # Messages

    def _on_listening(self) -> None:
        if self._listening.since is not None:
            self._canary.send(utc_now())
        self._after_decisions()

    def _on_raw(self, raws: list[Raw]) -> None:
        self._received += len(raws)
        for dropped in self._inbox.put(raws):
            self._acknowledge((dropped.token,))
        self._work_in.set()

    async def _decide(self) -> None:
        while True:
            await self._work_in.wait()
            raws = self._inbox.take(MESSAGES_AT_A_TIME)
            if not raws:
                self._work_in.clear()
                continue
            for raw in raws:
                must_last = False
                try:
                    must_last = self._intake.take(raw)
                except Exception:
                    # A bug in one message rejects that message and nothing else.
                    log.exception("a message on %s could not be handled", raw.topic)
                self._storage.taken(raw.token, must_last=must_last)
            self._after_decisions()
            await asyncio.sleep(0)

    def _after_decisions(self) -> None:
        """Show alarms first, then have everything stored."""
        shown = self.station.changes.shown
        try:
            if shown.alarms:
                self.station.stamp_decisions(utc_now())
            if shown.alarms or shown.commands:
                self._consoles.show_alarms()
        except Exception:
            # What cannot be shown must still be stored, and the next alarm be shown.
            log.exception("something could not be shown")
        self._storage.work_waits()

    def _on_stored(self, work: Work) -> None:
        now = utc_now()
        self._outbox.send(self.station.leaving(work.dispatches, now))
        receipts = self.station.committed(work, now)
        self.station.changes.work.dispatches.extend(receipts)
        batch = work.batch
        if batch.devices or batch.operators or batch.alarms or batch.counters or batch.sites:
            self._memory_is_stale = True
        if self.station.changes.shown.alarms:
            self._consoles.show_alarms()

    # Time

    async def _tick(self) -> None:
        next_session = utc_now()
        while True:
            await asyncio.sleep(TICK_S)
            now = utc_now()
            try:
                self._follow_clock(now)
                self.station.tick(now)
            except Exception:
                log.exception("something due could not be done")
            if self._canary.is_overdue(now) and self._listening.since is not None:
                text = "Connected to the broker, but the test alarm did not come back."
                self._health.set("receiving", states.DOWN, "receiving.no-canary", text)
            self._store_windows()
            if now >= next_session:
                next_session = now + SESSION_EVERY
                self._listening.note_session(now)
            if not self._storage.is_storing:
                self._memory_is_stale = True
            self._after_decisions()

    def _store_windows(self) -> None:
        """Some units at each tick, so that all are done in time and no alarm waits for it."""
        if not self._to_remember:
            self._to_remember.extend(unit.id for unit in self.station.directory if unit.heard)
            self._at_a_tick = 1 + int(len(self._to_remember) * TICK_S / WINDOWS_EVERY_S)
        some = [
            self._to_remember.popleft() for _ in range(min(self._at_a_tick, len(self._to_remember)))
        ]
        self.station.changes.batch.windows.update(self.station.windows(some))

    def _follow_clock(self, now: datetime) -> None:
        jump = self._clock.jump_s()
        if not jump:
            if now - self._health.since("clock") > timedelta(minutes=10):
                self._health.set("clock", states.OK, "clock.steady", "The clock runs steadily.")
            return
        text = f"The clock of this machine was moved by {jump:+.0f} s."
        self._health.set("clock", states.DEGRADED, "clock.jumped", text)
        if jump < 0:
            self.station.clock_moved(now)
        elif self._listening.since is not None:
            # Set forward, or asleep: nobody was silent for that long while we listened.
            self.station.watch.deaf(now - timedelta(seconds=jump), "the clock was moved")
            self.station.watch.listening(now)

    async def _send_canaries(self) -> None:
        while True:
            await asyncio.sleep(self._settings.alarms.canary_interval_s)
            now = utc_now()
            if self._listening.is_connected:
                if not self._canary.is_overdue(now):
                    self._health.set("receiving", states.OK, "receiving.yes", "Units are heard.")
                self._canary.send(now)

    # Screens

    async def _show(self) -> None:
        last_health = last_rate = 0.0
        counted = 0
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK_S)
            try:
                self._consoles.show_devices()
            except Exception:
                log.exception("devices could not be shown")
            if loop.time() - last_rate >= RATE_EVERY_S:
                self._rate = (self._received - counted) / (loop.time() - last_rate)
                counted, last_rate = self._received, loop.time()
            if self._health.changed or loop.time() - last_health >= 1.0:
                self._health.changed = False
                last_health = loop.time()
                self._consoles.show_health(self._health_view())

    def _health_view(self) -> HealthView:
        away = self._health.state("database") == states.DOWN
        waiting = self._storage.waiting_rows if away else 0
        if waiting:
            text = f"{waiting} rows wait for the database."
            self._health.set("spool", states.DEGRADED, "spool.waiting", text, counting=True)
        elif self._memory_problem:
            self._health.set("spool", states.DEGRADED, "spool.disk", self._memory_problem)
        elif self._health.state("spool") == states.DEGRADED and self._storage.is_storing:
            self._health.set("spool", states.OK, "spool.empty", "Nothing waits to be stored.")
        units = tuple(self.station.directory)
        unheard = self._listening.unheard
        waiting_alarms = [
            int(alarm.severity)
            for alarm in self.station.alarms
            if not alarm.acknowledged and "test" not in alarm.marks
        ]
        return HealthView(
            at=utc_now(),
            conditions=self._health.conditions(),
            path_proven_at=self._canary.proven_at,
            listening_since=self._listening.since,
            unheard_from=unheard[0] if unheard else None,
            unheard_until=unheard[1] if unheard else None,
            database_edition=self._edition,
            messages_per_s=round(self._rate, 1),
            received_total=self._received,
            stored_rows=sum(unit.status.stored_rows for unit in units),
            received_samples=sum(unit.status.received_samples for unit in units),
            waiting_rows=waiting,
            dropped_samples=self._storage.dropped_rows + self._inbox.dropped,
            demonstration_broker=self._listening.for_demonstration,
            waiting_alarms=len(waiting_alarms),
            worst_waiting=max(waiting_alarms, default=None),
        )

    def _watch_hosts(self, hosts: set[str]) -> None:
        self._intake.watched_hosts = hosts
