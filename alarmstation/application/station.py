"""The station: all desks together, and what people may ask of them.

Sync and without a clock; the service calls it from one thread and passes the time in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from alarmstation.application import unit_memory, viewing
from alarmstation.application.accounts import Accounts
from alarmstation.application.admission import Admission
from alarmstation.application.alarm_desk import AlarmDesk
from alarmstation.application.batch import Batch
from alarmstation.application.changes import Changes, Dispatch, Work
from alarmstation.application.command_desk import STATION as STATION_OPERATOR
from alarmstation.application.command_desk import CommandDesk
from alarmstation.application.enrolment import Enrolment
from alarmstation.application.identity_desk import IdentityDesk
from alarmstation.application.input_desk import InputDesk
from alarmstation.application.ports import KeyStore, Memory, Recollection
from alarmstation.application.reception import Desks, Reception
from alarmstation.application.requests import Reply, Request
from alarmstation.application.unit import Directory, Unit
from alarmstation.application.views import AlarmView, CommandView, DeviceView, SiteView
from alarmstation.application.watch import Watch
from alarmstation.application.wishes import Wishes
from alarmstation.domain.access import Action, Operator, may
from alarmstation.domain.alarm import Alarm
from alarmstation.domain.cdc import CdcRules
from alarmstation.domain.device import Device, DeviceStatus
from alarmstation.domain.messages import AlarmReceipt
from alarmstation.domain.telemetry import Sample

EVENT_KEYS_IN_MEMORY = 32
"""Last alarm events of each unit that are known without the database."""

STORED_KEPT = 10_000


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
        self.enrolment = Enrolment(self.directory, self.changes, self.alarms, keys)
        inputs = InputDesk(self.changes, self.alarms)
        desks = Desks(self.alarms, inputs, self.commands, self.identity, self.watch, self.enrolment)
        self.admission = Admission(self.directory, self.changes, self.alarms, self.enrolment)
        self.reception = Reception(self.directory, self.changes, self.admission, desks)
        self.accounts = Accounts(self.changes)
        self.wishes = Wishes(
            rules.name, self.changes, self.directory, self.alarms, self.commands, self.enrolment
        )
        self._stored: dict[UUID, int] = {}
        """Version of each alarm that is durable."""
        self._receipted: set[UUID] = set()

    # Going on where the last run stopped

    def restore(self, past: Recollection, at: datetime) -> None:
        """Take over what a store remembers; what was heard since this start stays.

        Called with the local memory when the database is away at the start, and with the
        database's as soon as it is there.
        """
        changes = self.changes
        decided = set(changes.batch.alarms)
        self._put_back(past)
        for site in past.sites:
            if site.id not in changes.batch.sites:
                self.directory.sites[site.id] = site
        statuses = {status.device_id: status for status in past.statuses}
        references = {row.sample.device_id: row.sample for row in past.references}
        for device in past.devices:
            self._restore_unit(device, past, statuses.get(device.id), references.get(device.id), at)
        for device_id, key in sorted(past.event_keys, key=_age_of_event):
            known = self.directory.by_id(device_id)
            if known is not None:
                known.remember_event(key)
        self._restore_alarms(past, decided)
        for command in past.commands:
            if self.commands.find(command.request_id) is None:
                self.commands.restore(command, self.directory.by_id(command.device_id), at)
        pending = changes.batch.operators
        self.accounts.restore(tuple(o for o in past.operators if o.name not in pending))
        changes.shown.sites = True
        changes.shown.devices.update(device.id for device in past.devices)
        if past.last_session is not None:
            heard_until = past.last_session.ended_at or past.last_session.last_alive_at
            self.watch.unheard_before(heard_until, "the station was not running")
        self.enrolment.restore_keys()

    def _restore_alarms(self, past: Recollection, decided: set[UUID]) -> None:
        """Open alarms, except where this run has decided something newer about them."""
        shown = self.changes.shown.alarms
        known = decided | {alarm.id for alarm in past.alarms}
        for ours in tuple(self.alarms):
            if ours.id in self._stored and ours.id not in known:
                # Closed when it was last stored; our own memory was older.
                self.alarms.drop(ours)
                shown[ours.id] = replace(ours, closed_at=ours.last_raised_at)
        unstored = {alarm.id for alarm in past.unstored_alarms}
        for alarm in past.alarms:
            if alarm.id in decided:
                continue
            if alarm.id not in unstored:
                self._stored[alarm.id] = alarm.version
            open_now = self.alarms.open_alarm(alarm.device_id, alarm.kind)
            if open_now is None or (open_now.id == alarm.id and open_now.version < alarm.version):
                self.alarms.restore(alarm)
                shown[alarm.id] = alarm

    def _put_back(self, past: Recollection) -> None:
        """What an earlier run decided and could not store: it is stored with the next batch."""
        batch = self.changes.batch
        for alarm in past.unstored_alarms:
            batch.alarms[alarm.id] = alarm  # the last of several is the newest
        batch.transitions.extend(past.unstored_transitions)
        batch.events.extend(past.unstored_events)

    def _restore_unit(
        self,
        device: Device,
        past: Recollection,
        status: DeviceStatus | None,
        reference: Sample | None,
        at: datetime,
    ) -> None:
        unit = self.directory.by_id(device.id)
        if unit is None:
            unit = self.directory.add(device, status)
        else:
            if device.id not in self.changes.batch.devices:
                self.directory.change(unit, device)
            if not unit.heard and status is not None:
                unit.status = status
        if not unit.skews_s and unit.status.skew_s is not None:
            unit.skews_s.append(unit.status.skew_s)
        if unit.recorder.reference is None:
            unit.recorder.reference = reference
            unit.recorder.after_gap()
        unit.counter = max(unit.counter, past.counters.get(device.id, 0))
        if not unit.heard:
            unit.counter_before = unit.counter
            if device.id in past.windows:
                unit_memory.restore(unit, past.windows[device.id])
        self._renumber(unit, past.counters.get(device.id, 0), at)

    def _renumber(self, unit: Unit, used: int, at: datetime) -> None:
        """What waits to be sent under a number that was used already is given another."""
        work = self.changes.work
        stale = [d for d in work.dispatches if d.device_id == unit.id and d.sequence <= used]
        for dispatch in stale:
            work.dispatches.remove(dispatch)
            if dispatch.request_id:
                self.commands.not_published(dispatch.request_id, at)

    def memory(self, waiting: Iterable[Batch] = ()) -> Memory:
        """What must be known to go on without the database; `waiting` is decided, not stored."""
        batches = (*waiting, self.changes.batch)
        with_alarms = {alarm.device_id for alarm in self.alarms}
        transitions = tuple(t for b in batches for t in b.transitions)
        changed = {transition.alarm_id for transition in transitions}
        return Memory(
            sites=tuple(self.directory.sites.values()),
            devices=tuple(unit.device for unit in self.directory),
            statuses=tuple(unit.status for unit in self.directory),
            alarms=tuple(self.alarms),
            operators=self.accounts.all(),
            counters={unit.id: unit.counter for unit in self.directory if unit.counter},
            windows=self.windows(with_alarms),
            event_keys=tuple(
                (unit.id, key)
                for unit in self.directory
                for key in tuple(unit.event_keys)[-EVENT_KEYS_IN_MEMORY:]
            ),
            unstored_alarms=tuple(
                alarm for b in batches for alarm in b.alarms.values() if alarm.id in changed
            ),
            unstored_transitions=transitions,
            unstored_events=tuple(e for b in batches for e in b.events),
        )

    def windows(self, device_ids: Iterable[int]) -> dict[int, bytes]:
        """What must be known of these devices to hear them after a restart."""
        units = (self.directory.by_id(device_id) for device_id in device_ids)
        return {unit.id: unit_memory.encode(unit) for unit in units if unit is not None}

    # Time

    def tick(self, at: datetime) -> None:
        """What happens without a message: silence, lapses, repeats."""
        self.watch.tick(at)
        self.alarms.tick(at)
        self.commands.tick(at)

    def listening(self, at: datetime) -> None:
        """The broker is there: units are heard, commands can leave."""
        self.commands.connected = True
        self.watch.listening(at)

    def deaf(self, at: datetime) -> None:
        """The broker is away."""
        self.commands.connected = False
        self.watch.deaf(at)

    def clock_moved(self, at: datetime) -> None:
        """The clock of this machine was set back to `at`."""
        self.watch.clock_moved(at)
        self.commands.clock_moved()
        self.identity.clock_moved()

    def stamp_decisions(self, at: datetime) -> None:
        """Write the time of decision into the ledger of new alarms, before they are shown."""
        for alarm in tuple(self.changes.shown.alarms.values()):
            if alarm.ledger.decided_at is None:
                self.alarms.facts(replace(alarm, ledger=replace(alarm.ledger, decided_at=at)))

    def take_work(self) -> Work:
        """The next transaction; with each alarm goes what makes its press known again."""
        batch = self.changes.batch
        touched = {event.device_id for event in batch.events}
        touched.update(alarm.device_id for alarm in batch.alarms.values())
        touched |= self.changes.reborn
        self.changes.reborn = set()
        batch.windows.update(self.windows(touched))
        return self.changes.take_work()

    def committed(self, work: Work, at: datetime) -> tuple[Dispatch, ...]:
        """The work is durable: mark its alarms, and make the receipts that are due now."""
        for stored in work.batch.alarms.values():
            self._note_stored(stored, at)
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

    def not_stored(self, batch: Batch) -> None:
        """The database could not take this batch, ever: what is sent again must count as new."""
        for event in batch.events:
            unit = self.directory.by_id(event.device_id)
            if unit is not None:
                unit.event_keys.pop(event.key, None)

    def leaving(self, dispatches: Iterable[Dispatch], at: datetime) -> list[Dispatch]:
        """Those that may still leave: what has expired while it waited to be stored may not."""
        wanted = []
        for dispatch in dispatches:
            if not dispatch.request_id or self.commands.still_wanted(dispatch.request_id, at):
                wanted.append(dispatch)
            else:
                self.commands.not_published(dispatch.request_id, at)
        return wanted

    def _note_stored(self, stored: Alarm, at: datetime) -> None:
        before = self._stored.get(stored.id, 0)
        if before >= stored.version:
            return
        self._stored[stored.id] = stored.version
        alarm = self.alarms.find(stored.id)
        if alarm is None:
            return
        if alarm.ledger.committed_at is None:
            self.alarms.facts(replace(alarm, ledger=replace(alarm.ledger, committed_at=at)))
        else:
            self.changes.shown.alarms[alarm.id] = alarm

    def _forget_closed(self) -> None:
        if len(self._stored) > STORED_KEPT:
            self._stored = {a.id: self._stored[a.id] for a in self.alarms if a.id in self._stored}
            self._receipted &= self._stored.keys()

    # What people ask

    def answer(self, operator: Operator, request: Request, at: datetime) -> Reply:
        """Carry out a request of somebody who is logged in.

        Raises:
            UserError: refused, with the reason.
        """
        return self.wishes.answer(operator, request, at)

    # What people see

    def sees(self, operator: Operator, device_id: int, at: datetime) -> bool:
        """Whether the operator may see this device (0: the station itself)."""
        unit = self.directory.by_id(device_id)
        return may(operator, Action.SEE, self.directory.target(unit), at)

    def site_views(self, operator: Operator | None = None) -> tuple[SiteView, ...]:
        """The sites that the operator may see, with those above them; without one, all."""
        sites = self.directory.sites.values()
        if operator is None or not operator.site_ids:
            return tuple(viewing.site_view(site) for site in sites)
        seen: set[int] = set()
        for site in sites:
            path = [above.id for above in self.directory.site_path(site.id)]
            if not operator.site_ids.isdisjoint(path):
                seen.update(path)
        return tuple(viewing.site_view(site) for site in sites if site.id in seen)

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
            viewing.Whereabouts.of(self.directory.by_id(alarm.device_id), self.directory),
            stored=self._stored.get(alarm.id, 0) >= alarm.version,
            receipted=alarm.id in self._receipted,
        )

    def command_view(self, request_id: str) -> CommandView | None:
        """One command as shown."""
        command = self.commands.find(request_id)
        if command is None:
            return None
        return viewing.command_view(command, self.directory.by_id(command.device_id))


def _age_of_event(known: tuple[int, str]) -> tuple[int, int]:
    """Sorts keys of alarm events by their time, then number (see `event_key`)."""
    try:
        _, sequence, _, _, timestamp, _ = known[1].split(":")
        return int(timestamp), int(sequence)
    except ValueError:
        return 0, 0


__all__ = ["STATION_OPERATOR", "Station", "StationRules"]
