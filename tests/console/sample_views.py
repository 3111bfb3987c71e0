"""Views that are valid by default, so that a test names only what matters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alarmstation.application.views import CommandView, DeviceView, SiteView, StepView

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def a_site(number: int, name: str, parent_id: int | None = None) -> SiteView:
    return SiteView(number, name, parent_id)


def a_device(number: int = 1, **changes: Any) -> DeviceView:
    """An enrolled unit that is online and quiet."""
    values: dict[str, Any] = {
        "id": number,
        "host": f"ESG-{number:03d}",
        "name": "",
        "site_id": 1,
        "lifecycle": "enrolled",
        "mac": f"02:00:00:00:{number // 256 % 256:02x}:{number % 256:02x}",
        "note": "",
        "firmware": "2.0.0",
        "comm_state": "online",
        "comm_since": NOW,
        "silent_since": None,
        "last_seen_at": NOW,
        "last_heartbeat_at": NOW,
        "device_state": 3,
        "temperature_c": 21.4,
        "temperature_quality": "good",
        "temperature_reason": "",
        "humidity_pct": 48.0,
        "humidity_quality": "good",
        "humidity_reason": "",
        "panic1": False,
        "panic2": False,
        "tamper": False,
        "aux1": False,
        "aux2": False,
        "siren": False,
        "turret": False,
        "relay1": False,
        "relay2": False,
        "fan_pct": 0,
        "rssi_dbm": -61,
        "interface": 0,
        "ip_address": f"192.0.2.{number % 256}",
        "uptime_s": 86_400,
        "boot_count": 3,
        "extended": True,
        "skew_s": 0.4,
        "clock_set": True,
        "id_synchronised": True,
        "error_flags": 0,
        "received_samples": 410,
        "stored_rows": 41,
        "key_fingerprint": "630dcd29",
        "key_weak": "",
        "refused_messages": 0,
        "open_alarms": 0,
        "worst_alarm": None,
    }
    return DeviceView(**(values | changes))


def a_command(request_id: str = "r1", **changes: Any) -> CommandView:
    """A siren command that was sent."""
    values: dict[str, Any] = {
        "request_id": request_id,
        "device_id": 1,
        "host": "ESG-001",
        "device_name": "Front door",
        "family": "output",
        "name": "siren",
        "state": "SENT",
        "steps": (StepView("PENDING", NOW, ""), StepView("SENT", NOW, "")),
        "attempts": 1,
        "operator": "ana",
        "created_at": NOW,
        "expires_at": NOW,
        "error_code": None,
        "message": "",
        "request_json": '{"output": "SIREN"}',
        "response_json": "",
        "permanent": False,
    }
    return CommandView(**(values | changes))
