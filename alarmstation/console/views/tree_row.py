"""Paints a row of the device tree: symbol, name, and on the right what matters of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from alarmstation.application.views import DeviceView
from alarmstation.console import symbols, times, words
from alarmstation.console.models.device_tree_model import DeviceTreeModel
from alarmstation.console.models.site_tree import SiteNode, UnitNode, label
from alarmstation.console.theme.appearance import Appearance
from alarmstation.console.theme.style_sheet import digits
from alarmstation.domain.device import CommState

ROW_HEIGHT = 30
SYMBOL = 16
DOT = 7
GAP = 8

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TreeRow(QStyledItemDelegate):
    """Reads nodes straight from the model: no objects are made for Qt to carry."""

    def __init__(
        self,
        model: DeviceTreeModel,
        appearance: Appearance,
        now: Callable[[], datetime],
        stale: Callable[[], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._appearance = appearance
        self._now = now
        self._stale = stale
        self._pictures: dict[tuple[symbols.Mark, bool, float], QPixmap] = {}
        appearance.changed.connect(self._pictures.clear)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All rows are alike."""
        del option, index
        return QSize(200, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the row."""
        node = self._model.node(index)
        if node is None:
            return
        area: QRect = option.rect
        colours = self._appearance.colours
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.selected))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(colours.raised))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.focus), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        inner = QRectF(area).adjusted(4, 0, -10, 0)
        font: QFont = option.font
        painter.setFont(font)
        if isinstance(node, SiteNode):
            self._paint_site(painter, inner, font, node)
        else:
            self._paint_unit(painter, inner, font, node)

    def _paint_site(self, painter: QPainter, area: QRectF, font: QFont, node: SiteNode) -> None:
        colours = self._appearance.colours
        right = area.right()
        painter.setFont(digits(font))
        right = self._word(painter, area, right, str(node.total), colours.dim)
        offline = node.comm[2]
        if offline:
            text = self.tr("{count} offline").format(count=offline)
            right = self._word(painter, area, right, text, colours.warn_text)
        if node.worst is not None:
            right = self._word(painter, area, right, str(node.alarming), colours.text) + GAP / 2
            self._mark(painter, area, right - SYMBOL, symbols.mark_of_severity(node.worst), True)
            right -= SYMBOL + GAP
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        self._name(painter, QRectF(area.left(), area.top(), right - area.left(), area.height()),
                   bold, node.name, colours.text)  # fmt: skip

    def _paint_unit(self, painter: QPainter, area: QRectF, font: QFont, node: UnitNode) -> None:
        view = node.view
        colours = self._appearance.colours
        stale = self._stale()
        self._unit_symbol(painter, area, view, stale)
        painter.setFont(digits(font))
        text, colour = self._unit_word(view)
        right = self._word(painter, area, area.right(), text, colour)
        left = area.left() + SYMBOL + GAP
        self._name(
            painter,
            QRectF(left, area.top(), right - left, area.height()),
            font,
            label(view),
            colours.dim if stale else colours.text,
        )

    def _unit_symbol(self, painter: QPainter, area: QRectF, view: DeviceView, stale: bool) -> None:
        colours = self._appearance.colours
        if view.worst_alarm is not None:
            mark = symbols.mark_of_severity(view.worst_alarm)
            self._mark(painter, area, area.left(), mark, not stale)
            return
        if view.comm_state == CommState.OFFLINE:
            self._mark(painter, area, area.left(), symbols.Mark.COMMS, not stale)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        late = view.comm_state == CommState.LATE
        colour = QColor(colours.warn_text if late else colours.dim)
        pen = QPen(colour, 1.5)
        if view.comm_state == CommState.UNKNOWN:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        filled = view.comm_state == CommState.ONLINE and not stale
        painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
        radius = DOT / 2
        painter.drawEllipse(QPointF(area.left() + SYMBOL / 2, area.center().y()), radius, radius)
        painter.restore()

    def _unit_word(self, view: DeviceView) -> tuple[str, str]:
        colours = self._appearance.colours
        seen = view.last_seen_at
        match view.comm_state:
            case CommState.OFFLINE:
                since = view.silent_since or seen
                if since is None:
                    return words.comm_state(view.comm_state), colours.warn_text
                time = times.lasting((self._now() - since).total_seconds())
                return self.tr("offline {time}").format(time=time), colours.warn_text
            case CommState.LATE if seen is not None:
                time = times.lasting((self._now() - seen).total_seconds())
                return self.tr("late {time}").format(time=time), colours.warn_text
            case CommState.UNKNOWN:
                return words.comm_state(view.comm_state), colours.dim
        return ("" if seen is None else times.ago(seen, self._now())), colours.dim

    def _mark(
        self, painter: QPainter, area: QRectF, left: float, mark: symbols.Mark, lit: bool
    ) -> None:
        scale = painter.device().devicePixelRatioF()
        key = (mark, lit, scale)
        if key not in self._pictures:
            self._pictures[key] = symbols.pixmap(
                mark, SYMBOL, self._appearance.colours, lit=lit, scale=scale
            )
        painter.drawPixmap(QPointF(left, area.center().y() - SYMBOL / 2), self._pictures[key])

    @staticmethod
    def _word(painter: QPainter, area: QRectF, right: float, text: str, colour: str) -> float:
        """Draw a word that ends at `right`; returns where the next one may end."""
        if not text:
            return right
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.setPen(QColor(colour))
        painter.drawText(
            QRectF(right - width - 2, area.top(), width + 2, area.height()), _RIGHT, text
        )
        return right - width - GAP - 4

    @staticmethod
    def _name(painter: QPainter, area: QRectF, font: QFont, text: str, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        # In the middle: names made by rule differ at their end.
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, int(area.width()))
        painter.drawText(area, _LEFT, shown)
