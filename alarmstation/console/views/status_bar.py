"""The top of the window: alarms by priority, the proof of the path, every part of the station."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from alarmstation.application.views import ConditionView, HealthView, OperatorView
from alarmstation.console import icons, sentences, times, words
from alarmstation.console.blink import Blink
from alarmstation.console.live import LiveMirror
from alarmstation.console.sound import Speaker
from alarmstation.console.symbols import mark_of_severity
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.colours import Colours
from alarmstation.console.theme.style_sheet import digits, role
from alarmstation.console.viewmodels.alarm_queue import AlarmQueue, Count
from alarmstation.console.viewmodels.station_health import PROOF_OVERDUE_S, StationHealth
from alarmstation.console.widgets.condition_chip import ConditionChip
from alarmstation.console.widgets.mark_label import MarkLabel

WIDE = 1240
NARROWEST = 1000

PARTS = ("service", "broker", "receiving", "database", "spool", "clock", "sound")


class PriorityCount(QFrame):
    """Symbol, how many are open, and how many of them wait."""

    def __init__(self, severity: int, appearance: Appearance, blink: Blink) -> None:
        super().__init__()
        self._severity = severity
        self._blink = blink
        self._count = Count(severity, 0, 0)
        self._mark = MarkLabel(appearance, 34, mark_of_severity(severity))
        self._number = QLabel("0")
        self._number.setProperty("role", "count")
        self._number.setFont(digits(self._number.font()))
        self._number.setMinimumWidth(32)
        self._waiting = QLabel()
        self._waiting.setProperty("role", "small")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self._number)
        column.addWidget(self._waiting)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 2, 0)
        row.setSpacing(9)
        row.addWidget(self._mark)
        row.addLayout(column)
        blink.ticked.connect(self._draw)
        self.show_count(self._count)

    def show_count(self, count: Count) -> None:
        """Fill in."""
        self._count = count
        self._number.setText(str(count.open))
        role(self._number, "count" if count.open else "dim-count")
        waiting = self.tr("{count} new").format(count=count.unacknowledged)
        self._waiting.setText(waiting if count.unacknowledged else "")
        self._waiting.setVisible(count.unacknowledged > 0)
        tip = self.tr("{priority}: {open} open, {waiting} of them not acknowledged").format(
            priority=words.severity(self._severity),
            open=count.open,
            waiting=count.unacknowledged,
        )
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self._draw()

    def _draw(self) -> None:
        lit = self._blink.lit("B") if self._count.unacknowledged else False
        self._mark.show_mark(mark_of_severity(self._severity), lit=lit)


class StatusBar(QFrame):
    """Always visible, also before anybody is logged in."""

    logout_wanted = Signal()

    def __init__(
        self,
        live: LiveMirror,
        queue: AlarmQueue,
        health: StationHealth,
        speaker: Speaker,
        appearance: Appearance,
        blink: Blink,
    ) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self.setMinimumHeight(68)  # counts that come and go must not move the page
        self._live = live
        self._queue = queue
        self._health = health
        self._rows = 0
        self._counts: dict[int, PriorityCount] = {}
        self._chips = {part: ConditionChip(appearance) for part in PARTS}
        self._proof_title = QLabel(self.tr("Alarm path"))
        self._proof_title.setProperty("role", "small")
        self._proof = QLabel()
        self._name = QLabel()
        self._name.setProperty("role", "big")
        self._role = QLabel()
        self._role.setProperty("role", "small")
        self._logout = QToolButton()
        self._logout.setText(self.tr("Log out"))
        self._logout.setToolTip(self.tr("Log out"))
        self._logout.setAccessibleName(self.tr("Log out"))
        self._logout.setIconSize(QSize(22, 22))
        self._logout.clicked.connect(self.logout_wanted)
        self._build(appearance, blink)
        self._draw(appearance.colours)
        appearance.changed.connect(self._draw)
        queue.changed.connect(self._on_queue_changed)
        live.alarms_changed.connect(self._on_queue_changed)
        live.replaced.connect(self._on_queue_changed)
        health.changed.connect(self._on_health_changed)
        speaker.changed.connect(self._on_health_changed)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._say_proof)
        self._clock.start()
        self.show_operator(None)
        self._on_queue_changed()
        self._on_health_changed()

    def _build(self, appearance: Appearance, blink: Blink) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 6, 10, 6)
        self._row = row
        for severity in (3, 2, 1, 0):
            self._counts[severity] = PriorityCount(severity, appearance, blink)
            row.addWidget(self._counts[severity])
        row.addWidget(_divider())
        proof = QVBoxLayout()
        proof.setSpacing(1)
        proof.addStretch(1)
        proof.addWidget(self._proof_title)
        proof.addWidget(self._proof)
        proof.addStretch(1)
        row.addLayout(proof)
        row.addWidget(_divider())
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(0)
        self._arrange(2)
        row.addLayout(self._grid)
        row.addStretch(1)
        person = QVBoxLayout()
        person.setSpacing(0)
        person.addStretch(1)
        for part_label in (self._name, self._role):
            part_label.setAlignment(Qt.AlignmentFlag.AlignRight)
            person.addWidget(part_label)
        person.addStretch(1)
        row.addLayout(person)
        row.addWidget(self._logout)

    def _arrange(self, rows: int) -> None:
        if rows != self._rows:
            self._rows = rows
            for number, part in enumerate(PARTS):
                self._grid.addWidget(self._chips[part], number % rows, number // rows)

    def _draw(self, colours: Colours) -> None:
        self._logout.setIcon(icons.icon("logout", colours.text, 22))

    def minimumSizeHint(self) -> QSize:
        """What it needs in a narrow window, where the parts stand in four rows."""
        return QSize(NARROWEST, 68)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two rows of parts, four in a narrow window."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        self._arrange(2 if wide else 4)
        self._row.setSpacing(14 if wide else 9)
        self._grid.setHorizontalSpacing(16 if wide else 12)
        self._logout.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if wide
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )

    def show_operator(self, operator: OperatorView | None) -> None:
        """Who is on shift; None: nobody."""
        self._logout.setVisible(operator is not None)
        if operator is None:
            self._name.hide()
            self._role.setText(self.tr("Nobody is logged in"))
        else:
            self._name.show()
            self._name.setText(operator.display_name or operator.name)
            self._role.setText(words.role(operator.role))

    def _on_queue_changed(self, _change: object = None) -> None:
        for count in self._queue.counts():
            self._counts[count.severity].show_count(count)

    def _on_health_changed(self, _change: object = None) -> None:
        for part, chip in self._chips.items():
            condition = self._health.condition(part)
            chip.show_condition(condition.state, words.chip(condition), _tip(condition))
        self._say_proof()

    def _say_proof(self) -> None:
        view: HealthView | None = self._live.health
        if self._live.stale or view is None or view.path_proven_at is None:
            self._proof.setText(self.tr("not proven"))
            role(self._proof, "warn" if self._live.stale else "dim")
            return
        now = self._health.now()
        self._proof.setText(self.tr("proven {ago}").format(ago=times.ago(view.path_proven_at, now)))
        overdue = (now - view.path_proven_at).total_seconds() > PROOF_OVERDUE_S
        role(self._proof, "warn" if overdue else "")


def _tip(condition: ConditionView) -> str:
    return f"{words.part(condition.part)}: {words.condition(condition.state)}\n" + (
        sentences.of_condition(condition)
    )


def _divider() -> QFrame:
    line = QFrame()
    line.setProperty("role", "divider")
    return line
