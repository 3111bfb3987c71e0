"""Passwords of operators."""

from alarmstation.adapters.passwords import Argon2Hasher


def test_the_right_password_fits_its_hash_and_no_other() -> None:
    hasher = Argon2Hasher()
    stored = hasher.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert hasher.verify(stored, "correct horse")
    assert not hasher.verify(stored, "Correct horse")
    assert stored != hasher.hash("correct horse"), "salted"


def test_nobody_and_nonsense_fit_nothing() -> None:
    hasher = Argon2Hasher()
    assert not hasher.verify("", "")
    assert not hasher.verify("", "nobody has this password")
    assert not hasher.verify("not a hash", "x")
