"""Icons of the installation, drawn in the colour of the theme."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from alarmstation import locations


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    path: Path = locations.resources() / "icons" / f"{name}.svg"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def pixmap(name: str, colour: str, size: int, scale: float = 2.0) -> QPixmap:
    """An icon of `size` logical pixels; an unknown name gives an empty picture."""
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    drawing = _drawing(name)
    if drawing:
        renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
        painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def icon(name: str, colour: str, size: int = 24) -> QIcon:
    """An icon in one colour."""
    return QIcon(pixmap(name, colour, size))
