"""How times are said: relative near now, absolute on hover, in the station's zone."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QCoreApplication, QLocale


def ago(at: datetime, now: datetime) -> str:
    """ "now", "12 s ago", "2 min ago", "3 h ago", "5 d ago"."""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 1:
        return QCoreApplication.translate("times", "now")
    if seconds < 60:
        return QCoreApplication.translate("times", "{count} s ago").format(count=seconds)
    if seconds < 3600:
        return QCoreApplication.translate("times", "{count} min ago").format(count=seconds // 60)
    if seconds < 86400:
        return QCoreApplication.translate("times", "{count} h ago").format(count=seconds // 3600)
    return QCoreApplication.translate("times", "{count} d ago").format(count=seconds // 86400)


def lasting(seconds: float) -> str:
    """A duration at the precision that matters: "42 s", "3 min", "2 h 05 min", "3 d 4 h"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return QCoreApplication.translate("times", "{seconds} s").format(seconds=whole)
    if whole < 3600:
        return QCoreApplication.translate("times", "{minutes} min").format(minutes=whole // 60)
    if whole < 86400:
        return QCoreApplication.translate("times", "{hours} h {minutes} min").format(
            hours=whole // 3600, minutes=f"{whole % 3600 // 60:02d}"
        )
    return QCoreApplication.translate("times", "{days} d {hours} h").format(
        days=whole // 86400, hours=whole % 86400 // 3600
    )


def until(at: datetime, now: datetime) -> str:
    """Time that is left, rounded up: "8 s"; "0 s" when it is over."""
    left = max(0.0, (at - now).total_seconds())
    return lasting(left if left == int(left) else int(left) + 1)


def clock(at: datetime, zone: tzinfo) -> str:
    """Hour, minute and second: "16:32:05"."""
    return at.astimezone(zone).strftime("%H:%M:%S")


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The clock for today, else date and clock: "2026-11-20 16:32"."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return local.strftime("%H:%M:%S")
    return local.strftime("%Y-%m-%d %H:%M")


def absolute(at: datetime, zone: tzinfo) -> str:
    """Everything, for the hover: "2026-11-20 16:32:05.120 CET"."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03d} {local.tzname() or ''}"


def latency(seconds: float) -> str:
    """A short time: "85 ms" below one second, "1.2 s" above, then like `lasting`."""
    if seconds < 0:
        seconds = 0.0
    if seconds < 1:
        return QCoreApplication.translate("times", "{milliseconds} ms").format(
            milliseconds=round(seconds * 1000)
        )
    if seconds < 60:
        return QCoreApplication.translate("times", "{seconds} s").format(
            seconds=QLocale().toString(seconds, "f", 1)
        )
    return lasting(seconds)
