"""Accounts and access list of the embedded broker, without a broker."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from alarmstation.adapters.mqtt.broker_accounts import STATION, BrokerAccounts, acl_file
from alarmstation.domain.errors import UserError


def accounts(tmp_path: Path) -> BrokerAccounts:
    return BrokerAccounts(tmp_path / "accounts.json")


def test_the_station_has_an_account_from_the_start_and_keeps_it(tmp_path: Path) -> None:
    first = accounts(tmp_path).station
    assert first.user == STATION
    assert len(first.password) >= 24
    assert accounts(tmp_path).station == first


def test_units_get_different_passwords_once(tmp_path: Path) -> None:
    made = accounts(tmp_path).add_units(["one", "two"])
    assert made["one"] != made["two"]
    assert accounts(tmp_path).add_units(["two", "one"]) == made


def test_one_bad_host_among_many_makes_no_account_at_all(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        accounts(tmp_path).add_units(["good", "not/good"])
    assert list(accounts(tmp_path).plain()) == [STATION]


def test_a_unit_that_was_removed_gets_a_new_password(tmp_path: Path) -> None:
    known = accounts(tmp_path)
    before = known.add_units(["one"])["one"]
    known.remove_unit("one")
    assert "one" not in accounts(tmp_path).plain()
    assert known.add_units(["one"])["one"] != before


def test_the_station_cannot_be_removed(tmp_path: Path) -> None:
    known = accounts(tmp_path)
    known.remove_unit(STATION)
    assert STATION in accounts(tmp_path).plain()


def test_the_password_file_holds_salted_hashes_that_verify(tmp_path: Path) -> None:
    known = accounts(tmp_path)
    password = known.add_units(["one"])["one"]
    line = next(line for line in known.password_file().splitlines() if line.startswith("one:"))
    _, kind, iterations, salt, digest = line.split("$")
    expected = hashlib.pbkdf2_hmac(
        "sha512", password.encode(), base64.b64decode(salt), int(iterations)
    )
    assert kind == "7"
    assert base64.b64decode(digest) == expected
    assert known.password_file() == known.password_file(), "hashes are made once"


def test_the_file_with_passwords_is_for_the_owner_only(tmp_path: Path) -> None:
    accounts(tmp_path)
    assert (tmp_path / "accounts.json").stat().st_mode & 0o777 == 0o600


def test_only_the_station_may_write_commands(tmp_path: Path) -> None:
    rules = acl_file(("site/one", "site/two"))
    writable = [line for line in rules.splitlines() if line.startswith("pattern write")]
    assert "pattern write site/two/pb/d/%u/alarm" in writable
    assert not [line for line in writable if line.endswith(("/cmd", "/ack"))]
    assert "pattern read site/one/pb/d/%u/cmd" in rules
