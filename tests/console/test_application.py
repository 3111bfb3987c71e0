"""The console as a whole, over a real link to a fake station."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton

from alarmstation import config
from alarmstation.adapters.link import token_file
from alarmstation.adapters.link.client import Connected, Lost
from alarmstation.application.requests import (
    Acknowledge,
    CreateFirstAdmin,
    Login,
    Logout,
    ReportCanary,
    ReportPresentation,
)
from alarmstation.application.views import Delta
from alarmstation.console.application import Console, utc_now
from alarmstation.console.views.alarms_page import AlarmsPage
from alarmstation.console.views.first_admin_page import FirstAdminPage
from alarmstation.console.views.login_page import LoginPage
from alarmstation.console.views.main_window import Workspace
from alarmstation.console.views.settings_page import SettingsPage
from alarmstation.console.views.waiting_page import WaitingPage
from alarmstation.domain.errors import UserError
from tests.adapters.link.conversing import a_service, until
from tests.conftest import ExpectedLog
from tests.console.fake_station import PASSWORD, FakeStation, a_health, a_snapshot, an_alarm
from tests.console.test_alarm_sounder import Recorder

Play = Callable[[Console], Awaitable[None]]
Run = Callable[..., Console]


@pytest.fixture
def run(qapp: QApplication, tmp_path: Path) -> Iterator[Run]:
    """`run(play)`: start a console in a home of its own, let `play` happen, stop it."""
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def go(play: Play, home: Path = tmp_path) -> Console:
        console = Console(qapp, home, start_service=False, players=[Recorder()])

        async def act() -> None:
            console.start()
            try:
                await play(console)
            finally:
                await console.stop()

        loop.run_until_complete(act())
        return console

    yield go
    loop.close()
    asyncio.set_event_loop(None)
    QLocale.setDefault(QLocale.system())


@pytest.fixture
def station(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[FakeStation]]:
    """A service for the console of this test."""

    def make(one: FakeStation | None = None) -> AbstractAsyncContextManager[FakeStation]:
        return a_service(token_file.token_path(tmp_path), one)

    return make


Station = Callable[..., AbstractAsyncContextManager[FakeStation]]


async def logged_in(console: Console, name: str = "ana") -> None:
    """Log in and wait for the pages."""
    await until(lambda: isinstance(console.live.link, Connected))
    await console.login(name, PASSWORD)
    await until(lambda: console.session is not None and console.live.devices)


def page(console: Console, cls: type) -> object:
    """The page of that class that is in the window."""
    return console.window.findChild(cls)


def test_it_waits_calmly_for_its_service(run: Run) -> None:
    async def play(console: Console) -> None:
        assert page(console, WaitingPage) is not None
        assert console.window.isVisible()

    run(play)


def test_a_shift_starts_with_a_login_by_keyboard(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station() as service:
            await until(lambda: page(console, LoginPage))
            name, password = console.window.findChildren(QLineEdit)
            QTest.keyClicks(name, "ana")
            QTest.keyClicks(password, PASSWORD)
            QTest.keyClick(password, Qt.Key.Key_Return)
            await until(lambda: page(console, AlarmsPage))
            assert service.asked_for(Login) == [Login("ana", PASSWORD)]
            await until(lambda: console.speaker.works)  # the test tone at shift start

    console = run(play)
    assert console.preferences.last_operator == "ana"


def test_a_new_station_asks_for_its_first_administrator(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station(FakeStation(needs_first_admin=True)) as service:
            await until(lambda: page(console, FirstAdminPage))
            for line, text in zip(
                console.window.findChildren(QLineEdit),
                ("eva", "", "correct horse", "correct horse"),
                strict=True,
            ):
                line.setText(text)
            form = page(console, FirstAdminPage)
            assert isinstance(form, FirstAdminPage)
            form.findChildren(QPushButton)[0].click()
            await until(lambda: page(console, Workspace))
            assert len(service.asked_for(CreateFirstAdmin)) == 1
            await console.logout()
            assert page(console, LoginPage)

    run(play)


def test_pages_are_those_of_the_role(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station(FakeStation(role="viewer")):
            await logged_in(console, "vera")
            assert console.session is not None
            assert console.session.workspace.keys == ("alarms", "devices", "settings")

    run(play)


def test_every_page_opens_by_its_key(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station(FakeStation(role="admin")):
            await logged_in(console)
            assert console.session is not None
            for number, title in enumerate(("Alarms", "Devices", "Commands", "Settings"), 1):
                console.window.activateWindow()
                await until(console.window.isActiveWindow)
                key = Qt.Key(Qt.Key.Key_0 + number)
                QTest.keyClick(console.window, key, Qt.KeyboardModifier.ControlModifier)
                checked = [
                    b.text() for b in console.window.findChildren(QToolButton) if b.isChecked()
                ]
                assert title in checked

    run(play)


def test_an_alarm_is_shown_heard_reported_and_handled(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station() as service:
            await logged_in(console)
            session = console.session
            assert session is not None
            service.put_alarm(an_alarm(at=utc_now()))
            await until(session.popup.isVisible)

            def reports() -> list[ReportPresentation]:
                return [r for r in service.asked if isinstance(r, ReportPresentation)]

            await until(lambda: any(r.painted_at for r in reports()))
            await until(lambda: any(r.sounded_at for r in reports()))
            await until(lambda: session.popup.isActiveWindow() and session.popup.hasFocus())
            QTest.keyClick(session.popup, Qt.Key.Key_A)
            line = session.popup.findChild(QLineEdit)
            assert line is not None
            QTest.keyClicks(line, "false press")
            QTest.keyClick(line, Qt.Key.Key_Return)
            await until(lambda: service.asked_for(Acknowledge))
            await until(lambda: console.sounder.playing == "")
            await until(lambda: console.live.alarms["one"].state == "C")

    run(play)


def test_a_canary_is_answered_through_the_popup_engine(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station() as service:
            await logged_in(console)
            service.tell(Delta(canary=17))
            await until(lambda: service.asked_for(ReportCanary))
            (report,) = service.asked_for(ReportCanary)
            assert isinstance(report, ReportCanary)
            assert report.number == 17

    run(play)


def test_a_lost_service_is_said_within_three_seconds_and_found_again(
    run: Run, station: Station, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "link: lost")

    async def play(console: Console) -> None:
        async with station(FakeStation(snapshot_now=a_snapshot(health=a_health(utc_now())))):
            await logged_in(console)
            session = console.session
        gone = time.monotonic()
        await until(lambda: isinstance(console.live.link, Lost))
        await until(lambda: console.sounder.playing == "lost")
        assert time.monotonic() - gone < 3.0
        assert console.session is session
        assert console.live.stale
        async with station() as again:
            await until(lambda: again.asked_for(Login))
            await until(lambda: not console.live.stale and console.sounder.playing == "")
            assert console.session is session

    run(play)


def test_a_refusal_is_said_in_the_notice_bar(
    run: Run, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise UserError("alarm.closed", "This alarm is already closed.")

    monkeypatch.setattr(FakeStation, "_change", refuse)

    async def play(console: Console) -> None:
        async with station():
            await logged_in(console)
            assert console.session is not None
            console.session.actions.take(an_alarm("gone"))
            await until(console.window.notice.isVisible)
            assert console.window.notice.text == "This alarm is already closed."

    run(play)


def test_logging_out_hides_everything(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station() as service:
            await logged_in(console)
            service.put_alarm(an_alarm(at=utc_now()))
            await until(lambda: console.live.alarms)
            await console.logout()
            await until(lambda: page(console, LoginPage))
            assert service.asked_for(Logout) == [Logout()]
            assert console.session is None
            assert (console.live.alarms, console.live.devices) == ({}, {})
            assert console.sounder.playing == ""
            visible = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
            assert visible == [console.window]

    run(play)


def test_language_and_theme_change_at_once_and_stay(
    run: Run, station: Station, tmp_path: Path
) -> None:
    async def play(console: Console) -> None:
        async with station():
            await logged_in(console)
            session = console.session
            assert session is not None
            settings = session.workspace.open("settings")
            assert isinstance(settings, SettingsPage)
            settings.preferred.emit(replace(console.preferences, language="es", theme="light"))
            await until(lambda: console.session not in (None, session))
            assert console.session is not None
            titles = [b.text() for b in console.window.findChildren(QToolButton) if b.text()]
            assert "Alarmas" in titles
            assert console.appearance.colours.name == "light"

    run(play)

    async def again(console: Console) -> None:
        assert (console.preferences.language, console.language.code) == ("es", "es")

    run(again)


def test_the_language_of_the_person_is_spoken(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station(FakeStation(language="es")):
            await logged_in(console)
            await until(lambda: console.language.code == "es" and console.session is not None)
            titles = [b.text() for b in console.window.findChildren(QToolButton) if b.text()]
            assert "Ajustes" in titles

    run(play)


def test_details_of_the_popup_open_the_list_with_that_alarm(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station() as service:
            await logged_in(console)
            service.put_alarm(an_alarm(at=utc_now()))
            session = console.session
            assert session is not None
            await until(session.popup.isVisible)
            session.workspace.open("settings")
            session.popup.details_wanted.emit("one")
            alarms = session.workspace.page("alarms")
            assert isinstance(alarms, AlarmsPage)
            chosen = alarms.current()
            assert chosen is not None
            assert chosen.id == "one"

    run(play)


def test_pages_open_each_other(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station(FakeStation(role="technician")):
            await logged_in(console)
            assert console.session is not None
            console.open_device(41)
            console.open_command_for((41, 42))
            checked = [b.text() for b in console.window.findChildren(QToolButton) if b.isChecked()]
            assert "Commands" in checked

    run(play)


def test_closing_the_window_ends_the_console(run: Run, station: Station) -> None:
    async def play(console: Console) -> None:
        async with station():
            await logged_in(console)
            console.window.close()
            await until(console.closed.is_set)
            assert console.window.isVisible()  # until everything has ended in order

    console = run(play)
    assert not console.window.isVisible()


def test_wrong_settings_are_a_sentence(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / config.FILE_NAME).write_text("[brokr]\nport = 1\n", encoding="utf-8")
    with pytest.raises(UserError, match="brokr"):
        Console(qapp, tmp_path, start_service=False, players=[])
