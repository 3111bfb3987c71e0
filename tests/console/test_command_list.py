from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from alarmstation.application.views import CommandView, StepView
from alarmstation.console.models.command_list import (
    CAPACITY,
    CommandListModel,
    ladder,
    permanent_outputs,
)
from alarmstation.console.views.command_list import CommandList
from tests.console.desk import Desk
from tests.console.sample_views import NOW, a_command


def climbed(*states: str, **changes: Any) -> CommandView:
    steps = tuple(StepView(s, NOW + timedelta(seconds=n), "") for n, s in enumerate(states))
    return a_command(state=states[-1], steps=steps, **changes)


def rungs(command: CommandView) -> list[str]:
    """Reached rungs as they are, others in brackets, a bad end with a cross."""
    return [
        f"x{rung.state}" if rung.failed else rung.state if rung.reached else f"({rung.state})"
        for rung in ladder(command)
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            climbed("PENDING", "SENT"),
            ["PENDING", "SENT", "(ACKNOWLEDGED)", "(COMPLETED)", "(OBSERVED)"],
        ),
        (
            climbed("PENDING", "SENT", "ACKNOWLEDGED", "COMPLETED", "OBSERVED"),
            ["PENDING", "SENT", "ACKNOWLEDGED", "COMPLETED", "OBSERVED"],
        ),
        (
            climbed("PENDING", "SENT", "COMPLETED", family="read", name="read wifi"),
            ["PENDING", "SENT", "ACKNOWLEDGED", "COMPLETED"],
        ),
        (
            climbed("PENDING", "SENT", "FAILED"),
            ["PENDING", "SENT", "xFAILED"],
        ),
        (
            climbed("PENDING", "CANCELLED"),
            ["PENDING", "xCANCELLED"],
        ),
        (
            climbed("PENDING", "SENT", "ACKNOWLEDGED", "TIMEOUT"),
            ["PENDING", "SENT", "ACKNOWLEDGED", "xTIMEOUT"],
        ),
        (
            climbed("PENDING", family="system", name="reboot"),
            ["PENDING", "(SENT)", "(ACKNOWLEDGED)", "(COMPLETED)", "(OBSERVED)"],
        ),
    ],
)
def test_the_ladder_shows_what_was_reached_and_what_can_be(
    command: CommandView, expected: list[str]
) -> None:
    assert rungs(command) == expected


def test_a_rung_that_nobody_told_of_has_no_time() -> None:
    accepted = ladder(climbed("PENDING", "SENT", "COMPLETED"))[2]

    assert (accepted.reached, accepted.at) == (True, None)


def an_output(number: int, name: str, permanent: bool, **changes: Any) -> CommandView:
    return a_command(
        f"r{number}",
        name=name,
        permanent=permanent,
        created_at=NOW + timedelta(seconds=number),
        **({"state": "COMPLETED"} | changes),
    )


@pytest.mark.parametrize(
    ("commands", "running"),
    [
        ([an_output(1, "siren", True)], ["r1"]),
        ([an_output(1, "siren", True), an_output(2, "siren", False)], []),
        ([an_output(1, "siren", True), an_output(2, "turret", False)], ["r1"]),
        ([an_output(1, "siren", True), an_output(2, "siren", False, device_id=2)], ["r1"]),
        ([an_output(1, "siren", True), an_output(2, "siren", False, state="FAILED")], ["r1"]),
        ([an_output(1, "siren", True, state="TIMEOUT")], []),
        ([an_output(1, "siren", True), an_output(2, "all", False)], []),
        ([an_output(1, "fan", True), an_output(2, "all", False)], ["r1"]),
        ([an_output(1, "siren", False), an_output(2, "siren", True)], ["r2"]),
    ],
)
def test_an_output_runs_for_ever_until_the_next_command_for_it(
    commands: list[CommandView], running: list[str]
) -> None:
    assert [command.request_id for command in permanent_outputs(commands)] == running


@pytest.fixture
def model(qapp: Any) -> CommandListModel:
    model = CommandListModel()
    model.replace([a_command("old"), a_command("new", created_at=NOW + timedelta(seconds=5))])
    return model


def listed(model: CommandListModel) -> list[str]:
    commands = (model.command(model.index(row)) for row in range(model.rowCount()))
    return [command.request_id for command in commands if command is not None]


def test_the_list_keeps_qts_rules(model: CommandListModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(model)
    model.update([a_command("newest", created_at=NOW + timedelta(seconds=9))])
    qtmodeltester.check(model)


def test_the_newest_command_is_on_top(model: CommandListModel) -> None:
    assert listed(model) == ["new", "old"]

    model.update([a_command("between", created_at=NOW + timedelta(seconds=2))])

    assert listed(model) == ["new", "between", "old"]


def test_a_command_that_climbs_stays_where_it_is(model: CommandListModel) -> None:
    model.update([a_command("old", state="COMPLETED")])

    assert listed(model) == ["new", "old"]
    assert model.index(1).data() == "Siren, Front door: EXECUTED"
    assert model.row_of("old") == 1
    assert model.row_of("none") == -1


def test_every_step_is_told_with_its_absolute_time_on_hover(model: CommandListModel) -> None:
    lines = model.index(0).data(Qt.ItemDataRole.ToolTipRole).splitlines()

    assert lines[0].startswith("The broker has it")
    assert lines[1:] == [
        "PENDING 2026-03-02 03:00:00.000 UTC",
        "SENT 2026-03-02 03:00:00.000 UTC",
    ]


def test_the_list_does_not_grow_for_ever(model: CommandListModel) -> None:
    model.update(
        a_command(f"n{n}", created_at=NOW + timedelta(minutes=n + 1)) for n in range(CAPACITY)
    )

    assert model.rowCount() == CAPACITY
    assert "old" not in listed(model)


def test_what_the_station_sends_by_itself_is_listed_only_when_asked_for(
    qapp: Any, qtbot: Any
) -> None:
    desk = Desk()
    mine = a_command(request_id="mine", operator="ana")
    own = a_command(request_id="own", operator="station")
    desk.show(commands=(mine, own))
    listing = CommandList(desk.context)
    qtbot.addWidget(listing)
    assert listing.model.rowCount() == 1
    desk.tell(commands=[a_command(request_id="own 2", operator="station")])
    assert listing.model.rowCount() == 1
    tick = listing.findChild(QCheckBox)
    assert tick is not None
    tick.setChecked(True)
    assert listing.model.rowCount() == 3
