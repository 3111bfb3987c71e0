"""What the station makes of each message: admission, presence, live values, history, alarms.

The way of `architecture.md` 4. Messages come one by one, in the order of the lanes; every
message is either taken or refused with a class that is counted and shown (`protocol.md` 2.7).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from alarmstation.application import overruns
from alarmstation.application.admission import JSON_ONLY, Admission
from alarmstation.application.alarm_desk import AlarmDesk
from alarmstation.application.changes import Changes
from alarmstation.application.command_desk import CommandDesk
from alarmstation.application.enrolment import Enrolment
from alarmstation.application.identity_desk import IdentityDesk
from alarmstation.application.inbound import Received
from alarmstation.application.input_desk import InputDesk, device_time
from alarmstation.application.live_values import OUTPUT_FLAGS, LiveValues
from alarmstation.application.unit import Directory, Unit
from alarmstation.application.watch import Watch
from alarmstation.domain import presence
from alarmstation.domain.addresses import address_text
from alarmstation.domain.command import CommandState
from alarmstation.domain.device import Io
from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    CommandResponse,
    EventState,
    Heartbeat,
    LastWill,
    Leaf,
    Refusal,
    StatusMessage,
)
from alarmstation.domain.observation import Evidence
from alarmstation.domain.presence import LoginFacts
from alarmstation.domain.redaction import redacted
from alarmstation.domain.sequence import Arrival, Verdict
from alarmstation.domain.telemetry import OutputActivity

log = logging.getLogger(__name__)


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

    def __init__(
        self, directory: Directory, changes: Changes, admission: Admission, desks: Desks
    ) -> None:
        self._directory = directory
        self._changes = changes
        self._admission = admission
        self._desks = desks
        self._live = LiveValues(changes)

    def receive(self, received: Received) -> Refusal | None:
        """Take one message; returns why it was refused, or None."""
        refusal = self._admission.check_form(received)
        if refusal is not None:
            return refusal
        unit = self._directory.by_host(received.host)
        if unit is None:
            unit = self._admission.stranger(received)
            if unit is None:
                return Refusal.UNKNOWN_HOST
        refusal = self._admission.check_identity(unit, received)
        if refusal is not None:
            return refusal
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
        panic1, panic2, tamper = self._live.levels(
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
        self._live.take(
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
        panic1, panic2, tamper = self._live.levels(unit, received, levels, status.timestamp)
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
        self._live.take(
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
            manual=(
                received.leaf is Leaf.STATUS
                and self._desks.commands.status_was_asked(unit, received.received_at)
            ),
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

    def _after_telemetry(self, unit: Unit, received: Received) -> None:
        status, at = unit.status, received.received_at
        heard_at = received.heard_at or at
        commands = self._desks.commands
        commands.observe(unit, Evidence(io=status.io), heard_at, "seen in telemetry")
        if status.device_time is not None and unit.skews_s:
            error = Evidence(clock_error_s=unit.skews_s[-1])
            commands.observe(unit, error, heard_at, "its clock agrees")
        commands.switch_off_overruns(unit, at)
        self._desks.identity.heard(unit, at)

    def _on_alarm(self, unit: Unit, received: Received, event: AlarmEvent) -> None:
        if event.boot_id and received.verified:
            unit.last_event = max(unit.last_event, event.sequence)
        if event.type == AlarmType.OUTPUT_EVENT:
            if unit.is_enrolled:
                self._on_output(unit, received, event)
        elif self._desks.inputs.on_event(unit, received, event, doubtful=False):
            self._live.show_edge(unit, received, event)

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
            self._live.show(unit, received, dict.fromkeys(names, on))
        if event.state == EventState.STOPPING:
            overruns.stopped(unit, int(event.output_type))
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
