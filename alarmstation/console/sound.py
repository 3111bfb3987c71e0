"""Sounds, and the proof that they came out (`console.md` 2 and 3).

A player says "started" only when playback advanced: the device took the sound in real time. When
a player fails, the next one is used; when all fail, a silent one remains and says so.
"""

from __future__ import annotations

import logging
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

log = logging.getLogger(__name__)

PROOF_MS = 150
"""A device that still plays after this long takes the sound in real time."""

Verdict = Callable[[bool, str], None]
"""Called once per sound: whether it advanced, and what was wrong in English."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A file of the installation. `length_s` includes the silence at its end."""

    name: str
    path: Path
    length_s: float


@dataclass(frozen=True, slots=True)
class Sounded:
    """A sound that was heard: playback advanced on `device` at `at`."""

    name: str
    at: datetime
    device: str


@dataclass(frozen=True, slots=True)
class NotSounded:
    """A sound that nobody heard, and why (English, for the record)."""

    name: str
    problem: str


class Player(Protocol):
    """One way to make a sound."""

    @property
    def name(self) -> str:
        """What it plays on."""
        ...

    def play(self, sound: Sound, volume: float, verdict: Verdict) -> None:
        """Start; `volume` 0 to 1. What played before ends."""
        ...

    def stop(self) -> None:
        """End at once; idempotent."""
        ...


class SilentPlayer:
    """The last resort on a machine without any sound device. It never claims to be heard."""

    def __init__(self, problem: str = "no sound device") -> None:
        self._problem = problem

    @property
    def name(self) -> str:
        """Nothing."""
        return "none"

    def play(self, sound: Sound, volume: float, verdict: Verdict) -> None:
        """Say that nothing is heard."""
        del sound, volume
        QTimer.singleShot(0, lambda: verdict(False, self._problem))

    def stop(self) -> None:
        """Nothing plays."""


def read_sound(folder: Path, name: str) -> Sound:
    """A sound of the installation.

    Raises:
        OSError, wave.Error: it cannot be read.
    """
    path = folder / f"{name}.wav"
    with wave.open(str(path), "rb") as file:
        return Sound(name, path, file.getnframes() / file.getframerate())


class Speaker(QObject):
    """Plays one sound at a time on the first player that works."""

    sounded = Signal(object)
    """Sounded"""
    failed = Signal(object)
    """NotSounded"""
    changed = Signal()
    """Whether sound works, or on what, changed."""

    def __init__(
        self,
        folder: Path,
        players: Sequence[Player],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._players = [*players, SilentPlayer()]
        self._now = now
        self._chosen = 0
        self._turn = 0
        self._told: set[str] = set()
        self.works: bool | None = None
        """None: not proven yet."""
        self.problem = ""

    @property
    def device(self) -> str:
        """What it plays on."""
        return self._players[self._chosen].name

    def play(self, name: str, volume_pct: int) -> float:
        """Play a sound of the installation; returns its length in seconds."""
        try:
            sound = read_sound(self._folder, name)
        except (OSError, wave.Error) as error:
            self._judge(None, NotSounded(name, f"{name}.wav cannot be read: {error}"))
            return 2.0
        self.stop()
        if self._silent:
            self._chosen = 0  # a device may have been plugged in meanwhile
        self._turn += 1
        self._try(sound, max(1, min(100, volume_pct)) / 100, self._turn)
        return sound.length_s

    def stop(self) -> None:
        """Be quiet."""
        self._turn += 1
        self._players[self._chosen].stop()

    @property
    def _silent(self) -> bool:
        return self._chosen == len(self._players) - 1

    def _try(self, sound: Sound, volume: float, turn: int) -> None:
        player = self._players[self._chosen]

        def verdict(advanced: bool, problem: str) -> None:
            if turn != self._turn:
                return  # another sound, or silence, was asked for meanwhile
            if advanced:
                self._judge(Sounded(sound.name, self._now(), player.name), None)
            elif self._silent:
                self._judge(None, NotSounded(sound.name, self.problem or problem))
            else:
                found = f"{player.name}: {problem}"
                if found not in self._told:  # once, not at every repetition
                    self._told.add(found)
                    log.warning("sound: %s", found)
                self.problem = found
                self._chosen += 1
                self._try(sound, volume, turn)

        player.play(sound, volume, verdict)

    def _judge(self, heard: Sounded | None, unheard: NotSounded | None) -> None:
        works = heard is not None
        news = works != self.works
        self.works = works
        if unheard is not None:
            self.problem = unheard.problem
            if news:
                log.warning("sound: nothing is heard: %s", unheard.problem)
            self.failed.emit(unheard)
        elif heard is not None:
            self.problem = ""
            self.sounded.emit(heard)
        if news:
            self.changed.emit()
