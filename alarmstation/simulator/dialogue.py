"""The line protocol of `alarmstation simulate`: one command a line, one JSON line as answer.

    press UNIT INPUT      release UNIT INPUT     test UNIT INPUT
                                                 INPUT: panic1, panic2, tamper, aux1, aux2
    open UNIT             close UNIT             the enclosure
    climate UNIT T H      climate UNIT auto      sensor UNIT on|off
    reboot UNIT           silence UNIT           speak UNIT
    drop UNIT             unplug UNIT            plug UNIT
    clock UNIT 1970|ok|+SECONDS|-SECONDS
    duplicate UNIT        replay UNIT            badtag UNIT          flood UNIT N
    scenario UNIT NAME    wait UNIT online|receipt|quiet SECONDS
    beat UNIT             show UNIT
    list                  counts               quit

UNIT is a hostname, its beginning or end if only one unit has it, or its number from 1.
Answers are `{"ok": true, …}` or `{"ok": false, "error": "…"}`.
"""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable
from typing import Any, Final

from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import AlarmEvent, Leaf
from alarmstation.simulator.effects import Session
from alarmstation.simulator.fleet import Fleet
from alarmstation.simulator.scenarios import repeat_last, scenario, spoil
from alarmstation.simulator.traits import Input
from alarmstation.simulator.unit import VirtualUnit

POLL_S: Final = 0.01
LARGEST_FLOOD: Final = 20_000

Answer = dict[str, Any]
Act = Callable[[VirtualUnit, list[str]], Answer]


class Dialogue:
    """Answers command lines on behalf of a fleet."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.finished = False
        self._units = fleet.members

    def answer(self, line: str) -> str:
        """The JSON line for a command line; never raises for what somebody typed."""
        try:
            words = shlex.split(line)
            result = self._do(words) if words else {}
            return json.dumps({"ok": True} | result)
        except (UserError, ValueError, KeyError, IndexError) as error:
            text = "an argument is missing" if isinstance(error, IndexError) else str(error)
            return json.dumps({"ok": False, "error": text})

    def _do(self, words: list[str]) -> Answer:
        match words[0]:
            case "quit":
                self.finished = True
                return {}
            case "list":
                return self._fleet.call(lambda: {"units": [_brief(it) for it in self._units]})
            case "counts":
                return dict(self._fleet.counts())
            case "wait":
                return self._wait(self._find(words[1]), words[2], float(words[3]))
            case "scenario":
                unit = self._find(words[1])
                self._fleet.run_script(unit, scenario(words[2])(unit))
                return {"unit": unit.host, "scenario": words[2]}
            case command if command in ACTS:
                unit = self._find(words[1])
                act = ACTS[command]
                at = time.time()  # before: whoever measures latency must not gain by it
                result = self._fleet.on_unit(unit.identity.host, lambda it: act(it, words[2:]))
                return {"unit": unit.host, "at": at} | result
            case command:
                raise UserError("simulate.unknown", "unknown command {command}", command=command)

    def _find(self, text: str) -> VirtualUnit:
        if text.isdigit() and 0 < int(text) <= len(self._units):
            return self._units[int(text) - 1]
        for fits in (str.__eq__, str.startswith, str.endswith):
            found = [unit for unit in self._units if fits(unit.host, text)]
            if len(found) == 1:
                return found[0]
        raise UserError("simulate.no_unit", "no single unit is called {name}", name=text)

    def _wait(self, unit: VirtualUnit, condition: str, seconds: float) -> Answer:
        conditions: dict[str, Callable[[], bool]] = {
            "online": lambda: unit.session is Session.ONLINE,
            "receipt": lambda: not unit.memory.outbox.entries,
            "quiet": lambda: not unit.outputs.runs,
        }
        if condition not in conditions:
            raise UserError(
                "simulate.condition",
                "wait for one of {known}",
                known=", ".join(conditions),
            )
        deadline = time.monotonic() + seconds
        while not conditions[condition]():
            if time.monotonic() > deadline:
                raise UserError(
                    "simulate.waited",
                    "{condition} did not come within {seconds} s",
                    condition=condition,
                    seconds=seconds,
                )
            time.sleep(POLL_S)
        return {"unit": unit.host, "at": time.time()} | _last_receipt(unit)


def _press(unit: VirtualUnit, words: list[str], *, active: bool) -> Answer:
    return _told(unit.set_input(Input(words[0]), active))


def _told(event: AlarmEvent | None) -> Answer:
    if event is None:
        return {"event": None}
    return {"event": event.sequence, "timestamp": event.timestamp, "boot_id": event.boot_id}


def _test(unit: VirtualUnit, words: list[str]) -> Answer:
    return _told(unit.test_input(Input(words[0])))


def _climate(unit: VirtualUnit, words: list[str]) -> Answer:
    if words[0] == "auto":
        unit.fixed_reading = None
    else:
        unit.set_climate(float(words[0]), float(words[1]))
    return {}


def _sensor(unit: VirtualUnit, words: list[str]) -> Answer:
    unit.sensor_works = words[0] == "on"
    return {}


def _clock(unit: VirtualUnit, words: list[str]) -> Answer:
    text = words[0]
    if text == "1970":
        unit.set_clock(None)
    elif text == "ok":
        unit.set_clock(round(unit.now))
    else:
        unit.set_clock(round(unit.now) + int(text))
    return {"stamp": unit.stamp}


def _replay(unit: VirtualUnit, _: list[str]) -> Answer:
    """An old heartbeat again, on its own leaf and on `alarm`."""
    old = next((sent for sent in unit.sent if sent.leaf is Leaf.HB), None)
    if old is None:
        raise UserError("simulate.nothing", "nothing was sent yet")
    unit.send_raw(Leaf.HB, old.data)
    unit.send_raw(Leaf.ALARM, old.data)
    return {}


def _duplicate(unit: VirtualUnit, _: list[str]) -> Answer:
    return {"repeated": repeat_last(unit, Leaf.ALARM) or repeat_last(unit, Leaf.HB)}


def _flood(unit: VirtualUnit, words: list[str]) -> Answer:
    number = min(int(words[0]), LARGEST_FLOOD)
    for _ in range(number):
        unit.beat()
    return {"sent": number}


def _plain(action: Callable[[VirtualUnit], object]) -> Act:
    def act(unit: VirtualUnit, _: list[str]) -> Answer:
        action(unit)
        return {}

    return act


ACTS: Final[dict[str, Act]] = {
    "press": lambda unit, words: _press(unit, words, active=True),
    "release": lambda unit, words: _press(unit, words, active=False),
    "open": lambda unit, _: _press(unit, [Input.TAMPER], active=True),
    "close": lambda unit, _: _press(unit, [Input.TAMPER], active=False),
    "test": _test,
    "climate": _climate,
    "sensor": _sensor,
    "clock": _clock,
    "reboot": _plain(VirtualUnit.restart),
    "silence": _plain(VirtualUnit.silence),
    "speak": _plain(VirtualUnit.speak),
    "drop": _plain(VirtualUnit.drop),
    "unplug": _plain(VirtualUnit.power_off),
    "plug": _plain(VirtualUnit.power_on),
    "beat": _plain(VirtualUnit.beat),
    "duplicate": _duplicate,
    "replay": _replay,
    "badtag": _plain(spoil),
    "flood": _flood,
    "show": lambda unit, _: _full(unit),
}


def _brief(unit: VirtualUnit) -> Answer:
    return {
        "host": unit.host,
        "name": unit.identity.name,
        "site": list(unit.identity.site_path),
        "online": unit.session is Session.ONLINE,
        "device_id": unit.device_id,
        "inputs": sorted(unit.inputs),
        "outbox": len(unit.memory.outbox.entries),
    }


def _full(unit: VirtualUnit) -> Answer:
    return (
        _brief(unit)
        | {
            "mac": unit.identity.mac.hex(":").upper(),
            "session": unit.session.name.lower(),
            "silent": unit.silent,
            "uptime": unit.uptime,
            "boot_count": unit.memory.boot_count,
            "boot_id": unit.boot_id,
            "firmware": unit.firmware,
            "stamp": unit.stamp,
            "reading": list(unit.reading()),
            "outputs": {
                run.output.name.lower(): run.command.pattern for run in unit.outputs.runs.values()
            },
            "alarm_sequence": unit.memory.alarm_sequence,
            "receipts": len(unit.receipts),
            "refused": dict(unit.intake.refused),
        }
        | _last_receipt(unit)
    )


def _last_receipt(unit: VirtualUnit) -> Answer:
    if not unit.receipts:
        return {"last_receipt": None}
    sequence, timestamp, at = unit.receipts[-1]
    return {"last_receipt": {"event": sequence, "timestamp": timestamp, "at": at}}
