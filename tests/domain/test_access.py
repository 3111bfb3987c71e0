"""`may` over every action and role: the table of `domain.md` 1, written down a second time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alarmstation.domain.access import (
    ANYWHERE,
    Action,
    Operator,
    Role,
    Target,
    allowed_actions,
    may,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

VIEWER = {"see"}
GUARD = VIEWER | {
    "claim", "acknowledge", "note", "silence",
    "command output", "command get status", "command set time",
}  # fmt: skip
TECHNICIAN = GUARD | {
    "enrol", "retire", "manage sites",
    "command read", "command diagnostic", "command config", "command reboot", "command ota",
}  # fmt: skip
SUPERVISOR = TECHNICIAN
ADMIN = SUPERVISOR | {
    "manage users", "manage keys", "command clear counters", "command factory reset",
}  # fmt: skip
TABLE = {
    Role.VIEWER: VIEWER,
    Role.GUARD: GUARD,
    Role.TECHNICIAN: TECHNICIAN,
    Role.SUPERVISOR: SUPERVISOR,
    Role.ADMIN: ADMIN,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_role_may_what_the_table_says(role: Role, action: Action) -> None:
    assert may(Operator("x", role), action, ANYWHERE, NOW) is (action.value in TABLE[role])


@pytest.mark.parametrize("role", Role)
def test_what_is_offered_is_what_may_be_done_somewhere(role: Role) -> None:
    operator = Operator("x", role, site_ids=frozenset({7}))
    assert {action.value for action in allowed_actions(operator, NOW)} == TABLE[role]


@pytest.mark.parametrize("action", Action)
def test_an_account_that_is_closed_or_over_may_nothing(action: Action) -> None:
    admin = Operator("root", Role.ADMIN)
    assert not may(replace(admin, active=False), action, ANYWHERE, NOW)
    over = replace(admin, valid_until=NOW - timedelta(seconds=1))
    assert not may(over, action, ANYWHERE, NOW)
    assert may(replace(admin, valid_until=NOW), action, ANYWHERE, NOW)


@pytest.mark.parametrize(
    ("granted", "path", "allowed"),
    [
        (set(), (1, 2), True),
        ({1}, (1,), True),
        ({1}, (1, 2), True),
        ({2}, (1, 2), True),
        ({3}, (1, 2), False),
        ({3, 2}, (1, 2), True),
        ({2}, (1,), False),
        ({2}, (), True),
    ],
)
def test_a_grant_covers_its_subtree_and_nothing_beside_it(
    granted: set[int], path: tuple[int, ...], allowed: bool
) -> None:
    operator = Operator("ana", Role.GUARD, site_ids=frozenset(granted))
    assert may(operator, Action.ACKNOWLEDGE, Target(path), NOW) is allowed
