"""What a guard may do with an alarm, one method per intention; popup and list share it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from alarmstation.application.requests import (
    Acknowledge,
    AddNote,
    Claim,
    Release,
    SendCommand,
    Silence,
    UndoAcknowledge,
)
from alarmstation.application.views import AlarmView
from alarmstation.console.context import ConsoleContext
from alarmstation.console.viewmodels.alarm_queue import sounds
from alarmstation.domain.access import Action
from alarmstation.domain.alarm import UNDO_WINDOW, Severity


@dataclass(frozen=True, slots=True)
class Undoable:
    """An acknowledgment that can still be taken back, until `until`."""

    alarm: AlarmView
    until: datetime


class AlarmActions(QObject):
    """Sends the wishes and remembers what can be undone."""

    undo_changed = Signal(object)
    """tuple[Undoable, ...], newest last; told again every second while there are any."""

    def __init__(self, context: ConsoleContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._undoable: dict[str, Undoable] = {}
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self._on_tick)

    @property
    def undoable(self) -> tuple[Undoable, ...]:
        """Acknowledgments of this console that can be taken back now."""
        return tuple(self._undoable.values())

    def may_take(self) -> bool:
        """Whether there is a Take button at all."""
        return self._context.may(Action.CLAIM)

    def may_silence(self) -> bool:
        """Whether there is a Silence button at all."""
        return self._context.may(Action.SILENCE)

    def may_acknowledge(self) -> bool:
        """Whether there is an Acknowledge button at all."""
        return self._context.may(Action.ACKNOWLEDGE)

    def may_switch_siren(self) -> bool:
        """Whether there is a Siren-off button at all."""
        return self._context.may(Action.COMMAND_OUTPUT)

    def needs_note(self, alarm: AlarmView) -> bool:
        """CRITICAL cannot be acknowledged without a note."""
        return alarm.severity >= Severity.CRITICAL

    def is_mine(self, alarm: AlarmView) -> bool:
        """Whether this operator has taken the alarm."""
        return bool(alarm.claimed_by) and alarm.claimed_by == self._context.operator.name

    def take(self, alarm: AlarmView) -> None:
        """Take the alarm; give it back when it is taken by this operator already."""
        if self.may_take():
            wish = Release(alarm.id) if self.is_mine(alarm) else Claim(alarm.id)
            self._context.spawn(self._wish(wish))

    def silence(self, alarms: Iterable[AlarmView]) -> None:
        """Silence what sounds: there is one sound for all of them."""
        if self.may_silence():
            now = self._context.now()
            for alarm in alarms:
                if sounds(alarm, now):
                    self._context.spawn(self._wish(Silence(alarm.id)))

    def acknowledge(self, alarm: AlarmView, note: str) -> None:
        """Acknowledge with a note, which may be empty below CRITICAL."""
        if self.may_acknowledge():
            self._context.spawn(self._acknowledge(alarm, note))

    def add_note(self, alarm: AlarmView, note: str) -> None:
        """Add a note."""
        if self._context.may(Action.NOTE) and note.strip():
            self._context.spawn(self._wish(AddNote(alarm.id, note)))

    def undo(self, undoable: Undoable) -> None:
        """Take the acknowledgment back."""
        self._undoable.pop(undoable.alarm.id, None)
        self.undo_changed.emit(self.undoable)
        self._context.spawn(self._wish(UndoAcknowledge(undoable.alarm.id)))

    def siren_off(self, alarm: AlarmView) -> None:
        """Switch the siren of the alarm's unit off."""
        if self.may_switch_siren() and alarm.device_id > 0:
            wish = SendCommand((alarm.device_id,), "siren", {"pattern": "off"})
            self._context.spawn(self._send(wish))

    async def _wish(self, wish: Claim | Release | Silence | AddNote | UndoAcknowledge) -> None:
        await self._context.ask(wish)

    async def _send(self, wish: SendCommand) -> None:
        await self._context.ask(wish)
        self._context.notify(self.tr("Siren off was sent. Watch the unit until it is quiet."))

    async def _acknowledge(self, alarm: AlarmView, note: str) -> None:
        await self._context.ask(Acknowledge(alarm.id, note))
        until = self._context.now() + UNDO_WINDOW
        self._undoable[alarm.id] = Undoable(alarm, until)
        self.undo_changed.emit(self.undoable)
        self._tick.start()

    def _on_tick(self) -> None:
        now = self._context.now()
        for key in [k for k, u in self._undoable.items() if u.until <= now]:
            del self._undoable[key]
        self.undo_changed.emit(self.undoable)
        if not self._undoable:
            self._tick.stop()
