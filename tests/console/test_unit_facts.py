from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alarmstation.console.viewmodels.unit_facts import age_of, facts, reading, savings
from tests.console.sample_views import NOW, a_device

pytestmark = pytest.mark.usefixtures("qapp")


def told(label: str, **changes: Any) -> tuple[str, str] | None:
    """Text and level of one fact of a unit."""
    found = [fact for fact in facts(a_device(**changes)) if fact.label == label]
    return (found[0].text, found[0].level) if found else None


@pytest.mark.parametrize(
    ("label", "changes", "expected"),
    [
        ("Network", {"rssi_dbm": -61}, ("WiFi -61 dBm, good", "")),
        ("Network", {"rssi_dbm": -85}, ("WiFi -85 dBm, very weak", "warn")),
        ("Network", {"interface": 1, "rssi_dbm": 0}, ("Ethernet cable", "")),
        ("Network", {"interface": None, "rssi_dbm": None}, None),
        ("Firmware", {"firmware": "2.0.0", "extended": False}, ("2.0.0", "")),
        ("Firmware", {"firmware": "2.0.0"}, ("2.0.0, with receipts", "")),
        ("Clock", {"clock_set": False}, ("not set", "warn")),
        ("Clock", {"skew_s": -1.4}, ("right", "")),
        ("Clock", {"skew_s": 42.0}, ("42 s fast", "")),
        ("Clock", {"skew_s": -180.0}, ("3 min slow", "warn")),
        ("History", {}, ("stored 41 of 410 samples, 90 % saved", "")),
        ("History", {"received_samples": 0, "stored_rows": 0}, None),
        ("Key", {"key_fingerprint": ""}, ("none", "bad")),
        ("Key", {"key_weak": "constant_step"}, ("630dcd29, WEAK: counts up or down", "bad")),
        ("Key", {}, ("630dcd29", "")),
        ("Faults", {"error_flags": 0b101001}, ("sensor, time not synchronised, "
                                               "key missing or weak", "warn")),
        ("Faults", {"error_flags": 0x2A, "extended": False}, ("0x2A", "warn")),
        ("Unit says", {"device_state": 5}, ("maintenance", "")),
        ("Unit says", {"device_state": 9}, ("9", "")),
        ("Refused", {"refused_messages": 12}, ("12", "warn")),
        ("Number", {"id_synchronised": False}, ("1, not yet told", "warn")),
    ],
)  # fmt: skip
def test_a_unit_is_described_in_words_with_what_is_not_in_order_marked(
    label: str, changes: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    assert told(label, **changes) == expected


def test_more_rows_than_samples_save_nothing() -> None:
    assert savings(10, 12) == "stored 12 of 10 samples, 0 % saved"


def test_a_reading_that_is_not_good_says_why() -> None:
    assert reading(21.44, "°C", 1, "good", "").value == "21.4"
    missing = reading(None, "°C", 1, "bad", "missing")
    assert (missing.value, missing.note, missing.level) == ("–", "no reading", "bad")
    doubtful = reading(21.4, "°C", 1, "uncertain", "bad clock")
    assert (doubtful.note, doubtful.level) == ("clock not trusted", "warn")


def test_the_age_is_that_of_the_last_heartbeat() -> None:
    unit = a_device(last_heartbeat_at=NOW - timedelta(seconds=12))

    assert age_of(unit, NOW) == "12 s ago"
    assert age_of(a_device(last_heartbeat_at=None), NOW) == ""
