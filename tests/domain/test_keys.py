import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.errors import UserError
from alarmstation.domain.keys import KeyWeakness, MessageKey, parse_key, shared_keys

GOOD = bytes.fromhex("9f3cf5a1d04be27788115ac3390e6db2f17a02c4e85d96130bafc8347e2199d6")


def test_a_key_is_read_from_64_hex_digits_of_either_case() -> None:
    assert parse_key(f"  {GOOD.hex().upper()}\n") == MessageKey(GOOD)


@pytest.mark.parametrize(
    "text", ["", "00", GOOD.hex()[:-1], GOOD.hex() + "0", GOOD.hex()[:-1] + "g", "٠" * 64]
)
def test_anything_but_64_hex_digits_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_key(text)
    assert caught.value.key == "key.not_hex"
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_cannot_exist(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MessageKey(bytes(size))


def test_a_key_shows_only_its_fingerprint() -> None:
    key = MessageKey(GOOD)
    assert key.fingerprint == hashlib.sha256(GOOD).digest()[:4].hex()
    assert GOOD.hex() not in repr(key)
    assert repr(GOOD) not in repr(key)


def test_a_random_key_is_not_weak() -> None:
    assert MessageKey(GOOD).weaknesses == frozenset()


def test_a_key_of_zeros_is_weak_in_nearly_every_way() -> None:
    assert MessageKey(bytes(32)).weaknesses == {
        KeyWeakness.ALL_ZERO,
        KeyWeakness.REPEATED,
        KeyWeakness.CONSTANT_STEP,
        KeyWeakness.FEW_BYTES,
    }


@pytest.mark.parametrize("period", [1, 2, 4, 8, 16])
def test_a_repetition_is_weak(period: int) -> None:
    assert KeyWeakness.REPEATED in MessageKey(GOOD[:period] * (32 // period)).weaknesses


@given(st.integers(0, 255), st.integers(0, 255))
def test_counting_up_or_down_by_any_step_is_weak(first: int, step: int) -> None:
    raw = bytes((first + index * step) % 256 for index in range(32))
    assert KeyWeakness.CONSTANT_STEP in MessageKey(raw).weaknesses


def test_the_key_of_the_test_vectors_is_weak() -> None:
    assert MessageKey(bytes(range(32))).weaknesses == {KeyWeakness.CONSTANT_STEP}


def test_fewer_than_twelve_different_bytes_are_weak() -> None:
    raw = bytes([*GOOD[:11], *GOOD[:11][::-1], *GOOD[:10]])
    assert len(set(raw)) == 11
    assert KeyWeakness.FEW_BYTES in MessageKey(raw).weaknesses
    twelve = raw[:-1] + GOOD[11:12]
    assert KeyWeakness.FEW_BYTES not in MessageKey(twelve).weaknesses


def test_a_pass_phrase_is_weak() -> None:
    assert MessageKey(b"correct horse battery staple 1 !").weaknesses == {KeyWeakness.PRINTABLE}


def test_a_key_on_two_devices_is_found_with_their_names() -> None:
    one, other = MessageKey(GOOD), MessageKey(GOOD[::-1])
    found = shared_keys({"gate": [one], "hall": [other, one], "yard": [other, other], "roof": []})
    assert found == {one.fingerprint: ("gate", "hall"), other.fingerprint: ("hall", "yard")}
    assert shared_keys({"gate": [one, one], "hall": [other]}) == {}
