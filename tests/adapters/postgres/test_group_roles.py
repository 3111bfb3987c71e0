from __future__ import annotations

from pathlib import Path

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.adapters.postgres import group_roles, migrations
from alarmstation.adapters.postgres.connection import connect
from alarmstation.adapters.postgres.group_roles import GroupRoles
from alarmstation.adapters.postgres.private_server import SUPERUSER, PrivateServer
from alarmstation.adapters.postgres.roles import ensure_roles


@given(st.text(min_size=1).filter(lambda name: "\x00" not in name and name.isprintable()))
def test_names_of_roles_fit_whatever_the_database_is_called(database: str) -> None:
    roles = GroupRoles(database)

    for name in (roles.owner, roles.station, roles.reader):
        # An account of a home adds "_" and eight digits.
        assert len(name.encode()) <= 63 - 9


def test_long_names_that_begin_alike_have_different_roles() -> None:
    one, two = GroupRoles("x" * 50 + "1"), GroupRoles("x" * 50 + "2")

    assert one.owner != two.owner


def test_a_copied_database_gets_roles_of_its_own(any_database: str) -> None:
    with connect(any_database, "tests") as connection:
        roles = group_roles.create_missing(connection)
        assert roles is not None
        with connection.transaction():
            group_roles.take_ownership(connection, roles)
        owners = connection.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()

    assert owners == [(roles.owner,)]
    assert roles.database == psycopg.conninfo.conninfo_to_dict(any_database)["dbname"]


def test_a_user_who_may_create_roles_but_is_no_superuser_sets_a_database_up(
    postgres_server: PrivateServer, tmp_path: Path
) -> None:
    with psycopg.connect(postgres_server.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute("CREATE ROLE plain_user LOGIN CREATEROLE PASSWORD 'of-a-test'")
        connection.execute("CREATE DATABASE of_a_plain_user OWNER plain_user")
    dsn = postgres_server.dsn("of_a_plain_user", "plain_user", "of-a-test")

    report = migrations.migrate(dsn)
    accounts = ensure_roles(dsn, tmp_path)

    assert not report.remarks
    assert not accounts.degraded
