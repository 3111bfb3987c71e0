"""Turns what the desks know into the flat views that consoles mirror."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alarmstation.application.requests import OperatorRow
from alarmstation.application.unit import Directory, Unit
from alarmstation.application.views import (
    AlarmView,
    CommandView,
    DeviceView,
    LedgerView,
    OperatorView,
    SiteView,
    StepView,
)
from alarmstation.domain.access import Action, Operator
from alarmstation.domain.alarm import UNDO_WINDOW, Alarm
from alarmstation.domain.command import Command
from alarmstation.domain.device import Io, Site


def site_view(site: Site) -> SiteView:
    """A site as shown."""
    return SiteView(site.id, site.name, site.parent_id)


def device_view(unit: Unit, alarms: Iterable[Alarm]) -> DeviceView:
    """A unit as shown, with its open alarms counted."""
    device, status = unit.device, unit.status
    io = status.io or Io()
    severities = [int(alarm.severity) for alarm in alarms]
    return DeviceView(
        id=device.id,
        host=device.host,
        name=device.name,
        site_id=device.site_id,
        lifecycle=device.lifecycle.value,
        mac=device.mac.hex(":") if device.mac else "",
        note=device.note,
        firmware=status.firmware,
        comm_state=status.comm_state.value,
        comm_since=status.comm_since,
        silent_since=status.silent_since,
        last_seen_at=status.last_seen_at,
        last_heartbeat_at=status.last_heartbeat_at,
        device_state=status.device_state,
        temperature_c=status.temperature_c.value,
        temperature_quality=status.temperature_c.quality.value,
        temperature_reason=status.temperature_c.reason.value,
        humidity_pct=status.humidity_pct.value,
        humidity_quality=status.humidity_pct.quality.value,
        humidity_reason=status.humidity_pct.reason.value,
        panic1=io.panic1,
        panic2=io.panic2,
        tamper=io.tamper,
        aux1=io.aux1,
        aux2=io.aux2,
        siren=io.siren,
        turret=io.turret,
        relay1=io.relay1,
        relay2=io.relay2,
        fan_pct=io.fan_pct,
        rssi_dbm=status.rssi_dbm,
        interface=status.interface,
        ip_address=status.ip_address,
        uptime_s=status.uptime_s,
        boot_count=status.boot_count,
        extended=status.boot_id != 0,
        skew_s=status.skew_s,
        clock_set=status.device_time is not None,
        id_synchronised=status.echoed_id == device.id,
        error_flags=status.error_flags,
        received_samples=status.received_samples,
        stored_rows=status.stored_rows,
        key_fingerprint=unit.key_fingerprint,
        key_weak=unit.key_weakness,
        refused_messages=unit.refused,
        open_alarms=len(severities),
        worst_alarm=max(severities, default=None),
    )


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What an alarm is about; empty: the station itself."""

    host: str = ""
    device_name: str = ""
    place: str = ""

    @classmethod
    def of(cls, unit: Unit | None, directory: Directory) -> Whereabouts:
        """Those of a unit."""
        if unit is None:
            return cls()
        return cls(unit.host, unit.device.label, directory.place(unit))


def alarm_view(
    alarm: Alarm, whereabouts: Whereabouts, *, stored: bool, receipted: bool
) -> AlarmView:
    """An alarm as shown."""
    undo_until = None
    if alarm.is_open and alarm.acknowledged and alarm.acknowledged_at is not None:
        undo_until = alarm.acknowledged_at + UNDO_WINDOW
    ledger = alarm.ledger
    # Acknowledged and cleared, but still open for the time of the undo: shown as what the
    # operator made of it, so that it does not vanish under the hand.
    state = "C" if alarm.is_open and alarm.acknowledged else alarm.state.value
    return AlarmView(
        id=str(alarm.id),
        device_id=alarm.device_id,
        host=whereabouts.host,
        device_name=whereabouts.device_name,
        place=whereabouts.place,
        kind=alarm.kind.value,
        severity=int(alarm.severity),
        state=state,
        active=alarm.active,
        acknowledged=alarm.acknowledged,
        latched=alarm.latched,
        raise_count=alarm.raise_count,
        raised_at=alarm.raised_at,
        last_raised_at=alarm.last_raised_at,
        cleared_at=alarm.cleared_at,
        acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by,
        undo_until=undo_until,
        claimed_by=alarm.claimed_by,
        silenced_until=alarm.silenced_until,
        note=alarm.note,
        marks=tuple(sorted(alarm.marks)),
        detail=alarm.detail,
        stored=stored,
        receipted=receipted,
        version=alarm.version,
        ledger=LedgerView(
            device_time=ledger.device_time,
            received_at=ledger.received_at,
            decided_at=ledger.decided_at,
            painted_at=ledger.painted_at,
            sounded_at=ledger.sounded_at,
            committed_at=ledger.committed_at,
            claimed_at=ledger.claimed_at,
            acknowledged_at=ledger.acknowledged_at,
        ),
    )


def command_view(command: Command, unit: Unit | None) -> CommandView:
    """A command as shown."""
    return CommandView(
        request_id=command.request_id,
        device_id=command.device_id,
        host=unit.host if unit else "",
        device_name=unit.device.label if unit else "",
        family=command.family.value,
        name=command.name,
        state=command.state.value,
        steps=tuple(StepView(step.state.value, step.at, step.note) for step in command.steps),
        attempts=command.attempts,
        operator=command.operator,
        created_at=command.created_at,
        expires_at=command.expires_at,
        error_code=command.error_code,
        message=command.message,
        request_json=command.request_json,
        response_json=command.response_json,
        permanent=command.permanent,
    )


def operator_row(operator: Operator) -> OperatorRow:
    """An account as administrators see it."""
    return OperatorRow(
        name=operator.name,
        display_name=operator.display_name,
        role=operator.role.name.lower(),
        site_ids=tuple(sorted(operator.site_ids)),
        active=operator.active,
    )


def operator_view(operator: Operator, actions: frozenset[Action]) -> OperatorView:
    """The person logged in."""
    return OperatorView(
        name=operator.name,
        display_name=operator.display_name or operator.name,
        role=operator.role.name.lower(),
        language=operator.language,
        actions=tuple(sorted(action.value for action in actions)),
    )
