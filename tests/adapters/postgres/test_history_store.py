"""The contract of `HistoryStore`, held by the store in memory and by PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from alarmstation.adapters.postgres.history_store import PostgresHistoryStore
from alarmstation.adapters.postgres.operational_store import PostgresOperationalStore
from alarmstation.adapters.postgres.roles import ensure_roles
from alarmstation.application.ports import HistoryStore, OperationalStore, TrendPoint
from alarmstation.domain import alarm as alarms
from alarmstation.domain.device import CommState, Quality, QualityReason, Reading
from alarmstation.domain.errors import Unavailable
from alarmstation.domain.messages import EventState, OutputType
from alarmstation.domain.telemetry import ChangeMask, ChangeType, Gap, HistoryRow
from tests.adapters.postgres.facts import (
    a_batch,
    a_command,
    a_device,
    a_row,
    a_run,
    a_status,
    an_alarm,
    at,
    good,
)


def a_turn(seconds: float, *, connected: bool) -> HistoryRow:
    """A history row of a connection change."""
    return a_row(
        seconds=seconds,
        change_type=ChangeType.CONNECTION,
        mask=ChangeMask.CONNECTION,
        connected=connected,
    )


def test_a_trend_begins_with_the_last_row_before_it(
    store: OperationalStore, history: HistoryStore
) -> None:
    batch = a_batch(a_device(1), a_device(2))
    batch.history += [
        a_row(seconds=seconds, temperature_c=good(value))
        for seconds, value in ((0, 18.5), (10, 19.5), (20, 20.5), (30, 21.5), (40, 22.5))
    ]
    batch.history.append(a_row(2, seconds=25))
    store.commit(batch)

    points = history.trend(1, "temperature_c", at(15), at(30))

    assert points == [
        TrendPoint(at(10), 19.5, "good"),
        TrendPoint(at(20), 20.5, "good"),
        TrendPoint(at(30), 21.5, "good"),
    ]


def test_a_trend_tells_quality_and_missing_values(
    store: OperationalStore, history: HistoryStore
) -> None:
    batch = a_batch(a_device())
    lost = Reading(None, Quality.BAD, QualityReason.SENSOR_FAULT)
    batch.history += [a_row(seconds=1), a_row(seconds=2, humidity_pct=lost)]
    store.commit(batch)

    assert history.trend(1, "humidity_pct", at(0), at(9)) == [
        TrendPoint(at(1), 44.25, "uncertain"),
        TrendPoint(at(2), None, "bad"),
    ]


def test_a_fan_that_told_nothing_is_bad(store: OperationalStore, history: HistoryStore) -> None:
    batch = a_batch(a_device())
    silent = a_row(seconds=2)
    batch.history += [
        a_row(seconds=1),
        replace(
            silent,
            sample=replace(silent.sample, io=replace(silent.sample.io, fan_pct=None)),
        ),
    ]
    store.commit(batch)

    assert history.trend(1, "fan_pct", at(0), at(9)) == [
        TrendPoint(at(1), 15, "good"),
        TrendPoint(at(2), None, "bad"),
    ]


def test_a_unit_without_history_has_no_trend(history: HistoryStore) -> None:
    assert history.trend(1, "fan_pct", at(0), at(9)) == []
    assert history.gaps(1, at(0), at(9)) == []
    assert history.timeline(1, 10) == []


def test_gaps_of_station_and_unit_are_united_and_clipped(
    store: OperationalStore, history: HistoryStore
) -> None:
    batch = a_batch(a_device(1), a_device(2))
    batch.gaps += [
        Gap(at(-50), at(10), None, "station was down"),
        Gap(at(5), at(20), 1, "silent"),
        Gap(at(60), at(70), 2, "silent"),
        Gap(at(90), at(150), 1, "silent"),
        Gap(at(200), at(250), 1, "silent"),
    ]
    store.commit(batch)

    assert history.gaps(1, at(0), at(100)) == [(at(0), at(20)), (at(90), at(100))]


def test_disconnections_in_the_history_are_gaps(
    store: OperationalStore, history: HistoryStore
) -> None:
    batch = a_batch(a_device())
    batch.history += [
        a_turn(-100, connected=True),
        a_turn(-10, connected=False),
        a_row(seconds=5, connected=False),
        a_turn(10, connected=True),
        a_turn(50, connected=False),
    ]
    store.commit(batch)

    assert history.gaps(1, at(0), at(100)) == [(at(0), at(10)), (at(50), at(100))]
    assert history.gaps(1, at(20), at(40)) == []


def test_a_unit_that_is_offline_now_has_a_gap_since_it_fell_silent(
    store: OperationalStore, history: HistoryStore
) -> None:
    batch = a_batch(a_device())
    batch.statuses[1] = a_status(
        comm_state=CommState.OFFLINE, silent_since=at(40), comm_since=at(60)
    )
    store.commit(batch)

    assert history.gaps(1, at(0), at(100)) == [(at(40), at(100))]
    assert history.gaps(1, at(0), at(30)) == []


def test_the_timeline_tells_everything_newest_first(
    store: OperationalStore, history: HistoryStore
) -> None:
    raised, transitions = an_alarm()
    acknowledged, acknowledgment = alarms.acknowledge(raised, "ana", at(4), note="false alarm")
    batch = a_batch(a_device(1), a_device(2))
    batch.alarms[raised.id] = acknowledged
    batch.transitions += [*transitions, *acknowledgment]
    batch.history += [a_turn(-3, connected=True), a_row(seconds=7)]
    batch.commands["r1"] = a_command(created_at=at(5), message="done")
    siren = OutputType.SIREN.value
    batch.outputs += [
        a_run(seconds=1, output=siren),
        a_run(seconds=2, output=siren, state=EventState.STOPPING.value, elapsed_s=9),
        a_run(seconds=3, output=77, duration_s=0),
        a_run(2, seconds=6),
    ]
    store.commit(batch)

    entries = history.timeline(1, 50)

    assert [(entry.at, entry.kind, entry.text, entry.detail) for entry in entries] == [
        (at(5), "command", "siren PENDING", "ana: done"),
        (at(4), "alarm", "PANIC1 acknowledged", "ana: false alarm"),
        (at(3), "output", "output 77 on", "until switched off"),
        (at(2), "output", "SIREN off", "after 9 s"),
        (at(1), "output", "SIREN on", "30 s"),
        (at(0), "alarm", "PANIC1 raised", ""),
        (at(-3), "connection", "connected", ""),
    ]
    assert history.timeline(1, 2) == entries[:2]


def test_closed_alarms_come_newest_first(store: OperationalStore, history: HistoryStore) -> None:
    batch = a_batch(a_device())
    closed = []
    for number in range(5):
        alarm, _ = an_alarm(key=str(number))
        closed.append(replace(alarm, active=False, closed_at=at(number), version=3))
    opened, _ = an_alarm(key="open")
    batch.alarms = {alarm.id: alarm for alarm in [*closed, opened]}
    store.commit(batch)

    assert history.closed_alarms(at(1), 3) == [closed[4], closed[3], closed[2]]
    assert history.closed_alarms(at(3), 9) == [closed[4], closed[3]]


# --- what only PostgreSQL can do


@pytest.fixture
def postgres(database: str, tmp_path: Path) -> Iterator[PostgresHistoryStore]:
    store = PostgresHistoryStore(ensure_roles(database, tmp_path).reader_dsn)
    yield store
    store.close()


def test_a_metric_that_does_not_exist_is_refused(postgres: PostgresHistoryStore) -> None:
    with pytest.raises(ValueError, match="no metric"):
        postgres.trend(1, "temperature_c; DROP TABLE device", at(0), at(1))


def test_several_threads_may_ask_at_once(postgres: PostgresHistoryStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: postgres.timeline(number, 5), range(40)))

    assert answers == [[]] * 40


def test_a_connection_that_died_while_idle_is_replaced_unseen(
    postgres: PostgresHistoryStore, database: str
) -> None:
    assert postgres.timeline(1, 5) == []
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'alarmstation-console' AND datname = current_database()"
        )

    assert postgres.timeline(1, 5) == []


def test_even_the_owner_cannot_write_through_it(database: str) -> None:
    store = PostgresHistoryStore(database)
    store.timeline(1, 5)
    with psycopg.connect(database, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'alarmstation-console'"
        ).fetchone()
    assert row == (1,)
    with pytest.raises(Unavailable, match="read-only"):
        store._ask("DELETE FROM site", ())
    store.close()


def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    store = PostgresHistoryStore(f"host={tmp_path} dbname=x user=y")

    with pytest.raises(Unavailable):
        store.closed_alarms(at(0), 5)
    store.close()


def test_the_index_of_connection_changes_is_of_the_bit_that_is_asked_for(
    postgres: PostgresHistoryStore, database: str, tmp_path: Path
) -> None:
    assert ChangeMask.CONNECTION.value == 32768
    writer = PostgresOperationalStore(database)
    batch = a_batch(a_device())
    batch.history += [a_turn(0, connected=True), a_row(seconds=1)]
    writer.commit(batch)
    writer.close()

    assert [entry.kind for entry in postgres.timeline(1, 5)] == ["connection"]
