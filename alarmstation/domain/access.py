"""Who may do what: the one decision function (`domain.md` 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """Roles; a higher one may do all that a lower one may."""

    VIEWER = 0
    GUARD = 1
    TECHNICIAN = 2
    SUPERVISOR = 3
    ADMIN = 4


class Action(StrEnum):
    """Everything that is decided by `may`."""

    SEE = "see"
    CLAIM = "claim"
    ACKNOWLEDGE = "acknowledge"
    NOTE = "note"
    SILENCE = "silence"
    COMMAND_OUTPUT = "command output"
    COMMAND_STATUS = "command get status"
    COMMAND_TIME = "command set time"
    COMMAND_READ = "command read"
    COMMAND_DIAGNOSTIC = "command diagnostic"
    COMMAND_CONFIG = "command config"
    COMMAND_REBOOT = "command reboot"
    COMMAND_OTA = "command ota"
    COMMAND_CLEAR_COUNTERS = "command clear counters"
    COMMAND_FACTORY_RESET = "command factory reset"
    ENROL = "enrol"
    RETIRE = "retire"
    MANAGE_SITES = "manage sites"
    MANAGE_USERS = "manage users"
    MANAGE_KEYS = "manage keys"


LEAST_ROLE: dict[Action, Role] = {
    Action.SEE: Role.VIEWER,
    Action.CLAIM: Role.GUARD,
    Action.ACKNOWLEDGE: Role.GUARD,
    Action.NOTE: Role.GUARD,
    Action.SILENCE: Role.GUARD,
    Action.COMMAND_OUTPUT: Role.GUARD,
    Action.COMMAND_STATUS: Role.GUARD,
    Action.COMMAND_TIME: Role.GUARD,
    Action.COMMAND_READ: Role.TECHNICIAN,
    Action.COMMAND_DIAGNOSTIC: Role.TECHNICIAN,
    Action.COMMAND_CONFIG: Role.TECHNICIAN,
    Action.COMMAND_REBOOT: Role.TECHNICIAN,
    Action.COMMAND_OTA: Role.TECHNICIAN,
    Action.ENROL: Role.TECHNICIAN,
    Action.RETIRE: Role.TECHNICIAN,
    Action.MANAGE_SITES: Role.TECHNICIAN,
    Action.MANAGE_KEYS: Role.ADMIN,
    Action.MANAGE_USERS: Role.ADMIN,
    Action.COMMAND_CLEAR_COUNTERS: Role.ADMIN,
    Action.COMMAND_FACTORY_RESET: Role.ADMIN,
}
"""The least role that may do an action (the table of `domain.md` 1)."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A person with an account. `password_hash` is argon2; `site_ids` empty: every site."""

    name: str
    role: Role
    display_name: str = ""
    password_hash: str = ""
    language: str = ""
    site_ids: frozenset[int] = frozenset()
    active: bool = True
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is aimed at: the sites above a device, from its own to the root."""

    site_path: tuple[int, ...] = ()


ANYWHERE = Target()


def may(operator: Operator, action: Action, target: Target, now: datetime) -> bool:
    """Whether `operator` may do `action` on `target` at `now`.

    A grant on a site covers its whole subtree; without grants the operator sees every site.
    Targets without a site (provisional units, the station itself) are open to every role that
    may do the action, so that an alarm of an unregistered unit can be acknowledged by anyone.
    """
    if not operator.active or (operator.valid_until is not None and now > operator.valid_until):
        return False
    if operator.role < LEAST_ROLE[action]:
        return False
    if not operator.site_ids or not target.site_path:
        return True
    return not operator.site_ids.isdisjoint(target.site_path)


def allowed_actions(operator: Operator, now: datetime) -> frozenset[Action]:
    """Actions that the operator may do somewhere; what is not in it is absent on screen."""
    return frozenset(action for action in Action if may(operator, action, ANYWHERE, now))
