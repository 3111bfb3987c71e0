"""What the detail page says of a unit besides its live values, as label and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from alarmstation.application.views import DeviceView
from alarmstation.console import device_words, times
from alarmstation.domain.messages import NetworkInterface

SKEW_WARN_S = 120
"""Beyond this the unit's times are not trusted (`protocol.md` 8.4)."""

SKEW_NOTICED_S = 2
"""Stamps are whole seconds: less than this is no error."""

WEAK_SIGNAL_DBM = -80


@dataclass(frozen=True, slots=True)
class Fact:
    """One line. `level`: "" in order, "warn" or "bad"."""

    label: str
    text: str
    level: str = ""
    tip: str = ""


translate = QCoreApplication.translate  # the name that lupdate looks for


def facts(view: DeviceView) -> tuple[Fact, ...]:
    """Every fact that the unit ever told, in the order of reading."""
    found = (
        _signal(view),
        _address(view),
        _firmware(view),
        _own_state(view),
        _uptime(view),
        _clock(view),
        _history(view),
        _key(view),
        _refused(view),
        Fact(translate("UnitFacts", "MAC"), view.mac) if view.mac else None,
        _identity(view),
    )
    return tuple(fact for fact in found if fact is not None)


def savings(received: int, stored: int) -> str:
    """ "stored 41 of 410 samples, 90 % saved"; empty before the first sample."""
    if received <= 0:
        return ""
    saved = max(0, received - stored) * 100 // received
    return translate("UnitFacts", "stored {stored} of {received} samples, {saved} % saved").format(
        stored=QLocale().toString(stored), received=QLocale().toString(received), saved=saved
    )


def _signal(view: DeviceView) -> Fact | None:
    label = translate("UnitFacts", "Network")
    match view.interface:
        case NetworkInterface.ETHERNET:
            return Fact(label, translate("UnitFacts", "Ethernet cable"))
        case NetworkInterface.NONE:
            return Fact(label, translate("UnitFacts", "none"))
    if view.rssi_dbm is None or view.rssi_dbm == 0:
        return Fact(label, translate("UnitFacts", "WiFi")) if view.interface is not None else None
    text = translate("UnitFacts", "WiFi {dbm} dBm, {quality}").format(
        dbm=view.rssi_dbm, quality=device_words.signal(view.rssi_dbm)
    )
    return Fact(label, text, "warn" if view.rssi_dbm < WEAK_SIGNAL_DBM else "")


def _address(view: DeviceView) -> Fact | None:
    return Fact(translate("UnitFacts", "Address"), view.ip_address) if view.ip_address else None


def _firmware(view: DeviceView) -> Fact | None:
    if not view.firmware:
        return None
    receipts = translate("UnitFacts", "{version}, with receipts") if view.extended else "{version}"
    tip = (
        translate("UnitFacts", "This unit repeats an alarm until the station has it safe.")
        if view.extended
        else translate(
            "UnitFacts", "This unit sends an alarm once and is not told whether it arrived."
        )
    )
    return Fact(translate("UnitFacts", "Firmware"), receipts.format(version=view.firmware), tip=tip)


def _own_state(view: DeviceView) -> Fact | None:
    if view.error_flags:
        text = device_words.faults(view.error_flags, ours=view.extended)
        return Fact(
            translate("UnitFacts", "Faults"),
            text,
            "warn",
            translate("UnitFacts", "What the unit reports of itself"),
        )
    if view.device_state is None:
        return None
    return Fact(translate("UnitFacts", "Unit says"), device_words.device_state(view.device_state))


def _uptime(view: DeviceView) -> Fact | None:
    if view.uptime_s is None:
        return None
    lasting = times.lasting(view.uptime_s)
    if view.boot_count is None:
        return Fact(translate("UnitFacts", "Running for"), lasting)
    text = translate("UnitFacts", "{time}, start {count}").format(
        time=lasting, count=view.boot_count
    )
    return Fact(translate("UnitFacts", "Running for"), text)


def _clock(view: DeviceView) -> Fact | None:
    label = translate("UnitFacts", "Clock")
    if view.last_heartbeat_at is None:
        return None
    if not view.clock_set:
        return Fact(
            label,
            translate("UnitFacts", "not set"),
            "warn",
            translate("UnitFacts", "Send set-time, or check its time server."),
        )
    if view.skew_s is None:
        return Fact(label, translate("UnitFacts", "set"))
    if abs(view.skew_s) < SKEW_NOTICED_S:
        return Fact(label, translate("UnitFacts", "right"))
    ahead = (
        translate("UnitFacts", "{time} fast")
        if view.skew_s > 0
        else translate("UnitFacts", "{time} slow")
    )
    text = ahead.format(time=times.lasting(abs(view.skew_s)))
    return Fact(label, text, "warn" if abs(view.skew_s) > SKEW_WARN_S else "")


def _history(view: DeviceView) -> Fact | None:
    text = savings(view.received_samples, view.stored_rows)
    if not text:
        return None
    tip = translate(
        "UnitFacts", "A sample is stored when it says something new; the chart stays exact."
    )
    return Fact(translate("UnitFacts", "History"), text, tip=tip)


def _key(view: DeviceView) -> Fact:
    label = translate("UnitFacts", "Key")
    if not view.key_fingerprint:
        tip = translate("UnitFacts", "Without a key nobody can tell whether its messages are real.")
        return Fact(label, translate("UnitFacts", "none"), "bad", tip)
    if view.key_weak:
        text = translate("UnitFacts", "{fingerprint}, WEAK: {reason}").format(
            fingerprint=view.key_fingerprint, reason=device_words.key_weaknesses(view.key_weak)
        )
        return Fact(
            label,
            text,
            "bad",
            translate("UnitFacts", "Give the unit a new key over its serial port."),
        )
    return Fact(
        label, view.key_fingerprint, tip=translate("UnitFacts", "First bytes of the key's SHA-256")
    )


def _refused(view: DeviceView) -> Fact | None:
    if not view.refused_messages:
        return None
    text = QLocale().toString(view.refused_messages)
    tip = translate(
        "UnitFacts", "Messages that were not accepted; watch its traffic on the commands page."
    )
    return Fact(translate("UnitFacts", "Refused"), text, "warn", tip)


def _identity(view: DeviceView) -> Fact:
    text = (
        translate("UnitFacts", "{number}, told to the unit")
        if view.id_synchronised
        else translate("UnitFacts", "{number}, not yet told")
    )
    return Fact(
        translate("UnitFacts", "Number"),
        text.format(number=view.id),
        "" if view.id_synchronised else "warn",
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A live value as a tile shows it; `note` says why it is not good."""

    value: str
    unit: str
    note: str
    level: str


def reading(value: float | None, unit: str, decimals: int, quality: str, reason: str) -> Reading:
    """A reading in words; what is not good says why."""
    text = "–" if value is None else QLocale().toString(float(value), "f", decimals)
    if quality == "good":
        return Reading(text, unit, "", "")
    note = device_words.reason(reason or "missing")
    return Reading(text, unit, note, "warn" if quality == "uncertain" else "bad")


def age_of(view: DeviceView, now: datetime) -> str:
    """How old the live values are; empty before the first heartbeat."""
    return "" if view.last_heartbeat_at is None else times.ago(view.last_heartbeat_at, now)
