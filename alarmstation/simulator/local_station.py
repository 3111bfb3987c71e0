"""Where the broker of a station on this machine is, found by the station's home folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from alarmstation import config
from alarmstation.adapters.mqtt.broker_accounts import STATION
from alarmstation.domain.errors import Unavailable
from alarmstation.locations import Home
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.fleet import Accounts

ACCOUNTS_FILE: Final = "broker_accounts.json"
BROKER_FILE: Final = "broker.conf"
_LISTENER: Final = re.compile(r"^listener (\d+)(?: (\S+))?", re.MULTILINE)


def broker_of(home: Home) -> BrokerAddress:
    """Address, base topic and the station's account for the broker of this home.

    Raises UserError for bad settings, Unavailable when the private broker was never started.
    """
    broker = config.load(home.path).broker
    if broker.mode == "address":
        password = broker.password_file.read_text().strip() if broker.password_file else ""
        return BrokerAddress(
            host=broker.host,
            port=broker.port,
            user=broker.username,
            password=password,
            base_topic=broker.base_topic,
            tls=broker.tls,
            ca_file=broker.ca_file,
        )
    host, port = _listener(home.broker / BROKER_FILE)
    return BrokerAddress(
        host=host,
        port=port,
        user=STATION,
        password=_passwords(home).get(STATION, ""),
        base_topic=broker.base_topic,
    )


def accounts_of(home: Home) -> Accounts:
    """The password of a unit's own account, as soon as the station has made one."""
    return lambda host: _passwords(home).get(host)


def _listener(file: Path) -> tuple[str, int]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"there is no broker in {file.parent}: start the station") from error
    if text.startswith("{"):
        return "127.0.0.1", int(json.loads(text)["port"])
    found = _LISTENER.search(text)
    if found is None:
        raise Unavailable(f"{file} names no listener")
    return found[2] or "127.0.0.1", int(found[1])


def _passwords(home: Home) -> dict[str, str]:
    try:
        passwords: dict[str, str] = json.loads((home.secrets / ACCOUNTS_FILE).read_text())
    except (OSError, ValueError):
        return {}
    return passwords
