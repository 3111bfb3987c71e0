"""`alarmstation db …`: what the database is and what it can do, without a running service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from alarmstation import locations
from alarmstation.adapters.mqtt.embedded_broker import find_broker
from alarmstation.adapters.owned_process import unprivileged_identity
from alarmstation.adapters.postgres.capabilities import Capabilities, detect, detect_by_trial
from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.domain.errors import Unavailable, UserError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `db` and what is below it; the parsed arguments carry `run`."""
    database = subparsers.add_parser("db", help="look at the database")
    verbs = database.add_subparsers(dest="verb", required=True)
    info = verbs.add_parser("info", help="which database is used and what it can do")
    info.add_argument("--dsn", help="a database server instead of the private one")
    info.add_argument("--binaries", type=Path, help="folder of the PostgreSQL programs to use")
    database.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out what `add_parser` parsed; the program's exit status."""
    return info(dsn=args.dsn, configured=args.binaries)


def info(dsn: str | None, configured: Path | None = None) -> int:
    """Print which binaries were taken, the edition, and what follows; 1 when there is none."""
    try:
        if dsn is None:
            _print_broker()
            with _private_server(configured) as private:
                _print(("database", "private (this station's own)"), *_binaries_of(private))
                _print_capabilities(private.dsn(), detect_by_trial)
        else:
            _print(("database", "server"))
            _print_capabilities(dsn, detect)
    except (UserError, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


@contextmanager
def _private_server(configured: Path | None) -> Iterator[PrivateServer]:
    """The private server of the home: the one that runs, else started for the moment."""
    server = PrivateServer.for_home(locations.home().create(), locations.runtime(), configured)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _binaries_of(server: PrivateServer) -> tuple[tuple[str, str], ...]:
    binaries = server.binaries
    return (
        ("taken from", f"{binaries.origin}: {binaries.folder}"),
        ("data", str(server.data)),
    )


def _print_broker() -> None:
    try:
        broker = find_broker(locations.runtime(), identity=unprivileged_identity())
    except UserError as error:
        _print(("broker", str(error)))
        return
    note = " (for demonstrations only)" if broker.demonstration_only else ""
    _print(("broker", f"{broker.kind}{note}: {broker.path}"))


def _print_capabilities(dsn: str, ask: Callable[[psycopg.Connection[Any]], Capabilities]) -> None:
    try:
        with psycopg.connect(dsn, connect_timeout=10) as connection:
            found = ask(connection)
    except psycopg.Error as error:
        raise Unavailable(f"The database does not answer: {str(error).strip()}") from error
    _print(("version", str(found)), ("edition", found.edition), *_consequences(found))


def _consequences(found: Capabilities) -> tuple[tuple[str, str], ...]:
    def by(server: bool, otherwise: str) -> str:
        return "by the server" if server else otherwise

    return (
        ("history", "hypertable" if found.hypertable else "native range partitions"),
        ("compression", by(found.columnstore, "none")),
        ("retention", by(found.policies, "by the station")),
        ("roll-ups", by(found.jobs, "by the station")),
    )


def _print(*lines: tuple[str, str]) -> None:
    for name, value in lines:
        sys.stdout.write(f"{name:<12} {value}\n")
    sys.stdout.flush()
