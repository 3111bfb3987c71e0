"""What every test may ask for: a real database, a real broker, and two watchful fixtures.

A test fails when something logs a warning or worse that it did not announce (`expected_log`),
and when it leaves a thread behind that would keep the program from ending.
"""

from __future__ import annotations

import itertools
import logging
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from alarmstation import locations
from alarmstation.adapters.mqtt.broker_accounts import Account
from alarmstation.adapters.mqtt.embedded_broker import EmbeddedBroker
from alarmstation.adapters.postgres import migrations
from alarmstation.adapters.postgres.private_server import SUPERUSER, PrivateServer
from alarmstation.domain.errors import UserError

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Declare our marks."""
    config.addinivalue_line("markers", "xvfb: wants a real screen; dev.sh gives one by xvfb-run")


# --- real servers


@pytest.fixture(scope="session")
def runtime() -> Path:
    """The folder of the database and broker runtime, whether or not it was built."""
    return locations.runtime()


@pytest.fixture(scope="session")
def reachable_folder() -> Iterator[Path]:
    """A folder that an unprivileged user can reach, which pytest's own is not under root."""
    folder = Path(tempfile.mkdtemp(prefix="alarmstation-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(runtime: Path, reachable_folder: Path) -> Iterator[PrivateServer]:
    """A running private PostgreSQL server of this test session."""
    home = locations.Home(reachable_folder / "session").create()
    try:
        server = PrivateServer.for_home(home, runtime)
    except UserError as error:
        pytest.skip(str(error))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PrivateServer) -> str:
    """A database with all migrations applied, to be copied."""
    name = "template_station"
    with psycopg.connect(postgres_server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        migrations.migrate(postgres_server.dsn(name))
        # a template must have no sessions; TimescaleDB's scheduler would open one
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (name,),
        )
    return name


def _temporary_database(server: PrivateServer, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.dsn(name)
    with psycopg.connect(server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(postgres_server: PrivateServer, migrated_template: str) -> Iterator[str]:
    """The dsn (as superuser) of a fresh database with all migrations applied."""
    yield from _temporary_database(postgres_server, migrated_template)


@pytest.fixture
def empty_database(postgres_server: PrivateServer) -> Iterator[str]:
    """The dsn (as superuser) of a fresh database without anything of ours."""
    yield from _temporary_database(postgres_server, "template0")


@pytest.fixture(scope="session")
def session_broker(runtime: Path, reachable_folder: Path) -> Iterator[EmbeddedBroker]:
    """A running broker of this test session; units are allowed below any one-level base topic."""
    home = locations.Home(reachable_folder / "session").create()
    try:
        server = EmbeddedBroker.for_home(home, runtime, base_topics=("+",))
    except UserError as error:
        pytest.skip(str(error))
    server.start()
    yield server
    server.stop()


@dataclass(frozen=True, slots=True)
class BrokerAccess:
    """What a test needs of the session's broker; `base_topic` is this test's alone."""

    host: str
    port: int
    station: Account
    base_topic: str
    server: EmbeddedBroker

    def add_unit(self, host: str) -> Account:
        """An account that may use the leaves of the unit `host` and nothing else."""
        return Account(host, self.server.add_unit(host))


@pytest.fixture
def broker(session_broker: EmbeddedBroker) -> BrokerAccess:
    """The session's broker under a base topic that no other test uses."""
    return BrokerAccess(
        host=session_broker.host,
        port=session_broker.port,
        station=session_broker.station,
        base_topic=f"test-{os.getpid()}-{next(_numbers)}",
        server=session_broker,
    )


# --- waiting without sleeping for a result


@pytest.fixture
def until() -> Callable[..., None]:
    """`until(condition, timeout_s=10.0)`: poll the condition; fail when it never comes true."""

    def wait(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"did not come true within {timeout_s} s: {condition}")
            time.sleep(0.01)

    return wait


# --- nothing unexpected in the log


class ExpectedLog:
    """Announces log lines: `expected_log(logging.WARNING, "pattern")`, a regular expression.

    An announced line that never comes fails the test too, unless `optional` is set.
    """

    def __init__(self) -> None:
        self.records: list[logging.LogRecord] = []
        self._announced: list[tuple[int, str, bool]] = []

    def __call__(self, level: int, pattern: str, *, optional: bool = False) -> None:
        """Announce a line of exactly this level whose message the pattern is found in."""
        self._announced.append((level, pattern, optional))

    def complaints(self) -> list[str]:
        """What was logged and not announced, and what was announced and not logged."""
        unexpected = [
            f"unexpected {record.levelname} of {record.name}: {record.getMessage()}"
            for record in self.records
            if not any(_fits(record, level, pattern) for level, pattern, _ in self._announced)
        ]
        missing = [
            f"announced, but never logged: {pattern}"
            for level, pattern, optional in self._announced
            if not optional and not any(_fits(record, level, pattern) for record in self.records)
        ]
        return unexpected + missing


def _fits(record: logging.LogRecord, level: int, pattern: str) -> bool:
    return record.levelno == level and re.search(pattern, record.getMessage()) is not None


class _Collector(logging.Handler):
    def __init__(self, expected: ExpectedLog) -> None:
        super().__init__(logging.WARNING)
        self._expected = expected

    def emit(self, record: logging.LogRecord) -> None:
        self._expected.records.append(record)


@pytest.fixture(autouse=True)
def expected_log() -> Iterator[ExpectedLog]:
    """Fails a test on any log line of WARNING or above that it did not announce."""
    expected = ExpectedLog()
    collector = _Collector(expected)
    logging.getLogger().addHandler(collector)
    yield expected
    logging.getLogger().removeHandler(collector)
    if complaints := expected.complaints():
        pytest.fail("\n".join(complaints), pytrace=False)


# --- nothing left behind


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fails a test that leaves a thread which would keep the program from ending."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2.0
    while leaked := _lingering(before):
        if time.monotonic() > deadline:
            pytest.fail(f"threads left behind: {', '.join(leaked)}", pytrace=False)
        time.sleep(0.01)


def _lingering(before: set[threading.Thread]) -> list[str]:
    after = set(threading.enumerate()) - before
    return [thread.name for thread in after if not thread.daemon and thread.is_alive()]
