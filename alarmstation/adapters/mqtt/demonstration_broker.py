"""amqtt as a broker for demonstrations, run as a child process where no mosquitto can be had.

    python -m alarmstation.adapters.mqtt.demonstration_broker SETTINGS

SETTINGS is JSON: `port`, `accounts` (user names and passwords) and `bases` (base topics, `+`
allowed). The file is read again at every login, so new units need no signal.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amqtt.broker import Broker
from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin

from alarmstation.adapters.mqtt.broker_accounts import PUBLISHED_BY_UNITS, READ_BY_UNITS, STATION

_HERE = "alarmstation.adapters.mqtt.demonstration_broker"


@dataclass
class PluginSettings:
    """What amqtt hands to each plugin."""

    file: str


class Authentication(BaseAuthPlugin):  # type: ignore[misc]  # amqtt is no dependency of the checks
    """Lets in who is in the settings file with this password."""

    Config = PluginSettings

    async def authenticate(self, *, session: Any) -> bool:
        """Called by amqtt for each CONNECT."""
        accounts = _settings(self.config.file)["accounts"]
        password = accounts.get(session.username)
        return password is not None and password == session.password


class Permission(BaseTopicPlugin):  # type: ignore[misc]  # amqtt is no dependency of the checks
    """Lets the station do everything and a unit use its own leaves."""

    Config = PluginSettings

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self._bases: list[str] = _settings(self.config.file)["bases"]

    async def topic_filtering(
        self, *, session: Any = None, topic: str | None = None, action: Any = None
    ) -> bool:
        """Called by amqtt for each subscription, publication and delivery."""
        if session is None or topic is None:
            return False
        return session.username == STATION or _is_own_leaf(
            self._bases, str(session.username), topic, publishing=action == Action.PUBLISH
        )


def _is_own_leaf(bases: list[str], host: str, topic: str, *, publishing: bool) -> bool:
    levels = topic.split("/")
    if len(levels) < 3 or levels[-2] != host:
        return False
    allowed = PUBLISHED_BY_UNITS if publishing else READ_BY_UNITS
    if levels[-4:-2] == ["pb", "d"]:
        return levels[-1] in allowed and _fits(bases, levels[:-4])
    return publishing and levels[-3] == "d" and levels[-1] == "hb" and _fits(bases, levels[:-3])


def _fits(bases: list[str], levels: list[str]) -> bool:
    return any(
        len(base) == len(levels)
        and all(wanted in {"+", level} for wanted, level in zip(base, levels, strict=True))
        for base in (text.split("/") for text in bases)
    )


def _settings(file: str) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads(Path(file).read_text())
    return settings


async def serve(file: str) -> None:
    """Run the broker until SIGTERM."""
    port = _settings(file)["port"]
    plugin = {"file": file}
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {f"{_HERE}.Authentication": plugin, f"{_HERE}.Permission": plugin},
        }
    )
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await broker.start()
    await ended.wait()
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
