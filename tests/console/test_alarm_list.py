"""The item model of the alarm list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from alarmstation.application.views import AlarmView
from alarmstation.console.models.alarm_list import (
    ALARM_ROLE,
    ALL_OPEN,
    LAST_DAY,
    UNHANDLED,
    AlarmListModel,
    Column,
)
from alarmstation.console.viewmodels.alarm_queue import order
from tests.console.fake_station import NOW, acknowledged, an_alarm


def rows(model: AlarmListModel) -> list[str]:
    """Ids in the order of the rows."""
    return [alarm.id for n in range(model.rowCount()) if (alarm := model.alarm_at(n)) is not None]


def a_model(alarms: Iterable[AlarmView] = ()) -> AlarmListModel:
    """A model with these alarms."""
    model = AlarmListModel()
    model.set_titles(["x"] * len(Column))
    model.replace(alarms)
    return model


def test_it_is_a_sound_item_model(qtmodeltester: ModelTester) -> None:
    model = a_model([an_alarm("a"), an_alarm("b", severity=1)])
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.update([an_alarm("c", severity=2), acknowledged(an_alarm("a"))])
    model.freeze()
    model.update([an_alarm("d")])
    model.thaw()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_rows_stand_in_queue_order() -> None:
    model = a_model([an_alarm("low", severity=0), an_alarm("worst", severity=3)])
    model.update([an_alarm("middle", severity=1)])
    assert rows(model) == ["worst", "middle", "low"]


def test_every_view_lists_its_own_states() -> None:
    alarms = [an_alarm("b"), acknowledged(an_alarm("c")), an_alarm("d", state="D", active=False)]
    model = a_model(alarms)
    assert model.view is UNHANDLED
    assert set(rows(model)) == {"b", "d"}
    model.show_view(ALL_OPEN)
    assert set(rows(model)) == {"b", "c", "d"}


def test_the_last_day_has_closed_ones_newest_first() -> None:
    model = a_model([an_alarm("old", at=NOW - timedelta(hours=5))])
    model.show_view(LAST_DAY)
    model.update([replace(an_alarm("closed", at=NOW - timedelta(hours=1)), state="A")])
    assert rows(model) == ["closed", "old"]


def test_an_acknowledged_alarm_leaves_the_unhandled_ones() -> None:
    model = a_model([an_alarm("a"), an_alarm("b")])
    model.update([acknowledged(an_alarm("a"))])
    assert rows(model) == ["b"]


def test_frozen_rows_keep_their_places_but_not_their_content() -> None:
    model = a_model([an_alarm("a", severity=1), an_alarm("b", severity=0)])
    model.freeze()
    model.update([an_alarm("worse", severity=3), acknowledged(an_alarm("a", severity=1))])
    assert rows(model) == ["a", "b"]
    first = model.alarm_at(0)
    assert first is not None
    assert first.state == "C"


def test_what_is_held_back_is_counted_and_comes_with_the_thaw() -> None:
    model = a_model([an_alarm("a", severity=1)])
    told: list[int] = []
    model.held_changed.connect(told.append)
    model.freeze()
    model.update([an_alarm("b", severity=3)])
    model.update([an_alarm("c", severity=2)])
    assert (model.held, told) == (2, [1, 2])
    model.thaw()
    assert rows(model) == ["b", "c", "a"]
    assert told[-1] == 0


def test_what_came_and_went_while_frozen_is_not_held() -> None:
    model = a_model([an_alarm("a")])
    model.freeze()
    model.update([an_alarm("b")])
    model.update([acknowledged(an_alarm("b"))])
    assert model.held == 0


def test_a_row_is_found_by_its_alarm_even_when_frozen_and_out_of_order() -> None:
    model = a_model([an_alarm("a", severity=3), an_alarm("b", severity=2)])
    model.freeze()
    model.update([replace(an_alarm("a"), severity=0)])
    assert (model.row_of("a"), model.row_of("b"), model.row_of("z")) == (0, 1, -1)


def test_many_changes_at_once_are_one_reset(qtbot: QtBot) -> None:
    model = a_model()
    with qtbot.waitSignal(model.modelReset):
        model.update([an_alarm(str(n), severity=n % 4) for n in range(1000)])
    assert model.rowCount() == 1000


def test_the_delegate_gets_the_alarm_of_a_row() -> None:
    model = a_model([an_alarm()])
    assert model.index(0, 3).data(ALARM_ROLE) == an_alarm()


def test_a_screen_reader_gets_the_row_in_words() -> None:
    model = a_model([an_alarm()])  # an index does not keep its model alive
    said = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Critical: Panic button 1, Reception 41, Active"


changes = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from("BCDA"),
        st.integers(0, 3),
        st.integers(0, 50),
        st.sampled_from(["say", "freeze", "thaw"]),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(changes, st.sampled_from([UNHANDLED, ALL_OPEN]))
def test_after_a_thaw_the_rows_are_those_of_a_fresh_sort(
    steps: list[tuple[int, str, int, int, str]], view: object
) -> None:
    parent = QObject()
    model = AlarmListModel(parent)
    model.show_view(UNHANDLED if view is UNHANDLED else ALL_OPEN)
    known: dict[str, AlarmView] = {}
    for number, state, severity, age, verb in steps:
        alarm = an_alarm(
            str(number),
            severity=severity,
            state=state,
            acknowledged=state in "CA",
            at=NOW - timedelta(seconds=age),
        )
        known[alarm.id] = alarm
        model.update([alarm])
        if verb == "freeze":
            model.freeze()
        elif verb == "thaw":
            model.thaw()
    model.thaw()
    listed = [a for a in known.values() if a.state in model.view.states]
    assert rows(model) == [alarm.id for alarm in sorted(listed, key=order)]


def test_twenty_thousand_rows_stay_in_order() -> None:
    chance = Random(1)
    alarms = [
        an_alarm(str(n), severity=chance.randrange(4), at=NOW - timedelta(seconds=n))
        for n in range(20_000)
    ]
    model = a_model(alarms)
    model.update([an_alarm("newest", severity=3, at=NOW)])
    expected = sorted([*alarms, an_alarm("newest", severity=3, at=NOW)], key=order)
    assert rows(model) == [alarm.id for alarm in expected]
