"""The style sheet of resources/theme in the colours of a theme.

Widgets choose their look by the dynamic property "role": card, strip, pane, chip, title, section,
dim, small, big, huge, warn, bad, main (the one main button), quiet, tab.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from alarmstation.console.theme.colours import Colours


def style_sheet(folder: Path, colours: Colours) -> str:
    """The style sheet; raises OSError when the installation is incomplete."""
    template = Template((folder / "console.qss").read_text(encoding="utf-8"))
    values = {key: value for key, value in asdict(colours).items() if isinstance(value, str)}
    drawings = {
        name: (folder / f"{name}-{colours.name}.svg").as_posix() for name in ("arrow", "check")
    }
    return template.substitute(values, **drawings)


def palette(colours: Colours) -> QPalette:
    """The palette of what style sheets do not reach."""
    result = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, colours.window),
        (QPalette.ColorRole.Base, colours.surface),
        (QPalette.ColorRole.AlternateBase, colours.raised),
        (QPalette.ColorRole.Button, colours.raised),
        (QPalette.ColorRole.WindowText, colours.text),
        (QPalette.ColorRole.Text, colours.text),
        (QPalette.ColorRole.ButtonText, colours.text),
        (QPalette.ColorRole.ToolTipBase, colours.raised),
        (QPalette.ColorRole.ToolTipText, colours.text),
        (QPalette.ColorRole.Highlight, colours.selected),
        (QPalette.ColorRole.HighlightedText, colours.text),
        (QPalette.ColorRole.PlaceholderText, colours.dim),
        (QPalette.ColorRole.Link, colours.focus),
    ):
        result.setColor(role, QColor(colour))
    return result


def dress(app: QApplication, folder: Path, colours: Colours) -> None:
    """Give the whole program this theme; nothing is done when it wears it already."""
    sheet = style_sheet(folder, colours)
    if app.styleSheet() == sheet:
        return  # polishing every widget anew takes a second in a full console
    app.setStyle("Fusion")  # the same on every desktop, and the only one that heeds all of this
    app.setPalette(palette(colours))
    app.setStyleSheet(sheet)


def role(widget: QWidget, name: str) -> None:
    """Give a widget its look; may be called again with another."""
    if widget.property("role") != name:
        widget.setProperty("role", name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def digits(font: QFont) -> QFont:
    """The font with digits of one width, so that counting numbers do not dance."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result
