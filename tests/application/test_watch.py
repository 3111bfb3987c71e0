"""Silence counts while the station listens, makes nothing better, and is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alarmstation.application.requests import ImportUnits, UnitSpec
from alarmstation.domain.alarm import AlarmKind, AlarmState, Severity
from alarmstation.domain.device import CommState
from alarmstation.domain.messages import LastWill, Leaf
from alarmstation.domain.telemetry import ChangeMask, ChangeType
from tests.application.builders import ADMIN, HOST, START, Site


@pytest.fixture
def site() -> Site:
    return Site()


def state(site: Site) -> CommState:
    return site.unit.status.comm_state


def pass_time(site: Site, seconds: int) -> None:
    for _ in range(seconds):
        site.wait(1)


def beats(site: Site, count: int = 4) -> None:
    for _ in range(count):
        site.beat()
        site.wait(30)


def test_a_silent_unit_is_late_then_offline_then_lost(site: Site) -> None:
    beats(site)
    site.beat()
    pass_time(site, 44)
    assert state(site) is CommState.ONLINE
    pass_time(site, 2)
    assert state(site) is CommState.LATE
    pass_time(site, 60)
    assert state(site) is CommState.OFFLINE
    assert site.alarms == []
    pass_time(site, 200)
    alarm = site.alarm(AlarmKind.COMM_LOSS)
    assert alarm.severity is Severity.MEDIUM
    assert alarm.raised_at - site.unit.status.last_seen_at >= timedelta(minutes=5)  # type: ignore[operator]
    site.beat()
    assert state(site) is CommState.ONLINE
    assert not site.alarm(AlarmKind.COMM_LOSS).active


def test_a_unit_never_heard_is_unknown_and_not_lost(site: Site) -> None:
    pass_time(site, 900)
    assert state(site) is CommState.UNKNOWN
    assert site.alarms == []


def test_a_broker_that_was_away_leaves_a_gap_and_no_loss(site: Site) -> None:
    beats(site)
    site.stored()
    since = site.now
    site.station.deaf(site.now)
    pass_time(site, 3600)
    assert state(site) is CommState.ONLINE
    site.station.listening(site.now)
    (gap,) = site.station.changes.batch.gaps
    assert (gap.started_at, gap.ended_at, gap.device_id) == (since, site.now, None)
    pass_time(site, 20)
    site.beat()
    row = site.station.changes.batch.history[-1]
    assert row.mask & ChangeMask.FIRST, "the first after a gap is stored"
    assert site.alarms == []


def test_an_outage_counts_once_however_often_it_is_told(site: Site) -> None:
    site.station.deaf(site.now)
    site.wait(10)
    site.station.deaf(site.now)
    site.wait(10)
    site.station.listening(site.now)
    (gap,) = site.station.changes.batch.gaps
    assert gap.ended_at - gap.started_at == timedelta(seconds=20)


def test_a_restart_of_the_station_does_not_bring_an_offline_unit_back(site: Site) -> None:
    beats(site)
    pass_time(site, 120)
    assert state(site) is CommState.OFFLINE
    silent_since = site.unit.status.silent_since
    site.station.deaf(site.now)
    site.wait(60)
    site.station.listening(site.now)
    for _ in range(299):
        site.wait(1)
        assert state(site) is CommState.OFFLINE
    assert site.unit.status.silent_since == silent_since
    assert site.alarms == []
    pass_time(site, 2)
    assert site.alarm(AlarmKind.COMM_LOSS).active


def test_a_rhythm_is_learned_only_from_time_that_was_listened_to(site: Site) -> None:
    site.beat()
    site.station.deaf(site.now)
    site.wait(150)
    site.station.listening(site.now)
    site.beat()
    assert list(site.unit.gaps_s) == []
    site.wait(30)
    site.beat()
    assert list(site.unit.gaps_s) == [30.0]


def test_a_slow_rhythm_is_learned_and_an_outage_is_none(site: Site) -> None:
    site.beat()
    pass_time(site, 600)
    site.beat()
    assert site.unit.interval_s == 60
    pass_time(site, 30)
    site.beat()
    assert site.unit.interval_s == 30
    for _ in range(6):
        pass_time(site, 600)
        site.beat()
    assert site.unit.interval_s == 600


def test_going_offline_and_coming_back_are_rows_and_a_gap(site: Site) -> None:
    beats(site)
    site.stored()
    last_seen = site.unit.status.last_seen_at
    pass_time(site, 120)
    (row,) = site.station.changes.batch.history
    assert row.change_type is ChangeType.CONNECTION
    assert not row.sample.connected
    assert row.sample.temperature_c.value is None
    site.beat()
    (gap,) = site.station.changes.batch.gaps
    assert (gap.device_id, gap.started_at) == (site.unit.id, last_seen)
    assert site.station.changes.batch.history[-1].sample.connected


def units(site: Site, *paths: tuple[str, ...]) -> list[str]:
    hosts = [f"U{number}" for number in range(len(paths))]
    specs = tuple(
        UnitSpec(host, f"0000000000{number:02x}", site_path=path)
        for number, (host, path) in enumerate(zip(hosts, paths, strict=True), 1)
    )
    site.station.answer(ADMIN, ImportUnits(specs), site.now)
    for host in hosts:
        site.hear(site.a_heartbeat(device_db_id=site.unit_of(host).id), host=host)
    return hosts


def severities(site: Site) -> list[Severity]:
    return [a.severity for a in site.alarms if a.kind is AlarmKind.COMM_LOSS]


def test_three_units_of_a_site_lost_together_are_high_all_of_them(site: Site) -> None:
    place = ("Depot", "Yard")
    units(site, place, place)
    pass_time(site, 310)
    assert severities(site) == [Severity.MEDIUM] * 2
    units(site, place, place, place)
    pass_time(site, 320)
    assert severities(site) == [Severity.HIGH] * 3
    assert {a.state for a in site.alarms} == {AlarmState.UNACKNOWLEDGED}


def test_units_of_other_places_or_of_none_are_not_lost_together(site: Site) -> None:
    units(site, ("A",), ("B",), (), (), (), ("A", "Below"))
    pass_time(site, 310)
    assert severities(site) == [Severity.MEDIUM] * 6


def test_a_valid_last_will_is_offline_at_once_and_lost_after_five_minutes(site: Site) -> None:
    site.login(boot_count=4, uptime=5)
    will = LastWill(timestamp=int(site.now.timestamp()) - 1, uptime_at_connect=4)
    site.hear(will, leaf=Leaf.LW, sequence=90, tag=b"new-will")
    assert state(site) is CommState.OFFLINE
    assert site.unit.status.comm_since is not None
    assert site.unit.status.comm_since - START < timedelta(milliseconds=1)
    pass_time(site, 299)
    assert site.alarms == []
    pass_time(site, 3)
    assert site.alarm(AlarmKind.COMM_LOSS).active


def test_a_retired_unit_is_not_missed(site: Site) -> None:
    site.beat()
    site.station.enrolment.retire(site.unit, "root", site.now)
    site.station.changes.take_work()
    pass_time(site, 600)
    assert site.alarms == []
    assert site.station.changes.batch.statuses == {}


def test_after_the_clock_was_set_back_silence_is_noticed_as_before(site: Site) -> None:
    beats(site)
    site.beat()
    site.now -= timedelta(hours=1)
    site.station.clock_moved(site.now)
    pass_time(site, 50)
    assert state(site) is CommState.LATE
    site.beat()
    assert state(site) is CommState.ONLINE
    row = site.station.changes.batch.history[-1]
    assert row.sample.received_at == site.now, "history goes on at the new time"
    assert site.unit.host == HOST
