from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QModelIndex, QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyleOptionViewItem, QTreeView

from alarmstation import locations
from alarmstation.console.language import Language
from alarmstation.console.models.site_tree import site_key
from alarmstation.console.views.device_tree import DeviceTree
from tests.console.desk import Desk
from tests.console.sample_views import NOW, a_device


@pytest.fixture
def desk(qapp: Any) -> Desk:
    desk = Desk()
    desk.show(
        a_device(1, name="Front", site_id=2),
        a_device(2, name="Back", site_id=2, comm_state="offline"),
        a_device(3, name="Pool", site_id=3, last_seen_at=NOW - timedelta(hours=2)),
    )
    return desk


@pytest.fixture
def tree(desk: Desk, qtbot: Any) -> DeviceTree:
    tree = DeviceTree(desk.context)
    qtbot.addWidget(tree)
    tree.resize(340, 600)
    tree.show()
    qtbot.waitExposed(tree)
    return tree


def view_of(tree: DeviceTree) -> QTreeView:
    view = tree.findChild(QTreeView)
    assert view is not None
    return view


def names(tree: DeviceTree) -> list[str]:
    """Rows that are unfolded, from top to bottom."""
    view = view_of(tree)
    found, index = [], tree.model.index(0, 0)
    while index.isValid():
        found.append(index.data())
        index = view.indexBelow(index)
    return found


def type_filter(tree: DeviceTree, text: str, qtbot: Any) -> None:
    line = tree.findChild(QLineEdit)
    assert line is not None
    line.setText(text)
    qtbot.waitUntil(lambda: tree.model.filter.text == text)


def test_a_small_tree_opens_unfolded(tree: DeviceTree) -> None:
    assert names(tree) == ["Acme", "North", "Back", "Front", "South", "Pool"]


def test_the_filter_leaves_what_matches_and_unfolds_it(tree: DeviceTree, qtbot: Any) -> None:
    type_filter(tree, "pool", qtbot)

    assert names(tree) == ["Acme", "South", "Pool"]


def test_states_and_silence_are_filters_too(tree: DeviceTree) -> None:
    state, silent = tree.findChildren(QComboBox)
    state.setCurrentIndex(state.findData("offline"))
    assert names(tree) == ["Acme", "North", "Back"]

    state.setCurrentIndex(0)
    silent.setCurrentIndex(silent.findData(3600))
    assert names(tree) == ["Acme", "South", "Pool"]


def test_an_empty_tree_says_what_to_do(tree: DeviceTree, desk: Desk, qtbot: Any) -> None:
    type_filter(tree, "nowhere", qtbot)
    assert tree._empty.isVisible()
    assert "Clear the filter" in tree._empty.text()

    type_filter(tree, "", qtbot)
    desk.show(sites=())
    assert "No units yet" in tree._empty.text()


def test_what_was_folded_stays_folded_when_everything_is_read_anew(
    tree: DeviceTree, desk: Desk
) -> None:
    view = view_of(tree)
    view.collapse(tree.model.site_index(site_key(2)))

    desk.show(*desk.live.devices.values())

    assert names(tree) == ["Acme", "North", "South", "Pool"]


def test_a_filter_does_not_change_what_the_person_unfolded(tree: DeviceTree, qtbot: Any) -> None:
    view_of(tree).collapse(tree.model.site_index(site_key(2)))
    type_filter(tree, "front", qtbot)
    assert names(tree) == ["Acme", "North", "Front"]

    type_filter(tree, "", qtbot)

    assert names(tree) == ["Acme", "North", "South", "Pool"]


def test_choosing_a_site_chooses_its_units(tree: DeviceTree) -> None:
    heard: list[tuple[int, ...]] = []
    sites: list[int | None] = []
    tree.chosen.connect(heard.append)
    tree.site_chosen.connect(sites.append)

    view_of(tree).setCurrentIndex(tree.model.site_index(site_key(2)))

    assert heard[-1] == (1, 2)
    assert sites[-1] == 2


def test_the_choice_survives_a_snapshot_and_a_rename(tree: DeviceTree, desk: Desk) -> None:
    tree.choose((3,))
    desk.show(*desk.live.devices.values())
    assert tree.device_ids == (3,)
    assert view_of(tree).currentIndex().data() == "Pool"


def test_choosing_a_unit_that_the_filter_hides_takes_the_filter_away(
    tree: DeviceTree, qtbot: Any
) -> None:
    type_filter(tree, "front", qtbot)

    tree.choose((3,))

    assert not tree.model.filter.active
    assert tree.device_ids == (3,)
    assert view_of(tree).currentIndex().data() == "Pool"


def test_escape_clears_the_filter(tree: DeviceTree, qtbot: Any) -> None:
    type_filter(tree, "front", qtbot)

    qtbot.keyClick(tree.findChild(QLineEdit), Qt.Key.Key_Escape)

    assert not tree.model.filter.active


def test_a_hidden_tree_reads_anew_when_it_is_shown_again(tree: DeviceTree, desk: Desk) -> None:
    tree.hide()
    desk.tell(a_device(9, name="New", site_id=3))
    assert "New" not in names(tree)

    tree.show()

    assert "New" in names(tree)


def test_a_choice_made_before_the_tree_is_shown_is_there_when_it_is(
    tree: DeviceTree,
) -> None:
    tree.hide()
    tree.choose((3,))
    assert tree.device_ids == (3,)

    tree.show()

    assert view_of(tree).currentIndex().data() == "Pool"
    assert tree.device_ids == (3,)


def test_only_rows_on_screen_are_told_of_changes(tree: DeviceTree, desk: Desk, qtbot: Any) -> None:
    desk.show(*(a_device(n, site_id=2) for n in range(1, 200)))
    qtbot.waitUntil(lambda: tree.model._watched is not None)
    told: list[str] = []
    tree.model.dataChanged.connect(lambda first, _last, _roles: told.append(first.data()))

    desk.tell(*(a_device(n, site_id=2, temperature_c=30.0) for n in range(1, 200)))

    assert 5 < len(told) < 40


@pytest.mark.parametrize("state", ["online", "late", "offline", "unknown"])
@pytest.mark.parametrize("worst", [None, 3])
@pytest.mark.parametrize("stale", [False, True])
def test_every_state_of_a_row_is_painted_differently_from_nothing(
    tree: DeviceTree, desk: Desk, state: str, worst: int | None, stale: bool
) -> None:
    desk.show(a_device(1, name="", host="", site_id=2, comm_state=state, worst_alarm=worst))
    if stale:
        desk.lose_service()
    picture = tree.grab().toImage()

    desk.show()
    assert picture != tree.grab().toImage()


def test_the_symbol_of_a_row_is_its_own_at_every_scale(tree: DeviceTree, desk: Desk) -> None:
    desk.show(a_device(1, site_id=2, worst_alarm=3, open_alarms=1))
    view = view_of(tree)
    index: QModelIndex = tree.model.unit_index(1)
    image = QImage(400, 60, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(2.0)
    image.fill(0)
    painter = QPainter(image)
    option = QStyleOptionViewItem()
    option.rect = view.visualRect(index).translated(-view.visualRect(index).topLeft())
    view.itemDelegate().paint(painter, option, index)
    painter.end()

    critical = desk.appearance.colours.critical
    colours = {image.pixelColor(x, y).name() for x in range(40) for y in range(60)}
    assert critical in colours


@pytest.mark.parametrize("code", ["en", "es"])
def test_no_word_of_a_filter_is_cut_off(desk: Desk, qtbot: Any, code: str) -> None:
    language = Language(locations.resources() / "translations")
    language.speak(code)
    tree = DeviceTree(desk.context)
    qtbot.addWidget(tree)
    tree.resize(260, 600)  # as narrow as a page lets it be
    tree.show()
    for choice in tree.findChildren(QComboBox):
        longest = max(
            choice.fontMetrics().horizontalAdvance(choice.itemText(n))
            for n in range(choice.count())
        )
        assert longest + 50 <= choice.width()  # with frame and arrow
    language.speak("en")
    QLocale.setDefault(QLocale.system())


def test_what_an_empty_tree_says_stands_right_under_its_filters(
    tree: DeviceTree, desk: Desk
) -> None:
    desk.show(sites=())
    filters = max(choice.geometry().bottom() for choice in tree.findChildren(QComboBox))
    assert tree._empty.geometry().top() - filters < 40
    assert tree._empty.alignment() & Qt.AlignmentFlag.AlignTop


def test_names_that_differ_at_their_end_only_can_be_told_apart(
    tree: DeviceTree, desk: Desk, qtbot: Any
) -> None:
    def picture(host: str) -> QImage:
        desk.show(a_device(1, name="", host=host, site_id=2))
        return view_of(tree).viewport().grab().toImage()

    stem = "ESG_ALARM_OF_THE_NORTHERN_BUILDING_02E5000"
    assert picture(stem + "07EAD") != picture(stem + "15C3F")
    tree.resize(200, 600)
    assert picture(stem + "07EAD") != picture(stem + "15C3F")


def test_the_top_of_the_tree_is_a_whole_row(tree: DeviceTree, desk: Desk) -> None:
    desk.show(*(a_device(n, name=f"Unit {n:02d}", site_id=2 + n % 2) for n in range(1, 41)))
    tree.resize(340, 507)
    for number in (40, 39, 13, 2):
        tree.choose((number,))
        view = view_of(tree)
        assert view.visualRect(view.indexAt(QPoint(40, 0))).top() == 0
        chosen = view.visualRect(tree.model.unit_index(number))
        assert view.viewport().rect().contains(chosen)
