"""The worst alarm, large: readable from across the room."""

from __future__ import annotations

import math
from datetime import datetime

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from alarmstation.application.views import AlarmView
from alarmstation.console import times, words
from alarmstation.console.blink import Blink
from alarmstation.console.context import ConsoleContext
from alarmstation.console.symbols import digit_of, mark_of
from alarmstation.console.theme.style_sheet import role
from alarmstation.console.viewmodels.alarm_queue import sounds
from alarmstation.console.viewmodels.escalation import Escalation, Stage
from alarmstation.console.views.alarm_details import label
from alarmstation.console.widgets.io_lamps import IoLamps
from alarmstation.console.widgets.mark_label import MarkLabel

MARK = 112


class AlarmHeadline(QWidget):
    """Shows one alarm and tells when it was really painted."""

    painted = Signal(object)
    """str: id of the alarm whose picture was just drawn."""

    def __init__(
        self, context: ConsoleContext, blink: Blink, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._blink = blink
        self._alarm: AlarmView | None = None
        self._mark = MarkLabel(context.appearance, MARK)
        self._priority = label("section")
        self._kind = label("huge")
        self._unit = label("title")
        self._place = label("big")
        self._since = label("big")
        self._next = label("dim")
        self._state = label("dim")
        self._doubts = label("warn")
        self._advice = label("lead")
        self._lamps = IoLamps(context.appearance, columns=5)
        self._climate = label("dim")
        self._build()
        blink.ticked.connect(self._on_tick)
        context.live.devices_changed.connect(self._on_devices_changed)

    def _build(self) -> None:
        words_column = QVBoxLayout()
        words_column.setSpacing(4)
        for part in (self._priority, self._kind, self._unit, self._place):
            words_column.addWidget(part)
        head = QHBoxLayout()
        head.setSpacing(24)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words_column, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addSpacing(12)
        column.addWidget(self._since)
        column.addWidget(self._next)
        column.addWidget(self._state)
        column.addWidget(self._doubts)
        column.addSpacing(12)
        column.addWidget(self._advice)
        column.addSpacing(12)
        column.addWidget(self._lamps)
        column.addWidget(self._climate)

    @property
    def alarm(self) -> AlarmView | None:
        """What is shown."""
        return self._alarm

    def show_alarm(self, alarm: AlarmView | None) -> None:
        """Fill in; None leaves the symbol away."""
        self._alarm = alarm
        if alarm is None:
            return
        self._priority.setText(words.severity(alarm.severity).upper())
        self._kind.setText(words.kind(alarm.kind))
        self._unit.setText(alarm.device_name or alarm.host)
        self._place.setText(alarm.place)
        self._place.setVisible(bool(alarm.place))
        self._advice.setText(words.advice(alarm.kind))
        self._state.setText(self._state_sentence(alarm))
        doubts = [words.detail(alarm.detail)] if alarm.detail else []
        doubts.extend(words.mark(mark) for mark in alarm.marks)
        if not alarm.stored:
            doubts.append(self.tr("not yet stored"))
        self._doubts.setText(", ".join(doubts))
        self._doubts.setVisible(bool(doubts))
        self.setAccessibleName(
            self.tr("{priority}: {kind}, {unit}").format(
                priority=words.severity(alarm.severity),
                kind=words.kind(alarm.kind),
                unit=alarm.device_name or alarm.host,
            )
        )
        self._show_unit()
        self._on_tick()
        self.update()

    def refresh(
        self, now: datetime, escalation: Escalation | None = None, *, audible: bool = True
    ) -> None:
        """Say the times anew, and draw what is old as old.

        `escalation` is that of the sound; `audible`: sounds come out.
        """
        alarm = self._alarm
        if alarm is None:
            return
        waited = (now - alarm.last_raised_at).total_seconds()
        text = self.tr("Since {clock}, waiting {time}").format(
            clock=times.moment(alarm.last_raised_at, now, self._context.zone),
            time=times.lasting(waited),
        )
        if alarm.raise_count > 1:
            text = self.tr("{since}, raised {count} times").format(
                since=text, count=alarm.raise_count
            )
        self._since.setText(text)
        if not audible:
            said = self.tr("No sound comes out: only the screen tells of this.")
        else:
            said = "" if escalation is None else self._announcement(alarm, now, escalation)
        role(self._next, "dim" if audible else "warn")
        self._next.setText(said)
        self._next.setVisible(bool(said))
        self._show_unit()

    def _announcement(self, alarm: AlarmView, now: datetime, escalation: Escalation) -> str:
        """What happens next if nobody acknowledges; only of the alarm whose sound it is."""
        if not sounds(alarm, now) or alarm.severity != escalation.severity:
            return ""
        left = times.lasting(math.ceil(escalation.left_s))
        match escalation.following:
            case Stage.LOUD:
                return self.tr("Sounds louder in {left}.").format(left=left)
            case Stage.URGENT:
                return self.tr("Sounds without pauses in {left}.").format(left=left)
            case _:
                return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that it was drawn."""
        super().paintEvent(event)
        if self._alarm is not None:
            self.painted.emit(self._alarm.id)

    def _state_sentence(self, alarm: AlarmView) -> str:
        if alarm.claimed_by:
            return self.tr("Taken by {name}.").format(name=alarm.claimed_by)
        if alarm.state == "D":
            return self.tr("It is over, but nobody has acknowledged it.")
        return self.tr("Nobody has taken it yet.")

    def _on_tick(self) -> None:
        alarm = self._alarm
        if alarm is not None:
            self._mark.show_mark(
                mark_of(alarm), digit_of(alarm.severity), self._blink.lit(alarm.state)
            )

    def _on_devices_changed(self, _change: object) -> None:
        if self.isVisible():
            self._show_unit()

    def _show_unit(self) -> None:
        device = (
            None if self._alarm is None else self._context.live.devices.get(self._alarm.device_id)
        )
        stale = self._context.live.stale
        self._lamps.show_device(device, stale)
        parts: list[str] = []
        if device is not None and device.temperature_c is not None:
            celsius = QLocale().toString(device.temperature_c, "f", 1)
            parts.append(self.tr("{value} °C").format(value=celsius))
        if device is not None and device.humidity_pct is not None:
            parts.append(self.tr("{value} % humidity").format(value=f"{device.humidity_pct:.0f}"))
        if device is not None and device.last_seen_at is not None:
            parts.append(
                self.tr("last heard {ago}").format(
                    ago=times.ago(device.last_seen_at, self._context.now())
                )
            )
        self._climate.setText(" · ".join(parts))
        self._climate.setVisible(bool(parts))
