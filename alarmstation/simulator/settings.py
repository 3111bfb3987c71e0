"""The settings of a unit, written and read as `protocol.md` 5.3 and 6 say.

Each group is a config message of which every field holds a value; a write replaces the fields
that are present and leaves the others.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from alarmstation.adapters.wire.topic import is_host
from alarmstation.domain.addresses import address_text, parse_address
from alarmstation.domain.messages import (
    MAX_DEVICE_ID,
    BleConfig,
    ConfigBody,
    DeviceConfig,
    LocationConfig,
    MqttConfig,
    NtpConfig,
    ReadType,
    WifiConfig,
)

MASK: Final = "********"

_RANGES: Final[dict[type, dict[str, tuple[float, float]]]] = {
    MqttConfig: {"port": (1, 65_535), "keepalive": (10, 3600), "qos": (0, 2)},
    DeviceConfig: {"device_id": (0, MAX_DEVICE_ID), "heartbeat_interval": (10, 3600)},
    LocationConfig: {"zone": (1, 255), "latitude": (-90, 90), "longitude": (-180, 180)},
    NtpConfig: {"sync_interval": (300, 86_400), "timezone_offset": (-43_200, 50_400)},
    BleConfig: {"interval_ms": (20, 10_240), "tx_power": (0, 7)},
}
_LONGEST: Final[dict[type, dict[str, int]]] = {
    WifiConfig: {"ssid": 32, "password": 64},
    MqttConfig: {"broker_url": 127, "username": 31, "password": 31},
    NtpConfig: {"server1": 63, "server2": 63, "server3": 63, "timezone_name": 31},
    BleConfig: {"device_name": 31},
}


@dataclass(slots=True)
class UnitSettings:
    """Everything of a unit that can be configured over MQTT."""

    wifi: WifiConfig = field(
        default_factory=lambda: WifiConfig(
            ssid="SITE",
            password="not-a-password",  # noqa: S106 - a virtual unit joins no network
            dhcp=True,
            static_ip=0,
            gateway=parse_address("192.168.10.1"),
            netmask=parse_address("255.255.255.0"),
        )
    )
    mqtt: MqttConfig = field(
        default_factory=lambda: MqttConfig(
            broker_url="127.0.0.1",
            port=1883,
            username="",
            password="",
            keepalive=60,
            qos=1,
            use_tls=False,
        )
    )
    device: DeviceConfig = field(
        default_factory=lambda: DeviceConfig(
            hostname="", device_id=0, enable_heartbeat=True, heartbeat_interval=30
        )
    )
    location: LocationConfig = field(
        default_factory=lambda: LocationConfig(country="ES", zone=1, latitude=0.0, longitude=0.0)
    )
    ntp: NtpConfig = field(
        default_factory=lambda: NtpConfig(
            server1="pool.ntp.org",
            server2="",
            server3="",
            enable_sync=True,
            sync_interval=3600,
            timezone_offset=0,
            timezone_name="UTC",
        )
    )
    ble: BleConfig = field(
        default_factory=lambda: BleConfig(
            enable=False,
            device_name="",
            advertise=False,
            interval_ms=1000,
            adv_hmac_key=b"",
            spp_hmac_key=b"",
            tx_power=3,
        )
    )

    def write(self, body: ConfigBody) -> str:
        """Take over the fields that are present; the problem instead when one is not allowed."""
        if problem := problem_of(body):
            return problem
        present = {
            item.name: getattr(body, item.name)
            for item in fields(body)
            if item.name != "unknown_fields" and getattr(body, item.name) is not None
        }
        match body:
            case WifiConfig():
                self.wifi = replace(self.wifi, **present)
            case MqttConfig():
                self.mqtt = replace(self.mqtt, **present)
            case DeviceConfig():
                if not present.get("device_id", 1):
                    del present["device_id"]  # an id takes effect when it is above 0
                self.device = replace(self.device, **present)
            case LocationConfig():
                self.location = replace(self.location, **present)
            case NtpConfig():
                self.ntp = replace(self.ntp, **present)
            case BleConfig():
                self.ble = replace(self.ble, **present)
        return ""

    def read(self, wanted: ReadType | int, mac: bytes, ip: int, rssi: int) -> dict[str, Any] | None:
        """The JSON answer to a read; None for a group that does not exist."""
        match wanted:
            case ReadType.WIFI:
                return self._read_wifi(mac, ip, rssi)
            case ReadType.MQTT:
                return self._read_mqtt()
            case ReadType.DEVICE:
                return {
                    "hostname": self.device.hostname,
                    "device_id": self.device.device_id,
                    "hb_enable": self.device.enable_heartbeat,
                    "hb_interval": self.device.heartbeat_interval,
                }
            case ReadType.LOCATION:
                return {
                    "country": self.location.country,
                    "zone": self.location.zone,
                    "lat": round(self.location.latitude or 0.0, 6),
                    "lon": round(self.location.longitude or 0.0, 6),
                }
            case ReadType.NTP:
                return self._read_ntp()
            case ReadType.BLE:
                return self._read_ble()
            case ReadType.ALL:
                return self._read_all(ip)
            case _:
                return None

    def _read_wifi(self, mac: bytes, ip: int, rssi: int) -> dict[str, Any]:
        return {
            "ssid": self.wifi.ssid,
            "password": MASK if self.wifi.password else "",
            "dhcp": self.wifi.dhcp,
            "ip": address_text(ip),
            "netmask": address_text(self.wifi.netmask or 0),
            "gateway": address_text(self.wifi.gateway or 0),
            "mac": mac.hex(":").upper(),
            "rssi": rssi,
            "connected": rssi != 0,
        }

    def _read_mqtt(self) -> dict[str, Any]:
        return {
            "broker": self.mqtt.broker_url,
            "port": self.mqtt.port,
            "user": self.mqtt.username,
            "password": MASK if self.mqtt.password else "",
            "keepalive": self.mqtt.keepalive,
            "qos": self.mqtt.qos,
            "tls": self.mqtt.use_tls,
            "connected": True,
        }

    def _read_ntp(self) -> dict[str, Any]:
        return {
            "srv1": self.ntp.server1,
            "srv2": self.ntp.server2,
            "srv3": self.ntp.server3,
            "sync": self.ntp.enable_sync,
            "interval": self.ntp.sync_interval,
            "tz_offset": self.ntp.timezone_offset,
            "tz": self.ntp.timezone_name,
        }

    def _read_ble(self) -> dict[str, Any]:
        return {
            "enable": self.ble.enable,
            "name": self.ble.device_name,
            "adv": self.ble.advertise,
            "interval": self.ble.interval_ms,
            "adv_key": MASK if self.ble.adv_hmac_key else "",
            "spp_key": MASK if self.ble.spp_hmac_key else "",
            "tx_pwr": self.ble.tx_power,
        }

    def _read_all(self, ip: int) -> dict[str, Any]:
        """The reduced key set of our firmware, which fits into one answer."""
        return {
            "wifi": {
                "ssid": self.wifi.ssid,
                "dhcp": self.wifi.dhcp,
                "ip": address_text(ip),
            },
            "mqtt": {
                "broker": self.mqtt.broker_url,
                "port": self.mqtt.port,
                "tls": self.mqtt.use_tls,
            },
            "device": {
                "hostname": self.device.hostname,
                "device_id": self.device.device_id,
                "hb_interval": self.device.heartbeat_interval,
            },
            "location": {"country": self.location.country, "zone": self.location.zone},
            "ntp": {"srv1": self.ntp.server1, "sync": self.ntp.enable_sync},
            "ble": {"enable": self.ble.enable},
        }

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Everything, secrets in clear: this is the memory of a virtual unit."""
        return {
            group: {
                name: {"hex": value.hex()} if isinstance(value, bytes) else value
                for name, value in asdict(getattr(self, group)).items()
                if name != "unknown_fields"
            }
            for group in _GROUPS
        }

    def restore(self, data: dict[str, dict[str, Any]]) -> None:
        """Take over what `to_json` gave."""
        for group, config in _GROUPS.items():
            values = {
                name: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
                for name, value in data.get(group, {}).items()
            }
            setattr(self, group, replace(getattr(self, group), **values))
            assert isinstance(getattr(self, group), config)


_GROUPS: Final[dict[str, type]] = {
    "wifi": WifiConfig,
    "mqtt": MqttConfig,
    "device": DeviceConfig,
    "location": LocationConfig,
    "ntp": NtpConfig,
    "ble": BleConfig,
}


def problem_of(body: ConfigBody) -> str:
    """Why our firmware answers error 3 to this write; "" when it is allowed."""
    for name, (low, high) in _RANGES.get(type(body), {}).items():
        value = getattr(body, name)
        if value is not None and not low <= value <= high:
            return f"{name} is outside {low} to {high}"
    for name, longest in _LONGEST.get(type(body), {}).items():
        text = getattr(body, name)
        if text is not None and len(text.encode()) > longest:
            return f"{name} is longer than {longest}"
    match body:
        case DeviceConfig(hostname=str(host)) if not is_host(host):
            return "hostname is not allowed"
        case LocationConfig(country=str(country)) if not (
            len(country) == 2 and country.isascii() and country.isalpha()
        ):
            return "country is not two letters"
        case BleConfig():
            for name in ("adv_hmac_key", "spp_hmac_key"):
                key = getattr(body, name)
                if key is not None and len(key) != 32:
                    return f"{name} is not 32 bytes"
        case _:
            pass
    return ""
