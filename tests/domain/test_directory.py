from __future__ import annotations

import pytest

from alarmstation.domain.device import Site
from alarmstation.domain.directory import Directory, Unit
from alarmstation.domain.errors import UserError

SITES = (
    Site(1, "Acme"),
    Site(2, "North", 1),
    Site(3, "Gate", 2),
    Site(4, "South", 1),
    Site(5, "Gate", 4),
)
UNITS = (
    Unit(41, "ESG-041", "Front door", 3),
    Unit(42, "ESG-042", "Back door", 2),
    Unit(43, "ESG-043", "Twin", 4),
    Unit(44, "ESG-044", "Twin", 5),
    Unit(45, "42", "", None),
)


def a_directory(selected: tuple[int, ...] = ()) -> Directory:
    return Directory(UNITS, SITES, selected)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ESG-041", (41,)),
        ("esg-041", (41,)),
        ("front DOOR", (41,)),
        ("#41", (41,)),
        ("41", (41,)),
        ("42", (45,)),
        ("#42", (42,)),
        ("@selected", (42, 44)),
        ("@site:north", (41, 42)),
        ("@site:south/gate", (44,)),
        ("@site:acme", (41, 42, 43, 44)),
        ("@all", (41, 42, 43, 44, 45)),
    ],
)
def test_a_word_means_a_host_before_a_name_before_a_number(
    word: str, expected: tuple[int, ...]
) -> None:
    assert a_directory(selected=(44, 42)).resolve(word) == expected


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("ESG-999", "line.unit.unknown"),
        ("#99", "line.unit.unknown"),
        ("twin", "line.unit.ambiguous"),
        ("@site:gate", "line.site.ambiguous"),
        ("@site:west", "line.site.unknown"),
        ("@everyone", "line.set.unknown"),
        ("@selected", "line.set.empty"),
    ],
)
def test_a_word_that_means_nothing_or_too_much_is_refused(word: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        a_directory().resolve(word)
    assert refused.value.key == key


def test_a_site_is_called_by_the_shortest_path_that_means_it_alone() -> None:
    directory = a_directory()

    assert directory.site_word(2) == "@site:North"
    assert directory.site_word(3) == "@site:North/Gate"


def test_candidates_are_sets_hosts_and_names_that_begin_alike() -> None:
    directory = a_directory()

    assert directory.candidates("esg-04") == ["ESG-041", "ESG-042", "ESG-043", "ESG-044"]
    assert directory.candidates("fr") == ["Front door"]
    assert directory.candidates("@s") == ["@selected", "@site:"]
    assert directory.candidates("@site:no") == ["@site:North", "@site:North/Gate"]


def test_a_name_that_the_line_could_not_read_is_not_offered() -> None:
    directory = Directory([Unit(1, "A1", 'the "old" one'), Unit(2, "A2", "@home")])

    assert directory.candidates("the") == []
    assert directory.candidates("@h") == []


def test_sites_that_contain_each_other_hang_nothing() -> None:
    directory = Directory([Unit(1, "A1", "", 1)], [Site(1, "One", 2), Site(2, "Two", 1)])

    assert directory.resolve("@site:one") == (1,)


def test_a_unit_that_was_renamed_is_not_the_one_that_is_known() -> None:
    directory = a_directory()

    assert directory.knows(UNITS[0])
    assert not directory.knows(Unit(41, "ESG-041", "Side door", 3))
    assert not directory.knows(Unit(99, "ESG-099"))
