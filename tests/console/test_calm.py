"""Quiet is a claim, and must be known."""

from __future__ import annotations

import pytest

from alarmstation.adapters.link.client import Connected, Lost
from alarmstation.application.requests import Welcome
from alarmstation.console.viewmodels.calm import Calm, calm
from tests.console.conftest import Stage
from tests.console.fake_station import NOW, a_health, a_snapshot, acknowledged, an_alarm

CONNECTED = Connected(NOW, Welcome(1, "Hotel Miramar", "0.1.0", False, "", False))


def test_it_is_quiet_when_everything_is_heard_and_nothing_is_open(stage: Stage) -> None:
    stage.live.link_changed(CONNECTED)
    assert calm(stage.live) is Calm.QUIET


def test_an_open_alarm_goes_on_although_nobody_must_do_anything(stage: Stage) -> None:
    stage.live.link_changed(CONNECTED)
    stage.say(acknowledged(an_alarm()))
    assert calm(stage.live) is Calm.GOING_ON


@pytest.mark.parametrize("state", ["down", "degraded", "starting", "unknown"])
def test_nothing_is_known_unless_units_are_heard(stage: Stage, state: str) -> None:
    stage.live.link_changed(CONNECTED)
    stage.live.snapshot_arrived(a_snapshot(health=a_health(receiving=state)))
    assert calm(stage.live) is Calm.NOT_HEARD


def test_nothing_is_known_without_the_service_whatever_it_said_last(stage: Stage) -> None:
    stage.live.link_changed(Lost(NOW, "silent", "x"))
    stage.live.snapshot_arrived(a_snapshot(alarms=(acknowledged(an_alarm()),)))
    assert calm(stage.live) is Calm.NO_SERVICE
