import contextlib
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.adapters.wire.frame import (
    Frame,
    FrameKey,
    FramePolicy,
    look_into,
    open_frame,
    seal,
)
from alarmstation.domain.errors import WireError
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import Refusal

KEY = MessageKey(hashlib.sha256(b"one").digest())
ONE = FrameKey(KEY)
OTHER = FrameKey(MessageKey(hashlib.sha256(b"other").digest()))
LAX = FramePolicy(require_signed=False)
FULL = FramePolicy(full_tag=True)

payloads = st.binary(min_size=1, max_size=2047)
sequences = st.integers(0, 0xFFFF_FFFF)


def refusal(data: bytes, *keys: FrameKey, policy: FramePolicy | None = None) -> str:
    with pytest.raises(WireError) as caught:
        open_frame(data, keys or (ONE,), policy or FramePolicy())
    return caught.value.reason


@given(payloads, sequences)
def test_what_is_sealed_can_be_opened(payload: bytes, sequence: int) -> None:
    data = seal(ONE, sequence, payload)
    assert len(data) == len(payload) + 14
    assert open_frame(data, [ONE]) == Frame(payload, sequence, data[-8:], 0)


@given(st.binary(max_size=300))
def test_the_tag_is_an_hmac_sha256(signed: bytes) -> None:
    assert ONE.digest(signed) == hmac.digest(KEY.raw, signed, "sha256")


def test_the_first_candidate_that_verifies_is_named() -> None:
    data = seal(ONE, 1, b"x")
    assert open_frame(data, [OTHER, ONE, ONE]).key_index == 1
    assert refusal(data, OTHER) == Refusal.BAD_TAG
    with pytest.raises(WireError, match="none of 0"):
        open_frame(data, [])


@given(payloads, sequences, st.data())
def test_a_damaged_frame_is_refused(payload: bytes, sequence: int, data: st.DataObject) -> None:
    frame = bytearray(seal(ONE, sequence, payload))
    for position in data.draw(st.sets(st.integers(0, len(frame) - 1), min_size=1, max_size=5)):
        frame[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WireError):
        open_frame(bytes(frame), [ONE])


@given(payloads, st.data())
def test_a_frame_that_lost_or_gained_bytes_is_refused(payload: bytes, data: st.DataObject) -> None:
    frame = seal(ONE, 7, payload)
    cut = data.draw(st.integers(0, len(frame) - 1))
    assert refusal(frame[:cut]) == Refusal.MALFORMED
    assert refusal(frame + data.draw(st.binary(min_size=1, max_size=40))) == Refusal.MALFORMED


@given(st.binary(max_size=5000), st.booleans(), st.booleans())
def test_any_bytes_give_a_frame_or_a_wire_error(data: bytes, signed: bool, full: bool) -> None:
    with contextlib.suppress(WireError):
        assert isinstance(open_frame(data, [ONE], FramePolicy(signed, full)), Frame)
    with contextlib.suppress(WireError):
        assert isinstance(look_into(data), Frame)


def test_an_empty_payload_is_malformed() -> None:
    signed = bytes(6)
    assert refusal(signed + ONE.digest(signed)[-8:]) == Refusal.MALFORMED
    with pytest.raises(ValueError, match="payload"):
        seal(ONE, 1, b"")


def test_nothing_too_large_is_sealed() -> None:
    with pytest.raises(ValueError, match="payload"):
        seal(ONE, 1, bytes(2048))
    with pytest.raises(ValueError, match="32 bits"):
        seal(ONE, 1 << 32, b"x")


def test_a_bare_message_is_unsigned_where_signing_is_required() -> None:
    assert refusal(b"\x08\x01") == Refusal.UNSIGNED


def test_a_bare_message_passes_where_it_is_allowed() -> None:
    assert open_frame(b"\x08\x01", [ONE], LAX) == Frame(b"\x08\x01", None, b"", None)


def test_a_framed_message_must_verify_even_where_bare_ones_are_allowed() -> None:
    assert refusal(seal(OTHER, 1, b"x"), policy=LAX) == Refusal.BAD_TAG


def test_a_bare_message_has_at_most_4096_bytes() -> None:
    assert open_frame(b"\xff" * 4096, [ONE], LAX).payload
    assert refusal(b"\xff" * 4097, policy=LAX) == Refusal.MALFORMED


@given(st.binary(min_size=8, max_size=1000), sequences)
def test_a_little_endian_header_is_refused_under_any_policy(payload: bytes, sequence: int) -> None:
    big, little = len(payload).to_bytes(2, "big"), len(payload).to_bytes(2, "little")
    if big == little:
        return
    signed = little + sequence.to_bytes(4, "little") + payload
    frame = signed + ONE.digest(signed)[-8:]
    for policy in (FramePolicy(), LAX, FULL):
        with pytest.raises(WireError):
            open_frame(frame, [ONE], policy)


def test_the_full_tag_is_taken_where_it_is_enabled_and_all_of_it_counts() -> None:
    signed = seal(ONE, 5, b"payload")[:-8]
    tag = ONE.digest(signed)
    assert open_frame(signed + tag, [ONE], FULL) == Frame(b"payload", 5, tag, 0)
    assert refusal(signed + tag) == Refusal.MALFORMED
    damaged = bytes([tag[0] ^ 1]) + tag[1:]
    assert refusal(signed + damaged, policy=FULL) == Refusal.BAD_TAG
    assert open_frame(signed + tag[-8:], [ONE], FULL).sequence == 5


def test_looking_into_a_frame_tells_its_parts_but_names_no_key() -> None:
    data = seal(OTHER, 5, b"payload")
    assert look_into(data) == Frame(b"payload", 5, data[-8:], None)
    assert look_into(b"\x08\x01") == Frame(b"\x08\x01", None, b"", None)
    with pytest.raises(WireError):
        look_into(b"\x00\x09")
