from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.catalogue import PATTERNS
from alarmstation.domain.device import Site
from alarmstation.domain.directory import Directory, Unit
from alarmstation.domain.linecompletion import complete_line

DIRECTORY = Directory(
    [Unit(41, "ESG-041", "Front door", 2), Unit(42, "ESG-042", "", 2)],
    [Site(1, "Acme"), Site(2, "North wing", 1)],
)


def candidates(line: str) -> tuple[str, ...]:
    return complete_line(line, len(line), DIRECTORY).candidates


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sir", ("siren",)),
        ("re", ("relay1", "relay2", "reboot", *(f"read {g}" for g in
            ("device", "location", "wifi", "mqtt", "ntp", "ble", "all")))),
        ("config ", ("config device", "config location")),
        ("config l", ("config location",)),
        ("siren ESG", ("ESG-041", "ESG-042")),
        ("siren ESG-041,fr", ('"Front door"',)),
        ("siren @si", ("@site:",)),
        ("siren @site:n", ('"@site:North wing"',)),
        ("siren ESG-041 ", (*PATTERNS, "10s", "30s", "1m", "5m", "permanent")),
        ("siren ESG-041 bl", ("blink-slow", "blink-fast")),
        ("siren ESG-041 pulse on", ("on_duration_ms=",)),
        ("siren ESG-041 sos on_", ()),
        ("siren ESG-041 off ", ()),
        ("fan ESG-041 5", ("50%", "5m")),
        ("config location ESG-041 ", ("country=", "zone=", "latitude=", "longitude=")),
        ("config location ESG-041 zone=4 ", ("country=", "latitude=", "longitude=")),
        ("get-status ESG-041 ", ()),
    ],
)  # fmt: skip
def test_the_line_offers_what_may_come_next(line: str, expected: tuple[str, ...]) -> None:
    assert candidates(line) == expected


def test_commands_that_the_operator_may_not_send_are_not_offered() -> None:
    assert complete_line("re", 2, DIRECTORY, allowed={"relay1"}).candidates == ("relay1",)


def test_a_chosen_candidate_replaces_the_word_and_leaves_the_rest() -> None:
    completion = complete_line("siren ESG pulse", 9, DIRECTORY)

    assert completion.apply("siren ESG pulse", "ESG-042") == ("siren ESG-042 pulse", 14)


def test_a_half_typed_name_stays_open_behind_its_sign() -> None:
    completion = complete_line("config location ESG-041 la", 26, DIRECTORY)

    assert completion.apply("config location ESG-041 la", "latitude=") == (
        "config location ESG-041 latitude=",
        33,
    )


@given(st.text(max_size=40), st.integers(0, 40))
def test_completion_never_fails(line: str, cursor: int) -> None:
    completion = complete_line(line, min(cursor, len(line)), DIRECTORY)
    assert completion.start <= completion.end
