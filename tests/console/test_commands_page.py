from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton, QTabWidget

from alarmstation.application.requests import (
    CancelCommand,
    CommandRefusal,
    CommandsAccepted,
    SendCommand,
    WatchTraffic,
)
from alarmstation.application.views import StepView, TrafficView
from alarmstation.console.views.commands_page import CommandsPage
from tests.console.desk import Desk
from tests.console.sample_views import NOW, a_command, a_device


def a_page(desk: Desk, qtbot: Any) -> CommandsPage:
    page = CommandsPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def desk(qapp: Any) -> Desk:
    desk = Desk()
    desk.show(
        a_device(1, name="Front", site_id=2),
        a_device(2, name="Back", site_id=2, comm_state="offline"),
        a_device(3, site_id=3),
    )
    return desk


@pytest.fixture
def page(desk: Desk, qtbot: Any) -> CommandsPage:
    return a_page(desk, qtbot)


def visible(page: CommandsPage) -> str:
    return "\n".join(w.text() for w in page.findChildren(QLabel) if w.isVisible())


def button(page: CommandsPage, text: str) -> QPushButton:
    return next(
        b for b in page.findChildren(QPushButton) if b.isVisible() and b.text().startswith(text)
    )


def test_a_station_without_units_says_why_nothing_can_be_sent(desk: Desk, qtbot: Any) -> None:
    desk.show(sites=())
    page = a_page(desk, qtbot)
    page.tree.choose(())
    assert "There are no units yet" in visible(page)
    assert not button(page, "Send").isEnabled()


def sent(desk: Desk) -> list[SendCommand]:
    return desk.asked_for(SendCommand)


def test_without_units_nothing_can_be_sent(page: CommandsPage) -> None:
    assert "choose units on the left" in visible(page)
    assert not button(page, "Send").isEnabled()


def test_the_form_is_sent_to_the_chosen_units(page: CommandsPage, desk: Desk) -> None:
    page.choose_devices((1, 3))
    page.form.choose("siren", {"pattern": "pulse", "total_duration": 5})
    button(page, "Send").click()

    (request,) = sent(desk)
    assert (request.device_ids, request.name, request.confirmed) == ((1, 3), "siren", False)
    assert (request.fields["pattern"], request.fields["total_duration"]) == ("pulse", 5)
    assert "Taken on for 2 units." in visible(page)


def test_the_form_says_its_line_and_the_line_does_the_same(
    page: CommandsPage, desk: Desk, qtbot: Any
) -> None:
    page.choose_devices((1,))
    page.form.choose("siren", {"pattern": "pulse", "total_duration": 5, "on_duration_ms": 200})
    line = page._as_line.text()
    assert line == "siren ESG-001 pulse 5s on_duration_ms=200ms"
    page.send_form()

    page.entry.show_line(line)
    qtbot.keyClick(page.entry._line, Qt.Key.Key_Return)

    form, typed = sent(desk)
    assert (typed.device_ids, typed.name) == (form.device_ids, form.name)
    assert typed.fields.items() <= form.fields.items()


def test_selected_on_the_line_means_the_tree(page: CommandsPage, desk: Desk, qtbot: Any) -> None:
    page.choose_devices((1, 2))
    page.entry.show_line("get-status @selected")
    qtbot.keyClick(page.entry._line, Qt.Key.Key_Return)

    assert sent(desk)[0].device_ids == (1, 2)


def test_offline_units_are_counted_and_may_wait(page: CommandsPage, desk: Desk) -> None:
    page.choose_devices((1, 2))
    assert "To: 2 units, 1 of them offline" in visible(page)

    page._queue.setChecked(True)
    page.form.choose("get-status")
    page.send_form()

    assert sent(desk)[0].queue


def test_a_permanent_output_asks_in_place_and_back_is_where_the_keyboard_is(
    page: CommandsPage, desk: Desk, qtbot: Any
) -> None:
    page.choose_devices((1,))
    page.form.choose("siren", {"pattern": "on", "total_duration": 0})
    page.send_form()
    assert not sent(desk)
    assert "until somebody switches it off. Send it?" in visible(page)
    assert button(page, "Back").hasFocus()

    button(page, "Yes, send").click()

    assert sent(desk)[0].confirmed
    assert not page._confirm.isVisible()


def test_escape_takes_the_question_away(page: CommandsPage, desk: Desk, qtbot: Any) -> None:
    page.choose_devices((1,))
    page.form.choose("reboot")
    page.send_form()

    qtbot.keyClick(page._confirm, Qt.Key.Key_Escape)

    assert not page._confirm.isVisible()
    assert not sent(desk)


def test_refusals_are_listed_by_unit(page: CommandsPage, desk: Desk) -> None:
    refusal = CommandRefusal(2, "command.offline", "Back is not connected.")
    desk.reply = lambda _: CommandsAccepted(("r1",), (refusal,))
    page.choose_devices((1, 2))
    page.form.choose("get-status")
    page.send_form()

    assert "Taken on: 1. Refused: 1." in visible(page)
    assert "Back is not connected" in visible(page)


def test_a_sent_command_is_shown_as_soon_as_it_is_heard_of(page: CommandsPage, desk: Desk) -> None:
    page.choose_devices((1,))
    page.form.choose("get-status")
    page.send_form()
    desk.tell(commands=[a_command("r1", name="get-status", family="system")])
    assert "Get status, Front door" in visible(page)
    assert "The broker has it; whether the unit has it is not known." in visible(page)

    steps = (StepView("PENDING", NOW, ""), StepView("FAILED", NOW + timedelta(seconds=1), ""))
    desk.tell(
        commands=[
            a_command(
                "r1", name="get-status", family="system", state="FAILED", steps=steps,
                error_code=5, message="busy",
            )
        ]
    )  # fmt: skip
    assert "The unit says: busy (code 5)" in visible(page)


def test_request_and_answer_are_shown_on_demand(page: CommandsPage, desk: Desk) -> None:
    desk.tell(commands=[a_command("r1", response_json='{"uptime":5}')])
    page.commands.show_command("r1")
    detail = page.commands._detail
    assert detail._text.isHidden()

    button(page, "Request and answer").click()

    assert '"output": "SIREN"' in detail._text.toPlainText()
    assert '"uptime": 5' in detail._text.toPlainText()


def test_a_waiting_command_can_be_cancelled_a_sent_one_cannot(
    page: CommandsPage, desk: Desk
) -> None:
    desk.tell(commands=[a_command("r1", state="PENDING", steps=(StepView("PENDING", NOW, ""),))])
    page.commands.show_command("r1")
    button(page, "Cancel it").click()
    assert desk.asked_for(CancelCommand) == [CancelCommand("r1")]

    desk.tell(commands=[a_command("r1", state="SENT")])
    assert not page.commands._detail._cancel.isVisible()


@pytest.mark.parametrize(
    ("name", "fields"), [("siren", {"pattern": "off"}), ("fan", {"percent": 0})]
)
def test_a_permanent_output_offers_off(
    page: CommandsPage, desk: Desk, name: str, fields: dict[str, Any]
) -> None:
    desk.tell(commands=[a_command("r1", name=name, permanent=True, state="COMPLETED")])
    assert "was switched on permanently" in visible(page)

    button(page, "OFF").click()

    (request,) = sent(desk)
    assert (request.device_ids, request.name, request.fields) == ((1,), name, fields)
    later = NOW + timedelta(seconds=5)
    desk.tell(commands=[a_command("r2", name=name, state="SENT", created_at=later)])
    assert "was switched on permanently" not in visible(page)


def show_monitor(page: CommandsPage) -> None:
    tabs = page.findChild(QTabWidget)
    assert tabs is not None
    tabs.setCurrentIndex(1)


def test_traffic_is_asked_for_only_while_somebody_looks(page: CommandsPage, desk: Desk) -> None:
    page.choose_devices((1,))
    assert not desk.asked_for(WatchTraffic)

    show_monitor(page)
    page.choose_devices((3,))
    page.hide()

    assert desk.asked_for(WatchTraffic) == [WatchTraffic(1), WatchTraffic(3), WatchTraffic(0)]


def test_traffic_of_the_unit_is_listed_and_held(page: CommandsPage, desk: Desk) -> None:
    page.choose_devices((1,))
    show_monitor(page)
    line = TrafficView(NOW, "ESG-001", 1, "hb", "in", 73, "", '{"uptime":5}')
    other = TrafficView(NOW, "ESG-003", 3, "hb", "in", 73, "", "{}")
    desk.tell(traffic=[line, other])
    table = page._monitor._table
    assert table.model().rowCount() == 1

    table.selectRow(0)
    assert '"uptime": 5' in page._monitor._content.toPlainText()

    button(page, "Hold").click()
    desk.tell(traffic=[line])
    assert table.model().rowCount() == 1


def test_a_new_connection_is_asked_for_the_traffic_again(page: CommandsPage, desk: Desk) -> None:
    page.choose_devices((1,))
    show_monitor(page)
    desk.show(*desk.live.devices.values())

    assert desk.asked_for(WatchTraffic) == [WatchTraffic(1), WatchTraffic(1)]


def test_a_guard_is_offered_only_what_a_guard_may_send(qtbot: Any) -> None:
    page = a_page(Desk("guard"), qtbot)
    names = [page.form._list.item(row).text() for row in range(page.form._list.count())]

    assert "Siren" in names
    assert "Set clock" in names
    assert "Restart" not in names
    assert "Write location" not in names


def test_the_known_units_are_read_anew_only_when_a_name_changes(
    page: CommandsPage, desk: Desk
) -> None:
    before = page._known()
    desk.tell(a_device(1, name="Front", site_id=2, temperature_c=30.0))
    assert page._known() is before

    desk.tell(a_device(1, name="Side", site_id=2))
    assert page._known().resolve("side") == (1,)


def test_every_rung_and_end_is_painted(page: CommandsPage, desk: Desk) -> None:
    states = ("PENDING", "SENT", "ACKNOWLEDGED", "COMPLETED", "OBSERVED", "FAILED", "TIMEOUT")
    pictures: list[QImage] = []
    for state in states:
        steps = (StepView("PENDING", NOW, ""), StepView(state, NOW + timedelta(seconds=1), ""))
        desk.show(commands=[a_command("r1", state=state, steps=steps)])
        pictures.append(page.commands._view.grab().toImage())

    assert not any(one == other for one, other in combinations(pictures, 2))
