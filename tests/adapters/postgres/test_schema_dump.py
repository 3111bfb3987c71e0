from __future__ import annotations

import re

import pytest

from alarmstation.adapters.postgres.private_server import PrivateServer
from alarmstation.adapters.postgres.schema_dump import SCHEMA_FILE, dump_schema, normalised


def test_the_schema_file_is_current(postgres_server: PrivateServer) -> None:
    if postgres_server.binaries.major < 16:
        pytest.skip("PostgreSQL 15 writes views in another style than schema.sql has")

    assert SCHEMA_FILE.read_text(encoding="utf-8") == dump_schema(postgres_server), (
        "run: python -m alarmstation.adapters.postgres.schema_dump"
    )


def test_what_differs_between_two_dumps_of_one_schema_is_left_out() -> None:
    dump = "\\restrict x7\n-- PostgreSQL database dump\nSET a = b;\n\n\n\nCREATE TABLE t ();\n"

    assert normalised(dump) == "CREATE TABLE t ();\n"


def test_every_table_view_and_column_has_a_comment() -> None:
    schema = SCHEMA_FILE.read_text(encoding="utf-8")
    relations = set(re.findall(r"^CREATE (?:TABLE|VIEW) public\.(\w+)", schema, re.MULTILINE))
    commented = set(re.findall(r"^COMMENT ON (?:TABLE|VIEW) public\.(\w+)", schema, re.MULTILINE))

    assert len(relations) > 25
    assert relations == commented
