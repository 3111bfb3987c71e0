"""The mirror."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from alarmstation.application.views import Delta, SiteView
from alarmstation.console.live import AlarmsChanged, DevicesChanged, LiveMirror
from tests.console.fake_station import a_device, a_snapshot, acknowledged, an_alarm


def test_a_snapshot_replaces_everything(qtbot: QtBot) -> None:
    live = LiveMirror()
    live.snapshot_arrived(a_snapshot(alarms=(an_alarm("old"),)))
    with qtbot.waitSignal(live.replaced):
        live.snapshot_arrived(a_snapshot(devices=(a_device(7),), alarms=(an_alarm("new"),)))
    assert list(live.devices) == [7]
    assert list(live.alarms) == ["new"]


def test_alarms_are_told_at_once(qtbot: QtBot) -> None:
    live = LiveMirror()
    told: list[AlarmsChanged] = []
    live.alarms_changed.connect(told.append)
    live.delta_arrived(Delta(alarms=(an_alarm(),)))
    assert [alarm.id for change in told for alarm in change.changed] == ["one"]


def test_a_closed_alarm_leaves_the_mirror_and_is_told_as_closed(qtbot: QtBot) -> None:
    live = LiveMirror()
    live.snapshot_arrived(a_snapshot(alarms=(an_alarm(active=False, state="D"),)))
    told: list[AlarmsChanged] = []
    live.alarms_changed.connect(told.append)
    live.delta_arrived(Delta(alarms=(acknowledged(an_alarm(active=False)),)))
    assert live.alarms == {}
    assert [alarm.id for alarm in told[0].closed] == ["one"]


def test_a_thousand_changes_of_units_are_told_once(qtbot: QtBot) -> None:
    live = LiveMirror()
    live.snapshot_arrived(a_snapshot())
    told: list[DevicesChanged] = []
    live.devices_changed.connect(told.append)
    for value in range(1000):
        live.delta_arrived(Delta(devices=(a_device(41, uptime_s=value),)))
    qtbot.waitUntil(lambda: len(told) > 0)
    assert len(told) == 1
    assert [device.uptime_s for device in told[0].changed] == [999]
    assert live.devices[41].uptime_s == 999


def test_removed_units_are_told_and_forgotten(qtbot: QtBot) -> None:
    live = LiveMirror()
    live.snapshot_arrived(a_snapshot())
    with qtbot.waitSignal(live.devices_changed) as told:
        live.delta_arrived(Delta(removed_devices=(41,)))
    assert told.args is not None
    assert told.args[0].removed == (41,)
    assert 41 not in live.devices


def test_the_path_of_a_site_runs_from_the_root(qtbot: QtBot) -> None:
    live = LiveMirror()
    live.snapshot_arrived(a_snapshot())
    assert [s.name for s in live.site_path(3)] == ["Hotel Miramar", "North wing", "Ground floor"]
    assert live.site_path(None) == ()


def test_a_circle_of_sites_does_not_hang(qtbot: QtBot) -> None:
    live = LiveMirror()
    live.snapshot_arrived(a_snapshot(sites=(SiteView(1, "A", 2), SiteView(2, "B", 1))))
    assert len(live.site_path(1)) == 64


def test_a_canary_is_told(qtbot: QtBot) -> None:
    live = LiveMirror()
    with qtbot.waitSignal(live.canary_arrived) as told:
        live.delta_arrived(Delta(canary=0))
    assert told.args == [0]
