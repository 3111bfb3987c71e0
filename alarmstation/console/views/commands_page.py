"""The command console: units on the left, the command on the right, the ladder below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from alarmstation.application.views import CommandView
from alarmstation.console.context import ConsoleContext
from alarmstation.console.live import DevicesChanged
from alarmstation.console.models.site_tree import label
from alarmstation.console.theme.style_sheet import role
from alarmstation.console.viewmodels.command_sender import CommandSender, Outcome, Question, Wish
from alarmstation.console.views.command_entry import CommandEntry, fixed_font
from alarmstation.console.views.command_form import CommandForm
from alarmstation.console.views.command_list import CommandList
from alarmstation.console.views.confirm_bar import ConfirmBar
from alarmstation.console.views.device_tree import DeviceTree
from alarmstation.console.views.permanent_bar import PermanentBar
from alarmstation.console.views.traffic_monitor import TrafficMonitor
from alarmstation.domain.catalogue import CATALOGUE
from alarmstation.domain.commandline import CommandLine, format_line
from alarmstation.domain.device import CommState, Site
from alarmstation.domain.directory import SELECTED, Directory, Unit
from alarmstation.domain.errors import UserError

TREE_WIDTH = 320
SHOWN_REFUSALS = 4


class CommandsPage(QWidget):
    """Ctrl+F: units, Ctrl+L: command line, Ctrl+Enter: send the form."""

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._directory: Directory | None = None
        allowed = frozenset(t.name for t in CATALOGUE.values() if context.may(t.action))
        self._tree = DeviceTree(context)
        self._form = CommandForm(allowed)
        self._entry = CommandEntry(self._known, allowed)
        self._confirm = ConfirmBar()
        self._sender = CommandSender(context, self)
        self._permanent = PermanentBar(context)
        self._list = CommandList(context)
        self._monitor = TrafficMonitor(context)
        self._build()
        self._connect()
        self._on_chosen(())

    # --- what the main window and tests do with it

    def choose_devices(self, device_ids: tuple[int, ...]) -> None:
        """Choose units; the main window calls this for `ConsoleContext.open_command_for`."""
        self._tree.choose(device_ids)
        self._form.take_keyboard()

    @property
    def form(self) -> CommandForm:
        """The typed form."""
        return self._form

    @property
    def entry(self) -> CommandEntry:
        """The command line."""
        return self._entry

    @property
    def commands(self) -> CommandList:
        """The running list."""
        return self._list

    @property
    def tree(self) -> DeviceTree:
        """The units to choose from."""
        return self._tree

    def send_form(self) -> None:
        """Send what the form says to the chosen units."""
        try:
            fields = self._form.fields()
        except UserError:
            return  # the form says what is wrong where it is wrong
        if self._form.name:
            queue = self._queue.isChecked()
            self._sender.send(Wish(self._tree.device_ids, self._form.name, fields, queue))

    # --- building

    def _build(self) -> None:
        top = QFrame()
        top.setProperty("role", "card")
        column = QVBoxLayout(top)
        column.setContentsMargins(12, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(self._form, 1)
        column.addLayout(self._send_row())
        column.addWidget(self._confirm)
        self._result = QLabel()
        self._result.setWordWrap(True)
        self._result.setTextFormat(Qt.TextFormat.PlainText)
        self._result.hide()
        column.addWidget(self._result)
        column.addWidget(self._entry)
        tabs = QTabWidget()
        tabs.tabBar().setAccessibleName(self.tr("Commands or live messages"))
        tabs.addTab(self._list, self.tr("Commands"))
        tabs.addTab(self._monitor, self.tr("Live messages"))
        bottom = QWidget()
        below = QVBoxLayout(bottom)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(6)
        below.addWidget(self._permanent)
        below.addWidget(tabs, 1)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(top)
        right.addWidget(bottom)
        right.setStretchFactor(1, 1)
        right.setChildrenCollapsible(False)
        right.setSizes([330, 480])
        margin = QWidget()
        inner = QVBoxLayout(margin)
        inner.setContentsMargins(14, 14, 14, 8)
        inner.addWidget(right)
        self._tree.setMinimumWidth(TREE_WIDTH - 60)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._tree)
        splitter.addWidget(margin)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([TREE_WIDTH, 3 * TREE_WIDTH])
        splitter.setChildrenCollapsible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)

    def _send_row(self) -> QHBoxLayout:
        self._target = QLabel()
        self._target.setWordWrap(True)
        self._target.setTextFormat(Qt.TextFormat.PlainText)
        self._as_line = QLabel()
        self._as_line.setFont(fixed_font(self._as_line.font()))
        self._as_line.setProperty("role", "small")
        self._as_line.setTextFormat(Qt.TextFormat.PlainText)
        self._as_line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._as_line.setToolTip(self.tr("The same as a command line"))
        self._as_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._queue = QCheckBox(self.tr("Let it wait for offline units"))
        self._send = QPushButton(self.tr("Send  Ctrl+⏎"))
        self._send.setProperty("role", "main")
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self._target)
        texts.addWidget(self._as_line)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(texts, 1)
        row.addWidget(self._queue)
        row.addWidget(self._send)
        return row

    def _connect(self) -> None:
        self._tree.chosen.connect(self._on_chosen)
        self._form.changed.connect(self._on_form_changed)
        self._send.clicked.connect(self.send_form)
        self._entry.entered.connect(self._on_line)
        self._confirm.answered.connect(self._sender.answer)
        self._sender.asked.connect(self._on_asked)
        self._sender.settled.connect(self._on_settled)
        self._sender.refused.connect(self._on_refused)
        self._permanent.off_wished.connect(self._on_off_wished)
        live = self._context.live
        live.sites_changed.connect(self._forget_directory)
        live.devices_changed.connect(self._on_devices_changed)
        live.replaced.connect(self._forget_directory)
        for keys, act in (
            (QKeySequence(QKeySequence.StandardKey.Find), self._tree.focus_filter),
            (QKeySequence("Ctrl+L"), self._entry.take_keyboard),
            (QKeySequence("Ctrl+Return"), self.send_form),
            (QKeySequence("Ctrl+Enter"), self.send_form),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # --- units

    def _known(self) -> Directory:
        """What a word on the line may mean; made again only when something changed."""
        if self._directory is None:
            live = self._context.live
            self._directory = Directory(
                [Unit(v.id, v.host, v.name, v.site_id) for v in live.devices.values()],
                [Site(s.id, s.name, s.parent_id) for s in live.sites.values()],
                self._tree.device_ids,
            )
        return self._directory

    def _forget_directory(self, _: object = None) -> None:
        self._directory = None

    def _on_devices_changed(self, change: DevicesChanged) -> None:
        directory = self._directory
        if directory is None:
            return
        known = all(directory.knows(Unit(v.id, v.host, v.name, v.site_id)) for v in change.changed)
        if change.removed or not known:
            self._directory = None

    def _on_chosen(self, device_ids: tuple[int, ...]) -> None:
        self._directory = None
        self._monitor.watch(device_ids)
        views = [
            self._context.live.devices[n] for n in device_ids if n in self._context.live.devices
        ]
        offline = sum(view.comm_state == CommState.OFFLINE for view in views)
        if not self._context.live.devices:
            self._target.setText(self.tr("There are no units yet to send a command to"))
        elif not views:
            self._target.setText(self.tr("To: nobody yet, choose units on the left"))
        elif len(views) == 1:
            self._target.setText(self.tr("To: {unit}").format(unit=label(views[0])))
        elif offline:
            self._target.setText(
                self.tr("To: {count} units, {offline} of them offline").format(
                    count=len(views), offline=offline
                )
            )
        else:
            self._target.setText(self.tr("To: {count} units").format(count=len(views)))
        self._send.setEnabled(bool(views))
        self._on_form_changed()

    def _on_form_changed(self) -> None:
        self._confirm.hide()
        self._result.hide()
        if not self._form.name:
            return
        chosen = self._tree.device_ids
        one = self._context.live.devices.get(chosen[0]) if len(chosen) == 1 else None
        try:
            fields = CATALOGUE[self._form.name].told(self._form.fields())
            line = format_line(self._form.name, SELECTED if one is None else one.host, fields)
        except UserError:
            line = ""
        self._as_line.setText(line)

    # --- sending

    def _on_line(self, line: CommandLine) -> None:
        self._sender.send(Wish(line.device_ids, line.name, line.fields, self._queue.isChecked()))

    def _on_off_wished(self, command: CommandView) -> None:
        fields: dict[str, str | int | float | bool] = (
            {"percent": 0} if command.name == "fan" else {"pattern": "off"}
        )
        self._sender.send(Wish((command.device_id,), command.name, fields))

    def _on_asked(self, question: Question) -> None:
        self._result.hide()
        self._confirm.ask(question.text, question.yes)

    def _on_settled(self, outcome: Outcome) -> None:
        self._confirm.hide()
        self._say(self._outcome_text(outcome), "bad" if outcome.refusals else "dim")
        if outcome.request_ids:
            self._list.show_command(outcome.request_ids[0])

    def _on_refused(self, sentence: str) -> None:
        self._confirm.hide()
        self._say(sentence, "bad")

    def _say(self, sentence: str, look: str) -> None:
        self._result.setText(sentence)
        self._result.setAccessibleName(sentence)
        role(self._result, look)
        self._result.show()

    def _outcome_text(self, outcome: Outcome) -> str:
        if not outcome.refusals:
            if len(outcome.request_ids) == 1:
                return self.tr("Taken on; it climbs its ladder below.")
            return self.tr("Taken on for {count} units.").format(count=len(outcome.request_ids))
        lines = [*outcome.refusals[:SHOWN_REFUSALS]]
        more = len(outcome.refusals) - len(lines)
        if more:
            lines.append(self.tr("and {count} more").format(count=more))
        head = self.tr("Taken on: {accepted}. Refused: {refused}.").format(
            accepted=len(outcome.request_ids), refused=len(outcome.refusals)
        )
        return "\n".join([head, *lines])
