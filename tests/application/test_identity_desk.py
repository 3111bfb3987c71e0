"""One synchronisation of the id at a time, with growing pauses."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from alarmstation.domain.messages import CommandEnvelope, ConfigCommand, DeviceConfig
from tests.application.builders import START, Site
from tests.conftest import ExpectedLog


@pytest.fixture
def site() -> Site:
    return Site()


def assignments(sent: list[CommandEnvelope]) -> list[DeviceConfig]:
    bodies = [e.body.body for e in sent if isinstance(e.body, ConfigCommand)]
    return [body for body in bodies if isinstance(body, DeviceConfig)]


def run(site: Site, seconds: int, device_db_id: int = 0) -> list[datetime]:
    """When an id was assigned, while the unit beats every 5 s and answers nothing."""
    times = []
    for second in range(seconds):
        if second % 5 == 0:
            site.beat(device_db_id=device_db_id)
        if assignments(site.sent()):
            times.append(site.now)
        site.wait(1)
    return times


def test_a_foreign_id_is_corrected_with_the_whole_config(site: Site) -> None:
    site.beat(device_db_id=77)
    (config,) = assignments(site.sent())
    assert config.device_id == site.unit.id
    assert config.enable_heartbeat is True
    assert config.heartbeat_interval == 30


def test_the_right_id_is_left_alone(site: Site) -> None:
    for _ in range(5):
        site.beat()
        assert site.sent() == []
        site.wait(30)


def test_repeats_of_one_attempt_end_before_the_next_one_begins(site: Site) -> None:
    """The first pause of 10 s is shorter than the 30 s in which an answer may come."""
    run(site, 29)
    asked = {c.request_id for c in site.station.commands if c.name == "config device"}
    assert len(asked) == 1


def test_pauses_grow_to_an_hour_and_the_third_failure_is_told(
    site: Site, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "does not take over its id")
    first = []
    known: set[str] = set()
    for second in range(0, 9000, 5):
        if second % 30 == 0:
            site.beat(device_db_id=77)
        site.sent()
        new = {c.request_id for c in site.station.commands if c.name == "config device"} - known
        if new:
            known |= new
            first.append(site.now - START)
        site.wait(5)
    pauses = [int((b - a).total_seconds()) for a, b in pairwise(first)]
    assert pauses[:4] == [30, 60, 300, 3600]


def test_a_read_back_confirms_id_and_interval(site: Site) -> None:
    site.beat(device_db_id=77)
    (envelope,) = site.sent()
    site.answer(envelope.request_id)
    assert site.unit.device.heartbeat_interval_s is None, "written is not confirmed"
    site.wait(2.1)
    (reading,) = site.sent()
    payload = b'{"device_id": 1, "hb_interval": 60, "hostname": "ESG-001", "hb_enable": true}'
    site.answer(reading.request_id, payload=payload)
    assert site.unit.device.heartbeat_interval_s == 60
    assert site.unit.status.echoed_id == site.unit.id
    assert site.unit.id in site.station.changes.batch.devices


@pytest.mark.parametrize(
    "payload", [b'{"hb_interval": 5}', b'{"hb_interval": true}', b'{"hb_inter', b"[1]", b""]
)
def test_nonsense_confirms_nothing(site: Site, payload: bytes) -> None:
    site.beat()
    request_id = site.send("read device")
    site.sent()
    site.answer(request_id, payload=payload)
    assert site.unit.device.heartbeat_interval_s is None


def test_a_config_of_an_operator_keeps_the_id_waiting_for_ten_seconds(site: Site) -> None:
    site.beat()
    site.send("config location", country="ES", zone=1, latitude=1.0, longitude=2.0)
    site.sent()
    written_at = site.now
    times = run(site, 30)
    assert times[0] - written_at >= timedelta(seconds=10)


def test_a_stranger_and_a_unit_without_a_key_are_not_told_any_id(site: Site) -> None:
    site.hear(site.a_heartbeat(device_db_id=0), host="STRANGER", verified=False)
    site.unit.key_fingerprint = ""
    site.beat(device_db_id=0)
    assert site.sent() == []
    assert list(site.station.commands) == []
