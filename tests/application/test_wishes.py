"""Every door: what each role may ask for, here and elsewhere, and what of it is recorded.

The table says for each request who may make it at least. It is written down a second time on
purpose, beside the actions of `domain.access`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from alarmstation.application.requests import (
    Acknowledge,
    AddNote,
    CancelCommand,
    Claim,
    CommandsAccepted,
    CreateFirstAdmin,
    Hello,
    ImportUnits,
    ListOperators,
    Login,
    Logout,
    Release,
    RemoveDevice,
    ReportCanary,
    ReportPresentation,
    Request,
    SaveDevice,
    SaveOperator,
    SaveSite,
    SendCommand,
    Silence,
    UndoAcknowledge,
    UnitSpec,
    WatchTraffic,
)
from alarmstation.domain import catalogue
from alarmstation.domain.access import Operator, Role
from alarmstation.domain.errors import Refused, UserError
from tests.application.builders import ADMIN, GUARD, HOST, KEY, TECHNICIAN, Site

BANK, NORTH, ELSEWHERE = 1, 2, 3
NEW_KEY = bytes(reversed(range(100, 132)))

COMMANDS: dict[str, tuple[Role, dict[str, object]]] = {
    "siren": (Role.GUARD, {"pattern": "on", "total_duration": 5}),
    "turret": (Role.GUARD, {"pattern": "strobe", "total_duration": 5}),
    "relay1": (Role.GUARD, {"pattern": "off"}),
    "relay2": (Role.GUARD, {"pattern": "off"}),
    "all": (Role.GUARD, {"pattern": "off"}),
    "fan": (Role.GUARD, {"percent": 50}),
    "get-status": (Role.GUARD, {}),
    "set-time": (Role.GUARD, {}),
    "read device": (Role.TECHNICIAN, {}),
    "read location": (Role.TECHNICIAN, {}),
    "read wifi": (Role.TECHNICIAN, {}),
    "read mqtt": (Role.TECHNICIAN, {}),
    "read ntp": (Role.TECHNICIAN, {}),
    "read ble": (Role.TECHNICIAN, {}),
    "read all": (Role.TECHNICIAN, {}),
    "diag self-test": (Role.TECHNICIAN, {}),
    "diag memory": (Role.TECHNICIAN, {}),
    "diag network": (Role.TECHNICIAN, {}),
    "diag sensor": (Role.TECHNICIAN, {}),
    "diag log": (Role.TECHNICIAN, {}),
    "diag io": (Role.TECHNICIAN, {}),
    "config device": (Role.TECHNICIAN, {"heartbeat_interval": 60}),
    "config location": (Role.TECHNICIAN, {"country": "ES", "zone": 1, "latitude": 1.0,
                                          "longitude": 2.0}),
    "reboot": (Role.TECHNICIAN, {}),
    "clear-counters": (Role.ADMIN, {}),
}  # fmt: skip


def a_command(site: Site, name: str = "get-status") -> SendCommand:
    fields = COMMANDS[name][1]
    return SendCommand((site.unit.id,), name, fields, confirmed=True)  # type: ignore[arg-type]


def spec(host: str = "NEW-1", path: tuple[str, ...] = ("Bank", "North"), key: str = "") -> UnitSpec:
    return UnitSpec(host, "", site_path=path, key_hex=key)


def alarm_id(site: Site) -> str:
    return str(site.alarms[0].id)


def acknowledged(site: Site) -> str:
    site.acknowledge(site.alarms[0])
    return alarm_id(site)


WISHES: dict[str, tuple[Role, Callable[[Site], Request]]] = {
    "acknowledge": (Role.GUARD, lambda s: Acknowledge(alarm_id(s), "seen")),
    "undo": (Role.GUARD, lambda s: UndoAcknowledge(acknowledged(s))),
    "claim": (Role.GUARD, lambda s: Claim(alarm_id(s))),
    "release": (Role.GUARD, lambda s: Release(alarm_id(s))),
    "silence": (Role.GUARD, lambda s: Silence(alarm_id(s))),
    "note": (Role.GUARD, lambda s: AddNote(alarm_id(s), "a note")),
    "presentation": (Role.VIEWER, lambda s: ReportPresentation(alarm_id(s), s.now)),
    "cancel": (Role.GUARD, lambda s: CancelCommand(s.send("get-status"))),
    "cancel a reboot": (Role.TECHNICIAN, lambda s: CancelCommand(s.send("reboot"))),
    "save site": (Role.TECHNICIAN, lambda _: SaveSite(NORTH, "North gate", BANK)),
    "new site": (Role.TECHNICIAN, lambda _: SaveSite(0, "South", BANK)),
    "save device": (Role.TECHNICIAN, lambda s: SaveDevice(s.unit.id, "Door", NORTH)),
    "change key": (
        Role.ADMIN, lambda s: SaveDevice(s.unit.id, "Door", NORTH, key_hex=NEW_KEY.hex()),
    ),
    "same key": (
        Role.TECHNICIAN, lambda s: SaveDevice(s.unit.id, "Door", NORTH, key_hex=KEY.hex()),
    ),
    "import": (Role.TECHNICIAN, lambda _: ImportUnits((spec(key=NEW_KEY.hex()),))),
    "import another key": (
        Role.ADMIN, lambda _: ImportUnits((spec(HOST, key=NEW_KEY.hex()),)),
    ),
    **{
        f"command {name}": (role, lambda s, name=name: a_command(s, name))  # type: ignore[misc]
        for name, (role, _) in COMMANDS.items()
    },
}  # fmt: skip

ELSEWHERE_ASKED = {Hello, CreateFirstAdmin, Login, Logout, ReportCanary, RemoveDevice,
                   SaveOperator, ListOperators, WatchTraffic}  # fmt: skip
"""Requests that `Consoles` answers."""


@pytest.fixture
def site() -> Site:
    site = Site()
    site.station.answer(ADMIN, SaveSite(0, "Elsewhere", None), site.now)
    site.beat(panic1=True)
    site.station.changes.take_work()
    return site


def refusals(site: Site) -> list[tuple[str, str]]:
    return [(a.operator, a.target) for a in site.station.changes.batch.audit
            if a.outcome == "refused"]  # fmt: skip


def test_the_table_knows_every_request_and_every_command(site: Site) -> None:
    tabled = {type(make(site)) for _, make in WISHES.values()}
    assert tabled | ELSEWHERE_ASKED == set(Request.__args__)
    assert set(COMMANDS) == set(catalogue.CATALOGUE)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", WISHES)
def test_each_role_gets_what_the_table_says(site: Site, name: str, role: Role) -> None:
    least, make = WISHES[name]
    operator = Operator("pat", role)
    wish = make(site)
    if role >= least:
        site.station.answer(operator, wish, site.now)
        assert refusals(site) == []
        return
    before = (site.alarms, len(list(site.station.commands)), site.unit.device)
    with pytest.raises(Refused) as refused:
        site.station.answer(operator, wish, site.now)
    assert refused.value.key == "access.denied"
    assert [operator for operator, _ in refusals(site)] == ["pat"]
    assert (site.alarms, len(list(site.station.commands)), site.unit.device) == before


@pytest.mark.parametrize("name", WISHES)
def test_a_grant_elsewhere_opens_no_door_here(site: Site, name: str) -> None:
    operator = Operator("pat", Role.ADMIN, site_ids=frozenset({ELSEWHERE}))
    wish = WISHES[name][1](site)
    with pytest.raises(Refused) as refused:
        site.station.answer(operator, wish, site.now)
    assert refused.value.key == "access.denied"
    assert refusals(site)


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.parametrize("granted", [BANK, NORTH])
def test_a_grant_on_the_place_or_above_it_opens_the_door(
    site: Site, name: str, granted: int
) -> None:
    operator = Operator("pat", Role.ADMIN, site_ids=frozenset({granted}))
    if name == "new site" and granted == NORTH:
        pytest.skip("it lies above the grant")
    site.station.answer(operator, WISHES[name][1](site), site.now)


@pytest.mark.parametrize("name", WISHES)
def test_a_closed_account_opens_none(site: Site, name: str) -> None:
    closed = Operator("pat", Role.ADMIN, active=False)
    wish = WISHES[name][1](site)
    with pytest.raises(Refused):
        site.station.answer(closed, wish, site.now)


# Nobody gets more than their site through a detour

RESTRICTED = Operator("pat", Role.ADMIN, site_ids=frozenset({BANK}))


@pytest.mark.parametrize(
    "wish",
    [
        SaveSite(0, "My own root", None),
        SaveSite(ELSEWHERE, "Taken", BANK),
        SaveSite(NORTH, "Moved away", ELSEWHERE),
        SaveSite(BANK, "Up", None),
        SaveDevice(1, "Door", ELSEWHERE),
        ImportUnits((spec(path=("Nowhere yet",)),)),
        ImportUnits((spec(path=("Elsewhere", "Below")),)),
        ImportUnits((spec(path=("Bank", "New zone")), spec("NEW-2", ("Elsewhere",)))),
    ],
)
def test_places_outside_of_the_grant_are_out_of_reach(site: Site, wish: Request) -> None:
    if wish == SaveSite(BANK, "Up", None):
        site.station.answer(RESTRICTED, wish, site.now)  # only its name changes
        return
    with pytest.raises(Refused) as refused:
        site.station.answer(RESTRICTED, wish, site.now)
    assert refused.value.key == "access.denied"
    assert site.station.directory.by_host("NEW-1") is None


def test_an_import_does_not_take_over_a_unit_of_another_site(site: Site) -> None:
    elsewhere = Operator("pat", Role.ADMIN, site_ids=frozenset({ELSEWHERE}))
    with pytest.raises(Refused):
        site.station.answer(elsewhere, ImportUnits((spec(HOST, ("Elsewhere",)),)), site.now)
    assert site.unit.device.site_id == NORTH


def test_an_alarm_of_a_stranger_is_everybodys(site: Site) -> None:
    site.hear(site.an_event(), host="STRANGER", verified=False)
    stranger = next(a for a in site.alarms if a.device_id != site.unit.id)
    guard = Operator("eli", Role.GUARD, site_ids=frozenset({ELSEWHERE}))
    assert site.station.sees(guard, stranger.device_id, site.now)
    site.acknowledge(stranger, guard)


# What is recorded


def test_every_command_and_every_refusal_has_a_user_and_a_time(site: Site) -> None:
    site.station.answer(GUARD, a_command(site), site.now)
    with pytest.raises(Refused):
        site.station.answer(GUARD, a_command(site, "reboot"), site.now)
    unconfirmed = replace(a_command(site, "reboot"), confirmed=False)
    with pytest.raises(Refused, match="confirmed"):
        site.station.answer(TECHNICIAN, unconfirmed, site.now)
    records = [
        (a.operator, a.action, a.target, a.outcome, a.at) for a in site.station.changes.batch.audit
    ]
    assert records == [
        ("ana", "command get-status", HOST, "accepted", site.now),
        ("ana", "command reboot", HOST, "refused", site.now),
        ("tom", "command reboot", HOST, "refused", site.now),
    ]


def test_an_offline_unit_is_a_refusal_with_its_reason(site: Site) -> None:
    for _ in range(200):
        site.wait(1)
    with pytest.raises(UserError):
        site.station.answer(GUARD, a_command(site), site.now)
    record = site.station.changes.batch.audit[-1]
    assert (record.outcome, record.detail) == ("refused", '{"reason": "command.offline"}')


def test_a_command_to_many_tells_for_each_what_became_of_it(site: Site) -> None:
    site.station.answer(ADMIN, ImportUnits((spec(), spec("NEW-2"))), site.now)
    other = site.unit_of("NEW-1").id
    wish = SendCommand((site.unit.id, other, site.unit.id, 99), "get-status", {})
    reply = site.station.answer(GUARD, wish, site.now)
    assert isinstance(reply, CommandsAccepted)
    assert len(reply.request_ids) == 1, "once for each device"
    assert {(r.device_id, r.key) for r in reply.refusals} == {
        (other, "command.no-key"), (99, "device.unknown"),
    }  # fmt: skip


def test_who_acknowledged_is_in_the_transition(site: Site) -> None:
    site.acknowledge(site.alarms[0], GUARD)
    (transition,) = site.station.changes.batch.transitions
    assert (transition.operator, transition.station, transition.note) == (
        "ana", "Test station", "seen",
    )  # fmt: skip


def test_what_a_console_could_not_show_is_recorded(site: Site) -> None:
    wish = ReportPresentation(alarm_id(site), problem="no sound device")
    site.station.answer(GUARD, wish, site.now)
    assert "no sound device" in site.station.changes.batch.audit[-1].detail
