"""The theme in force, and who is told when it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from alarmstation.console.theme.colours import DARK, Colours


class Appearance(QObject):
    """Holds the colours in force; painted widgets read `colours` and repaint on `changed`."""

    changed = Signal(object)
    """Colours"""

    def __init__(self, colours: Colours = DARK, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._colours = colours

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return self._colours

    def wear(self, colours: Colours) -> None:
        """Change the theme."""
        if colours != self._colours:
            self._colours = colours
            self.changed.emit(colours)
