"""What must be known of a unit to hear it rightly after a restart of the station, as bytes.

Stored with each of its alarms in the same transaction: a press that was told before a crash is
neither forgotten nor told again after it.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from alarmstation.application.unit import Edge, Place, Told, Unit
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.presence import LoginFacts
from alarmstation.domain.sequence import ReceiveWindow
from alarmstation.domain.window_state import WindowState

log = logging.getLogger(__name__)

EARLIER_RUN = -1
"""Ordinals of an earlier run lie before all of this one."""


def encode(unit: Unit) -> bytes:
    """The unit's memory as bytes for the store."""
    login = unit.login
    memory = {
        "window": unit.window.state().as_json(),
        "edges": {kind: _from_edge(edge) for kind, edge in unit.edges.items()},
        "told": {
            kind: [[press.at.isoformat(), *_from_edge(press.edge)] for press in presses]
            for kind, presses in unit.told.items()
        },
        "uncounted": {
            kind: [_from_edge(edge) for edge in edges] for kind, edges in unit.uncounted.items()
        },
        "counted": _from_edge(unit.counted) if unit.counted else None,
        "outputs_until": {str(name): at.isoformat() for name, at in unit.outputs_until.items()},
        "login": (
            [login.timestamp, login.uptime_s, login.boot_count, login.sequence] if login else None
        ),
    }
    return json.dumps(memory, separators=(",", ":")).encode()


def restore(unit: Unit, stored: bytes) -> None:
    """Take the memory over; one that cannot be read is forgotten, loudly."""
    try:
        memory = json.loads(stored)
        # The window first: it is what keeps an eavesdropper out.
        unit.window = ReceiveWindow(WindowState.from_json(memory["window"]))
        _restore_presses(unit, memory)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning(
            "%s: not all that was remembered of it can be read (%r); it goes on without",
            unit.host,
            error,
        )


def _restore_presses(unit: Unit, memory: dict[str, Any]) -> None:
    edges = {AlarmKind(kind): _to_edge(it) for kind, it in memory["edges"].items()}
    told = {
        AlarmKind(kind): [Told(datetime.fromisoformat(at), _to_edge(edge)) for at, *edge in it]
        for kind, it in memory["told"].items()
    }
    uncounted = {
        AlarmKind(kind): [_to_edge(it) for it in presses]
        for kind, presses in memory["uncounted"].items()
    }
    outputs_until = {
        int(name): datetime.fromisoformat(at) for name, at in memory["outputs_until"].items()
    }
    counted = _to_edge(memory["counted"]) if memory["counted"] else None
    login = LoginFacts(*memory["login"]) if memory["login"] else None
    unit.login, unit.outputs_until = login, outputs_until
    unit.edges, unit.told = edges, told
    unit.uncounted, unit.counted = uncounted, counted


def _from_place(place: Place) -> list[Any]:
    return [place.epoch, place.sequence, place.rank]


def _to_place(stored: list[Any]) -> Place:
    epoch, sequence, rank = stored
    return Place(epoch, sequence, EARLIER_RUN, rank)


def _from_edge(edge: Edge) -> list[Any]:
    return [edge.active, edge.stamp, edge.least, *_from_place(edge.place)]


def _to_edge(stored: list[Any]) -> Edge:
    active, stamp, least, *place = stored
    return Edge(active, _to_place(place), stamp, least)
