"""Words can be read in both themes (`console.md` 3: at least 4.5:1)."""

from __future__ import annotations

from string import Template

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from alarmstation import locations
from alarmstation.console.symbols import contrast
from alarmstation.console.theme.colours import THEMES, Colours
from alarmstation.console.theme.style_sheet import style_sheet
from alarmstation.console.views.alarm_row import TINT_MOST

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@BOTH
@pytest.mark.parametrize("ground", ["window", "surface", "raised", "selected"])
@pytest.mark.parametrize("ink", ["text", "dim", "bad_text", "warn_text"])
def test_words_have_contrast_on_every_ground(theme: Colours, ground: str, ink: str) -> None:
    if ground == "selected" and ink in {"dim", "bad_text", "warn_text"}:
        pytest.skip("selected rows are written in the main colour")
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5


@BOTH
def test_words_have_contrast_on_the_filled_grounds(theme: Colours) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_bad, theme.bad_fill) >= 4.5


@BOTH
def test_edges_and_the_focus_can_be_seen(theme: Colours) -> None:
    for ground in (theme.surface, theme.window):
        assert contrast(theme.edge, ground) >= 3.0
        assert contrast(theme.focus, ground) >= 3.0


@BOTH
@pytest.mark.parametrize("severity", [0, 1, 2, 3])
@pytest.mark.parametrize("ground", ["surface", "selected"])
def test_a_row_that_has_waited_long_can_still_be_read(
    theme: Colours, severity: int, ground: str
) -> None:
    wash, below = QColor(theme.priority(severity)), QColor(getattr(theme, ground))
    mixed = QColor.fromRgbF(
        *(
            one * TINT_MOST + other * (1 - TINT_MOST)
            for one, other in zip(wash.getRgbF()[:3], below.getRgbF()[:3], strict=True)  # type: ignore[index]
        )
    )
    assert contrast(theme.text, mixed.name()) >= 4.5


@BOTH
def test_the_style_sheet_uses_only_colours_of_the_theme(theme: Colours, qapp: QApplication) -> None:
    sheet = style_sheet(locations.resources() / "theme", theme)
    assert "$" not in sheet
    template = (locations.resources() / "theme" / "console.qss").read_text(encoding="utf-8")
    assert "#" not in Template(template).safe_substitute({})
