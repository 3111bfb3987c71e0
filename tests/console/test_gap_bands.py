from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QImage

from alarmstation.console.widgets.gap_bands import GapBands


@pytest.fixture
def plot(qtbot: Any) -> pg.PlotWidget:
    plot = pg.PlotWidget(background="#000000")
    qtbot.addWidget(plot)
    plot.hideAxis("left")
    plot.hideAxis("bottom")
    plot.resize(200, 100)
    plot.setXRange(0, 100, padding=0)
    plot.setYRange(0, 1, padding=0)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def lit_share(picture: QImage, left: float, right: float) -> float:
    """Share of pixels that are not black between two shares of the width."""
    xs = range(int(picture.width() * left), int(picture.width() * right))
    ys = range(10, picture.height() - 10)
    lit = sum(picture.pixelColor(x, y).lightness() > 40 for x in xs for y in ys)
    return lit / (len(xs) * len(ys))


def test_a_gap_is_hatched_and_nothing_else_is(plot: pg.PlotWidget) -> None:
    bands = GapBands()
    bands.paint_in("#ffffff")
    plot.addItem(bands, ignoreBounds=True)
    bands.show_gaps(np.array([[40.0, 60.0]]))

    picture = plot.grab().toImage()

    assert 0.03 < lit_share(picture, 0.42, 0.58) < 0.9
    assert lit_share(picture, 0.05, 0.38) == 0
    assert lit_share(picture, 0.62, 0.95) == 0


def test_without_gaps_nothing_is_drawn(plot: pg.PlotWidget) -> None:
    bands = GapBands()
    bands.paint_in("#ffffff")
    plot.addItem(bands, ignoreBounds=True)
    bands.show_gaps(np.empty((0, 2)))

    assert lit_share(plot.grab().toImage(), 0.05, 0.95) == 0
