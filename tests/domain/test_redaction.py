import json
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    BleConfig,
    CommandEnvelope,
    CommandResponse,
    ConfigCommand,
    Heartbeat,
    MqttConfig,
    OtaCommand,
    StatusMessage,
    WifiConfig,
)
from alarmstation.domain.redaction import MASK, parse_payload, redacted


@pytest.mark.parametrize(
    "config",
    [
        WifiConfig(ssid="hall", password="topsecret"),
        MqttConfig(broker_url="mqtt://u:topsecret@broker", password="topsecret"),
        BleConfig(adv_hmac_key=b"topsecret", spp_hmac_key=b"topsecret"),
    ],
)
def test_no_secret_of_a_config_command_comes_out(
    config: WifiConfig | MqttConfig | BleConfig,
) -> None:
    shown = json.dumps(redacted(CommandEnvelope(body=ConfigCommand.of(config))))
    assert "topsecret" not in shown
    assert b"topsecret".hex() not in shown
    assert MASK in shown


def test_an_empty_secret_stays_empty_and_an_absent_one_absent() -> None:
    assert redacted(WifiConfig(password="")) == {"kind": "WifiConfig", "password": ""}
    assert redacted(WifiConfig(ssid="a")) == {"kind": "WifiConfig", "ssid": "a"}


def test_credentials_in_an_address_are_masked() -> None:
    shown = redacted(OtaCommand(url="https://me:topsecret@files.example/fw.bin"))
    assert shown["url"] == f"https://{MASK}@files.example/fw.bin"


def test_enums_are_named_and_unknown_numbers_kept() -> None:
    assert redacted(AlarmEvent(type=AlarmType.PANIC1, state=9))["type"] == "PANIC1"
    assert redacted(AlarmEvent(type=AlarmType.PANIC1, state=9))["state"] == 9


def test_bytes_are_hex_and_unknown_fields_kept() -> None:
    shown = redacted(
        StatusMessage(mac_address=b"\x01\x02\x03\x0a\x0b\x0c", unknown_fields=((99, "7"),))
    )
    assert shown["mac_address"] == "0102030a0b0c"
    assert shown["unknown_fields"] == [[99, "7"]]


def test_what_is_no_number_is_written_as_text() -> None:
    assert redacted(Heartbeat(temperature=math.nan, humidity=math.inf)) | {} == {
        **redacted(Heartbeat()),
        "temperature": "nan",
        "humidity": "inf",
    }


def test_secrets_in_an_answer_are_masked_at_any_depth() -> None:
    payload = (
        b'{"wifi": {"ssid": "hall", "password": "topsecret"}, "ble": [{"adv_key": "topsecret"}]}'
    )
    assert redacted(CommandResponse(payload=payload))["payload"] == {
        "wifi": {"ssid": "hall", "password": MASK},
        "ble": [{"adv_key": MASK}],
    }


@pytest.mark.parametrize(
    "payload",
    [
        b'{"ssid":"hall","password":"topsecret"',
        b'{"ssid":"hall","password":"topsecret',
        b'{"ssid":"hall","password" : "top\\"topsecret',
        b'{"spp_key":topsecret, "x',
    ],
)
def test_secrets_in_an_answer_that_was_cut_off_are_masked(payload: bytes) -> None:
    shown = redacted(CommandResponse(payload=payload))["payload"]
    assert isinstance(shown, str)
    assert "topsecret" not in shown
    assert MASK in shown


def test_an_answer_is_read_as_an_object() -> None:
    assert parse_payload('{"ort": "Küche", "n": [1, 2.5, null, true]}'.encode()) == {
        "ort": "Küche",
        "n": [1, 2.5, None, True],
    }


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b'{"a": 1',
        b"[1, 2]",
        b"17",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_an_answer_that_is_no_json_object_is_shown_raw(payload: bytes) -> None:
    assert parse_payload(payload) == payload.decode()


def test_an_answer_nested_without_end_is_shown_raw() -> None:
    payload = b'{"a":' * 900
    assert parse_payload(payload) == payload.decode()
    deep = b'{"a":' * 40 + b"1" + b"}" * 40
    assert parse_payload(deep) == deep.decode()


def test_text_that_no_database_stores_is_replaced() -> None:
    assert parse_payload(b'{"a\\u0000": "\\u0000\\ud800"}') == {"a�": "����"}
    assert "\0" not in redacted(Heartbeat(firmware="1\0"))["firmware"]


@given(
    st.binary(max_size=600)
    | st.recursive(st.text() | st.floats() | st.integers(), st.lists).map(
        lambda value: json.dumps({"k": value}).encode()
    )
)
def test_any_answer_can_be_stored_as_json(payload: bytes) -> None:
    shown = redacted(CommandResponse(payload=payload))
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    for text in texts(shown):
        assert "\0" not in text
        text.encode()  # lone surrogates would raise


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, item in value.items():
                yield from texts(name)
                yield from texts(item)
        case list():
            for item in value:
                yield from texts(item)
