"""The vectors of `proto/vectors.json` as messages."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from alarmstation.adapters.wire.frame import FrameKey
from alarmstation.domain import messages as m
from alarmstation.domain.keys import MessageKey
from alarmstation.domain.messages import Leaf, Message

PROTO = Path(__file__).resolve().parents[3] / "proto"
_FILE = json.loads((PROTO / "vectors.json").read_text(encoding="utf-8"))
KEY = MessageKey(bytes.fromhex(_FILE["key"]))
FRAME_KEY = FrameKey(KEY)

_CLASSES: dict[str, type[Any]] = {
    "Heartbeat": m.Heartbeat,
    "AlarmEvent": m.AlarmEvent,
    "CommandEnvelope": m.CommandEnvelope,
    "CommandResponse": m.CommandResponse,
    "LastWillMessage": m.LastWill,
    "AlarmReceipt": m.AlarmReceipt,
}
_BODIES: dict[str, type[Any]] = {
    "config": m.ConfigCommand,
    "output": m.OutputCommand,
    "device": m.DeviceConfig,
}


@dataclass(frozen=True)
class Vector:
    name: str
    leaf: Leaf
    message: Message
    sequence: int
    frame: bytes
    base: str | None

    @property
    def payload(self) -> bytes:
        return self.frame[6:-8]


def _message(kind: type[Any], values: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    parts = {name: value for name, value in values.items() if name in known}
    for name in values.keys() - known:
        parts["body"] = _message(_BODIES[name], values[name])
    return kind(**parts)


VECTORS = {
    entry["name"]: Vector(
        name=entry["name"],
        leaf=Leaf(entry["leaf"]),
        message=_message(_CLASSES[entry["message"]], entry["fields"]),
        sequence=entry["sequence"],
        frame=bytes.fromhex(entry["frame"]),
        base=entry.get("base"),
    )
    for entry in _FILE["vectors"]
}
