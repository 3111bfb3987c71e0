"""The one main window: status bar, what is wrong, and the page for the moment."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from alarmstation.console.context import ConsoleContext
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.views.banners import Banners
from alarmstation.console.views.navigation_rail import NavigationRail
from alarmstation.console.views.pages import PageKind
from alarmstation.console.views.status_bar import StatusBar
from alarmstation.console.views.undo_bar import UndoBar
from alarmstation.console.widgets.notice_bar import NoticeBar


class Workspace(QWidget):
    """The rail and its pages, for one logged-in person. Pages are made when first opened."""

    def __init__(
        self,
        context: ConsoleContext,
        kinds: tuple[PageKind, ...],
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        super().__init__()
        self._context = context
        self._kinds = {kind.key: kind for kind in kinds if kind.open_to(context)}
        self._pages: dict[str, QWidget] = {}
        self._stack = QStackedWidget()
        self.rail = NavigationRail(tuple(self._kinds.values()), appearance, window, self)
        self.rail.chosen.connect(self.open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)

    def page(self, key: str) -> QWidget | None:
        """The page of that key; None when this operator has none."""
        kind = self._kinds.get(key)
        if kind is None:
            return None
        if key not in self._pages:
            self._pages[key] = kind.make(self._context)
            self._stack.addWidget(self._pages[key])
        return self._pages[key]

    def open(self, key: str) -> QWidget | None:
        """Show a page."""
        page = self.page(key)
        if page is not None:
            self._stack.setCurrentWidget(page)
            self.rail.mark(key)
        return page

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the pages on the rail, from the top."""
        return tuple(self._kinds)


class MainWindow(QMainWindow):
    """Holds whatever the composition root puts into it."""

    close_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(1024, 640)
        self.resize(1360, 820)
        self.notice = NoticeBar()
        self._stack = QStackedWidget()
        self._closing = False

    def furnish(self, status: StatusBar, banners: Banners, title: str) -> None:
        """Put in the parts that are always there; called again for another language."""
        self.setWindowTitle(title)
        self.notice = NoticeBar()
        self._stack = QStackedWidget()
        self._undo_place = QVBoxLayout()
        self._undo_place.setContentsMargins(0, 0, 0, 0)
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 0, 14, 0)
        foot.setSpacing(0)
        foot.addLayout(self._undo_place)
        foot.addWidget(self.notice)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(status)
        column.addWidget(banners)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        old = self.takeCentralWidget()
        self.setCentralWidget(centre)
        if old is not None:
            old.deleteLater()

    def show_page(self, page: QWidget) -> None:
        """Show this instead of what was there, which is thrown away."""
        old = self._stack.currentWidget()
        if old is page:
            return
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()

    def show_undo(self, bar: UndoBar | None) -> None:
        """The chips above the notice, while somebody is logged in."""
        while self._undo_place.count():
            item = self._undo_place.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.deleteLater()
        if bar is not None:
            self._undo_place.addWidget(bar)

    def let_close(self) -> None:
        """From now on closing closes."""
        self._closing = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """The composition root ends everything in order, then closes the window."""
        if self._closing:
            super().closeEvent(event)
        else:
            event.ignore()
            self.close_wanted.emit()
