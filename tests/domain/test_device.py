"""Facts about devices."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime

import pytest

from alarmstation.domain.device import CommState, DeviceStatus, Io, Quality, Reading

STATUS = DeviceStatus(
    7, CommState.ONLINE, io=Io(tamper=True), temperature_c=Reading(20.5, Quality.GOOD), uptime_s=9
)


def test_a_status_with_other_facts_is_the_replaced_one_and_leaves_the_first_alone() -> None:
    before = replace(STATUS)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    changed = STATUS.with_facts(last_seen_at=at, io=None, received_messages=3)
    assert changed == replace(STATUS, last_seen_at=at, io=None, received_messages=3)
    assert before == STATUS


def test_every_fact_of_a_status_can_be_changed() -> None:
    for field in fields(DeviceStatus):
        assert getattr(STATUS.with_facts(**{field.name: "x"}), field.name) == "x"


def test_a_status_has_no_other_facts_and_cannot_be_changed_in_place() -> None:
    with pytest.raises(KeyError):
        STATUS.with_facts(colour="red")
    with pytest.raises(FrozenInstanceError):
        STATUS.with_facts(uptime_s=1).uptime_s = 2  # type: ignore[misc]  # that is the point
