"""Which PostgreSQL programs are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from alarmstation.adapters.owned_process import Identity
from alarmstation.adapters.postgres.binaries import Origin, candidates, find_postgres
from alarmstation.domain.errors import UserError


def programs(folder: Path, version: str, *libraries: str) -> Path:
    """A folder with stand-ins that answer `--version` as PostgreSQL does."""
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").mkdir()
    for name in ("postgres", "initdb"):
        file = folder / "bin" / name
        file.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version} (Debian 1)"\n')
        file.chmod(0o755)
    for library in libraries:
        (folder / "lib" / library).touch()
    return folder / "bin"


def in_runtime(runtime: Path, version: str, *libraries: str) -> Path:
    return programs(
        runtime / "usr/lib/postgresql" / version.split(".", maxsplit=1)[0], version, *libraries
    )


def test_the_newest_of_the_runtime_comes_first(tmp_path: Path) -> None:
    in_runtime(tmp_path, "9.6")
    in_runtime(tmp_path, "16.3")
    newest = in_runtime(tmp_path, "17.2", "timescaledb.so", "timescaledb-2.19.so")
    found = find_postgres(tmp_path)
    assert (found.origin, found.folder) == (Origin.RUNTIME, newest)
    assert (found.version, found.major) == ("17.2", 17)
    assert found.has_timescaledb
    assert not found.has_community_timescaledb


def test_the_community_part_is_told_by_its_library(tmp_path: Path) -> None:
    in_runtime(tmp_path, "17.2", "timescaledb.so", "timescaledb-tsl-2.19.so")
    assert find_postgres(tmp_path).has_community_timescaledb


def test_data_of_an_older_server_gets_the_programs_that_can_read_it(tmp_path: Path) -> None:
    older = in_runtime(tmp_path, "16.3")
    in_runtime(tmp_path, "17.2")
    assert find_postgres(tmp_path, major=16).folder == older


def test_the_system_is_looked_at_after_the_runtime(tmp_path: Path) -> None:
    in_runtime(tmp_path, "17.2")
    origins = [origin for origin, _ in candidates(None, tmp_path)]
    assert origins == sorted(origins, key=list(Origin).index)
    assert origins[0] is Origin.RUNTIME


def test_what_a_person_configured_is_taken_or_refused_but_never_replaced(tmp_path: Path) -> None:
    in_runtime(tmp_path, "17.2")
    chosen = programs(tmp_path / "mine", "15.1")
    assert find_postgres(tmp_path, chosen).origin is Origin.CONFIGURED
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UserError, match="empty: has no postgres"):
        find_postgres(tmp_path, empty)


def test_an_old_server_is_refused_with_its_version(tmp_path: Path) -> None:
    old = programs(tmp_path / "old", "14.9")
    with pytest.raises(UserError, match=r"PostgreSQL 14\.9 is older than 15"):
        find_postgres(tmp_path, old)


def test_programs_that_do_not_run_are_refused(tmp_path: Path) -> None:
    folder = programs(tmp_path / "broken", "17.2")
    (folder / "postgres").write_text("#!/bin/sh\nexit 127\n")
    with pytest.raises(UserError, match="does not run"):
        find_postgres(tmp_path, folder)


def test_programs_that_the_database_user_cannot_reach_are_refused(tmp_path: Path) -> None:
    folder = programs(tmp_path / "closed", "17.2")
    (tmp_path / "closed").chmod(0o700)
    stranger = Identity("stranger", uid=54321, gid=54321)
    with pytest.raises(UserError, match="stranger may not enter"):
        find_postgres(tmp_path, folder, identity=stranger)


def test_the_real_runtime_has_timescaledb(runtime: Path) -> None:
    if not (runtime / "runtime.json").is_file():
        pytest.skip("no runtime was built on this machine: installer/dev.sh setup")
    found = find_postgres(runtime)
    assert found.origin is Origin.RUNTIME
    assert found.program("pg_dump").is_file()
