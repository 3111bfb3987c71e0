"""Everything about one alarm: what, where, since when, what to do, who, and its ledger."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from alarmstation.application.views import AlarmView, LedgerView
from alarmstation.console import times, words
from alarmstation.console.context import ConsoleContext
from alarmstation.console.symbols import digit_of, mark_of
from alarmstation.console.viewmodels.alarm_queue import is_test
from alarmstation.console.widgets.io_lamps import IoLamps
from alarmstation.console.widgets.mark_label import MarkLabel


def label(role: str, *, wrap: bool = True) -> QLabel:
    """A plain-text label of a role of the style sheet."""
    result = QLabel()
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    result.setTextFormat(Qt.TextFormat.PlainText)
    return result


class Ledger(QWidget):
    """When the alarm passed each station of its way, and how long that took since it arrived."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number in range(8):
            row = (label("dim", wrap=False), label("", wrap=False), label("", wrap=False))
            for column, part in enumerate(row):
                grid.addWidget(part, number, column)
            row[2].setAlignment(Qt.AlignmentFlag.AlignRight)
            self._rows.append(row)

    def show_ledger(self, ledger: LedgerView) -> None:
        """Fill in."""
        zone = self._context.zone
        for (name, clock, after), (title, at) in zip(
            self._rows, self._entries(ledger), strict=True
        ):
            name.setText(title)
            clock.setText("–" if at is None else times.clock(at, zone))
            clock.setToolTip("" if at is None else times.absolute(at, zone))
            start = ledger.received_at
            relative = at is not None and start is not None and at is not start
            skip = title == self._entries(ledger)[0][0]  # the unit's clock is not ours
            after.setText(
                self.tr("+ {time}").format(time=times.latency((at - start).total_seconds()))
                if relative and not skip and at is not None and start is not None
                else ""
            )

    def _entries(self, ledger: LedgerView) -> tuple[tuple[str, datetime | None], ...]:
        return (
            (self.tr("Unit's clock"), ledger.device_time),
            (self.tr("Received"), ledger.received_at),
            (self.tr("Decided"), ledger.decided_at),
            (self.tr("Seen on screen"), ledger.painted_at),
            (self.tr("Heard"), ledger.sounded_at),
            (self.tr("Stored"), ledger.committed_at),
            (self.tr("Taken"), ledger.claimed_at),
            (self.tr("Acknowledged"), ledger.acknowledged_at),
        )


class AlarmDetails(QFrame):
    """Shows one alarm; without any it says what to do."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._alarm: AlarmView | None = None
        self._mark = MarkLabel(context.appearance, 48)
        self._kind = label("title")
        self._unit = label("big")
        self._place = label("dim")
        self._state = label("")
        self._since = label("dim")
        self._flags = label("warn")
        self._advice = label("")
        self._lamps = IoLamps(context.appearance)
        self._note_title = label("section")
        self._note = label("")
        self._ledger = Ledger(context)
        self._build()
        context.live.devices_changed.connect(self._on_devices_changed)
        self.show_alarm(None)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(2)
        for part in (self._kind, self._unit, self._place):
            names.addWidget(part)
        head.addLayout(names, 1)
        self._parts = QWidget()
        column = QVBoxLayout(self._parts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(self._state)
        column.addWidget(self._since)
        column.addWidget(self._flags)
        self._section(column, self.tr("WHAT TO DO"), self._advice)
        self._section(column, self.tr("INPUTS AND OUTPUTS NOW"), self._lamps)
        self._note_title.setText(self.tr("NOTE"))
        column.addSpacing(6)
        column.addWidget(self._note_title)
        column.addWidget(self._note)
        self._section(column, self.tr("THE WAY OF THIS ALARM"), self._ledger)
        self._empty = label("dim")
        self._empty.setText(self.tr("Choose an alarm to see everything about it."))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._parts)
        outer.addWidget(self._empty, 1)
        outer.addStretch(0)

    @staticmethod
    def _section(column: QVBoxLayout, title: str, content: QWidget) -> None:
        head = label("section")
        head.setText(title)
        column.addSpacing(6)
        column.addWidget(head)
        column.addWidget(content)

    @property
    def alarm(self) -> AlarmView | None:
        """What is shown."""
        return self._alarm

    def show_alarm(self, alarm: AlarmView | None) -> None:
        """Fill in; None empties it."""
        self._alarm = alarm
        self._parts.setVisible(alarm is not None)
        self._empty.setVisible(alarm is None)
        if alarm is None:
            return
        self._mark.show_mark(mark_of(alarm), digit_of(alarm.severity))
        self._mark.setAccessibleName(words.severity(alarm.severity))
        self._kind.setText(words.kind(alarm.kind))
        self._unit.setText(alarm.device_name or alarm.host)
        self._place.setText(alarm.place)
        self._state.setText(self._state_sentence(alarm))
        flags = [words.detail(alarm.detail)] if alarm.detail else []
        flags.extend(words.mark(mark) for mark in alarm.marks)
        if not alarm.stored:
            flags.append(self.tr("not yet stored"))
        self._flags.setText(", ".join(flags))
        self._flags.setVisible(bool(flags))
        advice = words.test_advice() if is_test(alarm) else words.advice(alarm.kind)
        self._advice.setText(advice or "–")
        self._note.setText(alarm.note)
        self._note.setVisible(bool(alarm.note))
        self._note_title.setVisible(bool(alarm.note))
        self._ledger.show_ledger(alarm.ledger)
        self.refresh()

    def refresh(self) -> None:
        """Say the times anew, and draw what is old as old."""
        alarm = self._alarm
        if alarm is None:
            return
        now = self._context.now()
        text = self.tr("Since {clock} ({ago})").format(
            clock=times.moment(alarm.raised_at, now, self._context.zone),
            ago=times.ago(alarm.raised_at, now),
        )
        if alarm.raise_count > 1:
            text = self.tr("{since}, {count} times").format(since=text, count=alarm.raise_count)
        self._since.setText(text)
        self._since.setToolTip(times.absolute(alarm.raised_at, self._context.zone))
        self._show_lamps()

    def _state_sentence(self, alarm: AlarmView) -> str:
        priority = words.severity(alarm.severity)
        match alarm.state:
            case "B":
                text = self.tr("{priority}. Active, nobody has acknowledged it.")
            case "D":
                text = self.tr("{priority}. Over, but nobody has acknowledged it.")
            case "C":
                text = self.tr("{priority}. Active, acknowledged by {name}.")
            case _:
                text = self.tr("{priority}. Closed; acknowledged by {name}.")
        said = text.format(priority=priority, name=alarm.acknowledged_by or "–")
        if alarm.claimed_by:
            said = self.tr("{state} Taken by {name}.").format(state=said, name=alarm.claimed_by)
        return said

    def _show_lamps(self) -> None:
        device = (
            None if self._alarm is None else self._context.live.devices.get(self._alarm.device_id)
        )
        self._lamps.show_device(device, self._context.live.stale)

    def _on_devices_changed(self, _change: object) -> None:
        self._show_lamps()
