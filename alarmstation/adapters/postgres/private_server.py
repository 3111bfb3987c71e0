"""The station's own PostgreSQL server: its own data directory, its own rules, its own life.

It never touches a cluster of the system, is reached through a socket in a folder of its own
(and a loopback port only when asked for), wants a generated password, and ends with the station
(see `process_guard`). `start` may be called at any time: it finds what is there, be it nothing,
a clean directory, the remains of a crash, or a server that still lives.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from alarmstation.adapters.owned_process import (
    Identity,
    OwnedProcess,
    blocking_parent,
    own,
    unprivileged_identity,
)
from alarmstation.adapters.postgres.binaries import PostgresBinaries, find_postgres
from alarmstation.adapters.postgres.postmaster import (
    command_line,
    data_version,
    diagnosis,
    has_guard,
    read_pid_file,
)
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.locations import Home

log = logging.getLogger(__name__)

DATABASE = "alarmstation"
SUPERUSER = "postgres"
_SOCKET_PORT = 5432  # without TCP it is only part of the socket's file name
_LONGEST_SOCKET_PATH = 107  # of sockaddr_un on Linux; 103 elsewhere
_READY_WITHIN_S = 120.0  # recovery after a crash replays what was written since the checkpoint
_POLL_S = 0.02
_EXTENSION_BEHIND = """
    SELECT 1 FROM pg_extension JOIN pg_available_extensions ON name = extname
    WHERE extname = 'timescaledb' AND extversion IS DISTINCT FROM default_version
"""
_INCLUDE = "include_if_exists 'alarmstation.conf'\n"


class PrivateServer:
    """A PostgreSQL server that belongs to one home.

    `folder` holds its data, `secrets_folder` the generated password, `log_file` what it says.
    `port` opens a loopback port beside the socket.
    """

    def __init__(
        self,
        folder: Path,
        secrets_folder: Path,
        log_file: Path,
        binaries: PostgresBinaries,
        *,
        port: int | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.binaries = binaries
        self.port = port or _SOCKET_PORT
        self._tcp = port is not None
        self._password_file = secrets_folder / "database_password"
        self._identity = unprivileged_identity()
        self._adopted: int | None = None
        self._process = OwnedProcess(
            argv=(str(binaries.program("postgres")), "-D", str(self.data)),
            cwd=self.folder,
            log=log_file,
            identity=self._identity,
            stop_signal=signal.SIGINT,  # "fast": open transactions are rolled back
            grace_s=20.0,
        )

    @classmethod
    def for_home(
        cls, home: Home, runtime: Path, configured: Path | None = None, port: int | None = None
    ) -> PrivateServer:
        """The server of a home with the best programs at hand that can read its data.

        Raises `UserError` when there are none (see `find_postgres`).
        """
        binaries = find_postgres(
            runtime,
            configured,
            major=data_version(home.database / "data"),
            identity=unprivileged_identity(),
        )
        return cls(home.database, home.secrets, home.logs / "postgresql.log", binaries, port=port)

    def start(self) -> None:
        """Make the server ready, whatever is there; idempotent.

        Raises `UserError` for what a person can mend (busy port, unreachable folder, data of
        another version) and `Unavailable` for the rest (disk full, server that ends at once).
        """
        if self.is_running():
            return
        try:
            with self._alone():
                self._prepare_folders()
                self._password()
                if not (self.data / "PG_VERSION").is_file():
                    self._initialise()
                self._check_version()
                self._adopted = self._living_server()
                if self._adopted is None:
                    self._start_process()
                try:
                    self._ensure_database()
                    self._update_extension()
                except Unavailable:
                    self.stop()
                    raise
        except OSError as error:
            raise Unavailable(f"The database folder {self.folder}: {error.strerror}") from error

    def stop(self) -> None:
        """Stop the server; one that was found running and has another owner goes on."""
        self._process.stop()
        adopted, self._adopted = self._adopted, None
        if adopted is not None and self._is_ours(adopted) and not has_guard(adopted):
            os.kill(adopted, signal.SIGINT)
            deadline = time.monotonic() + 20.0
            while self._is_ours(adopted) and time.monotonic() < deadline:
                time.sleep(_POLL_S)

    def is_running(self) -> bool:
        """Whether the server that `start` started or found still runs."""
        if self._adopted is not None:
            return self._is_ours(self._adopted)
        return self._process.is_running()

    def wait(self, timeout_s: float) -> bool:
        """Wait at most so long for the server's end; whether it has ended."""
        if self._adopted is None:
            return self._process.wait(timeout_s) is not None or not self._process.is_running()
        deadline = time.monotonic() + timeout_s
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(min(0.2, timeout_s))
        return not self.is_running()

    @property
    def pid(self) -> int | None:
        """Process id of the running server."""
        return self._adopted if self._adopted is not None else self._process.pid

    def dsn(
        self, database: str = DATABASE, user: str = SUPERUSER, password: str | None = None
    ) -> str:
        """How to reach a database of this server, password included: never for the log."""
        return make_conninfo(
            host=str(self.socket_folder),
            port=self.port,
            dbname=database,
            user=user,
            password=password if password is not None else self._password(),
        )

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket; a short one where the home's path would be too long."""
        near = self.folder / "socket"
        longest = near / f".s.PGSQL.{self.port}.lock"
        if len(os.fsencode(longest)) < _LONGEST_SOCKET_PATH - 4:
            return near
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"alarmstation-{digest}"

    # --- from nothing to a data directory

    def _prepare_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if barrier := blocking_parent(self.data, self._without_own_folder()):
            assert self._identity is not None
            raise UserError(
                "database.folder_unreachable",
                "The database runs as the user {user}, who may not enter {barrier}. Choose "
                "another home with ALARMSTATION_HOME, or permit it with: chmod o+x {barrier}",
                user=self._identity.user,
                barrier=barrier,
            )
        own(self.folder, self._identity, 0o700)
        sockets = self.socket_folder
        sockets.mkdir(exist_ok=True, mode=0o700)
        expected = os.geteuid() if self._identity is None else self._identity.uid
        if sockets.is_symlink() or sockets.stat().st_uid not in {expected, os.geteuid()}:
            raise UserError(
                "database.socket_folder_taken",
                "{folder} belongs to somebody else; remove it, or use a home with a shorter path",
                folder=sockets,
            )
        own(sockets, self._identity, 0o700)

    def _without_own_folder(self) -> Identity | None:
        """The identity, once our own folder is its own: only the parents are in question."""
        if self._identity is not None:
            own(self.folder, self._identity, 0o700)
        return self._identity

    def _initialise(self) -> None:
        """Create the data directory; it appears under its name only when it is complete."""
        log.info("creating the database in %s", self.data)
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.folder / "password.new"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password() + "\n")
        own(password_file, self._identity, 0o600)
        command = [str(self.binaries.program("initdb")), "-D", str(unfinished)]
        command += ["-U", SUPERUSER, "-E", "UTF8", "-A", "scram-sha-256", "-k"]
        command += [f"--pwfile={password_file}", "--no-instructions"]
        if self.binaries.major >= 17 and sys.platform.startswith("linux"):
            command.append("--sync-method=syncfs")
        try:
            result = self._run([*command, "--locale=C.UTF-8"])
            if result.returncode != 0 and "locale" in result.stderr:
                shutil.rmtree(unfinished, ignore_errors=True)
                result = self._run([*command, "--locale=C"])
        finally:
            password_file.unlink()
        if result.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise diagnosis(result.stderr or result.stdout, self.folder, self.port)
        with (unfinished / "postgresql.conf").open("a") as settings:
            settings.write("\n" + _INCLUDE)
        unfinished.rename(self.data)

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        identity = self._identity
        return subprocess.run(
            command,
            cwd=self.folder,
            user=None if identity is None else identity.user,
            group=None if identity is None else identity.gid,
            extra_groups=None if identity is None else [],
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
        )

    def _check_version(self) -> None:
        made_by = data_version(self.data)
        if made_by != self.binaries.major:
            raise UserError(
                "database.other_version",
                "The data in {folder} was made by PostgreSQL {made_by}; what was found is "
                "{binaries}. Install PostgreSQL {made_by}, or restore a backup into a new home.",
                folder=self.data,
                made_by=made_by,
                binaries=self.binaries,
            )

    def _password(self) -> str:
        """The superuser's password, made at first need and kept for the owner's eyes only."""
        try:
            return self._password_file.read_text().strip()
        except FileNotFoundError:
            pass
        if (self.data / "PG_VERSION").is_file():
            raise UserError(
                "database.password_lost",
                "The file {file} with the password of the database in {folder} is gone; bring "
                "it back from a backup",
                file=self._password_file,
                folder=self.data,
            )
        self._password_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        password = secrets.token_urlsafe(24)
        fresh = self._password_file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(password + "\n")
        fresh.replace(self._password_file)
        return password

    # --- from a data directory to a server

    def _settings(self) -> str:
        settings = {
            "listen_addresses": "127.0.0.1" if self._tcp else "",
            "port": str(self.port),
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "max_worker_processes": "16",
            "shared_buffers": "128MB",
            "fsync": "on",
            "synchronous_commit": "on",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "log_min_error_statement": "fatal",  # statements may carry personal data
        }
        if self.binaries.has_timescaledb:
            settings["shared_preload_libraries"] = "timescaledb"
            settings["timescaledb.telemetry_level"] = "off"
            # without the Community edition there are no jobs, only schedulers that fail to run them
            community = self.binaries.has_community_timescaledb
            settings["timescaledb.max_background_workers"] = "8" if community else "0"
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        return "".join(f"{name} = '{value}'\n" for name, value in quoted.items())

    def _start_process(self) -> None:
        fresh = self.data / "alarmstation.conf.new"
        fresh.write_text(self._settings())
        own(fresh, self._identity, 0o600)
        fresh.replace(self.data / "alarmstation.conf")
        # Nobody lives here (see _living_server). PostgreSQL would refuse to start when the number
        # in a lock left by a crash belongs to some other process by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for lock in self.socket_folder.glob(".s.PGSQL.*"):
            lock.unlink(missing_ok=True)
        said_before = self._log_size()
        self._process.start()
        deadline = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < deadline:
            found = read_pid_file(self.data)
            if found is not None and found.pid == self._process.pid and found.status == "ready":
                return
            if self._process.wait(_POLL_S) is not None:
                raise diagnosis(self._said_since(said_before), self.folder, self.port)
        self._process.stop()
        raise Unavailable(f"The database in {self.folder} was not ready in {_READY_WITHIN_S:.0f} s")

    def _living_server(self) -> int | None:
        """Process id of a server that already serves this directory; waits for one that ends."""
        deadline = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < deadline:
            found = read_pid_file(self.data)
            if found is None or not self._is_ours(found.pid):
                return None
            if found.status == "ready" and self._answers():
                log.info("using the database server that already runs (process %d)", found.pid)
                return found.pid
            time.sleep(_POLL_S)
        raise Unavailable(f"The server in {self.folder} neither answers nor ends")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.dsn(SUPERUSER), connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a server of this data directory and no later namesake."""
        return str(self.data) in command_line(pid)

    def _ensure_database(self) -> None:
        try:
            with psycopg.connect(self.dsn(SUPERUSER), autocommit=True) as connection:
                query = "SELECT 1 FROM pg_database WHERE datname = %s"
                if connection.execute(query, (DATABASE,)).fetchone() is None:
                    connection.execute(f'CREATE DATABASE "{DATABASE}"')
        except psycopg.Error as error:
            raise Unavailable(f"The database in {self.folder} does not answer: {error}") from error

    def _update_extension(self) -> None:
        """Follow newer programs: a database keeps the version of TimescaleDB it was made with.

        Where the library of that version is gone, every statement fails but the update, which
        must come first in its session.
        """
        if not self.binaries.has_timescaledb:
            return
        try:
            with psycopg.connect(self.dsn(), autocommit=True) as connection:
                behind = connection.execute(_EXTENSION_BEHIND).fetchone() is not None
        except psycopg.errors.UndefinedFile:
            behind = True
        except psycopg.Error as error:
            raise Unavailable(f"The database in {self.folder} does not answer: {error}") from error
        if behind:
            log.info("updating TimescaleDB in the database to the version at hand")
            try:
                with psycopg.connect(self.dsn(), autocommit=True) as connection:
                    connection.execute("ALTER EXTENSION timescaledb UPDATE")
            except psycopg.Error as error:
                raise Unavailable(f"TimescaleDB could not be updated: {error}") from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One start at a time, also among processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _log_size(self) -> int:
        try:
            return self._process.log.stat().st_size
        except FileNotFoundError:
            return 0

    def _said_since(self, size: int) -> str:
        try:
            with self._process.log.open("rb") as file:
                file.seek(size)
                return file.read().decode(errors="replace")
        except OSError:
            return ""
