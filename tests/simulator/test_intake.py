"""How a unit takes commands and receipts (`protocol.md` 2.4, 2.6, 5, 6, 9.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alarmstation.adapters.wire.frame import seal
from alarmstation.domain.messages import (
    AlarmEvent,
    BleConfig,
    ConfigCommand,
    ConfigReadCommand,
    ConfigType,
    DeviceConfig,
    DiagnosticAction,
    DiagnosticCommand,
    EventState,
    Leaf,
    LocationConfig,
    MqttConfig,
    NtpConfig,
    OtaAction,
    OtaCommand,
    OutputCommand,
    OutputType,
    PatternType,
    ReadType,
    Stage,
    StatusMessage,
    SystemAction,
    SystemCommand,
    WifiConfig,
)
from alarmstation.simulator.effects import Connect, Session
from alarmstation.simulator.traits import FIELD_DEVICE, OUR_FIRMWARE, UNSIGNED_FIELD_DEVICE, Input
from tests.adapters.wire.vectors import VECTORS
from tests.simulator.building import NOON, Bench

SIREN = OutputCommand(OutputType.SIREN, PatternType.CONSTANT, state=True, total_duration=30)
GET_STATUS = SystemCommand(SystemAction.GET_STATUS)
REBOOT = SystemCommand(SystemAction.REBOOT, delay_seconds=3)
CLEAR = SystemCommand(SystemAction.CLEAR_COUNTERS)


def payload(bench: Bench) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(bench.answer().payload)
    return data


def test_an_output_is_accepted_then_executed_and_starts() -> None:
    bench = Bench()
    bench.send(SIREN, request_id="r")
    bench.run(1.0)
    assert [(it.request_id, it.success, it.stage) for it in bench.responses()] == [
        ("r", True, Stage.ACCEPTED),
        ("r", True, Stage.EXECUTED),
    ]
    assert bench.unit.outputs.is_on(OutputType.SIREN)
    assert [it.state for it in bench.messages(AlarmEvent)] == [EventState.STARTING]


def test_an_older_unit_answers_once_without_a_stage_on_its_own_leaf() -> None:
    bench = Bench(FIELD_DEVICE)
    bench.send(SIREN)
    bench.run(1.0)
    assert [(it.success, it.stage) for it in bench.responses()] == [(True, Stage.UNSPECIFIED)]
    leaves = {publish.leaf for _, publish in bench.published}
    assert Leaf.RESP in leaves
    assert Leaf.RESPONSE not in leaves


@pytest.mark.parametrize(
    ("body", "needed"),
    [
        (GET_STATUS, 0),
        (SystemCommand(SystemAction.SET_TIME, unix_time=int(NOON)), 1),
        (SIREN, 1),
        (DiagnosticCommand(DiagnosticAction.SENSOR_READ), 1),
        (ConfigReadCommand(ReadType.DEVICE), 1),
        (REBOOT, 2),
        (CLEAR, 2),
        (ConfigCommand.of(LocationConfig(zone=3)), 2),
        (OtaCommand(OtaAction.GET_STATUS), 2),
        (SystemCommand(SystemAction.FACTORY_RESET), 2),
    ],
)
def test_a_lower_auth_level_than_demanded_is_error_2(body: Any, needed: int) -> None:
    bench = Bench()
    if needed:
        bench.send(body, auth=needed - 1)
        refused = bench.answer()
        assert (refused.success, refused.error_code, refused.stage) == (False, 2, 0)
    bench.send(body, auth=needed)
    assert bench.answer().success


@pytest.mark.parametrize("away", [-301, 301])
def test_a_stamp_more_than_300_seconds_away_is_error_10(away: int) -> None:
    bench = Bench()
    bench.send(SIREN, timestamp=int(NOON) + away)
    assert bench.answer().error_code == 10
    assert bench.answer().timestamp == NOON
    bench.send(SIREN, timestamp=int(NOON) + away - (1 if away > 0 else -1))
    assert bench.answer().success


def test_set_time_is_never_held_against_the_clock() -> None:
    bench = Bench()
    bench.send(
        SystemCommand(SystemAction.SET_TIME, unix_time=int(NOON) + 86_400),
        timestamp=int(NOON) + 86_400,
    )
    assert bench.answer().success
    assert bench.unit.stamp == NOON + 86_400


def test_without_a_clock_neither_stamp_nor_expiry_is_looked_at() -> None:
    bench = Bench()
    bench.unit.set_clock(None)
    bench.send(SIREN, timestamp=1, expires_at=2)
    assert bench.answer().success


def test_an_expired_command_is_error_4() -> None:
    bench = Bench()
    bench.send(SIREN, expires_at=int(NOON) - 1)
    assert bench.answer().error_code == 4
    bench.send(SIREN, expires_at=int(NOON))
    assert bench.answer().success


def test_sequence_fields_that_disagree_are_error_10() -> None:
    bench = Bench()
    bench.send(SIREN, envelope_sequence=5)
    assert bench.answer().error_code == 10
    assert not bench.unit.outputs.runs


def test_an_envelope_without_request_id_is_error_3() -> None:
    bench = Bench()
    bench.send(SIREN, request_id="")
    assert (bench.answer().error_code, bench.answer().request_id) == (3, "")


def test_an_envelope_without_sub_command_is_error_1() -> None:
    bench = Bench()
    bench.send(None)
    assert bench.answer().error_code == 1


def test_an_authentic_frame_that_does_not_decode_is_error_400() -> None:
    bench = Bench()
    bench.unit.received(Leaf.CMD, seal(bench.key, 9000, b"\x0a\xff"))
    assert bench.answer().error_code == 400


def test_neither_bad_tags_nor_replays_nor_bare_commands_are_answered() -> None:
    bench = Bench()
    frame = bench.send(GET_STATUS, request_id="")
    bench.clear()
    bench.unit.received(Leaf.CMD, frame)
    bench.unit.received(Leaf.CMD, frame[:-1] + bytes([frame[-1] ^ 1]))
    bench.unit.received(Leaf.CMD, frame[6:-8])
    assert bench.responses() == []
    assert bench.unit.intake.refused == {"replay": 1, "bad_tag": 1, "unsigned": 1}


def test_a_command_below_the_window_is_not_carried_out() -> None:
    bench = Bench()
    bench.send(GET_STATUS, sequence=5000)
    bench.clear()
    bench.send(SIREN, sequence=5000 - 64)
    assert bench.responses() == []
    bench.send(SIREN, sequence=5000 - 63)
    assert bench.answer().success


def test_a_receipt_and_a_command_share_one_window() -> None:
    bench = Bench()
    event = bench.unit.press(Input.PANIC1)
    assert event is not None
    bench.send(GET_STATUS, sequence=2000)
    bench.receipt(event)  # number 2000 as well
    assert len(bench.unit.memory.outbox.entries) == 1


def test_a_repeated_request_is_answered_again_and_not_carried_out_again() -> None:
    bench = Bench()
    bench.send(SIREN, request_id="same")
    bench.run(2.0)
    first = bench.answer()
    bench.clear()
    bench.send(SIREN, request_id="same", timestamp=1)
    assert bench.answer() == type(first)(
        request_id="same",
        timestamp=int(NOON) + 2,
        success=True,
        message=first.message,
        stage=Stage.EXECUTED,
    )
    assert bench.messages(AlarmEvent) == []


def test_a_repeated_request_is_answered_at_most_once_a_second() -> None:
    bench = Bench()
    frame = bench.send(SIREN, request_id="same")
    bench.run(2.0)
    bench.clear()
    for _ in range(5):
        bench.unit.received(Leaf.CMD, frame)
    assert len(bench.responses()) == 1
    bench.run(1.0)
    bench.unit.received(Leaf.CMD, frame)
    assert len(bench.responses()) == 2


def test_thirty_two_requests_are_remembered() -> None:
    bench = Bench()
    for number in range(33):
        bench.send(GET_STATUS, request_id=f"r{number}")
    bench.run(2.0)
    statuses = len(bench.messages(StatusMessage, Leaf.STATUS))
    bench.send(GET_STATUS, request_id="r1")
    assert len(bench.messages(StatusMessage, Leaf.STATUS)) == statuses
    bench.send(GET_STATUS, request_id="r0")
    assert len(bench.messages(StatusMessage, Leaf.STATUS)) == statuses + 1


def test_a_reboot_is_accepted_and_executed_after_the_login_that_follows() -> None:
    bench = Bench()
    bench.send(REBOOT, request_id="boot")
    assert (bench.answer().stage, bench.answer().message) == (Stage.ACCEPTED, "reboot in 3 s")
    bench.run(2.9)
    assert bench.unit.memory.boot_count == 1
    bench.clear()
    bench.run(5.0)
    assert bench.unit.memory.boot_count == 2
    leaves = [publish.leaf for _, publish in bench.published]
    assert leaves.index(Leaf.LOGIN) < leaves.index(Leaf.RESPONSE)
    assert (bench.answer().request_id, bench.answer().stage) == ("boot", Stage.EXECUTED)


def test_a_reboot_is_not_repeated_even_after_it() -> None:
    bench = Bench()
    bench.send(REBOOT, request_id="boot")
    bench.run(10.0)
    bench.clear()
    bench.send(REBOOT, request_id="boot")
    bench.run(10.0)
    assert bench.unit.memory.boot_count == 2
    assert bench.answer().stage == Stage.EXECUTED


def test_a_factory_reset_is_accepted_and_the_unit_never_comes_back() -> None:
    bench = Bench()
    bench.unit.press(Input.PANIC1)
    bench.send(SystemCommand(SystemAction.FACTORY_RESET))
    assert bench.answer().stage == Stage.ACCEPTED
    bench.run(600.0)
    assert bench.unit.session is Session.OFF
    assert bench.unit.memory.outbox.entries == []
    bench.unit.power_on()
    assert bench.unit.session is Session.OFF


def test_get_status_answers_and_sends_a_status() -> None:
    bench = Bench()
    bench.send(GET_STATUS, auth=0)
    assert payload(bench).keys() == {
        "device_id", "hostname", "uptime", "firmware", "free_heap", "min_heap",
        "wifi_connected", "mqtt_connected", "eth_interface", "ip", "rssi",
    }  # fmt: skip
    assert bench.answer().stage == Stage.EXECUTED
    assert len(bench.messages(StatusMessage, Leaf.STATUS)) == 1


def test_clear_counters_zeroes_all_of_them() -> None:
    bench = Bench()
    bench.unit.press(Input.PANIC1)
    bench.send(CLEAR)
    bench.unit.send_status()
    assert bench.messages(StatusMessage, Leaf.STATUS)[-1].panic1_count == 0


def test_the_id_is_stored_at_once_and_echoed() -> None:
    bench = Bench()
    write = DeviceConfig(device_id=42, enable_heartbeat=True, heartbeat_interval=60)
    bench.send(ConfigCommand.of(write))
    bench.run(1.0)
    assert bench.answer().message == "device id 42"
    bench.send(ConfigReadCommand(ReadType.DEVICE))
    assert payload(bench) == {
        "hostname": bench.unit.host,
        "device_id": 42,
        "hb_enable": True,
        "hb_interval": 60,
    }
    bench.clear()
    bench.run(120.0)
    assert bench.times(Leaf.HB) == [60, 120]


def test_the_location_is_written_and_read_back() -> None:
    bench = Bench()
    bench.send(ConfigCommand.of(LocationConfig("PT", 7, 38.5, -9.25)))
    bench.send(ConfigReadCommand(ReadType.LOCATION))
    assert payload(bench) == {"country": "PT", "zone": 7, "lat": 38.5, "lon": -9.25}


def test_absent_fields_of_a_write_keep_what_there_was() -> None:
    bench = Bench()
    bench.send(ConfigCommand.of(LocationConfig(country="PT", zone=7)))
    bench.send(ConfigCommand.of(LocationConfig(zone=8)))
    bench.send(ConfigReadCommand(ReadType.LOCATION))
    assert (payload(bench)["country"], payload(bench)["zone"]) == ("PT", 8)


@pytest.mark.parametrize(
    "body",
    [
        DeviceConfig(hostname="no blanks"),
        DeviceConfig(heartbeat_interval=9),
        DeviceConfig(device_id=1_000_000_000),
        LocationConfig(country="ESP"),
        LocationConfig(zone=0),
        LocationConfig(latitude=90.5),
        MqttConfig(port=0),
        MqttConfig(keepalive=3601),
        NtpConfig(sync_interval=299),
        NtpConfig(timezone_offset=50_401),
        BleConfig(tx_power=8),
        BleConfig(adv_hmac_key=b"short"),
        WifiConfig(ssid="x" * 33),
    ],
)
def test_a_setting_outside_its_limits_is_error_3_and_changes_nothing(body: Any) -> None:
    bench = Bench()
    before = bench.unit.memory.settings.to_json()
    bench.send(ConfigCommand.of(body))
    assert (bench.answer().error_code, bench.answer().stage) == (3, 0)
    assert bench.unit.memory.settings.to_json() == before


def test_a_type_that_is_not_that_of_the_settings_is_error_1() -> None:
    bench = Bench()
    bench.send(ConfigCommand(ConfigType.WIFI, LocationConfig(zone=2)))
    assert bench.answer().error_code == 1


def test_a_rename_is_answered_under_the_old_name_and_followed_by_a_login_under_the_new() -> None:
    bench = Bench()
    bench.clear()
    bench.send(ConfigCommand.of(DeviceConfig(hostname="GATE_1")))
    bench.run(5.0)
    by_leaf = {publish.leaf: publish.host for _, publish in bench.published}
    assert by_leaf[Leaf.RESPONSE] != "GATE_1"
    assert by_leaf[Leaf.LOGIN] == "GATE_1"
    connect = next(effect for effect in bench.effects if isinstance(effect, Connect))
    assert connect.host == "GATE_1"


@pytest.mark.parametrize("wanted", [it for it in ReadType if it is not ReadType.UNKNOWN])
def test_every_group_can_be_read_and_secrets_are_masked(wanted: ReadType) -> None:
    bench = Bench()
    bench.send(ConfigCommand.of(MqttConfig(username="u", password="very-secret")))
    bench.send(ConfigCommand.of(WifiConfig(password="very-secret")))
    bench.send(ConfigCommand.of(BleConfig(adv_hmac_key=bytes(range(32)))))
    bench.send(ConfigReadCommand(wanted, include_sensitive=True))
    assert bench.answer().success
    assert payload(bench)
    assert b"secret" not in bench.answer().payload
    assert bytes(range(32)).hex().encode() not in bench.answer().payload


@pytest.mark.parametrize(
    ("action", "keys"),
    [
        (DiagnosticAction.MEMORY_INFO, "free_heap min_heap largest_block psram_free psram_size"),
        (
            DiagnosticAction.NETWORK_INFO,
            "wifi ssid rssi channel ip netmask gateway dns1 dns2 mac auth_mode",
        ),
        (DiagnosticAction.SENSOR_READ, "temperature humidity sensor status"),
        (DiagnosticAction.INOUT_READ, "inputs outputs fan"),
        (DiagnosticAction.LOG_DUMP, "lines more"),
    ],
)
def test_diagnostics_answer_with_the_keys_of_the_table(action: DiagnosticAction, keys: str) -> None:
    bench = Bench()
    bench.send(DiagnosticCommand(action), auth=1)
    assert payload(bench).keys() == set(keys.split())


def test_a_self_test_takes_a_while_and_names_what_failed() -> None:
    bench = Bench()
    bench.unit.sensor_works = False
    bench.send(DiagnosticCommand(DiagnosticAction.SELF_TEST, test_mask=0b1001))
    assert bench.answer().stage == Stage.ACCEPTED
    bench.run(3.0)
    assert bench.answer().stage == Stage.EXECUTED
    assert payload(bench) == {"mask": 9, "failed": 8}


def test_a_log_dump_fits_into_the_answer() -> None:
    bench = Bench()
    for number in range(60):
        bench.unit.log.append(f"line {number} with some words in it")
    bench.send(DiagnosticCommand(DiagnosticAction.LOG_DUMP, log_lines=50))
    assert payload(bench)["more"] is True
    assert payload(bench)["lines"][-1].startswith("line 59")
    assert len(bench.answer().payload) <= OUR_FIRMWARE.payload_limit


def test_our_firmware_never_cuts_an_answer() -> None:
    bench = Bench()
    bench.send(ConfigCommand.of(NtpConfig(server1="a" * 63, server2="b" * 63, server3="c" * 63)))
    bench.send(ConfigCommand.of(NtpConfig(timezone_name="\u00e9" * 15)))
    bench.send(ConfigReadCommand(ReadType.NTP))
    assert payload(bench)["srv3"] == "c" * 63


def test_an_older_unit_cuts_long_json() -> None:
    bench = Bench(FIELD_DEVICE)
    bench.send(ConfigReadCommand(ReadType.ALL))
    assert len(bench.answer().payload) == 256
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(bench.answer().payload)


def test_the_oldest_units_know_no_config_read_and_take_any_tag() -> None:
    bench = Bench(UNSIGNED_FIELD_DEVICE)
    frame = bench.send(ConfigReadCommand(ReadType.DEVICE))
    bench.unit.received(Leaf.CMD, frame[:-8] + bytes(8))
    bench.collect()
    answers = [it for _, it in bench.published if it.leaf is Leaf.RESPONSE]
    assert len(answers) == 2


def test_an_update_runs_to_a_restart_with_the_new_version_to_be_validated() -> None:
    bench = Bench()
    start = OtaCommand(OtaAction.START_UPDATE, "https://h/unit-2.2.0.bin", "ab" * 16, 900_000)
    bench.send(start)
    bench.run(5.0)
    bench.send(OtaCommand(OtaAction.GET_STATUS))
    assert (payload(bench)["state"], payload(bench)["progress"]) == ("downloading", 50)
    bench.send(start)
    assert bench.answer().error_code == 5
    bench.run(15.0)
    login = bench.messages(StatusMessage, Leaf.LOGIN)[-1]
    assert (login.firmware, login.partition, login.ota_validated) == ("2.2.0", 2, False)
    bench.send(OtaCommand(OtaAction.VALIDATE))
    bench.unit.restart()
    bench.run(5.0)
    assert bench.unit.firmware == "2.2.0"


def test_an_image_that_nobody_validated_does_not_survive_a_restart() -> None:
    bench = Bench()
    bench.send(OtaCommand(OtaAction.START_UPDATE, "https://h/x-2.2.0.bin", "ab" * 16, 900_000))
    bench.run(20.0)
    bench.unit.restart()
    bench.run(5.0)
    assert bench.unit.firmware == OUR_FIRMWARE.firmware
    assert bench.unit.memory.partition == 1


def test_vector_v6_starts_the_siren() -> None:
    bench = Bench()
    bench.unit.received(Leaf.CMD, VECTORS["V6"].frame)
    bench.run(1.0)
    assert bench.unit.outputs.is_on(OutputType.SIREN)
    assert bench.answer().request_id.endswith("2")


def test_vector_x4_expires() -> None:
    bench = Bench(now=NOON + 61)
    bench.unit.received(Leaf.CMD, VECTORS["X4"].frame)
    assert bench.answer().error_code == 4


def test_vector_v5_sets_host_and_id() -> None:
    bench = Bench()
    bench.unit.received(Leaf.CMD, VECTORS["V5"].frame)
    bench.run(5.0)
    assert (bench.unit.host, bench.unit.device_id) == ("TEST_ALARM_001", 42)


def test_vector_x1_is_the_receipt_for_the_alarm_of_vector_x3() -> None:
    bench = Bench()
    bench.unit.memory.alarm_sequence = 6
    bench.unit.press(Input.PANIC1)
    bench.unit.received(Leaf.ACK, VECTORS["X1"].frame)
    assert bench.unit.memory.outbox.entries == []


def test_an_alarm_played_back_as_a_receipt_is_refused() -> None:
    bench = Bench()
    bench.unit.memory.alarm_sequence = 6
    bench.unit.press(Input.PANIC1)
    bench.unit.received(Leaf.ACK, VECTORS["V3"].frame)
    assert len(bench.unit.memory.outbox.entries) == 1
    assert bench.unit.intake.refused["identity"] == 1


def test_no_command_with_any_one_bit_changed_is_carried_out() -> None:
    frame = VECTORS["V6"].frame
    bench = Bench()
    for bit in range(len(frame) * 8):
        spoiled = bytearray(frame)
        spoiled[bit // 8] ^= 1 << bit % 8
        bench.unit.received(Leaf.CMD, bytes(spoiled))
    bench.run(1.0)
    assert bench.responses() == []
    assert not bench.unit.outputs.runs
