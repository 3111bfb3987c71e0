"""Sites and devices: what people put into the station, and the units' keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from alarmstation.application.alarm_desk import AlarmDesk
from alarmstation.application.batch import KeyRecord
from alarmstation.application.changes import Changes
from alarmstation.application.ports import KeyStore
from alarmstation.application.requests import ImportUnits, SaveDevice, SaveSite, UnitSpec
from alarmstation.application.unit import Directory, Unit
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.device import Device, Lifecycle, Site
from alarmstation.domain.errors import Refused
from alarmstation.domain.keys import MessageKey, parse_key

NAME_LENGTH = 80


class Enrolment:
    """Changes of the directory, each audited by whoever asked for it."""

    def __init__(
        self, directory: Directory, changes: Changes, alarms: AlarmDesk, keys: KeyStore
    ) -> None:
        self._directory = directory
        self._changes = changes
        self._alarms = alarms
        self._store = keys
        self.keys: dict[str, tuple[MessageKey, ...]] = {}
        """Candidate keys by host, best first; the service makes frames of them."""

    def restore_keys(self) -> None:
        """Read the keys and show their fingerprints."""
        self.keys = self._store.load()
        for unit in self._directory:
            self._show_key(unit)

    def unit(self, device_id: int) -> Unit:
        """The unit with this id; raises Refused when there is none."""
        unit = self._directory.by_id(device_id)
        if unit is None:
            raise Refused("device.unknown", "This device is not known any more.")
        return unit

    def save_site(self, request: SaveSite, operator: str, at: datetime) -> Site:
        """Create or change a site; raises Refused for a bad name or a circle in the tree."""
        name = request.name.strip()
        if not 1 <= len(name) <= NAME_LENGTH:
            raise Refused("site.name", "A name has 1 to {count} characters.", count=NAME_LENGTH)
        sites = self._directory.sites
        if request.id and request.id not in sites:
            raise Refused("site.unknown", "This site is not known any more.")
        if request.parent_id is not None:
            if request.parent_id not in sites:
                raise Refused("site.unknown", "This site is not known any more.")
            above = {site.id for site in self._directory.site_path(request.parent_id)}
            if request.id and request.id in above:
                raise Refused("site.circle", "A site cannot lie within itself.")
        site = Site(request.id or self._directory.next_site_id(), name, request.parent_id)
        sites[site.id] = self._changes.batch.sites[site.id] = site
        self._changes.shown.sites = True
        self._changes.audit(at, operator, "save site", site.name, "done")
        return site

    def save_device(self, request: SaveDevice, operator: str, at: datetime) -> Device:
        """Enrol or change a device; raises UserError for a bad key, name or site."""
        unit = self.unit(request.device_id)
        if len(request.name) > NAME_LENGTH:
            raise Refused("device.name", "A name has at most {count} characters.", count=80)
        if request.site_id is not None and request.site_id not in self._directory.sites:
            raise Refused("site.unknown", "This site is not known any more.")
        if request.key_hex:
            self._set_keys({unit.host: (parse_key(request.key_hex),)}, at)
        device = replace(
            unit.device,
            name=request.name.strip(),
            site_id=request.site_id,
            note=request.note.strip(),
            lifecycle=Lifecycle.ENROLLED,
        )
        self._put(unit, device, at)
        self._changes.audit(at, operator, "save device", device.host, "done")
        return device

    def retire(self, unit: Unit, operator: str, at: datetime) -> None:
        """Take a device out of service for good; its history stays."""
        self._directory.change(unit, replace(unit.device, lifecycle=Lifecycle.RETIRED))
        self._changes.batch.devices[unit.id] = unit.device
        self._changes.shown.removed_devices.add(unit.id)
        for alarm in self._alarms.of_device(unit.id):
            self._alarms.clear_station_alarm(unit.id, alarm.kind, at)
        self._changes.audit(at, operator, "retire device", unit.host, "done")

    def forget(self, unit: Unit, operator: str, at: datetime) -> None:
        """A device without history was deleted from the store."""
        self._directory.remove(unit)
        self._changes.batch.devices.pop(unit.id, None)
        self._changes.batch.statuses.pop(unit.id, None)
        self._changes.shown.removed_devices.add(unit.id)
        self._changes.audit(at, operator, "delete device", unit.host, "done")

    def import_units(self, request: ImportUnits, operator: str, at: datetime) -> int:
        """Enrol many units; all keys are checked before anything is changed."""
        keys: dict[str, tuple[MessageKey, ...]] = {
            spec.host: (parse_key(spec.key_hex),) for spec in request.units if spec.key_hex
        }
        macs = {spec.host: _mac(spec) for spec in request.units}
        for spec in request.units:
            site_id = self._site_of_path(spec.site_path)
            unit = self._directory.by_host(spec.host) or self._directory.add(
                Device(self._directory.next_id(), spec.host, created_at=at)
            )
            device = replace(
                unit.device,
                name=spec.name or unit.device.name,
                mac=macs[spec.host] or unit.device.mac,
                site_id=site_id if site_id is not None else unit.device.site_id,
                lifecycle=Lifecycle.ENROLLED,
            )
            self._put(unit, device, at)
        self._set_keys(keys, at)
        self._changes.audit(at, operator, "import units", str(len(request.units)), "done")
        return len(request.units)

    def _put(self, unit: Unit, device: Device, at: datetime) -> None:
        was_provisional = unit.device.lifecycle is Lifecycle.PROVISIONAL
        self._directory.change(unit, device)
        self._changes.batch.devices[device.id] = device
        self._changes.shown.devices.add(device.id)
        self._show_key(unit)
        if was_provisional:
            self._alarms.clear_station_alarm(unit.id, AlarmKind.UNREGISTERED, at)

    def _set_keys(self, keys: dict[str, tuple[MessageKey, ...]], at: datetime) -> None:
        if not keys:
            return
        self._store.save(keys)
        self.keys.update(keys)
        for host in keys:
            unit = self._directory.by_host(host)
            if unit is not None:
                self._show_key(unit)
                self._changes.batch.keys.append(
                    KeyRecord(unit.id, unit.key_fingerprint, unit.key_weakness, at)
                )

    def _show_key(self, unit: Unit) -> None:
        keys = self.keys.get(unit.host, ())
        unit.key_fingerprint = keys[0].fingerprint if keys else ""
        weaknesses = sorted(w.value for key in keys for w in key.weaknesses)
        unit.key_weakness = ", ".join(dict.fromkeys(weaknesses))
        self._changes.shown.devices.add(unit.id)

    def _site_of_path(self, names: Iterable[str]) -> int | None:
        parent: int | None = None
        sites = self._directory.sites
        for name in names:
            found = next(
                (s for s in sites.values() if s.parent_id == parent and s.name == name), None
            )
            if found is None:
                found = Site(self._directory.next_site_id(), name[:NAME_LENGTH], parent)
                sites[found.id] = self._changes.batch.sites[found.id] = found
                self._changes.shown.sites = True
            parent = found.id
        return parent


def _mac(spec: UnitSpec) -> bytes | None:
    if not spec.mac:
        return None
    try:
        mac = bytes.fromhex(spec.mac.replace(":", "").replace("-", ""))
    except ValueError:
        mac = b""
    if len(mac) != 6:
        raise Refused("device.mac", "{mac} is not a MAC address of 12 hex digits.", mac=spec.mac)
    return mac
