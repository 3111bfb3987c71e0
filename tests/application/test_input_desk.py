"""One press is one alarm, whatever tells of it first, late or again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alarmstation.application.input_desk import LATE_AFTER
from alarmstation.application.requests import Acknowledge
from alarmstation.domain.alarm import AlarmKind, AlarmState, Severity
from alarmstation.domain.messages import AlarmType, EventState, Leaf, Refusal
from tests.application.builders import GUARD, START, Site

OLD_CLOCK = 1000
"""Seconds since boot: the clock is not set."""


@pytest.fixture
def site() -> Site:
    return Site()


def acknowledge(site: Site, kind: AlarmKind = AlarmKind.PANIC1) -> None:
    site.station.answer(GUARD, Acknowledge(str(site.alarm(kind).id), "seen"), site.now)


def settled(site: Site) -> None:
    """Acknowledge the panic and let it close."""
    acknowledge(site)
    site.wait(11)
    assert site.alarms == []


# Which event belongs to which press


def test_a_new_press_soon_after_an_acknowledged_one_asks_again(site: Site) -> None:
    site.beat(panic1=True)
    site.wait(8)
    site.beat()
    acknowledge(site)
    site.wait(2)
    site.hear(site.an_event(sequence=1))
    alarm = site.alarm(AlarmKind.PANIC1)
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    assert alarm.raise_count == 2


def test_the_event_of_a_press_that_a_flag_told_raises_nothing_after_its_end(site: Site) -> None:
    for _ in range(3):
        site.beat()
        site.wait(30)
    pressed_at = int(site.now.timestamp())
    site.wait(10)
    site.beat(panic1=True)
    site.wait(30)
    site.beat()
    settled(site)
    site.wait(60)
    site.beat()
    site.hear(site.an_event(sequence=1, timestamp=pressed_at))
    assert site.alarms == []


def test_event_numbers_tell_the_press_where_clocks_cannot(site: Site) -> None:
    site.beat(panic1=True, alarm_sequence=7, timestamp=OLD_CLOCK)
    site.wait(30)
    site.beat(alarm_sequence=8, timestamp=OLD_CLOCK + 30)
    settled(site)
    site.hear(site.an_event(sequence=7, timestamp=OLD_CLOCK - 5))
    assert site.alarms == []
    site.hear(site.an_event(sequence=9, timestamp=OLD_CLOCK + 60))
    assert site.alarm(AlarmKind.PANIC1).active


def test_a_clock_that_was_just_moved_does_not_hide_a_press(site: Site) -> None:
    """The median of the skew lags behind: corrected times are an hour off."""
    for _ in range(4):
        site.beat(timestamp=int(site.now.timestamp()) + 3600)
        site.wait(30)
    site.beat(panic1=True, timestamp=int(site.now.timestamp()) + 3600)
    site.wait(30)
    site.beat()  # its clock was set
    settled(site)
    site.wait(30)
    site.hear(site.an_event(sequence=3))
    assert site.alarm(AlarmKind.PANIC1).active


def test_a_release_that_is_sent_again_does_not_clear_the_next_press(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    site.wait(1)
    release = site.an_event(sequence=2, state=EventState.INACTIVE)
    site.wait(1)
    site.hear(site.an_event(sequence=3))
    site.wait(5)
    site.hear(release)  # in a new frame
    assert site.alarm(AlarmKind.PANIC1).active


def test_a_press_whose_release_was_heard_before_it_is_shown_as_returned(site: Site) -> None:
    press = site.an_event(sequence=1)
    site.wait(1)
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    site.wait(5)
    site.hear(press)
    assert site.alarm(AlarmKind.PANIC1).state is AlarmState.RETURNED_UNACKNOWLEDGED


def test_event_numbers_that_began_anew_are_believed(site: Site) -> None:
    site.beat()
    site.hear(site.an_event(sequence=5000))
    site.hear(site.an_event(sequence=5001, state=EventState.INACTIVE))
    settled(site)
    site.wait(60)
    site.hear(site.an_event(sequence=1))
    assert site.alarm(AlarmKind.PANIC1).active
    site.wait(5)
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    assert not site.alarm(AlarmKind.PANIC1).active


def test_a_flag_sent_before_an_edge_does_not_undo_it(site: Site) -> None:
    overtaken = site.received(site.a_heartbeat(panic1=True))
    site.hear(site.an_event(sequence=1))
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    site.station.reception.receive(overtaken)
    assert not site.alarm(AlarmKind.PANIC1).active
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1


def test_flags_of_unsigned_messages_are_ordered_by_arrival(site: Site) -> None:
    overtaken = site.received(site.a_heartbeat(boot_id=0), sequence=None)
    site.hear(site.an_event(sequence=1, boot_id=0), sequence=None)
    site.station.reception.receive(overtaken)
    assert site.alarm(AlarmKind.PANIC1).active


# Events


def test_a_number_that_nobody_knows_is_high_at_least(site: Site) -> None:
    site.hear(site.an_event(type=9))
    assert site.alarm(AlarmKind.UNKNOWN).severity is Severity.HIGH


@pytest.mark.parametrize("state", [EventState.STARTING, EventState.STOPPING, 9])
def test_a_state_without_meaning_for_an_input_is_an_alarm(site: Site, state: int) -> None:
    site.hear(site.an_event(state=state))
    assert site.alarm(AlarmKind.PANIC1).active


def test_an_event_from_long_ago_is_marked_late(site: Site) -> None:
    site.beat()
    then = site.now - LATE_AFTER - timedelta(seconds=2)
    site.hear(site.an_event(timestamp=int(then.timestamp())))
    assert site.alarm(AlarmKind.PANIC1).marks == {"late"}


def test_late_is_reckoned_by_the_corrected_clock(site: Site) -> None:
    for _ in range(3):
        site.beat(timestamp=int(site.now.timestamp()) - 900)
        site.wait(30)
    site.hear(site.an_event(timestamp=int(site.now.timestamp()) - 900))
    assert site.alarm(AlarmKind.PANIC1).marks == frozenset()


def test_a_test_is_listed_with_a_mark_and_over_at_once(site: Site) -> None:
    site.hear(site.an_event(state=EventState.TEST))
    alarm = site.alarm(AlarmKind.PANIC1)
    assert alarm.marks == {"test"}
    assert alarm.severity is Severity.LOW
    assert alarm.state is AlarmState.RETURNED_UNACKNOWLEDGED


def test_a_press_during_a_test_is_no_test_any_more(site: Site) -> None:
    site.hear(site.an_event(state=EventState.TEST, sequence=1))
    site.hear(site.an_event(sequence=2))
    alarm = site.alarm(AlarmKind.PANIC1)
    assert alarm.marks == frozenset()
    assert alarm.severity is Severity.CRITICAL
    assert alarm.active


def test_a_test_does_not_make_a_real_alarm_quieter(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    before = site.alarm(AlarmKind.PANIC1)
    site.hear(site.an_event(state=EventState.TEST, sequence=2))
    assert site.alarm(AlarmKind.PANIC1) == before


def test_an_event_without_a_clock_is_the_same_after_a_restart_of_our_firmware(site: Site) -> None:
    event = site.an_event(sequence=5, timestamp=OLD_CLOCK)
    site.beat(boot_id=7)
    site.hear(event)
    settled_event = replace(event)
    site.hear(site.an_event(sequence=6, timestamp=OLD_CLOCK + 1, state=EventState.INACTIVE))
    settled(site)
    site.beat(boot_id=8, uptime=1)
    assert site.unit.window.epoch > 1
    site.hear(settled_event)
    assert site.alarms == []


def test_the_same_input_without_a_clock_is_another_alarm_after_a_restart(site: Site) -> None:
    """SEQ and seconds since boot come again: the id must not."""
    ids = []
    for uptime in (5, 5):
        site.hear(
            site.a_heartbeat(box_sw=True, boot_id=0, timestamp=5, uptime=uptime),
            sequence=None, tag=b"",
        )  # fmt: skip
        ids.append(site.alarm(AlarmKind.TAMPER).id)
        acknowledge(site, AlarmKind.TAMPER)
        site.wait(1)
        site.hear(site.a_heartbeat(boot_id=0, timestamp=7, uptime=7), sequence=None, tag=b"")
        site.wait(20)
        assert site.alarms == []
        site.hear(site.a_heartbeat(boot_id=0, timestamp=3, uptime=1), sequence=None, tag=b"")
    assert ids[0] != ids[1]


# Doubt


def doubtful(site: Site, **fields: object) -> Refusal | None:
    """An event in a frame far below the window."""
    return site.hear(site.an_event(**fields), sequence=3, tag=b"ancient!")


def test_a_doubtful_press_is_raised_with_its_mark(site: Site) -> None:
    site.beat()
    assert doubtful(site, sequence=1) is None
    assert site.alarm(AlarmKind.PANIC1).marks == {"sequence doubtful"}
    assert site.alarm(AlarmKind.PANIC1).active


def test_a_doubtful_event_never_clears(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    assert doubtful(site, sequence=2, state=EventState.INACTIVE) is Refusal.REPLAY
    assert site.alarm(AlarmKind.PANIC1).active


def test_a_doubtful_event_that_is_known_is_a_replay_and_gets_no_receipt(site: Site) -> None:
    event = site.an_event(sequence=1)
    site.hear(event)
    site.stored()
    for _ in range(3):
        site.beat()
    assert site.hear(event, sequence=3, tag=b"ancient!") is Refusal.REPLAY
    assert site.station.changes.work.receipts == []


def test_the_same_event_in_a_new_frame_takes_the_doubt_away(site: Site) -> None:
    site.beat()
    doubtful(site, sequence=1)
    site.hear(site.an_event(sequence=1))
    assert site.alarm(AlarmKind.PANIC1).marks == frozenset()
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1


def test_an_impossible_id_on_an_alarm_is_doubt_and_not_silence(site: Site) -> None:
    site.hear(site.an_event(device_db_id=1_000_000_000))
    assert site.alarm(AlarmKind.PANIC1).marks == {"sequence doubtful"}


# Counters


def test_a_status_sent_before_the_press_does_not_hide_that_it_was_heard(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    before = site.received(site.a_status(panic1_count=5))
    site.hear(site.an_event(sequence=1))
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    site.station.reception.receive(before)
    site.hear(site.a_status(panic1_count=6))
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1


def test_a_missed_press_during_an_acknowledged_one_asks_again(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    site.hear(site.an_event(sequence=1))
    acknowledge(site)
    site.hear(site.a_status(panic1=True, panic1_count=7))
    alarm = site.alarm(AlarmKind.PANIC1)
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    assert "missed activation" in alarm.marks


def test_an_event_after_its_missed_activation_is_the_same_press(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    site.wait(20)
    press = site.an_event(sequence=1)
    site.wait(20)
    site.hear(site.a_status(panic1_count=6))
    site.wait(5)
    site.hear(press)
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1


def test_an_event_sent_again_before_the_status_that_counts_it_is_one_press(site: Site) -> None:
    site.hear(site.a_status(panic1_count=5))
    site.wait(5)
    press = site.an_event(sequence=1)
    overtaken = site.received(site.a_status(panic1_count=6))
    site.hear(press)
    site.station.reception.receive(overtaken)
    site.hear(site.a_status(panic1_count=6, panic1=True))
    assert site.alarm(AlarmKind.PANIC1).raise_count == 1


def test_presses_of_a_unit_that_never_tells_a_status_are_not_collected_for_ever(
    site: Site,
) -> None:
    for number in range(1, 400, 2):
        site.hear(site.an_event(sequence=number))
        site.hear(site.an_event(sequence=number + 1, state=EventState.INACTIVE))
    assert len(site.unit.uncounted[AlarmKind.PANIC1]) <= 64


# What the broker had kept


def test_a_kept_heartbeat_may_raise_and_never_clears(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    site.hear(site.a_heartbeat(), retained=True)
    assert site.alarm(AlarmKind.PANIC1).active
    site.hear(site.a_heartbeat(box_sw=True), retained=True)
    assert site.alarm(AlarmKind.TAMPER).active


# Strangers


@pytest.fixture
def stranger() -> Site:
    return Site(enrolled=False)


def hear_stranger(site: Site, message: object, **changes: object) -> Refusal | None:
    return site.hear(message, host="STRANGER", verified=False, **changes)  # type: ignore[arg-type]


def test_a_strangers_button_held_after_acknowledgment_does_not_ask_again(stranger: Site) -> None:
    hear_stranger(stranger, stranger.a_heartbeat(panic1=True))
    acknowledge(stranger, AlarmKind.UNREGISTERED)
    for _ in range(5):
        stranger.wait(30)
        hear_stranger(stranger, stranger.a_heartbeat(panic1=True))
    assert stranger.alarm(AlarmKind.UNREGISTERED).state is AlarmState.ACKNOWLEDGED
    hear_stranger(stranger, stranger.a_heartbeat())
    assert stranger.alarms == []
    hear_stranger(stranger, stranger.a_heartbeat(panic1=True))
    assert stranger.alarm(AlarmKind.UNREGISTERED).state is AlarmState.UNACKNOWLEDGED


def test_event_and_flag_of_a_stranger_are_one_press(stranger: Site) -> None:
    hear_stranger(stranger, stranger.a_heartbeat(panic1=True))
    hear_stranger(stranger, stranger.an_event(sequence=1))
    assert stranger.alarm(AlarmKind.UNREGISTERED).raise_count == 1


def test_one_popup_names_all_inputs_of_a_stranger(stranger: Site) -> None:
    hear_stranger(stranger, stranger.an_event(sequence=1, type=AlarmType.TAMPER))
    assert stranger.alarm(AlarmKind.UNREGISTERED).severity is Severity.HIGH
    hear_stranger(stranger, stranger.an_event(sequence=2))
    alarm = stranger.alarm(AlarmKind.UNREGISTERED)
    assert alarm.detail == "TAMPER, PANIC1"
    assert alarm.severity is Severity.CRITICAL
    hear_stranger(stranger, stranger.an_event(sequence=3, state=EventState.INACTIVE))
    assert stranger.alarm(AlarmKind.UNREGISTERED).active, "the box is still open"


def test_a_strangers_missed_activation_is_unregistered_too(stranger: Site) -> None:
    hear_stranger(stranger, stranger.a_status(panic1_count=1))
    stranger.wait(30)
    hear_stranger(stranger, stranger.a_status(panic1_count=2))
    assert stranger.alarm(AlarmKind.UNREGISTERED).marks >= {"missed activation", "unregistered"}


def test_a_strangers_event_is_kept_so_that_its_redelivery_is_known(stranger: Site) -> None:
    hear_stranger(stranger, stranger.an_event(sequence=1))
    (event,) = stranger.station.changes.batch.events
    assert event.alarm_id == stranger.alarm(AlarmKind.UNREGISTERED).id
    hear_stranger(stranger, stranger.an_event(sequence=1))
    assert stranger.alarm(AlarmKind.UNREGISTERED).raise_count == 1


def test_a_doubtful_press_of_a_stranger_is_unregistered_and_doubtful(stranger: Site) -> None:
    """Its key is known, it was never enrolled: verified, and still a stranger."""
    stranger.hear(stranger.a_heartbeat(), host="STRANGER")
    stranger.hear(stranger.an_event(), host="STRANGER", sequence=3, tag=b"ancient!")
    assert stranger.alarm(AlarmKind.UNREGISTERED).marks == {"unregistered", "sequence doubtful"}


# Receipts


def receipts(site: Site) -> list[int]:
    return [due.sequence for due in site.station.changes.work.receipts]


def test_every_input_event_is_receipted_and_no_output_event_is(site: Site) -> None:
    site.hear(site.an_event(sequence=1))
    site.hear(site.an_event(sequence=2, state=EventState.INACTIVE))
    site.hear(site.an_event(sequence=3, type=AlarmType.OUTPUT_EVENT, state=EventState.STARTING))
    site.hear(site.an_event(sequence=4, state=EventState.TEST))
    assert receipts(site) == [1, 2, 4]


def test_units_without_a_boot_id_never_see_a_receipt(site: Site) -> None:
    site.hear(site.an_event(sequence=1, boot_id=0))
    assert receipts(site) == []


def test_a_stranger_is_receipted_when_its_key_is_known() -> None:
    site = Site(enrolled=False)
    hear_stranger(site, site.an_event(sequence=1))
    assert receipts(site) == []
    site.unit_of("STRANGER").key_fingerprint = "0badcafe"
    site.hear(site.an_event(sequence=2), host="STRANGER")
    assert receipts(site) == [2]


def test_the_receipt_counter_is_stored_before_the_receipt_leaves(site: Site) -> None:
    event = site.an_event(sequence=9)
    site.hear(event)
    assert site.stored().dispatches == []
    work = site.stored()
    (receipt,) = work.dispatches
    assert receipt.sequence == 1
    assert work.batch.counters == {site.unit.id: 1}
    assert site.leaving == [receipt]


# The rest


def test_open_alarms_are_found_by_their_device(site: Site) -> None:
    site.beat(panic1=True, box_sw=True)
    found = site.station.alarms.of_device(site.unit.id)
    assert {alarm.kind for alarm in found} == {AlarmKind.PANIC1, AlarmKind.TAMPER}
    assert site.station.alarms.of_device(99) == ()


def test_a_login_tells_levels_as_a_heartbeat_does(site: Site) -> None:
    site.hear(site.a_status(panic2=True, boot_count=9, uptime=4), leaf=Leaf.LOGIN)
    assert site.alarm(AlarmKind.PANIC2).raised_at == START


def test_a_clock_that_was_set_makes_old_stamps_tell_no_order(site: Site) -> None:
    """An hour back: what the unit says now must not count as older than what it said before."""
    site.beat()
    site.hear(site.an_event(sequence=1))
    edge = site.unit.edges[AlarmKind.PANIC1]
    assert edge.stamp == int(site.now.timestamp())
    site.wait(30)
    site.beat(timestamp=int(site.now.timestamp()) - 3600)
    assert not site.alarm(AlarmKind.PANIC1).active, "its flag is news all the same"
