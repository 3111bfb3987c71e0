"""Conditions of the station's parts: in words, logged when they change."""

import logging

import pytest

from alarmstation.service.health import DOWN, OK, PARTS, STARTING, Health
from tests.conftest import ExpectedLog


def test_every_part_starts_as_starting() -> None:
    assert [(c.part, c.state) for c in Health().conditions()] == [(p, STARTING) for p in PARTS]


def test_a_change_is_logged_once_and_repeats_are_not(
    expected_log: ExpectedLog, caplog: pytest.LogCaptureFixture
) -> None:
    expected_log(logging.WARNING, "broker is down: gone")
    health = Health()
    for _ in range(3):
        health.set("broker", DOWN, "broker.lost", "gone")
    assert len([r for r in caplog.records if r.levelno == logging.WARNING]) == 1
    assert health.set("broker", OK, "broker.connected", "there")
    assert not health.set("broker", OK, "broker.connected", "there")


def test_since_is_when_the_state_began_not_its_words(expected_log: ExpectedLog) -> None:
    expected_log(logging.WARNING, "database is down")
    health = Health()
    health.set("database", DOWN, "a", "one reason")
    since = health.since("database")
    health.set("database", DOWN, "b", "another reason")
    assert health.since("database") == since
    health.set("database", OK, "c", "fine")
    assert health.since("database") > since
    assert health.state("database") == OK


def test_a_change_is_there_to_be_shown() -> None:
    health = Health()
    health.changed = False
    health.set("clock", OK, "clock.steady", "steady")
    assert health.changed
