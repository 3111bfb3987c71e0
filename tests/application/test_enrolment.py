"""What people put into the station: sites, devices, keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from alarmstation.application.enrolment import CANARY_HOST
from alarmstation.application.requests import ImportUnits, SaveDevice, SaveSite, UnitSpec
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.device import Device, Lifecycle
from alarmstation.domain.errors import Refused, Unavailable, UserError
from alarmstation.domain.keys import MessageKey
from tests.application.builders import ADMIN, HOST, KEY, MAC, Site

NEW_KEY = bytes(reversed(range(100, 132)))


@pytest.fixture
def site() -> Site:
    return Site()


def enrol(site: Site, *specs: UnitSpec) -> None:
    site.station.answer(ADMIN, ImportUnits(specs), site.now)


def fingerprint(key: bytes) -> str:
    return MessageKey(key).fingerprint


# Import


def test_an_import_makes_places_units_and_keys_and_is_recorded(site: Site) -> None:
    enrol(site, UnitSpec("A-1", "aa:bb:cc:dd:ee:01", "Gate", ("Bank", "South"), NEW_KEY.hex()))
    unit = site.unit_of("A-1")
    assert site.station.directory.place(unit) == "Bank › South"
    assert unit.device.lifecycle is Lifecycle.ENROLLED
    assert unit.key_fingerprint == fingerprint(NEW_KEY)
    assert [s.name for s in site.station.directory.sites.values()] == ["Bank", "North", "South"]
    assert site.station.changes.batch.audit[-1].action == "import units"


@pytest.mark.parametrize(
    ("spec", "key"),
    [
        (UnitSpec("with/slash", ""), "device.host"),
        (UnitSpec("", ""), "device.host"),
        (UnitSpec("x" * 32, ""), "device.host"),
        (UnitSpec("plus+", ""), "device.host"),
        (UnitSpec(CANARY_HOST, ""), "device.host"),
        (UnitSpec("A-1", "12345"), "device.mac"),
        (UnitSpec("A-1", "zz:bb:cc:dd:ee:01"), "device.mac"),
        (UnitSpec("A-1", MAC.hex()), "device.mac-taken"),
        (UnitSpec("A-1", "", key_hex="12"), "key.not_hex"),
        (UnitSpec("A-1", "", name="n" * 81), "device.name"),
        (UnitSpec("A-1", "", site_path=("ok", "  ")), "site.name"),
    ],
)
def test_one_bad_unit_changes_nothing_at_all(site: Site, spec: UnitSpec, key: str) -> None:
    good = UnitSpec("GOOD-1", "aabbccddee02", site_path=("New place",), key_hex=NEW_KEY.hex())
    with pytest.raises(UserError) as refused:
        enrol(site, good, spec)
    assert refused.value.key == key
    assert site.station.directory.by_host("GOOD-1") is None
    assert "New place" not in {s.name for s in site.station.directory.sites.values()}
    assert "GOOD-1" not in site.keys.keys


def test_two_units_of_one_import_cannot_share_a_mac(site: Site) -> None:
    with pytest.raises(Refused, match="A-1 already"):
        enrol(site, UnitSpec("A-1", "aabbccddee02"), UnitSpec("A-2", "aabbccddee02"))


def test_keys_that_cannot_be_kept_enrol_nobody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_keys: Mapping[str, tuple[MessageKey, ...]]) -> None:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(site.keys, "save", full)
    with pytest.raises(Unavailable):
        enrol(site, UnitSpec("A-1", "", key_hex=NEW_KEY.hex()))
    assert site.station.directory.by_host("A-1") is None
    assert "A-1" not in site.station.enrolment.keys


def test_a_stranger_that_is_enrolled_is_no_stranger_any_more(site: Site) -> None:
    site.hear(site.a_heartbeat(panic1=True), host="STRANGER", verified=False)
    enrol(site, UnitSpec("STRANGER", "", key_hex=NEW_KEY.hex()))
    assert not site.alarm(AlarmKind.UNREGISTERED).active
    site.hear(site.a_heartbeat(panic1=True, uptime=2000), host="STRANGER")
    assert site.alarm(AlarmKind.PANIC1).active, "its button is still held"


def test_ten_thousand_units_are_imported_without_counting_them_each_time(site: Site) -> None:
    enrol(site, *(UnitSpec(f"N-{number}", "") for number in range(10_000)))
    assert len(site.station.directory) == 10_001
    assert site.station.directory.next_id() == 10_002


def test_an_id_is_not_given_twice(site: Site) -> None:
    enrol(site, UnitSpec("A-1", ""))
    unit = site.unit_of("A-1")
    site.station.enrolment.forget(unit, "root", site.now)
    enrol(site, UnitSpec("A-2", ""))
    assert site.unit_of("A-2").id == unit.id + 1


# Keys


def test_a_new_key_waits_beside_the_old_one_until_it_is_proven(site: Site) -> None:
    site.beat()
    site.hear(site.a_heartbeat(), key_id=fingerprint(KEY))
    site.station.answer(
        ADMIN, SaveDevice(site.unit.id, "Door", site.unit.device.site_id, key_hex=NEW_KEY.hex()),
        site.now,
    )  # fmt: skip
    assert [key.raw for key in site.keys.keys[HOST]] == [NEW_KEY, KEY]
    site.hear(site.a_heartbeat(), key_id=fingerprint(NEW_KEY))
    assert [key.raw for key in site.keys.keys[HOST]] == [NEW_KEY]
    assert site.unit.key_fingerprint == fingerprint(NEW_KEY)
    (record,) = [k for k in site.station.changes.batch.keys if k.fingerprint != fingerprint(KEY)]
    assert record.fingerprint == fingerprint(NEW_KEY)


def test_a_key_that_was_never_proven_is_replaced_at_once(site: Site) -> None:
    request = SaveDevice(site.unit.id, "Door", None, key_hex=NEW_KEY.hex())
    site.station.answer(ADMIN, request, site.now)
    assert [key.raw for key in site.keys.keys[HOST]] == [NEW_KEY]


def test_one_key_on_two_units_is_weak_on_both(site: Site) -> None:
    enrol(
        site,
        UnitSpec("A-1", "", key_hex=NEW_KEY.hex()),
        UnitSpec("A-2", "", key_hex=NEW_KEY.hex()),
    )
    assert "shared" in site.unit_of("A-1").key_weakness
    assert "shared" in site.unit_of("A-2").key_weakness
    assert "shared" not in site.unit.key_weakness


# Devices and sites


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"name": "n" * 81}, "device.name"),
        ({"note": "n" * 1001}, "device.name"),
        ({"site_id": 99}, "site.unknown"),
        ({"device_id": 99}, "device.unknown"),
        ({"key_hex": "xyz"}, "key.not_hex"),
    ],
)
def test_a_bad_device_is_refused(site: Site, change: dict[str, object], key: str) -> None:
    request = replace(SaveDevice(site.unit.id, "Door", 1), **change)  # type: ignore[arg-type]
    with pytest.raises(UserError) as refused:
        site.station.answer(ADMIN, request, site.now)
    assert refused.value.key == key
    assert site.unit.device.name == "Front door"


def test_a_retired_device_leaves_its_host_and_its_alarms_can_end(site: Site) -> None:
    site.beat(panic1=True)
    retired = site.unit
    site.station.enrolment.retire(retired, "root", site.now)
    assert site.station.directory.by_host(HOST) is None
    assert site.station.device_view(retired.id) is None
    assert not site.alarm(AlarmKind.PANIC1).active
    site.acknowledge(site.alarm(AlarmKind.PANIC1))
    site.wait(12)
    assert site.alarms == []
    with pytest.raises(Refused, match="retired"):
        site.station.answer(ADMIN, SaveDevice(retired.id, "Again", None), site.now)


def test_what_waits_to_be_stored_of_a_deleted_device_is_dropped(site: Site) -> None:
    unit = site.unit
    site.beat()
    site.station.changes.batch.windows.update(site.station.windows([unit.id]))
    site.station.enrolment.forget(unit, "root", site.now)
    batch = site.station.changes.batch
    assert batch.history == []
    assert unit.id not in batch.devices | batch.statuses | batch.windows | batch.counters


def test_a_site_cannot_lie_within_itself(site: Site) -> None:
    with pytest.raises(Refused, match="within itself"):
        site.station.answer(ADMIN, SaveSite(1, "Bank", 2), site.now)


@pytest.mark.parametrize("name", ["", "   ", "n" * 81])
def test_a_site_has_a_name(site: Site, name: str) -> None:
    with pytest.raises(Refused, match="1 to 80"):
        site.station.answer(ADMIN, SaveSite(0, name, None), site.now)


def test_alarms_follow_the_name_of_their_site(site: Site) -> None:
    site.beat(panic1=True)
    site.station.changes.take_alarms()
    site.station.answer(ADMIN, SaveSite(2, "East", 1), site.now)
    (alarm,) = site.station.changes.take_alarms()
    assert site.station.alarm_view(alarm).place == "Bank › East"


def test_a_damaged_key_is_not_put_on_anybody(site: Site) -> None:
    assert site.station.enrolment.replaces_key(HOST, KEY.hex()) is False
    assert site.station.enrolment.replaces_key(HOST, NEW_KEY.hex()) is True
    assert site.station.enrolment.replaces_key("NOBODY", NEW_KEY.hex()) is False
    assert site.station.enrolment.replaces_key(HOST, "") is False


def test_a_device_knows_what_people_call_it() -> None:
    assert Device(1, "A-1").label == "A-1"
