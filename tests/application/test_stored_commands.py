"""What was stored of a command can be sent again, or is not sent at all."""

import json

import pytest

from alarmstation.application.stored_commands import body_of
from alarmstation.domain import catalogue
from alarmstation.domain.completion import complete
from alarmstation.domain.device import Device
from alarmstation.domain.messages import (
    CommandBody,
    ConfigCommand,
    OtaAction,
    OtaCommand,
    WifiConfig,
)
from alarmstation.domain.redaction import redacted
from tests.application.test_wishes import COMMANDS


def stored(body: CommandBody) -> str:
    return json.dumps(redacted(body))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_catalogue_comes_back_as_it_was(name: str) -> None:
    fields = COMMANDS[name][1]
    body = complete(catalogue.build(name, fields), Device(7, "ESG-007"), None)  # type: ignore[arg-type]
    assert body_of(stored(body)) == body


def test_what_held_a_secret_does_not_come_back() -> None:
    assert body_of(stored(ConfigCommand.of(WifiConfig(ssid="x", password="hush")))) is None
    url = "https://user:hush@host/image.bin"
    assert body_of(stored(OtaCommand(OtaAction.START_UPDATE, url=url))) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", "null", '{"kind": "Rocket"}', '{"kind": "SystemCommand", "action": "FLY"}',
     '{"kind": "LocationConfig"}', '{"kind": "OutputCommand", "volume": 11}'],
)  # fmt: skip
def test_nonsense_is_no_command(text: str) -> None:
    assert body_of(text) is None
