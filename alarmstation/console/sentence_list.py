"""The templates of `sentences`, by key, as the rest of the station says them in English."""

from __future__ import annotations

from alarmstation.console.language import QT_TRANSLATE_NOOP

TEMPLATES: dict[str, str] = {
    "alarm.closed": QT_TRANSLATE_NOOP("sentences", "This alarm is already closed."),
}

CONDITIONS: dict[str, str] = {}
