import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.counters import (
    BLOCK,
    MAX_SEQUENCE,
    SendCounter,
    UnitCounter,
    UnitWindow,
)
from alarmstation.domain.errors import UserError


def test_the_station_begins_one_above_the_largest_number_known() -> None:
    assert SendCounter().advanced().last == 1
    assert SendCounter().observed(500).advanced().last == 501
    assert SendCounter(900).observed(500).advanced().last == 901


def test_taking_over_lifts_the_counter_to_unix_time_and_never_lowers_it() -> None:
    assert SendCounter(5).taken_over(1_760_000_000).advanced().last == 1_760_000_001
    assert SendCounter(1_800_000_000).taken_over(1_760_000_000).last == 1_800_000_000


def test_the_last_number_of_32_bits_can_be_used_and_none_after_it() -> None:
    counter = SendCounter(MAX_SEQUENCE - 1).advanced()
    assert counter.last == MAX_SEQUENCE
    with pytest.raises(UserError) as caught:
        counter.advanced()
    assert caught.value.key == "sequence.exhausted"


def test_a_unit_reserves_a_block_before_it_uses_the_first_number_of_it() -> None:
    number, counter = UnitCounter().taken()
    assert number == 1
    assert counter.reserved == BLOCK
    for expected in range(2, BLOCK):
        number, counter = counter.taken()
        assert (number, counter.reserved) == (expected, BLOCK)
    number, counter = counter.taken()
    assert (number, counter.reserved) == (BLOCK, 2 * BLOCK)


@given(st.lists(st.integers(0, 3000), max_size=6))
def test_a_unit_never_uses_a_number_twice_however_often_it_restarts(runs: list[int]) -> None:
    counter, last = UnitCounter(), 0
    for taken in runs:
        for _ in range(taken):
            number, counter = counter.taken()
            assert number > last
            assert number < counter.reserved
            last = number
        counter = UnitCounter.after_restart(counter.reserved)


def test_a_unit_at_the_end_of_32_bits_must_be_given_a_new_key() -> None:
    number, counter = UnitCounter.after_restart(MAX_SEQUENCE).taken()
    assert number == MAX_SEQUENCE
    with pytest.raises(UserError):
        counter.taken()


@given(st.lists(st.integers(0, 300), max_size=300))
def test_a_unit_carries_out_no_number_twice_and_none_from_below_its_window(
    numbers: list[int],
) -> None:
    window, accepted, highest = UnitWindow(), set[int](), -1
    for number in numbers:
        after = window.accepting(number)
        fresh = number not in accepted and number > highest - 64
        assert (after is not None) == fresh
        if after is not None:
            accepted.add(number)
            highest = max(highest, number)
            window = after
        assert window.highest == highest
        assert window.bitmap < 1 << 64
