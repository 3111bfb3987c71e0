"""From bytes to decisions: whose key, whose frame, whose command."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from alarmstation.adapters.mqtt.client import Raw
from alarmstation.adapters.wire import codec, frame
from alarmstation.adapters.wire.frame import FrameKey
from alarmstation.adapters.wire.topic import Topics
from alarmstation.application.enrolment import CANARY_HOST
from alarmstation.application.requests import ImportUnits, SaveDevice, UnitSpec
from alarmstation.application.views import TrafficView
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import (
    CommandEnvelope,
    Leaf,
    Message,
    SystemAction,
    SystemCommand,
)
from alarmstation.service.intake import Intake
from tests.application.builders import ADMIN, HOST, KEY, Site

OTHER_KEY = bytes(reversed(range(100, 132)))


class Wire:
    """A station's intake and a hand that publishes."""

    def __init__(self) -> None:
        self.site = Site()
        self.canaries: list[bytes] = []
        self.traffic: list[TrafficView] = []
        self.topics = Topics("esg")
        self.intake = Intake(
            self.site.station, self.topics, self.canaries.append, self.traffic.append
        )
        self.sequence = 100
        self.ordinal = 0

    def seal(self, message: Message, key: bytes = KEY, sequence: int | None = None) -> bytes:
        self.sequence += 1
        number = self.sequence if sequence is None else sequence
        return frame.seal(FrameKey(MessageKey(key)), number, codec.encode(message))

    def publish(
        self, leaf: Leaf, payload: bytes, *, host: str = HOST, retained: bool = False
    ) -> bool:
        self.ordinal += 1
        topic = f"esg/pb/d/{host}/{leaf}"
        return self.intake.take(
            Raw(topic, payload, retained, self.site.now, self.ordinal, (1, self.ordinal, 1))
        )

    def reasons(self) -> set[str]:
        return {str(reason) for _, reason in self.site.station.changes.batch.refusals}

    def security(self) -> list[str]:
        return [a.detail for a in self.site.alarms if a.kind is AlarmKind.SECURITY]


@pytest.fixture
def wire() -> Wire:
    return Wire()


def a_command(sequence: int = 5) -> CommandEnvelope:
    return CommandEnvelope(
        sequence=sequence, timestamp=1_760_000_000, request_id="x",
        body=SystemCommand(SystemAction.GET_STATUS),
    )  # fmt: skip


# What must be stored before the broker may forget it


def test_only_an_accepted_alarm_must_last(wire: Wire) -> None:
    site = wire.site
    alarm = wire.seal(site.an_event())
    assert wire.publish(Leaf.ALARM, alarm) is True
    assert wire.publish(Leaf.ALARM, alarm) is False, "a duplicate is known already"
    assert wire.publish(Leaf.HB, wire.seal(site.a_heartbeat())) is False
    assert wire.publish(Leaf.STATUS, wire.seal(site.a_status())) is False
    assert wire.publish(Leaf.ALARM, wire.seal(site.an_event(), OTHER_KEY)) is False


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("", b"x"), ("esg/pb/d/A/hb/more", b"x"), ("other/pb/d/A/hb", b"x"), ("esg/pb/d/a b/hb", b"")],
)
def test_a_topic_that_is_none_of_ours_is_counted(wire: Wire, topic: str, payload: bytes) -> None:
    raw = Raw(topic, payload, False, wire.site.now, 1, (1, 1, 1))
    assert wire.intake.take(raw) is False
    assert wire.reasons() == {"malformed"}


# Keys


def test_a_bad_tag_on_an_alarm_is_a_security_notice(wire: Wire) -> None:
    wire.publish(Leaf.ALARM, wire.seal(wire.site.an_event(), OTHER_KEY))
    assert wire.reasons() == {"bad_tag"}
    assert wire.security() == ["an alarm message with a wrong tag"]


def test_a_host_whose_key_is_known_is_verified_from_its_first_message_on(wire: Wire) -> None:
    wire.site.station.enrolment.keys["KNOWN"] = (MessageKey(OTHER_KEY),)
    event = wire.seal(wire.site.an_event(sequence=1), OTHER_KEY)
    assert wire.publish(Leaf.ALARM, event, host="KNOWN")
    alarm = wire.site.alarm(AlarmKind.UNREGISTERED)
    assert alarm.marks == {"unregistered"}, "and not: not verified"
    assert [due.sequence for due in wire.site.station.changes.work.receipts] == [1]


def test_a_stranger_is_believed_nothing_and_heard(wire: Wire) -> None:
    assert wire.publish(Leaf.ALARM, wire.seal(wire.site.an_event(), OTHER_KEY), host="STRANGER")
    assert "not verified" in wire.site.alarm(AlarmKind.UNREGISTERED).marks


def test_a_unit_without_a_key_is_heard_only_in_an_alarm(wire: Wire) -> None:
    wire.site.station.answer(ADMIN, ImportUnits((UnitSpec("NOKEY", ""),)), wire.site.now)
    beat = wire.seal(wire.site.a_heartbeat(), OTHER_KEY)
    assert wire.publish(Leaf.HB, beat, host="NOKEY") is False
    assert wire.site.unit_of("NOKEY").refused == 1
    assert wire.publish(Leaf.ALARM, wire.seal(wire.site.an_event(), OTHER_KEY), host="NOKEY")
    assert wire.site.alarm(AlarmKind.PANIC1).marks == {"not verified"}


def test_while_a_unit_changes_its_key_both_are_taken_and_the_proven_one_seals(wire: Wire) -> None:
    site = wire.site
    wire.publish(Leaf.HB, wire.seal(site.a_heartbeat()))
    request = SaveDevice(site.unit.id, "Door", 2, key_hex=OTHER_KEY.hex())
    site.station.answer(ADMIN, request, site.now)
    wire.publish(Leaf.HB, wire.seal(site.a_heartbeat(uptime=2000)))
    assert wire.seal(a_command(), KEY, 5) == frame.seal(
        wire.intake.key_of(HOST) or FrameKey(MessageKey(OTHER_KEY)), 5, codec.encode(a_command())
    )
    wire.publish(Leaf.HB, wire.seal(site.a_heartbeat(uptime=2100), OTHER_KEY))
    before = site.unit.status.received_samples
    wire.publish(Leaf.HB, wire.seal(site.a_heartbeat(uptime=2200)))
    assert site.unit.status.received_samples == before, "the old key is gone"


def test_strangers_leave_nothing_behind_in_the_keys(wire: Wire) -> None:
    for number in range(100):
        wire.publish(Leaf.HB, wire.seal(wire.site.a_heartbeat(), OTHER_KEY), host=f"S{number}")
    assert len(wire.intake._keys) == 0


def test_a_frame_that_looks_like_that_of_another_leaf_is_a_notice(wire: Wire) -> None:
    beat = wire.site.a_heartbeat(device_db_id=1_760_000_000)
    assert wire.publish(Leaf.HB, wire.seal(beat)) is False
    assert wire.reasons() == {"identity"}
    (notice,) = wire.security()
    assert "no device id" in notice
    assert wire.site.unit.status.last_seen_at is None


# Commands that are not ours


def test_own_frames_are_never_foreign(wire: Wire) -> None:
    own = wire.seal(a_command(5), sequence=5)
    wire.intake.note_own(own)
    wire.publish(Leaf.CMD, own)
    assert wire.security() == []
    wire.publish(Leaf.CMD, own, retained=True)
    assert wire.security() == ["a retained command"], "ours are never kept by the broker"


def test_many_own_frames_are_remembered_and_not_without_end(wire: Wire) -> None:
    frames = [wire.seal(a_command(n), sequence=n) for n in range(1, 5000)]
    for own in frames:
        wire.intake.note_own(own)
    wire.publish(Leaf.CMD, frames[-1])
    assert wire.security() == []
    assert len(wire.intake._own_set) == 4096


def test_a_foreign_command_is_a_notice_and_its_number_is_left_behind(wire: Wire) -> None:
    wire.publish(Leaf.CMD, wire.seal(a_command(900), sequence=900))
    assert wire.security() == ["a command from another controller"]
    assert wire.site.unit.counter == 900
    wire.publish(Leaf.CMD, wire.seal(a_command(1 << 31), OTHER_KEY, 1 << 31))
    assert wire.site.unit.counter == 900, "anybody can write a number, but not seal it"


def test_frames_of_an_earlier_run_that_waited_for_us_are_ours(wire: Wire) -> None:
    """MQTT 3.1.1 sends our own commands back to us, also those from before a restart."""
    wire.site.unit.counter = wire.site.unit.counter_before = 50
    wire.intake.hears_itself = True
    wire.publish(Leaf.CMD, wire.seal(a_command(50), sequence=50))
    wire.publish(Leaf.ACK, wire.seal(a_command(12), sequence=12))
    assert wire.security() == []
    wire.publish(Leaf.CMD, wire.seal(a_command(51), sequence=51))
    assert wire.security() == ["a command from another controller"]


def test_with_mqtt_5_nothing_of_ours_comes_back(wire: Wire) -> None:
    wire.site.unit.counter = wire.site.unit.counter_before = 50
    wire.publish(Leaf.CMD, wire.seal(a_command(50), sequence=50))
    assert wire.security() == ["a command from another controller"]


def test_a_cleared_retained_command_is_no_command(wire: Wire) -> None:
    wire.publish(Leaf.CMD, b"", retained=True)
    wire.publish(Leaf.ACK, b"")
    assert wire.reasons() == set()


# The rest


def test_the_canary_is_no_unit(wire: Wire) -> None:
    wire.publish(Leaf.ALARM, b"tweet", host=CANARY_HOST)
    assert wire.canaries == [b"tweet"]
    assert wire.site.station.directory.by_host(CANARY_HOST) is None


def test_json_heartbeats_are_listed_and_not_read(wire: Wire) -> None:
    raw = Raw("esg/d/OLD-1/hb", b"{}", False, wire.site.now, 1, (1, 1, 1))
    wire.intake.take(raw)
    found = wire.site.station.directory.by_host("OLD-1")
    assert found is not None
    assert "not commissioned for protobuf" in found.device.note
    assert found.status.last_seen_at is None


def test_traffic_is_made_only_for_watched_hosts_and_says_what_was_refused(wire: Wire) -> None:
    beat: Callable[[], bytes] = lambda: wire.seal(wire.site.a_heartbeat())  # noqa: E731
    wire.publish(Leaf.HB, beat())
    assert wire.traffic == []
    wire.intake.watched_hosts = {HOST}
    wire.publish(Leaf.HB, beat())
    wire.publish(Leaf.HB, b"\xff\xff\xff")
    good, bad = wire.traffic
    assert json.loads(good.text)["temperature"] == 21.5
    assert (good.refused, bad.refused) == ("", "unsigned")
