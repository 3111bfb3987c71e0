"""Accounts for the programs: the station writes and the console reads, neither owns anything.

Each home has accounts of its own, so that stations that share a database do not take each
other's passwords away. Passwords are generated and kept in files that only the owner can read.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from alarmstation.adapters.postgres import group_roles
from alarmstation.adapters.postgres.connection import (
    CONNECT_TIMEOUT_S,
    Connection,
    connect,
    faults_as_unavailable,
)
from alarmstation.domain.errors import UserError


@dataclass(frozen=True, slots=True)
class Accounts:
    """How station and console reach the database, passwords included: never for the log."""

    station_dsn: str
    reader_dsn: str
    degraded: str = ""
    """Why both are the owner's own account, to be shown; empty: they are not."""


def ensure_roles(owner_dsn: str, home_secrets: Path) -> Accounts:
    """Accounts of this home in a migrated database; idempotent.

    Passwords stay the same from start to start; one that is lost, or that the database no longer
    accepts, is replaced.

    Raises:
        Unavailable: the database cannot be reached.
        UserError: the folder of secrets cannot be written.
    """
    with connect(owner_dsn, "alarmstation-roles") as connection, faults_as_unavailable():
        try:
            roles = group_roles.create_missing(connection)
            if roles is not None:
                with connection.transaction():
                    group_roles.take_ownership(connection, roles)
                    group_roles.grant_privileges(connection, roles)
                return Accounts(
                    _ensure(connection, owner_dsn, home_secrets, roles.station),
                    _ensure(connection, owner_dsn, home_secrets, roles.reader),
                )
        except errors.InsufficientPrivilege:
            pass
    return Accounts(
        owner_dsn,
        owner_dsn,
        "The database user may not create roles: station and console use that user's own "
        "account, which may change anything.",
    )


def _ensure(connection: Connection, owner_dsn: str, home_secrets: Path, group: str) -> str:
    """The dsn of this home's member of `group`, which is created or mended as needed."""
    # The last word of the group's name tells its purpose: station, reader.
    file = home_secrets / f"database_account_{group.rpartition('_')[2]}"
    name, password = _remembered(file, group)
    dsn = _dsn(owner_dsn, name, password)
    if password and group_roles.exists(connection, name) and _lets_in(dsn):
        return dsn
    if not password:
        name, password = f"{group}_{secrets.token_hex(4)}", secrets.token_urlsafe(32)
        _remember(file, name, password)
    _create_or_mend(connection, name, password, group)
    return _dsn(owner_dsn, name, password)


def _create_or_mend(connection: Connection, name: str, password: str, group: str) -> None:
    verb = "ALTER" if group_roles.exists(connection, name) else "CREATE"
    # Encrypted here, so that the password itself is in no statement and in no log of the server.
    encrypted = connection.pgconn.encrypt_password(
        password.encode(), name.encode(), b"scram-sha-256"
    )
    role = sql.Identifier(name)
    with connection.transaction():
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                sql.SQL(verb), role, sql.Literal(encrypted.decode())
            )
        )
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), role))


def _dsn(owner_dsn: str, name: str, password: str) -> str:
    settings = conninfo_to_dict(owner_dsn)
    settings.pop("passfile", None)
    return make_conninfo("", **{**settings, "user": name, "password": password})


def _lets_in(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=CONNECT_TIMEOUT_S).close()
    except psycopg.OperationalError:
        return False
    return True


def _remembered(file: Path, group: str) -> tuple[str, str]:
    """Name and password in `file`; empty ones when there are none for this database."""
    try:
        name, _, password = file.read_text(encoding="ascii").strip().partition(":")
    except (OSError, ValueError):
        return "", ""
    return (name, password) if name.startswith(f"{group}_") and password else ("", "")


def _remember(file: Path, name: str, password: str) -> None:
    fresh = file.with_name(file.name + ".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{name}:{password}\n")
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        raise UserError(
            "secrets.not-writable",
            "The folder for passwords, {folder}, cannot be written: {reason}.",
            folder=file.parent,
            reason=error.strerror or str(error),
        ) from error
