from __future__ import annotations

from typing import Any

import pytest

from alarmstation.application.requests import (
    CommandRefusal,
    CommandsAccepted,
    Reply,
    Request,
    SendCommand,
)
from alarmstation.console.viewmodels.command_sender import CommandSender, Outcome, Question, Wish
from alarmstation.domain.errors import Refused, Unavailable
from tests.console.desk import Desk
from tests.console.sample_views import a_device


class Heard:
    """What a sender said."""

    def __init__(self, sender: CommandSender) -> None:
        self.questions: list[Question] = []
        self.outcomes: list[Outcome] = []
        self.refusals: list[str] = []
        sender.asked.connect(self.questions.append)
        sender.settled.connect(self.outcomes.append)
        sender.refused.connect(self.refusals.append)


@pytest.fixture
def desk(qapp: Any) -> Desk:
    desk = Desk()
    desk.show(a_device(1, name="Front"), a_device(2))
    return desk


@pytest.fixture
def sender(desk: Desk) -> CommandSender:
    return CommandSender(desk.context)


def test_a_harmless_command_is_sent_at_once(desk: Desk, sender: CommandSender) -> None:
    heard = Heard(sender)

    sender.send(Wish((1, 2), "siren", {"pattern": "on", "total_duration": 5}))

    assert desk.asked == [SendCommand((1, 2), "siren", {"pattern": "on", "total_duration": 5})]
    assert heard.outcomes == [Outcome(("r1", "r2"), ())]


def test_a_permanent_output_is_sent_after_a_yes_only(desk: Desk, sender: CommandSender) -> None:
    heard = Heard(sender)
    wish = Wish((1,), "siren", {"pattern": "on", "total_duration": 0}, queue=True)

    sender.send(wish)
    assert "Front. Siren: steady on PERMANENTLY" in heard.questions[0].text
    assert not desk.asked

    sender.answer(True)
    sender.answer(True)

    assert desk.asked == [SendCommand((1,), "siren", dict(wish.fields), confirmed=True, queue=True)]


def test_a_no_sends_nothing_and_neither_does_a_late_yes(desk: Desk, sender: CommandSender) -> None:
    sender.send(Wish((1,), "reboot", {}))
    sender.answer(False)
    sender.answer(True)

    assert not desk.asked


def test_another_wish_takes_the_place_of_a_question(desk: Desk, sender: CommandSender) -> None:
    sender.send(Wish((1,), "reboot", {}))
    sender.send(Wish((1,), "get-status", {}))
    sender.answer(True)

    assert [request.name for request in desk.asked_for(SendCommand)] == ["get-status"]


def test_without_units_or_with_wrong_fields_nothing_is_asked(
    desk: Desk, sender: CommandSender
) -> None:
    heard = Heard(sender)

    sender.send(Wish((), "siren", {}))
    sender.send(Wish((1,), "fan", {"percent": 101}))

    assert heard.refusals[0] == "Choose at least one unit on the left."
    assert "0 to 100 %" in heard.refusals[1]
    assert not desk.asked


@pytest.mark.parametrize("error", [Refused("x.y", "Not now."), Unavailable("away")])
def test_a_refusal_of_the_service_is_said(
    desk: Desk, sender: CommandSender, error: Exception
) -> None:
    heard = Heard(sender)

    def refuse(_: Request) -> Reply:
        raise error

    desk.reply = refuse
    sender.send(Wish((1,), "get-status", {}))

    assert len(heard.refusals) == 1
    assert not heard.outcomes


def test_refusals_of_single_units_name_the_unit(desk: Desk, sender: CommandSender) -> None:
    heard = Heard(sender)
    desk.reply = lambda _: CommandsAccepted(("r1",), (CommandRefusal(2, "no.key", "too busy"),))

    sender.send(Wish((1, 2), "get-status", {}))

    assert heard.outcomes == [Outcome(("r1",), ("ESG-002: too busy",))]
