"""The command line with completion (Tab) and history (Up, Down)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from alarmstation.console import sentences
from alarmstation.domain.commandline import LineError, parse
from alarmstation.domain.directory import Directory
from alarmstation.domain.linecompletion import Completion, complete_line

HISTORY = 100


class _Line(QLineEdit):
    """A line that leaves Tab, Up and Down to its owner."""

    tabbed = Signal()
    recalled = Signal(int)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() in {
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            }
            # An empty line lets Tab go on to the next control.
            if event.key() == Qt.Key.Key_Tab and plain and self.text():
                self.tabbed.emit()
                return True
            if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down} and plain:
                self.recalled.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
        return super().event(event)


class CommandEntry(QWidget):
    """Enter sends; what is wrong is marked in the line and said under it."""

    entered = Signal(object)
    """CommandLine"""

    def __init__(
        self,
        directory: Callable[[], Directory],
        allowed: frozenset[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._directory = directory
        self._allowed = allowed
        self._history: list[str] = []
        self._place = 0
        self._draft = ""
        self._line = _Line()
        self._line.setFont(fixed_font(self._line.font()))
        self._line.setPlaceholderText(
            self.tr("siren ESG-041 pulse 10s      Tab completes, ↑ repeats")
        )
        self._line.setAccessibleName(self.tr("Command line"))
        self._line.setClearButtonEnabled(True)
        self._line.returnPressed.connect(self._on_return)
        self._line.textEdited.connect(self._on_edited)
        self._line.tabbed.connect(self._on_tab)
        self._line.recalled.connect(self._on_recalled)
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self._line)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._on_chosen)
        popup = self._completer.popup()
        assert popup is not None  # Qt makes one for every completer with a list
        popup.setFont(self._line.font())
        self._popup = popup
        self._problem = QLabel()
        self._problem.setProperty("role", "bad")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._line)
        column.addWidget(self._problem)

    @property
    def text(self) -> str:
        """What is in the line."""
        return self._line.text()

    @property
    def problem(self) -> str:
        """What is wrong with the line; empty: nothing."""
        return self._problem.text() if self._problem.isVisibleTo(self) else ""

    def show_line(self, text: str) -> None:
        """Put a line in."""
        self._line.setText(text)
        self._problem.hide()

    def take_keyboard(self) -> None:
        """Put the keyboard into the line."""
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _complain(self, problem: str, start: int, end: int) -> None:
        """Say what is wrong and mark the word."""
        self._problem.setText(problem)
        self._problem.show()
        # The parser has not seen the spaces in front of the line.
        offset = len(self._line.text()) - len(self._line.text().lstrip())
        self._line.setSelection(start + offset, max(0, end - start))

    def _completion(self) -> Completion:
        line = self._line
        return complete_line(line.text(), line.cursorPosition(), self._directory(), self._allowed)

    def _on_return(self) -> None:
        text = self._line.text().strip()
        if not text:
            return
        self._popup.hide()
        try:
            found = parse(text, self._directory())
        except LineError as error:
            self._complain(sentences.of_error(error), error.start, error.end)
            return
        if found.name not in self._allowed:
            problem = self.tr("Your role may not send {command}.").format(command=found.name)
            self._complain(problem, 0, len(found.name))
            return
        self._remember(text)
        self._line.clear()
        self._problem.hide()
        self.entered.emit(found)

    def _remember(self, text: str) -> None:
        if text in self._history:
            self._history.remove(text)
        self._history = [*self._history, text][-HISTORY:]
        self._place = len(self._history)
        self._draft = ""

    def _on_edited(self, _: str) -> None:
        self._problem.hide()
        self._place = len(self._history)
        self._offer()

    def _offer(self) -> None:
        found = self._completion()
        self._words.setStringList(list(found.candidates))
        typed = self._line.text()[found.start : found.end]
        if not found.candidates or found.candidates == (typed,):
            self._popup.hide()
        else:
            self._completer.complete()

    def _on_tab(self) -> None:
        found = self._completion()
        if len(found.candidates) == 1:
            self._apply(found, found.candidates[0])
        elif found.candidates:
            shared = _shared_start(found.candidates)
            if len(shared) > found.end - found.start:
                text = self._line.text()
                self._line.setText(text[: found.start] + shared + text[found.end :])
                self._line.setCursorPosition(found.start + len(shared))
            self._offer()

    def _on_chosen(self, candidate: str) -> None:
        self._apply(self._completion(), candidate)

    def _apply(self, found: Completion, candidate: str) -> None:
        text, cursor = found.apply(self._line.text(), candidate)
        self._line.setText(text)
        self._line.setCursorPosition(cursor)
        self._problem.hide()
        self._offer()

    def _on_recalled(self, step: int) -> None:
        if not self._history:
            return
        if self._place == len(self._history):
            self._draft = self._line.text()
        self._place = min(max(0, self._place + step), len(self._history))
        recalled = [*self._history, self._draft][self._place]
        self._line.setText(recalled)
        self._problem.hide()


def fixed_font(beside: QFont) -> QFont:
    """A font of fixed width, as large as the one it stands beside."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(beside.pointSizeF())
    return font


def _shared_start(words: tuple[str, ...]) -> str:
    first, last = min(words), max(words)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]
