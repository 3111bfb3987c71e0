"""Composition root of the console; read it from the top.

The service is found, or started as a child. The link client feeds the mirror; the mirror feeds
everything that is seen and heard. Nothing here decides about alarms.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import qasync
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from alarmstation import config, locations
from alarmstation.adapters.link import token_file
from alarmstation.adapters.link.client import Connected, LinkClient, LinkState, Lost
from alarmstation.adapters.postgres.history_store import PostgresHistoryStore
from alarmstation.application.ports import HistoryStore
from alarmstation.application.requests import (
    Login,
    Logout,
    ReportCanary,
    ReportPresentation,
    Request,
    Session,
    Welcome,
)
from alarmstation.console import preferences as stored_preferences
from alarmstation.console import qt_messages, sentences
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.language import Language, choose
from alarmstation.console.live import LiveMirror
from alarmstation.console.preferences import Preferences
from alarmstation.console.service_process import ChildState, Phase, ServiceProcess
from alarmstation.console.session import ConsoleSession
from alarmstation.console.sound import Player, Speaker
from alarmstation.console.sound_players import find_players
from alarmstation.console.station_zone import zone_of
from alarmstation.console.tasks import Tasks
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.colours import DARK, THEMES
from alarmstation.console.theme.style_sheet import dress
from alarmstation.console.viewmodels.alarm_queue import AlarmQueue
from alarmstation.console.viewmodels.alarm_sounder import AlarmSounder
from alarmstation.console.viewmodels.station_health import StationHealth
from alarmstation.console.viewmodels.unheard import Unheard
from alarmstation.console.views.banners import Banners
from alarmstation.console.views.first_admin_page import FirstAdminPage
from alarmstation.console.views.login_page import LoginPage
from alarmstation.console.views.main_window import MainWindow
from alarmstation.console.views.problem_window import ProblemWindow
from alarmstation.console.views.status_bar import StatusBar
from alarmstation.console.views.waiting_page import WaitingPage
from alarmstation.domain.errors import Unavailable, UserError

log = logging.getLogger(__name__)

WITHOUT_SCREEN = frozenset({"offscreen", "minimal"})
"""Platforms of Qt on which nobody sees a window."""

OWN_SERVICE_AFTER = timedelta(seconds=2.5)
"""When a token file exists but nobody answers for this long, the console starts a service."""


def utc_now() -> datetime:
    """Aware UTC time."""
    return datetime.now(UTC)


class Console(QObject):
    """Everything of one console. `start` it inside a running qasync loop, `stop` it at the end."""

    def __init__(
        self,
        app: QApplication,
        home: Path,
        *,
        start_service: bool = True,
        players: list[Player] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._app = app
        self._home = home
        self._now = now
        self._settings = config.load(home)
        self._zone = zone_of(self._settings.station.time_zone)
        self._start_service = start_service
        self.preferences = stored_preferences.load(home)
        self.appearance = Appearance(THEMES.get(self.preferences.theme, DARK), self)
        self.language = Language(locations.resources() / "translations")
        self.live = LiveMirror(self)
        self.client = LinkClient(token_file.token_path(home), self.live, "console", now)
        self.tasks = Tasks(self._on_failure)
        self.speaker = Speaker(
            locations.resources() / "sounds",
            find_players() if players is None else players,
            now,
            self,
        )
        self.queue = AlarmQueue(self.live, self)
        self.blink = Blink(self)
        self.window = MainWindow()
        self.sounder = AlarmSounder(
            self.live,
            self.queue,
            self.speaker,
            volume_pct=lambda: self.preferences.volume_pct,
            in_front=lambda: app.activeWindow() is not None,
            now=now,
            parent=self,
        )
        self.health = StationHealth(self.live, self.speaker, now, self)
        self.unheard = Unheard(self.live, now, self)
        self.service = ServiceProcess(home, self)
        self.session: ConsoleSession | None = None
        self.closed = asyncio.Event()
        self._history: PostgresHistoryStore | None = None
        self._history_dsn = ""
        self._opened_dsn = ""
        self._fresh_login = False
        self._status: StatusBar | None = None
        self._connect()

    def _connect(self) -> None:
        self.appearance.changed.connect(self._on_theme_changed)
        self.live.link_moved.connect(self._on_link_moved)
        self.queue.changed.connect(lambda waiting: self.blink.need(bool(waiting)))
        self.queue.raised.connect(lambda _: self._app.alert(self.window))
        self.service.changed.connect(self._on_child_changed)
        self.window.close_wanted.connect(self.closed.set)

    # ---- life

    def start(self) -> None:
        """Show the window, find or start the service, and keep the link."""
        dress(self._app, locations.resources() / "theme", self.appearance.colours)
        self.language.speak(choose(self.preferences.language, self._settings.station.language))
        self._furnish()
        self.window.show()
        self.window.activateWindow()  # without a window manager nobody else gives it the keyboard
        self.tasks.spawn(self.client.run())
        if self._start_service:
            if token_file.token_path(self._home).exists():
                delay = round(OWN_SERVICE_AFTER.total_seconds() * 1000)
                QTimer.singleShot(delay, self, self._start_own_service)
            else:
                self.service.start()

    async def stop(self) -> None:
        """End everything that was started, the service too if it is this console's child."""
        self.sounder.close()
        self._close_session()
        self.window.let_close()
        self.window.close()
        await self.tasks.close()
        self._close_history()
        self.service.end()
        self.language.speak("en")  # translators belong to the program, not to this console

    def _start_own_service(self) -> None:
        if not isinstance(self.live.link, Connected):
            self.service.start()

    # ---- what is shown

    def _furnish(self) -> None:
        """Build everything that is always there, in the language in force."""
        self._status = StatusBar(
            self.live, self.queue, self.health, self.speaker, self.appearance, self.blink
        )
        self._status.logout_wanted.connect(lambda: self.tasks.spawn(self.logout()))
        banners = Banners(self.live, self.health, self.sounder, self.unheard, self._zone)
        self.window.furnish(self._status, banners, self._settings.station.name)
        self._show_for(self.live.link)

    def _show_for(self, link: LinkState) -> None:
        match link:
            case Connected(session=Session() as session):
                self._open_session(session)
            case Connected(welcome=Welcome(ready=False)) if self.session is None:
                self._show_waiting()
            case Connected(welcome=welcome) if not self.client.remembers:
                self._close_session()
                self._show_login(welcome)
            case _ if self.session is None:
                self._show_waiting()
            case _:
                pass  # the workspace stays, drawn as old

    def _show_waiting(self) -> None:
        page = WaitingPage(self.live, self.health)
        page.say(self._child_sentence(self.service.state))
        self.window.show_page(page)

    def _show_login(self, welcome: Welcome) -> None:
        self._fresh_login = True
        ask, spawn = self.client.request, self.tasks.spawn
        page: LoginPage | FirstAdminPage
        if welcome.needs_first_admin:
            page = FirstAdminPage(ask, spawn)
        else:
            page = LoginPage(ask, spawn, self.preferences.last_operator)
            page.greet(welcome)
        self.window.show_page(page)
        page.take_keyboard()

    def _open_session(self, session: Session) -> None:
        self._history_dsn = session.history_dsn
        operator = session.operator
        if self.session is not None and self.session.context.operator == operator:
            return  # the service was away and knows us again
        self._close_session()
        code = choose(self.preferences.language, operator.language, self._settings.station.language)
        if code != self.language.code:
            self.language.speak(code)
            QTimer.singleShot(0, self, self._furnish)
            return
        if self.preferences.last_operator != operator.name:
            self._prefer(replace(self.preferences, last_operator=operator.name))
        self.session = ConsoleSession(
            self._context(session),
            window=self.window,
            queue=self.queue,
            sounder=self.sounder,
            speaker=self.speaker,
            blink=self.blink,
            report=self._report,
            prefer=self._prefer,
        )
        if self._status is not None:
            self._status.show_operator(operator)
        if self._fresh_login:
            self._fresh_login = False
            self.unheard.begin_shift()
            self.speaker.play("test", self.preferences.volume_pct)

    def _context(self, session: Session) -> ConsoleContext:
        return ConsoleContext(
            live=self.live,
            ask=self.client.request,
            spawn=self.tasks.spawn,
            history=self._history_store,
            operator=session.operator,
            preferences=self.preferences,
            appearance=self.appearance,
            open_device=self.open_device,
            open_command_for=self.open_command_for,
            notify=self._notify,
            now=self._now,
            zone=self._zone,
        )

    def _notify(self, sentence: str) -> None:
        self.window.notice.say(sentence)
        if self.session is not None and self.session.popup.isVisible():
            self.session.popup.notice.say(sentence)

    def open_device(self, device_id: int) -> None:
        """Show a unit's detail; nothing happens while nobody is logged in."""
        if self.session is not None:
            self.session.open_device(device_id)

    def open_command_for(self, device_ids: tuple[int, ...]) -> None:
        """Show the command page for these units; nothing while nobody is logged in."""
        if self.session is not None:
            self.session.open_command_for(device_ids)

    def _close_session(self) -> None:
        if self.session is not None:
            self.session.close()
            self.session = None
        if self._status is not None:
            self._status.show_operator(None)

    # ---- wishes

    async def login(self, name: str, password: str) -> None:
        """Log in without the form (demonstrations, tests)."""
        await self.client.request(Login(name, password))

    async def logout(self) -> None:
        """End the shift on this console."""
        await self.client.request(Logout())
        self.live.clear()

    def _report(self, wish: ReportPresentation | ReportCanary) -> None:
        self.tasks.spawn(self._tell(wish))

    async def _tell(self, wish: Request) -> None:
        try:
            await self.client.request(wish)
        except (UserError, Unavailable) as error:
            log.info("a report could not be delivered: %s", error)

    def _prefer(self, wanted: Preferences) -> None:
        before, self.preferences = self.preferences, wanted
        try:
            stored_preferences.save(self._home, wanted)
        except OSError as error:
            log.warning("preferences cannot be written: %s", error)
            self.window.notice.say(
                self.tr(
                    "This choice holds until the console ends: it cannot be written ({problem})"
                ).format(problem=error.strerror or error)
            )
        self.appearance.wear(THEMES.get(wanted.theme, DARK))
        if wanted.language != before.language:
            QTimer.singleShot(0, self, self._change_language)

    def _change_language(self) -> None:
        session = self.live.link.session if isinstance(self.live.link, Connected) else None
        self.language.speak(
            choose(
                self.preferences.language,
                session.operator.language if session else "",
                self._settings.station.language,
            )
        )
        self._close_session()
        self._furnish()

    # ---- what happens

    def _on_link_moved(self, link: LinkState) -> None:
        if isinstance(link, Connected):
            self.service.calm()
            self.health.note_service("")
        self._show_for(link)

    def _on_child_changed(self, state: ChildState) -> None:
        sentence = self._child_sentence(state)
        self.health.note_service(sentence)
        if self.session is None and not isinstance(self.live.link, Connected):
            self._show_waiting()

    def _child_sentence(self, state: ChildState) -> str:
        match state.phase:
            case Phase.STARTING | Phase.RUNNING:
                return self.tr("The service is being started.")
            case Phase.ENDED:
                text = self.tr("The service ended and is started again. It said: {reason}")
                return text.format(reason=state.text or "–")
            case Phase.ENDING:
                return self.tr("The service is being ended.")
            case _:
                link = self.live.link
                if isinstance(link, Lost) and link.key == "refused":
                    return link.text
                return self.tr("Waiting for the service of this machine.")

    def _on_theme_changed(self, _colours: object) -> None:
        dress(self._app, locations.resources() / "theme", self.appearance.colours)

    def _on_failure(self, error: UserError | Unavailable | None) -> None:
        self._notify(sentences.of_error(error))

    # ---- history

    def _history_store(self) -> HistoryStore | None:
        if self._history is not None and self._history_dsn != self._opened_dsn:
            self._close_history()
        if self._history is None and self._history_dsn:
            self._opened_dsn = self._history_dsn
            self._history = PostgresHistoryStore(self._history_dsn)
        return self._history

    def _close_history(self) -> None:
        if self._history is not None:
            self._history.close()
            self._history = None


def make_application() -> QApplication:
    """The one Qt application of a process, with our name and icon."""
    qt_messages.to_logging()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("alarmstation")
    app.setQuitOnLastWindowClosed(False)  # qasync's loop must end by itself, not under its tasks
    app.setWindowIcon(QIcon(str(locations.resources() / "icons" / "alarmstation.svg")))
    return app


async def _live_until_closed(console: Console) -> None:
    console.start()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers, and outside the main thread none may be set: the window's
        # close button ends the console there.
        with contextlib.suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(number, console.closed.set)
    try:
        await console.closed.wait()
    finally:
        await console.stop()


def show_problem(sentence: str) -> None:
    """Say on the screen, if there is one, why the console cannot start; returns when closed."""
    app = make_application()
    if app.platformName() in WITHOUT_SCREEN:
        return
    dress(app, locations.resources() / "theme", DARK)
    Language(locations.resources() / "translations").speak(choose("", ""))
    window = ProblemWindow(sentence)
    window.closed.connect(app.quit)
    window.show()
    app.exec()


def run_console(home: Path, *, start_service: bool = True) -> int:
    """Run the console of a home until its window is closed; the program's exit status.

    Raises:
        UserError: the settings of the home are not valid.
    """
    app = make_application()
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        console = Console(app, home, start_service=start_service)
        loop.run_until_complete(_live_until_closed(console))
    return 0
