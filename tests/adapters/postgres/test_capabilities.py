"""What a database can do, asked of real servers."""

from __future__ import annotations

import uuid
from pathlib import Path

import psycopg
import pytest

from alarmstation.adapters.postgres.binaries import PostgresBinaries
from alarmstation.adapters.postgres.capabilities import (
    Capabilities,
    Edition,
    detect,
    detect_by_trial,
)
from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.locations import Home


@pytest.fixture
def timescale(postgres_server: PrivateServer) -> PostgresBinaries:
    if not postgres_server.binaries.has_timescaledb:
        pytest.skip("this machine's PostgreSQL has no TimescaleDB: installer/dev.sh setup")
    return postgres_server.binaries


def test_before_the_extension_exists_the_least_is_promised(
    empty_database: str, timescale: PostgresBinaries
) -> None:
    with psycopg.connect(empty_database) as connection:
        found = detect(connection)
    assert found.edition is Edition.APACHE
    assert found.postgres_major == timescale.major
    assert found.postgres_version == timescale.version


def test_the_licence_is_read_once_the_extension_exists(
    empty_database: str, timescale: PostgresBinaries
) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE EXTENSION timescaledb")
        found = detect(connection)
    community = timescale.has_community_timescaledb
    assert found.edition is (Edition.COMMUNITY if community else Edition.APACHE)
    assert found.timescaledb_version is not None
    assert found.hypertable


def test_a_trial_tells_the_licence_and_leaves_nothing_behind(
    empty_database: str, timescale: PostgresBinaries
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        tried = detect_by_trial(connection)
        left = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'")
        assert left.fetchone() is None
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION timescaledb")
        assert detect(connection) == tried


def test_what_is_promised_works_and_what_is_not_is_refused(
    empty_database: str, timescale: PostgresBinaries
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION timescaledb")
        found = detect(connection)
        connection.execute("CREATE TABLE reading (at timestamptz NOT NULL, value float)")
        connection.execute("SELECT create_hypertable('reading', 'at')")
        connection.execute("SELECT show_chunks('reading')")
        compress = "ALTER TABLE reading SET (timescaledb.compress)"
        if found.columnstore:
            connection.execute(compress)
        else:
            with pytest.raises(psycopg.errors.FeatureNotSupported):
                connection.execute(compress)


def test_a_server_without_the_library_is_plain(
    reachable_folder: Path, postgres_server: PrivateServer
) -> None:
    full = postgres_server.binaries
    plain = PostgresBinaries(full.origin, full.folder, full.version, False, False)
    home = Home(reachable_folder / f"plain-{uuid.uuid4().hex[:8]}").create()
    server = PrivateServer(home.database, home.secrets, home.logs / "postgresql.log", plain)
    server.start()
    try:
        # the extension can be installed on disk all the same: it counts only when preloaded
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            found = detect(connection)
            assert detect_by_trial(connection) == found
    finally:
        server.stop()
    assert found.edition is Edition.PLAIN
    assert not found.hypertable
    assert str(found) == f"PostgreSQL {full.version}, no TimescaleDB"


@pytest.mark.parametrize(
    ("edition", "hypertable", "columnstore"),
    [
        (Edition.PLAIN, False, False),
        (Edition.APACHE, True, False),
        (Edition.COMMUNITY, True, True),
    ],
)
def test_what_follows_from_each_edition(
    edition: Edition, hypertable: bool, columnstore: bool
) -> None:
    found = Capabilities("17.2", 17, edition, "2.19.3")
    assert found.hypertable is hypertable
    abilities = (found.columnstore, found.policies, found.jobs, found.continuous_aggregates)
    assert {*abilities, found.gapfill} == {columnstore}
