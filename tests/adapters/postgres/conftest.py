"""The stores under test: in memory, on TimescaleDB and on plain PostgreSQL, as real accounts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from alarmstation import locations
from alarmstation.adapters.owned_process import unprivileged_identity
from alarmstation.adapters.postgres import migrations, partitions
from alarmstation.adapters.postgres.binaries import find_postgres
from alarmstation.adapters.postgres.connection import connect
from alarmstation.adapters.postgres.history_store import PostgresHistoryStore
from alarmstation.adapters.postgres.operational_store import PostgresOperationalStore
from alarmstation.adapters.postgres.private_server import SUPERUSER, PrivateServer
from alarmstation.adapters.postgres.roles import Accounts, ensure_roles
from alarmstation.application.ports import HistoryStore, OperationalStore
from tests.adapters.postgres.facts import NOW
from tests.fakes import FakeDatabase, FakeHistoryStore, FakeOperationalStore

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Stores:
    """Both stores of one database; `accounts` None: in memory."""

    operational: OperationalStore
    history: HistoryStore
    accounts: Accounts | None


@pytest.fixture(scope="session")
def plain_server(postgres_server: PrivateServer, reachable_folder: Path) -> Iterator[PrivateServer]:
    """A server without TimescaleDB: the system's own programs, else the session's server."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        yield postgres_server
        return
    binaries = find_postgres(folders[-1], folders[-1], identity=unprivileged_identity())
    home = locations.Home(reachable_folder / "plain").create()
    server = PrivateServer(home.database, home.secrets, home.logs / "postgresql.log", binaries)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def plain_template(plain_server: PrivateServer) -> str:
    """A migrated database with native partitions, to be copied."""
    name = "template_plain"
    with psycopg.connect(plain_server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    migrations.migrate(plain_server.dsn(name), timescale=False)
    with connect(plain_server.dsn(name), "tests") as connection:
        partitions.ensure_partitions(connection, NOW + partitions.AHEAD)
    return name


@pytest.fixture
def plain_database(plain_server: PrivateServer, plain_template: str) -> Iterator[str]:
    """The dsn (as superuser) of a fresh migrated database with native partitions."""
    name = f"plain_{next(_numbers)}"
    with psycopg.connect(plain_server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {plain_template}")
    yield plain_server.dsn(name)
    with psycopg.connect(plain_server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["timescale", "plain"])
def any_database(request: pytest.FixtureRequest) -> str:
    """The dsn of a migrated database of either kind."""
    fixture = "database" if request.param == "timescale" else "plain_database"
    return str(request.getfixturevalue(fixture))


@pytest.fixture(params=["memory", "timescale", "plain"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Both stores on the same data, as the accounts that the programs have."""
    if request.param == "memory":
        shared = FakeDatabase()
        yield Stores(FakeOperationalStore(shared), FakeHistoryStore(shared), None)
        return
    fixture = "database" if request.param == "timescale" else "plain_database"
    accounts = ensure_roles(request.getfixturevalue(fixture), tmp_path / "secrets")
    operational = PostgresOperationalStore(accounts.station_dsn)
    history = PostgresHistoryStore(accounts.reader_dsn)
    yield Stores(operational, history, accounts)
    history.close()
    operational.close()


@pytest.fixture
def store(stores: Stores) -> OperationalStore:
    return stores.operational


@pytest.fixture
def history(stores: Stores) -> HistoryStore:
    return stores.history
