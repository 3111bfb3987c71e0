import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.addresses import (
    address_text,
    is_suspect,
    parse_address,
    reversed_address,
)
from alarmstation.domain.errors import UserError


def test_the_most_significant_byte_is_the_first_octet() -> None:
    assert address_text(0xC0000207) == "192.0.2.7"
    assert parse_address(" 192.0.2.7 ") == 0xC0000207


def test_zero_is_no_address() -> None:
    assert address_text(0) == ""
    assert parse_address("") == 0
    assert not is_suspect(0)


@given(st.integers(1, 0xFFFF_FFFF))
def test_text_and_number_are_the_same_address(number: int) -> None:
    assert parse_address(address_text(number)) == number
    assert reversed_address(reversed_address(number)) == number


@pytest.mark.parametrize("text", ["192.0.2", "192.0.2.256", "::1", "hall", "192.0.2.7/24"])
def test_text_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_address(text)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("written", "suspect"),
    [
        ("192.168.1.7", False),
        ("7.1.168.192", True),  # nobody but 192.168.1.7
        ("10.0.0.5", False),
        ("5.0.0.10", True),
        ("10.1.168.192", False),  # a site may have either
        ("203.0.113.9", False),  # public, and so is the reverse
        ("254.1.0.80", True),  # no unit can have this one
        ("1.0.0.127", False),
    ],
)
def test_an_address_is_suspect_when_only_its_reverse_is_plausible(
    written: str, suspect: bool
) -> None:
    assert is_suspect(parse_address(written)) is suspect
