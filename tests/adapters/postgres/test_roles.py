from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from alarmstation.adapters.postgres.connection import connect
from alarmstation.adapters.postgres.roles import Accounts, ensure_roles
from alarmstation.domain.errors import UserError


@pytest.fixture
def accounts(any_database: str, tmp_path: Path) -> Accounts:
    return ensure_roles(any_database, tmp_path / "secrets")


def _may(dsn: str, statement: str) -> bool:
    """Whether the privileges allow the statement, whatever else it runs into."""
    with connect(dsn, "tests") as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.IntegrityError as error:
            return "is evidence" not in str(error)
    return True


_NOT_FOR_THE_STATION = [
    "CREATE TABLE public.mine ()",
    "DROP TABLE gap",
    "ALTER TABLE device ADD COLUMN x integer",
    "CREATE ROLE somebody",
    "UPDATE alarm_transition SET note = ''",
    "DELETE FROM alarm_transition",
    "TRUNCATE alarm_transition",
    "UPDATE audit_log SET operator = ''",
    "DELETE FROM audit_log",
    "UPDATE command_step SET note = ''",
    "DELETE FROM input_event",
    "DELETE FROM alarm_event",
    "UPDATE alarm_event SET raised_at = now()",
    "UPDATE alarm_event SET kind = 'TAMPER'",
    "UPDATE heartbeats SET temperature_c = 0",
    "DELETE FROM heartbeats",
    "DELETE FROM command",
    "UPDATE schema_migration SET number = 0",
    "ALTER TABLE audit_log DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
]


def test_the_station_may_define_nothing_and_change_no_evidence(accounts: Accounts) -> None:
    allowed = [it for it in _NOT_FOR_THE_STATION if _may(accounts.station_dsn, it)]

    assert allowed == []


def test_the_station_may_do_its_work(accounts: Accounts) -> None:
    for statement in (
        "INSERT INTO device (id, host, lifecycle) VALUES (1, 'x', 'enrolled')",
        "UPDATE device SET name = 'y'",
        "UPDATE alarm_event SET acknowledged = true",
        "SELECT password_hash FROM operator",
        "SELECT ensure_history_partitions(now() + interval '100 days')",
        "DELETE FROM device",
    ):
        assert _may(accounts.station_dsn, statement)


def test_the_reader_reads_everything_but_password_hashes(accounts: Accounts) -> None:
    with connect(accounts.reader_dsn, "tests") as connection:
        relations = connection.execute(
            "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v') AND NOT relispartition AND NOT EXISTS"
            " (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')"
        ).fetchall()
        private = {"operator", "receive_window", "send_counter"}
        for (name,) in relations:
            if name not in private:
                connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))
        connection.execute("SELECT name, role FROM operator")

    assert len(relations) > 25
    assert not _may(accounts.reader_dsn, "SELECT password_hash FROM operator")
    assert not _may(accounts.reader_dsn, "SELECT * FROM operator")


_NOT_FOR_THE_READER = [
    "INSERT INTO site (id, name) VALUES (1, 'x')",
    "UPDATE alarm_event SET note = ''",
    "DELETE FROM gap",
    "CREATE TABLE public.mine ()",
    "SELECT ensure_history_partitions(now())",
]


def test_the_reader_may_only_read(accounts: Accounts) -> None:
    allowed = [it for it in _NOT_FOR_THE_READER if _may(accounts.reader_dsn, it)]

    assert allowed == []


def test_accounts_stay_the_same_from_start_to_start(
    accounts: Accounts, any_database: str, tmp_path: Path
) -> None:
    assert ensure_roles(any_database, tmp_path / "secrets") == accounts
    assert accounts.degraded == ""


def test_passwords_are_for_the_owner_of_the_home_only(accounts: Accounts, tmp_path: Path) -> None:
    files = list((tmp_path / "secrets").iterdir())

    assert len(files) == 2
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_password_that_the_database_no_longer_accepts_is_mended(
    accounts: Accounts, any_database: str, tmp_path: Path
) -> None:
    station = str(conninfo_to_dict(accounts.station_dsn)["user"])
    with connect(any_database, "tests") as connection:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD 'other'").format(sql.Identifier(station))
        )

    again = ensure_roles(any_database, tmp_path / "secrets")

    assert again == accounts
    connect(again.station_dsn, "tests").close()


def test_a_lost_password_gives_a_new_account(
    accounts: Accounts, any_database: str, tmp_path: Path
) -> None:
    for file in (tmp_path / "secrets").iterdir():
        file.unlink()

    again = ensure_roles(any_database, tmp_path / "secrets")

    assert again != accounts
    connect(again.station_dsn, "tests").close()
    connect(accounts.station_dsn, "tests").close()  # another home may be using it


def test_two_homes_of_one_database_do_not_take_each_others_accounts(
    accounts: Accounts, any_database: str, tmp_path: Path
) -> None:
    other = ensure_roles(any_database, tmp_path / "other")

    assert other.station_dsn != accounts.station_dsn
    connect(accounts.station_dsn, "tests").close()
    connect(other.reader_dsn, "tests").close()


def test_a_user_who_may_not_create_roles_serves_for_all(
    plain_database: str, tmp_path: Path
) -> None:
    name = str(conninfo_to_dict(plain_database)["dbname"])
    with connect(plain_database, "tests") as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(f"{name}_tenant"))
        )
    tenant = make_conninfo(plain_database, user=f"{name}_tenant", password="x")

    accounts = ensure_roles(tenant, tmp_path / "secrets")

    assert accounts.station_dsn == accounts.reader_dsn == tenant
    assert "may not create roles" in accounts.degraded


def test_a_folder_that_cannot_be_written_is_named(any_database: str, tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("in the way")

    with pytest.raises(UserError, match="secrets"):
        ensure_roles(any_database, tmp_path / "secrets")
