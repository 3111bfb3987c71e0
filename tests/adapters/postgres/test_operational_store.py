"""The contract of `OperationalStore`, held by the store in memory and by PostgreSQL alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alarmstation.adapters.postgres.operational_store import PARTS, PostgresOperationalStore
from alarmstation.adapters.postgres.roles import ensure_roles
from alarmstation.application.batch import (
    AuditRecord,
    Batch,
    IngestSession,
    KeyRecord,
    RefusalCount,
)
from alarmstation.application.ports import OperationalStore
from alarmstation.domain import alarm as alarms
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.command import CommandState, CommandStep, Family
from alarmstation.domain.device import (
    CommState,
    DeviceStatus,
    Lifecycle,
    Quality,
    QualityReason,
    Reading,
    Site,
)
from alarmstation.domain.errors import Refused, Unavailable
from alarmstation.domain.telemetry import ChangeMask, ChangeType, Gap
from tests.adapters.postgres.facts import (
    a_batch,
    a_command,
    a_device,
    a_row,
    a_run,
    a_status,
    an_alarm,
    an_event,
    at,
)


def a_full_batch() -> Batch:
    """One row of everything, for device 1."""
    alarm, transitions = an_alarm()
    batch = a_batch(a_device(mac=bytes(6), name="Door", site_id=2, heartbeat_interval_s=30))
    # Children before parents: the store orders them.
    batch.sites = {2: Site(2, "Hall", 1), 1: Site(1, "Museum")}
    batch.statuses[1] = a_status()
    batch.history.append(a_row())
    batch.keys.append(KeyRecord(1, "0badc0de", "", at(0)))
    batch.alarms[alarm.id] = alarm
    batch.transitions.extend(transitions)
    batch.events.append(an_event(alarm=alarm))
    batch.outputs.append(a_run())
    batch.commands["r1"] = a_command()
    batch.steps.extend(a_command().steps)
    batch.gaps += [Gap(at(-9), at(-5), None, "station was down"), Gap(at(-3), at(-1), 1, "silent")]
    batch.refusals["ghost", "bad_tag"] = RefusalCount("ghost", "bad_tag", 3, at(0), b"\x00\xff")
    batch.audit.append(AuditRecord(at(0), "ana", "enrol", "unit-1", "done", '{"a": 1}'))
    batch.operators["ana"] = Operator(
        "ana", Role.GUARD, "Ana", "$argon2id$x", "es", frozenset({1}), True, at(9999)
    )
    batch.windows[1] = b"\x00window"
    batch.counters[1] = 2**31
    batch.session = IngestSession(uuid4(), "north", at(-4), at(0))
    return batch


def test_an_empty_database_recollects_nothing(store: OperationalStore) -> None:
    recollection = store.recollect()

    assert recollection.devices == ()
    assert recollection.alarms == ()
    assert recollection.last_session is None


def test_everything_that_was_committed_is_recollected(store: OperationalStore) -> None:
    batch = a_full_batch()

    assert store.commit(batch) == ()

    recollection = store.recollect()
    assert recollection.sites == (Site(1, "Museum"), Site(2, "Hall", 1))
    assert recollection.devices == (batch.devices[1],)
    assert recollection.statuses == (batch.statuses[1],)
    assert recollection.references == tuple(batch.history)
    assert recollection.alarms == tuple(batch.alarms.values())
    assert recollection.event_keys == {(1, "e1")}
    assert recollection.commands == (batch.commands["r1"],)
    assert recollection.operators == (batch.operators["ana"],)
    assert recollection.windows == {1: b"\x00window"}
    assert recollection.counters == {1: 2**31}
    assert recollection.last_session == batch.session


def test_a_batch_that_is_committed_twice_is_stored_once(store: OperationalStore) -> None:
    batch = a_full_batch()
    store.commit(batch)
    once = store.recollect()

    assert store.commit(batch) == ()

    assert store.recollect() == once


def test_an_empty_batch_stores_nothing(store: OperationalStore) -> None:
    assert store.commit(Batch()) == ()


def test_a_status_without_inputs_and_readings_stays_without(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    batch.statuses[1] = DeviceStatus(1)

    store.commit(batch)

    assert store.recollect().statuses == (DeviceStatus(1),)


def test_the_reference_is_the_last_row_of_each_device(store: OperationalStore) -> None:
    batch = a_batch(a_device(1), a_device(2), a_device(3))
    batch.statuses = {1: a_status(1, 60), 2: a_status(2, 40)}
    batch.history += [a_row(1, 60), a_row(2, 30), a_row(1, 20), a_row(2, 40)]

    store.commit(batch)

    references = store.recollect().references
    assert references == (a_row(1, 60), a_row(2, 40))


def test_two_rows_of_one_second_do_not_collide(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    batch.history += [a_row(seconds=1.000001), a_row(seconds=1.000002)]

    assert store.commit(batch) == ()

    assert store.recollect().references == (a_row(seconds=1.000002),)


def test_every_primary_reason_can_be_stored(store: OperationalStore) -> None:
    mask = ChangeMask.FORCED | ChangeMask.BEFORE_STEP
    rows = tuple(
        a_row(number, change_type=change_type, mask=mask, changes=())
        for number, change_type in enumerate(ChangeType, start=1)
    )
    batch = a_batch(*(a_device(row.sample.device_id) for row in rows))
    batch.history += rows

    assert store.commit(batch) == ()

    assert store.recollect().references == rows


def test_every_quality_and_reason_can_be_stored(store: OperationalStore) -> None:
    readings = [Reading(1.0, quality, reason) for quality in Quality for reason in QualityReason]
    batch = a_batch(*(a_device(number) for number, _ in enumerate(readings, start=1)))
    for number, reading in enumerate(readings, start=1):
        batch.history.append(a_row(number, temperature_c=reading, humidity_pct=reading))
        batch.statuses[number] = a_status(number, temperature_c=reading, humidity_pct=reading)

    assert store.commit(batch) == ()

    recollection = store.recollect()
    assert recollection.references == tuple(batch.history)
    assert recollection.statuses == tuple(batch.statuses.values())


def test_every_kind_of_alarm_can_be_stored(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    for kind in AlarmKind:
        alarm, transitions = an_alarm(kind=kind)
        batch.alarms[alarm.id] = alarm
        batch.transitions.extend(transitions)

    assert store.commit(batch) == ()

    assert {alarm.kind for alarm in store.recollect().alarms} == set(AlarmKind)


def test_every_kind_of_transition_can_be_stored(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    alarm, (raised,) = an_alarm()
    batch.alarms[alarm.id] = alarm
    batch.transitions += [replace(raised, id=uuid4(), change=change) for change in alarms.Change]

    assert store.commit(batch) == ()


def test_every_family_and_rung_can_be_stored(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    for family, state in itertools.product(Family, CommandState):
        request_id = f"{family}-{state}"
        batch.commands[request_id] = a_command(request_id, family=family, state=state)
        batch.steps.append(CommandStep(request_id, 1, state, at(0)))

    assert store.commit(batch) == ()


def test_every_lifecycle_and_presence_can_be_stored(store: OperationalStore) -> None:
    batch = Batch()
    pairs = itertools.product(Lifecycle, CommState)
    for number, (lifecycle, comm_state) in enumerate(pairs, start=1):
        batch.devices[number] = a_device(number, lifecycle=lifecycle)
        batch.statuses[number] = a_status(number, comm_state=comm_state)

    assert store.commit(batch) == ()

    recollection = store.recollect()
    assert recollection.devices == tuple(batch.devices.values())
    assert recollection.statuses == tuple(batch.statuses.values())


def test_every_role_can_be_stored(store: OperationalStore) -> None:
    operators = {role.name: Operator(role.name, role) for role in Role}

    store.commit(Batch(operators=operators))

    assert {it.name: it for it in store.recollect().operators} == operators


def test_an_alarm_of_the_station_itself_needs_no_device(store: OperationalStore) -> None:
    alarm, transitions = an_alarm(device_id=0, kind=AlarmKind.SYSTEM)

    refused = store.commit(Batch(alarms={alarm.id: alarm}, transitions=list(transitions)))

    assert refused == ()
    assert store.recollect().alarms == (alarm,)


def test_a_closed_alarm_is_not_recollected(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    alarm, _ = an_alarm()
    batch.alarms[alarm.id] = replace(alarm, closed_at=at(5), version=9)

    store.commit(batch)

    assert store.recollect().alarms == ()


def test_an_older_version_of_an_alarm_does_not_come_back(store: OperationalStore) -> None:
    raised, _ = an_alarm()
    acknowledged, _ = alarms.acknowledge(raised, "ana", at(3), note="seen")
    batch = a_batch(a_device())
    batch.alarms[raised.id] = acknowledged
    store.commit(batch)

    store.commit(Batch(alarms={raised.id: raised}))

    assert store.recollect().alarms == (acknowledged,)


def test_the_ledger_grows_without_a_new_version(store: OperationalStore) -> None:
    raised, _ = an_alarm()
    painted = replace(raised, ledger=replace(raised.ledger, painted_at=at(1)))
    sounded = replace(raised, ledger=replace(raised.ledger, sounded_at=at(2)))
    batch = a_batch(a_device())
    batch.alarms[raised.id] = painted
    store.commit(batch)

    store.commit(Batch(alarms={raised.id: sounded}))

    (alarm,) = store.recollect().alarms
    assert alarm.ledger == replace(raised.ledger, painted_at=at(1), sounded_at=at(2))


def test_an_acknowledgment_that_was_undone_leaves_the_ledger(store: OperationalStore) -> None:
    raised, _ = an_alarm()
    acknowledged, _ = alarms.acknowledge(raised, "ana", at(3), note="seen")
    undone, _ = alarms.undo_acknowledge(acknowledged, "ana", at(5))
    batch = a_batch(a_device())
    batch.alarms[raised.id] = acknowledged
    store.commit(batch)

    store.commit(Batch(alarms={raised.id: undone}))

    assert store.recollect().alarms == (undone,)


def test_what_was_heard_later_stays_when_an_older_status_comes_after_it(
    store: OperationalStore,
) -> None:
    batch = a_batch(a_device())
    batch.statuses[1] = a_status(seconds=60)
    store.commit(batch)

    store.commit(Batch(statuses={1: a_status(seconds=30)}))

    assert store.recollect().statuses == (a_status(seconds=60),)


def test_going_offline_is_stored_although_nothing_new_was_heard(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    batch.statuses[1] = a_status(seconds=60)
    store.commit(batch)
    gone = a_status(
        seconds=60, comm_state=CommState.OFFLINE, comm_since=at(160), silent_since=at(60)
    )

    store.commit(Batch(statuses={1: gone}))

    assert store.recollect().statuses == (gone,)


def test_a_command_does_not_go_down_its_ladder(store: OperationalStore) -> None:
    first = a_command(attempts=1)
    sent = CommandStep("r1", 2, CommandState.SENT, at(1), "published")
    later = replace(first, state=CommandState.SENT, steps=(*first.steps, sent))
    batch = a_batch(a_device())
    batch.commands["r1"] = later
    batch.steps += later.steps
    store.commit(batch)

    store.commit(Batch(commands={"r1": first}))

    assert store.recollect().commands == (later,)


def test_of_ended_commands_the_newest_200_are_recollected(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    for number in range(203):
        command = a_command(f"r{number:03}", state=CommandState.COMPLETED, created_at=at(number))
        batch.commands[command.request_id] = command
    waiting = a_command("old", created_at=at(-1))
    batch.commands["old"] = waiting

    store.commit(batch)

    ids = [command.request_id for command in store.recollect().commands]
    assert ids == ["old", *(f"r{number:03}" for number in range(3, 203))]


def test_a_new_key_of_a_device_retires_the_one_before(
    postgres: PostgresOperationalStore, any_database: str
) -> None:
    batch = a_batch(a_device())
    batch.keys = [KeyRecord(1, "aaaaaaaa", "printable", at(0)), KeyRecord(1, "bbbbbbbb", "", at(5))]
    postgres.commit(batch)
    postgres.commit(Batch(keys=batch.keys[:1]))  # an older batch again changes nothing

    with psycopg.connect(any_database) as connection:
        rows = connection.execute(
            "SELECT fingerprint, retired_at FROM device_key_fingerprint ORDER BY fingerprint"
        ).fetchall()
    assert rows == [("aaaaaaaa", at(5)), ("bbbbbbbb", None)]


def test_grants_of_an_operator_are_replaced(store: OperationalStore) -> None:
    batch = Batch(sites={1: Site(1, "A"), 2: Site(2, "B")})
    batch.operators["ana"] = Operator("ana", Role.GUARD, site_ids=frozenset({1, 2}))
    store.commit(batch)

    store.commit(Batch(operators={"ana": Operator("ana", Role.ADMIN, site_ids=frozenset({2}))}))

    assert store.recollect().operators == (Operator("ana", Role.ADMIN, site_ids=frozenset({2})),)


def test_an_operator_whose_grant_is_refused_is_not_stored_without_it(
    store: OperationalStore,
) -> None:
    batch = Batch(operators={"ana": Operator("ana", Role.GUARD, site_ids=frozenset({77}))})

    assert len(store.commit(batch)) == 1

    assert store.recollect().operators == ()


def test_counters_never_go_back(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    batch.counters[1] = 100
    store.commit(batch)

    store.reserve_counter(1, 90)
    assert store.recollect().counters == {1: 100}
    store.reserve_counter(1, 110)
    store.commit(Batch(counters={1: 105}))

    assert store.recollect().counters == {1: 110}


def test_the_session_that_lived_last_is_recollected(store: OperationalStore) -> None:
    first = IngestSession(uuid4(), "north", at(0), at(10))
    second = IngestSession(uuid4(), "south", at(5), at(20))
    for session in (first, second, replace(second, last_alive_at=at(15))):
        store.commit(Batch(session=session))

    assert store.recollect().last_session == second

    store.commit(Batch(session=replace(first, last_alive_at=at(30), ended_at=at(30))))
    assert store.recollect().last_session == replace(first, last_alive_at=at(30), ended_at=at(30))


def test_a_bad_row_is_named_and_stops_nothing(store: OperationalStore) -> None:
    batch = a_batch(*map(a_device, range(1, 10)))
    batch.history += [a_row(device_id) for device_id in range(1, 12)]
    batch.statuses[1] = a_status(1)
    alarm, transitions = an_alarm(2)
    batch.alarms[alarm.id] = alarm
    batch.transitions += transitions
    batch.transitions.append(replace(transitions[0], id=uuid4(), alarm_id=uuid4()))

    refused = store.commit(batch)

    assert len(refused) == 3
    recollection = store.recollect()
    assert len(recollection.references) == 9
    assert recollection.statuses == (a_status(1),)
    assert recollection.alarms == (alarm,)


def test_a_device_without_a_past_can_be_deleted(store: OperationalStore) -> None:
    batch = a_batch(a_device(1), a_device(2))
    batch.statuses = {1: a_status(1), 2: a_status(2)}
    batch.windows[1] = b"w"
    batch.counters[1] = 3
    store.commit(batch)

    store.delete_device(1)

    recollection = store.recollect()
    assert [device.id for device in recollection.devices] == [2]
    assert recollection.statuses == (a_status(2),)
    assert recollection.windows == {}


def _with_history(batch: Batch) -> None:
    batch.history.append(a_row())


def _with_alarm(batch: Batch) -> None:
    alarm, _ = an_alarm()
    batch.alarms[alarm.id] = alarm


def _with_event(batch: Batch) -> None:
    batch.events.append(an_event())


def _with_output(batch: Batch) -> None:
    batch.outputs.append(a_run())


def _with_command(batch: Batch) -> None:
    batch.commands["r1"] = a_command()


def _with_gap(batch: Batch) -> None:
    batch.gaps.append(Gap(at(0), at(1), 1, "silent"))


@pytest.mark.parametrize(
    "past", [_with_history, _with_alarm, _with_event, _with_output, _with_command, _with_gap]
)
def test_deleting_a_device_with_a_past_is_refused(store: OperationalStore, past: object) -> None:
    batch = a_batch(a_device())
    batch.statuses[1] = a_status()
    assert callable(past)
    past(batch)
    store.commit(batch)

    with pytest.raises(Refused) as refusal:
        store.delete_device(1)

    assert refusal.value.key == "device.has-history"
    recollection = store.recollect()
    assert recollection.devices == (a_device(),)
    assert recollection.statuses == (a_status(),)


# --- any order, any repetition


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count(1)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    order=st.lists(st.integers(0, 4), min_size=1, max_size=12),
)
def test_batches_in_any_order_and_number_end_where_the_newest_is(
    store: OperationalStore, numbers: Iterator[int], order: list[int]
) -> None:
    number = next(numbers)
    raised, first = an_alarm(number, key=str(number))
    cleared, second = alarms.clear(raised, at(2))
    again, third = alarms.re_raise(cleared, at(3))
    acknowledged, fourth = alarms.acknowledge(again, "ana", at(4), note="seen")
    claimed, fifth = alarms.claim(acknowledged, "bea", at(5))
    versions = [raised, cleared, again, acknowledged, claimed]
    records = [first, second, third, fourth, fifth]
    store.commit(a_batch(a_device(number)))

    for index in order:
        store.commit(
            Batch(
                alarms={raised.id: versions[index]},
                transitions=list(records[index]),
                statuses={number: a_status(number, seconds=index)},
                history=[a_row(number, seconds=index)],
            )
        )

    newest = max(order)
    recollection = store.recollect()
    (alarm,) = (it for it in recollection.alarms if it.device_id == number)
    (status,) = (it for it in recollection.statuses if it.device_id == number)
    (row,) = (it for it in recollection.references if it.sample.device_id == number)
    assert replace(alarm, ledger=versions[newest].ledger) == versions[newest]
    assert status == a_status(number, seconds=newest)
    assert row == a_row(number, seconds=newest)


# --- what only PostgreSQL can do


@pytest.fixture
def postgres(any_database: str, tmp_path: Path) -> Iterator[PostgresOperationalStore]:
    store = PostgresOperationalStore(ensure_roles(any_database, tmp_path).station_dsn)
    yield store
    store.close()


def _value(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def test_refusals_of_messages_add_up_once(
    postgres: PostgresOperationalStore, any_database: str
) -> None:
    for count, seconds in ((3, 0.0), (4, 1.0), (4, 1.0)):
        refusal = RefusalCount("ghost", "bad_tag", count, at(seconds), b"x", "wrong tag")
        postgres.commit(Batch(refusals={("ghost", "bad_tag"): refusal}))

    assert _value(any_database, "SELECT count FROM message_refusal") == 7


def test_hostile_texts_are_stored_readably(
    postgres: PostgresOperationalStore, any_database: str
) -> None:
    batch = a_batch(a_device(note="a\x00b\ud800c"))
    alarm, _ = an_alarm()
    batch.alarms[alarm.id] = replace(alarm, detail="\x00", note="\udfff", marks=frozenset({"\x00"}))
    batch.commands["r1"] = a_command(request_json='{"cut', response_json="\x00raw")
    batch.audit.append(AuditRecord(at(0), "a\x00", "b", "c", "d", "not json"))
    batch.refusals["\x00", "decode"] = RefusalCount("\x00\ud800", "decode", 1, at(0), b"\x00")

    assert postgres.commit(batch) == ()

    assert _value(any_database, "SELECT note FROM device") == "a�b�c"
    assert _value(any_database, "SELECT detail->>'text' FROM audit_log") == "not json"


def test_a_row_that_a_check_refuses_is_named(
    postgres: PostgresOperationalStore,
) -> None:
    batch = a_batch(a_device(1), a_device(2))
    batch.devices[3] = a_device(3, mac=b"short")
    # A number that would lose its upper half in four bytes
    batch.statuses = {1: a_status(1, rssi_dbm=2**40), 2: a_status(2)}

    refused = postgres.commit(batch)

    assert len(refused) == 2
    assert "device 3 ('unit-3')" in refused[0]
    assert "device status of device 1" in refused[1]
    assert postgres.recollect().statuses == (a_status(2),)


def test_a_value_without_a_number_is_stored_as_such(postgres: PostgresOperationalStore) -> None:
    batch = a_batch(a_device())
    batch.history.append(a_row(temperature_c=Reading(None)))

    assert postgres.commit(batch) == ()
    assert postgres.recollect().references[0].sample.temperature_c == Reading(None)


def test_a_lost_connection_is_unavailable_once_and_then_found_again(
    postgres: PostgresOperationalStore, any_database: str
) -> None:
    postgres.commit(a_batch(a_device()))
    with psycopg.connect(any_database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'alarmstation-service' AND datname = current_database()"
        )

    with pytest.raises(Unavailable):
        postgres.commit(Batch(statuses={1: a_status()}))

    assert postgres.commit(Batch(statuses={1: a_status()})) == ()
    assert postgres.recollect().statuses == (a_status(),)


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    store = PostgresOperationalStore(f"host={tmp_path} dbname=x user=y")

    with pytest.raises(Unavailable):
        store.recollect()
    with pytest.raises(Unavailable):
        store.commit(a_batch(a_device()))
    store.close()


def test_a_database_that_was_not_migrated_is_unavailable(empty_database: str) -> None:
    store = PostgresOperationalStore(empty_database)

    with pytest.raises(Unavailable, match="not migrated"):
        store.recollect()
    with pytest.raises(Unavailable, match="not migrated"):
        store.commit(a_batch(a_device()))
    store.close()


def test_waiting_for_a_lock_of_somebody_else_has_an_end(
    postgres: PostgresOperationalStore, any_database: str
) -> None:
    postgres.commit(a_batch(a_device()))
    with psycopg.connect(any_database) as connection:
        connection.execute("LOCK TABLE device_status")
        with pytest.raises(Unavailable, match="locked by somebody else"):
            postgres.commit(Batch(statuses={1: a_status()}))
        connection.rollback()

    assert postgres.commit(Batch(statuses={1: a_status()})) == ()


def test_a_read_only_database_is_unavailable(any_database: str) -> None:
    store = PostgresOperationalStore(any_database)
    name = psycopg.conninfo.conninfo_to_dict(any_database)["dbname"]
    with psycopg.connect(any_database, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    with pytest.raises(Unavailable, match="read-only"):
        store.commit(a_batch(a_device()))
    store.close()


def test_every_list_of_a_batch_has_its_part() -> None:
    """A list that is added to `Batch` and not here would silently not be stored."""
    batch = a_full_batch()

    assert sum(len(part.rows(batch)) for part in PARTS) == sum(
        len(rows) if hasattr(rows, "__len__") else 1
        for rows in (getattr(batch, name) for name in Batch.__dataclass_fields__)
    )
    assert all(getattr(batch, name) for name in Batch.__dataclass_fields__)


def test_old_event_keys_are_forgotten(store: OperationalStore) -> None:
    batch = a_batch(a_device())
    batch.events += [
        an_event(),
        replace(an_event(key="old"), received_at=at(0) - timedelta(days=31)),
    ]

    store.commit(batch)

    assert store.recollect().event_keys == {(1, "e1")}
