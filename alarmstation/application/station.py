"""The station: all desks together, and what people may ask of them.

Sync and without a clock; the service calls it from one thread and passes the time in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from alarmstation.application import viewing
from alarmstation.application.accounts import Accounts
from alarmstation.application.alarm_desk import AlarmDesk
from alarmstation.application.changes import Changes, Dispatch, Work
from alarmstation.application.command_desk import STATION as STATION_OPERATOR
from alarmstation.application.command_desk import CommandDesk
from alarmstation.application.enrolment import Enrolment
from alarmstation.application.identity_desk import IdentityDesk
from alarmstation.application.ports import KeyStore, Memory, Recollection
from alarmstation.application.reception import Desks, Reception
from alarmstation.application.requests import (
    Acknowledge,
    AddNote,
    CancelCommand,
    Claim,
    CommandRefusal,
    CommandsAccepted,
    Done,
    ImportUnits,
    Release,
    Reply,
    ReportPresentation,
    Request,
    SaveDevice,
    SaveSite,
    SendCommand,
    Silence,
    UndoAcknowledge,
)
from alarmstation.application.unit import Directory
from alarmstation.application.views import AlarmView, CommandView, DeviceView, SiteView
from alarmstation.application.watch import Watch
from alarmstation.domain import alarm as machine
from alarmstation.domain import catalogue
from alarmstation.domain.access import Action, Operator, may
from alarmstation.domain.alarm import Alarm
from alarmstation.domain.catalogue import Confirm
from alarmstation.domain.cdc import CdcRules
from alarmstation.domain.device import Device, DeviceStatus
from alarmstation.domain.errors import Refused, UserError
from alarmstation.domain.messages import AlarmReceipt
from alarmstation.domain.sequence import ReceiveWindow
from alarmstation.domain.telemetry import Gap, Sample
from alarmstation.domain.window_state import WindowState


@dataclass(frozen=True, slots=True)
class StationRules:
    """Settings that decide."""

    name: str = "Alarm station"
    history: CdcRules = CdcRules()  # noqa: RUF009  # frozen
    comm_loss_after_s: float = 300.0


class Station:
    """Everything that is decided, in one place."""

    def __init__(
        self,
        rules: StationRules,
        keys: KeyStore,
        new_request_id: Callable[[], str],
    ) -> None:
        self.name = rules.name
        self.changes = Changes()
        self.directory = Directory(rules.history)
        self.alarms = AlarmDesk(self.changes, rules.name)
        self.commands = CommandDesk(self.changes, new_request_id)
        self.identity = IdentityDesk(self.directory, self.changes, self.commands)
        self.watch = Watch(self.directory, self.changes, self.alarms, rules.comm_loss_after_s)
        desks = Desks(self.alarms, self.commands, self.identity, self.watch)
        self.reception = Reception(self.directory, self.changes, desks)
        self.accounts = Accounts(self.changes)
        self.enrolment = Enrolment(self.directory, self.changes, self.alarms, keys)
        self._stored: set[UUID] = set()
        self._receipted: set[UUID] = set()

    # Going on where the last run stopped

    def restore(self, past: Recollection, at: datetime) -> None:
        """Take over what a store remembers; what was heard since this start stays.

        Called with the local memory when the database is away at the start, and with the
        database's as soon as it is there.
        """
        for site in past.sites:
            self.directory.sites.setdefault(site.id, site)
        statuses = {status.device_id: status for status in past.statuses}
        references = {row.sample.device_id: row.sample for row in past.references}
        for device in past.devices:
            self._restore_unit(device, past, statuses.get(device.id), references.get(device.id))
        for device_id, key in past.event_keys:
            known = self.directory.by_id(device_id)
            if known is not None:
                known.event_keys[key] = None
        for alarm in past.alarms:
            if self.alarms.open_alarm(alarm.device_id, alarm.kind) is None:
                self.alarms.restore(alarm)
                self.changes.shown.alarms[alarm.id] = alarm
            self._stored.add(alarm.id)
        for command in past.commands:
            if self.commands.find(command.request_id) is None:
                self.commands.restore(command, self.directory.by_id(command.device_id), at)
        self.accounts.restore(past.operators)
        self.enrolment.restore_keys()
        self.changes.shown.sites = True
        self.changes.shown.devices.update(device.id for device in past.devices)
        if past.last_session is not None:
            heard_until = past.last_session.ended_at or past.last_session.last_alive_at
            gap = Gap(heard_until, at, None, "the station was not running")
            self.changes.batch.gaps.append(gap)

    def _restore_unit(
        self,
        device: Device,
        past: Recollection,
        status: DeviceStatus | None,
        reference: Sample | None,
    ) -> None:
        unit = self.directory.by_id(device.id)
        if unit is None:
            unit = self.directory.add(device, status)
        elif not unit.heard and status is not None:
            unit.status = status
        if unit.recorder.reference is None:
            unit.recorder.reference = reference
            unit.recorder.after_gap()
        unit.counter = max(unit.counter, past.counters.get(device.id, 0))
        if device.id in past.windows and not unit.heard:
            state = WindowState.from_json(json.loads(past.windows[device.id]))
            unit.window = ReceiveWindow(state)

    def memory(self) -> Memory:
        """What must be known to go on without the database."""
        return Memory(
            sites=tuple(self.directory.sites.values()),
            devices=tuple(unit.device for unit in self.directory),
            statuses=tuple(unit.status for unit in self.directory),
            alarms=tuple(self.alarms),
            operators=self.accounts.all(),
            counters={unit.id: unit.counter for unit in self.directory if unit.counter},
        )

    def windows(self, device_ids: Iterable[int]) -> dict[int, bytes]:
        """The receive windows of these devices, encoded for the store."""
        found = {}
        for device_id in device_ids:
            unit = self.directory.by_id(device_id)
            if unit is not None:
                state = unit.window.state().as_json()
                found[device_id] = json.dumps(state, separators=(",", ":")).encode()
        return found

    # Time

    def tick(self, at: datetime) -> None:
        """What happens without a message: silence, lapses, repeats."""
        self.watch.tick(at)
        self.alarms.tick(at)
        self.commands.tick(at)

    def stamp_decisions(self, at: datetime) -> None:
        """Write the time of decision into the ledger of new alarms, before they are shown."""
        for alarm in tuple(self.changes.shown.alarms.values()):
            if alarm.ledger.decided_at is None:
                self.alarms.facts(replace(alarm, ledger=replace(alarm.ledger, decided_at=at)))

    def committed(self, work: Work, at: datetime) -> tuple[Dispatch, ...]:
        """The work is durable: mark its alarms, and make the receipts that are due now."""
        for alarm_id in work.batch.alarms:
            if alarm_id in self._stored:
                continue
            self._stored.add(alarm_id)
            alarm = self.alarms.find(alarm_id)
            if alarm is not None:
                ledger = replace(alarm.ledger, committed_at=at)
                self.alarms.facts(replace(alarm, ledger=ledger))
        receipts = []
        for due in work.receipts:
            unit = self.directory.by_id(due.device_id)
            if unit is None:
                continue
            unit.counter += 1
            self.changes.batch.counters[unit.id] = unit.counter
            receipt = AlarmReceipt(due.sequence, due.alarm_timestamp, int(at.timestamp()))
            receipts.append(Dispatch(unit.id, receipt, unit.counter))
            if due.alarm_id is not None and due.alarm_id not in self._receipted:
                self._receipted.add(due.alarm_id)
                alarm = self.alarms.find(due.alarm_id)
                if alarm is not None:
                    self.changes.shown.alarms[alarm.id] = alarm
        self._forget_closed()
        return tuple(receipts)

    def _forget_closed(self) -> None:
        if len(self._stored) > 10_000:
            self._stored = {a.id for a in self.alarms if a.id in self._stored}
            self._receipted &= self._stored

    # What people ask

    def answer(self, operator: Operator, request: Request, at: datetime) -> Reply:
        """Carry out a request of somebody who is logged in.

        Raises:
            UserError: refused, with the reason.
        """
        match request:
            case Acknowledge() | UndoAcknowledge() | Claim() | Release() | Silence() | AddNote():
                self._on_alarm_verb(operator, request, at)
            case ReportPresentation():
                self._on_presentation(operator, request, at)
            case SendCommand():
                return self._on_send_command(operator, request, at)
            case CancelCommand():
                self._on_cancel(operator, request, at)
            case SaveSite():
                self._demand(operator, Action.MANAGE_SITES, at)
                self.enrolment.save_site(request, operator.name, at)
            case SaveDevice():
                unit = self.enrolment.unit(request.device_id)
                self._demand(operator, Action.ENROL, at, unit.id)
                self.enrolment.save_device(request, operator.name, at)
            case ImportUnits():
                self._demand(operator, Action.ENROL, at)
                self.enrolment.import_units(request, operator.name, at)
            case _:
                raise Refused("request.unknown", "The service does not know this request.")
        return Done()

    def _demand(
        self, operator: Operator, action: Action, at: datetime, device_id: int | None = None
    ) -> None:
        """The one door: `may`, and a record of every refusal."""
        unit = self.directory.by_id(device_id) if device_id is not None else None
        if may(operator, action, self.directory.target(unit), at):
            return
        target = unit.host if unit is not None else "station"
        self.changes.audit(at, operator.name, action.value, target, "refused")
        raise Refused(
            "access.denied",
            "{operator} may not do this here: {action}.",
            operator=operator.name,
            action=action.value,
        )

    def _on_alarm_verb(
        self,
        operator: Operator,
        request: Acknowledge | UndoAcknowledge | Claim | Release | Silence | AddNote,
        at: datetime,
    ) -> None:
        alarm = self._alarm(request.alarm_id)
        action = {
            Claim: Action.CLAIM,
            Release: Action.CLAIM,
            Silence: Action.SILENCE,
            AddNote: Action.NOTE,
        }.get(type(request), Action.ACKNOWLEDGE)
        self._demand(operator, action, at, alarm.device_id)
        who, station = operator.name, self.name
        match request:
            case Acknowledge(note=note):
                step = machine.acknowledge(alarm, who, at, note=note, station=station)
            case UndoAcknowledge():
                step = machine.undo_acknowledge(alarm, who, at, station=station)
            case Claim():
                step = machine.claim(alarm, who, at, station=station)
            case Release():
                step = machine.release(alarm, who, at, station=station)
            case Silence():
                step = machine.silence(alarm, who, at, station=station)
            case AddNote(note=note):
                step = machine.annotate(alarm, who, note, at, station=station)
        self.alarms.apply(step)

    def _on_presentation(
        self, operator: Operator, request: ReportPresentation, at: datetime
    ) -> None:
        """What a console proves that people saw and heard, or why they did not."""
        if request.problem:
            detail = json.dumps({"alarm": request.alarm_id, "problem": request.problem[:200]})
            self.changes.audit(at, operator.name, "present alarm", "console", "failed", detail)
        alarm = self._alarm(request.alarm_id)
        ledger = replace(
            alarm.ledger,
            painted_at=alarm.ledger.painted_at or request.painted_at,
            sounded_at=alarm.ledger.sounded_at or request.sounded_at,
        )
        if ledger != alarm.ledger:
            self.alarms.facts(replace(alarm, ledger=ledger))

    def _alarm(self, text: str) -> Alarm:
        try:
            alarm = self.alarms.find(UUID(text))
        except ValueError:
            alarm = None
        if alarm is None:
            raise Refused("alarm.closed", "This alarm is already closed.")
        return alarm

    def _on_send_command(self, operator: Operator, request: SendCommand, at: datetime) -> Reply:
        template = catalogue.template(request.name)
        confirm = catalogue.needs_confirmation(request.name, request.fields)
        accepted: list[str] = []
        refusals: list[CommandRefusal] = []
        for device_id in request.device_ids:
            try:
                unit = self.enrolment.unit(device_id)
                self._demand(operator, template.action, at, device_id)
                self._check_confirmed(request, confirm, unit.host)
                command = self.commands.submit(
                    unit, request.name, request.fields, operator.name, at, queue=request.queue
                )
            except UserError as error:
                refusals.append(CommandRefusal(device_id, error.key, str(error)))
                continue
            accepted.append(command.request_id)
            self.changes.audit(
                at, operator.name, f"command {request.name}", unit.host, "accepted",
                command.request_json,
            )  # fmt: skip
        if not accepted and len(refusals) == 1:
            raise Refused(refusals[0].key, refusals[0].text.replace("{", "{{").replace("}", "}}"))
        return CommandsAccepted(tuple(accepted), tuple(refusals))

    @staticmethod
    def _check_confirmed(request: SendCommand, confirm: Confirm, host: str) -> None:
        if confirm is Confirm.TYPED_HOST and request.typed_host != host:
            raise Refused("command.type-host", "Type the host name {host} to confirm.", host=host)
        if confirm is Confirm.CONFIRM and not request.confirmed:
            raise Refused("command.confirm", "This command must be confirmed.")

    def _on_cancel(self, operator: Operator, request: CancelCommand, at: datetime) -> None:
        command = self.commands.find(request.request_id)
        if command is None:
            raise Refused("command.unknown-id", "This command is not known any more.")
        action = catalogue.template(command.name).action
        self._demand(operator, action, at, command.device_id)
        self.commands.cancel(request.request_id, operator.name, at)
        self.changes.audit(at, operator.name, "cancel command", command.request_id, "done")

    # What people see

    def sees(self, operator: Operator, device_id: int, at: datetime) -> bool:
        """Whether the operator may see this device (0: the station itself)."""
        unit = self.directory.by_id(device_id)
        return may(operator, Action.SEE, self.directory.target(unit), at)

    def site_views(self) -> tuple[SiteView, ...]:
        """All sites."""
        return tuple(viewing.site_view(site) for site in self.directory.sites.values())

    def device_view(self, device_id: int) -> DeviceView | None:
        """One device as shown; None when it is gone or retired."""
        unit = self.directory.by_id(device_id)
        if unit is None or unit.device.lifecycle.value == "retired":
            return None
        return viewing.device_view(unit, self.alarms.of_device(device_id))

    def alarm_view(self, alarm: Alarm) -> AlarmView:
        """One alarm as shown."""
        return viewing.alarm_view(
            alarm,
            self.directory.by_id(alarm.device_id),
            self.directory,
            stored=alarm.id in self._stored,
            receipted=alarm.id in self._receipted,
        )

    def command_view(self, request_id: str) -> CommandView | None:
        """One command as shown."""
        command = self.commands.find(request_id)
        if command is None:
            return None
        return viewing.command_view(command, self.directory.by_id(command.device_id))


__all__ = ["STATION_OPERATOR", "Station", "StationRules"]
