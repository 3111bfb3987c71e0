"""The commands of this station, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from alarmstation.application.views import CommandView
from alarmstation.console import command_words, times
from alarmstation.domain.command import CommandState, Family

CAPACITY = 500
"""Commands kept on screen; older ones are in the history."""

_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole

_CLIMB = (
    CommandState.PENDING,
    CommandState.SENT,
    CommandState.ACKNOWLEDGED,
    CommandState.COMPLETED,
    CommandState.OBSERVED,
)
_BAD_ENDS = frozenset(
    (
        CommandState.FAILED,
        CommandState.TIMEOUT,
        CommandState.CANCELLED,
        CommandState.EXPIRED,
    )
)
_OBSERVED_SYSTEM = frozenset(("set-time", "reboot"))


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: reached (perhaps without anybody telling when), or still to come.

    `state` of a rung that ended the climb is how it ended.
    """

    state: str
    reached: bool
    at: datetime | None
    failed: bool = False


def ladder(command: CommandView) -> tuple[Rung, ...]:
    """The rungs of a command from the first to the last that it can reach.

    OBSERVED belongs to it only where telemetry can prove the command.
    """
    told = {step.state: step.at for step in command.steps}
    climb = _CLIMB if _provable(command) else _CLIMB[:-1]
    reached = [number for number, state in enumerate(climb) if state in told]
    highest = max(reached, default=0)
    rungs = [
        Rung(str(state), number <= highest, told.get(state)) for number, state in enumerate(climb)
    ]
    if command.state in _BAD_ENDS:
        end = Rung(command.state, True, told.get(command.state), failed=True)
        return (*rungs[: highest + 1], end)
    return tuple(rungs)


def _provable(command: CommandView) -> bool:
    if any(step.state == CommandState.OBSERVED for step in command.steps):
        return True
    return command.family in {Family.OUTPUT, Family.CONFIG} or command.name in _OBSERVED_SYSTEM


def permanent_outputs(commands: Iterable[CommandView]) -> tuple[CommandView, ...]:
    """The last output command of each unit and output, where it runs until switched off."""
    last: dict[tuple[int, str], CommandView] = {}
    for command in sorted(commands, key=lambda command: command.created_at):
        if command.family == Family.OUTPUT and command.state not in _BAD_ENDS:
            if command.name == "all" and not command.permanent:
                for key in [key for key in last if key[0] == command.device_id]:
                    if key[1] != "fan":
                        del last[key]
            last[command.device_id, command.name] = command
    return tuple(command for command in last.values() if command.permanent)


class CommandListModel(QAbstractListModel):
    """One row a command; the delegate paints its ladder."""

    def __init__(self, zone: tzinfo = UTC, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._rows: list[CommandView] = []

    def command(self, index: QModelIndex | QPersistentModelIndex) -> CommandView | None:
        """The command of a row."""
        return self._rows[index.row()] if index.isValid() else None

    def row_of(self, request_id: str) -> int:
        """Row of a command; -1 when it is not listed."""
        for row, command in enumerate(self._rows):
            if command.request_id == request_id:
                return row
        return -1

    def replace(self, commands: Iterable[CommandView]) -> None:
        """Read everything anew."""
        self.beginResetModel()
        newest_first = sorted(commands, key=lambda command: command.created_at, reverse=True)
        self._rows = newest_first[:CAPACITY]
        self.endResetModel()

    def update(self, changed: Iterable[CommandView]) -> None:
        """Take in commands that came or climbed."""
        for command in changed:
            row = self.row_of(command.request_id)
            if row >= 0:
                self._rows[row] = command
                index = self.index(row)
                self.dataChanged.emit(index, index)
            else:
                self._insert(command)

    def _insert(self, command: CommandView) -> None:
        row = 0
        while row < len(self._rows) and self._rows[row].created_at > command.created_at:
            row += 1
        self.beginInsertRows(_NOWHERE, row, row)
        self._rows.insert(row, command)
        self.endInsertRows()
        if len(self._rows) > CAPACITY:
            self.beginRemoveRows(_NOWHERE, CAPACITY, CAPACITY)
            self._rows.pop()
            self.endRemoveRows()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = _Role.DisplayRole
    ) -> str | None:
        command = self.command(index)
        if command is None:
            return None
        if role in {_Role.DisplayRole, _Role.AccessibleTextRole}:
            return self.tr("{command}, {unit}: {state}").format(
                command=command_words.name(command.name),
                unit=command.device_name or command.host,
                state=command_words.state(command.state),
            )
        if role == _Role.ToolTipRole:
            return "\n".join(
                [
                    command_words.state_tip(command.state),
                    *(
                        self.tr("{state} {time} {note}")
                        .format(
                            state=command_words.state(step.state),
                            time=times.absolute(step.at, self._zone),
                            note=step.note,
                        )
                        .rstrip()
                        for step in command.steps
                    ),
                ]
            )
        return None
