"""One method per intention of a guard."""

from __future__ import annotations

from alarmstation.application.requests import (
    Acknowledge,
    AddNote,
    Claim,
    Release,
    SendCommand,
    Silence,
    UndoAcknowledge,
)
from alarmstation.domain.catalogue import build
from alarmstation.domain.errors import Refused
from tests.console.conftest import Stage
from tests.console.fake_station import acknowledged, an_alarm


def test_taking_claims_and_taking_again_gives_back(stage: Stage) -> None:
    stage.actions.take(an_alarm())
    stage.actions.take(an_alarm(claimed_by="ana"))
    assert stage.asked == [Claim("one"), Release("one")]


def test_silence_is_for_everything_that_sounds(stage: Stage) -> None:
    alarms = (an_alarm("a"), an_alarm("b"), an_alarm("c", state="D"), acknowledged(an_alarm("d")))
    stage.actions.silence(alarms)
    assert stage.asked == [Silence("a"), Silence("b")]


def test_an_acknowledgment_can_be_undone_for_ten_seconds(stage: Stage) -> None:
    stage.actions.acknowledge(an_alarm(), "false press")
    assert stage.asked == [Acknowledge("one", "false press")]
    (undoable,) = stage.actions.undoable
    assert (undoable.until - stage.time).total_seconds() == 10
    stage.actions.undo(undoable)
    assert stage.asked[-1] == UndoAcknowledge("one")
    assert stage.actions.undoable == ()


def test_a_refused_acknowledgment_cannot_be_undone(stage: Stage) -> None:
    stage.refusal = Refused("alarm.closed", "This alarm is already closed.")
    stage.actions.acknowledge(an_alarm(), "x")
    assert stage.actions.undoable == ()
    assert stage.failures == [stage.refusal]


def test_only_critical_alarms_need_a_note(stage: Stage) -> None:
    assert stage.actions.needs_note(an_alarm(severity=3))
    assert not stage.actions.needs_note(an_alarm(severity=2))


def test_siren_off_is_a_command_of_the_catalogue(stage: Stage) -> None:
    stage.actions.siren_off(an_alarm())
    (wish,) = stage.asked
    assert isinstance(wish, SendCommand)
    assert wish.device_ids == (41,)
    assert build(wish.name, wish.fields) is not None
    assert stage.notices


def test_the_station_itself_has_no_siren(stage: Stage) -> None:
    stage.actions.siren_off(an_alarm(device_id=0))
    assert stage.asked == []


def test_an_empty_note_is_not_sent(stage: Stage) -> None:
    stage.actions.add_note(an_alarm(), "  ")
    stage.actions.add_note(an_alarm(), "called")
    assert stage.asked == [AddNote("one", "called")]


def test_a_viewer_may_do_nothing_and_asks_for_nothing(qapp: object) -> None:
    stage = Stage("viewer")
    alarm = an_alarm()
    stage.actions.take(alarm)
    stage.actions.silence([alarm])
    stage.actions.acknowledge(alarm, "x")
    stage.actions.siren_off(alarm)
    stage.actions.add_note(alarm, "x")
    assert stage.asked == []
    stage.close()
