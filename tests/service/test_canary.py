"""The test alarm: it counts only when it came all the way round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alarmstation.service.canary import ANSWER_WITHIN, Canary

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + ANSWER_WITHIN + timedelta(seconds=1)


class Bird:
    """A canary with its surroundings."""

    def __init__(self) -> None:
        self.connected = True
        self.sent: list[bytes] = []
        self.shown: list[int] = []
        self.canary = Canary(self._publish, self.shown.append)

    def _publish(self, payload: bytes) -> bool:
        if self.connected:
            self.sent.append(payload)
        return self.connected


@pytest.fixture
def bird() -> Bird:
    return Bird()


def test_the_path_is_proven_when_a_popup_engine_has_shown_it(bird: Bird) -> None:
    bird.canary.send(NOW)
    assert bird.canary.proven_at is None
    bird.canary.heard(bird.sent[0], NOW)
    assert bird.canary.proven_at is None
    (number,) = bird.shown
    bird.canary.shown(number, LATER)
    assert bird.canary.proven_at == LATER


def test_one_that_does_not_come_back_is_overdue(bird: Bird) -> None:
    assert not bird.canary.is_overdue(LATER)
    bird.canary.send(NOW)
    assert not bird.canary.is_overdue(NOW + timedelta(seconds=1))
    assert bird.canary.is_overdue(LATER)
    bird.canary.heard(bird.sent[0], LATER)
    assert not bird.canary.is_overdue(LATER)


def test_one_that_could_not_leave_is_not_waited_for(bird: Bird) -> None:
    bird.connected = False
    bird.canary.send(NOW)
    assert not bird.canary.is_overdue(LATER)


def test_an_older_one_proves_nothing(bird: Bird) -> None:
    bird.canary.send(NOW)
    bird.canary.send(LATER)
    bird.canary.heard(bird.sent[0], LATER)
    assert bird.shown == []
    bird.canary.shown(1, LATER)
    assert bird.canary.proven_at is None


def test_nobody_else_can_sing_like_it(bird: Bird) -> None:
    bird.canary.send(NOW)
    stranger = Bird()
    stranger.canary.send(NOW)
    for payload in (stranger.sent[0], b"", b"\x00\x01garbage", bird.sent[0][:-1] + b"!"):
        bird.canary.heard(payload, NOW)
    assert bird.shown == []
