"""The posix unit against a real broker: commissioning, alarms, power, the line protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alarmstation.adapters.wire.frame import FrameKey
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    BleConfig,
    CommandBody,
    CommandResponse,
    ConfigBody,
    ConfigCommand,
    ConfigType,
    DeviceConfig,
    EventState,
    Heartbeat,
    LastWill,
    Leaf,
    MqttConfig,
    NtpConfig,
    OutputCommand,
    OutputType,
    PatternType,
    Priority,
    ReadType,
    Stage,
    StatusMessage,
    SystemAction,
    SystemCommand,
    WifiConfig,
)
from alarmstation.domain.messages import ConfigReadCommand as Read
from alarmstation.simulator.firmware import FirmwareUnits
from alarmstation.simulator.site import UnitPlan
from alarmstation.simulator.traits import FIELD_DEVICE, UNSIGNED_FIELD_DEVICE
from tests.conftest import BrokerAccess
from tests.firmware.units import a_run, plans_of, running
from tests.simulator.listening import Ear, Until, listening


def keys_of(plans: list[UnitPlan]) -> dict[str, FrameKey | None]:
    keys = {plan.identity.host: plan.identity.key for plan in plans}
    return {host: None if key is None else FrameKey(key) for host, key in keys.items()}


class Scene:
    """Units, and the station's end of their broker."""

    def __init__(self, plans: list[UnitPlan], units: FirmwareUnits, ear: Ear, until: Until) -> None:
        self.plans = plans
        self.units = units
        self.ear = ear
        self.until = until
        self.host = plans[0].identity.host

    def online(self) -> None:
        self.units.do("wait 1 online 10")
        self.until(lambda: self.ear.of(Heartbeat, self.host))

    def alarms(self) -> list[AlarmEvent]:
        return self.ear.of(AlarmEvent, self.host)

    def send(self, body: object) -> CommandResponse:
        """Send a command and give its last answer."""
        before = len(self.ear.of(CommandResponse))
        self.ear.send(self.host, body, time.time())  # type: ignore[arg-type]

        def final() -> list[CommandResponse]:
            fresh = self.ear.of(CommandResponse)[before:]
            return [answer for answer in fresh if answer.stage != Stage.ACCEPTED]

        self.until(final)
        return final()[-1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "storage"


@contextmanager
def a_scene(
    sanitized: Path,
    broker: BrokerAccess,
    until: Until,
    plans: list[UnitPlan],
    folder: Path | None = None,
    *options: str,
) -> Iterator[Scene]:
    with (
        listening(broker, keys_of(plans)) as ear,
        running(sanitized, a_run(broker, plans, folder, *options)) as units,
    ):
        yield Scene(plans, units, ear, until)


@pytest.fixture
def scene(sanitized: Path, broker: BrokerAccess, until: Until, folder: Path) -> Iterator[Scene]:
    with a_scene(sanitized, broker, until, plans_of(), folder) as made:
        yield made


def test_a_commissioned_unit_logs_in_and_tells_who_it_is(scene: Scene) -> None:
    scene.online()
    login = scene.ear.of(StatusMessage, scene.host, Leaf.LOGIN)[0]
    assert login.mac_address == scene.plans[0].identity.mac
    assert login.firmware == "2.1.0"
    assert login.boot_count == 1
    assert login.mqtt_connected
    beat = scene.ear.of(Heartbeat, scene.host)[0]
    assert beat.boot_id
    assert beat.alarm_sequence == 0
    assert scene.units.do("counts")["connects"] == 1
    leaves = [leaf for _, leaf, _ in scene.ear.heard]
    assert leaves.index(Leaf.LOGIN) < leaves.index(Leaf.HB)
    assert not scene.ear.refused


def test_an_alarm_is_repeated_unchanged_until_its_receipt(scene: Scene) -> None:
    scene.online()
    told = scene.units.do("press 1 panic1")
    scene.until(lambda: len(scene.alarms()) >= 2, 15)
    first, second = scene.alarms()[:2]
    assert first == second
    assert first.sequence == told["event"]
    assert first.boot_id == told["boot_id"]
    assert (first.type, first.state) == (AlarmType.PANIC1, EventState.ACTIVE)
    assert first.priority == Priority.CRITICAL
    assert first.millis // 1000 == first.timestamp
    scene.ear.receipts = True
    receipt = scene.units.do("wait 1 receipt 20")["last_receipt"]
    assert receipt["event"] == first.sequence
    scene.units.do("release 1 panic1")
    scene.units.do("wait 1 receipt 10")
    assert scene.alarms()[-1].state == EventState.INACTIVE


def test_a_power_cut_loses_no_alarm_and_repeats_no_number(scene: Scene) -> None:
    scene.online()
    scene.units.do("press 1 panic1")
    scene.until(scene.alarms)
    scene.units.do("unplug 1")
    scene.until(lambda: scene.ear.of(LastWill, scene.host))
    scene.units.do("release 1 panic1")
    scene.units.do("plug 1")
    scene.units.do("wait 1 online 10")
    scene.until(lambda: len(scene.alarms()) >= 2, 15)
    assert scene.alarms()[0] == scene.alarms()[1]
    scene.ear.receipts = True
    scene.units.do("drop 1")
    scene.units.do("wait 1 online 10")
    scene.units.do("wait 1 receipt 10")
    assert scene.units.do("press 1 panic2")["event"] == 2
    numbers = [
        int.from_bytes(data[2:6], "big")
        for topic, data in scene.ear.frames
        if not topic.endswith("/lw")
    ]
    assert numbers == sorted(set(numbers))


def test_the_power_goes_while_an_alarm_is_stored(scene: Scene) -> None:
    scene.online()
    writes = scene.units.do("show 1")["writes"]
    for number in (1, 2):
        scene.units.do(f"cut 1 {number} 5")
        scene.units.do("press 1 panic1")
        scene.until(lambda: not scene.units.do("show 1")["powered"])
        scene.units.do("plug 1")
        scene.units.do("wait 1 online 10")
        scene.ear.receipts = True
        scene.until(lambda: any(alarm.state == EventState.ACTIVE for alarm in scene.alarms()), 10)
        scene.units.do("wait 1 receipt 10")
        scene.units.do("release 1 panic1")
        scene.units.do("wait 1 receipt 10")
        scene.ear.heard.clear()
    assert scene.units.do("show 1")["writes"] > writes


def test_alarms_made_without_a_network_come_oldest_first(scene: Scene) -> None:
    scene.online()
    scene.units.do("network 1 off")
    events = [scene.units.do(f"{line} 1 panic{n}")["event"] for n in (1, 2) for line in PRESSES]
    assert scene.units.do("list")["units"][0]["outbox"] == 4
    scene.units.do("network 1 on")
    scene.ear.receipts = True
    scene.units.do("wait 1 online 20")
    scene.units.do("wait 1 receipt 10")
    assert [alarm.sequence for alarm in scene.alarms()][:4] == events


PRESSES = ("press", "release")


def test_a_new_process_goes_on_where_the_old_one_stopped(
    sanitized: Path, broker: BrokerAccess, until: Until, folder: Path
) -> None:
    plans = plans_of()
    with a_scene(sanitized, broker, until, plans, folder) as scene:
        scene.online()
        assert scene.units.do("press 1 tamper")["event"] == 1
        assert scene.units.do("show 1")["boot_count"] == 1
    with a_scene(sanitized, broker, until, plans, folder) as scene:
        scene.online()
        until(lambda: [alarm.sequence for alarm in scene.alarms()][:1] == [1], 10)
        assert scene.units.do("show 1")["boot_count"] == 2
        assert scene.units.do("press 1 panic1")["event"] == 2


def test_lines_drive_the_units_and_each_is_answered(
    sanitized: Path, broker: BrokerAccess, until: Until, folder: Path
) -> None:
    with a_scene(sanitized, broker, until, plans_of(3), folder) as scene:
        units, ear = scene.units, scene.ear
        hosts = [plan.identity.host for plan in scene.plans]
        for number in (1, 2, 3):
            units.do(f"wait {number} online 10")
        assert units.do(f"wait {hosts[0]} online 1")["unit"] == hosts[0]
        assert units.do("press 1 panic1")["event"] == 1
        assert units.do("press 1 panic1")["event"] is None
        assert units.do("release 1 panic1")["event"] == 2
        assert units.do("press 1 aux1")["event"] is None
        assert units.do("open 2")["event"] == 1
        assert units.do("close 2")["event"] == 2
        units.do("climate 3 31.5 12")
        units.do("reboot 3")  # which reads the sensor at once
        until(lambda: _last_beat(scene, 3).temperature == 31.5)
        units.do("sensor 3 off")
        units.do("reboot 3")
        until(lambda: _last_beat(scene, 3).humidity == 0)
        assert _last_beat(scene, 3).temperature == 0
        units.do("sensor 3 on")
        units.do("climate 3 auto")
        assert units.do("clock 3 1970")["stamp"] < 1000
        assert abs(units.do("clock 3 -100")["stamp"] - time.time() + 100) < 5
        assert units.do("clock 3 ok")["stamp"] > 1_600_000_000
        units.do("badtag 1")
        until(lambda: (hosts[0], "alarm", "bad_tag") in ear.refused)
        assert units.do("duplicate 1")["repeated"]
        units.do("replay 2")
        assert units.do("flood 2 50")["sent"] == 50
        units.do("silence 2")
        assert units.do("show 2")["silent"]
        units.do("speak 2")
        units.do("unplug 2")
        until(lambda: ear.of(LastWill, hosts[1]))
        units.do("plug 2")
        units.do("wait 2 online 10")
        assert units.do("show 3")["boot_count"] == 3
        assert units.do("beat 3")["ok"]
        assert "OK" in units.do("at 1 VERSION")["answer"]
        assert len(units.do("list")["units"]) == 3
        assert units.do("counts")["units"] == 3


def _last_beat(scene: Scene, number: int) -> Heartbeat:
    return scene.ear.of(Heartbeat, scene.plans[number - 1].identity.host)[-1]


@pytest.mark.parametrize(
    "line", ["press", "press 9 panic1", "press 1 button", "dance 1", "wait 1 fame 1", "press '"]
)
def test_a_line_that_makes_no_sense_is_answered_with_the_reason(
    sanitized: Path, broker: BrokerAccess, line: str
) -> None:
    with running(sanitized, a_run(broker, plans_of())) as units:
        answer = units.ask(line)
        assert not answer["ok"]
        assert answer["error"]


def test_a_scenario_plays_by_itself(
    sanitized: Path, broker: BrokerAccess, until: Until, folder: Path
) -> None:
    with a_scene(sanitized, broker, until, plans_of(), folder, "--scenario", "press:1") as scene:
        until(lambda: len({alarm.sequence for alarm in scene.alarms()}) == 2, 15)
        states = {alarm.sequence: alarm.state for alarm in scene.alarms()}
        assert states == {1: EventState.ACTIVE, 2: EventState.INACTIVE}


def test_a_rename_moves_every_topic(scene: Scene, broker: BrokerAccess) -> None:
    scene.online()
    old, scene.ear.keys = scene.host, {**scene.ear.keys, "MOVED": scene.ear.keys[scene.host]}
    body = ConfigCommand(
        ConfigType.DEVICE,
        DeviceConfig(hostname="MOVED", device_id=7, enable_heartbeat=True, heartbeat_interval=30),
    )
    assert scene.send(body).success
    scene.until(lambda: scene.units.do("list")["units"][0]["host"] == "MOVED")
    password = broker.add_unit("MOVED").password
    scene.units.do(f"account 1 MOVED {password}")  # the old account may not use the new topics
    scene.until(lambda: scene.ear.of(StatusMessage, "MOVED", Leaf.LOGIN), 15)
    assert scene.ear.of(StatusMessage, "MOVED", Leaf.LOGIN)[0].device_db_id == 7
    assert not scene.ear.of(LastWill, old)


@pytest.mark.parametrize(
    ("body", "read", "expected"),
    [
        (WifiConfig(ssid="net", password="a password", dhcp=True), ReadType.WIFI, {"ssid": "net"}),
        (MqttConfig(keepalive=120, qos=1), ReadType.MQTT, {"keepalive": 120}),
        (NtpConfig(server1="time.example", sync_interval=7200), ReadType.NTP, {"interval": 7200}),
        (BleConfig(device_name="Unit", adv_hmac_key=b"k" * 32), ReadType.BLE, {"name": "Unit"}),
    ],
    ids=["wifi", "mqtt", "ntp", "ble"],
)
def test_what_is_written_can_be_read_back_but_no_secret(
    scene: Scene, body: ConfigBody, read: ReadType, expected: dict[str, object]
) -> None:
    scene.online()
    assert scene.send(ConfigCommand.of(body)).success
    scene.units.do("wait 1 online 10")
    payload = scene.send(Read(read)).payload
    assert expected.items() <= json.loads(payload).items()
    assert "a password" not in str(payload)
    assert (b"k" * 32).hex() not in str(payload)


@pytest.mark.parametrize(
    "body",
    [
        ConfigCommand(ConfigType.WIFI, MqttConfig(port=1)),
        ConfigCommand.of(MqttConfig(keepalive=9)),
        ConfigCommand.of(NtpConfig(sync_interval=299)),
        ConfigCommand.of(BleConfig(interval_ms=19)),
        OutputCommand(OutputType.SIREN, PatternType.PWM),
        SystemCommand(99),
        SystemCommand(SystemAction.REBOOT, delay_seconds=3601),
    ],
)
def test_what_the_limits_forbid_is_refused_and_changes_nothing(
    scene: Scene, body: CommandBody
) -> None:
    scene.online()
    writes = scene.send(Read(ReadType.ALL)).payload
    answer = scene.send(body)
    assert not answer.success
    assert answer.error_code in {1, 3, 7}
    assert answer.stage == 0
    assert scene.send(Read(ReadType.ALL)).payload == writes


def test_a_factory_reset_leaves_the_broker_for_good(scene: Scene) -> None:
    scene.online()
    scene.ear.send(scene.host, SystemCommand(SystemAction.FACTORY_RESET), time.time())
    scene.until(lambda: [a.stage for a in scene.ear.of(CommandResponse)] == [Stage.ACCEPTED])
    scene.until(lambda: not scene.units.do("list")["units"][0]["online"], 15)
    shown = scene.units.do("show 1")
    assert shown["outbox"] == 0
    assert scene.units.ask("wait 1 online 2")["ok"] is False


def test_a_siren_blinks_and_says_when_it_starts_and_stops(scene: Scene) -> None:
    scene.online()
    body = OutputCommand(OutputType.SIREN, PatternType.BLINK_FAST, total_duration=2)
    assert scene.send(body).success
    scene.units.do("wait 1 quiet 10")
    scene.until(lambda: len(scene.alarms()) == 2)
    assert [alarm.state for alarm in scene.alarms()] == [EventState.STARTING, EventState.STOPPING]
    assert scene.alarms()[-1].elapsed_seconds == 2
    edges = scene.units.do("edges 1")["edges"]
    assert [on for _, _, on in edges] == [True, False] * 5
    assert scene.units.do("list")["units"][0]["outbox"] == 0


# --- older units


def test_a_field_device_knows_no_extensions(
    sanitized: Path, broker: BrokerAccess, until: Until, folder: Path
) -> None:
    with a_scene(sanitized, broker, until, plans_of(1, FIELD_DEVICE), folder) as scene:
        scene.online()
        assert scene.ear.of(Heartbeat)[0].boot_id == 0
        assert scene.ear.of(StatusMessage)[0].firmware == "1.4.2"
        assert scene.units.do("press 1 panic1")["ok"]
        until(scene.alarms)
        assert scene.alarms()[0].boot_id == 0
        assert scene.send(SystemCommand(SystemAction.GET_STATUS)).stage == 0
        assert all(leaf != Leaf.RESPONSE for _, leaf, _ in scene.ear.heard)
        long_answer = scene.send(Read(ReadType.ALL))
        assert long_answer.success
        assert len(long_answer.payload) <= 256
        before = len(scene.ear.frames)
        scene.units.do("unplug 1")
        scene.units.do("plug 1")
        scene.units.do("wait 1 online 10")
        until(lambda: len(scene.ear.of(StatusMessage, "", Leaf.LOGIN)) == 2)
        numbers = [
            int.from_bytes(data[2:6], "big")
            for topic, data in scene.ear.frames[before:]
            if topic.endswith("/login")
        ]
        assert numbers[0] < 10, "an older unit counts from the start again"


def test_an_unsigned_field_device_sends_bare_messages(
    sanitized: Path, broker: BrokerAccess, until: Until, folder: Path
) -> None:
    plans = plans_of(1, UNSIGNED_FIELD_DEVICE)
    with a_scene(sanitized, broker, until, plans, folder) as scene:
        scene.units.do("wait 1 online 10")
        until(lambda: scene.ear.refused)
        assert {reason for _, _, reason in scene.ear.refused} == {"unsigned"}
        assert all(data[0] >= 0x08 for _, data in scene.ear.frames)
