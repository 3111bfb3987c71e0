"""Two lanes: alarms overtake, nothing else changes its place, and only telemetry falls out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alarmstation.adapters.mqtt.client import Raw
from alarmstation.service.inbox import Inbox

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def raw(leaf: str, number: int) -> Raw:
    return Raw(f"esg/pb/d/ESG-001/{leaf}", b"", False, NOW, number, (1, number, 1))


def order(inbox: Inbox, most: int = 100) -> list[int]:
    return [message.ordinal for message in inbox.take(most)]


def test_alarms_logins_and_answers_overtake_the_rest_in_their_order() -> None:
    inbox = Inbox()
    leaves = ["hb", "status", "alarm", "hb", "login", "response", "resp", "alarm"]
    assert inbox.put(raw(leaf, number) for number, leaf in enumerate(leaves)) == []
    assert order(inbox) == [2, 4, 5, 6, 7, 0, 1, 3]
    assert len(inbox) == 0


def test_a_last_will_keeps_its_place_among_the_heartbeats() -> None:
    inbox = Inbox()
    inbox.put([raw("hb", 1), raw("lw", 2), raw("hb", 3)])
    assert order(inbox) == [1, 2, 3]


def test_no_more_are_taken_than_wanted() -> None:
    inbox = Inbox()
    inbox.put(raw("hb", number) for number in range(10))
    assert order(inbox, 3) == [0, 1, 2]
    inbox.put([raw("alarm", 99)])
    assert order(inbox, 2) == [99, 3]


@pytest.mark.parametrize("leaf", ["hb", "status", "lw"])
def test_only_the_second_lane_drops_its_oldest_and_counts_them(leaf: str) -> None:
    inbox = Inbox(capacity=5)
    inbox.put(raw("alarm", number) for number in range(100, 200))
    dropped = inbox.put(raw(leaf, number) for number in range(8))
    assert [message.ordinal for message in dropped] == [0, 1, 2]
    assert inbox.dropped == 3
    assert order(inbox, 1000) == [*range(100, 200), 3, 4, 5, 6, 7]
