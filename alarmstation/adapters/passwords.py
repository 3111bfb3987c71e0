"""Passwords of operators, hashed with argon2id."""

from __future__ import annotations

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

# What a login of nobody is compared with, so that it takes as long as one of somebody.
_NOBODY = Argon2().hash("nobody has this password")


class Argon2Hasher:
    """Argon2id with the library's current defaults."""

    def __init__(self) -> None:
        self._argon2 = Argon2()

    def hash(self, password: str) -> str:
        """A salted hash in the PHC string format."""
        return self._argon2.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether the password is the one that was hashed; an empty hash fits none."""
        try:
            right = self._argon2.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
        return right and bool(password_hash)
