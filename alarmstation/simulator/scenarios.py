"""Short stories for one unit. Each yields the seconds until it goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final

from alarmstation.domain.errors import UserError
from alarmstation.domain.messages import Leaf, OutputCommand, OutputType, PatternType
from alarmstation.simulator.traits import Input
from alarmstation.simulator.unit import VirtualUnit

Script = Generator[float, None, None]

FLOOD_PER_S: Final = 200


def press(unit: VirtualUnit) -> Script:
    """Somebody presses panic 1 and lets go."""
    unit.press(Input.PANIC1)
    yield 1.0
    unit.release(Input.PANIC1)


def hold(unit: VirtualUnit) -> Script:
    """Panic 1 is held for two minutes."""
    unit.press(Input.PANIC1)
    yield 120.0
    unit.release(Input.PANIC1)


def tamper(unit: VirtualUnit) -> Script:
    """The enclosure is opened, and closed half a minute later."""
    unit.press(Input.TAMPER)
    yield 30.0
    unit.release(Input.TAMPER)


def reboot(unit: VirtualUnit) -> Script:
    """The unit restarts by itself."""
    unit.restart()
    yield 0.0


def silence(unit: VirtualUnit) -> Script:
    """The unit hangs for seven minutes: no message, no will."""
    unit.silence()
    yield 420.0
    unit.speak()


def clock_1970(unit: VirtualUnit) -> Script:
    """The unit forgets the time, raises an alarm without a date, and learns it again."""
    unit.set_clock(None)
    unit.beat()
    yield 5.0
    unit.press(Input.PANIC2)
    yield 5.0
    unit.release(Input.PANIC2)
    yield 50.0
    unit.set_clock(int(unit.now))


def duplicate(unit: VirtualUnit) -> Script:
    """An alarm is delivered twice, byte for byte, as QoS 1 may do."""
    unit.press(Input.PANIC1)
    repeat_last(unit, Leaf.ALARM)
    yield 2.0
    unit.release(Input.PANIC1)


def replay(unit: VirtualUnit) -> Script:
    """Somebody plays a heartbeat back: on its own leaf, much later, and on another leaf."""
    unit.beat()
    recorded = unit.sent[-1].data
    unit.send_raw(Leaf.ALARM, recorded)
    for _ in range(70):  # beyond the window
        unit.beat()
    yield 1.0
    unit.send_raw(Leaf.HB, recorded)


def bad_tag(unit: VirtualUnit) -> Script:
    """An alarm whose tag was changed in one bit."""
    unit.press(Input.PANIC1)
    yield 1.0
    unit.release(Input.PANIC1)
    yield 1.0
    spoil(unit)


def flood(unit: VirtualUnit) -> Script:
    """The unit sends 200 heartbeats a second for ten seconds."""
    for _ in range(10 * 20):
        for _ in range(FLOOD_PER_S // 20):
            unit.beat()
        yield 0.05


def siren(unit: VirtualUnit) -> Script:
    """The siren is started on the spot, for ten seconds."""
    unit.drive(
        OutputCommand(
            output=OutputType.SIREN,
            pattern=PatternType.CONSTANT,
            state=True,
            total_duration=10,
        )
    )
    yield 10.0


def day(unit: VirtualUnit) -> Script:
    """A calm day: an enclosure serviced in the morning, a false press, a sensor that fails."""
    yield 9 * 3600.0
    yield from tamper(unit)
    yield 4 * 3600.0
    yield from press(unit)
    yield 2 * 3600.0
    unit.sensor_works = False
    yield 600.0
    unit.sensor_works = True
    yield 8 * 3600.0


SCENARIOS: Final[dict[str, Callable[[VirtualUnit], Script]]] = {
    "press": press,
    "hold": hold,
    "tamper": tamper,
    "reboot": reboot,
    "silence": silence,
    "clock-1970": clock_1970,
    "duplicate": duplicate,
    "replay": replay,
    "bad-tag": bad_tag,
    "flood": flood,
    "siren": siren,
    "day": day,
}


def scenario(name: str) -> Callable[[VirtualUnit], Script]:
    """The scenario of this name; raises UserError that lists the names."""
    found = SCENARIOS.get(name)
    if found is None:
        raise UserError(
            "scenario.unknown",
            "There is no scenario {name}. There are: {known}.",
            name=name,
            known=", ".join(SCENARIOS),
        )
    return found


def repeat_last(unit: VirtualUnit, leaf: Leaf) -> bool:
    """Send the last frame of a leaf again, byte for byte; False when there was none."""
    for publish in reversed(unit.sent):
        if publish.leaf is leaf:
            unit.send_raw(leaf, publish.data)
            return True
    return False


def spoil(unit: VirtualUnit) -> bool:
    """Send the last alarm (else heartbeat) with one bit of its tag changed."""
    for leaf in (Leaf.ALARM, Leaf.HB):
        for publish in reversed(unit.sent):
            if publish.leaf is leaf:
                spoiled = publish.data[:-1] + bytes([publish.data[-1] ^ 1])
                unit.send_raw(Leaf.ALARM, spoiled)
                return True
    return False
