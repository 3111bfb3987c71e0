"""Keeping a server running: with a server that does as the test says."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from alarmstation.adapters import supervision
from alarmstation.adapters.supervision import Supervision
from alarmstation.domain.errors import Unavailable, UserError
from tests.conftest import ExpectedLog

Until = Callable[..., None]


class FakeServer:
    """Runs when started, ends when told, and can be made unable to start."""

    def __init__(self) -> None:
        self.starts = 0
        self.obstacle: Exception | None = None
        self._ended = threading.Event()
        self._ended.set()

    def start(self) -> None:
        if self.obstacle is not None:
            raise self.obstacle
        self.starts += 1
        self._ended.clear()

    def stop(self) -> None:
        self._ended.set()

    def wait(self, timeout_s: float) -> bool:
        return self._ended.wait(timeout_s)

    def crash(self) -> None:
        self._ended.set()


def test_a_server_that_ends_is_started_again_and_both_are_told(
    until: Until, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "the broker ended unexpectedly")
    server, told = FakeServer(), list[str | None]()
    supervisor = Supervision("broker", server, told.append)
    supervisor.start()
    server.crash()
    until(lambda: told == ["the broker ended", None])
    supervisor.stop()
    assert server.starts == 2


def test_what_keeps_it_from_starting_again_is_said_once(
    until: Until, expected_log: ExpectedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "_FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(supervision, "_LONGEST_PAUSE_S", 0.005)
    expected_log(logging.WARNING, "ended unexpectedly")
    expected_log(logging.WARNING, "cannot be started: port 1883 is busy")
    server, told = FakeServer(), list[str | None]()
    supervisor = Supervision("broker", server, told.append)
    supervisor.start()
    attempts = 0

    class Busy(UserError):
        def __str__(self) -> str:
            nonlocal attempts
            attempts += 1
            return "port 1883 is busy"

    server.obstacle = Busy("broker.port_busy", "")
    server.crash()
    until(lambda: attempts > 5)
    assert told == ["the broker ended", "port 1883 is busy"]
    server.obstacle = None
    until(lambda: told[-1] is None)
    supervisor.stop()


def test_the_first_start_tells_its_caller_what_is_wrong() -> None:
    server = FakeServer()
    server.obstacle = Unavailable("the disk is full")
    supervisor = Supervision("database", server)
    with pytest.raises(Unavailable, match="the disk is full"):
        supervisor.start()
    supervisor.stop()


def test_stopping_is_not_a_crash() -> None:
    server, told = FakeServer(), list[str | None]()
    supervisor = Supervision("database", server, told.append)
    supervisor.start()
    supervisor.start()
    supervisor.stop()
    supervisor.stop()
    assert told == []
    assert server.starts == 1


def test_it_can_be_stopped_while_it_waits_to_try_again(
    until: Until, expected_log: ExpectedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "_FIRST_PAUSE_S", 3600.0)
    expected_log(logging.WARNING, "ended unexpectedly")
    server, told = FakeServer(), list[str | None]()
    supervisor = Supervision("database", server, told.append)
    supervisor.start()
    server.crash()
    until(lambda: told)
    supervisor.stop()
    assert server.starts == 1
