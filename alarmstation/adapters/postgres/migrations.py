"""Numbered SQL files, forward only: what the database is made by.

Each file is applied in a transaction of its own while an advisory lock keeps other stations out,
and its SHA-256 is kept: what was applied must stay as it was. A database that knows migrations
which this program does not is refused: an older station must not write into it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg import errors, sql

from alarmstation import locations
from alarmstation.adapters.postgres import capabilities, group_roles
from alarmstation.adapters.postgres.connection import Connection, connect, faults_as_unavailable
from alarmstation.domain.errors import UserError

OLDEST_POSTGRES = 15
_LOCK = 0x616C6172  # "alar"; any number that nobody else uses
_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `sql/migrations`."""

    number: int
    name: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What `migrate` did. `remarks` are sentences about what could not be had."""

    applied: tuple[str, ...]
    number: int
    """Number of the last migration in the database."""
    hypertable: bool
    remarks: tuple[str, ...] = ()


def migrate(
    dsn: str,
    *,
    on_progress: Callable[[str], None] | None = None,
    timescale: bool = True,
    folder: Path | None = None,
) -> MigrationReport:
    """Bring the database to the schema of this program; does nothing when it is there.

    `timescale` False makes native partitions although TimescaleDB is there; it matters for a
    new database only. `folder` holds the files, by default those that ship with the program.

    Raises:
        UserError: the database is newer than the program, an applied file was changed, or the
            server is too old.
        Unavailable: the database cannot be reached, or its user may not create tables.
    """
    known = read_migrations(folder)
    tell = on_progress or (lambda _text: None)
    with connect(dsn, "alarmstation-migrate") as connection, faults_as_unavailable():
        _require_version(connection)
        with _lock(connection, tell):
            missing = _verify(known, _applied(connection))
            remarks = []
            if timescale and len(missing) == len(known):
                remarks += _create_extension(connection)
            roles = _prepare_roles(connection)
            if roles is None:
                remarks.append(
                    "The database user may not create roles: tables belong to that user, and "
                    "station and console use the same account."
                )
            for migration in missing:
                tell(f"database: {migration.name}")
                _apply(connection, migration, roles)
            if roles is not None:
                with connection.transaction():
                    group_roles.grant_privileges(connection, roles)
        return MigrationReport(
            tuple(migration.name for migration in missing),
            known[-1].number,
            _has_hypertable(connection),
            tuple(remarks),
        )


def pending(dsn: str, *, folder: Path | None = None) -> tuple[str, ...]:
    """Names of the files that the database lacks; raises as `migrate` does."""
    with connect(dsn, "alarmstation-migrate") as connection, faults_as_unavailable():
        _require_version(connection)
        missing = _verify(read_migrations(folder), _applied(connection))
        return tuple(migration.name for migration in missing)


def check(dsn: str, *, folder: Path | None = None) -> None:
    """Make sure that the database has exactly the schema of this program.

    Raises:
        UserError: as `migrate`, and when migrations are pending.
        Unavailable: the database cannot be reached.
    """
    if missing := pending(dsn, folder=folder):
        raise UserError(
            "database.migrations-pending",
            "The database is older than this program; these steps are missing: {names}. "
            "The service takes them when it starts: restart it.",
            names=", ".join(missing),
        )


def read_migrations(folder: Path | None = None) -> tuple[Migration, ...]:
    """The files in order.

    Raises:
        UserError: there are none, or their numbers have a hole.
    """
    found = []
    for path in sorted((folder or locations.sql() / "migrations").glob("*.sql")):
        if match := _FILE_NAME.fullmatch(path.name):
            # Line ends depend on how the files came here, and mean nothing.
            text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
            digest = hashlib.sha256(text.encode()).hexdigest()
            found.append(Migration(int(match[1]), path.name, text, digest))
    if [migration.number for migration in found] != list(range(1, len(found) + 1)) or not found:
        raise UserError(
            "database.migrations-incomplete",
            "The database scripts of this installation are incomplete; install it again.",
        )
    return tuple(found)


def _require_version(connection: Connection) -> None:
    major = connection.info.server_version // 10000
    if major < OLDEST_POSTGRES:
        raise UserError(
            "database.server-too-old",
            "The database server is PostgreSQL {found}; {needed} or newer is needed.",
            found=major,
            needed=OLDEST_POSTGRES,
        )


@contextlib.contextmanager
def _lock(connection: Connection, tell: Callable[[str], None]) -> Iterator[None]:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
    if row is None or not row[0]:
        tell("database: waiting for another station that is migrating it")
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _applied(connection: Connection) -> dict[int, tuple[str, str]]:
    row = connection.execute("SELECT to_regclass('public.schema_migration')").fetchone()
    if row is None or row[0] is None:
        return {}
    query = "SELECT number, name, sha256 FROM schema_migration"
    return {number: (name, digest) for number, name, digest in connection.execute(query)}


def _verify(
    known: tuple[Migration, ...], applied: dict[int, tuple[str, str]]
) -> tuple[Migration, ...]:
    """The migrations still to be applied, once those applied are found to be the known ones."""
    newest = max(applied, default=0)
    if newest > known[-1].number:
        raise UserError(
            "database.newer-schema",
            "The database was made by a newer program (schema {found}, this program knows "
            "{known}). Install the newer program on this station; nothing was changed.",
            found=newest,
            known=known[-1].number,
        )
    for migration in known:
        if migration.number in applied and applied[migration.number][1] != migration.sha256:
            raise UserError(
                "database.migration-changed",
                "The database was made with another version of {name} than the one of this "
                "program. Programs of different origin were mixed; nothing was changed.",
                name=applied[migration.number][0],
            )
    return tuple(migration for migration in known if migration.number not in applied)


def _create_extension(connection: Connection) -> list[str]:
    if not capabilities.detect(connection).hypertable:
        return []
    try:
        connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    except errors.InsufficientPrivilege:
        return [
            "TimescaleDB is installed, but the database user may not enable it: history is kept "
            "in plain partitions."
        ]
    return []


def _prepare_roles(connection: Connection) -> group_roles.GroupRoles | None:
    roles = group_roles.create_missing(connection)
    if roles is None:
        return None
    try:
        with connection.transaction():
            group_roles.take_ownership(connection, roles)
    except errors.InsufficientPrivilege:
        return None
    return roles


def _apply(
    connection: Connection, migration: Migration, roles: group_roles.GroupRoles | None
) -> None:
    with connection.transaction():
        if roles is not None:
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(roles.owner)))
        connection.execute(migration.text, prepare=False)  # many statements at once
        connection.execute(
            "INSERT INTO schema_migration (number, name, sha256) VALUES (%s, %s, %s)",
            (migration.number, migration.name, migration.sha256),
        )


def _has_hypertable(connection: Connection) -> bool:
    query = """
        SELECT relkind = 'r' FROM pg_class WHERE oid = to_regclass('public.heartbeats')
    """
    row = connection.execute(query).fetchone()
    return row is not None and bool(row[0])
