from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox

from alarmstation.console.views.command_form import CommandForm
from alarmstation.domain.catalogue import CATALOGUE, Kind, build
from alarmstation.domain.errors import UserError


def a_form(qtbot: Any, *allowed: str) -> CommandForm:
    form = CommandForm(frozenset(allowed or CATALOGUE))
    qtbot.addWidget(form)
    form.show()
    return form


@pytest.fixture
def form(qtbot: Any) -> CommandForm:
    return a_form(qtbot)


def visible_fields(form: CommandForm) -> set[str]:
    return {name for name, editor in form._editors.items() if editor.widget.isVisibleTo(form)}


@pytest.mark.parametrize("name", [name for name in CATALOGUE if name != "config location"])
def test_every_command_has_a_form_that_can_be_sent_as_it_opens(
    form: CommandForm, name: str
) -> None:
    form.choose(name)

    assert form.name == name
    build(name, form.fields())
    assert form._problem.isHidden()
    assert form._effect.text()


def test_the_form_shows_only_fields_that_mean_anything(form: CommandForm) -> None:
    form.choose("siren", {"pattern": "on"})
    assert visible_fields(form) == {"pattern", "total_duration"}

    form.choose("siren", {"pattern": "pulse"})
    assert visible_fields(form) == {
        "pattern", "total_duration", "pulse_count", "on_duration_ms", "off_duration_ms",
        "repeat_interval",
    }  # fmt: skip

    form.choose("siren", {"pattern": "off"})
    assert visible_fields(form) == {"pattern"}
    assert form.fields() == {"pattern": "off"}


def test_controls_have_the_ranges_and_units_of_the_catalogue(form: CommandForm) -> None:
    for name, chosen in CATALOGUE.items():
        form.choose(name)
        for spec in chosen.fields:
            control = form._editors[spec.name].widget
            match control:
                case QSpinBox():
                    assert (control.minimum(), control.maximum()) == (spec.minimum, spec.maximum)
                    assert control.suffix().strip() == spec.unit
                    assert control.value() == spec.default
                case QComboBox():
                    items = tuple(control.itemData(row) for row in range(control.count()))
                    assert items == spec.choices
                case _:
                    assert isinstance(control, QLineEdit)
                    assert spec.default is None
            assert control.accessibleName()


def test_what_will_happen_is_said_as_the_fields_change(form: CommandForm) -> None:
    form.choose("siren", {"pattern": "pulse", "total_duration": 10})
    assert form._effect.text() == "Siren: pulses for 10 s, then off."

    form.choose("siren", {"total_duration": 0})
    assert "PERMANENTLY" in form._effect.text()
    assert form._effect.property("role") == "warn"


def test_an_empty_location_is_a_problem_until_something_is_typed(form: CommandForm) -> None:
    form.choose("config location")
    assert form._problem.isVisible()
    with pytest.raises(UserError):
        form.fields()

    form.choose("config location", {"zone": "4", "latitude": "40.4168"})
    assert form._problem.isHidden()
    assert form.fields() == {"zone": 4, "latitude": 40.4168}


def test_a_wrong_text_says_what_is_allowed(form: CommandForm) -> None:
    form.choose("config location", {"country": "ES", "zone": "999"})

    assert "1 to 255" in form._problem.text()


def test_what_a_role_may_not_send_is_not_offered(qtbot: Any) -> None:
    form = a_form(qtbot, "siren", "get-status")
    offered = [form._list.item(row).text() for row in range(form._list.count())]

    assert offered == ["OUTPUTS", "Siren", "SYSTEM", "Get status"]
    assert form.name == "siren"


def test_optional_texts_and_numbers_are_lines(form: CommandForm) -> None:
    form.choose("config location")

    kinds = {name: editor.spec.kind for name, editor in form._editors.items()}
    assert kinds["country"] is Kind.TEXT
    assert all(isinstance(e.widget, QLineEdit) for e in form._editors.values())
