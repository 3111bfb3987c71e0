import math
from dataclasses import fields, replace
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.adapters.wire.codec import decode, encode
from alarmstation.adapters.wire.schema import schema_class
from alarmstation.domain import messages as m
from alarmstation.domain.errors import WireError
from alarmstation.domain.messages import Leaf, Message, Refusal

SCHEMA_NAMES = {
    m.Heartbeat: "Heartbeat",
    m.StatusMessage: "StatusMessage",
    m.AlarmEvent: "AlarmEvent",
    m.LastWill: "LastWillMessage",
    m.AlarmReceipt: "AlarmReceipt",
    m.CommandEnvelope: "CommandEnvelope",
    m.CommandResponse: "CommandResponse",
    m.SystemCommand: "SystemCommand",
    m.OutputCommand: "OutputCommand",
    m.DiagnosticCommand: "DiagnosticCommand",
    m.OtaCommand: "OTACommand",
    m.ConfigReadCommand: "ConfigReadCommand",
    m.WifiConfig: "WifiConfig",
    m.MqttConfig: "MqttConfig",
    m.DeviceConfig: "DeviceConfig",
    m.LocationConfig: "LocationConfig",
    m.NtpConfig: "NTPConfig",
    m.BleConfig: "BLEConfig",
}
CONFIGS = (
    m.WifiConfig,
    m.MqttConfig,
    m.DeviceConfig,
    m.LocationConfig,
    m.NtpConfig,
    m.BleConfig,
)
NUMBERS = {
    FieldDescriptor.TYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.TYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_ENUM: st.integers(-(2**31), 2**31 - 1) | st.integers(0, 10),
    FieldDescriptor.TYPE_FLOAT: st.floats(width=32, allow_nan=False),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_STRING: st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40
    ),
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=40),
}
OVERRIDES: dict[str, st.SearchStrategy[Any]] = {
    "device_db_id": st.integers(0, m.MAX_DEVICE_ID),
    "mac_address": st.binary(min_size=6, max_size=6),
    "committed_at": st.integers(m.CLOCK_NOT_SET_BELOW, 2**32 - 1),
}


def any_of(kind: type[Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Messages of a class with anything in their fields that the wire can carry."""
    descriptors = schema_class(SCHEMA_NAMES[kind]).DESCRIPTOR.fields_by_name
    parts = {}
    for field in fields(kind):
        if field.name in ("unknown_fields", "body"):
            continue
        values = OVERRIDES.get(field.name, NUMBERS[descriptors[field.name].type])
        parts[field.name] = st.none() | values if kind in CONFIGS else values
    return st.builds(kind, **parts, **more)


config_commands = st.builds(
    m.ConfigCommand,
    type=st.integers(0, 9),
    body=st.none() | st.one_of(*map(any_of, CONFIGS)),
)
bodies = (
    st.none()
    | config_commands
    | st.one_of(
        *map(
            any_of,
            (
                m.SystemCommand,
                m.OutputCommand,
                m.DiagnosticCommand,
                m.OtaCommand,
                m.ConfigReadCommand,
            ),
        )
    )
)
MESSAGES: dict[Leaf, st.SearchStrategy[Message]] = {
    Leaf.HB: any_of(m.Heartbeat),
    Leaf.LOGIN: any_of(m.StatusMessage),
    Leaf.STATUS: any_of(m.StatusMessage),
    Leaf.ALARM: any_of(m.AlarmEvent),
    Leaf.RESPONSE: any_of(m.CommandResponse),
    Leaf.RESP: any_of(m.CommandResponse),
    Leaf.LW: any_of(m.LastWill),
    Leaf.CMD: any_of(m.CommandEnvelope, body=bodies),
    Leaf.ACK: any_of(m.AlarmReceipt),
}
each_leaf = pytest.mark.parametrize("leaf", Leaf)


def refusal(leaf: Leaf, payload: bytes) -> str:
    with pytest.raises(WireError) as caught:
        decode(leaf, payload)
    return caught.value.reason


def assert_a_message_or_a_wire_error(leaf: Leaf, payload: bytes) -> None:
    """Any other exception comes through and fails the test."""
    try:
        message = decode(leaf, payload)
    except WireError as error:
        reason = error.reason
    else:
        assert type(message) in SCHEMA_NAMES
        return
    assert reason in {Refusal.DECODE, Refusal.IDENTITY}


# --- both ways


@each_leaf
def test_what_is_encoded_is_decoded(leaf: Leaf) -> None:
    @given(MESSAGES[leaf])
    def both_ways(message: Message) -> None:
        assert decode(leaf, encode(message)) == message

    both_ways()


@each_leaf
def test_any_bytes_give_a_message_or_a_wire_error(leaf: Leaf) -> None:
    @given(st.binary(max_size=400))
    def attempt(payload: bytes) -> None:
        assert_a_message_or_a_wire_error(leaf, payload)

    attempt()


@each_leaf
def test_a_damaged_payload_gives_a_message_or_a_wire_error(leaf: Leaf) -> None:
    @given(MESSAGES[leaf], st.data())
    def attempt(message: Message, data: st.DataObject) -> None:
        payload = bytearray(encode(message))
        for _ in range(data.draw(st.integers(1, 4)) if payload else 0):
            payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
        end = data.draw(st.integers(0, len(payload)))
        assert_a_message_or_a_wire_error(leaf, bytes(payload[:end]))

    attempt()


@each_leaf
def test_fields_are_written_in_ascending_order(leaf: Leaf) -> None:
    @given(MESSAGES[leaf])
    def check(message: Message) -> None:
        numbers = field_numbers(encode(message))
        assert numbers == sorted(set(numbers))

    check()


def field_numbers(payload: bytes) -> list[int]:
    """Field numbers of a payload in the order in which they stand."""
    numbers, position = [], 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = payload[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(payload):
        key = varint()
        numbers.append(key >> 3)
        match key & 7:
            case 0:
                varint()
            case 2:
                length = varint()
                position += length
            case 5:
                position += 4
    return numbers


# --- values


def test_known_enum_numbers_become_members_and_others_stay() -> None:
    decoded = decode(Leaf.ALARM, encode(m.AlarmEvent(type=1, state=77)))
    assert isinstance(decoded, m.AlarmEvent)
    assert decoded.type is m.AlarmType.PANIC1
    assert decoded.state == 77


def test_a_negative_number_may_come_in_ten_or_in_five_bytes() -> None:
    ten = encode(m.LastWill(rssi=-61))
    assert ten == bytes.fromhex("38c3ffffffffffffffff01")
    assert decode(Leaf.LW, ten) == decode(Leaf.LW, bytes.fromhex("38c3ffffff0f"))


def test_text_that_is_not_utf8_costs_the_text_and_not_the_message() -> None:
    payload = encode(m.Heartbeat(uptime=5, firmware="XY")).replace(b"XY", b"\xffY")
    assert decode(Leaf.HB, payload) == m.Heartbeat(uptime=5, firmware="�Y")


def test_text_that_is_not_utf8_deep_in_a_command_is_tolerated_too() -> None:
    command = m.CommandEnvelope(
        request_id="r", body=m.ConfigCommand.of(m.WifiConfig(ssid="XY", dhcp=False))
    )
    decoded = decode(Leaf.CMD, encode(command).replace(b"XY", b"\xffY"))
    assert decoded == replace(command, body=m.ConfigCommand.of(m.WifiConfig(ssid="�Y", dhcp=False)))


def test_nul_in_a_text_is_replaced_because_no_database_stores_it() -> None:
    assert decode(Leaf.HB, encode(m.Heartbeat(firmware="a\0b"))) == m.Heartbeat(firmware="a�b")


def test_readings_that_are_no_number_arrive_as_such() -> None:
    decoded = decode(Leaf.HB, encode(m.Heartbeat(temperature=math.nan, humidity=math.inf)))
    assert isinstance(decoded, m.Heartbeat)
    assert math.isnan(decoded.temperature)
    assert decoded.humidity == math.inf


def test_unknown_fields_are_kept_with_their_number_and_raw_value() -> None:
    newer = bytes.fromhex("f807ac02820802abcd8d0800000040930808019408")
    decoded = decode(Leaf.HB, encode(m.Heartbeat(uptime=5)) + newer)
    assert decoded == m.Heartbeat(
        uptime=5,
        unknown_fields=((127, "300"), (128, "abcd"), (129, "1073741824"), (130, "group of 1")),
    )


def test_an_absent_config_field_is_none_and_a_zero_is_zero() -> None:
    config = m.DeviceConfig(device_id=0, enable_heartbeat=False)
    payload = encode(m.CommandEnvelope(body=m.ConfigCommand.of(config)))
    decoded = decode(Leaf.CMD, payload)
    assert isinstance(decoded, m.CommandEnvelope)
    assert isinstance(decoded.body, m.ConfigCommand)
    assert decoded.body.body == config
    assert decoded.body.body != m.DeviceConfig()


def test_an_envelope_without_a_known_sub_command_has_no_body() -> None:
    envelope = m.CommandEnvelope(sequence=1, request_id="r")
    assert decode(Leaf.CMD, encode(envelope)) == envelope
    of_tomorrow = encode(envelope) + bytes.fromhex("820100")  # an empty message as field 16
    assert decode(Leaf.CMD, of_tomorrow) == replace(envelope, unknown_fields=((16, ""),))


def test_a_number_that_does_not_fit_its_field_is_not_encoded() -> None:
    with pytest.raises(ValueError, match=r"(?i)range"):
        encode(m.Heartbeat(uptime=1 << 32))


# --- frames of other leaves (2.6) and identity


@pytest.mark.parametrize("leaf", [Leaf.HB, Leaf.STATUS, Leaf.LOGIN, Leaf.LW])
def test_an_id_that_no_station_assigns_is_refused(leaf: Leaf) -> None:
    kinds: dict[Leaf, Any] = {Leaf.HB: m.Heartbeat, Leaf.LW: m.LastWill}
    values = {"device_db_id": 1_000_000_000}
    if leaf in (Leaf.STATUS, Leaf.LOGIN):
        values["mac_address"] = b"123456"  # type: ignore[assignment]
    message = kinds.get(leaf, m.StatusMessage)(**values)
    assert refusal(leaf, encode(message)) == Refusal.IDENTITY
    allowed = replace(message, device_db_id=999_999_999)
    assert decode(leaf, encode(allowed)) == allowed


def test_an_input_alarm_with_an_impossible_id_passes_to_be_doubted() -> None:
    event = m.AlarmEvent(type=m.AlarmType.PANIC1, device_db_id=1_000_000_000)
    assert decode(Leaf.ALARM, encode(event)) == event
    output = replace(event, type=m.AlarmType.OUTPUT_EVENT)
    assert refusal(Leaf.ALARM, encode(output)) == Refusal.IDENTITY


def test_a_login_needs_a_mac_of_six_bytes() -> None:
    for mac in (b"", b"12345", b"1234567"):
        assert refusal(Leaf.LOGIN, encode(m.StatusMessage(mac_address=mac))) == Refusal.IDENTITY


def test_a_status_may_leave_the_mac_out_but_not_cut_it() -> None:
    assert decode(Leaf.STATUS, encode(m.StatusMessage())) == m.StatusMessage()
    assert refusal(Leaf.STATUS, encode(m.StatusMessage(mac_address=b"12345"))) == Refusal.IDENTITY


RECEIPT = m.AlarmReceipt(sequence=7, alarm_timestamp=1_760_000_000, committed_at=1_760_000_001)


@pytest.mark.parametrize(
    "payload",
    [
        encode(RECEIPT) + b"\x20\x01",  # a fourth field
        b"\x08\x87\x00" + encode(RECEIPT)[2:],  # 7 in two bytes
        encode(RECEIPT) + b"\x08\x07",  # a field twice
        encode(replace(RECEIPT, committed_at=1_577_836_799)),
        b"",
    ],
)
def test_a_receipt_that_is_not_just_that_is_refused(payload: bytes) -> None:
    assert refusal(Leaf.ACK, payload) == Refusal.IDENTITY


@given(MESSAGES[Leaf.ALARM])
def test_no_real_alarm_is_taken_for_a_receipt(event: m.AlarmEvent) -> None:
    if event.device_db_id == 0:
        event = replace(event, device_db_id=42)
    assert refusal(Leaf.ACK, encode(event)) == Refusal.IDENTITY


def test_what_is_no_protobuf_is_refused() -> None:
    assert refusal(Leaf.HB, b"\xff\xff\xff") == Refusal.DECODE
    assert refusal(Leaf.HB, b"\x62\x05\xff") == Refusal.DECODE


# --- sizes (section 7)

BIG = 0xFFFF_FFFF
STAMPED: dict[str, Any] = {"timestamp": BIG, "device_db_id": m.MAX_DEVICE_ID}


def test_a_heartbeat_has_at_most_85_bytes() -> None:
    plain = m.Heartbeat(
        **STAMPED, temperature=1, humidity=1, panic1=True, panic2=True, siren=True, turret=True,
        box_sw=True, uptime=BIG, eth_interface=1, firmware="f" * 15, fan_pwm_duty=100,
    )  # fmt: skip
    assert len(encode(plain)) == 59
    ours = replace(
        plain, boot_id=BIG, alarm_sequence=BIG, relay1=True, relay2=True, aux1=True, aux2=True
    )
    assert len(encode(ours)) == 85


def test_an_alarm_event_has_at_most_62_bytes() -> None:
    plain = m.AlarmEvent(
        **STAMPED, sequence=BIG, type=10, state=4, priority=3, physical_state=True, output_type=6,
        pattern_type=255, duration_seconds=BIG, elapsed_seconds=BIG,
    )  # fmt: skip
    assert len(encode(plain)) == 43
    assert len(encode(replace(plain, boot_id=BIG, millis=2**64 - 1))) == 62


def test_a_last_will_has_at_most_91_bytes() -> None:
    will = m.LastWill(
        **STAMPED, sequence=BIG, uptime_at_connect=BIG, firmware="f" * 15, ip_address=BIG, rssi=-1,
        hostname="h" * 31,
    )  # fmt: skip
    assert len(encode(will)) == 91


def test_a_response_has_at_most_699_bytes() -> None:
    plain = m.CommandResponse(
        request_id="r" * 36, timestamp=BIG, success=True, error_code=BIG, message="m" * 127,
        payload=b"p" * 512,
    )  # fmt: skip
    assert len(encode(plain)) == 696
    assert len(encode(replace(plain, stage=2))) == 699


def test_the_largest_command_has_at_most_362_bytes() -> None:
    update = m.OtaCommand(action=2, url="u" * 255, md5="5" * 32, size=10 * 1024 * 1024)
    plain = m.CommandEnvelope(BIG, BIG, "r" * 36, 2, update)
    assert len(encode(plain)) <= 355
    assert len(encode(replace(plain, expires_at=BIG))) == len(encode(plain)) + 7


def test_a_receipt_has_at_most_18_bytes() -> None:
    assert len(encode(m.AlarmReceipt(BIG, BIG, BIG))) == 18
