"""Priority as colour and shape and digit, drawn at any size (`console.md` 3).

CRITICAL octagon 1, HIGH triangle 2, MEDIUM diamond 3, LOW square 4, communication lost a hatched
circle, suppressed an outline. The shape stays when colour is not seen.
"""

from __future__ import annotations

import math
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from alarmstation.application.views import AlarmView
from alarmstation.console.theme.colours import Colours
from alarmstation.domain.alarm import AlarmKind, Severity

INK = "#14181c"
PAPER = "#ffffff"


class Mark(StrEnum):
    """What a symbol says."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    COMMS = "comms"
    SUPPRESSED = "suppressed"


_BY_SEVERITY = {
    Severity.CRITICAL: Mark.CRITICAL,
    Severity.HIGH: Mark.HIGH,
    Severity.MEDIUM: Mark.MEDIUM,
    Severity.LOW: Mark.LOW,
}


def mark_of_severity(severity: int) -> Mark:
    """Symbol of a priority."""
    return _BY_SEVERITY[Severity(severity)]


def mark_of(alarm: AlarmView) -> Mark:
    """Symbol of an alarm: that of its priority, or the hatched circle of a lost connection."""
    return Mark.COMMS if alarm.kind == AlarmKind.COMM_LOSS else mark_of_severity(alarm.severity)


def digit_of(severity: int) -> str:
    """1 is the worst."""
    return str(4 - int(severity))


def paint_mark(
    painter: QPainter,
    area: QRectF,
    mark: Mark,
    colours: Colours,
    *,
    digit: str = "",
    lit: bool = True,
) -> None:
    """Draw a symbol into the largest square of `area`.

    `lit` False is the dark half of a blink, and what is acknowledged: the same shape, as outline.
    """
    side = min(area.width(), area.height())
    square = QRectF(QPointF(), QSizeF(side, side))
    square.moveCenter(area.center())
    fill = _fill(mark, colours)
    path = _outline(mark, square)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(fill, max(1.5, side / 14))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if mark is Mark.SUPPRESSED:
        pen.setDashPattern([2.0, 1.5])
    painter.setPen(pen)
    solid = lit and mark is not Mark.SUPPRESSED
    painter.setBrush(fill if solid else Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    if mark is Mark.COMMS:
        _hatch(painter, path, square, QColor(colours.surface) if solid else fill)
    text = digit or {Mark.CRITICAL: "1", Mark.HIGH: "2", Mark.MEDIUM: "3", Mark.LOW: "4"}.get(
        mark, ""
    )
    if text:
        _digit(painter, mark, square, text, _on(fill) if solid else QColor(colours.text), fill)
    painter.restore()


def _fill(mark: Mark, colours: Colours) -> QColor:
    name = {
        Mark.CRITICAL: colours.critical,
        Mark.HIGH: colours.high,
        Mark.MEDIUM: colours.medium,
        Mark.LOW: colours.low,
        Mark.COMMS: colours.comms,
        Mark.SUPPRESSED: colours.suppressed,
    }[mark]
    return QColor(name)


def _on(fill: QColor) -> QColor:
    return QColor(INK if luminance(fill) > 0.18 else PAPER)


def luminance(colour: QColor) -> float:
    """Relative luminance of WCAG 2, 0 to 1."""

    def linear(part: float) -> float:
        return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)

    return (
        0.2126 * linear(colour.redF())
        + 0.7152 * linear(colour.greenF())
        + 0.0722 * linear(colour.blueF())
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _outline(mark: Mark, square: QRectF) -> QPainterPath:
    inset = square.width() * 0.07
    box = square.adjusted(inset, inset, -inset, -inset)
    path = QPainterPath()
    match mark:
        case Mark.CRITICAL:
            turn = math.pi / 8
            radius = box.width() / 2 / math.cos(turn)
            centre = box.center()
            points = [
                QPointF(
                    centre.x() + radius * math.cos(turn + k * math.pi / 4),
                    centre.y() + radius * math.sin(turn + k * math.pi / 4),
                )
                for k in range(8)
            ]
            path.addPolygon(QPolygonF(points))
        case Mark.HIGH:
            path.addPolygon(
                QPolygonF(
                    [QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]
                )
            )
        case Mark.MEDIUM:
            centre = box.center()
            path.addPolygon(
                QPolygonF(
                    [
                        QPointF(centre.x(), box.top()),
                        QPointF(box.right(), centre.y()),
                        QPointF(centre.x(), box.bottom()),
                        QPointF(box.left(), centre.y()),
                    ]
                )
            )
        case Mark.LOW:
            small = box.width() * 0.06
            path.addRect(box.adjusted(small, small, -small, -small))
        case Mark.COMMS:
            path.addEllipse(box)
        case Mark.SUPPRESSED:
            path.addRoundedRect(box, box.width() * 0.2, box.width() * 0.2)
    path.closeSubpath()
    return path


def _hatch(painter: QPainter, path: QPainterPath, square: QRectF, colour: QColor) -> None:
    painter.save()
    painter.setClipPath(path)
    step = square.width() / 5
    painter.setPen(QPen(colour, max(1.0, square.width() / 16)))
    for number in range(-5, 6):
        x = square.left() + number * step
        painter.drawLine(QPointF(x, square.bottom()), QPointF(x + square.height(), square.top()))
    painter.restore()


def _digit(
    painter: QPainter, mark: Mark, square: QRectF, text: str, ink: QColor, fill: QColor
) -> None:
    font = QFont(painter.font())
    font.setBold(True)
    box = QRectF(square)
    if mark is Mark.HIGH:  # the middle of a triangle's mass is below its middle
        box.translate(0, square.height() * 0.13)
        font.setPixelSize(max(6, round(square.height() * 0.46)))
    else:
        font.setPixelSize(max(6, round(square.height() * 0.54)))
    if mark is Mark.COMMS:  # a plain disc under the digit, else the hatching swallows it
        disc = QRectF(QPointF(), QSizeF(square.width() * 0.56, square.height() * 0.56))
        disc.moveCenter(square.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(disc)
        ink = _on(fill)
        font.setPixelSize(max(6, round(square.height() * 0.44)))
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_condition(painter: QPainter, area: QRectF, state: str, colours: Colours) -> None:
    """Symbol of a part of the station: ok a tick, degraded a triangle, down a cross, starting
    three dots."""
    side = min(area.width(), area.height())
    box = QRectF(QPointF(), QSizeF(side, side))
    box.moveCenter(area.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.6, side / 8)
    match state:
        case "ok":
            painter.setPen(_round_pen(colours.dim, width))
            painter.drawPolyline(
                QPolygonF([_at(box, 0.14, 0.54), _at(box, 0.40, 0.80), _at(box, 0.88, 0.22)])
            )
        case "degraded":
            painter.setPen(_round_pen(colours.warn_text, width))
            painter.drawPolygon(
                QPolygonF([_at(box, 0.5, 0.08), _at(box, 0.96, 0.90), _at(box, 0.04, 0.90)])
            )
            painter.drawLine(_at(box, 0.5, 0.40), _at(box, 0.5, 0.60))
            painter.drawPoint(_at(box, 0.5, 0.76))
        case "down":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.bad_fill))
            painter.drawEllipse(box)
            painter.setPen(_round_pen(colours.on_bad, width))
            painter.drawLine(_at(box, 0.32, 0.32), _at(box, 0.68, 0.68))
            painter.drawLine(_at(box, 0.68, 0.32), _at(box, 0.32, 0.68))
        case _:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.dim))
            for x in (0.16, 0.5, 0.84):
                painter.drawEllipse(_at(box, x, 0.55), side * 0.10, side * 0.10)
    painter.restore()


def _at(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height())


def _round_pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def pixmap(
    mark: Mark, size: int, colours: Colours, *, digit: str = "", lit: bool = True, scale: float = 1
) -> QPixmap:
    """A symbol as a picture of `size` logical pixels."""
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_mark(painter, QRectF(0, 0, size, size), mark, colours, digit=digit, lit=lit)
    painter.end()
    return picture


def icon(mark: Mark, colours: Colours, *, digit: str = "") -> QIcon:
    """A symbol as an icon of the usual sizes."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128):
        result.addPixmap(pixmap(mark, size, colours, digit=digit))
    return result
