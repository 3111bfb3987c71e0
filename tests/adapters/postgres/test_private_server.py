"""The private PostgreSQL server, for real: from nothing, after crashes, and in bad company."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from alarmstation.adapters.owned_process import unprivileged_identity
from alarmstation.adapters.postgres.binaries import PostgresBinaries, find_postgres
from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.adapters.supervision import Supervision
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.locations import Home
from tests.conftest import ExpectedLog

Until = Callable[..., None]


@pytest.fixture(scope="session")
def binaries(runtime: Path) -> PostgresBinaries:
    try:
        return find_postgres(runtime, identity=unprivileged_identity())
    except UserError as error:
        pytest.skip(str(error))


@pytest.fixture
def home(reachable_folder: Path) -> Home:
    return Home(reachable_folder / f"db-{uuid.uuid4().hex[:8]}").create()


@pytest.fixture
def make(binaries: PostgresBinaries) -> Iterator[Callable[..., PrivateServer]]:
    made: list[PrivateServer] = []

    def server(home: Home, port: int | None = None) -> PrivateServer:
        log = home.logs / "postgresql.log"
        made.append(PrivateServer(home.database, home.secrets, log, binaries, port=port))
        return made[-1]

    yield server
    for each in made:
        each.stop()


def write_a_row(server: PrivateServer) -> None:
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("CREATE TABLE note (text text)")
        connection.execute("INSERT INTO note VALUES ('kept')")


def read_the_row(server: PrivateServer) -> object:
    with psycopg.connect(server.dsn()) as connection:
        return connection.execute("SELECT text FROM note").fetchone()


def test_from_an_empty_folder_to_a_database_and_back_again(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    server = make(home)
    server.start()
    write_a_row(server)
    server.stop()
    assert not server.is_running()
    server.start()
    assert read_the_row(server) == ("kept",)


def test_nothing_that_makes_it_safe_is_switched_off(
    home: Home, make: Callable[..., PrivateServer], binaries: PostgresBinaries
) -> None:
    server = make(home)
    server.start()
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
        "password_encryption": "scram-sha-256",
        "jit": "off",
    }
    if binaries.has_timescaledb:
        wanted |= {"shared_preload_libraries": "timescaledb", "timescaledb.telemetry_level": "off"}
    with psycopg.connect(server.dsn()) as connection:
        if binaries.has_timescaledb:
            connection.execute("CREATE EXTENSION timescaledb")
        found = {
            name: connection.info.parameter_status(name) or _show(connection, name)
            for name in wanted
        }
    assert found == wanted


def _show(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def test_it_never_runs_as_root(home: Home, make: Callable[..., PrivateServer]) -> None:
    server = make(home)
    server.start()
    status = Path(f"/proc/{server.pid}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in uids
    assert server.data.stat().st_uid == int(uids[0])


def test_it_wants_the_password(home: Home, make: Callable[..., PrivateServer]) -> None:
    server = make(home)
    server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.dsn(password="guessed"))
    secret = home.secrets / "database_password"
    assert secret.stat().st_mode & 0o777 == 0o600


def test_start_twice_is_start_once(home: Home, make: Callable[..., PrivateServer]) -> None:
    server = make(home)
    server.start()
    first = server.pid
    server.start()
    assert server.pid == first


def test_a_killed_server_starts_again_with_all_that_was_committed(
    home: Home, make: Callable[..., PrivateServer], until: Until
) -> None:
    server = make(home)
    server.start()
    write_a_row(server)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: not server.is_running())
    server.start()
    assert read_the_row(server) == ("kept",)


def test_the_lock_of_a_crash_whose_number_belongs_to_somebody_else_is_no_obstacle(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    server = make(home)
    server.start()
    lock = server.data / "postmaster.pid"
    text = lock.read_text()
    server.stop()
    lines = text.splitlines()
    lines[0] = str(os.getpid())  # alive, and no database server
    lock.write_text("\n".join(lines) + "\n")
    server.start()
    assert server.is_running()


def test_an_initialisation_that_was_cut_short_is_done_again(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    half = home.database / "data.new"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("17\n")
    (home.database / "password.new").write_text("old")
    server = make(home)
    server.start()
    assert not half.exists()
    assert not (home.database / "password.new").exists()


def test_a_second_station_uses_the_server_that_runs_and_leaves_it_running(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    first, second = make(home), make(home)
    first.start()
    second.start()
    assert second.pid == first.pid
    write_a_row(second)
    second.stop()
    assert first.is_running()
    assert read_the_row(first) == ("kept",)


def test_two_homes_are_two_servers(
    home: Home, reachable_folder: Path, make: Callable[..., PrivateServer]
) -> None:
    first = make(home)
    second = make(Home(reachable_folder / f"db-{uuid.uuid4().hex[:8]}").create())
    first.start()
    second.start()
    assert first.pid != second.pid
    write_a_row(first)
    with pytest.raises(psycopg.errors.UndefinedTable):
        read_the_row(second)


OWNER = """
    import sys, threading
    from pathlib import Path
    from alarmstation.adapters.owned_process import unprivileged_identity
    from alarmstation.adapters.postgres.binaries import find_postgres
    from alarmstation.adapters.postgres.private_server import PrivateServer
    from alarmstation.locations import Home

    home = Home(Path(sys.argv[1]))
    binaries = find_postgres(Path(sys.argv[2]), identity=unprivileged_identity())
    server = PrivateServer(home.database, home.secrets, home.logs / "postgresql.log", binaries)
    starter = threading.Thread(target=server.start)  # a thread that ends long before the server
    starter.start()
    starter.join()
    print(server.pid, flush=True)
    sys.stdin.read()
"""


def test_it_ends_with_a_station_that_is_killed(
    home: Home, make: Callable[..., PrivateServer], runtime: Path, until: Until
) -> None:
    command = [sys.executable, "-c", textwrap.dedent(OWNER), str(home.path), str(runtime)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as station:
        assert station.stdout is not None
        pid = int(station.stdout.readline())
        assert _runs(pid)
        station.kill()
    until(lambda: not _runs(pid), timeout_s=20)
    server = make(home)
    server.start()
    said = (home.logs / "postgresql.log").read_text()
    assert "fast shutdown" in said
    assert "was not properly shut down" not in said


def test_a_start_right_after_the_station_was_killed_gets_a_server_that_lasts(
    home: Home, make: Callable[..., PrivateServer], runtime: Path
) -> None:
    command = [sys.executable, "-c", textwrap.dedent(OWNER), str(home.path), str(runtime)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as station:
        assert station.stdout is not None
        pid = int(station.stdout.readline())
        station.kill()
    server = make(home)
    server.start()
    if server.pid == pid:  # it was met alive, on its way out: the station starts it again then
        assert server.wait(20)
        server.start()
    write_a_row(server)


def test_it_ends_when_its_guard_is_killed(
    home: Home, make: Callable[..., PrivateServer], until: Until
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("the death signal is a matter of Linux")
    server = make(home)
    server.start()
    pid = server.pid
    assert pid is not None
    status = Path(f"/proc/{pid}/status").read_text()
    guard = next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1]
    os.kill(int(guard), signal.SIGKILL)
    until(lambda: not _runs(pid), timeout_s=20)
    server.start()
    assert server.is_running()


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_supervision_brings_a_killed_server_back(
    home: Home, make: Callable[..., PrivateServer], until: Until, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "database ended unexpectedly")
    server = make(home)
    changes: list[str | None] = []
    supervision = Supervision("database", server, changes.append)
    supervision.start()
    try:
        write_a_row(server)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: changes == ["the database ended", None], timeout_s=30)
        assert read_the_row(server) == ("kept",)
    finally:
        supervision.stop()
    assert not server.is_running()


def test_a_database_made_with_an_older_timescaledb_follows_the_programs(
    home: Home, make: Callable[..., PrivateServer], binaries: PostgresBinaries
) -> None:
    if not binaries.has_timescaledb:
        pytest.skip("this machine's PostgreSQL has no TimescaleDB: installer/dev.sh setup")
    server = make(home)
    server.start()
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION timescaledb")
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        version = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
        current = connection.execute(version).fetchone()
        connection.execute(
            "UPDATE _timescaledb_catalog.metadata SET value = '2.19.2'"
            " WHERE key = 'timescaledb_version'"
        )
        older = "UPDATE pg_extension SET extversion = '2.19.2' WHERE extname = 'timescaledb'"
        connection.execute(older)
    with (
        psycopg.connect(server.dsn(), autocommit=True) as connection,
        pytest.raises(psycopg.errors.UndefinedFile),
    ):
        connection.execute("SELECT 1")
    server.stop()
    server.start()
    with psycopg.connect(server.dsn()) as connection:
        assert connection.execute(version).fetchone() == current


def test_a_busy_port_is_named_with_what_to_do(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"Port {port} .* used by another program"):
            make(home, port).start()


def test_a_loopback_port_is_opened_when_asked_for(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = make(home, port)
    server.start()
    with psycopg.connect(server.dsn(), host="127.0.0.1") as connection:
        assert connection.info.port == port


def test_a_long_path_gets_its_socket_elsewhere(
    reachable_folder: Path, make: Callable[..., PrivateServer]
) -> None:
    deep = Home(reachable_folder / ("d" * 60) / ("e" * 60))
    deep.path.mkdir(parents=True)
    server = make(deep.create())
    server.start()
    assert not server.socket_folder.is_relative_to(deep.path)
    write_a_row(server)
    server.stop()
    server.socket_folder.rmdir()


def test_data_of_another_version_is_refused_and_named(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    home.database.mkdir()
    (home.database / "data").mkdir()
    (home.database / "data" / "PG_VERSION").write_text("9\n")
    (home.secrets / "database_password").write_text("x")
    with pytest.raises(UserError, match="was made by PostgreSQL 9"):
        make(home).start()


def test_a_lost_password_is_said_before_anything_is_touched(
    home: Home, make: Callable[..., PrivateServer]
) -> None:
    server = make(home)
    server.start()
    server.stop()
    (home.secrets / "database_password").unlink()
    with pytest.raises(UserError, match=r"with the password of the database .* is gone"):
        server.start()
    assert not (home.secrets / "database_password").exists()
    assert not server.is_running()


def test_a_folder_that_the_database_user_cannot_reach_is_named(
    reachable_folder: Path, make: Callable[..., PrivateServer]
) -> None:
    if unprivileged_identity() is None:
        pytest.skip("only as root does the database run as somebody else")
    closed = reachable_folder / f"closed-{uuid.uuid4().hex[:8]}"
    closed.mkdir(mode=0o700)
    with pytest.raises(UserError, match=f"may not enter {closed}"):
        make(Home(closed / "home").create()).start()


def test_a_full_disk_is_said_in_plain_words(
    home: Home, make: Callable[..., PrivateServer], binaries: PostgresBinaries
) -> None:
    if subprocess.run(["mount", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("needs mount")
    home.database.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0755", "tmpfs", str(home.database)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a small file system here")
    try:
        with pytest.raises(Unavailable, match="is full"):
            make(home).start()
    finally:
        subprocess.run(["umount", str(home.database)], check=True)
