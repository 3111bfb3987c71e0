"""What the database at hand can do: found at run time, never assumed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, LiteralString

import psycopg
from psycopg.rows import tuple_row


class Edition(StrEnum):
    """Plain PostgreSQL, or TimescaleDB under one of its two licences."""

    PLAIN = "plain"
    APACHE = "apache"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The server's version and edition, and what follows from them."""

    postgres_version: str
    postgres_major: int
    edition: Edition
    timescaledb_version: str | None = None

    @property
    def hypertable(self) -> bool:
        """History in a hypertable (chunks, time_bucket, drop_chunks); else native partitions."""
        return self.edition is not Edition.PLAIN

    @property
    def columnstore(self) -> bool:
        """Compression of old chunks."""
        return self.edition is Edition.COMMUNITY

    @property
    def policies(self) -> bool:
        """Retention and compression run by the server; else the station runs its own."""
        return self.edition is Edition.COMMUNITY

    @property
    def jobs(self) -> bool:
        """Jobs inside the server for roll-ups; else the station runs them."""
        return self.edition is Edition.COMMUNITY

    @property
    def continuous_aggregates(self) -> bool:
        """Views that the server keeps current."""
        return self.edition is Edition.COMMUNITY

    @property
    def gapfill(self) -> bool:
        """time_bucket_gapfill; over a range without chunks it gives no row and no error."""
        return self.edition is Edition.COMMUNITY

    def __str__(self) -> str:
        match self.edition:
            case Edition.PLAIN:
                return f"PostgreSQL {self.postgres_version}, no TimescaleDB"
            case Edition.APACHE:
                licence = "Apache-2"
            case Edition.COMMUNITY:
                licence = "Community"
        return (
            f"PostgreSQL {self.postgres_version}, "
            f"TimescaleDB {self.timescaledb_version} ({licence} edition)"
        )


_AVAILABLE = "SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'"
_INSTALLED = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
# CREATE EXTENSION without the library preloaded ends the connection, so look before. This
# setting is the loader's own and exists in every database as soon as the library is preloaded.
_PRELOADED = "SELECT current_setting('timescaledb.disable_load', true)"
# The licence exists as a setting only where the extension is in use.
_LICENSE = "SELECT current_setting('timescaledb.license', true)"


def detect(connection: psycopg.Connection[Any]) -> Capabilities:
    """Ask the server behind `connection`; it only reads.

    TimescaleDB counts when its library is preloaded and the extension exists, or can be created,
    in the connected database. Before it is created its licence cannot be read: the answer is then
    APACHE, which promises nothing that might not be there. Ask again afterwards.
    """
    version = connection.info.parameter_status("server_version") or "0"
    major = connection.info.server_version // 10000
    number = version.split()[0]
    extension = _value(connection, _INSTALLED) or _value(connection, _AVAILABLE)
    if extension is None or _value(connection, _PRELOADED) is None:
        return Capabilities(number, major, Edition.PLAIN)
    # 'apache' gives the Apache-2 part only; 'timescale' is the Community edition
    community = _value(connection, _LICENSE) == "timescale"
    edition = Edition.COMMUNITY if community else Edition.APACHE
    return Capabilities(number, major, edition, extension)


def detect_by_trial(connection: psycopg.Connection[Any]) -> Capabilities:
    """As `detect`, but creates the extension for a moment, and rolls back, to learn its licence.

    For a superuser's fresh connection to a database without the extension. The session has the
    library loaded afterwards, and TimescaleDB refuses to create the extension in such a one.
    """
    found = detect(connection)
    if not found.hypertable or _value(connection, _INSTALLED) is not None:
        return found
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL client_min_messages = error")
        connection.execute("CREATE EXTENSION timescaledb")
        return detect(connection)


def _value(connection: psycopg.Connection[Any], query: LiteralString) -> str | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(query).fetchone()
    return None if row is None or row[0] is None else str(row[0])
