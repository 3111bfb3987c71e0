"""What a unit does on a command, and what it answers (`protocol.md` 5, 6)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from alarmstation.domain.addresses import address_text
from alarmstation.domain.messages import (
    CommandBody,
    ConfigCommand,
    ConfigReadCommand,
    DeviceConfig,
    DiagnosticAction,
    DiagnosticCommand,
    OtaAction,
    OtaCommand,
    OutputCommand,
    OutputType,
    SystemAction,
    SystemCommand,
    is_clock_set,
)
from alarmstation.simulator.outputs import problem_of
from alarmstation.simulator.telemetry import MIN_HEAP
from alarmstation.simulator.traits import Input

if TYPE_CHECKING:
    from alarmstation.simulator.unit import VirtualUnit

SELF_TEST_S: Final = 1.5
DOWNLOAD_S: Final = 10.0
LARGEST_IMAGE: Final = 10 * 1024 * 1024
_KNOWN_TESTS: Final = 0b0111_1111
_SENSOR_BIT: Final = 1 << 3
_VERSION: Final = re.compile(r"(\d+\.\d+\.\d+)")
_MD5: Final = re.compile(r"[0-9a-fA-F]{32}")
_PARTITIONS: Final = ("factory", "ota_0", "ota_1")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result. `was_accepted`: the failure came after the command had been accepted."""

    error_code: int = 0
    message: str = "ok"
    payload: Mapping[str, Any] | None = None
    was_accepted: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Accepted; `run` gives the result after `delay_s`, or None when no answer follows."""

    delay_s: float
    run: Callable[[], Outcome | None]
    message: str = "accepted"


@dataclass(slots=True)
class Update:
    """An OTA update under way or done."""

    started_at: float
    size: int
    version: str
    state: str = "downloading"


def required_level(body: CommandBody) -> int:
    """The auth level that our firmware demands (5.1)."""
    match body:
        case SystemCommand(action=SystemAction.GET_STATUS):
            return 0
        case SystemCommand(action=SystemAction.SET_TIME):
            return 1
        case OutputCommand() | DiagnosticCommand() | ConfigReadCommand():
            return 1
        case _:
            return 2


class Execution:
    """Carries out commands on one unit."""

    def __init__(self, unit: VirtualUnit) -> None:
        self._unit = unit
        self._update: Update | None = None

    def decide(self, body: CommandBody, request_id: str) -> Outcome | Later:
        """The result, or the promise of one."""
        match body:
            case SystemCommand():
                return self._system(body, request_id)
            case OutputCommand():
                return self._output(body)
            case ConfigCommand():
                return self._write(body)
            case ConfigReadCommand():
                return self._read(body)
            case DiagnosticCommand():
                return self._diagnose(body)
            case OtaCommand():
                return self._ota(body)

    # --- system

    def _system(self, command: SystemCommand, request_id: str) -> Outcome | Later:
        unit = self._unit
        match command.action:
            case SystemAction.REBOOT:
                return self._reboot(command.delay_seconds, request_id)
            case SystemAction.FACTORY_RESET:
                return Later(1.0, self._factory_reset, "factory reset")
            case SystemAction.GET_STATUS:
                unit.send_status()
                return Outcome(payload=self._status())
            case SystemAction.SET_TIME:
                if not is_clock_set(command.unix_time):
                    return Outcome(3, "no valid time")
                unit.set_clock(command.unix_time)
                return Outcome(message="time set")
            case SystemAction.CLEAR_COUNTERS:
                unit.counters = type(unit.counters)()
                return Outcome(message="counters cleared")
            case _:
                return Outcome(7, "unknown command")

    def _reboot(self, delay_s: int, request_id: str) -> Outcome | Later:
        if delay_s > 3600:
            return Outcome(3, "delay_seconds is outside 0 to 3600")
        unit = self._unit

        def restart() -> Outcome | None:
            if unit.traits.extensions:
                unit.memory.unanswered_reboot = request_id
            unit.restart()
            return None

        message = f"reboot in {delay_s} s"
        if not unit.traits.extensions:  # one answer, then the restart
            unit.later(max(delay_s, 0.5), unit.restart)
            return Outcome(message=message)
        return Later(max(delay_s, 0.5), restart, message)

    def _factory_reset(self) -> None:
        self._unit.forget_everything()

    def _status(self) -> dict[str, Any]:
        unit = self._unit
        return {
            "device_id": unit.device_id,
            "hostname": unit.host,
            "uptime": unit.uptime,
            "firmware": unit.firmware,
            "free_heap": unit.free_heap,
            "min_heap": MIN_HEAP,
            "wifi_connected": True,
            "mqtt_connected": True,
            "eth_interface": 0,
            "ip": address_text(unit.ip_address),
            "rssi": unit.rssi,
        }

    # --- outputs and settings

    def _output(self, command: OutputCommand) -> Outcome | Later:
        if problem := problem_of(command):
            return Outcome(3, problem)

        def drive() -> Outcome:
            self._unit.drive(command)
            return Outcome(message="pattern started")

        return Later(self._unit.traits.execution_s, drive)

    def _write(self, command: ConfigCommand) -> Outcome | Later:
        unit = self._unit
        body = command.body
        if body is None or not command.agrees:
            return Outcome(1, "type and settings disagree")
        if not unit.traits.reads_config and command.type > 4:
            return Outcome(7, "unknown command")
        former = unit.host
        # A rename waits until the answer has left under the old name.
        renamed = body.hostname if isinstance(body, DeviceConfig) else None
        if problem := unit.memory.settings.write(body):
            return Outcome(3, problem)
        message = "saved"
        if isinstance(body, DeviceConfig):
            message = f"device id {unit.device_id}"
            if body.heartbeat_interval is not None:
                unit.replan_heartbeat()
            if renamed is not None and renamed != former:
                unit.memory.settings.write(DeviceConfig(hostname=former))
                unit.later(1.0, lambda: unit.reconnect_as(renamed))
        return Later(unit.traits.execution_s, lambda: Outcome(message=message))

    def _read(self, command: ConfigReadCommand) -> Outcome:
        unit = self._unit
        if not unit.traits.reads_config:
            return Outcome(1, "invalid command")
        payload = unit.memory.settings.read(
            command.type, unit.identity.mac, unit.ip_address, unit.rssi
        )
        if payload is None:
            return Outcome(7, "unknown command")
        return Outcome(payload=payload)

    # --- diagnostics

    def _diagnose(self, command: DiagnosticCommand) -> Outcome | Later:
        match command.action:
            case DiagnosticAction.SELF_TEST:
                mask = command.test_mask or _KNOWN_TESTS
                return Later(SELF_TEST_S, lambda: self._self_test(mask))
            case DiagnosticAction.MEMORY_INFO:
                heap = self._unit.free_heap
                return Outcome(
                    payload={
                        "free_heap": heap,
                        "min_heap": MIN_HEAP,
                        "largest_block": heap // 2,
                        "psram_free": 0,
                        "psram_size": 0,
                    }
                )
            case DiagnosticAction.NETWORK_INFO:
                return Outcome(payload=self._network())
            case DiagnosticAction.SENSOR_READ:
                return self._sensor()
            case DiagnosticAction.LOG_DUMP:
                return Outcome(payload=self._log(command.log_lines or 20))
            case DiagnosticAction.INOUT_READ:
                return Outcome(payload=self._inout())
            case _:
                return Outcome(7, "unknown command")

    def _self_test(self, mask: int) -> Outcome:
        failed = 0 if self._unit.sensor_works else mask & _SENSOR_BIT
        return Outcome(
            message="passed" if not failed else "failed",
            payload={"mask": mask & _KNOWN_TESTS, "failed": failed},
        )

    def _network(self) -> dict[str, Any]:
        unit = self._unit
        wifi = unit.memory.settings.wifi
        return {
            "wifi": True,
            "ssid": wifi.ssid,
            "rssi": unit.rssi,
            "channel": 6,
            "ip": address_text(unit.ip_address),
            "netmask": address_text(wifi.netmask or 0),
            "gateway": address_text(wifi.gateway or 0),
            "dns1": address_text(wifi.gateway or 0),
            "dns2": "",
            "mac": unit.identity.mac.hex(":").upper(),
            "auth_mode": "WPA2",
        }

    def _sensor(self) -> Outcome:
        celsius, percent = self._unit.reading()
        return Outcome(
            payload={
                "temperature": celsius,
                "humidity": percent,
                "sensor": "SHT31",
                "status": "ok" if self._unit.sensor_works else "no answer",
            }
        )

    def _log(self, wanted: int) -> dict[str, Any]:
        """As many of the newest lines as fit into the answer."""
        lines = list(self._unit.log)
        asked = lines[-wanted:]
        limit = self._unit.traits.payload_limit
        while asked and len(json.dumps({"lines": asked, "more": False})) > limit:
            asked = asked[1:]
        return {"lines": asked, "more": len(asked) < len(lines)}

    def _inout(self) -> dict[str, Any]:
        unit = self._unit
        duty = unit.outputs.fan_duty_pct
        on = unit.outputs.is_on
        return {
            "inputs": {
                "panic1": Input.PANIC1 in unit.inputs,
                "panic2": Input.PANIC2 in unit.inputs,
                "box_sw": Input.TAMPER in unit.inputs,
                "aux1": Input.AUX1 in unit.inputs,
                "aux2": Input.AUX2 in unit.inputs,
            },
            "outputs": {
                "siren": on(OutputType.SIREN),
                "turret": on(OutputType.TURRET),
                "relay1": on(OutputType.RELAY1),
                "relay2": on(OutputType.RELAY2),
            },
            "fan": {"running": duty > 0, "duty_percent": duty, "frequency": 25_000},
        }

    # --- updates

    def _ota(self, command: OtaCommand) -> Outcome | Later:
        unit = self._unit
        match command.action:
            case OtaAction.CHECK_UPDATE:
                return Outcome(
                    payload={
                        "update_available": False,
                        "current": unit.firmware,
                        "latest": unit.firmware,
                        "size": 0,
                        "url": "",
                        "md5": "",
                        "changelog": "",
                    }
                )
            case OtaAction.START_UPDATE:
                return self._start_update(command)
            case OtaAction.GET_STATUS:
                return Outcome(payload=self._progress())
            case OtaAction.VALIDATE:
                unit.memory.ota_validated = True
                return Outcome(
                    payload={
                        "validated": True,
                        "first_boot": False,
                        "version": unit.firmware,
                        "partition": _PARTITIONS[unit.memory.partition],
                        "next_ota": _PARTITIONS[3 - (unit.memory.partition or 2)],
                    }
                )
            case OtaAction.ROLLBACK:
                return self._roll_back()
            case _:
                return Outcome(7, "unknown command")

    def _start_update(self, command: OtaCommand) -> Outcome | Later:
        if self._update is not None and self._update.state == "downloading":
            return Outcome(5, "an update is under way")
        if not command.url.startswith(("http://", "https://")) or len(command.url) > 255:
            return Outcome(3, "url is not allowed")
        if not _MD5.fullmatch(command.md5) or not 0 < command.size <= LARGEST_IMAGE:
            return Outcome(10, "md5 or size is not allowed")
        found = _VERSION.findall(command.url)
        version = found[-1] if found else f"{self._unit.firmware}+1"
        self._update = Update(self._unit.now, command.size, version[:15])
        return Later(DOWNLOAD_S, self._flash, "update started")

    def _flash(self) -> Outcome:
        unit, update = self._unit, self._update
        assert update is not None
        update.state = "success"

        def start_new_image() -> None:
            memory = unit.memory
            memory.previous_firmware, memory.firmware = unit.firmware, update.version
            memory.partition = 2 if memory.partition == 1 else 1
            memory.ota_validated = False
            unit.restart(new_image=True)

        unit.later(1.0, start_new_image)
        return Outcome(message="image verified, restarting")

    def _progress(self) -> dict[str, Any]:
        unit, update = self._unit, self._update
        elapsed = 0.0 if update is None else unit.now - update.started_at
        share = min(elapsed / DOWNLOAD_S, 1.0)
        total = 0 if update is None else update.size
        return {
            "state": "idle" if update is None else update.state,
            "in_progress": update is not None and update.state == "downloading",
            "progress": int(share * 100) if update is not None else 0,
            "downloaded": int(share * total),
            "total": total,
            "speed_kbps": int(total / DOWNLOAD_S / 1024) if update is not None else 0,
            "eta_seconds": int((1 - share) * DOWNLOAD_S) if update is not None else 0,
            "version": unit.firmware,
            "partition": _PARTITIONS[unit.memory.partition],
            "error": "",
        }

    def _roll_back(self) -> Outcome:
        unit = self._unit
        if not unit.memory.previous_firmware:
            return Outcome(9, "there is no previous image")

        def start_old_image() -> None:
            unit.roll_back()
            unit.restart(new_image=True)

        unit.later(1.0, start_old_image)
        return Outcome(
            message="rolling back",
            payload={
                "success": True,
                "rolled_back_to": _PARTITIONS[1 if unit.memory.partition == 2 else 2],
                "version": unit.memory.previous_firmware,
            },
        )
