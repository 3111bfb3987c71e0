"""`alarmstation db info`, as a person runs it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from alarmstation import cli_db
from alarmstation.adapters.postgres.private_server import PrivateServer


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli_db.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["db", "info", *words])
    status: int = arguments.run(arguments)
    return status


def test_the_private_database_is_started_for_a_moment_and_told(
    reachable_folder: Path,
    postgres_server: PrivateServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = reachable_folder / "info"
    monkeypatch.setenv("ALARMSTATION_HOME", str(home))
    assert run() == 0
    said = capsys.readouterr().out
    assert f"PostgreSQL {postgres_server.binaries.version}" in said
    assert str(postgres_server.binaries.folder) in said
    assert f"data         {home / 'database' / 'data'}" in said
    expected = "hypertable" if postgres_server.binaries.has_timescaledb else "native range"
    assert f"history      {expected}" in said
    assert not (home / "database" / "data" / "postmaster.pid").exists(), "it was stopped again"


def test_another_server_is_asked_by_its_address(
    empty_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--dsn", empty_database) == 0
    assert "version      PostgreSQL" in capsys.readouterr().out


def test_a_server_that_does_not_answer_is_a_sentence_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("--dsn", "host=127.0.0.1 port=1 connect_timeout=2") == 1
    assert "The database does not answer" in capsys.readouterr().err


def test_a_malformed_address_is_a_sentence_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--dsn", "nonsense=1") == 1
    assert "The database does not answer" in capsys.readouterr().err
