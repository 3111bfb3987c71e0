"""Live values of a unit, and the history that is made of them (`domain.md` 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alarmstation.application.changes import Changes
from alarmstation.application.inbound import Received
from alarmstation.application.input_desk import INPUTS, KINDS, device_time, place_of, stamp_of
from alarmstation.application.unit import Unit
from alarmstation.domain.device import Io
from alarmstation.domain.messages import AlarmEvent, AlarmType, EventState, Leaf, OutputType
from alarmstation.domain.telemetry import Sample

EDGES = {
    AlarmType.PANIC1.value: "panic1",
    AlarmType.PANIC2.value: "panic2",
    AlarmType.TAMPER.value: "tamper",
}
"""Inputs that an AlarmEvent tells, by the name of their flag."""

OUTPUT_FLAGS = {
    OutputType.SIREN.value: ("siren",),
    OutputType.TURRET.value: ("turret",),
    OutputType.RELAY1.value: ("relay1",),
    OutputType.RELAY2.value: ("relay2",),
    OutputType.ALL.value: ("siren", "turret", "relay1", "relay2"),
}
"""Outputs that an OUTPUT_EVENT tells, by the names of their flags."""

EDGE_STATES = (EventState.ACTIVE, EventState.INACTIVE)


class LiveValues:
    """Takes over what messages tell of inputs, outputs and climate."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def take(
        self,
        unit: Unit,
        received: Received,
        io: Io,
        *,
        temperature: float,
        humidity: float,
        timestamp: int,
        uptime: int,
        manual: bool = False,
        **facts: object,
    ) -> None:
        """One message's values: live at once, in the history by the rules of `domain.md` 3.

        `manual`: somebody asked for it. `facts` are fields of `DeviceStatus`.
        """
        at = received.received_at
        stamp = device_time(timestamp)
        skew = self._skew(unit, received, stamp)
        temperature_c, humidity_pct = unit.climate.judge(temperature, humidity, at.timestamp())
        unit.status = status = unit.status.with_facts(
            io=io,
            temperature_c=temperature_c,
            humidity_pct=humidity_pct,
            uptime_s=uptime,
            device_time=stamp,
            skew_s=skew,
            **facts,
        )
        if not unit.is_enrolled:
            return
        self._record(
            unit,
            Sample(
                device_id=unit.id,
                received_at=at,
                temperature_c=temperature_c,
                humidity_pct=humidity_pct,
                io=io,
                device_state=status.device_state,
                uptime_s=uptime,
                device_time=stamp,
                clock_trusted=unit.clock_trusted,
            ),
            manual=manual,
        )

    @staticmethod
    def _skew(unit: Unit, received: Received, stamp: datetime | None) -> float | None:
        """The unit's clock against ours, by its heartbeats (`protocol.md` 8.4).

        Other messages may have waited at the broker: they count only where no heartbeat comes.
        """
        if stamp is None:
            unit.skews_s.clear()
            return None
        beats = unit.status.last_heartbeat_at is not None
        if received.leaf is Leaf.HB or (received.leaf is Leaf.STATUS and not beats):
            return unit.note_skew(stamp, received.received_at)
        return unit.status.skew_s

    @staticmethod
    def levels(
        unit: Unit,
        received: Received,
        told: tuple[bool, bool, bool],
        stamp: int,
        announced: int = 0,
    ) -> tuple[bool, bool, bool]:
        """Input flags as told, except those that a later edge has overtaken."""
        io = unit.status.io
        if io is None or not unit.edges:
            return told
        known = (io.panic1, io.panic2, io.tamper)
        place = place_of(unit, received, 2 * announced + 1 if announced else 0)
        moment = stamp_of(stamp)
        overtaken = (
            kind in unit.edges and unit.edges[kind].is_after(place, moment) for kind in INPUTS
        )
        panic1, panic2, tamper = (
            old if late else new for old, new, late in zip(known, told, overtaken, strict=True)
        )
        return panic1, panic2, tamper

    def show_edge(self, unit: Unit, received: Received, event: AlarmEvent) -> None:
        """The input itself moved: its lamp and the history follow at once."""
        name, kind = EDGES.get(int(event.type)), KINDS.get(int(event.type))
        if name is None or kind is None or event.state not in EDGE_STATES:
            return
        edge = unit.edges.get(kind)
        if edge is None or edge.place.ordinal != received.ordinal:
            return  # an older edge, sent again: the lamp shows what came after it
        self.show(unit, received, {name: event.state == EventState.ACTIVE})

    def show(self, unit: Unit, received: Received, flags: dict[str, bool]) -> None:
        known = unit.status.io
        if known is None or not unit.is_enrolled:
            return
        io = replace(known, **flags)
        if io == known:
            return
        unit.status = replace(unit.status, io=io)
        reference = unit.recorder.pending or unit.recorder.reference
        if unit.is_enrolled and reference is not None and reference.connected:
            self._record(unit, replace(reference, received_at=received.received_at, io=io))

    def _record(self, unit: Unit, sample: Sample, *, manual: bool = False) -> None:
        rows = unit.recorder.record(sample, manual=manual)
        self._changes.batch.history.extend(rows)
        unit.status = unit.status.with_facts(
            received_samples=unit.status.received_samples + 1,
            stored_rows=unit.status.stored_rows + len(rows),
        )
