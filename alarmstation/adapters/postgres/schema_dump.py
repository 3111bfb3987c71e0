"""`sql/schema.sql`: the schema that all migrations lead to, for people to read and diff.

Written anew by `python -m alarmstation.adapters.postgres.schema_dump`, which makes a private
server for the moment; a test proves the file current. It shows plain PostgreSQL: with
TimescaleDB `heartbeats` is a hypertable instead of a partitioned table.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from alarmstation import locations
from alarmstation.adapters.owned_process import unprivileged_identity
from alarmstation.adapters.postgres import migrations
from alarmstation.adapters.postgres.binaries import find_postgres
from alarmstation.adapters.postgres.private_server import SUPERUSER, PrivateServer
from alarmstation.domain.errors import AlarmStationError, Unavailable

SCHEMA_FILE = locations.sql() / "schema.sql"

_DATABASE = "alarmstation_schema"
_HEADING = """\
-- The schema after all migrations, on plain PostgreSQL. Generated; do not edit. Write it anew by
--     python -m alarmstation.adapters.postgres.schema_dump
-- The roles carry the name of the database before them.

"""
# What differs between versions of the server and of pg_dump, or between runs.
_NOISE = re.compile(r"--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict ")


def dump_schema(server: PrivateServer) -> str:
    """The text of `schema.sql`, from a database that is made for it and dropped again.

    Raises:
        Unavailable: the server or its pg_dump fails.
    """
    name = sql.Identifier(_DATABASE)
    with psycopg.connect(server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        try:
            migrations.migrate(server.dsn(_DATABASE), timescale=False)
            dumped = _pg_dump(server)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    return _HEADING + normalised(dumped)


def normalised(dump: str) -> str:
    """A dump without what says nothing about the schema, with short role names."""
    kept = [line.rstrip() for line in dump.splitlines() if not _NOISE.match(line)]
    text = "\n".join(kept).replace(f"{_DATABASE}_", "")
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _pg_dump(server: PrivateServer) -> str:
    settings = conninfo_to_dict(server.dsn(_DATABASE))
    password = str(settings.pop("password", ""))  # others can read the arguments of a process
    finished = subprocess.run(
        [
            str(server.binaries.program("pg_dump")),
            "--schema-only",
            "--no-owner",
            "--no-tablespaces",
            f"--dbname={make_conninfo('', **settings)}",
        ],
        env={**os.environ, "PGPASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise Unavailable(f"pg_dump failed: {finished.stderr.strip()}")
    return finished.stdout


def main() -> int:
    """Write the file; the exit status."""
    with tempfile.TemporaryDirectory(prefix="alarmstation-schema-") as folder:
        Path(folder).chmod(0o755)
        home = locations.Home(Path(folder)).create()
        try:
            binaries = find_postgres(locations.runtime(), identity=unprivileged_identity())
            server = PrivateServer(
                home.database, home.secrets, home.logs / "postgresql.log", binaries
            )
            server.start()
            try:
                SCHEMA_FILE.write_text(dump_schema(server), encoding="utf-8")
            finally:
                server.stop()
        except AlarmStationError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    sys.stdout.write(f"{SCHEMA_FILE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
