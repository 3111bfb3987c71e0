"""Every value that a view can carry has a word."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from alarmstation import locations
from alarmstation.application.admission import UNPROVEN_ALARMS
from alarmstation.console import words
from alarmstation.console.language import Language
from alarmstation.domain.access import Role
from alarmstation.domain.alarm import AlarmKind, AlarmState, Severity
from alarmstation.domain.device import CommState


@pytest.mark.parametrize("kind", list(AlarmKind))
def test_every_kind_of_alarm_has_a_word(qapp: QApplication, kind: AlarmKind) -> None:
    assert words.kind(kind.value) != kind.value
    if kind is not AlarmKind.UNKNOWN:
        assert words.kind(kind.value) != words.kind("UNKNOWN")


@pytest.mark.parametrize("kind", [k for k in AlarmKind if k is not AlarmKind.UNKNOWN])
def test_every_kind_of_alarm_says_what_to_do(qapp: QApplication, kind: AlarmKind) -> None:
    assert words.advice(kind.value).endswith(".")


@pytest.mark.parametrize("severity", list(Severity))
def test_every_priority_has_a_word(qapp: QApplication, severity: Severity) -> None:
    assert words.severity(severity)


@pytest.mark.parametrize("state", list(AlarmState))
def test_every_state_of_an_alarm_has_a_word(qapp: QApplication, state: AlarmState) -> None:
    assert words.state(state.value) != state.value


@pytest.mark.parametrize("state", list(CommState))
def test_every_presence_has_a_word(qapp: QApplication, state: CommState) -> None:
    assert words.comm_state(state.value) != state.value


def test_every_role_has_a_word(qapp: QApplication) -> None:
    assert tuple(role.name.lower() for role in Role) == words.ROLES
    assert len({words.role(role) for role in words.ROLES}) == len(Role)


def test_what_the_service_says_of_an_alarm_is_said_in_the_language_in_force(
    qapp: QApplication,
) -> None:
    language = Language(locations.resources() / "translations")
    language.speak("es")
    try:
        assert words.detail("a command from another controller") == "una orden de otro emisor"
        assert words.detail("MAC aa:bb instead of cc:dd") == "MAC aa:bb en lugar de cc:dd"
        assert words.detail("PANIC1, TAMPER") == "Botón de pánico 1, Caja abierta"
        assert words.detail("something new") == "something new"
    finally:
        language.speak("en")


@pytest.mark.parametrize("said", [*UNPROVEN_ALARMS.values(), "The database is away"])
def test_every_reason_of_a_notice_is_in_the_list(qapp: QApplication, said: str) -> None:
    assert said in words._DETAILS
