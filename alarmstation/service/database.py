"""Brings the database up and keeps bringing it up: private server or address, schema, accounts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from alarmstation import locations
from alarmstation.adapters.files import read_secret
from alarmstation.adapters.postgres import capabilities, migrations, partitions, roles
from alarmstation.adapters.postgres.capabilities import Edition
from alarmstation.adapters.postgres.connection import connect
from alarmstation.adapters.postgres.operational_store import PostgresOperationalStore
from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.adapters.supervision import Supervision
from alarmstation.application.ports import Recollection
from alarmstation.config import DatabaseSection
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.locations import Home
from alarmstation.service.clock import utc_now

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that is ready to be used."""

    store: PostgresOperationalStore
    past: Recollection
    reader_dsn: str
    edition: Edition
    text: str
    remark: str
    """Something that works but should be better; empty: all is well."""


class Database:
    """The database that the settings ask for. All methods block; call them on one thread."""

    def __init__(self, settings: DatabaseSection, home: Home) -> None:
        self._settings = settings
        self._home = home
        self._supervision: Supervision | None = None
        self._server: PrivateServer | None = None
        self._lock = threading.Lock()

    def open(self, on_progress: Callable[[str], None]) -> Opened:
        """Make the database ready.

        Raises:
            UserError: something that a person can mend.
            Unavailable: it cannot be reached now.
        """
        with self._lock:
            owner_dsn = self._owner_dsn(on_progress)
            report = migrations.migrate(owner_dsn, on_progress=on_progress)
            accounts = roles.ensure_roles(owner_dsn, self._home.secrets)
            with connect(owner_dsn, "alarmstation-service") as connection:
                found = capabilities.detect(connection)
                partitions.ensure_partitions(connection, utc_now() + partitions.AHEAD)
            store = PostgresOperationalStore(accounts.station_dsn)
            remark = accounts.degraded or " ".join(report.remarks)
            return Opened(
                store, store.recollect(), accounts.reader_dsn, found.edition, str(found), remark
            )

    def tend(self) -> None:
        """What must be done once a day: partitions, or the width of chunks, ahead of time."""
        with self._lock, connect(self._owner_dsn(log.info), "alarmstation-service") as connection:
            partitions.ensure_partitions(connection, utc_now() + partitions.AHEAD)

    def close(self) -> None:
        """Stop the private server, if there is one."""
        with self._lock:
            if self._supervision is not None:
                self._supervision.stop()
                self._supervision = None
                self._server = None

    def _at_address(self, password: str) -> str:
        try:
            return make_conninfo(self._settings.dsn, **({"password": password} if password else {}))
        except ProgrammingError:  # its text may hold a password
            raise Unavailable(
                "database.dsn is not an address such as "
                '"host=db.example port=5432 dbname=alarmstation user=alarmstation"'
            ) from None

    def _owner_dsn(self, on_progress: Callable[[str], None]) -> str:
        if self._settings.mode == "address":
            if not self._settings.dsn:
                raise UserError(
                    "database.no-address",
                    "database.mode is address, but database.dsn is empty. Enter the address, "
                    'such as "host=db.example port=5432 dbname=alarmstation user=alarmstation".',
                )
            password = read_secret(self._settings.password_file)
            return self._at_address(password)
        if self._server is None or not self._server.is_running():
            on_progress("starting the private database")
            server = PrivateServer.for_home(
                self._home, locations.runtime(), self._settings.binaries
            )
            if self._supervision is not None:
                self._supervision.stop()
            self._supervision = Supervision("database", server)
            try:
                self._supervision.start()
            except BaseException:
                self._supervision = None
                raise
            self._server = server
        return self._server.dsn()
