"""Going on where the last run stopped, with the database, without it, and when it comes back."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from alarmstation.application.batch import IngestSession
from alarmstation.application.changes import Work
from alarmstation.application.ports import Recollection
from alarmstation.application.requests import (
    Acknowledge,
    CommandsAccepted,
    CreateFirstAdmin,
    SendCommand,
)
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.alarm import AlarmKind, AlarmState
from alarmstation.domain.device import CommState
from alarmstation.domain.errors import Refused
from alarmstation.domain.messages import AlarmReceipt, EventState, Leaf, Refusal
from alarmstation.domain.telemetry import ChangeMask
from tests.application.builders import ADMIN, GUARD, START, Site
from tests.conftest import ExpectedLog
from tests.fakes import FakeOperationalStore

ADMIN_SESSION = UUID(int=1)


@pytest.fixture
def site() -> Site:
    return Site()


def from_memory(site: Site) -> Site:
    """A new run that finds only the local memory."""
    after = Site(enrolled=False)
    after.now, after.sequence, after.keys = site.now, site.sequence, site.keys
    after.station.enrolment._store = site.keys
    after.station.restore(site.station.memory().recollection(), after.now)
    return after


def database_of(*works: Work) -> Recollection:
    """What the database remembers after these transactions."""
    store = FakeOperationalStore()
    for work in works:
        assert store.commit(work.batch) == ()
    past = store.recollect()
    return replace(past, event_keys=frozenset(store.database.events))


# After a crash


def test_an_event_that_was_stored_is_known_after_a_crash(site: Site) -> None:
    received = site.received(site.an_event(sequence=1))
    site.station.reception.receive(received)
    after = site.restarted(site.stored())
    assert after.station.reception.receive(received) is Refusal.DUPLICATE
    assert after.alarm(AlarmKind.PANIC1).raise_count == 1
    assert [due.sequence for due in after.station.changes.work.receipts] == [1]


def test_an_event_that_was_not_stored_is_taken_after_a_crash(site: Site) -> None:
    stored = site.stored()
    received = site.received(site.an_event(sequence=1))
    site.station.reception.receive(received)
    after = site.restarted(stored)
    assert after.alarms == []
    assert after.station.reception.receive(received) is None
    assert after.alarm(AlarmKind.PANIC1).id == site.alarm(AlarmKind.PANIC1).id


def test_the_window_goes_with_each_alarm(site: Site) -> None:
    site.beat()
    site.stored()
    site.hear(site.an_event(sequence=1))
    assert site.unit.id in site.station.take_work().batch.windows
    site.beat(panic1=True)
    assert site.station.take_work().batch.windows == {}


def test_a_flag_told_before_a_crash_is_still_the_same_press_after_it(site: Site) -> None:
    pressed_at = int(site.now.timestamp())
    site.beat(panic1=True)
    after = site.restarted(site.stored())
    after.wait(5)
    after.hear(after.an_event(sequence=1, timestamp=pressed_at))
    assert after.alarm(AlarmKind.PANIC1).raise_count == 1


def test_a_press_told_before_a_crash_is_not_missed_after_it(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    site.hear(site.an_event(sequence=1))
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    after = site.restarted(site.stored())
    after.hear(after.a_status(panic1_count=6))
    assert after.alarm(AlarmKind.PANIC1).raise_count == 1


def test_what_happened_while_nobody_listened_is_found(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    after = site.restarted(site.stored())
    after.wait(3600)
    after.hear(after.a_status(panic1_count=6))
    assert "missed activation" in after.alarm(AlarmKind.PANIC1).marks


def test_the_keys_of_the_newest_events_are_kept_of_many(site: Site) -> None:
    newest = site.an_event(sequence=9_000)
    keys = {(site.unit.id, f"c0ffee01:{n}:1:1:{1_700_000_000 + n}:") for n in range(2000)}
    site.hear(newest)
    key = next(iter(site.unit.event_keys))
    work = site.stored()
    after = Site(enrolled=False)
    past = database_of(work)
    after.station.enrolment._store = site.keys
    after.station.restore(replace(past, event_keys=frozenset(keys | {(1, key)})), site.now)
    assert key in after.unit.event_keys
    assert len(after.unit.event_keys) <= 512


def test_a_memory_that_cannot_be_read_is_forgotten_and_the_unit_is_heard(
    site: Site, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "not all that was remembered of it can be read")
    work = site.stored()
    past = replace(database_of(work), windows={site.unit.id: b'{"window": 5}'})
    after = Site(enrolled=False)
    after.station.enrolment._store = site.keys
    after.station.restore(past, site.now)
    assert after.beat() is None


# Sessions and gaps


def test_the_time_between_two_runs_is_a_gap_until_the_station_listens(site: Site) -> None:
    site.beat()
    ended = site.now
    work = site.stored()
    work.batch.session = IngestSession(ADMIN_SESSION, "Test", START, ended, ended)
    after = Site(enrolled=False, listening=False)
    after.station.enrolment._store = site.keys
    after.now = site.now + timedelta(minutes=10)
    after.station.restore(database_of(work), after.now)
    assert after.station.changes.batch.gaps == []
    after.now += timedelta(minutes=1)
    after.station.listening(after.now)
    (gap,) = after.station.changes.batch.gaps
    assert (gap.started_at, gap.ended_at) == (ended, after.now)
    assert gap.reason == "the station was not running"
    after.beat()
    assert after.station.changes.batch.history[-1].mask & ChangeMask.FIRST


def test_the_gap_ends_when_listening_began_however_late_the_database_comes(site: Site) -> None:
    site.beat()
    ended = site.now
    work = site.stored()
    work.batch.session = IngestSession(ADMIN_SESSION, "Test", START, ended, ended)
    site.now += timedelta(minutes=5)
    after = from_memory(site)
    after.station.listening(after.now)
    listening_at = after.now
    after.wait(600)
    after.station.restore(database_of(work), after.now)
    (gap,) = after.station.changes.batch.gaps
    assert (gap.started_at, gap.ended_at) == (ended, listening_at)


# Without the database


def test_the_local_memory_is_enough_to_hear_and_to_let_people_in(site: Site) -> None:
    site.station.accounts.create_first_admin("ada", "hash", "", site.now)
    site.beat()
    site.hear(site.an_event(sequence=1))
    after = from_memory(site)
    assert after.alarm(AlarmKind.PANIC1).active
    assert after.station.accounts.find("ada") is not None
    assert after.unit.status.comm_state is CommState.ONLINE
    assert after.beat() is None


def test_what_an_earlier_run_could_not_store_is_stored_when_the_database_is_back(
    site: Site,
) -> None:
    before = site.stored()
    site.hear(site.an_event(sequence=1))
    site.wait(1)
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    after = from_memory(site)
    alarm = after.alarm(AlarmKind.PANIC1)
    assert not after.station.alarm_view(alarm).stored
    after.station.restore(database_of(before), after.now)
    batch = after.station.take_work().batch
    assert [t.change.value for t in batch.transitions] == ["raised", "cleared"]
    assert [e.sequence for e in batch.events] == [1, 2]
    assert batch.alarms[alarm.id] == alarm


def test_a_redelivery_is_known_without_the_database(site: Site) -> None:
    received = site.received(site.an_event(sequence=1))
    site.station.reception.receive(received)
    after = from_memory(site)
    resent = replace(received, sequence=site.sequence + 1, tag=b"new-seal")
    after.station.reception.receive(resent)
    assert after.alarm(AlarmKind.PANIC1).raise_count == 1


def test_a_batch_that_waits_is_part_of_the_memory(site: Site) -> None:
    site.stored()
    site.hear(site.an_event(sequence=1))
    waiting = site.station.take_work().batch
    memory = site.station.memory((waiting,))
    assert [t.change.value for t in memory.unstored_transitions] == ["raised"]


# When it comes back


def test_an_alarm_that_was_closed_in_the_database_is_not_open_any_more(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    first = site.stored()
    old_memory = site.station.memory().recollection()
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    site.acknowledge(site.alarm(AlarmKind.PANIC1))
    site.wait(11)
    second = site.stored()
    after = Site(enrolled=False)
    after.station.enrolment._store = site.keys
    after.station.restore(old_memory, site.now)
    assert after.alarm(AlarmKind.PANIC1).is_open
    after.station.restore(database_of(first, second), site.now)
    assert after.alarms == []
    (shown,) = after.station.changes.take_alarms()
    assert shown.state is AlarmState.NORMAL


def test_what_was_decided_meanwhile_is_newer_than_the_database(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    work = site.stored()
    after = from_memory(site)
    after.hear(after.an_event(sequence=2, state=EventState.INACTIVE))
    after.acknowledge(after.alarm(AlarmKind.PANIC1))
    after.wait(11)
    assert after.alarms == []
    after.station.restore(database_of(work), after.now)
    assert after.alarms == [], "it was closed while the database was away"


def test_accounts_and_devices_of_the_database_win_unless_they_were_just_changed(
    site: Site,
) -> None:
    site.station.accounts.create_first_admin("ada", "hash", "", site.now)
    work = site.stored()
    after = from_memory(site)
    work.batch.operators["ada"] = Operator("ada", Role.VIEWER, password_hash="hash")
    device = work.batch.devices[site.unit.id]
    work.batch.devices[site.unit.id] = replace(device, name="Named elsewhere")
    after.station.restore(database_of(work), after.now)
    ada = after.station.accounts.find("ada")
    assert ada is not None
    assert ada.role is Role.VIEWER
    assert after.unit.device.name == "Named elsewhere"


def test_numbers_used_already_are_not_used_again(site: Site) -> None:
    """The local memory was older than the database: what waits gets a higher number."""
    site.beat()
    work = site.stored()
    work.batch.counters[site.unit.id] = 20
    after = from_memory(site)
    after.station.listening(after.now)
    after.beat()
    request_id = after.send("get-status")
    after.station.tick(after.now)
    (waiting,) = after.station.changes.work.dispatches
    assert waiting.sequence == 1
    after.station.restore(database_of(work), after.now)
    after.wait(1)
    (envelope,) = after.sent()
    assert (envelope.request_id, envelope.sequence) == (request_id, 21)


# Stored and receipted


def test_stored_means_the_version_that_is_shown(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    assert not site.station.alarm_view(site.alarm(AlarmKind.PANIC1)).stored
    site.stored()
    assert site.station.alarm_view(site.alarm(AlarmKind.PANIC1)).stored
    site.hear(site.an_event(sequence=2))
    assert not site.station.alarm_view(site.alarm(AlarmKind.PANIC1)).stored
    site.stored()
    assert site.station.alarm_view(site.alarm(AlarmKind.PANIC1)).stored


def test_the_ledger_tells_decision_and_commit(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    site.station.stamp_decisions(site.now)
    site.wait(0.5)
    site.stored()
    ledger = site.alarm(AlarmKind.PANIC1).ledger
    assert ledger.decided_at == START
    assert ledger.committed_at == site.now


def test_a_receipt_is_due_once_for_each_delivery_and_after_the_commit(site: Site) -> None:
    event = site.an_event(sequence=5)
    site.hear(event)
    site.hear(event)
    site.stored()
    work = site.stored()
    receipts = [d.message for d in work.dispatches]
    assert [r.sequence for r in receipts if isinstance(r, AlarmReceipt)] == [5, 5]
    assert [d.sequence for d in work.dispatches] == [1, 2]
    assert site.station.alarm_view(site.alarm(AlarmKind.PANIC1)).receipted


def test_what_could_never_be_stored_counts_as_new_when_it_comes_again(site: Site) -> None:
    event = site.an_event(sequence=5)
    site.hear(event)
    site.station.not_stored(site.station.take_work().batch)
    site.hear(event)
    batch = site.station.take_work().batch
    assert [e.sequence for e in batch.events] == [5]
    assert site.alarm(AlarmKind.PANIC1).id in batch.alarms


def test_ten_thousand_closed_alarms_are_not_remembered(site: Site) -> None:
    for number in range(1, 10_100):
        site.station._stored[UUID(int=number)] = 1
    site.hear(site.an_event(sequence=1))
    site.stored()
    assert len(site.station._stored) == 1


# Restored commands


def test_the_queue_goes_on_after_a_restart(site: Site) -> None:
    for _ in range(3):
        site.beat()
        site.wait(30)
    for _ in range(200):
        site.wait(1)
    wish = SendCommand((site.unit.id,), "siren", {"pattern": "strobe"}, queue=True)
    reply = site.station.answer(GUARD, wish, site.now)
    assert isinstance(reply, CommandsAccepted)
    after = site.restarted(site.stored())
    after.wait(600)
    after.beat(uptime=9000)
    (envelope,) = after.sent()
    assert envelope.request_id == reply.request_ids[0]
    command = site.station.commands.find(envelope.request_id)
    assert command is not None
    assert envelope.body == command.body


def test_a_restart_sends_nothing_twice(site: Site) -> None:
    site.login(boot_count=3)
    reboot = site.send("reboot")
    site.station.tick(site.now)
    work = [site.stored()]  # it left, and nobody knows whether it came through
    after = site.restarted(*work)
    assert after.state_of(reboot) == "SENT"
    for _ in range(20):
        assert after.sent() == []
        after.wait(1)
    after.hear(after.a_status(boot_count=4, uptime=3), leaf=Leaf.LOGIN)
    assert after.state_of(reboot) == "OBSERVED"


def test_what_may_be_repeated_is_repeated_after_a_restart(site: Site) -> None:
    site.beat()
    status = site.send("get-status")
    site.station.tick(site.now)
    after = site.restarted(site.stored())
    after.wait(1)
    (envelope,) = after.sent()
    assert (envelope.request_id, envelope.sequence) == (status, 2)


def test_a_command_whose_secret_is_not_stored_expires(site: Site) -> None:
    site.beat()
    work = site.stored()
    request_id = site.send("get-status")
    command = site.station.changes.batch.commands[request_id]
    secret = '{"kind": "ConfigCommand", "body": {"kind": "WifiConfig", "password": "***"}}'
    site.station.changes.batch.commands[request_id] = replace(command, request_json=secret)
    after = site.restarted(work, site.stored())
    assert after.state_of(request_id) == "EXPIRED"


# Odd wishes


def test_a_wish_that_is_none_of_the_stations_is_refused(site: Site) -> None:
    with pytest.raises(Refused, match="does not know this request"):
        site.station.answer(ADMIN, CreateFirstAdmin("x", "y"), site.now)
    with pytest.raises(Refused, match="already closed"):
        site.station.answer(GUARD, Acknowledge("not-an-id"), site.now)


def test_the_station_itself_has_alarms_that_anyone_may_see(site: Site) -> None:
    site.station.alarms.raise_station_alarm(0, "station", AlarmKind.SYSTEM, "k", site.now)
    view = site.station.alarm_view(site.alarm(AlarmKind.SYSTEM))
    assert (view.host, view.place) == ("", "")
    restricted = Operator("ana", Role.GUARD, site_ids=frozenset({999}))
    assert site.station.sees(restricted, 0, site.now)
    site.station.answer(restricted, Acknowledge(view.id), site.now)
