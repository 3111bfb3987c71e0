"""The symbols stay apart however colours are seen (`console.md` 3)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from alarmstation.console import symbols
from alarmstation.console.symbols import Mark, digit_of, mark_of, mark_of_severity
from alarmstation.console.theme.colours import THEMES, Colours
from tests.console.fake_station import an_alarm

Picture = npt.NDArray[np.float64]

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
SEEN = {
    "normal": np.eye(3),
    "greyscale": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}

LEAST_SHARE = 0.12
"""Share of the picture that must differ clearly between any two symbols."""

CLEARLY = 0.12
"""Difference of lightness (0 to 1) that is seen without looking for it."""


def picture(mark: Mark, theme: Colours, *, lit: bool, size: int = 32) -> Picture:
    """The symbol on the theme's surface, linear RGB."""
    image = QImage(size, size, QImage.Format.Format_RGB888)
    image.fill(theme.surface)
    painter = QPainter(image)
    symbols.paint_mark(painter, QRectF(0, 0, size, size), mark, theme, digit="", lit=lit)
    painter.end()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(size, image.bytesPerLine())
    values = lines[:, : size * 3].reshape(size, size, 3) / 255.0
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lightness(seen: Picture) -> Picture:
    """Perceived lightness, 0 to 1."""
    bright = np.clip(seen @ np.array([0.2126, 0.7152, 0.0722]), 0, 1)
    perceived: Picture = np.cbrt(bright)
    return perceived


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("lit", [True, False], ids=["lit", "dark half"])
def test_every_two_symbols_differ_for_all_eyes(
    qtbot: QtBot, theme: Colours, eyes: str, lit: bool
) -> None:
    seen = {m: lightness(picture(m, theme, lit=lit) @ SEEN[eyes].T) for m in Mark}
    shares = {
        (one, other): float((np.abs(seen[one] - seen[other]) > CLEARLY).mean())
        for one, other in combinations(Mark, 2)
    }
    worst = min(shares, key=lambda pair: shares[pair])
    assert shares[worst] >= LEAST_SHARE, (worst, shares[worst])


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("mark", list(Mark))
def test_a_symbol_stands_out_from_the_ground_in_grey(
    qtbot: QtBot, theme: Colours, mark: Mark
) -> None:
    grey = lightness(picture(mark, theme, lit=True))
    ground = grey[0, 0]
    assert float((np.abs(grey - ground) > CLEARLY).mean()) > 0.15


@pytest.mark.parametrize("mark", [m for m in Mark if m is not Mark.SUPPRESSED])
def test_the_two_halves_of_a_blink_differ(qtbot: QtBot, mark: Mark) -> None:
    theme = THEMES["dark"]
    on, off = (lightness(picture(mark, theme, lit=lit)) for lit in (True, False))
    assert float((np.abs(on - off) > CLEARLY).mean()) > 0.12


def test_the_worst_priority_has_the_digit_one() -> None:
    assert [digit_of(severity) for severity in (3, 2, 1, 0)] == ["1", "2", "3", "4"]
    assert [mark_of_severity(s) for s in (3, 2, 1, 0)] == [
        Mark.CRITICAL,
        Mark.HIGH,
        Mark.MEDIUM,
        Mark.LOW,
    ]


def test_a_lost_connection_has_its_own_symbol() -> None:
    assert mark_of(an_alarm(kind="COMM_LOSS", severity=1)) is Mark.COMMS
    assert mark_of(an_alarm(kind="TAMPER", severity=2)) is Mark.HIGH


@pytest.mark.parametrize("size", [12, 16, 48, 256])
def test_a_symbol_can_be_drawn_at_any_size(qtbot: QtBot, size: int) -> None:
    assert symbols.pixmap(Mark.CRITICAL, size, THEMES["dark"]).width() == size
    assert not symbols.icon(Mark.COMMS, THEMES["light"], digit="3").isNull()


@pytest.mark.parametrize("state", ["ok", "degraded", "down", "starting"])
def test_conditions_are_told_apart_by_shape(qtbot: QtBot, state: str) -> None:
    drawn = {}
    for other in ("ok", "degraded", "down", "starting"):
        image = QImage(24, 24, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        symbols.paint_condition(painter, QRectF(0, 0, 24, 24), other, THEMES["dark"])
        painter.end()
        drawn[other] = np.frombuffer(image.constBits(), np.uint8) > 60
    for other, picture_of_other in drawn.items():
        if other != state:
            assert float((drawn[state] != picture_of_other).mean()) > 0.08
