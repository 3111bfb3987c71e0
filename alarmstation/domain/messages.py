"""What units and station say to each other, as plain facts (`protocol.md` 4, 5, 6, 9).

Field names are those of the specification's tables. Every field has its wire default, so that a
builder names only what matters. 0, False and "" are real values, never "not said"; the only
fields that can be absent are those of the config messages, where None means "keep".

Enum fields hold the enum member where the number is known and the plain number otherwise: a
newer unit must not become unreadable because it knows one state more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final, Self

CLOCK_NOT_SET_BELOW: Final = 1_577_836_800
"""Unix seconds of 2020-01-01: a stamp below it means "clock not set" (`protocol.md` 8.4)."""

MAX_DEVICE_ID: Final = 999_999_999
"""Largest id a station assigns; a larger one is another message in disguise (2.6)."""


class Leaf(StrEnum):
    """The last level of a topic (`protocol.md` 1.1)."""

    HB = "hb"
    LOGIN = "login"
    STATUS = "status"
    ALARM = "alarm"
    RESPONSE = "response"
    RESP = "resp"
    LW = "lw"
    CMD = "cmd"
    ACK = "ack"


class Refusal(StrEnum):
    """Why a frame was not accepted (`protocol.md` 2.7); `WireError.reason` holds one of these."""

    MALFORMED = "malformed"
    UNSIGNED = "unsigned"
    BAD_TAG = "bad_tag"
    DECODE = "decode"
    REPLAY = "replay"
    DUPLICATE = "duplicate"
    IDENTITY = "identity"
    UNKNOWN_HOST = "unknown_host"
    RETAINED = "retained"
    FOREIGN_COMMAND = "foreign_command"


class WireEnum(IntEnum):
    """An enum of the wire, tolerant of numbers that it does not know."""

    @classmethod
    def of(cls, number: int) -> Self | int:
        """The member with this number, or the number itself when there is none."""
        # The cast-free lookup is what keeps decoding at some 0.1 µs an enum.
        known = cls._value2member_map_.get(number)
        return number if known is None else known  # type: ignore[return-value]


class DeviceState(WireEnum):
    BOOT = 0
    INIT = 1
    CONNECTING = 2
    NORMAL = 3
    ALARM = 4
    MAINTENANCE = 5
    ERROR = 6
    CRITICAL = 7


class NetworkInterface(WireEnum):
    WIFI = 0
    ETHERNET = 1
    NONE = 2


class AlarmType(WireEnum):
    UNKNOWN = 0
    PANIC1 = 1
    PANIC2 = 2
    TAMPER = 3
    FIRE = 4
    INTRUSION = 5
    MEDICAL = 6
    DURESS = 7
    OUTPUT_EVENT = 10


class EventState(WireEnum):
    INACTIVE = 0
    ACTIVE = 1
    TEST = 2
    STARTING = 3
    STOPPING = 4


class Priority(WireEnum):
    """Priority as the unit says it; 0 is LOW, not "missing"."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


class OutputType(WireEnum):
    """Outputs of a unit; ALL is everything except FAN."""

    UNKNOWN = 0
    SIREN = 1
    TURRET = 2
    RELAY1 = 3
    RELAY2 = 4
    FAN = 5
    ALL = 6


class PatternType(WireEnum):
    NONE = 0
    CONSTANT = 1
    PULSE = 2
    BLINK_SLOW = 3
    BLINK_FAST = 4
    DOUBLE_PULSE = 5
    TRIPLE_PULSE = 6
    SOS = 7
    STROBE = 8
    OFF = 9
    PWM = 10
    CUSTOM = 255


class SystemAction(WireEnum):
    UNKNOWN = 0
    REBOOT = 1
    FACTORY_RESET = 2
    GET_STATUS = 3
    SET_TIME = 4
    CLEAR_COUNTERS = 5


class DiagnosticAction(WireEnum):
    UNKNOWN = 0
    SELF_TEST = 1
    MEMORY_INFO = 2
    NETWORK_INFO = 3
    SENSOR_READ = 4
    LOG_DUMP = 5
    INOUT_READ = 6


class OtaAction(WireEnum):
    UNKNOWN = 0
    CHECK_UPDATE = 1
    START_UPDATE = 2
    VALIDATE = 3
    ROLLBACK = 4
    GET_STATUS = 5


class ReadType(WireEnum):
    UNKNOWN = 0
    WIFI = 1
    MQTT = 2
    DEVICE = 3
    LOCATION = 4
    NTP = 5
    BLE = 6
    ALL = 7


class ConfigType(WireEnum):
    UNKNOWN = 0
    WIFI = 1
    MQTT = 2
    DEVICE = 3
    LOCATION = 4
    NTP = 5
    BLE = 6


class Stage(WireEnum):
    """How far a command has come (`protocol.md` 9.3); UNSPECIFIED from older units is final."""

    UNSPECIFIED = 0
    ACCEPTED = 1
    EXECUTED = 2


UnknownFields = tuple[tuple[int, str], ...]
"""(number, raw value as text) of every field that the schema does not know."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Leaf `hb`. Identity is the topic only. Temperature in °C and humidity in % RH are raw:
    that both zero means "no reading" (8.4) is for the reader to apply."""

    timestamp: int = 0
    device_db_id: int = 0
    temperature: float = 0.0
    humidity: float = 0.0
    panic1: bool = False
    panic2: bool = False
    siren: bool = False
    turret: bool = False
    box_sw: bool = False
    uptime: int = 0
    eth_interface: int = 0
    firmware: str = ""
    fan_pwm_duty: int = 0
    boot_id: int = 0
    alarm_sequence: int = 0
    relay1: bool = False
    relay2: bool = False
    aux1: bool = False
    aux2: bool = False
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """Leaves `login` and `status`. `mac_address` is b"" or 6 bytes from a decoded message."""

    sequence: int = 0
    timestamp: int = 0
    device_db_id: int = 0
    state: DeviceState | int = DeviceState.BOOT
    state_duration: int = 0
    uptime: int = 0
    boot_count: int = 0
    free_heap: int = 0
    min_heap: int = 0
    firmware: str = ""
    network: NetworkInterface | int = NetworkInterface.WIFI
    connected: bool = False
    has_ip: bool = False
    rssi: int = 0
    ip_address: int = 0
    mac_address: bytes = b""
    mqtt_connected: bool = False
    ntp_synced: bool = False
    last_ntp_sync: int = 0
    panic1: bool = False
    panic2: bool = False
    box_sw: bool = False
    siren: bool = False
    turret: bool = False
    panic1_count: int = 0
    panic2_count: int = 0
    tamper_count: int = 0
    wifi_disconnects: int = 0
    mqtt_disconnects: int = 0
    temperature: float = 0.0
    humidity: float = 0.0
    country: str = ""
    zone: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    error_flags: int = 0
    error_count: int = 0
    partition: int = 0
    ota_validated: bool = False
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """Leaf `alarm`: one edge of an input, or an output that starts or stops.

    `physical_state` is the raw pin level and says nothing about "active". `millis` is the event
    time in ms since the epoch, 0 while the unit's time is not synchronised. Durations in s.
    """

    sequence: int = 0
    timestamp: int = 0
    device_db_id: int = 0
    type: AlarmType | int = AlarmType.UNKNOWN
    state: EventState | int = EventState.INACTIVE
    priority: Priority | int = Priority.LOW
    physical_state: bool = False
    output_type: OutputType | int = OutputType.UNKNOWN
    pattern_type: PatternType | int = PatternType.NONE
    duration_seconds: int = 0
    elapsed_seconds: int = 0
    boot_id: int = 0
    millis: int = 0
    unknown_fields: UnknownFields = ()

    @property
    def has_impossible_id(self) -> bool:
        """True for an id that no station assigns: treated as "sequence doubtful" (2.6, 2.5.8)."""
        return self.device_db_id > MAX_DEVICE_ID


@dataclass(frozen=True, slots=True)
class LastWill:
    """Leaf `lw`, fixed when the unit connected: `timestamp` and `uptime_at_connect` are of then."""

    sequence: int = 0
    timestamp: int = 0
    device_db_id: int = 0
    uptime_at_connect: int = 0
    firmware: str = ""
    ip_address: int = 0
    rssi: int = 0
    hostname: str = ""
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class AlarmReceipt:
    """Leaf `ack`: the station has made this alarm durable (9.1)."""

    sequence: int = 0
    alarm_timestamp: int = 0
    committed_at: int = 0


@dataclass(frozen=True, slots=True)
class SystemCommand:
    action: SystemAction | int = SystemAction.UNKNOWN
    delay_seconds: int = 0
    unix_time: int = 0
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class OutputCommand:
    """Drive an output; `total_duration` in s, 0 = permanent; `custom_data` is the fan's duty."""

    output: OutputType | int = OutputType.UNKNOWN
    pattern: PatternType | int = PatternType.NONE
    state: bool = False
    total_duration: int = 0
    pulse_count: int = 0
    on_duration_ms: int = 0
    off_duration_ms: int = 0
    repeat_interval: int = 0
    custom_data: int = 0
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class DiagnosticCommand:
    action: DiagnosticAction | int = DiagnosticAction.UNKNOWN
    test_mask: int = 0
    log_lines: int = 0
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class OtaCommand:
    action: OtaAction | int = OtaAction.UNKNOWN
    url: str = ""
    md5: str = ""
    size: int = 0
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class ConfigReadCommand:
    type: ReadType | int = ReadType.UNKNOWN
    include_sensitive: bool = False
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class WifiConfig:
    ssid: str | None = None
    password: str | None = field(default=None, repr=False)
    dhcp: bool | None = None
    static_ip: int | None = None
    gateway: int | None = None
    netmask: int | None = None
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class MqttConfig:
    broker_url: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    keepalive: int | None = None
    qos: int | None = None
    use_tls: bool | None = None
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    hostname: str | None = None
    device_id: int | None = None
    enable_heartbeat: bool | None = None
    heartbeat_interval: int | None = None
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class LocationConfig:
    country: str | None = None
    zone: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class NtpConfig:
    server1: str | None = None
    server2: str | None = None
    server3: str | None = None
    enable_sync: bool | None = None
    sync_interval: int | None = None
    timezone_offset: int | None = None
    timezone_name: str | None = None
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class BleConfig:
    enable: bool | None = None
    device_name: str | None = None
    advertise: bool | None = None
    interval_ms: int | None = None
    adv_hmac_key: bytes | None = field(default=None, repr=False)
    spp_hmac_key: bytes | None = field(default=None, repr=False)
    tx_power: int | None = None
    unknown_fields: UnknownFields = ()


ConfigBody = WifiConfig | MqttConfig | DeviceConfig | LocationConfig | NtpConfig | BleConfig


@dataclass(frozen=True, slots=True)
class ConfigCommand:
    """Write one group of settings; `type` must agree with the class of `body` (5.3)."""

    type: ConfigType | int = ConfigType.UNKNOWN
    body: ConfigBody | None = None
    unknown_fields: UnknownFields = ()

    @classmethod
    def of(cls, body: ConfigBody) -> Self:
        """The command that writes `body`, with the type that belongs to it."""
        return cls(type=CONFIG_TYPES[type(body)], body=body)

    @property
    def agrees(self) -> bool:
        """Whether the type names the body; a unit answers error 1 when it does not."""
        return self.body is not None and CONFIG_TYPES[type(self.body)] == self.type


CONFIG_TYPES: Final[Mapping[type, ConfigType]] = MappingProxyType(
    {
        WifiConfig: ConfigType.WIFI,
        MqttConfig: ConfigType.MQTT,
        DeviceConfig: ConfigType.DEVICE,
        LocationConfig: ConfigType.LOCATION,
        NtpConfig: ConfigType.NTP,
        BleConfig: ConfigType.BLE,
    }
)

CommandBody = (
    SystemCommand
    | ConfigCommand
    | OutputCommand
    | DiagnosticCommand
    | OtaCommand
    | ConfigReadCommand
)


@dataclass(frozen=True, slots=True)
class CommandEnvelope:
    """Leaf `cmd`. `sequence` equals the frame's SEQ. `body` is None only in a decoded envelope
    without a sub-command that we know, which a unit answers with error 1."""

    sequence: int = 0
    timestamp: int = 0
    request_id: str = ""
    auth_level: int = 0
    body: CommandBody | None = None
    expires_at: int = 0
    unknown_fields: UnknownFields = ()


@dataclass(frozen=True, slots=True)
class CommandResponse:
    """Leaf `response` or `resp`. `payload` is JSON text as the unit sent it, possibly cut off."""

    request_id: str = ""
    timestamp: int = 0
    success: bool = False
    error_code: int = 0
    message: str = ""
    payload: bytes = b""
    stage: Stage | int = Stage.UNSPECIFIED
    unknown_fields: UnknownFields = ()


DeviceMessage = Heartbeat | StatusMessage | AlarmEvent | LastWill | CommandResponse
StationMessage = CommandEnvelope | AlarmReceipt
Message = DeviceMessage | StationMessage

ERROR_MEANINGS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: "success",
        1: "invalid command",
        2: "authentication required",
        3: "invalid parameters",
        4: "timeout, or command expired",
        5: "device busy",
        6: "OTA failed",
        7: "unknown command",
        8: "connection failed",
        9: "invalid state",
        10: "validation failed",
        11: "marking the image valid failed",
        12: "status unavailable",
        99: "protobuf not available or not enabled",
        400: "bad request",
        401: "unauthorised",
        403: "forbidden",
        500: "internal error",
    }
)
"""Error codes of our firmware (`protocol.md` 6). Other firmware differs: show its code and
message verbatim, and trust only 0."""


def is_clock_set(timestamp: int) -> bool:
    """Whether a stamp in Unix seconds can be a time at all (`protocol.md` 8.4)."""
    return timestamp >= CLOCK_NOT_SET_BELOW
