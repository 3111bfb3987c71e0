from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from alarmstation.domain.errors import UserError
from alarmstation.simulator.site import VirtualSite, units_json
from alarmstation.simulator.traits import FIELD_DEVICE, OUR_FIRMWARE


def test_the_same_seed_gives_the_same_site_and_another_seed_another() -> None:
    first, again, other = (VirtualSite.drawn(6, 2, seed) for seed in (1, 1, 2))
    assert units_json(first.plans) == units_json(again.plans)
    assert units_json(first.plans) != units_json(other.plans)


def test_hosts_are_the_factory_names_of_their_macs_and_nothing_repeats() -> None:
    specs = [plan.spec() for plan in VirtualSite.drawn(500, 40).plans]
    for spec in specs:
        assert spec.host == f"ESG_ALARM_{spec.mac.replace(':', '')}"
        assert len(spec.key_hex) == 64
    assert len({spec.host for spec in specs}) == 500
    assert len({spec.key_hex for spec in specs}) == 500
    assert len({(spec.site_path, spec.name) for spec in specs}) == 500
    assert len({spec.site_path for spec in specs}) == 40


def test_no_drawn_key_is_weak() -> None:
    for plan in VirtualSite.drawn(200).plans:
        assert plan.identity.key is not None
        assert not plan.identity.key.weaknesses


def test_a_written_list_reads_back_as_the_same_site_for_the_owner_only(tmp_path: Path) -> None:
    site = VirtualSite.drawn(3, 1, traits=FIELD_DEVICE)
    file = tmp_path / "units.json"
    site.write_units(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = VirtualSite.read(file)
    assert [plan.identity for plan in again.plans] == [plan.identity for plan in site.plans]
    assert {plan.traits for plan in again.plans} == {FIELD_DEVICE}


def test_the_list_has_the_fields_of_an_import() -> None:
    (entry,) = units_json(VirtualSite.drawn(1).plans)
    assert entry.keys() == {"host", "mac", "name", "site_path", "key_hex", "broker_password"}


def test_a_site_can_be_described_in_toml(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(
        '[[unit]]\nhost = "GATE_1"\nmac = "02:00:00:00:00:01"\nname = "Gate"\n'
        f'site_path = ["Works", "North"]\nkey_hex = "{"5a" * 31}01"\nkind = "our"\n'
    )
    (plan,) = VirtualSite.read(file).plans
    assert (plan.identity.host, plan.identity.site_path) == ("GATE_1", ("Works", "North"))
    assert plan.traits == OUR_FIRMWARE


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"host": "no blanks"}, "unit 1: host"),
        ({"host": "A", "mac": "02"}, "mac is not 6 bytes"),
        ({"host": "A", "mac": "0200000000xx"}, "unit 1"),
        ({"host": "A", "mac": "020000000001", "key_hex": "12"}, "64 hexadecimal digits"),
        ({"host": "A", "mac": "020000000001", "kind": "toaster"}, "kind 'toaster'"),
        ("A", "is not a table"),
    ],
)
def test_a_wrong_description_names_unit_and_problem(
    tmp_path: Path, entry: object, words: str
) -> None:
    file = tmp_path / "site.json"
    file.write_text(json.dumps([entry]))
    with pytest.raises(UserError, match=words):
        VirtualSite.read(file)


def test_a_description_that_is_no_json_is_a_user_error(tmp_path: Path) -> None:
    file = tmp_path / "site.json"
    file.write_text("{")
    with pytest.raises(UserError, match="cannot be read as a site"):
        VirtualSite.read(file)
