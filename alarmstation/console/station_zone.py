"""The station's time zone."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QTimeZone


def zone_of(name: str) -> tzinfo:
    """The zone of that IANA name; empty: that of this machine; UTC when it is not known."""
    wanted = name or bytes(QTimeZone.systemTimeZoneId().data()).decode()
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
