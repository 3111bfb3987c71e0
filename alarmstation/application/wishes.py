"""What people ask of the station: every wish passes `may`, and is recorded when it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from alarmstation.application.alarm_desk import AlarmDesk
from alarmstation.application.changes import Changes
from alarmstation.application.command_desk import CommandDesk
from alarmstation.application.enrolment import Enrolment
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
    UnitSpec,
)
from alarmstation.application.unit import Directory, Unit
from alarmstation.domain import alarm as machine
from alarmstation.domain import catalogue
from alarmstation.domain.access import ANYWHERE, Action, Operator, Target, may
from alarmstation.domain.alarm import Alarm
from alarmstation.domain.catalogue import Confirm
from alarmstation.domain.errors import Refused, UserError

AlarmVerb = Acknowledge | UndoAcknowledge | Claim | Release | Silence | AddNote

ACTIONS: dict[type[AlarmVerb], Action] = {
    Acknowledge: Action.ACKNOWLEDGE,
    UndoAcknowledge: Action.ACKNOWLEDGE,
    Claim: Action.CLAIM,
    Release: Action.CLAIM,
    Silence: Action.SILENCE,
    AddNote: Action.NOTE,
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """Carries out what somebody who is logged in asks for, or refuses it."""

    station: str
    changes: Changes
    directory: Directory
    alarms: AlarmDesk
    commands: CommandDesk
    enrolment: Enrolment

    def answer(self, operator: Operator, request: Request, at: datetime) -> Reply:
        """Carry out a request.

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
                self._on_save_site(operator, request, at)
            case SaveDevice():
                self._on_save_device(operator, request, at)
            case ImportUnits():
                self._on_import(operator, request, at)
            case _:
                raise Refused("request.unknown", "The service does not know this request.")
        return Done()

    def demand(
        self,
        operator: Operator,
        action: Action,
        at: datetime,
        target: Target = ANYWHERE,
        what: str = "station",
    ) -> None:
        """The one door: `may`, and a record of every refusal.

        Raises:
            Refused: the operator may not.
        """
        if may(operator, action, target, at):
            return
        self.refuse(operator, action, at, what)

    def refuse(self, operator: Operator, action: Action, at: datetime, what: str) -> None:
        """Record the refusal and raise it."""
        self.changes.audit(at, operator.name, action.value, what, "refused")
        raise Refused(
            "access.denied",
            "{operator} may not do this here: {action}.",
            operator=operator.name,
            action=action.value,
        )

    def demand_unit(self, operator: Operator, action: Action, at: datetime, unit: Unit) -> None:
        """As `demand`, for a device."""
        self.demand(operator, action, at, self.directory.target(unit), unit.host)

    def demand_sites(
        self, operator: Operator, action: Action, at: datetime, site_ids: Iterable[int | None]
    ) -> None:
        """As `demand`, for places in the tree; None is its root, above what any grant covers."""
        for site_id in site_ids:
            path = self.directory.site_path(site_id)
            what = path[-1].name if path else "site tree"
            self.demand(operator, action, at, Target(tuple(site.id for site in path)), what)
            if not path and operator.site_ids:
                self.refuse(operator, action, at, what)

    # Alarms

    def _on_alarm_verb(self, operator: Operator, request: AlarmVerb, at: datetime) -> None:
        alarm = self._alarm(request.alarm_id)
        self._demand_alarm(operator, ACTIONS[type(request)], at, alarm)
        who = operator.name
        match request:
            case Acknowledge(note=note):
                step = machine.acknowledge(alarm, who, at, note=note, station=self.station)
            case UndoAcknowledge():
                step = machine.undo_acknowledge(alarm, who, at, station=self.station)
            case Claim():
                step = machine.claim(alarm, who, at, station=self.station)
            case Release():
                step = machine.release(alarm, who, at, station=self.station)
            case Silence():
                step = machine.silence(alarm, who, at, station=self.station)
            case AddNote(note=note):
                step = machine.annotate(alarm, who, note, at, station=self.station)
        self.alarms.apply(step)

    def _on_presentation(
        self, operator: Operator, request: ReportPresentation, at: datetime
    ) -> None:
        """What a console proves that people saw and heard, or why they did not."""
        if request.problem:
            detail = json.dumps({"alarm": request.alarm_id, "problem": request.problem[:200]})
            self.changes.audit(at, operator.name, "present alarm", "console", "failed", detail)
        alarm = self._alarm(request.alarm_id)
        self._demand_alarm(operator, Action.SEE, at, alarm)
        ledger = replace(
            alarm.ledger,
            painted_at=alarm.ledger.painted_at or request.painted_at,
            sounded_at=alarm.ledger.sounded_at or request.sounded_at,
        )
        if ledger != alarm.ledger:
            self.alarms.facts(replace(alarm, ledger=ledger))

    def _demand_alarm(self, operator: Operator, action: Action, at: datetime, alarm: Alarm) -> None:
        unit = self.directory.by_id(alarm.device_id)
        what = unit.host if unit is not None else "station"
        self.demand(operator, action, at, self.directory.target(unit), f"{what} {alarm.kind}")

    def _alarm(self, text: str) -> Alarm:
        try:
            alarm = self.alarms.find(UUID(text))
        except ValueError:
            alarm = None
        if alarm is None:
            raise Refused("alarm.closed", "This alarm is already closed.")
        return alarm

    # Commands

    def _on_send_command(self, operator: Operator, request: SendCommand, at: datetime) -> Reply:
        template = catalogue.template(request.name)
        confirm = catalogue.needs_confirmation(request.name, request.fields)
        accepted: list[str] = []
        refusals: list[CommandRefusal] = []
        for device_id in dict.fromkeys(request.device_ids):
            try:
                accepted.append(
                    self._send(operator, request, template.action, confirm, device_id, at)
                )
            except UserError as error:
                refusals.append(CommandRefusal(device_id, error.key, str(error)))
        if not accepted and len(refusals) == 1:
            raise Refused(refusals[0].key, refusals[0].text.replace("{", "{{").replace("}", "}}"))
        return CommandsAccepted(tuple(accepted), tuple(refusals))

    def _send(
        self,
        operator: Operator,
        request: SendCommand,
        action: Action,
        confirm: Confirm,
        device_id: int,
        at: datetime,
    ) -> str:
        """Queue the command for one device; returns its request id, every outcome recorded."""
        unit = self.enrolment.unit(device_id)
        self.demand_unit(operator, action, at, unit)
        what = f"command {request.name}"
        try:
            _check_confirmed(request, confirm, unit.host)
            command = self.commands.submit(
                unit, request.name, request.fields, operator.name, at, queue=request.queue
            )
        except UserError as error:
            detail = json.dumps({"reason": error.key})
            self.changes.audit(at, operator.name, what, unit.host, "refused", detail)
            raise
        self.changes.audit(at, operator.name, what, unit.host, "accepted", command.request_json)
        return command.request_id

    def _on_cancel(self, operator: Operator, request: CancelCommand, at: datetime) -> None:
        command = self.commands.find(request.request_id)
        unit = self.directory.by_id(command.device_id) if command is not None else None
        if command is None or unit is None:
            raise Refused("command.unknown-id", "This command is not known any more.")
        self.demand_unit(operator, catalogue.template(command.name).action, at, unit)
        self.commands.cancel(request.request_id, operator.name, at)
        self.changes.audit(at, operator.name, "cancel command", command.request_id, "done")

    # Sites and devices

    def _on_save_site(self, operator: Operator, request: SaveSite, at: datetime) -> None:
        places: tuple[int | None, ...] = (request.parent_id,)
        if request.id:
            known = self.directory.sites.get(request.id)
            moves = known is None or known.parent_id != request.parent_id
            places = (request.id, request.parent_id) if moves else (request.id,)
        self.demand_sites(operator, Action.MANAGE_SITES, at, places)
        self.enrolment.save_site(request, operator.name, at)

    def _on_save_device(self, operator: Operator, request: SaveDevice, at: datetime) -> None:
        unit = self.enrolment.unit(request.device_id)
        self.demand_unit(operator, Action.ENROL, at, unit)
        if request.site_id is not None and request.site_id != unit.device.site_id:
            self.demand_sites(operator, Action.ENROL, at, (request.site_id,))
        if self.enrolment.replaces_key(unit.host, request.key_hex):
            self.demand_unit(operator, Action.MANAGE_KEYS, at, unit)
        self.enrolment.save_device(request, operator.name, at)

    def _on_import(self, operator: Operator, request: ImportUnits, at: datetime) -> None:
        self.demand(operator, Action.ENROL, at)
        for spec in request.units:
            self._demand_spec(operator, spec, at)
        self.enrolment.import_units(request, operator.name, at)

    def _demand_spec(self, operator: Operator, spec: UnitSpec, at: datetime) -> None:
        unit = self.directory.by_host(spec.host)
        if unit is not None:
            self.demand_unit(operator, Action.ENROL, at, unit)
            if self.enrolment.replaces_key(spec.host, spec.key_hex):
                self.demand_unit(operator, Action.MANAGE_KEYS, at, unit)
        if spec.site_path:
            place = self.enrolment.deepest_known(spec.site_path)
            self.demand_sites(operator, Action.ENROL, at, (place,))


def _check_confirmed(request: SendCommand, confirm: Confirm, host: str) -> None:
    if confirm is Confirm.TYPED_HOST and request.typed_host != host:
        raise Refused("command.type-host", "Type the host name {host} to confirm.", host=host)
    if confirm is Confirm.CONFIRM and not request.confirmed:
        raise Refused("command.confirm", "This command must be confirmed.")
