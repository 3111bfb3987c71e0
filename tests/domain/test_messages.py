import pytest

from alarmstation.domain.messages import (
    ERROR_MEANINGS,
    AlarmEvent,
    AlarmType,
    BleConfig,
    ConfigCommand,
    ConfigType,
    DeviceConfig,
    DeviceState,
    MqttConfig,
    PatternType,
    WifiConfig,
    is_clock_set,
)


def test_a_known_number_becomes_its_enum_member() -> None:
    assert AlarmType.of(10) is AlarmType.OUTPUT_EVENT
    assert PatternType.of(255) is PatternType.CUSTOM


@pytest.mark.parametrize("number", [8, 9, -1, 1 << 31])
def test_an_unknown_number_stays_a_number(number: int) -> None:
    kept = AlarmType.of(number)
    assert kept == number
    assert type(kept) is int


def test_an_event_with_an_unknown_type_can_be_made_and_compared() -> None:
    assert AlarmEvent(type=AlarmType.of(99)) == AlarmEvent(type=99)
    assert DeviceState.of(8) == 8


@pytest.mark.parametrize(
    "config",
    [
        WifiConfig(ssid="hall", password="topsecret"),
        MqttConfig(username="unit", password="topsecret"),
        BleConfig(adv_hmac_key=b"topsecret", spp_hmac_key=b"topsecret"),
    ],
)
def test_secrets_do_not_show_when_a_message_is_printed(
    config: WifiConfig | MqttConfig | BleConfig,
) -> None:
    assert "topsecret" not in repr(ConfigCommand.of(config))


def test_a_config_command_takes_its_type_from_its_body() -> None:
    command = ConfigCommand.of(DeviceConfig(device_id=7))
    assert command.type is ConfigType.DEVICE
    assert command.agrees


def test_a_config_command_whose_type_names_another_body_is_noticed() -> None:
    assert not ConfigCommand(type=ConfigType.WIFI, body=DeviceConfig()).agrees
    assert not ConfigCommand(type=ConfigType.WIFI).agrees


def test_an_id_that_no_station_assigns_is_noticed() -> None:
    assert not AlarmEvent(device_db_id=999_999_999).has_impossible_id
    assert AlarmEvent(device_db_id=1_000_000_000).has_impossible_id


def test_the_clock_counts_as_set_from_2020_on() -> None:
    assert not is_clock_set(1_577_836_799)
    assert is_clock_set(1_577_836_800)


def test_every_error_code_of_our_firmware_has_a_meaning() -> None:
    assert set(ERROR_MEANINGS) == {*range(13), 99, 400, 401, 403, 500}
