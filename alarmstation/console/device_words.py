"""Words for what a unit says of itself: states, quality, signal, faults."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from alarmstation.application.ports import TimelineEntry
from alarmstation.console import command_words, words
from alarmstation.console.language import QT_TRANSLATE_NOOP

_DEVICE_STATES = (
    QT_TRANSLATE_NOOP("device", "starting"),
    QT_TRANSLATE_NOOP("device", "initialising"),
    QT_TRANSLATE_NOOP("device", "connecting"),
    QT_TRANSLATE_NOOP("device", "normal"),
    QT_TRANSLATE_NOOP("device", "alarm"),
    QT_TRANSLATE_NOOP("device", "maintenance"),
    QT_TRANSLATE_NOOP("device", "error"),
    QT_TRANSLATE_NOOP("device", "critical error"),
)

_REASONS = {
    "missing": QT_TRANSLATE_NOOP("device", "no reading"),
    "range": QT_TRANSLATE_NOOP("device", "impossible value"),
    "frozen": QT_TRANSLATE_NOOP("device", "has not moved"),
    "sensor fault": QT_TRANSLATE_NOOP("device", "sensor fault"),
    "bad clock": QT_TRANSLATE_NOOP("device", "clock not trusted"),
    "unit offline": QT_TRANSLATE_NOOP("device", "unit offline"),
}

_LIFECYCLES = {
    "provisional": QT_TRANSLATE_NOOP("device", "Not enrolled"),
    "enrolled": QT_TRANSLATE_NOOP("device", "Enrolled"),
    "retired": QT_TRANSLATE_NOOP("device", "Retired"),
}

_REFUSALS = {
    "malformed": QT_TRANSLATE_NOOP("device", "not a message of ours"),
    "unsigned": QT_TRANSLATE_NOOP("device", "not signed"),
    "bad_tag": QT_TRANSLATE_NOOP("device", "signed with another key"),
    "decode": QT_TRANSLATE_NOOP("device", "content cannot be read"),
    "replay": QT_TRANSLATE_NOOP("device", "sent before (replay)"),
    "duplicate": QT_TRANSLATE_NOOP("device", "received twice"),
    "identity": QT_TRANSLATE_NOOP("device", "claims to be another unit"),
    "unknown_host": QT_TRANSLATE_NOOP("device", "unit not registered"),
    "retained": QT_TRANSLATE_NOOP("device", "old message kept by the broker"),
    "foreign_command": QT_TRANSLATE_NOOP("device", "command of another sender"),
}

_TIMELINE = {
    "alarm": QT_TRANSLATE_NOOP("device", "Alarm"),
    "connection": QT_TRANSLATE_NOOP("device", "Connection"),
    "command": QT_TRANSLATE_NOOP("device", "Command"),
    "output": QT_TRANSLATE_NOOP("device", "Output"),
}

_CHANGES = {
    "raised": QT_TRANSLATE_NOOP("device", "{what}: raised"),
    "re-raised": QT_TRANSLATE_NOOP("device", "{what}: raised again"),
    "cleared": QT_TRANSLATE_NOOP("device", "{what}: returned to normal"),
    "acknowledged": QT_TRANSLATE_NOOP("device", "{what}: acknowledged"),
    "un-acknowledged": QT_TRANSLATE_NOOP("device", "{what}: acknowledgment taken back"),
    "claimed": QT_TRANSLATE_NOOP("device", "{what}: taken"),
    "released": QT_TRANSLATE_NOOP("device", "{what}: given back"),
    "silenced": QT_TRANSLATE_NOOP("device", "{what}: silenced"),
    "noted": QT_TRANSLATE_NOOP("device", "{what}: note"),
    "escalated": QT_TRANSLATE_NOOP("device", "{what}: escalated"),
    "verified": QT_TRANSLATE_NOOP("device", "{what}: verified"),
    "closed": QT_TRANSLATE_NOOP("device", "{what}: closed"),
    "connected": QT_TRANSLATE_NOOP("device", "Connected"),
    "disconnected": QT_TRANSLATE_NOOP("device", "Disconnected"),
    "on": QT_TRANSLATE_NOOP("device", "{what}: on"),
    "off": QT_TRANSLATE_NOOP("device", "{what}: off"),
    "PENDING": QT_TRANSLATE_NOOP("device", "{what}: waiting"),
    "SENT": QT_TRANSLATE_NOOP("device", "{what}: sent"),
    "ACKNOWLEDGED": QT_TRANSLATE_NOOP("device", "{what}: accepted"),
    "COMPLETED": QT_TRANSLATE_NOOP("device", "{what}: executed"),
    "OBSERVED": QT_TRANSLATE_NOOP("device", "{what}: observed"),
    "FAILED": QT_TRANSLATE_NOOP("device", "{what}: failed"),
    "TIMEOUT": QT_TRANSLATE_NOOP("device", "{what}: no answer"),
    "CANCELLED": QT_TRANSLATE_NOOP("device", "{what}: cancelled"),
    "EXPIRED": QT_TRANSLATE_NOOP("device", "{what}: expired"),
}

_WEAKNESSES = {
    "all_zero": QT_TRANSLATE_NOOP("device", "all zeros"),
    "repeated": QT_TRANSLATE_NOOP("device", "repeats itself"),
    "constant_step": QT_TRANSLATE_NOOP("device", "counts up or down"),
    "few_bytes": QT_TRANSLATE_NOOP("device", "too few different bytes"),
    "printable": QT_TRANSLATE_NOOP("device", "plain text"),
    "shared": QT_TRANSLATE_NOOP("device", "used by several units"),
}

_ALL_OUTPUTS = QT_TRANSLATE_NOOP("device", "All outputs")

# Bits of error_flags in our firmware (`protocol.md` 4).
_FAULTS = (
    QT_TRANSLATE_NOOP("device", "sensor"),
    QT_TRANSLATE_NOOP("device", "settings memory"),
    QT_TRANSLATE_NOOP("device", "alarm memory"),
    QT_TRANSLATE_NOOP("device", "time not synchronised"),
    QT_TRANSLATE_NOOP("device", "TLS certificate"),
    QT_TRANSLATE_NOOP("device", "key missing or weak"),
    QT_TRANSLATE_NOOP("device", "alarm memory over 75 % full"),
    QT_TRANSLATE_NOOP("device", "last restart by brown-out or watchdog"),
)


def _said(text: str) -> str:
    return QCoreApplication.translate("device", text)


def device_state(number: int) -> str:
    """The unit's own state; the plain number when it is newer than this program."""
    return _said(_DEVICE_STATES[number]) if 0 <= number < len(_DEVICE_STATES) else str(number)


def reason(value: str) -> str:
    """Why a reading is not good."""
    return _said(_REASONS.get(value, value))


def lifecycle(value: str) -> str:
    """Where the unit stands between first heard and taken away."""
    return _said(_LIFECYCLES.get(value, value))


def refusal(value: str) -> str:
    """Why a frame was refused."""
    return _said(_REFUSALS.get(value, value))


def timeline_kind(value: str) -> str:
    """What a line of the timeline is about."""
    return _said(_TIMELINE.get(value, value))


def timeline_text(entry: TimelineEntry) -> str:
    """What happened; a sentence that is not known is shown as the store says it."""
    what, _, change = entry.text.rpartition(" ")
    template = _CHANGES.get(change)
    if template is None:
        return entry.text
    match entry.kind:
        case "alarm":
            what = words.kind(what)
        case "output":
            what = words.io_name(what.lower()) if what != "ALL" else _said(_ALL_OUTPUTS)
        case "command":
            what = command_words.name(what)
    return _said(template).format(what=what)


def faults(flags: int, *, ours: bool) -> str:
    """Fault bits: in words for our firmware, in hex for others, whose bits differ."""
    if not ours:
        return f"0x{flags:X}"
    names = [_said(name) for bit, name in enumerate(_FAULTS) if flags >> bit & 1]
    rest = flags >> len(_FAULTS) << len(_FAULTS)
    return ", ".join([*names, *([f"0x{rest:X}"] if rest else [])])


def key_weaknesses(value: str) -> str:
    """Why a key is weak; several reasons are separated by commas."""
    reasons = value.split(", ")
    return ", ".join(_said(_WEAKNESSES.get(reason, reason)) for reason in reasons)


def signal(dbm: int) -> str:
    """How good a WiFi signal is."""
    if dbm >= -60:
        return _said(QT_TRANSLATE_NOOP("device", "strong"))
    if dbm >= -70:
        return _said(QT_TRANSLATE_NOOP("device", "good"))
    if dbm >= -80:
        return _said(QT_TRANSLATE_NOOP("device", "weak"))
    return _said(QT_TRANSLATE_NOOP("device", "very weak"))
