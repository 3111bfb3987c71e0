from __future__ import annotations

from datetime import timedelta

import pytest

from alarmstation.console.models.site_tree import (
    PROVISIONAL,
    SiteNode,
    SiteTree,
    UnitFilter,
    UnitNode,
    natural_key,
    site_key,
)
from tests.console.sample_views import NOW, a_device, a_site

EVERYTHING = UnitFilter()
SITES = (a_site(3, "Gate", 2), a_site(2, "North", 1), a_site(1, "Acme"), a_site(4, "South", 1))


def a_tree(*devices: object, chosen: UnitFilter = EVERYTHING) -> SiteTree:
    tree = SiteTree()
    tree.filter = chosen
    tree.rebuild(SITES, devices, ("Not enrolled", "Without a site"), NOW)  # type: ignore[arg-type]
    return tree


def outline(node: SiteNode, depth: int = 0) -> list[str]:
    lines = []
    for child in node.shown:
        if isinstance(child, UnitNode):
            lines.append("  " * depth + child.view.host)
        else:
            lines.append("  " * depth + child.name)
            lines += outline(child, depth + 1)
    return lines


def site(tree: SiteTree, number: int) -> SiteNode:
    node = tree.nodes[site_key(number)]
    assert isinstance(node, SiteNode)
    return node


def test_sites_come_before_units_and_both_are_sorted_as_people_count() -> None:
    tree = a_tree(
        a_device(1, host="U-10", site_id=2),
        a_device(2, host="U-9", site_id=2),
        a_device(3, host="G-1", site_id=3),
    )

    assert outline(tree.root) == ["Acme", "  North", "    Gate", "      G-1", "    U-9", "    U-10",
                                  "  South"]  # fmt: skip


def test_units_that_nobody_enrolled_stand_apart_and_so_do_those_without_a_site() -> None:
    tree = a_tree(a_device(1, lifecycle="provisional", site_id=None), a_device(2, site_id=None))

    assert outline(tree.root)[-4:] == ["Not enrolled", "  ESG-001", "Without a site", "  ESG-002"]


def test_a_unit_of_a_site_that_is_not_known_is_not_lost() -> None:
    assert outline(a_tree(a_device(1, site_id=99)).root)[-2:] == ["Without a site", "  ESG-001"]


def test_counts_roll_up_and_the_worst_alarm_wins() -> None:
    tree = a_tree(
        a_device(1, site_id=3, comm_state="offline"),
        a_device(2, site_id=3, open_alarms=1, worst_alarm=1),
        a_device(3, site_id=4, open_alarms=2, worst_alarm=3),
        a_device(4, site_id=4, lifecycle="retired", comm_state="offline"),
    )

    assert (site(tree, 1).total, site(tree, 1).comm[2], site(tree, 1).worst) == (3, 1, 3)
    assert (site(tree, 2).total, site(tree, 2).alarming, site(tree, 2).worst) == (2, 1, 1)
    assert (site(tree, 4).total, site(tree, 4).comm[2]) == (1, 0)


@pytest.mark.parametrize(
    ("chosen", "hosts"),
    [
        (UnitFilter(), {"ESG-001", "ESG-002", "ESG-003"}),
        (UnitFilter(text="front"), {"ESG-001"}),
        (UnitFilter(text="FRONT gate"), {"ESG-001"}),
        (UnitFilter(text="esg-00"), {"ESG-001", "ESG-002", "ESG-003"}),
        (UnitFilter(text="020000000002"), {"ESG-002"}),
        (UnitFilter(text="192.0.2.3"), {"ESG-003"}),
        (UnitFilter(text="ladder"), {"ESG-003"}),
        (UnitFilter(text="south"), {"ESG-003"}),
        (UnitFilter(state="offline"), {"ESG-002"}),
        (UnitFilter(state="alarm"), {"ESG-003"}),
        (UnitFilter(state="retired"), {"ESG-004"}),
        (UnitFilter(silent_s=3600), {"ESG-002"}),
        (UnitFilter(text="front", state="offline"), set()),
    ],
)  # fmt: skip
def test_the_filter_finds_by_words_state_and_silence(chosen: UnitFilter, hosts: set[str]) -> None:
    tree = a_tree(
        a_device(1, name="Front", site_id=3),
        a_device(2, site_id=3, comm_state="offline", last_seen_at=NOW - timedelta(hours=2)),
        a_device(3, site_id=4, note="Needs a ladder", open_alarms=1, worst_alarm=2),
        a_device(4, site_id=4, lifecycle="retired"),
        chosen=chosen,
    )

    shown = {
        node.view.host
        for node in tree.nodes.values()
        if isinstance(node, UnitNode) and node.row >= 0
    }
    assert shown == hosts
    assert tree.matching == len(hosts)


def test_sites_without_a_match_are_hidden_while_a_filter_is_set() -> None:
    tree = a_tree(a_device(1, site_id=3), chosen=UnitFilter(text="gate"))

    assert outline(tree.root) == ["Acme", "  North", "    Gate", "      ESG-001"]


def test_sites_that_contain_each_other_are_shown_at_the_top() -> None:
    tree = SiteTree()
    tree.rebuild((a_site(1, "One", 2), a_site(2, "Two", 1)), (), ("a", "b"), NOW)

    assert outline(tree.root) == ["One", "Two"]


def test_an_empty_group_is_not_shown() -> None:
    assert site_key(PROVISIONAL) in a_tree().nodes
    assert "Not enrolled" not in outline(a_tree().root)


def test_numbers_in_names_sort_by_value() -> None:
    assert sorted(["Gate 10", "gate 2", "2nd", "10th"], key=natural_key) == [
        "2nd",
        "10th",
        "gate 2",
        "Gate 10",
    ]
