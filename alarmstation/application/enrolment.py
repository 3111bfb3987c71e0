"""Sites and devices: what people put into the station, and the units' keys."""

from __future__ import annotations

import logging
import re
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
from alarmstation.domain.errors import Refused, Unavailable
from alarmstation.domain.keys import KeyWeakness, MessageKey, parse_key, shared_keys

log = logging.getLogger(__name__)

NAME_LENGTH = 80
NOTE_LENGTH = 1000
HOST = re.compile(r"[A-Za-z0-9_-]{1,31}")
"""Host names of units (`protocol.md` 1.1)."""

CANARY_HOST = "STATION-CANARY"
"""Host of the station's own test alarm; no unit may use it."""

RESERVED_HOSTS = frozenset({CANARY_HOST})


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
        self._shared: dict[str, tuple[str, ...]] = {}

    def restore_keys(self) -> None:
        """Read the keys and show their fingerprints."""
        self.keys = self._store.load()
        self._shared = shared_keys(self.keys)
        for unit in self._directory:
            self.show_key(unit)

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
        for alarm in self._alarms:  # they say where they are
            self._changes.shown.alarms[alarm.id] = alarm
        self._changes.audit(at, operator, "save site", site.name, "done")
        return site

    def save_device(self, request: SaveDevice, operator: str, at: datetime) -> Device:
        """Enrol or change a device; raises UserError for a bad key, name or site."""
        unit = self.unit(request.device_id)
        _check_text(request.name, NAME_LENGTH)
        _check_text(request.note, NOTE_LENGTH)
        if unit.device.lifecycle is Lifecycle.RETIRED:
            raise Refused("device.retired", "This device is retired.")
        if request.site_id is not None and request.site_id not in self._directory.sites:
            raise Refused("site.unknown", "This site is not known any more.")
        if request.key_hex:
            new = {unit.host: self._candidates(unit.host, parse_key(request.key_hex))}
            self._save_keys(new)
            self._record_keys(new, at)
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
        batch = self._changes.batch
        for part in (batch.devices, batch.statuses, batch.windows, batch.counters):
            part.pop(unit.id, None)
        batch.history[:] = [row for row in batch.history if row.sample.device_id != unit.id]
        self._changes.shown.removed_devices.add(unit.id)
        self._changes.audit(at, operator, "delete device", unit.host, "done")

    def import_units(self, request: ImportUnits, operator: str, at: datetime) -> int:
        """Enrol many units; everything is checked before anything is changed.

        Raises:
            UserError: a host, MAC, key or name that cannot be one, or a MAC of another unit.
        """
        macs = self._checked(request.units)
        keys = {
            spec.host: self._candidates(spec.host, parse_key(spec.key_hex))
            for spec in request.units
            if spec.key_hex
        }
        self._save_keys(keys)
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
        self._record_keys(keys, at)
        self._changes.audit(at, operator, "import units", str(len(request.units)), "done")
        return len(request.units)

    def deepest_known(self, names: Iterable[str]) -> int | None:
        """The site furthest down this path that exists already; None: not even the first."""
        found: int | None = None
        for name in names:
            below = self._site_named(found, name)
            if below is None:
                break
            found = below.id
        return found

    def replaces_key(self, host: str, key_hex: str) -> bool:
        """Whether this key would take the place of another one."""
        known = self.keys.get(host, ())
        return bool(key_hex and known) and parse_key(key_hex) not in known

    def key_proven(self, unit: Unit) -> None:
        """A message verified with this key: candidates that it was to replace are dropped."""
        candidates = self.keys.get(unit.host, ())
        if len(candidates) > 1 and candidates[0].fingerprint == unit.proven_key:
            try:
                self._save_keys({unit.host: candidates[:1]})
            except Unavailable as error:
                log.warning("%s: its old key stays valid for now: %s", unit.host, error)
            self.show_key(unit)

    def _checked(self, specs: Iterable[UnitSpec]) -> dict[str, bytes | None]:
        """MAC by host; raises `Refused` for what cannot be a unit."""
        macs: dict[str, bytes | None] = {}
        owners: dict[bytes, str] = {}
        for spec in specs:
            if HOST.fullmatch(spec.host) is None or spec.host in RESERVED_HOSTS:
                raise Refused(
                    "device.host",
                    "{host} is no host name: 1 to 31 letters, digits, _ and -.",
                    host=spec.host,
                )
            for name in (spec.name, *spec.site_path):
                _check_text(name, NAME_LENGTH)
            if not all(name.strip() for name in spec.site_path):
                raise Refused("site.name", "A name has 1 to {count} characters.", count=NAME_LENGTH)
            mac = macs[spec.host] = _mac(spec)
            if mac is None:
                continue
            holder = self._directory.by_mac(mac)
            other = owners.setdefault(mac, spec.host)
            if other == spec.host and holder is not None:
                other = holder.host
            if other != spec.host and (holder is None or holder.is_enrolled):
                raise Refused(
                    "device.mac-taken",
                    "{mac} is the MAC address of {host} already.",
                    mac=mac.hex(":"),
                    host=other,
                )
        return macs

    def _put(self, unit: Unit, device: Device, at: datetime) -> None:
        was_provisional = unit.device.lifecycle is Lifecycle.PROVISIONAL
        self._directory.change(unit, device)
        self._changes.batch.devices[device.id] = device
        self._changes.shown.devices.add(device.id)
        self.show_key(unit)
        if was_provisional:
            self._alarms.clear_station_alarm(unit.id, AlarmKind.UNREGISTERED, at)

    def _candidates(self, host: str, new: MessageKey) -> tuple[MessageKey, ...]:
        """The new key first; the one that the unit still uses stays until the new one is proven."""
        unit = self._directory.by_host(host)
        proven = unit.proven_key if unit is not None else ""
        still_used = (
            key for key in self.keys.get(host, ()) if key.fingerprint == proven and key != new
        )
        return (new, *still_used)

    def _save_keys(self, keys: dict[str, tuple[MessageKey, ...]]) -> None:
        """Set candidate keys, durably; raises Unavailable before anything was changed."""
        if not keys:
            return
        self._store.save(keys)
        self.keys.update(keys)
        self._shared = shared_keys(self.keys)

    def _record_keys(self, keys: Iterable[str], at: datetime) -> None:
        for host in keys:
            unit = self._directory.by_host(host)
            if unit is not None:
                self.show_key(unit)
                self._changes.batch.keys.append(
                    KeyRecord(unit.id, unit.key_fingerprint, unit.key_weakness, at)
                )

    def show_key(self, unit: Unit) -> None:
        """Show the fingerprint of the unit's key, and what is weak about it."""
        keys = self.keys.get(unit.host, ())
        unit.key_fingerprint = keys[0].fingerprint if keys else ""
        weaknesses = {weakness.value for key in keys for weakness in key.weaknesses}
        if any(key.fingerprint in self._shared for key in keys):
            weaknesses.add(KeyWeakness.SHARED.value)
        unit.key_weakness = ", ".join(sorted(weaknesses))
        self._changes.shown.devices.add(unit.id)

    def _site_named(self, parent_id: int | None, name: str) -> Site | None:
        sites = self._directory.sites.values()
        return next((s for s in sites if s.parent_id == parent_id and s.name == name), None)

    def _site_of_path(self, names: Iterable[str]) -> int | None:
        parent: int | None = None
        for name in names:
            found = self._site_named(parent, name.strip())
            if found is None:
                found = Site(self._directory.next_site_id(), name.strip(), parent)
                self._directory.sites[found.id] = self._changes.batch.sites[found.id] = found
                self._changes.shown.sites = True
            parent = found.id
        return parent


def _check_text(text: str, most: int) -> None:
    if len(text.strip()) > most:
        raise Refused("device.name", "A name has at most {count} characters.", count=most)


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
