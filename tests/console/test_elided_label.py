"""A label that gives way."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from alarmstation.console.widgets.elided_label import ElidedLabel


def test_it_gives_way_to_its_neighbour_and_keeps_both_ends(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label, neighbour = ElidedLabel(), QLabel("Undo")
    text = "Northgate Transit › Central Station › Main entrance"
    label.setText(text)
    row = QHBoxLayout(window)
    row.addWidget(label, 1)
    row.addWidget(neighbour)
    window.resize(220, 60)
    window.show()
    label.grab()
    assert window.width() == 220
    assert neighbour.width() >= neighbour.sizeHint().width()
    assert label.shown.startswith("North")
    assert label.shown.endswith("entrance")
    assert "…" in label.shown
    assert label.toolTip() == text


def test_with_room_for_all_of_it_there_is_no_tip(qtbot: Any) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("Old Town")
    label.resize(400, 30)
    label.show()
    label.grab()
    assert label.shown == "Old Town"
    assert label.toolTip() == ""
