"""Words for the command catalogue: names, groups, fields, choices, what will happen, the ladder.

The catalogue itself is English and pure; a test holds every template against these lists.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from alarmstation.console import times
from alarmstation.console.language import QT_TRANSLATE_NOOP
from alarmstation.domain.catalogue import CommandTemplate, FieldSpec, FieldValue, Kind
from alarmstation.domain.command import CommandState, Family

translate = QCoreApplication.translate  # the name that lupdate looks for

_NAMES = {
    "siren": QT_TRANSLATE_NOOP("commands", "Siren"),
    "turret": QT_TRANSLATE_NOOP("commands", "Turret light"),
    "relay1": QT_TRANSLATE_NOOP("commands", "Relay 1"),
    "relay2": QT_TRANSLATE_NOOP("commands", "Relay 2"),
    "all": QT_TRANSLATE_NOOP("commands", "All outputs"),
    "fan": QT_TRANSLATE_NOOP("commands", "Fan"),
    "get-status": QT_TRANSLATE_NOOP("commands", "Get status"),
    "set-time": QT_TRANSLATE_NOOP("commands", "Set clock"),
    "reboot": QT_TRANSLATE_NOOP("commands", "Restart"),
    "clear-counters": QT_TRANSLATE_NOOP("commands", "Clear counters"),
    "config device": QT_TRANSLATE_NOOP("commands", "Write unit settings"),
    "config location": QT_TRANSLATE_NOOP("commands", "Write location"),
    "read device": QT_TRANSLATE_NOOP("commands", "Read unit settings"),
    "read location": QT_TRANSLATE_NOOP("commands", "Read location"),
    "read wifi": QT_TRANSLATE_NOOP("commands", "Read WiFi settings"),
    "read mqtt": QT_TRANSLATE_NOOP("commands", "Read broker settings"),
    "read ntp": QT_TRANSLATE_NOOP("commands", "Read time settings"),
    "read ble": QT_TRANSLATE_NOOP("commands", "Read Bluetooth settings"),
    "read all": QT_TRANSLATE_NOOP("commands", "Read all settings"),
    "diag self-test": QT_TRANSLATE_NOOP("commands", "Self-test"),
    "diag memory": QT_TRANSLATE_NOOP("commands", "Memory"),
    "diag network": QT_TRANSLATE_NOOP("commands", "Network"),
    "diag sensor": QT_TRANSLATE_NOOP("commands", "Sensor"),
    "diag log": QT_TRANSLATE_NOOP("commands", "Log"),
    "diag io": QT_TRANSLATE_NOOP("commands", "Inputs and outputs"),
}

_FAMILIES = {
    Family.OUTPUT: QT_TRANSLATE_NOOP("commands", "OUTPUTS"),
    Family.SYSTEM: QT_TRANSLATE_NOOP("commands", "SYSTEM"),
    Family.CONFIG: QT_TRANSLATE_NOOP("commands", "SETTINGS"),
    Family.READ: QT_TRANSLATE_NOOP("commands", "READ SETTINGS"),
    Family.DIAGNOSTIC: QT_TRANSLATE_NOOP("commands", "DIAGNOSTICS"),
}

_EFFECTS = {
    "get-status": QT_TRANSLATE_NOOP("commands", "Asks the unit for its full status."),
    "set-time": QT_TRANSLATE_NOOP("commands", "Sets the unit's clock to the station's time."),
    "reboot": QT_TRANSLATE_NOOP(
        "commands", "Restarts the unit; it watches nothing until it is back."
    ),
    "clear-counters": QT_TRANSLATE_NOOP(
        "commands",
        "Sets every activation counter of the unit to zero; the old counts are lost there.",
    ),
    "config device": QT_TRANSLATE_NOOP(
        "commands", "Writes the unit's id and heartbeat interval and reads them back."
    ),
    "config location": QT_TRANSLATE_NOOP("commands", "Writes where the unit is and reads it back."),
    "read device": QT_TRANSLATE_NOOP("commands", "Reads host name, id and heartbeat interval."),
    "read location": QT_TRANSLATE_NOOP("commands", "Reads country, zone and coordinates."),
    "read wifi": QT_TRANSLATE_NOOP(
        "commands", "Reads the WiFi settings; the password stays masked."
    ),
    "read mqtt": QT_TRANSLATE_NOOP(
        "commands", "Reads the broker settings; the password stays masked."
    ),
    "read ntp": QT_TRANSLATE_NOOP("commands", "Reads time servers and time zone."),
    "read ble": QT_TRANSLATE_NOOP("commands", "Reads the Bluetooth settings; keys stay masked."),
    "read all": QT_TRANSLATE_NOOP("commands", "Reads a short form of every setting."),
    "diag self-test": QT_TRANSLATE_NOOP("commands", "Lets the unit test itself."),
    "diag memory": QT_TRANSLATE_NOOP("commands", "Reads free and lowest free memory."),
    "diag network": QT_TRANSLATE_NOOP("commands", "Reads addresses, channel and signal."),
    "diag sensor": QT_TRANSLATE_NOOP("commands", "Reads the climate sensor at once."),
    "diag log": QT_TRANSLATE_NOOP("commands", "Reads the last lines of the unit's log."),
    "diag io": QT_TRANSLATE_NOOP("commands", "Reads every input and output (newer units)."),
}
"""What will happen, of every command but the outputs, whose sentence depends on their fields."""

_FIELDS = {
    "pattern": QT_TRANSLATE_NOOP("commands", "Pattern"),
    "total_duration": QT_TRANSLATE_NOOP("commands", "Duration"),
    "pulse_count": QT_TRANSLATE_NOOP("commands", "Periods"),
    "on_duration_ms": QT_TRANSLATE_NOOP("commands", "On for"),
    "off_duration_ms": QT_TRANSLATE_NOOP("commands", "Off for"),
    "repeat_interval": QT_TRANSLATE_NOOP("commands", "Repeat after"),
    "percent": QT_TRANSLATE_NOOP("commands", "Speed"),
    "delay_seconds": QT_TRANSLATE_NOOP("commands", "Wait first"),
    "heartbeat_interval": QT_TRANSLATE_NOOP("commands", "Heartbeat every"),
    "country": QT_TRANSLATE_NOOP("commands", "Country"),
    "zone": QT_TRANSLATE_NOOP("commands", "Zone"),
    "latitude": QT_TRANSLATE_NOOP("commands", "Latitude"),
    "longitude": QT_TRANSLATE_NOOP("commands", "Longitude"),
    "test_mask": QT_TRANSLATE_NOOP("commands", "Tests"),
    "log_lines": QT_TRANSLATE_NOOP("commands", "Lines"),
}

_HELP = {
    "pattern": QT_TRANSLATE_NOOP("commands", "How the output is driven; off ends any pattern."),
    "total_duration": QT_TRANSLATE_NOOP(
        "commands", "How long it runs; 0 is permanent, until somebody switches it off."
    ),
    "pulse_count": QT_TRANSLATE_NOOP(
        "commands", "Full periods before it rests; 0 goes on until the duration ends."
    ),
    "on_duration_ms": QT_TRANSLATE_NOOP("commands", "Length of each pulse."),
    "off_duration_ms": QT_TRANSLATE_NOOP("commands", "Rest after each pulse."),
    "repeat_interval": QT_TRANSLATE_NOOP(
        "commands", "Rest before the counted periods start again; 0 ends after them."
    ),
    "percent": QT_TRANSLATE_NOOP("commands", "Speed; 0 stops the fan."),
    "delay_seconds": QT_TRANSLATE_NOOP("commands", "Wait before the restart."),
    "heartbeat_interval": QT_TRANSLATE_NOOP(
        "commands", "Time between two heartbeats; a lost unit is noticed after about three."
    ),
    "country": QT_TRANSLATE_NOOP("commands", "Two letters, such as ES."),
    "zone": QT_TRANSLATE_NOOP("commands", "Zone number."),
    "latitude": QT_TRANSLATE_NOOP("commands", "Degrees, north positive."),
    "longitude": QT_TRANSLATE_NOOP("commands", "Degrees, east positive."),
    "test_mask": QT_TRANSLATE_NOOP(
        "commands",
        "Sum of: 1 memory, 2 WiFi, 4 MQTT, 8 sensor, 16 inputs and outputs, 32 flash, 64 clock.",
    ),
    "log_lines": QT_TRANSLATE_NOOP("commands", "How many lines, newest last."),
}

_PATTERNS = {
    "on": QT_TRANSLATE_NOOP("commands", "steady on"),
    "pulse": QT_TRANSLATE_NOOP("commands", "pulses"),
    "blink-slow": QT_TRANSLATE_NOOP("commands", "slow blinking"),
    "blink-fast": QT_TRANSLATE_NOOP("commands", "fast blinking"),
    "double-pulse": QT_TRANSLATE_NOOP("commands", "double pulses"),
    "triple-pulse": QT_TRANSLATE_NOOP("commands", "triple pulses"),
    "sos": QT_TRANSLATE_NOOP("commands", "SOS"),
    "strobe": QT_TRANSLATE_NOOP("commands", "strobe flashes"),
    "off": QT_TRANSLATE_NOOP("commands", "off"),
}

_STATES: Mapping[str, str] = {
    CommandState.PENDING: QT_TRANSLATE_NOOP("commands", "PENDING"),
    CommandState.SENT: QT_TRANSLATE_NOOP("commands", "SENT"),
    CommandState.ACKNOWLEDGED: QT_TRANSLATE_NOOP("commands", "ACCEPTED"),
    CommandState.COMPLETED: QT_TRANSLATE_NOOP("commands", "EXECUTED"),
    CommandState.OBSERVED: QT_TRANSLATE_NOOP("commands", "OBSERVED"),
    CommandState.FAILED: QT_TRANSLATE_NOOP("commands", "FAILED"),
    CommandState.TIMEOUT: QT_TRANSLATE_NOOP("commands", "NO ANSWER"),
    CommandState.CANCELLED: QT_TRANSLATE_NOOP("commands", "CANCELLED"),
    CommandState.EXPIRED: QT_TRANSLATE_NOOP("commands", "EXPIRED"),
}

_STATE_TIPS: Mapping[str, str] = {
    CommandState.PENDING: QT_TRANSLATE_NOOP("commands", "Written down, not sent yet."),
    CommandState.SENT: QT_TRANSLATE_NOOP(
        "commands", "The broker has it; whether the unit has it is not known."
    ),
    CommandState.ACKNOWLEDGED: QT_TRANSLATE_NOOP("commands", "The unit accepted it."),
    CommandState.COMPLETED: QT_TRANSLATE_NOOP("commands", "The unit says that it is done."),
    CommandState.OBSERVED: QT_TRANSLATE_NOOP("commands", "The unit's own messages prove it."),
    CommandState.FAILED: QT_TRANSLATE_NOOP("commands", "The unit refused it or could not do it."),
    CommandState.TIMEOUT: QT_TRANSLATE_NOOP(
        "commands", "The unit did not answer in time; it may have done it all the same."
    ),
    CommandState.CANCELLED: QT_TRANSLATE_NOOP("commands", "Taken back before it was sent."),
    CommandState.EXPIRED: QT_TRANSLATE_NOOP("commands", "Its time was over before it was sent."),
}


def _said(text: str) -> str:
    return translate("commands", text)


def name(command: str) -> str:
    """What people call a command; an unknown one keeps its own name."""
    return _said(_NAMES.get(command, command))


def family(value: Family) -> str:
    """Heading of a group of commands."""
    return _said(_FAMILIES.get(value, str(value)))


def field(spec: FieldSpec) -> str:
    """Label of a field."""
    return _said(_FIELDS.get(spec.name, spec.name))


def field_help(spec: FieldSpec) -> str:
    """What a field means."""
    return _said(_HELP.get(spec.name, spec.help))


def choice(value: str) -> str:
    """A choice of a field."""
    return _said(_PATTERNS.get(value, value))


def allowed(spec: FieldSpec) -> str:
    """What a field accepts: "10 to 3600 s"."""
    low = QLocale().toString(round(spec.minimum or 0))  # every limit is a whole number
    high = QLocale().toString(round(spec.maximum or 0))
    match spec.kind:
        case Kind.CHOICE:
            return ", ".join(choice(value) for value in spec.choices)
        case Kind.BOOL:
            return translate("commands", "yes or no")
        case Kind.TEXT if spec.minimum == spec.maximum:
            return translate("commands", "{count} letters").format(count=high)
        case Kind.TEXT:
            return translate("commands", "{low} to {high} characters").format(low=low, high=high)
        case _ if spec.unit:
            text = translate("commands", "{low} to {high} {unit}")
            return text.format(low=low, high=high, unit=spec.unit)
        case _:
            return translate("commands", "{low} to {high}").format(low=low, high=high)


def state(value: str) -> str:
    """A rung of the ladder, or its end."""
    return _said(_STATES.get(value, value))


def state_tip(value: str) -> str:
    """What a rung means, exactly."""
    return _said(_STATE_TIPS[value]) if value in _STATE_TIPS else ""


def effect(template: CommandTemplate, fields: dict[str, FieldValue]) -> str:
    """What will happen at each unit, in one sentence."""
    if template.name == "fan":
        return _fan_effect(fields)
    if template.family != Family.OUTPUT:
        return _said(_EFFECTS.get(template.name, template.effect))
    output = name(template.name)
    pattern = str(fields.get("pattern", "on"))
    if pattern == "off":
        return translate("commands", "{output}: off, whatever it is doing.").format(output=output)
    seconds = _seconds(fields)
    if not seconds:
        text = translate(
            "commands", "{output}: {pattern} PERMANENTLY, until somebody switches it off."
        )
        return text.format(output=output, pattern=choice(pattern))
    text = translate("commands", "{output}: {pattern} for {time}, then off.")
    return text.format(output=output, pattern=choice(pattern), time=times.lasting(seconds))


def _fan_effect(fields: dict[str, FieldValue]) -> str:
    percent = int(fields.get("percent", 0))
    if not percent:
        return translate("commands", "The fan stops.")
    seconds = _seconds(fields)
    if not seconds:
        text = translate(
            "commands", "The fan runs at {percent} % PERMANENTLY, until somebody stops it."
        )
        return text.format(percent=percent)
    text = translate("commands", "The fan runs at {percent} % for {time}, then stops.")
    return text.format(percent=percent, time=times.lasting(seconds))


def _seconds(fields: dict[str, FieldValue]) -> int:
    return int(fields.get("total_duration", 0))
