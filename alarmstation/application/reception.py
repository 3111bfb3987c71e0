"""What the station makes of each message: admission, presence, live values, history, alarms.

The way of `architecture.md` 4. Messages come one by one, in the order of the lanes; every
message is either taken or refused with a class that is counted and shown (`protocol.md` 2.7).
"""

from __future__ import annotations

import json
import logging
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alarmstation.application.alarm_desk import STATION, AlarmDesk
from alarmstation.application.changes import Changes
from alarmstation.application.command_desk import CommandDesk
from alarmstation.application.enrolment import Enrolment
from alarmstation.application.identity_desk import IdentityDesk
from alarmstation.application.inbound import Received
from alarmstation.application.input_desk import INPUTS, KINDS, InputDesk, device_time, place_of
from alarmstation.application.unit import Directory, Unit
from alarmstation.application.watch import Watch
from alarmstation.domain import presence
from alarmstation.domain.addresses import address_text
from alarmstation.domain.alarm import AlarmKind, Severity
from alarmstation.domain.command import CommandState
from alarmstation.domain.device import Device, Io, Lifecycle
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    CommandResponse,
    EventState,
    Heartbeat,
    LastWill,
    Leaf,
    OutputType,
    Refusal,
    StatusMessage,
)
from alarmstation.domain.observation import Evidence
from alarmstation.domain.presence import LoginFacts
from alarmstation.domain.redaction import redacted
from alarmstation.domain.sequence import Arrival, Verdict
from alarmstation.domain.telemetry import OutputActivity, Sample

log = logging.getLogger(__name__)

FACTORY_HOST = "ESG_ALARM_"
"""Factory hosts are this and the MAC in 12 upper-case hex digits (`protocol.md` 1.1)."""

UNPROVEN_ALARMS: dict[str, str] = {
    Refusal.BAD_TAG: "an alarm message with a wrong tag",
    Refusal.UNSIGNED: "an alarm message without a tag",
}
"""Refused alarms that may still be a press of a unit that is set up wrongly."""

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

JSON_ONLY = "sends JSON only: not commissioned for protobuf"
"""Note of a host whose JSON heartbeats were heard and nothing else."""
NEW_HOSTS_PER_HOUR = 20
"""Above this, strangers are announced once together (`protocol.md` 10.4)."""


@dataclass(frozen=True, slots=True)
class Desks:
    """Everybody who gets to see a message."""

    alarms: AlarmDesk
    inputs: InputDesk
    commands: CommandDesk
    identity: IdentityDesk
    watch: Watch
    enrolment: Enrolment


class Reception:
    """Takes messages of units."""

    def __init__(self, directory: Directory, changes: Changes, desks: Desks) -> None:
        self._directory = directory
        self._changes = changes
        self._desks = desks
        self._new_hosts: deque[datetime] = deque()
        self._summarised_at: datetime | None = None

    def receive(self, received: Received) -> Refusal | None:
        """Take one message; returns why it was refused, or None."""
        message = received.message
        if received.leaf is Leaf.LOGIN and not getattr(message, "mac_address", b""):
            self._changes.refusal(
                received.host, Refusal.IDENTITY, received.received_at, detail="login without MAC"
            )
            return Refusal.IDENTITY
        unit = self._directory.by_host(received.host)
        if unit is None:
            unit = self._stranger(received)
            if unit is None:
                return Refusal.UNKNOWN_HOST
        contradiction = self._contradiction(unit, received)
        if contradiction:
            return self._hostile(unit, received, contradiction)
        # What nobody vouches for must not move the window: a forged number would lock out the unit.
        verdict = self._judge(unit, received) if received.verified else Verdict.ACCEPT
        if not verdict.accepted and verdict is not Verdict.DOUBTFUL:
            return self._not_accepted(unit, received, verdict)
        at = unit.rising(received.received_at)
        if at is not received.received_at:
            received = replace(received, received_at=at, heard_at=received.received_at)
        if verdict is Verdict.DOUBTFUL:
            return self._doubtful(unit, received)
        if verdict is Verdict.ACCEPT_NEW_EPOCH or received.leaf is Leaf.LOGIN:
            self._changes.reborn.add(unit.id)
        self._dispatch(unit, received, verdict)
        self._changes.shown.devices.add(unit.id)
        return None

    def refuse(
        self, host: str, leaf: Leaf | None, reason: str, at: datetime, sample: bytes, detail: str
    ) -> None:
        """A message that never became one: bad tag, malformed, unsigned, not decodable."""
        self._changes.refusal(host, reason, at, sample=sample, detail=detail)
        unit = self._directory.by_host(host)
        if unit is None:
            return
        unit.refused += 1
        self._changes.shown.devices.add(unit.id)
        if leaf is Leaf.ALARM and reason in UNPROVEN_ALARMS:
            # Never an alarm state and never a receipt, but somebody must look.
            self._security(unit, UNPROVEN_ALARMS[reason], at)

    def json_only(self, host: str, at: datetime) -> None:
        """A JSON heartbeat was heard; a host that nobody knows is listed as one that is not
        commissioned for protobuf (`protocol.md` 1.1)."""
        if self._directory.by_host(host) is None and self._may_meet(at):
            self._meet(host, at, note=JSON_ONLY)

    def foreign_command(
        self, host: str, at: datetime, *, retained: bool, sequence: int | None = None
    ) -> None:
        """A command or receipt that this station did not send (`protocol.md` 10.7).

        `sequence` is its number where the unit's key vouches for it: ours goes on above it.
        """
        self._changes.refusal(host, Refusal.FOREIGN_COMMAND, at)
        unit = self._directory.by_host(host)
        if unit is not None:
            unit.refused += 1
            self._changes.shown.devices.add(unit.id)
            if sequence is not None and sequence > unit.counter:
                unit.counter = sequence
                self._changes.batch.counters[unit.id] = sequence
            detail = "a retained command" if retained else "a command from another controller"
            self._security(unit, detail, at)

    # Admission

    def _judge(self, unit: Unit, received: Received) -> Verdict:
        arrival = Arrival(
            leaf=received.leaf,
            sequence=received.sequence,
            tag=received.tag,
            received_at=received.received_at.timestamp(),
            retained=received.retained,
            key_id=received.key_id,
        )
        return unit.window.judge(received.message, arrival)

    def _not_accepted(self, unit: Unit, received: Received, verdict: Verdict) -> Refusal:
        reason = {
            Verdict.DUPLICATE: Refusal.DUPLICATE,
            Verdict.RETAINED: Refusal.RETAINED,
        }.get(verdict, Refusal.REPLAY)
        message = received.message
        if verdict is Verdict.DUPLICATE and isinstance(message, AlarmEvent):
            if message.type != AlarmType.OUTPUT_EVENT and received.verified:
                self._desks.inputs.receipt_again(unit, message)
        elif reason is Refusal.REPLAY:
            unit.refused += 1
        self._changes.refusal(unit.host, reason, received.received_at)
        return reason

    def _doubtful(self, unit: Unit, received: Received) -> Refusal | None:
        """An authentic input alarm that looks like a replay is raised, marked (2.5 rule 8)."""
        event = received.message
        if (
            isinstance(event, AlarmEvent)
            and event.state != EventState.INACTIVE
            and self._desks.inputs.on_event(unit, received, event, doubtful=True)
        ):
            self._changes.shown.devices.add(unit.id)
            return None
        unit.refused += 1
        self._changes.refusal(unit.host, Refusal.REPLAY, received.received_at)
        return Refusal.REPLAY

    def _contradiction(self, unit: Unit, received: Received) -> str:
        """What in the message denies that it is from this host (`protocol.md` 10.5)."""
        message = received.message
        if isinstance(message, StatusMessage) and message.mac_address:
            mac = message.mac_address
            if unit.device.mac is not None and mac != unit.device.mac:
                return f"MAC {mac.hex(':')} instead of {unit.device.mac.hex(':')}"
            tail = unit.host.removeprefix(FACTORY_HOST)
            if unit.host.startswith(FACTORY_HOST) and tail != mac.hex().upper():
                return f"factory host of another MAC ({mac.hex(':')})"
        if isinstance(message, LastWill) and message.hostname not in {"", unit.host}:
            return f"last will of {message.hostname}"
        return ""

    def _hostile(self, unit: Unit, received: Received, what: str) -> Refusal:
        self._changes.refusal(unit.host, Refusal.IDENTITY, received.received_at, detail=what)
        unit.refused += 1
        self._security(unit, what, received.received_at)
        return Refusal.IDENTITY

    def _security(self, unit: Unit, what: str, at: datetime) -> None:
        self._desks.alarms.raise_station_alarm(
            unit.id,
            unit.identity,
            AlarmKind.SECURITY,
            f"security:{at.isoformat()}",
            at,
            detail=what,
        )

    def _stranger(self, received: Received) -> Unit | None:
        """A host that nobody enrolled becomes a provisional device (`protocol.md` 10.4)."""
        at = received.received_at
        if not self._may_meet(at):
            self._too_many_strangers(received)
            return None
        self._changes.refusal(received.host, Refusal.UNKNOWN_HOST, at)
        message = received.message
        mac = message.mac_address if isinstance(message, StatusMessage) else b""
        known = self._directory.by_mac(mac) if len(mac) == 6 else None
        return self._meet(
            received.host,
            at,
            mac=mac if len(mac) == 6 and known is None else None,
            note="" if known is None else f"same MAC as {known.host}",
        )

    def _may_meet(self, at: datetime) -> bool:
        """Whether one more new host is taken in; so many an hour and no more."""
        while self._new_hosts and at - self._new_hosts[0] > timedelta(hours=1):
            self._new_hosts.popleft()
        return len(self._new_hosts) < NEW_HOSTS_PER_HOUR

    def _meet(self, host: str, at: datetime, *, mac: bytes | None = None, note: str = "") -> Unit:
        self._new_hosts.append(at)
        device = Device(
            id=self._directory.next_id(),
            host=host,
            mac=mac,
            lifecycle=Lifecycle.PROVISIONAL,
            note=note,
            created_at=at,
        )
        unit = self._directory.add(device)
        self._changes.batch.devices[device.id] = device
        self._changes.shown.devices.add(device.id)
        self._desks.enrolment.show_key(unit)
        return unit

    def _too_many_strangers(self, received: Received) -> None:
        """One summary an hour; an alarm among them asks for attention again."""
        at, message = received.received_at, received.message
        # Hosts beyond the limit are anybody's invention: counted together, not one by one.
        self._changes.refusal("", Refusal.UNKNOWN_HOST, at, detail=received.host)
        pressed = (
            isinstance(message, AlarmEvent)
            and message.type != AlarmType.OUTPUT_EVENT
            and message.state == EventState.ACTIVE
        )
        if pressed or self._summarised_at is None or at - self._summarised_at > timedelta(hours=1):
            self._summarised_at = at
            self._desks.alarms.raise_station_alarm(
                STATION,
                "station",
                AlarmKind.UNREGISTERED,
                f"strangers:{at.isoformat()}",
                at,
                detail=f"more than {NEW_HOSTS_PER_HOUR} unknown hosts within an hour",
                severity=Severity.CRITICAL if pressed else None,
            )

    # Processing

    def _dispatch(self, unit: Unit, received: Received, verdict: Verdict) -> None:
        message = received.message
        if isinstance(message, LastWill):
            self._on_will(unit, received, message)
            return
        before = unit.status
        self._heard(unit, received)
        match message:
            case Heartbeat():
                self._on_heartbeat(unit, received, message)
            case StatusMessage():
                if received.leaf is Leaf.LOGIN and not received.retained:
                    self._on_login(unit, received, message, verdict)
                self._on_status(unit, received, message)
            case AlarmEvent():
                self._on_alarm(unit, received, message)
            case CommandResponse():
                self._on_response(unit, received, message)
        if unit.status is not before:
            self._changes.batch.statuses[unit.id] = unit.status

    def _heard(self, unit: Unit, received: Received) -> None:
        """Any authentic live message is a sign of life; of a stranger, any live message."""
        if received.retained or (unit.is_enrolled and not received.verified):
            return
        unit.heard = True
        if unit.device.note == JSON_ONLY:
            self._directory.change(unit, replace(unit.device, note=""))
            self._changes.batch.devices[unit.id] = unit.device
        if received.key_id and received.key_id != unit.proven_key:
            unit.proven_key = received.key_id
            self._desks.enrolment.key_proven(unit)
        unit.will_lost = False
        unit.status = unit.status.with_facts(
            last_seen_at=received.received_at,
            received_messages=unit.status.received_messages + 1,
        )
        self._desks.watch.heard(unit, received.received_at)

    def _on_will(self, unit: Unit, received: Received, will: LastWill) -> None:
        stale = presence.will_is_stale(
            will.timestamp,
            will.uptime_at_connect,
            unit.login,
            retained=received.retained,
            heard_since=unit.status.last_seen_at is not None,
        )
        if stale:
            self._changes.refusal(unit.host, Refusal.RETAINED, received.received_at)
            return
        unit.will_lost = True
        self._desks.watch.lost(unit, received.received_at)

    def _on_heartbeat(self, unit: Unit, received: Received, hb: Heartbeat) -> None:
        at = received.received_at
        if received.retained:
            self._on_kept_levels(unit, received, (hb.panic1, hb.panic2, hb.box_sw), hb.timestamp)
            return
        self._note_rhythm(unit, at)
        self._note_announced(unit, hb)
        extended = bool(hb.boot_id)
        levels = (hb.panic1, hb.panic2, hb.box_sw)
        panic1, panic2, tamper = self._levels(
            unit, received, levels, hb.timestamp, hb.alarm_sequence
        )
        io = Io(
            panic1=panic1,
            panic2=panic2,
            tamper=tamper,
            siren=hb.siren,
            turret=hb.turret,
            fan_pct=hb.fan_pwm_duty,
            aux1=hb.aux1 if extended else None,
            aux2=hb.aux2 if extended else None,
            relay1=hb.relay1 if extended else None,
            relay2=hb.relay2 if extended else None,
        )
        self._take_sample(
            unit,
            received,
            io,
            temperature=hb.temperature,
            humidity=hb.humidity,
            timestamp=hb.timestamp,
            uptime=hb.uptime,
            last_heartbeat_at=at,
            boot_id=hb.boot_id or unit.status.boot_id,
            firmware=hb.firmware or unit.status.firmware,
            interface=hb.eth_interface,
            echoed_id=hb.device_db_id,
        )
        self._desks.inputs.on_levels(unit, received, levels, hb.timestamp, hb.alarm_sequence)
        self._after_telemetry(unit, received)

    def _note_rhythm(self, unit: Unit, at: datetime) -> None:
        """A gap between heartbeats counts only while the station listened all along.

        One that is long enough to make the unit offline is its rhythm only when it comes twice.
        """
        previous, since = unit.status.last_heartbeat_at, self._desks.watch.listening_since
        if previous is None or since is None or previous < since:
            return
        gap = (at - previous).total_seconds()
        before, unit.long_gap_s = unit.long_gap_s, 0.0
        if gap <= presence.offline_after_s(unit.interval_s):
            unit.gaps_s.append(gap)
        elif before and abs(gap - before) <= before / 10:
            unit.gaps_s.extend((before, gap))
        else:
            unit.long_gap_s = gap

    @staticmethod
    def _note_announced(unit: Unit, hb: Heartbeat) -> None:
        """Events that the unit has sent and that do not arrive are named (`protocol.md` 9.2)."""
        if not hb.boot_id or not hb.alarm_sequence:
            return
        before, unit.announced_events = unit.announced_events, hb.alarm_sequence
        began_anew = hb.alarm_sequence < unit.last_event and hb.boot_id != unit.status.boot_id
        if not unit.last_event or began_anew:
            unit.last_event = hb.alarm_sequence
        elif before > unit.last_event:
            first, unit.last_event = unit.last_event + 1, before
            log.info("%s: events %d to %d were sent and not heard", unit.host, first, before)

    def _on_kept_levels(
        self, unit: Unit, received: Received, levels: tuple[bool, bool, bool], stamp: int
    ) -> None:
        """What the broker had kept tells nothing of now, but an alarm in it is not dropped."""
        self._desks.inputs.on_levels(unit, received, levels, stamp)

    def _on_status(self, unit: Unit, received: Received, status: StatusMessage) -> None:
        levels = (status.panic1, status.panic2, status.box_sw)
        if received.retained:
            self._on_kept_levels(unit, received, levels, status.timestamp)
            return
        known = unit.status.io or Io()
        panic1, panic2, tamper = self._levels(unit, received, levels, status.timestamp)
        io = replace(
            known,
            panic1=panic1,
            panic2=panic2,
            tamper=tamper,
            siren=status.siren,
            turret=status.turret,
        )
        inputs = self._desks.inputs
        inputs.on_levels(unit, received, levels, status.timestamp)
        counts = inputs.on_counters(unit, received, status)
        self._take_sample(
            unit,
            received,
            io,
            temperature=status.temperature,
            humidity=status.humidity,
            timestamp=status.timestamp,
            uptime=status.uptime,
            device_state=int(status.state),
            boot_count=status.boot_count,
            firmware=status.firmware or unit.status.firmware,
            interface=int(status.network),
            rssi_dbm=status.rssi,
            ip_address=address_text(status.ip_address) if status.ip_address else "",
            echoed_id=status.device_db_id,
            free_heap=status.free_heap,
            error_flags=status.error_flags,
            **counts,
            ota_validated=status.ota_validated,
            partition=status.partition,
        )
        mac = status.mac_address
        if len(mac) == 6 and unit.device.mac is None and self._directory.by_mac(mac) is None:
            self._directory.change(unit, replace(unit.device, mac=mac))
            self._changes.batch.devices[unit.id] = unit.device
        self._after_telemetry(unit, received)

    def _on_login(
        self, unit: Unit, received: Received, status: StatusMessage, verdict: Verdict
    ) -> None:
        restarted = verdict is Verdict.ACCEPT_NEW_EPOCH or (
            unit.login is not None and status.boot_count != unit.login.boot_count
        )
        unit.login = LoginFacts(
            status.timestamp, status.uptime, status.boot_count, received.sequence or 0
        )
        if restarted:
            self._desks.commands.rebooted(unit, received.received_at)

    def _take_sample(
        self,
        unit: Unit,
        received: Received,
        io: Io,
        *,
        temperature: float,
        humidity: float,
        timestamp: int,
        uptime: int,
        **facts: object,
    ) -> None:
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
            manual=(
                received.leaf is Leaf.STATUS and self._desks.commands.status_was_asked(unit, at)
            ),
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

    def _after_telemetry(self, unit: Unit, received: Received) -> None:
        status, at = unit.status, received.received_at
        heard_at = received.heard_at or at
        commands = self._desks.commands
        commands.observe(unit, Evidence(io=status.io), heard_at, "seen in telemetry")
        if status.device_time is not None and unit.skews_s:
            error = Evidence(clock_error_s=unit.skews_s[-1])
            commands.observe(unit, error, heard_at, "its clock agrees")
        commands.watch_outputs(unit, at)
        self._desks.identity.heard(unit, at)

    def _on_alarm(self, unit: Unit, received: Received, event: AlarmEvent) -> None:
        if event.boot_id and received.verified:
            unit.last_event = max(unit.last_event, event.sequence)
        if event.type == AlarmType.OUTPUT_EVENT:
            if unit.is_enrolled:
                self._on_output(unit, received, event)
        elif self._desks.inputs.on_event(unit, received, event, doubtful=False):
            self._show_edge(unit, received, event)

    @staticmethod
    def _levels(
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
        moment = unit.moment(stamp)
        overtaken = (
            kind in unit.edges and unit.edges[kind].is_after(place, moment) for kind in INPUTS
        )
        panic1, panic2, tamper = (
            old if late else new for old, new, late in zip(known, told, overtaken, strict=True)
        )
        return panic1, panic2, tamper

    def _show_edge(self, unit: Unit, received: Received, event: AlarmEvent) -> None:
        """The input itself moved: its lamp and the history follow at once."""
        name, kind = EDGES.get(int(event.type)), KINDS.get(int(event.type))
        if name is None or kind is None or event.state not in EDGE_STATES:
            return
        edge = unit.edges.get(kind)
        if edge is None or edge.place.ordinal != received.ordinal:
            return  # an older edge, sent again: the lamp shows what came after it
        self._show_io(unit, received, {name: event.state == EventState.ACTIVE})

    def _show_io(self, unit: Unit, received: Received, flags: dict[str, bool]) -> None:
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

    def _on_output(self, unit: Unit, received: Received, event: AlarmEvent) -> None:
        activity = OutputActivity(
            device_id=unit.id,
            received_at=received.received_at,
            output=event.output_type,
            pattern=event.pattern_type,
            state=int(event.state),
            duration_s=event.duration_seconds,
            elapsed_s=event.elapsed_seconds,
            event_sequence=event.sequence,
            device_time=device_time(event.timestamp),
        )
        self._changes.batch.outputs.append(activity)
        names = OUTPUT_FLAGS.get(event.output_type, ())
        if event.state in {EventState.STARTING, EventState.STOPPING}:
            on = event.state == EventState.STARTING
            self._show_io(unit, received, dict.fromkeys(names, on))
        if event.state == EventState.STOPPING:
            self._desks.commands.output_stopped(unit, int(event.output_type))
        self._desks.commands.observe(
            unit, Evidence(activity=activity), received.received_at, "told by the unit"
        )

    def _on_response(self, unit: Unit, received: Received, response: CommandResponse) -> None:
        payload = shown_payload(response)
        at = received.received_at
        ours = self._desks.commands.answered(unit, response, payload, at)
        if not ours:
            self._changes.refusal(
                unit.host, "unmatched_response", at, detail=response.request_id[:36]
            )
            return
        command = self._desks.commands.find(response.request_id)
        if command is not None and command.state in {
            CommandState.COMPLETED,
            CommandState.OBSERVED,
        }:
            self._desks.identity.confirmed(unit, command, payload)


def shown_payload(response: CommandResponse) -> str:
    """The answer's payload as text without secrets: JSON, or raw where the unit cut it."""
    payload = redacted(response)["payload"]
    return payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
