from __future__ import annotations

from typing import Any

import pytest

from alarmstation.console import command_words
from alarmstation.domain.catalogue import CATALOGUE, PATTERNS, FieldSpec, Kind, template
from alarmstation.domain.command import CommandState, Family

pytestmark = pytest.mark.usefixtures("qapp")


def test_every_command_has_a_name_and_every_group_a_heading() -> None:
    for name, chosen in CATALOGUE.items():
        assert command_words.name(name) != name
        assert command_words.family(chosen.family) != str(chosen.family)


def test_every_field_is_labelled_and_explained_as_the_catalogue_does() -> None:
    for chosen in CATALOGUE.values():
        for spec in chosen.fields:
            assert command_words.field(spec) != spec.name
            assert command_words.field_help(spec) == spec.help


def test_every_effect_is_the_catalogues_or_made_from_the_fields() -> None:
    for chosen in CATALOGUE.values():
        if chosen.family is not Family.OUTPUT:
            assert command_words.effect(chosen, {}) == chosen.effect


def test_every_pattern_and_state_has_words() -> None:
    assert all(command_words.choice(name) for name in PATTERNS)
    for state in CommandState:
        assert command_words.state(state)
        assert command_words.state_tip(state)
    assert command_words.state("NEW ONE") == "NEW ONE"
    assert command_words.state_tip("NEW ONE") == ""


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        (
            "siren",
            {"pattern": "pulse", "total_duration": 10},
            "Siren: pulses for 10 s, then off.",
        ),
        ("relay1", {"pattern": "off"}, "Relay 1: off, whatever it is doing."),
        (
            "turret",
            {"pattern": "on", "total_duration": 0},
            "Turret light: steady on PERMANENTLY, until somebody switches it off.",
        ),
        (
            "fan",
            {"percent": 60, "total_duration": 600},
            "The fan runs at 60 % for 10 min, then stops.",
        ),
        ("fan", {"percent": 0, "total_duration": 600}, "The fan stops."),
        (
            "fan",
            {"percent": 60, "total_duration": 0},
            "The fan runs at 60 % PERMANENTLY, until somebody stops it.",
        ),
    ],
)
def test_an_output_says_what_will_happen(name: str, fields: dict[str, Any], expected: str) -> None:
    assert command_words.effect(template(name), fields) == expected


def test_every_limit_of_the_catalogue_is_a_whole_number() -> None:
    for chosen in CATALOGUE.values():
        for spec in chosen.fields:
            assert all(limit is None or limit == round(limit) for limit in
                       (spec.minimum, spec.maximum))  # fmt: skip


def test_limits_are_said_with_their_unit() -> None:
    interval = command_words.allowed(template("config device").fields[0])
    assert interval.replace(",", "") == "10 to 3600 s"
    assert command_words.allowed(template("config location").fields[0]) == "2 letters"
    assert command_words.allowed(FieldSpec("x", Kind.BOOL)) == "yes or no"
    assert "slow blinking" in command_words.allowed(template("siren").fields[0])
