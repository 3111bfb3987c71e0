"""What nobody acknowledges becomes more urgent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alarmstation.console.viewmodels.escalation import Escalation, Stage, escalation
from tests.console.fake_station import NOW, acknowledged, an_alarm


@pytest.mark.parametrize(
    ("waited", "stage", "following", "left"),
    [
        (0, Stage.RISING, Stage.LOUD, 15),
        (14, Stage.RISING, Stage.LOUD, 1),
        (15, Stage.LOUD, Stage.URGENT, 45),
        (60, Stage.URGENT, None, 0),
        (-1, Stage.RISING, Stage.LOUD, 16),
    ],
)
def test_stages_come_at_their_times(
    waited: int, stage: Stage, following: Stage | None, left: int
) -> None:
    alarm = an_alarm(at=NOW - timedelta(seconds=waited))
    assert escalation([alarm], NOW) == Escalation(3, stage, following, left)


def test_the_oldest_of_the_worst_counts() -> None:
    def old(seconds: int) -> timedelta:
        return timedelta(seconds=seconds)

    alarms = [
        an_alarm("a", severity=1, at=NOW - old(300)),
        an_alarm("b", severity=3, at=NOW - old(2)),
        an_alarm("c", severity=3, at=NOW - old(20)),
    ]
    found = escalation(alarms, NOW)
    assert found is not None
    assert (found.severity, found.stage) == (3, Stage.LOUD)


def test_what_makes_no_sound_does_not_escalate() -> None:
    alarms = [
        acknowledged(an_alarm("a")),
        an_alarm("b", state="D", active=False),
        an_alarm("c", marks=("test",)),
    ]
    assert escalation(alarms, NOW) is None
