"""Where things are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from alarmstation import locations
from alarmstation.locations import Home


def test_the_checkout_has_what_a_wheel_would_carry() -> None:
    assert (locations.sql() / "migrations").is_dir()
    assert any(locations.proto().glob("*.proto"))
    assert locations.resources().is_dir()


def test_data_packed_into_the_package_comes_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "_PACKAGE", tmp_path / "alarmstation")
    assert locations.sql() == tmp_path / "sql"
    (tmp_path / "alarmstation" / "_data" / "sql").mkdir(parents=True)
    assert locations.sql() == tmp_path / "alarmstation" / "_data" / "sql"


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALARMSTATION_HOME", str(tmp_path / "mine"))
    assert locations.home() == Home(tmp_path / "mine")


def test_without_a_word_the_home_is_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ALARMSTATION_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(locations, "is_root", lambda: False)
    assert locations.home().path == locations.data_folder()
    monkeypatch.setattr(locations, "is_root", lambda: True)
    assert locations.home().path == Path("/var/lib/alarmstation")


def test_the_runtime_is_shared_by_all_homes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ALARMSTATION_RUNTIME", raising=False)
    monkeypatch.setenv("ALARMSTATION_HOME", str(tmp_path / "mine"))
    assert not locations.runtime().is_relative_to(tmp_path)
    monkeypatch.setenv("ALARMSTATION_RUNTIME", str(tmp_path / "other"))
    assert locations.runtime() == tmp_path / "other"


def test_a_runtime_of_the_whole_machine_is_used_until_there_is_an_own_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ALARMSTATION_RUNTIME", raising=False)
    machine, own = tmp_path / "machine", tmp_path / "own" / "runtime"
    monkeypatch.setattr(locations, "ROOT_HOME", tmp_path / "root")
    monkeypatch.setattr(locations, "PACKAGED_RUNTIME", machine)
    monkeypatch.setattr(locations, "data_folder", lambda: tmp_path / "own")
    assert locations.runtime() == own, "the place where it would be built"
    for place in (machine, own):
        place.mkdir(parents=True)
        (place / "runtime.json").touch()
        assert locations.runtime() == place


def test_a_home_can_be_entered_but_its_secrets_cannot(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        home = Home(tmp_path / "a" / "home").create()
        home.create()
    finally:
        os.umask(before)
    assert home.path.stat().st_mode & 0o777 == 0o755
    for private in (home.secrets, home.spool, home.run, home.logs):
        assert private.stat().st_mode & 0o777 == 0o700
