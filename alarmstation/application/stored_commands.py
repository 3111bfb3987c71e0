"""Commands as they were stored, made into what can be sent again.

The store keeps requests as redacted JSON (`protocol.md` 10.9): what held a secret cannot be sent
by another run of the station, everything else can.
"""

from __future__ import annotations

import json
from typing import Any, Final

from alarmstation.domain.messages import (
    CommandBody,
    ConfigCommand,
    ConfigReadCommand,
    ConfigType,
    DeviceConfig,
    DiagnosticAction,
    DiagnosticCommand,
    LocationConfig,
    OtaAction,
    OtaCommand,
    OutputCommand,
    OutputType,
    PatternType,
    ReadType,
    SystemAction,
    SystemCommand,
    WireEnum,
)
from alarmstation.domain.redaction import MASK, redacted

_CLASSES: Final[dict[str, type[Any]]] = {
    kind.__name__: kind
    for kind in (
        SystemCommand,
        ConfigCommand,
        ConfigReadCommand,
        DiagnosticCommand,
        OtaCommand,
        OutputCommand,
        DeviceConfig,
        LocationConfig,
    )
}
_BODIES = (
    SystemCommand,
    ConfigCommand,
    ConfigReadCommand,
    DiagnosticCommand,
    OtaCommand,
    OutputCommand,
)
_ENUMS: Final[dict[tuple[str, str], type[WireEnum]]] = {
    ("SystemCommand", "action"): SystemAction,
    ("ConfigCommand", "type"): ConfigType,
    ("ConfigReadCommand", "type"): ReadType,
    ("DiagnosticCommand", "action"): DiagnosticAction,
    ("OtaCommand", "action"): OtaAction,
    ("OutputCommand", "output"): OutputType,
    ("OutputCommand", "pattern"): PatternType,
}


def body_of(request_json: str) -> CommandBody | None:
    """The body that was stored; None where a secret was left out, or it cannot be read."""
    try:
        stored = json.loads(request_json)
        body = _made(stored)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(body, _BODIES) or redacted(body) != stored:
        return None
    return body


def _made(stored: dict[str, Any]) -> object:
    kind = stored["kind"]
    values: dict[str, Any] = {}
    for name, value in stored.items():
        if name == "kind":
            continue
        if isinstance(value, str) and MASK in value:
            raise ValueError(name)
        if isinstance(value, dict):
            values[name] = _made(value)
        elif isinstance(value, str) and (kind, name) in _ENUMS:
            values[name] = _ENUMS[kind, name][value]
        else:
            values[name] = value
    return _CLASSES[kind](**values)
