"""The way from an empty database to the schema, and what stands in it at the end."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from alarmstation import locations
from alarmstation.adapters.postgres import migrations
from alarmstation.adapters.postgres.connection import connect
from alarmstation.domain.errors import Unavailable, UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files, to be changed."""
    return Path(shutil.copytree(locations.sql() / "migrations", tmp_path / "migrations"))


def test_an_empty_database_gets_the_whole_schema_and_then_nothing_more(
    empty_database: str,
) -> None:
    told: list[str] = []
    names = tuple(migration.name for migration in migrations.read_migrations())
    assert migrations.pending(empty_database) == names

    first = migrations.migrate(empty_database, on_progress=told.append)
    second = migrations.migrate(empty_database, on_progress=told.append)

    assert first.applied == names
    assert second.applied == ()
    assert second.number == len(names)
    assert told == [f"database: {name}" for name in names]
    assert migrations.pending(empty_database) == ()
    migrations.check(empty_database)


def test_a_new_step_is_applied_to_a_database_that_is_in_use(database: str, folder: Path) -> None:
    number = len(migrations.read_migrations()) + 1
    (folder / f"{number:04}_more.sql").write_text("CREATE TABLE more (id integer);")

    with pytest.raises(UserError) as pending:
        migrations.check(database, folder=folder)
    assert pending.value.key == "database.migrations-pending"

    assert migrations.migrate(database, folder=folder).applied == (f"{number:04}_more.sql",)
    migrations.check(database, folder=folder)


def test_a_database_of_a_newer_program_is_refused(database: str, folder: Path) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO schema_migration (number, name, sha256) VALUES (999, 'x', %s)", ("0" * 64,)
        )

    for ask in (migrations.migrate, migrations.pending, migrations.check):
        with pytest.raises(UserError, match="newer program") as refusal:
            ask(database)
        assert refusal.value.key == "database.newer-schema"


def test_a_changed_file_that_was_applied_is_refused(database: str, folder: Path) -> None:
    file = min(folder.iterdir())
    file.write_text(file.read_text(encoding="utf-8") + "\n-- improved\n", encoding="utf-8")

    with pytest.raises(UserError, match=file.name) as refusal:
        migrations.migrate(database, folder=folder)

    assert refusal.value.key == "database.migration-changed"


def test_line_ends_of_another_system_are_no_change(database: str, folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    migrations.check(database, folder=folder)


def test_a_step_that_fails_leaves_the_database_as_it_was(database: str, folder: Path) -> None:
    number = len(migrations.read_migrations()) + 1
    (folder / f"{number:04}_half.sql").write_text("CREATE TABLE half (); SELECT 1/0;")

    with pytest.raises(psycopg.errors.DivisionByZero):
        migrations.migrate(database, folder=folder)

    with connect(database, "tests") as connection:
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)
    migrations.check(database)


def test_files_with_a_hole_are_refused(folder: Path) -> None:
    min(folder.iterdir()).unlink()

    with pytest.raises(UserError):
        migrations.read_migrations(folder)


def test_two_stations_that_migrate_at_once_make_one_schema(empty_database: str) -> None:
    reports: list[migrations.MigrationReport] = []
    threads = [
        threading.Thread(target=lambda: reports.append(migrations.migrate(empty_database)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(len(report.applied) for report in reports) == [
        0,
        len(migrations.read_migrations()),
    ]


def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        migrations.migrate(f"host={tmp_path} dbname=x user=y")


def test_the_history_is_a_hypertable_where_timescaledb_is_and_partitioned_elsewhere(
    database: str, plain_database: str
) -> None:
    with connect(database, "tests") as connection:
        found = connection.execute("SELECT FROM pg_extension WHERE extname = 'timescaledb'")
        timescale = found.fetchone() is not None
    if not timescale:
        pytest.skip("this server has no TimescaleDB")

    assert migrations.migrate(database).hypertable
    assert not migrations.migrate(plain_database).hypertable


def test_a_user_without_rights_for_roles_migrates_with_a_remark(
    plain_database: str, empty_database: str
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(empty_database)["dbname"]
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(f"{name}_tenant"))
        )
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                sql.Identifier(str(name)), sql.Identifier(f"{name}_tenant")
            )
        )
    tenant = psycopg.conninfo.make_conninfo(empty_database, user=f"{name}_tenant", password="x")

    report = migrations.migrate(tenant)

    assert any("roles" in remark for remark in report.remarks)
    migrations.check(tenant)


# --- what stands in the schema


def _names(dsn: str, query: str) -> list[str]:
    with connect(dsn, "tests") as connection:
        return [str(row[0]) for row in connection.execute(query)]


def test_every_table_view_and_column_tells_what_it_is(any_database: str) -> None:
    silent = _names(
        any_database,
        """
        SELECT c.relname || coalesce('.' || a.attname, '')
          FROM pg_class c
          LEFT JOIN LATERAL (
               SELECT attname, attnum FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                  AND NOT c.relispartition
               UNION ALL SELECT NULL, 0) a ON true
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
           AND col_description(c.oid, a.attnum) IS NULL
           AND (a.attnum <> 0 OR obj_description(c.oid, 'pg_class') IS NULL)
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')
        """,
    )

    assert silent == []


def test_nothing_follows_a_device_into_oblivion(any_database: str) -> None:
    """No foreign key cascades: neither evidence nor a grant may vanish by itself."""
    cascading = _names(
        any_database,
        """
        SELECT conname FROM pg_constraint
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace
           AND confdeltype NOT IN ('r', 'a')
        """,
    )

    assert cascading == []


def test_constraints_have_names_that_were_chosen(any_database: str) -> None:
    made_up = _names(
        any_database,
        r"""
        SELECT conname FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u')
           AND conname ~ '_(pkey|fkey|check|key\d*|check\d+)$' AND conname <> 'gap_key'
           AND conrelid <> ALL (SELECT inhrelid FROM pg_inherits)
        """,
    )

    assert made_up == []


def test_no_column_of_a_check_list_lets_null_pass(any_database: str) -> None:
    """CHECK (x IN (…)) is true for NULL: every such column must be NOT NULL."""
    passing = _names(
        any_database,
        """
        SELECT c.conname
          FROM pg_constraint c
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
         WHERE c.contype = 'c' AND c.connamespace = 'public'::regnamespace
           AND (c.conname LIKE '%\\_known' OR c.conname LIKE '%\\_given')
           AND NOT a.attnotnull
        """,
    )

    assert passing == []


_IMPOSSIBLE = [
    "INSERT INTO site (id, name) VALUES (1, '')",
    "INSERT INTO site (id, name, parent_id) VALUES (1, 'x', 1)",
    "INSERT INTO device (id, host, lifecycle) VALUES (0, 'x', 'enrolled')",
    "INSERT INTO device (id, host, lifecycle) VALUES (1000000000, 'x', 'enrolled')",
    "INSERT INTO device (id, host, lifecycle) VALUES (5, 'x', 'lost')",
    "INSERT INTO device (id, host, lifecycle) VALUES (5, 'x', NULL)",
    "INSERT INTO operator (name, role) VALUES ('x', 'king')",
    "INSERT INTO gap VALUES (NULL, now(), now() - interval '1 s', 'x')",
    "INSERT INTO gap SELECT NULL, '2026-01-01Z', now(), 'x' FROM generate_series(1, 2)",
    "INSERT INTO schema_migration (number, name, sha256) VALUES (77, 'x', 'y')",
]


def test_the_database_refuses_what_cannot_be(plain_database: str) -> None:
    with connect(plain_database, "tests") as connection:
        for statement in _IMPOSSIBLE:
            with pytest.raises(psycopg.IntegrityError):
                connection.execute(statement)


# --- evidence

_AN_ALARM = """
    INSERT INTO alarm_event (id, kind, severity, raised_at, last_raised_at, active, acknowledged,
                             latched, raise_count, version)
    VALUES ('00000000-0000-0000-0000-000000000001', 'PANIC1', 3, now(), now(), true, false, true,
            1, 2)
"""
_EVIDENCE = {
    "alarm_transition": """
        INSERT INTO alarm_transition (id, alarm_id, version, change, at)
        SELECT gen_random_uuid(), id, 1, 'raised', now() FROM alarm_event
    """,
    "audit_log": """
        INSERT INTO audit_log (id, at, operator, action, target, outcome, detail)
        VALUES (gen_random_uuid(), now(), 'a', 'b', 'c', 'd', '{}')
    """,
    "command_step": """
        INSERT INTO device (id, host, lifecycle) VALUES (1, 'x', 'enrolled');
        INSERT INTO command (request_id, device_id, family, name, operator, created_at,
                             expires_at, timeout_s, idempotent, state, step_count, attempts,
                             request_json, permanent, queued)
        VALUES ('r', 1, 'system', 'x', 'a', now(), now(), 1, true, 'PENDING', 1, 0, '{}', false,
                false);
        INSERT INTO command_step (request_id, number, state, at) VALUES ('r', 1, 'PENDING', now())
    """,
    "input_event": """
        INSERT INTO device (id, host, lifecycle) VALUES (1, 'x', 'enrolled');
        INSERT INTO input_event (device_id, key, received_at, type, state, sequence, boot_id)
        VALUES (1, 'k', now(), 1, 1, 1, 0)
    """,
}


@pytest.mark.parametrize("table", _EVIDENCE)
def test_evidence_can_be_neither_changed_nor_removed_by_its_owner(
    plain_database: str, table: str
) -> None:
    column = "note" if table in {"alarm_transition", "command_step"} else None
    column = column or ("action" if table == "audit_log" else "key")
    with connect(plain_database, "tests") as connection:
        connection.execute(_AN_ALARM)
        connection.execute(_EVIDENCE[table], prepare=False)
        for change in (
            f"UPDATE {table} SET {column} = 'forged'",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
        ):
            for role in ("origin", "replica"):
                connection.execute(f"SET session_replication_role = {role}")
                with pytest.raises(psycopg.IntegrityError, match="is evidence"):
                    connection.execute(change)
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


_FORGERIES = [
    "UPDATE alarm_event SET raised_at = now() - interval '1 h'",
    "UPDATE alarm_event SET kind = 'TAMPER'",
    "UPDATE alarm_event SET id = gen_random_uuid()",
    "UPDATE alarm_event SET version = 1",
    "DELETE FROM alarm_event",
    "TRUNCATE alarm_event CASCADE",
]


def test_what_an_alarm_began_with_is_evidence(plain_database: str) -> None:
    with connect(plain_database, "tests") as connection:
        connection.execute(_AN_ALARM)
        for change in _FORGERIES:
            with pytest.raises(psycopg.IntegrityError, match="is evidence"):
                connection.execute(change)
        connection.execute("UPDATE alarm_event SET acknowledged = true, acknowledged_at = now()")


# --- views


def test_a_device_that_never_said_anything_is_in_the_overview(any_database: str) -> None:
    with connect(any_database, "tests") as connection:
        connection.execute(
            "INSERT INTO site (id, name, parent_id) VALUES (1, 'Museum', NULL), (2, 'Hall', 1)"
        )
        connection.execute(
            "INSERT INTO device (id, host, lifecycle, site_id) VALUES (1, 'mute', 'enrolled', 2)"
        )
        row = connection.execute(
            "SELECT label, site, comm_state, seconds_since_seen, seconds_since_heartbeat,"
            " open_alarms, worst_alarm FROM device_overview"
        ).fetchone()

    assert row == ("mute", "Museum › Hall", "unknown", None, None, 0, None)


def test_ages_in_the_overview_are_of_the_moment_of_asking(any_database: str) -> None:
    with connect(any_database, "tests") as connection:
        connection.execute("INSERT INTO device (id, host, lifecycle) VALUES (1, 'u', 'enrolled')")
        connection.execute(
            "INSERT INTO device_status (device_id, comm_state, last_seen_at, temperature_quality,"
            " temperature_reason, humidity_quality, humidity_reason)"
            " VALUES (1, 'offline', now() - interval '1 hour', 2, 1, 2, 1)"
        )
        row = connection.execute(
            "SELECT seconds_since_seen, seconds_since_heartbeat, temperature_quality"
            " FROM device_overview"
        ).fetchone()

    assert row is not None
    assert row[0] >= 3600
    assert row[1:] == (None, "bad")


def test_an_alarm_of_the_station_is_among_the_open_ones(any_database: str) -> None:
    with connect(any_database, "tests") as connection:
        connection.execute(_AN_ALARM)
        row = connection.execute("SELECT device, kind, state FROM alarm_open").fetchone()

    assert row == (None, "PANIC1", "B")
