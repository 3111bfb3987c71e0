from __future__ import annotations

import random
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt

from alarmstation.application.views import DeviceView
from alarmstation.console.models.device_tree_model import MANY, DeviceTreeModel
from alarmstation.console.models.site_tree import SiteNode, SiteTree, UnitFilter, UnitNode, site_key
from tests.console.sample_views import NOW, a_device, a_site

TOP = QModelIndex()
SITES = (a_site(1, "Acme"), a_site(2, "North", 1), a_site(3, "South", 1))


@pytest.fixture
def model(qapp: Any) -> DeviceTreeModel:
    model = DeviceTreeModel(lambda: NOW)
    model.replace(SITES, [a_device(n, site_id=2 + n % 2) for n in range(1, 9)])
    return model


def rows(model: DeviceTreeModel, parent: QModelIndex = TOP) -> list[Any]:
    """Names of everything shown, nested, as a view would ask."""
    found: list[Any] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        found.append(index.data())
        if below := rows(model, index):
            found.append(below)
    return found


def told(model: DeviceTreeModel) -> list[str]:
    """Names whose change is told from now on."""
    names: list[str] = []
    model.dataChanged.connect(lambda first, _last, _roles: names.append(first.data()))
    return names


def test_the_model_keeps_qts_rules(model: DeviceTreeModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(model)


def test_the_model_keeps_qts_rules_while_units_come_move_and_go(
    model: DeviceTreeModel, qtmodeltester: Any
) -> None:
    qtmodeltester.check(model)
    model.apply(UnitFilter(state="online"))
    model.update_units([a_device(9, site_id=2, name="A new one")], [])
    model.update_units([a_device(1, site_id=2)], [2])
    model.update_units([a_device(3, site_id=3, comm_state="offline")], [])
    model.update_units([a_device(5, site_id=3, lifecycle="retired")], [])
    qtmodeltester.check(model)


def test_a_change_is_told_for_watched_rows_only(model: DeviceTreeModel) -> None:
    names = told(model)
    model.watch([model.unit_index(1).internalId()])

    model.update_units([a_device(1, site_id=3), a_device(2, site_id=2)], [])

    assert names == ["ESG-001"]


def test_a_lost_unit_changes_the_counts_of_its_sites_and_tells_them(
    model: DeviceTreeModel,
) -> None:
    names = told(model)

    model.update_units([a_device(1, site_id=3, comm_state="offline")], [])

    assert set(names) == {"ESG-001", "South", "Acme"}
    node = model.node(model.site_index(site_key(1)))
    assert isinstance(node, SiteNode)
    assert node.comm == [7, 0, 1, 0]


def test_a_unit_appears_in_and_leaves_a_filtered_tree_as_its_state_changes(
    model: DeviceTreeModel,
) -> None:
    model.apply(UnitFilter(state="offline"))
    assert rows(model) == []

    model.update_units([a_device(1, site_id=3, comm_state="offline")], [])
    model.update_units([a_device(3, site_id=3, comm_state="offline")], [])
    assert rows(model) == ["Acme", ["South", ["ESG-001", "ESG-003"]]]
    assert model.matching == 2

    model.update_units([a_device(1, site_id=3), a_device(3, site_id=3)], [])
    assert rows(model) == []


def test_a_unit_that_is_renamed_or_moved_goes_to_its_place(model: DeviceTreeModel) -> None:
    model.update_units([a_device(1, site_id=2, name="Zebra")], [])

    assert rows(model) == [
        "Acme",
        ["North", ["ESG-002", "ESG-004", "ESG-006", "ESG-008", "Zebra"],
         "South", ["ESG-003", "ESG-005", "ESG-007"]],
    ]  # fmt: skip


def test_enrolling_the_last_provisional_unit_takes_its_group_away(model: DeviceTreeModel) -> None:
    model.update_units([a_device(20, lifecycle="provisional", site_id=None)], [])
    assert rows(model)[-2:] == ["Not enrolled", ["ESG-020"]]

    model.update_units([a_device(20, site_id=2)], [])

    assert rows(model)[0] == "Acme"
    assert "Not enrolled" not in rows(model)


def test_a_multitude_of_new_units_asks_to_be_read_anew(model: DeviceTreeModel) -> None:
    many = [a_device(100 + n, site_id=2) for n in range(MANY + 1)]

    assert model.update_units(many, []) is False


def test_units_below_a_site_are_those_that_are_shown(model: DeviceTreeModel) -> None:
    model.apply(UnitFilter(text="esg-001"))

    assert model.units_below(model.index(0, 0)) == (1,)
    assert model.units_below(model.unit_index(1)) == (1,)
    assert not model.unit_index(2).isValid()


def test_a_screen_reader_hears_state_and_alarms(model: DeviceTreeModel) -> None:
    model.update_units([a_device(1, site_id=3, name="Gate", open_alarms=2, worst_alarm=3)], [])

    spoken = model.unit_index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Gate, ESG-001: Online, open alarms: 2, worst: Critical"


@pytest.mark.parametrize("seed", range(20))
def test_any_course_of_changes_leaves_the_tree_that_a_fresh_start_would_show(
    qapp: Any, seed: int
) -> None:
    chance = random.Random(seed)
    chosen = chance.choice([UnitFilter(), UnitFilter(state="offline"), UnitFilter(text="b")])
    model = DeviceTreeModel(lambda: NOW)
    units: dict[int, DeviceView] = {}
    model.replace(SITES, ())
    model.apply(chosen)
    for _ in range(120):
        number = chance.randrange(1, 15)
        if units.pop(number, None) is not None and chance.random() < 0.3:
            model.update_units((), [number])
            continue
        units[number] = a_device(
            number,
            name=chance.choice(["", "a", "b", "b 10", "b 9"]),
            site_id=chance.choice([None, 1, 2, 3]),
            lifecycle=chance.choice(["provisional", "enrolled", "enrolled", "retired"]),
            comm_state=chance.choice(["online", "offline"]),
            worst_alarm=chance.choice([None, 0, 3]),
        )
        assert model.update_units([units[number]], ())
    fresh = SiteTree()
    fresh.filter = chosen
    fresh.rebuild(SITES, units.values(), ("Not enrolled", "Without a site"), NOW)

    assert sizes(model) == sizes_of(fresh.root)
    assert model.matching == fresh.matching
    assert model.total == fresh.root.total


def sizes(model: DeviceTreeModel, parent: QModelIndex = TOP) -> list[Any]:
    found: list[Any] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        assert model.parent(index) == parent
        node = model.node(index)
        if isinstance(node, SiteNode):
            found.append((node.name, node.total, tuple(node.comm), tuple(node.severities)))
            found.append(sizes(model, index))
        else:
            assert isinstance(node, UnitNode)
            found.append(node.sort_key)
    return found


def sizes_of(site: SiteNode) -> list[Any]:
    found: list[Any] = []
    for node in site.shown:
        if isinstance(node, SiteNode):
            found.append((node.name, node.total, tuple(node.comm), tuple(node.severities)))
            found.append(sizes_of(node))
        else:
            found.append(node.sort_key)
    return found
