"""Sentences of the service reach the reader in their language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from alarmstation import locations
from alarmstation.application.views import ConditionView
from alarmstation.console import sentences
from alarmstation.console.language import Language
from alarmstation.console.sentence_list import SENTENCES
from alarmstation.domain.errors import Refused, Unavailable, UserError
from tests.console.fake_station import NOW

PACKAGE = Path(sentences.__file__).parents[1]
ONLY_ON_A_TERMINAL = ("simulate.", "scenario.", "recording.", "demo.", "settings.", "site.invalid")
"""Keys of programs that have no console."""
ALSO = ("site.unreadable",)


@pytest.fixture
def spanish(qapp: QApplication) -> Iterator[None]:
    """The program in Spanish."""
    language = Language(locations.resources() / "translations")
    language.speak("es")
    yield
    language.speak("en")
    QLocale.setDefault(QLocale.system())


def said_in_the_sources() -> set[tuple[str, str]]:
    """(key, English template) of every literal pair that looks like one."""
    found: set[tuple[str, str]] = set()
    for path in PACKAGE.rglob("*.py"):
        if "console" in path.parts or path.name == "cli.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.update(_pairs(node))
    return {
        (key, text)
        for key, text in found
        if not key.startswith(ONLY_ON_A_TERMINAL) and key not in ALSO
    }


def _pairs(call: ast.Call) -> Iterator[tuple[str, str]]:
    for one, other in zip(call.args, call.args[1:], strict=False):
        if isinstance(one, ast.Constant) and isinstance(other, ast.Constant):
            key, text = one.value, other.value
            if not isinstance(key, str) or not isinstance(text, str):
                continue
            if re.fullmatch(r"[a-z_-]+(\.[a-z_-]+)+", key) and " " in text:
                yield key, text


def test_every_sentence_of_the_sources_is_known_word_for_word() -> None:
    assert sorted(said_in_the_sources() - set(SENTENCES)) == []


def test_every_state_of_a_part_is_known() -> None:
    known = {key for key, _ in SENTENCES}
    said: set[str] = set()
    for path in (PACKAGE / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="set"), args=[_, _, ast.Constant(value=str(key)), _]
                ):
                    said.add(key)
    # What a database or a disk says of itself has no template.
    assert said
    assert said - known - {"database.remark", "spool.disk"} == set()


def test_a_refusal_is_said_in_the_readers_language(spanish: None) -> None:
    error = Refused("alarm.claimed", "{operator} has already taken this alarm.", operator="luis")
    assert sentences.of_error(error) == "luis ya ha tomado esta alarma."


def test_values_are_found_in_the_sentence_when_they_are_not_given(spanish: None) -> None:
    condition = ConditionView(
        "database",
        "down",
        "database.lost",
        "The database is away (connection refused (127.0.0.1)). Alarms are shown but not yet "
        "stored; they are stored as soon as it is back.",
        NOW,
    )
    said = sentences.of_condition(condition)
    assert said.startswith("La base de datos no está (connection refused (127.0.0.1)).")


def test_a_key_with_two_sentences_says_the_right_one(spanish: None) -> None:
    one = sentences.sentence("access.denied", "You may not see this device.", {})
    other = sentences.sentence("access.denied", "ana may not do this here: enrol.", {})
    assert one == "No puede ver esta unidad."
    assert other == "ana no puede hacer esto aquí: enrol."


def test_what_is_not_known_is_said_in_english(spanish: None) -> None:
    assert sentences.of_error(UserError("new.key", "Something new.")) == "Something new."


def test_values_with_braces_do_no_harm(spanish: None) -> None:
    error = Refused("alarm.claimed", "{operator} has already taken this alarm.", operator="{x}")
    assert sentences.of_error(error) == "{x} ya ha tomado esta alarma."


def test_what_is_away_and_a_bug_have_sentences(qapp: QApplication) -> None:
    assert "tried again" in sentences.of_error(Unavailable("x"))
    assert "Alarms go on" in sentences.of_error(None)


def test_every_template_can_be_filled() -> None:
    for _, template in SENTENCES:
        names = re.findall(r"\{(\w+)", template)
        assert template.format(**dict.fromkeys(names, "x"))
