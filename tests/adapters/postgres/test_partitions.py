from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alarmstation.adapters.postgres.connection import Connection, connect
from alarmstation.adapters.postgres.operational_store import PostgresOperationalStore
from alarmstation.adapters.postgres.partitions import ensure_partitions
from alarmstation.domain.telemetry import HistoryRow
from tests.adapters.postgres.facts import NOW, a_batch, a_device, a_row

DAY = 86_400.0


def _partition_of(connection: Connection, row: HistoryRow) -> str:
    found = connection.execute(
        "SELECT tableoid::regclass::text FROM heartbeats WHERE received_at = %s",
        (row.sample.received_at,),
    ).fetchone()
    return "" if found is None else str(found[0])


def _store(dsn: str, *rows: HistoryRow) -> None:
    batch = a_batch(a_device())
    batch.history += rows
    store = PostgresOperationalStore(dsn)
    assert store.commit(batch) == ()
    store.close()


def test_partitions_are_made_once(plain_database: str) -> None:
    with connect(plain_database, "tests") as connection:
        until = NOW + timedelta(days=100)
        made = ensure_partitions(connection, until)

        assert made > 0
        assert ensure_partitions(connection, until) == 0


def test_rows_for_which_there_is_no_partition_are_kept_all_the_same(plain_database: str) -> None:
    past, today, far = a_row(seconds=-4000 * DAY), a_row(), a_row(seconds=300 * DAY)
    _store(plain_database, past, today, far)

    with connect(plain_database, "tests") as connection:
        assert _partition_of(connection, past) == "heartbeats_default"
        assert _partition_of(connection, today).startswith("heartbeats_p")
        assert _partition_of(connection, far) == "heartbeats_default"


def test_rows_that_came_before_their_partition_move_into_it(plain_database: str) -> None:
    early = a_row(seconds=80 * DAY)
    _store(plain_database, early)

    with connect(plain_database, "tests") as connection:
        ensure_partitions(connection, NOW + timedelta(days=100))

        assert _partition_of(connection, early).startswith("heartbeats_p")


def test_a_new_partition_keeps_the_rules_of_the_table(plain_database: str) -> None:
    row = a_row(seconds=80 * DAY)
    with connect(plain_database, "tests") as connection:
        ensure_partitions(connection, NOW + timedelta(days=100))
    _store(plain_database, row, row)

    store = PostgresOperationalStore(plain_database)
    batch = a_batch()
    batch.history.append(a_row(99, seconds=80 * DAY))
    assert len(store.commit(batch)) == 1
    store.close()


def test_a_far_future_makes_partitions_for_a_year_and_no_more(plain_database: str) -> None:
    with connect(plain_database, "tests") as connection:
        made = ensure_partitions(connection, datetime(9999, 1, 1, tzinfo=UTC))

    assert 40 < made < 60


def test_many_units_have_narrow_partitions(plain_database: str) -> None:
    with connect(plain_database, "tests") as connection:
        connection.execute(
            "INSERT INTO device (id, host, lifecycle)"
            " SELECT i, 'u' || i, 'enrolled' FROM generate_series(1, 101) i"
        )
        made = ensure_partitions(connection, NOW + timedelta(days=100))

    assert made > 25  # 60 days were there already, in weeks


def test_a_hypertable_needs_no_partitions(database: str) -> None:
    with connect(database, "tests") as connection:
        if connection.execute(
            "SELECT FROM pg_partitioned_table WHERE partrelid = 'heartbeats'::regclass"
        ).fetchone():
            return  # the fallback server without TimescaleDB
        assert ensure_partitions(connection, NOW + timedelta(days=100)) == 0
        connection.execute(
            "INSERT INTO device (id, host, lifecycle)"
            " SELECT i, 'u' || i, 'enrolled' FROM generate_series(1, 101) i"
        )
        ensure_partitions(connection, NOW)
        width = connection.execute(
            "SELECT time_interval FROM timescaledb_information.dimensions"
            " WHERE hypertable_name = 'heartbeats'"
        ).fetchone()

    assert width == (timedelta(days=1),)
