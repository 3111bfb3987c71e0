"""Partitions of the history are made ahead of time; what has none goes to the default one."""

from __future__ import annotations

from datetime import datetime, timedelta

from alarmstation.adapters.postgres.connection import Connection

AHEAD = timedelta(days=60)
"""How far ahead partitions should exist at any time."""


def ensure_partitions(connection: Connection, until: datetime) -> int:
    """Make what is missing up to `until` (the server allows a year); returns how many.

    Rows that already lie in the default partition for such a time are moved. On a hypertable
    this only sets the width of future chunks. Meant for the start and once a day.
    """
    row = connection.execute("SELECT ensure_history_partitions(%s)", (until,)).fetchone()
    return 0 if row is None else int(row[0])
