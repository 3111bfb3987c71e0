"""The words for what the views carry as values: types, priorities, states, parts, roles."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from alarmstation.application.views import ConditionView
from alarmstation.console.language import QT_TRANSLATE_NOOP

_KINDS = {
    "PANIC1": QT_TRANSLATE_NOOP("words", "Panic button 1"),
    "PANIC2": QT_TRANSLATE_NOOP("words", "Panic button 2"),
    "TAMPER": QT_TRANSLATE_NOOP("words", "Box opened"),
    "FIRE": QT_TRANSLATE_NOOP("words", "Fire"),
    "INTRUSION": QT_TRANSLATE_NOOP("words", "Intrusion"),
    "MEDICAL": QT_TRANSLATE_NOOP("words", "Medical emergency"),
    "DURESS": QT_TRANSLATE_NOOP("words", "Duress"),
    "UNKNOWN": QT_TRANSLATE_NOOP("words", "Unknown alarm"),
    "COMM_LOSS": QT_TRANSLATE_NOOP("words", "Connection lost"),
    "UNREGISTERED": QT_TRANSLATE_NOOP("words", "Unregistered unit"),
    "SECURITY": QT_TRANSLATE_NOOP("words", "Security notice"),
    "SYSTEM": QT_TRANSLATE_NOOP("words", "Station fault"),
}

_ADVICE = {
    "PANIC1": QT_TRANSLATE_NOOP(
        "words", "Somebody asks for help. Take the alarm, look and call the place, send help."
    ),
    "TAMPER": QT_TRANSLATE_NOOP(
        "words", "The unit's box is open. Ask the place whether a technician is working on it."
    ),
    "FIRE": QT_TRANSLATE_NOOP("words", "Call the fire brigade, then the place."),
    "INTRUSION": QT_TRANSLATE_NOOP("words", "Look and call the place; call the police."),
    "MEDICAL": QT_TRANSLATE_NOOP("words", "Call an ambulance, then the place."),
    "DURESS": QT_TRANSLATE_NOOP("words", "Somebody is being threatened. Call the police only."),
    "COMM_LOSS": QT_TRANSLATE_NOOP(
        "words", "This unit cannot be heard. Until it is back, nobody is warned from there."
    ),
    "UNREGISTERED": QT_TRANSLATE_NOOP(
        "words", "A unit that nobody enrolled reports an alarm. Find out where it is."
    ),
    "SECURITY": QT_TRANSLATE_NOOP(
        "words", "Messages of this unit are not authentic. Tell a technician."
    ),
    "SYSTEM": QT_TRANSLATE_NOOP("words", "The station itself needs attention; see the top line."),
}

_TEST_ADVICE = QT_TRANSLATE_NOOP(
    "words", "Somebody is testing this unit on site: nobody asks for help. Acknowledge it."
)

_SEVERITIES = {
    0: QT_TRANSLATE_NOOP("words", "Low"),
    1: QT_TRANSLATE_NOOP("words", "Medium"),
    2: QT_TRANSLATE_NOOP("words", "High"),
    3: QT_TRANSLATE_NOOP("words", "Critical"),
}

_STATES = {
    "A": QT_TRANSLATE_NOOP("words", "Closed"),
    "B": QT_TRANSLATE_NOOP("words", "Active"),
    "C": QT_TRANSLATE_NOOP("words", "Acknowledged"),
    "D": QT_TRANSLATE_NOOP("words", "Returned"),
    "E": QT_TRANSLATE_NOOP("words", "Shelved"),
    "F": QT_TRANSLATE_NOOP("words", "Suppressed"),
    "G": QT_TRANSLATE_NOOP("words", "Out of service"),
}

_MARKS = {
    "late": QT_TRANSLATE_NOOP("words", "arrived late"),
    "test": QT_TRANSLATE_NOOP("words", "test"),
    "sequence doubtful": QT_TRANSLATE_NOOP("words", "order doubtful"),
    "not verified": QT_TRANSLATE_NOOP("words", "not verified"),
    "missed activation": QT_TRANSLATE_NOOP("words", "found by counter"),
    "unregistered": QT_TRANSLATE_NOOP("words", "unregistered unit"),
}

_DETAILS = (
    QT_TRANSLATE_NOOP("words", "an alarm message with a wrong tag"),
    QT_TRANSLATE_NOOP("words", "an alarm message without a tag"),
    QT_TRANSLATE_NOOP("words", "a retained command"),
    QT_TRANSLATE_NOOP("words", "a command from another controller"),
    QT_TRANSLATE_NOOP("words", "MAC {heard} instead of {known}"),
    QT_TRANSLATE_NOOP("words", "factory host of another MAC ({heard})"),
    QT_TRANSLATE_NOOP("words", "last will of {host}"),
    QT_TRANSLATE_NOOP("words", "more than {count} unknown hosts within an hour"),
    QT_TRANSLATE_NOOP("words", "The database is away"),
)
"""What the service says about an alarm, with what it fills in."""

_PARTS = {
    "service": QT_TRANSLATE_NOOP("words", "Service"),
    "broker": QT_TRANSLATE_NOOP("words", "Broker"),
    "database": QT_TRANSLATE_NOOP("words", "Database"),
    "spool": QT_TRANSLATE_NOOP("words", "Spool"),
    "clock": QT_TRANSLATE_NOOP("words", "Clock"),
    "sound": QT_TRANSLATE_NOOP("words", "Sound"),
    "receiving": QT_TRANSLATE_NOOP("words", "Receiving"),
}

_HEARD = {
    "ok": QT_TRANSLATE_NOOP("words", "Units heard"),
    "degraded": QT_TRANSLATE_NOOP("words", "Units NOT heard"),
    "down": QT_TRANSLATE_NOOP("words", "Units NOT heard"),
}

_CONDITIONS = {
    "ok": QT_TRANSLATE_NOOP("words", "in order"),
    "degraded": QT_TRANSLATE_NOOP("words", "limited"),
    "down": QT_TRANSLATE_NOOP("words", "down"),
    "starting": QT_TRANSLATE_NOOP("words", "starting"),
}

_ROLES = {
    "viewer": QT_TRANSLATE_NOOP("words", "Viewer"),
    "guard": QT_TRANSLATE_NOOP("words", "Guard"),
    "technician": QT_TRANSLATE_NOOP("words", "Technician"),
    "supervisor": QT_TRANSLATE_NOOP("words", "Supervisor"),
    "admin": QT_TRANSLATE_NOOP("words", "Administrator"),
}

_COMM = {
    "unknown": QT_TRANSLATE_NOOP("words", "Never heard"),
    "online": QT_TRANSLATE_NOOP("words", "Online"),
    "late": QT_TRANSLATE_NOOP("words", "Late"),
    "offline": QT_TRANSLATE_NOOP("words", "Offline"),
}

_INPUTS = {
    "panic1": QT_TRANSLATE_NOOP("words", "Panic 1"),
    "panic2": QT_TRANSLATE_NOOP("words", "Panic 2"),
    "tamper": QT_TRANSLATE_NOOP("words", "Tamper"),
    "aux1": QT_TRANSLATE_NOOP("words", "Input 1"),
    "aux2": QT_TRANSLATE_NOOP("words", "Input 2"),
    "siren": QT_TRANSLATE_NOOP("words", "Siren"),
    "turret": QT_TRANSLATE_NOOP("words", "Turret"),
    "relay1": QT_TRANSLATE_NOOP("words", "Relay 1"),
    "relay2": QT_TRANSLATE_NOOP("words", "Relay 2"),
}

ROLES = tuple(_ROLES)
"""Role values, least first."""


def _said(text: str) -> str:
    return QCoreApplication.translate("words", text)


def kind(value: str) -> str:
    """Type of an alarm."""
    return _said(_KINDS.get(value, _KINDS["UNKNOWN"]))


def advice(value: str) -> str:
    """What to do about an alarm of this type; empty when there is nothing special."""
    text = _ADVICE.get("PANIC1" if value == "PANIC2" else value, "")
    return _said(text) if text else ""


def test_advice() -> str:
    """What to do about an alarm that a unit sent from its local test."""
    return _said(_TEST_ADVICE)


def severity(value: int) -> str:
    """Priority."""
    return _said(_SEVERITIES.get(int(value), _SEVERITIES[0]))


def state(letter: str) -> str:
    """State of an alarm by its ISA-18.2 letter."""
    return _said(_STATES.get(letter, letter))


def mark(value: str) -> str:
    """A mark of doubt on an alarm."""
    return _said(_MARKS.get(value, value))


def detail(text: str) -> str:
    """What the service says about an alarm, in the language in force.

    Of an unregistered unit these are the inputs that it told. What is not known stays as it is.
    """
    inputs = text.split(", ")
    if all(value in _KINDS for value in inputs):
        return ", ".join(kind(value) for value in inputs)
    for template in _DETAILS:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, text):
            return _said(template).format(**found.groupdict())
    return text


def part(value: str) -> str:
    """A part of the station."""
    return _said(_PARTS.get(value, value))


def chip(condition: ConditionView) -> str:
    """The word of a part in the status bar. Whether units are heard is said outright there."""
    if condition.part == "receiving" and condition.state in _HEARD:
        return _said(_HEARD[condition.state])
    return part(condition.part)


def condition(value: str) -> str:
    """How a part of the station is."""
    return _said(_CONDITIONS.get(value, value))


def role(value: str) -> str:
    """Role of a person."""
    return _said(_ROLES.get(value, value))


def comm_state(value: str) -> str:
    """Presence of a unit."""
    return _said(_COMM.get(value, value))


def io_name(field: str) -> str:
    """Input or output of a unit by the name of its field in `DeviceView`."""
    return _said(_INPUTS.get(field, field))
