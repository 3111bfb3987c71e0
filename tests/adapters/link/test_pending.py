"""What waits for a slow console."""

from __future__ import annotations

from dataclasses import replace

from alarmstation.adapters.link.pending import TRAFFIC_LINES, PendingDelta
from alarmstation.application.views import Delta, SiteView, TrafficView
from tests.console.fake_station import NOW, a_device, a_health, an_alarm


def test_later_views_of_a_unit_replace_earlier_ones() -> None:
    pending = PendingDelta()
    for value in (20.0, 21.0, 22.0):
        pending.add(Delta(devices=(a_device(1, temperature_c=value),)))
    assert [d.temperature_c for d in pending.take().devices] == [22.0]


def test_no_alarm_is_left_out_however_many_wait() -> None:
    pending = PendingDelta()
    for number in range(5000):
        pending.add(Delta(alarms=(an_alarm(str(number)),)))
    assert len(pending.take().alarms) == 5000


def test_an_alarm_is_told_in_its_last_state() -> None:
    pending = PendingDelta()
    alarm = an_alarm()
    pending.add(Delta(alarms=(alarm,)))
    pending.add(Delta(alarms=(replace(alarm, state="A", version=2),)))
    assert [a.state for a in pending.take().alarms] == ["A"]


def test_a_unit_that_was_removed_is_not_told_as_changed() -> None:
    pending = PendingDelta()
    pending.add(Delta(devices=(a_device(1),)))
    pending.add(Delta(removed_devices=(1,)))
    delta = pending.take()
    assert (delta.devices, delta.removed_devices) == ((), (1,))


def test_a_unit_that_came_back_is_not_told_as_removed() -> None:
    pending = PendingDelta()
    pending.add(Delta(removed_devices=(1,)))
    pending.add(Delta(devices=(a_device(1),)))
    delta = pending.take()
    assert (len(delta.devices), delta.removed_devices) == (1, ())


def test_a_site_that_was_removed_is_not_told_as_changed() -> None:
    pending = PendingDelta()
    pending.add(Delta(sites=(SiteView(1, "A", None),)))
    pending.add(Delta(removed_sites=(1,)))
    assert pending.take() == Delta(removed_sites=(1,))


def test_only_the_last_traffic_lines_are_kept() -> None:
    pending = PendingDelta()
    for number in range(TRAFFIC_LINES + 10):
        pending.add(Delta(traffic=(TrafficView(NOW, "h", 1, "hb", "in", number, "", "{}"),)))
    lines = pending.take().traffic
    assert (len(lines), lines[-1].bytes) == (TRAFFIC_LINES, TRAFFIC_LINES + 9)


def test_health_and_canary_survive_deltas_without_them() -> None:
    pending = PendingDelta()
    pending.add(Delta(health=a_health(), canary=0))
    pending.add(Delta(alarms=(an_alarm(),)))
    delta = pending.take()
    assert (delta.health, delta.canary) == (a_health(), 0)


def test_nothing_waits_after_it_was_taken() -> None:
    pending = PendingDelta()
    pending.add(Delta(devices=(a_device(1),)))
    pending.take()
    assert (pending.changed, pending.size, pending.take()) == (False, 0, Delta())
