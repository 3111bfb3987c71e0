"""What waits for the guard, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from alarmstation.application.views import AlarmView
from alarmstation.console.viewmodels.alarm_queue import count, order, sounds
from tests.console.conftest import Stage
from tests.console.fake_station import NOW, a_snapshot, acknowledged, an_alarm


def test_the_worst_comes_first_then_the_oldest(stage: Stage) -> None:
    stage.say(
        an_alarm("medium, old", severity=1, at=NOW - timedelta(hours=1)),
        an_alarm("critical, new", severity=3, at=NOW),
        an_alarm("critical, old", severity=3, at=NOW - timedelta(minutes=1)),
        an_alarm("high", severity=2),
    )
    names = [alarm.id for alarm in stage.queue.waiting]
    assert names == ["critical, old", "critical, new", "high", "medium, old"]


def test_what_is_acknowledged_does_not_wait(stage: Stage) -> None:
    stage.say(acknowledged(an_alarm("known")), an_alarm("returned", state="D", active=False))
    assert [alarm.id for alarm in stage.queue.waiting] == ["returned"]


def test_within_a_priority_the_unacknowledged_come_first() -> None:
    old = acknowledged(an_alarm("known", at=NOW - timedelta(hours=1)))
    assert sorted([old, an_alarm("new")], key=order)[0].id == "new"


def test_a_new_alarm_is_told_once(stage: Stage) -> None:
    told: list[tuple[AlarmView, ...]] = []
    stage.queue.raised.connect(told.append)
    stage.say(an_alarm())
    stage.say(an_alarm(claimed_by="luis"))
    assert [[alarm.id for alarm in fresh] for fresh in told] == [["one"]]


def test_a_raise_again_is_told_again(stage: Stage) -> None:
    told: list[tuple[AlarmView, ...]] = []
    stage.queue.raised.connect(told.append)
    stage.say(an_alarm())
    stage.say(an_alarm(raise_count=2))
    assert len(told) == 2


def test_what_waited_before_a_restart_waits_after_it(stage: Stage) -> None:
    stage.live.snapshot_arrived(a_snapshot(alarms=(an_alarm("still there"),)))
    assert [alarm.id for alarm in stage.queue.waiting] == ["still there"]


def test_next_goes_around_the_end(stage: Stage) -> None:
    stage.say(an_alarm("a"), an_alarm("b"))
    following = stage.queue.after("a")
    assert following is not None
    assert following.id == "b"
    around = stage.queue.after("b")
    assert around is not None
    assert around.id == "a"
    assert stage.queue.after("gone") is stage.queue.waiting[0]


def test_counts_tell_every_priority() -> None:
    counts = count([an_alarm("a"), acknowledged(an_alarm("b")), an_alarm("c", severity=1)])
    assert [(c.severity, c.unacknowledged, c.acknowledged) for c in counts] == [
        (3, 1, 1),
        (2, 0, 0),
        (1, 1, 0),
        (0, 0, 0),
    ]


def test_a_test_from_a_unit_does_not_call_until_somebody_really_presses(stage: Stage) -> None:
    stage.say(an_alarm(marks=("test",), state="D", active=False))
    assert stage.queue.waiting == ()
    assert not sounds(an_alarm(marks=("test",)), NOW)
    stage.say(an_alarm(raise_count=2))
    assert "one" in str(stage.queue.waiting)


def test_only_active_alarms_that_are_not_silenced_sound() -> None:
    alarm = an_alarm()
    assert sounds(alarm, NOW)
    assert not sounds(replace(alarm, state="D", active=False), NOW)
    assert not sounds(acknowledged(alarm), NOW)
    silenced = replace(alarm, silenced_until=NOW + timedelta(seconds=30))
    assert not sounds(silenced, NOW)
    assert sounds(silenced, NOW + timedelta(seconds=31))
