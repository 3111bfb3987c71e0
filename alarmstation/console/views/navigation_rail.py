"""The rail on the left: pages by picture, word and key (Ctrl+1 …)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from alarmstation.console import icons
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.colours import Colours
from alarmstation.console.views.pages import PageKind

ICON = 26


class NavigationRail(QFrame):
    """Only what this operator may use is on it."""

    chosen = Signal(object)
    """str: key of a page."""

    def __init__(
        self,
        pages: tuple[PageKind, ...],
        appearance: Appearance,
        window: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setFixedWidth(104)
        self._buttons: dict[str, QToolButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(6)
        for number, page in enumerate(pages, start=1):
            if page.key == "settings":
                column.addStretch(1)
            column.addWidget(self._button(page, number, window))
        self._draw(appearance.colours)
        appearance.changed.connect(self._draw)

    def _button(self, page: PageKind, number: int, window: QWidget) -> QToolButton:
        button = QToolButton()
        button.setText(page.title())
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(ICON, ICON))
        button.setFixedSize(88, 66)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(page.title())
        keys = QKeySequence(f"Ctrl+{number}")
        button.setToolTip(
            self.tr("{page} ({keys})").format(
                page=page.title(), keys=keys.toString(QKeySequence.SequenceFormat.NativeText)
            )
        )
        button.clicked.connect(lambda: self.chosen.emit(page.key))
        shortcut = QShortcut(keys, window)
        shortcut.activated.connect(lambda: self.chosen.emit(page.key))
        self._buttons[page.key] = button
        return button

    def mark(self, key: str) -> None:
        """Show which page is open. No exclusive group: that would leave Tab only one of them."""
        for one, button in self._buttons.items():
            button.setChecked(one == key)

    def _draw(self, colours: Colours) -> None:
        for key, button in self._buttons.items():
            button.setIcon(icons.icon(key, colours.text, ICON))
