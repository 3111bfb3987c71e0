"""Units over a real broker."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from alarmstation.domain.messages import (
    AlarmEvent,
    CommandResponse,
    ConfigCommand,
    DeviceConfig,
    EventState,
    Heartbeat,
    LastWill,
    Leaf,
    OutputCommand,
    OutputType,
    PatternType,
    Stage,
    StatusMessage,
)
from alarmstation.simulator.effects import Session
from alarmstation.simulator.fleet import Clock, Fleet
from alarmstation.simulator.scenarios import SCENARIOS
from alarmstation.simulator.site import VirtualSite
from alarmstation.simulator.traits import OUR_FIRMWARE, Input
from alarmstation.simulator.unit import VirtualUnit
from tests.conftest import BrokerAccess, ExpectedLog
from tests.simulator.listening import Ear, Until, address, listening

GIVE_ID = ConfigCommand.of(DeviceConfig(device_id=77))


def some_units(number: int) -> list[VirtualUnit]:
    return [plan.unit(time.time()) for plan in VirtualSite.drawn(number).plans]


@contextmanager
def a_fleet(broker: BrokerAccess, units: list[VirtualUnit]) -> Iterator[tuple[Fleet, Ear]]:
    """Units with an account each, and somebody who listens."""
    passwords = {unit.host: broker.add_unit(unit.host).password for unit in units}
    with listening(broker, {unit.host: unit.key for unit in units}) as ear:
        fleet = Fleet(units, address(broker), accounts=passwords.get)
        with fleet:
            yield fleet, ear
        assert fleet.problems == []


def test_every_unit_logs_in_with_its_own_account_and_sends_a_heartbeat(
    broker: BrokerAccess, until: Until
) -> None:
    units = some_units(5)
    with a_fleet(broker, units) as (_, ear):
        until(lambda: len(ear.of(Heartbeat)) == 5)
        macs = {login.mac_address for login in ear.of(StatusMessage, leaf=Leaf.LOGIN)}
        assert macs == {unit.identity.mac for unit in units}


def test_a_dropped_connection_brings_the_will_and_then_a_new_login(
    broker: BrokerAccess, until: Until
) -> None:
    units = some_units(2)
    with a_fleet(broker, units) as (fleet, ear):
        until(lambda: fleet.online == 2)
        fleet.on_unit(units[0].host, VirtualUnit.drop)
        until(lambda: ear.of(LastWill))
        assert [will.hostname for will in ear.of(LastWill)] == [units[0].host]
        until(lambda: len(ear.of(StatusMessage, units[0].host, Leaf.LOGIN)) == 2)


def test_a_clean_stop_brings_no_will(broker: BrokerAccess, until: Until) -> None:
    units = some_units(2)
    passwords = {unit.host: broker.add_unit(unit.host).password for unit in units}
    with listening(broker, {unit.host: unit.key for unit in units}) as ear:
        with Fleet(units, address(broker), accounts=passwords.get) as fleet:
            until(lambda: fleet.online == 2)
        # What comes after the stop shows that the broker had time to send wills.
        again = Fleet(some_units(1), address(broker), accounts=passwords.get)
        with again:
            until(lambda: len(ear.of(StatusMessage, leaf=Leaf.LOGIN)) == 3)
        assert ear.of(LastWill) == []


def test_an_alarm_is_delivered_and_its_receipt_empties_the_outbox(
    broker: BrokerAccess, until: Until
) -> None:
    units = some_units(1)
    with a_fleet(broker, units) as (fleet, ear):
        until(lambda: fleet.online == 1)
        fleet.on_unit(units[0].host, lambda unit: unit.press(Input.PANIC1))
        until(lambda: ear.of(AlarmEvent))
        assert len(units[0].memory.outbox.entries) == 1
        ear.receipts = True
        fleet.on_unit(units[0].host, lambda unit: unit.release(Input.PANIC1))
        until(lambda: not units[0].memory.outbox.entries, 15.0)
        states = {event.sequence: event.state for event in ear.of(AlarmEvent)}
        assert states == {1: EventState.ACTIVE, 2: EventState.INACTIVE}


def test_a_command_is_carried_out_and_answered(broker: BrokerAccess, until: Until) -> None:
    units = some_units(1)
    host = units[0].host
    with a_fleet(broker, units) as (fleet, ear):
        until(lambda: fleet.online == 1)
        ear.send(
            host,
            OutputCommand(OutputType.SIREN, PatternType.CONSTANT, state=True, total_duration=1),
            time.time(),
        )
        until(lambda: len(ear.of(CommandResponse)) == 2)
        assert [it.stage for it in ear.of(CommandResponse)] == [Stage.ACCEPTED, Stage.EXECUTED]
        until(lambda: len(ear.of(AlarmEvent)) == 2)
        assert ear.of(AlarmEvent)[-1].elapsed_seconds == 1


def test_a_renamed_unit_comes_back_under_its_new_topics(broker: BrokerAccess, until: Until) -> None:
    units = some_units(1)
    old = units[0].host
    key = units[0].key
    # One account for all: a unit's own account may publish under its own name only.
    with (
        listening(broker, {old: key, "GATE_1": key}) as ear,
        Fleet(units, address(broker, as_station=True)) as fleet,
    ):
        until(lambda: fleet.online == 1)
        fleet.on_unit(old, lambda unit: unit.later(0, lambda: unit.reconnect_as("GATE_1")))
        until(lambda: ear.of(StatusMessage, "GATE_1", Leaf.LOGIN))
        ear.send("GATE_1", GIVE_ID, time.time())
        until(lambda: units[0].device_id == 77)


def test_a_unit_that_was_renamed_before_is_found_under_both_names(
    broker: BrokerAccess, until: Until
) -> None:
    unit = some_units(1)[0]
    unit.memory.settings.write(DeviceConfig(hostname="GATE_2"))
    with Fleet([unit], address(broker, as_station=True), shared_connections=1) as fleet:
        until(lambda: fleet.online == 1)
        assert fleet.counts()["units"] == 1
        for name in ("GATE_2", unit.identity.host):
            assert fleet.on_unit(name, lambda it: it.host) == "GATE_2"


def test_a_refused_account_is_tried_again_until_it_is_known(
    broker: BrokerAccess, until: Until, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "the broker refuses ESG_ALARM_")
    unit = VirtualSite.drawn(1, seed=77).plans[0].unit(time.time())
    known: dict[str, str] = {unit.host: "not yet"}
    with Fleet([unit], address(broker), accounts=known.get) as fleet:
        until(lambda: fleet.traffic.refused)
        known[unit.host] = broker.add_unit(unit.host).password
        until(lambda: fleet.online == 1, 15.0)


def test_a_broker_that_is_away_is_tried_again(broker: BrokerAccess, until: Until) -> None:
    units = some_units(1)
    nowhere = address(broker, as_station=True)
    fleet = Fleet(units, type(nowhere)(port=1, base_topic="x"))
    with fleet:
        until(lambda: fleet.traffic.losses >= 2)
        assert units[0].session in {Session.WAITING, Session.CONNECTING}


def test_hundreds_of_units_share_a_few_connections_and_still_hear_their_commands(
    broker: BrokerAccess, until: Until
) -> None:
    units = some_units(300)
    with listening(broker, {unit.host: unit.key for unit in units}) as ear:
        fleet = Fleet(
            units, address(broker, as_station=True), shared_connections=3, stagger_s=0.001
        )
        with fleet:
            until(lambda: len(ear.of(Heartbeat)) == 300, 20.0)
            assert fleet.traffic.connects == 3
            ear.send(units[200].host, GIVE_ID, time.time())
            until(lambda: units[200].device_id == 77)
            assert sum(unit.device_id != 0 for unit in units) == 1
        assert fleet.problems == []


def test_heartbeats_keep_their_rhythm(broker: BrokerAccess, until: Until) -> None:
    units = some_units(3)
    for unit in units:
        unit.memory.settings.device = DeviceConfig(unit.host, 0, True, 1)
    with a_fleet(broker, units) as (_, ear):
        until(lambda: len(ear.of(Heartbeat, units[0].host)) >= 4)
        stamps = [beat.uptime for beat in ear.of(Heartbeat, units[0].host)][:4]
        assert stamps == [0, 1, 2, 3]


def test_a_script_is_played_on_the_fleets_clock(broker: BrokerAccess, until: Until) -> None:
    units = some_units(1)
    with a_fleet(broker, units) as (fleet, ear):
        until(lambda: fleet.online == 1)
        done = fleet.run_script(units[0], SCENARIOS["press"](units[0]))
        done.result(10.0)
        until(lambda: len(ear.of(AlarmEvent)) >= 2)


def test_an_error_of_an_action_reaches_the_caller_and_not_the_fleet(
    broker: BrokerAccess, until: Until
) -> None:
    units = some_units(1)
    with a_fleet(broker, units) as (fleet, _):
        with pytest.raises(ZeroDivisionError):
            fleet.call(lambda: 1 / 0)
        until(lambda: fleet.online == 1)


def test_a_clock_can_start_elsewhere_and_run_faster() -> None:
    clock = Clock(start=1000.0, speed=100.0)
    assert 1000.0 <= clock() < 1100.0
    assert clock.wait_s(1100.0, 1000.0) == 1.0


def test_the_heartbeat_interval_of_our_firmware_is_30_seconds() -> None:
    assert OUR_FIRMWARE.heartbeat_interval_s == 30
