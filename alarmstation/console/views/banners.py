"""What is wrong, in words that can be read from three metres, right under the status bar."""

from __future__ import annotations

from datetime import timedelta, tzinfo

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from alarmstation.adapters.link.client import Lost
from alarmstation.application.views import ConditionView
from alarmstation.console import sentences, times, words
from alarmstation.console.live import LiveMirror
from alarmstation.console.theme.style_sheet import role
from alarmstation.console.viewmodels.alarm_queue import unattended
from alarmstation.console.viewmodels.alarm_sounder import LOST_MUTE_S, AlarmSounder
from alarmstation.console.viewmodels.station_health import StationHealth
from alarmstation.console.viewmodels.unheard import Unheard

SHOWN = 2


class LostBanner(QFrame):
    """The service is gone: what that means, since when, and what happens next."""

    def __init__(self, live: LiveMirror, health: StationHealth, sounder: AlarmSounder) -> None:
        super().__init__()
        self.setProperty("role", "banner-lost")
        self._live = live
        self._health = health
        self._sounder = sounder
        self._title = QLabel(self.tr("NO CONNECTION TO THE SERVICE"))
        self._title.setProperty("role", "huge")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._mute = QPushButton()
        self._mute.clicked.connect(self._on_mute)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 14, 18, 14)
        row.addLayout(column, 1)
        row.addWidget(self._mute)
        self.refresh()

    @property
    def text(self) -> str:
        """Title and sentence."""
        return f"{self._title.text()}\n{self._text.text()}"

    def refresh(self) -> None:
        """Show or hide, and say the times anew."""
        link = self._live.link
        if not isinstance(link, Lost):
            self.hide()
            return
        now = self._health.now()
        if link.key == "refused":
            self._title.setText(self.tr("THE SERVICE REFUSES THIS CONSOLE"))
            self._text.setText(link.text)
        else:
            self._title.setText(self.tr("NO CONNECTION TO THE SERVICE"))
            self._text.setText(
                self.tr(
                    "For {time} no new alarm can be shown; everything below is old. "
                    "The console tries to reach the service by itself."
                ).format(time=times.lasting((now - link.since).total_seconds()))
            )
        until = self._sounder.lost_muted_until
        self._mute.setText(
            self.tr("Mute for {seconds} s").format(seconds=LOST_MUTE_S)
            if until is None
            else self.tr("Muted, {left} left").format(left=times.until(until, now))
        )
        self._mute.setEnabled(until is None)
        self.show()

    def _on_mute(self) -> None:
        self._sounder.mute_lost(self._health.now() + timedelta(seconds=LOST_MUTE_S))
        self.refresh()


class TroubleBanner(QFrame):
    """One part that is not in order."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 10, 24, 10)
        row.addWidget(self._text, 1)

    def show_condition(self, condition: ConditionView, said: str) -> None:
        """Fill in."""
        self._text.setText(said)
        role(self, f"banner-{condition.state}")
        self.style().polish(self._text)
        self.setAccessibleName(said)
        self.show()


class UnattendedBanner(QFrame):
    """Alarms wait and nobody is logged in: it must not look calm."""

    def __init__(self, live: LiveMirror) -> None:
        super().__init__()
        self.setProperty("role", "banner-lost")
        self._live = live
        self._title = QLabel()
        self._title.setProperty("role", "huge")
        self._title.setWordWrap(True)
        text = QLabel(self.tr("Log in to see and handle them."))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 18, 14)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(text)
        self.refresh()

    def refresh(self) -> None:
        """Show or hide."""
        worst = unattended(self._live)
        health = self._live.health
        if worst is None or health is None:
            self.hide()
            return
        self._title.setText(
            self.tr("ALARMS WAITING: {count}. The worst is: {priority}").format(
                count=health.waiting_alarms, priority=words.severity(worst)
            )
        )
        self.setAccessibleName(self._title.text())
        self.show()


class UnheardBanner(QFrame):
    """For how long nobody was listening before the service started."""

    def __init__(self, unheard: Unheard, health: StationHealth, zone: tzinfo) -> None:
        super().__init__()
        self.setProperty("role", "banner-degraded")
        self._unheard = unheard
        self._health = health
        self._zone = zone
        self._text = QLabel()
        self._text.setWordWrap(True)
        close = QPushButton(self.tr("I have read this"))
        close.clicked.connect(unheard.put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 18, 8)
        row.addWidget(self._text, 1)
        row.addWidget(close)
        unheard.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show or hide."""
        gap, now = self._unheard.gap, self._health.now()
        if gap is None:
            self.hide()
            return
        self._text.setText(
            self.tr(
                "Nobody was listening from {start} to {end} ({time}). Alarms of that time are "
                "shown only if their units or the broker kept them. If in doubt, call the places."
            ).format(
                start=times.moment(gap.start, now, self._zone),
                end=times.moment(gap.end, now, self._zone),
                time=times.lasting(gap.lasting.total_seconds()),
            )
        )
        self.setAccessibleName(self._text.text())
        self.show()


class Banners(QWidget):
    """The lost service, the worst two troubles, what was not heard, what is muted until when."""

    def __init__(
        self,
        live: LiveMirror,
        health: StationHealth,
        sounder: AlarmSounder,
        unheard: Unheard,
        zone: tzinfo,
    ) -> None:
        super().__init__()
        self._live = live
        self._health = health
        self._lost = LostBanner(live, health, sounder)
        self._troubles = [TroubleBanner() for _ in range(SHOWN)]
        self._muted = QFrame()
        self._muted.setProperty("role", "banner-starting")
        self._muted_text = QLabel()
        self._muted_text.setWordWrap(True)
        inside = QHBoxLayout(self._muted)
        inside.setContentsMargins(24, 6, 24, 6)
        inside.addWidget(self._muted_text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._lost)
        self._unattended = UnattendedBanner(live)
        column.addWidget(self._unattended)
        for banner in self._troubles:
            column.addWidget(banner)
        self._unheard = UnheardBanner(unheard, health, zone)
        column.addWidget(self._unheard)
        column.addWidget(self._muted)
        health.changed.connect(self.refresh)
        live.alarms_changed.connect(self.refresh)
        live.replaced.connect(self.refresh)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.refresh)
        self._clock.start()
        self.refresh()

    @property
    def lost_text(self) -> str:
        """What the banner of the lost service says; empty while it is connected."""
        return "" if self._lost.isHidden() else self._lost.text

    def refresh(self, _change: object = None) -> None:
        """Say everything anew."""
        self._lost.refresh()
        self._unattended.refresh()
        self._unheard.refresh()
        troubles = self._health.troubles()
        for number, banner in enumerate(self._troubles):
            if number < len(troubles):
                banner.show_condition(troubles[number], self._said(troubles, number))
            else:
                banner.hide()
        muted = self._muted_sentence()
        self._muted_text.setText(muted)
        self._muted.setVisible(bool(muted))

    def _said(self, troubles: tuple[ConditionView, ...], number: int) -> str:
        condition = troubles[number]
        text = self.tr("{part}: {sentence}").format(
            part=words.part(condition.part), sentence=sentences.of_condition(condition)
        )
        rest = len(troubles) - SHOWN
        if number == SHOWN - 1 and rest > 0:
            return self.tr("{sentence} (and {count} more)").format(sentence=text, count=rest)
        return text

    def _muted_sentence(self) -> str:
        now = self._health.now()
        silent = [
            a
            for a in self._live.alarms.values()
            if a.silenced_until is not None and a.silenced_until > now and a.state == "B"
        ]
        if not silent:
            return ""
        entries = [
            self.tr("{kind} {unit} ({left})").format(
                kind=words.kind(alarm.kind),
                unit=alarm.device_name or alarm.host,
                left=times.until(alarm.silenced_until, now),
            )
            for alarm in sorted(silent, key=lambda a: (-a.severity, a.raised_at))[:4]
            if alarm.silenced_until is not None
        ]
        return self.tr("Silenced now: {alarms}").format(alarms=", ".join(entries))
