"""Every part of the station as the console sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alarmstation.adapters.link.client import Connected, Connecting, Lost
from alarmstation.application.requests import Welcome
from alarmstation.application.views import Delta
from alarmstation.console.sound import Speaker
from alarmstation.console.viewmodels.station_health import StationHealth
from tests.console.conftest import Stage
from tests.console.fake_station import a_health
from tests.console.test_alarm_sounder import SOUNDS, Recorder

WELCOME = Welcome(1, "Hotel Miramar", "0.1.0", False, "", False)


@pytest.fixture
def health(stage: Stage) -> StationHealth:
    """The health of a station that is connected."""
    stage.live.link_changed(Connected(stage.time, WELCOME))
    speaker = Speaker(SOUNDS, [Recorder()])
    speaker.play("test", 50)
    return StationHealth(stage.live, speaker, lambda: stage.time)


def test_all_is_well(health: StationHealth) -> None:
    parts = ("service", "broker", "database", "spool", "clock", "sound")
    assert [health.condition(part).state for part in parts] == ["ok"] * 6
    assert health.troubles() == ()


def test_the_worst_trouble_comes_first(stage: Stage, health: StationHealth) -> None:
    stage.live.delta_arrived(Delta(health=a_health(broker="degraded", database="down")))
    assert [c.part for c in health.troubles()] == ["database", "broker"]


def test_without_a_service_nobody_knows_about_the_rest(stage: Stage, health: StationHealth) -> None:
    stage.live.link_changed(Lost(stage.time, "silent", "the service is silent"))
    assert health.condition("service").state == "down"
    assert health.condition("database").state == "unknown"
    assert health.troubles() == ()


def test_before_the_first_connection_the_service_is_starting(
    stage: Stage, health: StationHealth
) -> None:
    stage.live.link_changed(Connecting(stage.time))
    health.note_service("The service is being started.")
    condition = health.condition("service")
    assert (condition.state, condition.text) == ("starting", "The service is being started.")


def test_before_the_login_the_welcome_tells_how_the_parts_are(stage: Stage) -> None:
    stage.live.health = None
    conditions = a_health(database="starting").conditions
    welcome = replace(WELCOME, ready=False, conditions=conditions)
    stage.live.link_changed(Connected(stage.time, welcome))
    health = StationHealth(stage.live, Speaker(SOUNDS, []), lambda: stage.time)
    assert health.condition("database").state == "starting"
    assert health.condition("broker").state == "ok"


def test_a_refusal_says_why(stage: Stage, health: StationHealth) -> None:
    stage.live.link_changed(Lost(stage.time, "refused", "different versions"))
    assert health.condition("service").text == "different versions"


def test_a_silent_machine_is_a_trouble_that_says_what_to_do(stage: Stage) -> None:
    speaker = Speaker(SOUNDS, [])
    speaker.works, speaker.problem = False, "no sound device"
    health = StationHealth(stage.live, speaker, lambda: stage.time + timedelta())
    (trouble,) = [c for c in health.troubles() if c.part == "sound"]
    assert trouble.state == "degraded"
    assert "watch the screen" in trouble.text
