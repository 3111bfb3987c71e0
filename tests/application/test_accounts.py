"""Accounts: the first one, wrong passwords, and the last that can help the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from alarmstation.application.accounts import LOCK_AFTER, Accounts, is_valid
from alarmstation.application.changes import Changes
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.errors import Refused
from tests.application.builders import START

LATER = START + timedelta(seconds=31)


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def accounts(changes: Changes) -> Accounts:
    accounts = Accounts(changes)
    accounts.create_first_admin("ada", "hash", "Ada", START)
    return accounts


def save(accounts: Accounts, name: str = "ben", role: str = "guard", **fields: object) -> Operator:
    wanted: dict[str, object] = {"active": True, **fields}
    return accounts.save(
        name,
        role,
        str(wanted.get("display_name", "")),
        str(wanted.get("password_hash", "hash")),
        frozenset(wanted.get("site_ids", ())),  # type: ignore[call-overload]
        active=bool(wanted["active"]),
    )


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.key


def test_only_one_admin_can_be_the_first(accounts: Accounts) -> None:
    assert refused(lambda: accounts.create_first_admin("eve", "h", "", START)) == "account.exists"


@pytest.mark.parametrize(
    ("name", "password", "key"),
    [
        ("", "long enough", "account.name"),
        (" x", "long enough", "account.name"),
        ("x" * 61, "long enough", "account.name"),
        ("x", "short", "account.password"),
    ],
)
def test_names_and_passwords_have_their_least(
    accounts: Accounts, name: str, password: str, key: str
) -> None:
    assert refused(lambda: accounts.check_new(name, password)) == key


def test_logins_are_recorded_the_refused_ones_too(accounts: Accounts, changes: Changes) -> None:
    accounts.log_in("ada", START, right=True)
    refused(lambda: accounts.log_in("ada", START, right=False))
    refused(lambda: accounts.log_in("nobody", START, right=False))
    save(accounts, active=False)
    assert refused(lambda: accounts.log_in("ben", START, right=True)) == "login.inactive"
    logins = [(a.operator, a.outcome) for a in changes.batch.audit if a.action == "login"]
    assert logins == [
        ("ada", "done"), ("ada", "refused"), ("nobody", "refused"), ("ben", "refused"),
    ]  # fmt: skip


def test_too_many_wrong_passwords_wait_half_a_minute(accounts: Accounts) -> None:
    for _ in range(LOCK_AFTER):
        accounts.check_not_locked("ada", START)
        refused(lambda: accounts.log_in("ada", START, right=False))
    assert refused(lambda: accounts.check_not_locked("ada", START)) == "login.locked"
    accounts.check_not_locked("ben", START)
    accounts.check_not_locked("ada", LATER)


def test_names_that_nobody_has_are_not_collected_for_ever(accounts: Accounts) -> None:
    for number in range(5000):
        refused(lambda number=number: accounts.log_in(f"x{number}", START, right=False))  # type: ignore[misc]
    assert len(accounts._failures) <= 1000
    refused(lambda: accounts.log_in("y", LATER, right=False))
    assert len(accounts._failures) == 1


def test_an_empty_password_keeps_the_old_one(accounts: Accounts) -> None:
    save(accounts, password_hash="first")
    assert save(accounts, role="technician", password_hash="").password_hash == "first"
    assert refused(lambda: save(accounts, "new", password_hash="")) == "account.no-password"


def test_a_role_is_one_of_the_five(accounts: Accounts) -> None:
    assert refused(lambda: save(accounts, role="god")) == "account.role"
    assert save(accounts, role="Supervisor").role is Role.SUPERVISOR


@pytest.mark.parametrize("change", [{"role": "guard"}, {"active": False}, {"site_ids": (1,)}])
def test_one_administrator_of_everything_must_stay(
    accounts: Accounts, change: dict[str, object]
) -> None:
    wanted = {"role": "admin", **change}
    assert refused(lambda: save(accounts, "ada", **wanted)) == "account.last-admin"  # type: ignore[arg-type]
    save(accounts, "bob", "admin")
    save(accounts, "ada", **wanted)  # type: ignore[arg-type]


def test_stored_accounts_are_newer_than_what_was_known(accounts: Accounts) -> None:
    accounts.restore((Operator("ada", Role.VIEWER), Operator("new", Role.GUARD)))
    ada, new = accounts.find("ada"), accounts.find("new")
    assert ada is not None
    assert ada.role is Role.VIEWER
    assert new is not None


def test_an_account_ends_with_its_time() -> None:
    operator = Operator("x", Role.GUARD, valid_until=START)
    assert is_valid(operator, START)
    assert not is_valid(operator, LATER)
    assert not is_valid(Operator("x", Role.GUARD, active=False), START)
