from __future__ import annotations

import pytest

from alarmstation.application.ports import TimelineEntry
from alarmstation.console import device_words
from alarmstation.domain.alarm import Change
from alarmstation.domain.command import CommandState
from alarmstation.domain.device import Lifecycle, QualityReason
from alarmstation.domain.keys import KeyWeakness
from alarmstation.domain.messages import Refusal
from tests.console.sample_views import NOW

pytestmark = pytest.mark.usefixtures("qapp")


def text(kind: str, said: str) -> str:
    return device_words.timeline_text(TimelineEntry(NOW, kind, said))


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        ("alarm", "PANIC1 raised", "Panic button 1: raised"),
        ("alarm", "COMM_LOSS un-acknowledged", "Connection lost: acknowledgment taken back"),
        ("connection", "connected", "Connected"),
        ("output", "SIREN on", "Siren: on"),
        ("output", "ALL off", "All outputs: off"),
        ("command", "config device OBSERVED", "Write unit settings: observed"),
        ("command", "siren TIMEOUT", "Siren: no answer"),
        ("connection", "something new", "something new"),
    ],
)
def test_a_line_of_the_timeline_is_said_in_words(kind: str, said: str, expected: str) -> None:
    assert text(kind, said) == expected


def test_every_change_of_an_alarm_and_every_state_of_a_command_has_words() -> None:
    for change in Change:
        assert text("alarm", f"TAMPER {change}") != f"TAMPER {change}"
    for state in CommandState:
        assert text("command", f"siren {state}") != f"siren {state}"


def test_every_reason_refusal_and_lifecycle_has_words() -> None:
    assert all(device_words.refusal(value) != value for value in Refusal)
    assert all(device_words.lifecycle(value) != value for value in Lifecycle)
    assert all(device_words.reason(value) for value in QualityReason if value)


def test_every_weakness_of_a_key_has_words() -> None:
    assert all(device_words.key_weaknesses(value) != value for value in KeyWeakness)
    assert device_words.key_weaknesses("printable, shared") == "plain text, used by several units"


def test_fault_bits_that_our_firmware_does_not_name_are_shown_as_they_are() -> None:
    assert device_words.faults(0x101, ours=True) == "sensor, 0x100"
