"""Admission of messages: identity, strangers, kept messages, refusals that are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alarmstation.application.admission import JSON_ONLY
from alarmstation.application.alarm_desk import STATION
from alarmstation.domain.alarm import AlarmKind, Severity
from alarmstation.domain.device import CommState, Lifecycle
from alarmstation.domain.messages import (
    AlarmType,
    EventState,
    LastWill,
    Leaf,
    OutputType,
    Refusal,
)
from tests.application.builders import HOST, MAC, START, Site

OTHER_MAC = bytes.fromhex("a1b2c3999999")


@pytest.fixture
def site() -> Site:
    return Site()


def refusals(site: Site) -> set[tuple[str, str]]:
    return {(host, str(reason)) for host, reason in site.station.changes.batch.refusals}


# Identity


def test_a_login_without_a_mac_is_refused(site: Site) -> None:
    assert site.login(mac_address=b"") is Refusal.IDENTITY
    assert site.unit.status.last_seen_at is None
    assert (HOST, "identity") in refusals(site)


def test_a_mac_other_than_the_bound_one_is_hostile(site: Site) -> None:
    assert site.hear(site.a_status(mac_address=OTHER_MAC)) is Refusal.IDENTITY
    assert site.alarm(AlarmKind.SECURITY).severity is Severity.HIGH
    assert site.unit.status.last_seen_at is None
    site.hear(site.a_status(mac_address=OTHER_MAC))
    assert len(site.alarms) == 1, "one open notice per host"


def test_a_factory_host_that_contradicts_its_mac_is_hostile(site: Site) -> None:
    host = "ESG_ALARM_A1B2C3000001"
    assert site.login(mac_address=OTHER_MAC) is Refusal.IDENTITY
    good = site.received(site.a_status(), host=host, leaf=Leaf.LOGIN, verified=False)
    assert site.station.reception.receive(good) is None
    bad = site.received(site.a_status(mac_address=OTHER_MAC), host=host, verified=False)
    assert site.station.reception.receive(bad) is Refusal.IDENTITY


def test_a_will_of_another_host_is_hostile(site: Site) -> None:
    site.beat()
    will = LastWill(timestamp=int(site.now.timestamp()), hostname="ESG-002")
    assert site.hear(will, leaf=Leaf.LW) is Refusal.IDENTITY
    assert site.unit.status.comm_state is CommState.ONLINE


def test_the_first_verified_status_binds_the_mac(site: Site) -> None:
    site.station.directory.change(
        site.unit, site.unit.device.__class__(site.unit.id, HOST, lifecycle=Lifecycle.ENROLLED)
    )
    site.hear(site.a_status())
    assert site.unit.device.mac == MAC
    assert site.station.directory.by_mac(MAC) is site.unit


# Strangers


def a_strangers_beat(site: Site, host: str) -> Refusal | None:
    return site.hear(site.a_heartbeat(), host=host, verified=False)


def test_an_unknown_host_becomes_provisional_without_history(site: Site) -> None:
    assert a_strangers_beat(site, "STRANGER") is None
    unit = site.unit_of("STRANGER")
    assert unit.device.lifecycle is Lifecycle.PROVISIONAL
    assert unit.status.comm_state is CommState.ONLINE
    assert site.station.changes.batch.history == []
    assert ("STRANGER", "unknown_host") in refusals(site)


def test_a_known_mac_under_a_new_host_waits_for_a_technician(site: Site) -> None:
    site.hear(site.a_status(), host="RENAMED", leaf=Leaf.LOGIN, verified=False)
    renamed = site.unit_of("RENAMED")
    assert renamed.device.mac is None
    assert HOST in renamed.device.note
    assert site.station.directory.by_mac(MAC) is site.unit


def test_above_twenty_new_hosts_an_hour_there_is_one_summary(site: Site) -> None:
    for number in range(60):
        a_strangers_beat(site, f"S{number}")
        site.now += timedelta(seconds=1)
    assert len(site.station.directory) == 21
    (summary,) = site.alarms
    assert summary.device_id == STATION
    assert summary.severity is Severity.HIGH
    unknown = {host for host, reason in refusals(site) if reason == "unknown_host"}
    assert len(unknown) == 21, "hosts beyond the limit are counted together"


def test_an_acknowledged_summary_comes_back_for_an_alarm_and_not_for_a_heartbeat(
    site: Site,
) -> None:
    for number in range(21):
        a_strangers_beat(site, f"S{number}")
    (summary,) = site.alarms
    ids = {summary.id}
    site.acknowledge(summary)
    site.wait(12)
    assert site.alarms == []
    a_strangers_beat(site, "S999")
    assert site.alarms == []
    site.hear(site.an_event(), host="S999", verified=False)
    (again,) = site.alarms
    assert again.severity is Severity.CRITICAL
    assert again.id not in ids, "a new alarm has a new id"
    site.wait(3601)
    a_strangers_beat(site, "S998")
    assert site.station.directory.by_host("S998") is not None, "an hour later there is room"


def test_hosts_heard_with_json_only_are_listed_as_such_until_they_speak_protobuf(
    site: Site,
) -> None:
    directory = site.station.directory
    for number in range(500):
        site.station.admission.json_only(f"J{number}", site.now)
    found = [unit for unit in directory if unit.device.note == JSON_ONLY]
    assert len(found) == 20, "a flood of names is bounded"
    assert site.alarms == []
    a_strangers_beat(site, "J0")
    commissioned = directory.by_host("J0")
    assert commissioned is not None
    assert commissioned.device.note == ""


# What counts as a sign of life


def test_nobody_vouches_for_an_unverified_message_of_an_enrolled_unit(site: Site) -> None:
    site.hear(site.an_event(), verified=False)
    assert site.alarm(AlarmKind.PANIC1).marks == {"not verified"}
    assert site.unit.status.last_seen_at is None
    assert site.unit.status.comm_state is CommState.UNKNOWN


def test_kept_messages_say_nothing_of_now(site: Site) -> None:
    site.hear(site.a_heartbeat(temperature=30.0, siren=True), retained=True)
    site.hear(site.a_status(), retained=True)
    status = site.unit.status
    assert status.comm_state is CommState.UNKNOWN
    assert status.last_heartbeat_at is None
    assert status.io is None
    assert site.station.changes.batch.history == []


def test_a_kept_release_does_not_clear(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE), retained=True)
    assert site.alarm(AlarmKind.PANIC1).active


def test_duplicates_are_counted_and_not_processed(site: Site) -> None:
    received = site.received(site.a_heartbeat())
    assert site.station.reception.receive(received) is None
    assert site.station.reception.receive(received) is Refusal.DUPLICATE
    assert site.unit.status.received_samples == 1
    assert (HOST, "duplicate") in refusals(site)


def test_a_will_that_is_old_is_refused_also_after_a_restart_of_the_station(site: Site) -> None:
    site.login(boot_count=4, uptime=5)
    after = site.restarted(site.stored())
    will = LastWill(timestamp=int(START.timestamp()) - 3600, uptime_at_connect=4)
    after.hear(will, leaf=Leaf.LW, sequence=3, tag=b"old-will")
    assert after.unit.status.comm_state is CommState.ONLINE


# Refused before they are messages


def test_a_bad_tag_on_an_alarm_is_a_notice_and_never_an_alarm_state(site: Site) -> None:
    for leaf in (Leaf.HB, Leaf.ALARM, Leaf.ALARM):
        site.station.admission.refuse(HOST, leaf, Refusal.BAD_TAG, site.now, b"x", "tag")
    (notice,) = site.alarms
    assert notice.kind is AlarmKind.SECURITY
    assert site.station.changes.batch.refusals[(HOST, Refusal.BAD_TAG)].count == 3
    assert site.unit.refused == 3
    assert site.station.changes.work.receipts == []


def test_a_notice_is_over_when_it_was_acknowledged(site: Site) -> None:
    site.station.admission.foreign_command(HOST, site.now, retained=True)
    site.acknowledge(site.alarm(AlarmKind.SECURITY))
    site.wait(12)
    assert site.alarms == []


# Outputs


def test_output_events_are_activity_and_no_alarm(site: Site) -> None:
    site.beat()
    site.hear(
        site.an_event(
            type=AlarmType.OUTPUT_EVENT, state=EventState.STARTING,
            output_type=OutputType.SIREN, duration_seconds=30,
        )
    )  # fmt: skip
    (run,) = site.station.changes.batch.outputs
    assert (run.output, run.duration_s) == (OutputType.SIREN, 30)
    assert site.alarms == []
    assert site.unit.status.io is not None
    assert site.unit.status.io.siren
