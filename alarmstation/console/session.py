"""What exists while somebody is logged in: actions, workspace and popup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from alarmstation.application.requests import ReportCanary, ReportPresentation
from alarmstation.application.views import AlarmView
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.language import QT_TRANSLATE_NOOP
from alarmstation.console.preferences import Preferences
from alarmstation.console.sound import NotSounded, Sounded, Speaker
from alarmstation.console.viewmodels.alarm_actions import AlarmActions
from alarmstation.console.viewmodels.alarm_queue import AlarmQueue
from alarmstation.console.viewmodels.alarm_sounder import AlarmSounder
from alarmstation.console.views.alarm_popup import AlarmPopup
from alarmstation.console.views.alarms_page import AlarmsPage
from alarmstation.console.views.commands_page import CommandsPage
from alarmstation.console.views.devices_page import DevicesPage
from alarmstation.console.views.main_window import MainWindow, Workspace
from alarmstation.console.views.pages import PageKind
from alarmstation.console.views.settings_page import SettingsPage
from alarmstation.console.views.undo_bar import UndoBar
from alarmstation.domain.access import Action

Report = Callable[[ReportPresentation | ReportCanary], None]
"""Sends a report and does not mind when it cannot be delivered."""

_TITLES = {
    "alarms": QT_TRANSLATE_NOOP("Pages", "Alarms"),
    "devices": QT_TRANSLATE_NOOP("Pages", "Devices"),
    "commands": QT_TRANSLATE_NOOP("Pages", "Commands"),
    "settings": QT_TRANSLATE_NOOP("Pages", "Settings"),
}

COMMANDING = tuple(action.value for action in Action if action.value.startswith("command "))


def title_of(key: str) -> str:
    """Translated title of a page."""
    return QCoreApplication.translate("Pages", _TITLES[key])


class ConsoleSession:
    """Made at login and after a change of language; `close` takes everything away again."""

    def __init__(
        self,
        context: ConsoleContext,
        *,
        window: MainWindow,
        queue: AlarmQueue,
        sounder: AlarmSounder,
        speaker: Speaker,
        blink: Blink,
        report: Report,
        prefer: Callable[[Preferences], None],
    ) -> None:
        self.context = context
        self._window = window
        self._queue = queue
        self._sounder = sounder
        self._speaker = speaker
        self._blink = blink
        self._report = report
        self._prefer = prefer
        self.actions = AlarmActions(context)
        self.workspace = Workspace(context, self._kinds(), context.appearance, window)
        self.popup = AlarmPopup(
            context, queue, self.actions, blink, audible=lambda: speaker.works is not False
        )
        self.popup.seen.connect(self._on_seen)
        self.popup.unseen.connect(self._on_unseen)
        self.popup.details_wanted.connect(self.show_alarm)
        self.popup.left.connect(window.activateWindow)
        self.popup.lead_to(self.workspace.keys)
        self.popup.page_wanted.connect(self.workspace.open)
        sounder.heard.connect(self._on_heard)
        sounder.unheard.connect(self._on_unheard)
        context.live.canary_arrived.connect(self._on_canary)
        window.show_page(self.workspace)
        window.show_undo(UndoBar(self.actions, context.now))
        self.workspace.open("alarms")

    def _kinds(self) -> tuple[PageKind, ...]:
        return (
            PageKind("alarms", lambda: title_of("alarms"), self._alarms_page),
            PageKind("devices", lambda: title_of("devices"), DevicesPage),
            PageKind("commands", lambda: title_of("commands"), CommandsPage, COMMANDING),
            PageKind("settings", lambda: title_of("settings"), self._settings_page),
        )

    def _alarms_page(self, context: ConsoleContext) -> QWidget:
        return AlarmsPage(context, self._queue, self.actions, self._blink)

    def _settings_page(self, context: ConsoleContext) -> QWidget:
        page = SettingsPage(context, self._speaker)
        page.preferred.connect(self._prefer)
        return page

    def show_alarm(self, alarm_id: str) -> None:
        """Open the list with this alarm chosen, in front."""
        page = self.workspace.open("alarms")
        if isinstance(page, AlarmsPage):
            page.show_alarm(alarm_id)
        self._window.raise_()
        self._window.activateWindow()

    def open_device(self, device_id: int) -> None:
        """Open a unit's detail."""
        page = self.workspace.open("devices")
        if isinstance(page, DevicesPage):
            page.show_device(device_id)

    def open_command_for(self, device_ids: tuple[int, ...]) -> None:
        """Open the command page for these units."""
        page = self.workspace.open("commands")
        if isinstance(page, CommandsPage):
            page.choose_devices(device_ids)

    def close(self) -> None:
        """Take the popup away and stop listening; the workspace goes with its window."""
        self._sounder.heard.disconnect(self._on_heard)
        self._sounder.unheard.disconnect(self._on_unheard)
        self.context.live.canary_arrived.disconnect(self._on_canary)
        self.popup.retire()
        self._window.show_undo(None)

    def _on_seen(self, fact: tuple[str, datetime]) -> None:
        alarm_id, at = fact
        self._report(ReportPresentation(alarm_id, painted_at=at))

    def _on_unseen(self, fact: tuple[str, str]) -> None:
        alarm_id, problem = fact
        self._report(ReportPresentation(alarm_id, problem=problem))

    def _on_heard(self, fact: tuple[AlarmView, Sounded]) -> None:
        alarm, sounded = fact
        self._report(ReportPresentation(alarm.id, sounded_at=sounded.at))

    def _on_unheard(self, fact: tuple[AlarmView, NotSounded]) -> None:
        alarm, failure = fact
        self._report(ReportPresentation(alarm.id, problem=f"not heard: {failure.problem}"))

    def _on_canary(self, number: int) -> None:
        if self.popup.prove():
            self._report(ReportCanary(number, self.context.now()))
