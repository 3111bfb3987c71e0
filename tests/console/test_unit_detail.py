from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from alarmstation.application.ports import TimelineEntry
from alarmstation.console.live import AlarmsChanged
from alarmstation.console.views.unit_detail import UnitDetail
from tests.console.desk import Desk, FakeHistory
from tests.console.fake_station import an_alarm
from tests.console.sample_views import NOW, a_device


@pytest.fixture
def history() -> FakeHistory:
    return FakeHistory(entries=[TimelineEntry(NOW, "alarm", "PANIC1 raised", "ana")])


def a_detail(desk: Desk, qtbot: Any) -> UnitDetail:
    detail = UnitDetail(desk.context)
    qtbot.addWidget(detail)
    detail.resize(1000, 800)
    detail.show()
    detail.show_device(1)
    return detail


@pytest.fixture
def desk(qapp: Any, history: FakeHistory) -> Desk:
    desk = Desk(history=history)
    desk.show(a_device(1, name="Front", site_id=2, siren=True), a_device(2))
    return desk


@pytest.fixture
def detail(desk: Desk, qtbot: Any) -> UnitDetail:
    return a_detail(desk, qtbot)


def said(detail: UnitDetail) -> str:
    """Everything that can be read on it."""
    return "\n".join(
        label.text() for label in detail.findChildren(QLabel) if label.isVisibleTo(detail)
    )


def buttons(detail: UnitDetail) -> dict[str, QPushButton]:
    return {
        button.text(): button
        for button in detail.findChildren(QPushButton)
        if button.isVisibleTo(detail)
    }


def test_who_where_and_how_a_unit_is(detail: UnitDetail) -> None:
    text = said(detail)

    assert "Front" in text
    assert "Acme › North › ESG-001" in text
    assert "Online, heard now." in text
    assert "21.4" in text
    assert "stored 41 of 410 samples, 90 % saved" in text
    assert detail._outputs.accessibleName() == "On: Siren"


def test_values_follow_and_age(detail: UnitDetail, desk: Desk) -> None:
    desk.tell(a_device(1, temperature_c=25.5))
    assert "25.5" in said(detail)

    desk.time = NOW + timedelta(seconds=70)
    detail._on_second()
    assert "1 min ago" in said(detail)


def test_a_weak_key_is_a_warning(detail: UnitDetail, desk: Desk) -> None:
    desk.tell(a_device(1, key_weak="constant_step"))

    assert "630dcd29, WEAK: counts up or down" in said(detail)


def test_a_unit_that_is_offline_says_what_it_means(detail: UnitDetail, desk: Desk) -> None:
    desk.tell(a_device(1, comm_state="offline", silent_since=NOW - timedelta(minutes=17)))

    assert "Offline: last heard 17 min ago. It cannot warn anybody." in said(detail)


def test_without_the_service_everything_is_old(detail: UnitDetail, desk: Desk) -> None:
    desk.lose_service()

    assert "everything here is old" in said(detail)


def test_the_timeline_is_read_and_read_again_after_an_alarm(
    detail: UnitDetail, desk: Desk, history: FakeHistory, qtbot: Any
) -> None:
    model = detail._timeline.model()
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.index(0, 2).data() == "Panic button 1: raised"

    history.entries.insert(0, TimelineEntry(NOW, "alarm", "PANIC1 acknowledged", "ana"))
    alarm = an_alarm(device_id=1)
    desk.live.alarms_changed.emit(AlarmsChanged((alarm,), ()))

    qtbot.waitUntil(lambda: model.rowCount() == 2)


def test_a_technician_may_edit_and_command_a_guard_may_command(
    desk: Desk, qtbot: Any, detail: UnitDetail
) -> None:
    assert {"Edit", "Send a command"} <= set(buttons(detail))
    guard = Desk("guard")
    guard.show(*desk.live.devices.values())
    assert "Edit" not in buttons(a_detail(guard, qtbot))
    assert "Send a command" in buttons(a_detail(guard, qtbot))
    viewer = Desk("viewer")
    viewer.show(*desk.live.devices.values())
    assert "Send a command" not in buttons(a_detail(viewer, qtbot))


def test_a_command_is_sent_from_the_command_page(detail: UnitDetail, desk: Desk) -> None:
    buttons(detail)["Send a command"].click()

    assert desk.opened == [("command", (1,))]


def test_a_unit_that_nobody_enrolled_offers_it(detail: UnitDetail, desk: Desk) -> None:
    desk.tell(a_device(1, lifecycle="provisional", site_id=None))

    buttons(detail)["Enrol this unit"].click()

    assert "Enrol ESG-001" in said(detail)


def test_another_unit_closes_the_editor(detail: UnitDetail) -> None:
    buttons(detail)["Edit"].click()
    assert detail._editor.isVisibleTo(detail)

    detail.show_device(2)

    assert not detail._editor.isVisibleTo(detail)
    assert "ESG-002" in said(detail)
