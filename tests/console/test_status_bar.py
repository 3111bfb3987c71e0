"""The status bar and the banners under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from alarmstation import locations
from alarmstation.adapters.link.client import Connected, Lost
from alarmstation.application.requests import Session, Welcome
from alarmstation.application.views import Delta
from alarmstation.console.language import Language
from alarmstation.console.viewmodels.station_health import StationHealth
from alarmstation.console.viewmodels.unheard import Unheard
from alarmstation.console.views.banners import Banners
from alarmstation.console.views.status_bar import StatusBar
from alarmstation.console.widgets.condition_chip import ConditionChip
from tests.console.conftest import Stage
from tests.console.fake_station import a_health, acknowledged, an_alarm, an_operator
from tests.console.test_alarm_sounder import Room

WELCOME = Welcome(1, "Hotel Miramar", "0.1.0", False, "", False)


class Top:
    """Status bar and banners of a connected station."""

    def __init__(self, stage: Stage, qtbot: QtBot) -> None:
        self.stage = stage
        stage.live.link_changed(Connected(stage.time, WELCOME))
        self.room = Room(stage)
        self.room.speaker.play("test", 50)
        self.health = StationHealth(stage.live, self.room.speaker, lambda: stage.time)
        self.bar = StatusBar(
            stage.live, stage.queue, self.health, self.room.speaker, stage.appearance, stage.blink
        )
        self.unheard = Unheard(stage.live, lambda: stage.time)
        self.banners = Banners(stage.live, self.health, self.room.sounder, self.unheard, UTC)
        for widget in (self.bar, self.banners):
            qtbot.addWidget(widget)
            widget.show()
        self.stage.say()

    def close(self) -> None:
        """Quiet again."""
        self.room.sounder.close()
        self.bar.close()
        self.banners.close()


@pytest.fixture
def top(stage: Stage, qtbot: QtBot) -> Iterator[Top]:
    """The top of the window."""
    one = Top(stage, qtbot)
    yield one
    one.close()


def said(widget: QWidget) -> list[str]:
    """Every text that can be seen."""
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def chip(top: Top, word: str) -> ConditionChip:
    """A part of the station by its word."""
    return next(c for c in top.bar.findChildren(ConditionChip) if c.accessibleName() == word)


def test_counts_tell_open_and_unacknowledged_by_priority(top: Top) -> None:
    top.stage.say(an_alarm("a"), acknowledged(an_alarm("b")), an_alarm("c", severity=1))
    assert top.bar._counts[3].accessibleName() == "Critical: 2 open, 1 of them not acknowledged"
    assert top.bar._counts[1].accessibleName() == "Medium: 1 open, 1 of them not acknowledged"


def test_the_alarm_path_says_when_it_was_proven(top: Top) -> None:
    assert "proven 12 s ago" in said(top.bar)
    top.stage.wait(30)
    top.bar._say_proof()
    assert "proven 42 s ago" in said(top.bar)


def test_a_path_that_was_not_proven_for_long_is_a_warning(top: Top) -> None:
    top.stage.wait(400)
    top.bar._say_proof()
    assert top.bar._proof.property("role") == "warn"


def test_every_part_has_a_word_and_a_symbol(top: Top) -> None:
    chips = {c.accessibleName(): c.state for c in top.bar.findChildren(ConditionChip)}
    assert chips == dict.fromkeys(
        ("Service", "Broker", "Units heard", "Database", "Spool", "Clock", "Sound"), "ok"
    )


def test_a_part_that_is_down_is_told_in_words_and_in_a_banner(top: Top) -> None:
    top.stage.live.delta_arrived(Delta(health=a_health(top.stage.time, database="down")))
    assert chip(top, "Database").state == "down"
    assert "Database: The database is down." in said(top.banners)


def test_units_that_are_not_heard_are_named_so(top: Top) -> None:
    top.stage.live.delta_arrived(Delta(health=a_health(top.stage.time, receiving="down")))
    assert chip(top, "Units NOT heard").state == "down"


def unheard(top: Top, seconds: float, ago: float = 60) -> str:
    """What is said of a time in which nobody was listening, by whoever logs in."""
    end = top.stage.time - timedelta(seconds=ago)
    start = end - timedelta(seconds=seconds)
    health = replace(a_health(top.stage.time), unheard_from=start, unheard_until=end)
    top.stage.live.link_changed(Connected(top.stage.time, WELCOME, Session(an_operator(), "")))
    top.stage.live.delta_arrived(Delta(health=health))
    top.banners.refresh()
    return next((text for text in said(top.banners) if "Nobody was listening" in text), "")


def test_who_logs_in_is_told_for_how_long_nobody_was_listening(top: Top) -> None:
    assert "Nobody was listening from 02:41:12 to 02:46:12 (5 min)." in unheard(top, 300)


def test_what_nobody_heard_is_told_once_per_login(top: Top) -> None:
    assert unheard(top, 300)
    next(b for b in top.banners.findChildren(QPushButton) if b.isVisible()).click()
    assert unheard(top, 300) == ""
    top.unheard.begin_shift()
    assert unheard(top, 300)
    top.unheard.put_away()
    assert unheard(top, 400), "the service was away once more"


def test_an_ordinary_restart_and_an_old_story_are_no_news(top: Top) -> None:
    assert unheard(top, 10) == ""
    assert unheard(top, 300, ago=25 * 3600) == ""


def test_nobody_is_told_before_the_login(top: Top) -> None:
    unheard(top, 300)
    top.stage.live.link_changed(Connected(top.stage.time, WELCOME))
    top.banners.refresh()
    assert said(top.banners) == []


def test_more_troubles_than_room_are_counted(top: Top) -> None:
    health = a_health(top.stage.time, database="down", broker="down", clock="degraded")
    top.stage.live.delta_arrived(Delta(health=health))
    assert any("(and 1 more)" in text for text in said(top.banners))


def test_nothing_is_said_while_all_is_well(top: Top) -> None:
    assert said(top.banners) == []


def test_alarms_that_wait_while_nobody_is_logged_in_do_not_look_calm(top: Top) -> None:
    health = replace(a_health(top.stage.time), waiting_alarms=2, worst_waiting=3)
    top.stage.live.delta_arrived(Delta(health=health))
    assert "ALARMS WAITING: 2. The worst is: Critical" in said(top.banners)
    session = Session(an_operator(), "")
    top.stage.live.link_changed(Connected(top.stage.time, WELCOME, session))
    assert said(top.banners) == []


def test_a_lost_service_is_said_in_big_words_with_its_time(top: Top) -> None:
    top.stage.live.link_changed(Lost(top.stage.time, "silent", "the service is silent"))
    top.stage.wait(7)
    top.banners.refresh()
    assert "NO CONNECTION TO THE SERVICE" in top.banners.lost_text
    assert "For 7 s" in top.banners.lost_text
    assert chip(top, "Service").state == "down"
    assert top.bar._proof.text() == "not proven"


def test_a_connection_that_is_back_takes_the_words_away(top: Top) -> None:
    top.stage.live.link_changed(Lost(top.stage.time, "silent", "x"))
    top.stage.live.link_changed(Connected(top.stage.time, WELCOME))
    assert top.banners.lost_text == ""


def test_the_sound_of_a_lost_service_can_be_muted_for_a_minute_only(top: Top, qtbot: QtBot) -> None:
    top.stage.live.link_changed(Lost(top.stage.time, "silent", "x"))
    (mute,) = (b for b in top.banners.findChildren(QPushButton) if b.isVisible())
    mute.click()
    assert top.room.sounder.lost_muted_until is not None
    assert mute.text() == "Muted, 1 min left"
    assert not mute.isEnabled()


def test_a_refusal_is_said_in_its_own_words(top: Top) -> None:
    top.stage.live.link_changed(Lost(top.stage.time, "refused", "different versions"))
    assert "REFUSES" in top.banners.lost_text
    assert "different versions" in top.banners.lost_text


def test_everything_that_is_silenced_is_listed_with_its_end(top: Top) -> None:
    until = top.stage.time + timedelta(seconds=30)
    top.stage.say(replace(an_alarm(), silenced_until=until))
    assert any("Panic button 1 Reception 41 (30 s)" in text for text in said(top.banners))
    top.stage.wait(31)
    top.banners.refresh()
    assert said(top.banners) == []


def test_who_is_on_shift_is_always_visible(top: Top) -> None:
    assert "Nobody is logged in" in said(top.bar)
    top.bar.show_operator(an_operator("guard"))
    assert {"Ana Ferrer", "Guard"} <= set(said(top.bar))


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("width", [1024, 1366])
def test_no_word_of_it_is_cut_off_whatever_is_wrong(
    stage: Stage, qtbot: QtBot, code: str, width: int
) -> None:
    language = Language(locations.resources() / "translations")
    language.speak(code)
    top = Top(stage, qtbot)
    health = a_health(
        top.stage.time, database="down", broker="down", clock="degraded", receiving="down"
    )
    top.stage.live.delta_arrived(Delta(health=health))
    top.stage.say(an_alarm("a"), an_alarm("b", severity=2))
    top.bar.show_operator(an_operator("guard"))
    top.bar.resize(width, 76)
    top.bar.grab()
    for one in (*top.bar.findChildren(ConditionChip), *top.bar.findChildren(QLabel)):
        if one.isVisible():
            assert one.width() >= one.sizeHint().width()
            right = one.mapTo(top.bar, one.rect().topRight()).x()
            assert right <= width
    top.close()
    language.speak("en")
    QLocale.setDefault(QLocale.system())
