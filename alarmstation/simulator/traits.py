"""Who a unit is and of what kind: our firmware, or an older one in the field (`protocol.md`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import AlarmType, Leaf, Priority


class Input(StrEnum):
    """Inputs of a unit; TAMPER is the switch of the enclosure."""

    PANIC1 = "panic1"
    PANIC2 = "panic2"
    TAMPER = "tamper"
    AUX1 = "aux1"
    AUX2 = "aux2"


ALARM_OF: Final = {
    Input.PANIC1: (AlarmType.PANIC1, Priority.CRITICAL),
    Input.PANIC2: (AlarmType.PANIC2, Priority.CRITICAL),
    Input.TAMPER: (AlarmType.TAMPER, Priority.HIGH),
}
"""Alarm type and priority of our firmware; aux inputs raise nothing."""


@dataclass(frozen=True, slots=True)
class UnitIdentity:
    """Who a unit is: what a technician enters in the station."""

    host: str
    mac: bytes
    key: MessageKey | None = None
    name: str = ""
    site_path: tuple[str, ...] = ()
    broker_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Traits:
    """Where units differ.

    `extensions` off: no boot id, no event time in ms, no outbox and receipts, no stages, and all
    sequences restart at boot. `cuts_json` sends the first `payload_limit` bytes of a longer answer
    where our firmware answers error 500.
    """

    firmware: str = "2.1.0"
    extensions: bool = True
    signed: bool = True
    verifies: bool = True
    response_leaf: Leaf = Leaf.RESPONSE
    heartbeat_qos: int = 0
    heartbeat_interval_s: int = 30
    payload_limit: int = 512
    cuts_json: bool = False
    reads_config: bool = True
    execution_s: float = 0.05
    """How long an output or a setting takes; 0 carries it out at once."""
    boot_s: float = 2.0


OUR_FIRMWARE: Final = Traits()
FIELD_DEVICE: Final = Traits(
    firmware="1.4.2",
    extensions=False,
    response_leaf=Leaf.RESP,
    heartbeat_interval_s=60,
    payload_limit=256,
    cuts_json=True,
)
UNSIGNED_FIELD_DEVICE: Final = Traits(
    firmware="1.2.0",
    extensions=False,
    signed=False,
    verifies=False,
    heartbeat_interval_s=60,
    payload_limit=256,
    cuts_json=True,
    reads_config=False,
)

KINDS: Final = {
    "our": OUR_FIRMWARE,
    "field": FIELD_DEVICE,
    "field-unsigned": UNSIGNED_FIELD_DEVICE,
}
"""Names of the kinds in a site description."""
