"""Virtual sites: which units there are, what they are called, where they hang.

A site is drawn from a seed, described in a TOML file, or read from the JSON list that
`--write-units` wrote and the station imported; all give the same thing, a list of units.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from alarmstation.adapters.wire.topic import is_host
from alarmstation.application.requests import UnitSpec
from alarmstation.domain.errors import UserError
from alarmstation.domain.keys import MessageKey, parse_key
from alarmstation.simulator.climate import Climate
from alarmstation.simulator.memory import Memory
from alarmstation.simulator.traits import KINDS, OUR_FIRMWARE, Traits, UnitIdentity
from alarmstation.simulator.unit import VirtualUnit

CUSTOMERS: Final = ("Northgate Transit", "Harbour Logistics", "City Clinics", "Alameda Schools")
PLACES: Final = (
    "Central Station", "Riverside", "Old Town", "Airport Link", "Market Hall", "Hillside",
    "Dockyard", "University", "Lakeview", "West Park", "East Gate", "Stadium",
)  # fmt: skip
ZONES: Final = (
    "Main entrance", "Ticket office", "Platform 1", "Platform 2", "Control room", "Car park",
    "Corridor north", "Corridor south", "Reception", "Cash desk", "Loading bay", "Server room",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit of a site before it lives."""

    identity: UnitIdentity
    traits: Traits = OUR_FIRMWARE
    seed: int = 0

    def unit(self, now: float, memory: Memory | None = None) -> VirtualUnit:
        """The living unit."""
        return VirtualUnit(
            self.identity,
            now=now,
            traits=self.traits,
            climate=Climate.of_place(self.seed),
            seed=self.seed,
            memory=memory,
        )

    def spec(self) -> UnitSpec:
        """What the station imports."""
        identity = self.identity
        return UnitSpec(
            host=identity.host,
            mac=identity.mac.hex(":").upper(),
            name=identity.name,
            site_path=identity.site_path,
            key_hex="" if identity.key is None else identity.key.raw.hex(),
            broker_password=identity.broker_password,
        )


@dataclass(slots=True)
class VirtualSite:
    """A list of units, possibly of several places."""

    plans: list[UnitPlan] = field(default_factory=list)

    @classmethod
    def drawn(
        cls, units: int, sites: int = 1, seed: int = 1, traits: Traits = OUR_FIRMWARE
    ) -> VirtualSite:
        """`units` units spread over `sites` places. The same seed gives the same site, keys and
        passwords included: for demonstrations and tests, never for real units."""
        return cls([drawn_plan(number, max(sites, 1), seed, traits) for number in range(units)])

    @classmethod
    def read(cls, path: Path) -> VirtualSite:
        """A site from a description; raises UserError with file, unit and what is wrong."""
        try:
            text = path.read_text(encoding="utf-8")
            data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        except (OSError, ValueError) as error:
            raise UserError(
                "site.unreadable",
                "{file} cannot be read as a site: {problem}",
                file=path,
                problem=error,
            ) from error
        entries = data if isinstance(data, list) else data.get("unit", [])
        return cls([_plan_of(path, number, entry) for number, entry in enumerate(entries)])

    def write_units(self, path: Path) -> None:
        """Write the list that the station imports; it holds keys, so the owner alone reads it."""
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(units_json(self.plans), indent=1) + "\n", encoding="utf-8")
        draft.replace(path)


def units_json(plans: Iterable[UnitPlan]) -> list[dict[str, Any]]:
    """The units as `UnitSpec` objects in JSON, with `kind` for the simulator itself."""
    kinds = {traits: name for name, traits in KINDS.items()}
    return [
        {
            "host": spec.host,
            "mac": spec.mac,
            "name": spec.name,
            "site_path": list(spec.site_path),
            "key_hex": spec.key_hex,
            "broker_password": spec.broker_password,
        }
        | ({} if plan.traits == OUR_FIRMWARE else {"kind": kinds.get(plan.traits, "our")})
        for plan, spec in ((plan, plan.spec()) for plan in plans)
    ]


def drawn_plan(number: int, sites: int, seed: int, traits: Traits) -> UnitPlan:
    """Unit `number` of a drawn site."""
    own_seed = seed * 1_000_003 + number
    draw = random.Random(own_seed)  # noqa: S311 - virtual units, their keys protect nothing
    mac = bytes((0x02, 0xE5, *number.to_bytes(2, "big"), *draw.randbytes(2)))
    place = number % sites
    zone = number // sites
    customer = CUSTOMERS[place % len(CUSTOMERS)]
    name = PLACES[place % len(PLACES)]
    if place >= len(PLACES):
        name = f"{name} {place // len(PLACES) + 1}"
    room = ZONES[zone % len(ZONES)]
    if zone >= len(ZONES):
        room = f"{room} {zone // len(ZONES) + 1}"
    return UnitPlan(
        identity=UnitIdentity(
            host=f"ESG_ALARM_{mac.hex().upper()}",
            mac=mac,
            key=MessageKey(draw.randbytes(32)),
            name=room,
            site_path=(customer, name),
            broker_password=draw.randbytes(12).hex(),
        ),
        traits=traits,
        seed=own_seed,
    )


def named_plans(
    hosts: Sequence[str], seed: int, traits: Traits, place: str = "Recordings"
) -> list[UnitPlan]:
    """A unit for each of these hostnames, with a MAC and a key drawn from the seed."""
    plans = []
    for number, host in enumerate(hosts):
        drawn = drawn_plan(number, 1, seed, traits)
        identity = UnitIdentity(
            host=host,
            mac=drawn.identity.mac,
            key=drawn.identity.key,
            name=host,
            site_path=(place,),
            broker_password=drawn.identity.broker_password,
        )
        plans.append(UnitPlan(identity, traits, drawn.seed))
    return plans


def _plan_of(path: Path, number: int, entry: Any) -> UnitPlan:
    where = f"unit {number + 1}"
    if not isinstance(entry, dict):
        raise _wrong(path, where, "is not a table")
    host = str(entry.get("host", ""))
    if not is_host(host):
        raise _wrong(path, where, f"host {host!r} is not 1 to 31 of A-Z a-z 0-9 _ -")
    kind = str(entry.get("kind", "our"))
    if kind not in KINDS:
        raise _wrong(path, where, f"kind {kind!r} is none of {', '.join(KINDS)}")
    try:
        mac = bytes.fromhex(str(entry.get("mac", "")).replace(":", "").replace("-", ""))
        key = parse_key(str(entry["key_hex"])) if entry.get("key_hex") else None
    except (ValueError, UserError) as error:
        raise _wrong(path, where, str(error)) from error
    if len(mac) != 6:
        raise _wrong(path, where, "mac is not 6 bytes in hex")
    site_path = entry.get("site_path", ())
    return UnitPlan(
        identity=UnitIdentity(
            host=host,
            mac=mac,
            key=key,
            name=str(entry.get("name", "")),
            site_path=tuple(str(level) for level in site_path),
            broker_password=str(entry.get("broker_password", "")),
        ),
        traits=KINDS[kind],
        seed=int.from_bytes(mac, "big"),
    )


def _wrong(path: Path, where: str, problem: str) -> UserError:
    return UserError(
        "site.invalid", "{file}: {where}: {problem}", file=path, where=where, problem=problem
    )
