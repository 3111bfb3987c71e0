"""Accounts of operators: the first admin, logins, changes (`domain.md` 1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from alarmstation.application.changes import Changes
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.errors import Refused

NAME_LENGTH = 60
LEAST_PASSWORD = 8
LOCK_AFTER = 5
LOCK_FOR = timedelta(seconds=30)
FAILURES_KEPT = 1000
NOT_ACTIVE = '{"reason": "not active"}'


class PasswordHasher(Protocol):
    """Slow on purpose: callers run it off the event loop."""

    def hash(self, password: str) -> str:
        """A salted hash that can be stored."""
        ...

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether the password is the one that was hashed."""
        ...


class Accounts:
    """Everybody who may log in. Hashing is slow and is done by the caller, off the event loop."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._operators: dict[str, Operator] = {}
        self._failures: dict[str, tuple[int, datetime]] = {}

    def restore(self, operators: tuple[Operator, ...]) -> None:
        """Take over the stored accounts; they are newer than what was known of the same names."""
        self._operators.update((operator.name, operator) for operator in operators)

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

    def stored_hash(self, name: str) -> str:
        """What a password must be compared with; empty for nobody, which takes as long."""
        operator = self._operators.get(name)
        return operator.password_hash if operator is not None else ""

    @staticmethod
    def check_new(name: str, password: str) -> None:
        """Whether these may become an account's; raises Refused."""
        if not name.strip() or name != name.strip() or len(name) > NAME_LENGTH:
            raise Refused("account.name", "A name has 1 to 60 characters without spaces around it.")
        if len(password) < LEAST_PASSWORD:
            raise Refused(
                "account.password",
                "A password has at least {count} characters.",
                count=LEAST_PASSWORD,
            )

    def create_first_admin(
        self, name: str, password_hash: str, display_name: str, at: datetime
    ) -> Operator:
        """Make the first account; raises Refused when there is one already."""
        if not self.are_empty:
            raise Refused("account.exists", "There is an administrator already; log in.")
        operator = Operator(name, Role.ADMIN, display_name, password_hash)
        self._store(operator)
        self._changes.audit(at, operator.name, "create account", operator.name, "done")
        return operator

    def check_not_locked(self, name: str, at: datetime) -> None:
        """Whether this name may try at all now; raises Refused after too many failures."""
        count, since = self._failures.get(name, (0, at))
        if count >= LOCK_AFTER and at - since < LOCK_FOR:
            raise Refused(
                "login.locked",
                "Too many wrong attempts; wait {seconds} s.",
                seconds=int((LOCK_FOR - (at - since)).total_seconds()) + 1,
            )

    def log_in(self, name: str, at: datetime, *, right: bool) -> Operator:
        """The operator, when the password was right.

        Raises:
            Refused: it was wrong, or the account is not active.
        """
        operator = self._operators.get(name)
        if operator is None or not right:
            self._note_failure(name, at)
            self._changes.audit(at, name[:NAME_LENGTH], "login", "station", "refused")
            raise Refused("login.wrong", "Name or password is wrong.")
        if not is_valid(operator, at):
            self._changes.audit(at, name, "login", "station", "refused", NOT_ACTIVE)
            raise Refused("login.inactive", "This account is not active.")
        self._failures.pop(name, None)
        self._changes.audit(at, name, "login", "station", "done")
        return operator

    def _note_failure(self, name: str, at: datetime) -> None:
        self._failures = {
            known: (count, since)
            for known, (count, since) in self._failures.items()
            if at - since < LOCK_FOR
        }
        count, _ = self._failures.get(name, (0, at))
        if len(self._failures) < FAILURES_KEPT or name in self._failures:
            self._failures[name] = (1 if count >= LOCK_AFTER else count + 1, at)

    def save(
        self,
        name: str,
        role: str,
        display_name: str,
        password_hash: str,
        site_ids: frozenset[int],
        *,
        active: bool,
    ) -> Operator:
        """Create or change an account; an empty hash keeps the password.

        Raises:
            Refused: no such role, a new account without a password, or the last active admin
                would be gone.
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
        known = self._operators.get(name) or Operator(name, wanted)
        if not (password_hash or known.password_hash):
            raise Refused("account.no-password", "A new account needs a password.")
        operator = replace(
            known,
            role=wanted,
            display_name=display_name,
            password_hash=password_hash or known.password_hash,
            site_ids=site_ids,
            active=active,
        )
        others = (o for o in self._operators.values() if o.name != name)
        if not any(_may_rescue(o) for o in (*others, operator)):
            raise Refused("account.last-admin", "The last administrator must stay active.")
        self._store(operator)
        return operator

    def _store(self, operator: Operator) -> None:
        self._operators[operator.name] = operator
        self._changes.batch.operators[operator.name] = operator


def is_valid(operator: Operator, at: datetime) -> bool:
    """Whether the account may be used at that time."""
    return operator.active and (operator.valid_until is None or at <= operator.valid_until)


def _may_rescue(operator: Operator) -> bool:
    """Whether this account can always give the others what they need."""
    return (
        operator.role is Role.ADMIN
        and operator.active
        and not operator.site_ids
        and operator.valid_until is None
    )
