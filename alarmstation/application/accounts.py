"""Accounts of operators: the first admin, logins, changes (`domain.md` 1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from alarmstation.application.changes import Changes
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.errors import Refused

LEAST_PASSWORD = 8
LOCK_AFTER = 5
LOCK_FOR = timedelta(seconds=30)


class PasswordHasher(Protocol):
    """Slow on purpose: callers run it off the event loop."""

    def hash(self, password: str) -> str:
        """A salted hash that can be stored."""
        ...

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether the password is the one that was hashed."""
        ...


class Accounts:
    """Everybody who may log in."""

    def __init__(self, changes: Changes, hasher: PasswordHasher) -> None:
        self._changes = changes
        self._hasher = hasher
        self._operators: dict[str, Operator] = {}
        self._failures: dict[str, tuple[int, datetime]] = {}

    def restore(self, operators: tuple[Operator, ...]) -> None:
        """Take over the stored accounts."""
        for operator in operators:
            self._operators.setdefault(operator.name, operator)

    @property
    def are_empty(self) -> bool:
        """Whether the first admin is still to be made."""
        return not self._operators

    def find(self, name: str) -> Operator | None:
        """The account of that name."""
        return self._operators.get(name)

    def all(self) -> tuple[Operator, ...]:
        """Every account."""
        return tuple(self._operators.values())

    def create_first_admin(
        self, name: str, password: str, display_name: str, at: datetime
    ) -> Operator:
        """Make the first account.

        Raises:
            Refused: there is one already, or name or password are not acceptable.
        """
        if not self.are_empty:
            raise Refused("account.exists", "There is an administrator already; log in.")
        operator = self._checked(name, password, Role.ADMIN, display_name)
        if not self.are_empty:  # hashing takes its time; somebody may have been faster
            raise Refused("account.exists", "There is an administrator already; log in.")
        self._store(operator)
        self._changes.audit(at, operator.name, "create account", operator.name, "done")
        return operator

    def check_password(self, name: str, password: str, at: datetime) -> Operator:
        """The operator with this name and password.

        Raises:
            Refused: wrong, too many attempts, or the account is not active.
        """
        count, since = self._failures.get(name, (0, at))
        if count >= LOCK_AFTER and at - since < LOCK_FOR:
            raise Refused(
                "login.locked",
                "Too many wrong attempts; wait {seconds} s.",
                seconds=int((LOCK_FOR - (at - since)).total_seconds()) + 1,
            )
        operator = self._operators.get(name)
        known_hash = operator.password_hash if operator is not None else ""
        right = self._hasher.verify(known_hash, password)
        if operator is None or not right:
            self._failures[name] = (1 if count >= LOCK_AFTER else count + 1, at)
            self._changes.audit(at, name[:60], "login", "station", "refused")
            raise Refused("login.wrong", "Name or password is wrong.")
        expired = operator.valid_until is not None and at > operator.valid_until
        if not operator.active or expired:
            raise Refused("login.inactive", "This account is not active.")
        self._failures.pop(name, None)
        self._changes.audit(at, name, "login", "station", "done")
        return operator

    def save(
        self,
        name: str,
        role: str,
        display_name: str,
        password: str,
        site_ids: frozenset[int],
        *,
        active: bool,
    ) -> Operator:
        """Create or change an account.

        Raises:
            Refused: not acceptable, or the last active admin would be gone.
        """
        try:
            wanted = Role[role.upper()]
        except KeyError:
            raise Refused(
                "account.role",
                "{role} is not a role; choose one of: {allowed}.",
                role=role,
                allowed=", ".join(r.name.lower() for r in Role),
            ) from None
        known = self._operators.get(name)
        if known is None or password:
            operator = self._checked(name, password, wanted, display_name)
        else:
            operator = replace(known, role=wanted, display_name=display_name)
        operator = replace(operator, site_ids=site_ids, active=active)
        admins = [
            o
            for o in (*(o for n, o in self._operators.items() if n != name), operator)
            if o.role is Role.ADMIN and o.active
        ]
        if not admins:
            raise Refused("account.last-admin", "The last administrator must stay active.")
        self._store(operator)
        return operator

    def _checked(self, name: str, password: str, role: Role, display_name: str) -> Operator:
        if not name.strip() or name != name.strip() or len(name) > 60:
            raise Refused("account.name", "A name has 1 to 60 characters without spaces around it.")
        if len(password) < LEAST_PASSWORD:
            raise Refused(
                "account.password",
                "A password has at least {count} characters.",
                count=LEAST_PASSWORD,
            )
        return Operator(name, role, display_name, self._hasher.hash(password))

    def _store(self, operator: Operator) -> None:
        self._operators[operator.name] = operator
        self._changes.batch.operators[operator.name] = operator
