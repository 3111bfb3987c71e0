"""One blink for the whole console, so that symbols blink together (`console.md` 3)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 250
"""Half a period of 2 Hz."""

SLOW_TICKS = 4
"""Ticks in half a period of 0.5 Hz."""


class Blink(QObject):
    """Ticks four times a second while somebody needs it; still otherwise."""

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_timeout)

    def need(self, needed: bool) -> None:
        """Whether anything blinks at the moment."""
        if needed and not self._timer.isActive():
            self._count = 0
            self._timer.start()
        elif not needed:
            self._timer.stop()
            self._count = 0

    def lit(self, state: str) -> bool:
        """Whether the symbol of an alarm in this ISA-18.2 state is in its bright half.

        B blinks at 2 Hz, D at 0.5 Hz, what is acknowledged is steady (as outline).
        """
        match state:
            case "B":
                return self._count % 2 == 0
            case "D":
                return self._count // SLOW_TICKS % 2 == 0
            case _:
                return False

    def _on_timeout(self) -> None:
        self._count += 1
        self.ticked.emit()
