from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from alarmstation.domain.messages import (
    AlarmEvent,
    AlarmType,
    CommandResponse,
    DeviceMessage,
    EventState,
    Heartbeat,
    LastWill,
    Leaf,
    StatusMessage,
)
from alarmstation.domain.sequence import WIDTH, Arrival, ReceiveWindow, Verdict
from alarmstation.domain.window_state import WindowState

NOW = 1_760_000_000

ACCEPT = Verdict.ACCEPT
NEW_EPOCH = Verdict.ACCEPT_NEW_EPOCH
DUPLICATE = Verdict.DUPLICATE
REPLAY = Verdict.REPLAY
RETAINED = Verdict.RETAINED
DOUBTFUL = Verdict.DOUBTFUL


@dataclass
class Station:
    """Hears messages of one unit at the second in which the unit stamped them."""

    window: ReceiveWindow = field(default_factory=ReceiveWindow)

    def hear(
        self,
        message: DeviceMessage,
        sequence: int | None,
        leaf: Leaf | None = None,
        *,
        tag: bytes | None = None,
        retained: bool = False,
        at: float = NOW,
        key: str = "",
    ) -> Verdict:
        leaf = leaf or LEAF_OF[type(message)]
        if tag is None:
            tag = b"" if sequence is None else repr((sequence, leaf, message)).encode()
        return self.window.judge(message, Arrival(leaf, sequence, tag, at, retained, key))

    def restart(self) -> None:
        self.window = ReceiveWindow(WindowState.from_json(self.window.state().as_json()))


LEAF_OF: dict[type, Leaf] = {
    Heartbeat: Leaf.HB,
    StatusMessage: Leaf.STATUS,
    AlarmEvent: Leaf.ALARM,
    CommandResponse: Leaf.RESPONSE,
    LastWill: Leaf.LW,
}


def a_heartbeat(uptime: int = 1000, *, timestamp: int = NOW, boot_id: int = 0) -> Heartbeat:
    return Heartbeat(timestamp=timestamp, uptime=uptime, boot_id=boot_id)


def a_status(uptime: int = 1000, *, timestamp: int = NOW, boot_count: int = 3) -> StatusMessage:
    return StatusMessage(timestamp=timestamp, uptime=uptime, boot_count=boot_count)


def a_press(sequence: int = 1, *, timestamp: int = NOW) -> AlarmEvent:
    return AlarmEvent(
        sequence=sequence, timestamp=timestamp, type=AlarmType.PANIC1, state=EventState.ACTIVE
    )


def a_station_that_heard(*numbers: int) -> Station:
    station = Station()
    for number in numbers:
        assert station.hear(a_heartbeat(), number).accepted
    return station


# --- rules 1, 4, 5, 6: the window


def test_rising_numbers_are_accepted_on_all_leaves_together() -> None:
    station = Station()
    assert station.hear(a_status(), 1, Leaf.LOGIN) is ACCEPT
    assert station.hear(a_heartbeat(), 2) is ACCEPT
    assert station.hear(a_press(), 3) is ACCEPT
    assert station.hear(CommandResponse(), 900) is ACCEPT


def test_a_number_overtaken_by_up_to_63_others_is_accepted_once() -> None:
    station = a_station_that_heard(100)
    assert station.hear(CommandResponse(), 37) is ACCEPT
    assert station.hear(CommandResponse(), 37) is DUPLICATE
    assert station.hear(CommandResponse(), 36) is REPLAY


def test_the_same_frame_on_the_same_leaf_is_a_duplicate() -> None:
    station = Station()
    assert station.hear(a_press(), 7) is ACCEPT
    assert station.hear(a_press(), 7) is DUPLICATE


def test_the_same_frame_on_another_leaf_is_a_replay_even_of_an_alarm() -> None:
    station = Station()
    station.hear(a_heartbeat(), 7, tag=b"seven")
    assert station.hear(a_press(), 7, tag=b"seven") is REPLAY
    assert station.hear(LastWill(), 7, tag=b"seven") is REPLAY


def test_a_used_number_with_another_tag_is_a_replay() -> None:
    station = a_station_that_heard(7)
    assert station.hear(CommandResponse(message="other"), 7) is REPLAY


def test_resp_and_response_are_one_leaf() -> None:
    station = Station()
    assert station.hear(CommandResponse(), 7, Leaf.RESP, tag=b"t") is ACCEPT
    assert station.hear(CommandResponse(), 7, Leaf.RESPONSE, tag=b"t") is DUPLICATE


def test_windows_per_leaf_count_apart_but_still_know_a_frame_from_another_leaf() -> None:
    station = Station(ReceiveWindow(per_leaf=True))
    assert station.hear(a_heartbeat(), 5000) is ACCEPT
    assert station.hear(a_press(), 1, tag=b"one") is ACCEPT
    assert station.hear(a_status(), 1, tag=b"two") is ACCEPT
    assert station.hear(a_press(), 1, tag=b"one") is DUPLICATE
    assert station.hear(CommandResponse(), 1, tag=b"one") is REPLAY


@pytest.mark.parametrize("leaf", [Leaf.CMD, Leaf.ACK])
def test_leaves_of_the_station_are_not_judged(leaf: Leaf) -> None:
    with pytest.raises(ValueError, match=leaf):
        Station().hear(a_heartbeat(), 1, leaf)


# --- rule 7: the will


def test_a_will_neither_passes_through_the_window_nor_moves_it() -> None:
    station = a_station_that_heard(100)
    assert station.hear(LastWill(), 1) is ACCEPT
    assert station.hear(LastWill(), 1) is ACCEPT
    assert station.hear(LastWill(), 5000) is ACCEPT
    assert station.hear(a_heartbeat(), 101) is ACCEPT


def test_a_will_played_back_on_another_leaf_is_a_replay() -> None:
    station = Station()
    station.hear(LastWill(), 5, tag=b"will")
    assert station.hear(a_heartbeat(), 5, tag=b"will") is REPLAY


# --- rule 8: alarms fail safe


def test_an_input_alarm_that_would_be_a_replay_is_doubtful() -> None:
    station = a_station_that_heard(100)
    assert station.hear(a_press(), 1) is DOUBTFUL
    assert station.hear(a_press(), 100) is DOUBTFUL


def test_an_output_event_that_is_a_replay_is_just_that() -> None:
    station = a_station_that_heard(100)
    assert station.hear(AlarmEvent(type=AlarmType.OUTPUT_EVENT), 1) is REPLAY


def test_an_alarm_of_an_unknown_type_counts_as_an_input() -> None:
    assert a_station_that_heard(100).hear(AlarmEvent(type=77), 1) is DOUBTFUL


def test_an_alarm_with_an_impossible_id_is_doubtful() -> None:
    assert Station().hear(replace(a_press(), device_db_id=1_000_000_000), 1) is DOUBTFUL


def test_a_doubtful_alarm_leaves_the_window_alone() -> None:
    station = Station()
    station.hear(replace(a_press(), device_db_id=1_000_000_000), 500)
    assert station.hear(a_heartbeat(), 1) is ACCEPT


# --- rule 2: epochs


def test_a_fallen_uptime_opens_an_epoch_in_which_numbers_begin_anew() -> None:
    station = a_station_that_heard(500)
    assert station.window.epoch == 1
    assert station.hear(a_heartbeat(5, timestamp=NOW + 60), 1, at=NOW + 60) is NEW_EPOCH
    assert station.window.epoch == 2
    assert station.hear(a_press(), 2) is ACCEPT


def test_a_risen_boot_count_opens_an_epoch() -> None:
    station = Station()
    station.hear(a_status(10, boot_count=3), 500)
    assert station.hear(a_status(900, boot_count=4), 1) is NEW_EPOCH


def test_a_login_with_a_lower_number_opens_an_epoch() -> None:
    station = Station()
    station.hear(a_status(boot_count=0), 500)
    assert station.hear(a_status(2000, boot_count=0, timestamp=NOW + 9), 1, Leaf.LOGIN) is NEW_EPOCH


def test_a_login_overtaken_by_a_heartbeat_opens_nothing() -> None:
    station = Station()
    station.hear(a_status(), 1, Leaf.LOGIN)
    station.hear(a_heartbeat(1010), 3)
    assert station.hear(a_status(1009), 2, Leaf.LOGIN) is ACCEPT
    assert station.window.epoch == 1


def test_a_heartbeat_overtaken_by_another_opens_nothing() -> None:
    station = Station()
    station.hear(a_heartbeat(1060, timestamp=NOW + 60), 12)
    assert station.hear(a_heartbeat(1000, timestamp=NOW), 11, at=NOW + 60) is ACCEPT
    assert station.hear(a_heartbeat(1090, timestamp=NOW + 90), 13, at=NOW + 90) is ACCEPT
    assert station.window.epoch == 1


def test_a_heartbeat_of_a_unit_without_a_clock_may_be_overtaken_too() -> None:
    station = Station()
    station.hear(a_heartbeat(100, timestamp=100), 12)
    assert station.hear(a_heartbeat(99, timestamp=99), 11) is ACCEPT
    assert station.hear(a_heartbeat(89, timestamp=89), 10) is NEW_EPOCH


def test_a_unit_that_restarts_every_few_seconds_is_heard_each_time() -> None:
    station = Station()
    for boot in range(4):
        second = NOW + 5 * boot
        beat = a_heartbeat(4 - boot, timestamp=second)
        assert station.hear(beat, 1, at=second).accepted
    assert station.window.epoch == 4


def test_a_heartbeat_from_long_ago_opens_no_epoch() -> None:
    station = a_station_that_heard(500)
    old = a_heartbeat(5, timestamp=NOW - 86_400)
    assert station.hear(old, 1) is REPLAY
    assert station.window.epoch == 1


def test_a_unit_whose_clock_runs_behind_can_restart() -> None:
    station = Station()
    station.hear(a_heartbeat(timestamp=NOW - 7000), 500)
    assert station.hear(a_heartbeat(5, timestamp=NOW - 6900), 1, at=NOW + 100) is NEW_EPOCH


def test_a_unit_whose_clock_was_ahead_can_restart_with_the_right_time() -> None:
    station = Station()
    station.hear(a_heartbeat(timestamp=NOW + 7000), 500)
    assert station.hear(a_heartbeat(5, timestamp=NOW + 299), 1) is NEW_EPOCH
    station.hear(a_heartbeat(1000, timestamp=NOW + 9000), 2)
    assert station.hear(a_heartbeat(5, timestamp=NOW + 301), 1) is REPLAY


def test_a_unit_without_a_clock_can_restart() -> None:
    station = Station()
    station.hear(a_heartbeat(1000, timestamp=1000), 500)
    assert station.hear(a_heartbeat(5, timestamp=5), 1) is NEW_EPOCH


def test_alarms_and_answers_open_no_epoch() -> None:
    station = a_station_that_heard(500)
    assert station.hear(CommandResponse(timestamp=NOW), 1) is REPLAY
    assert station.hear(replace(a_press(), boot_id=9), 1) is DOUBTFUL
    assert station.window.epoch == 1


def test_the_time_of_an_alarm_sent_again_does_not_let_old_frames_in() -> None:
    station = a_station_that_heard(500)
    station.hear(a_press(timestamp=NOW - 86_400), 501)
    assert station.hear(a_heartbeat(5, timestamp=NOW - 80_000), 1) is REPLAY


def test_a_login_played_back_is_a_replay_and_opens_nothing() -> None:
    station = Station()
    station.hear(a_status(5, timestamp=NOW, boot_count=3), 1, Leaf.LOGIN)
    for number in range(2, 200):
        station.hear(a_heartbeat(5 + number, timestamp=NOW + number), number, at=NOW + number)
    again = a_status(5, timestamp=NOW, boot_count=3)
    assert station.hear(again, 1, Leaf.LOGIN, at=NOW + 200) is REPLAY
    assert station.window.epoch == 1


def test_a_login_without_clock_played_back_two_boots_later_is_a_replay() -> None:
    station = Station()
    first = a_status(5, timestamp=5, boot_count=3)
    station.hear(first, 1, Leaf.LOGIN)
    station.hear(a_status(4, timestamp=4, boot_count=4), 1, Leaf.LOGIN)
    station.hear(a_status(3, timestamp=3, boot_count=5), 1, Leaf.LOGIN)
    station.hear(a_heartbeat(100, timestamp=100), 2)
    assert station.hear(first, 1, Leaf.LOGIN) is REPLAY
    assert station.window.epoch == 3


def test_a_unit_without_clock_and_boot_count_may_log_in_again_and_again() -> None:
    station = Station()
    for boot in range(4):
        login = replace(a_status(5, timestamp=0, boot_count=0), free_heap=boot)
        assert station.hear(login, 1, Leaf.LOGIN, at=NOW + 1000 * boot).accepted
        heartbeat = replace(a_heartbeat(900, timestamp=0), temperature=boot)
        assert station.hear(heartbeat, 2, at=NOW + 1000 * boot + 900).accepted


def test_identical_logins_within_five_seconds_are_one() -> None:
    station = Station()
    login = a_status(boot_count=3)
    assert station.hear(login, None, Leaf.LOGIN) is ACCEPT
    assert station.hear(replace(login, free_heap=1), None, Leaf.LOGIN, at=NOW + 5) is DUPLICATE
    assert station.hear(replace(login, free_heap=2), 0, Leaf.LOGIN, at=NOW + 6) is REPLAY


def test_a_frame_delivered_again_just_after_a_restart_is_a_duplicate() -> None:
    station = Station()
    station.hear(a_status(1000), 499, tag=b"old")
    station.hear(a_heartbeat(5, timestamp=NOW + 60), 1, at=NOW + 60)
    assert station.hear(a_status(1000), 499, tag=b"old", at=NOW + 61) is DUPLICATE
    assert station.hear(a_press(), 499, tag=b"old", at=NOW + 61) is REPLAY


def test_a_late_status_of_the_boot_before_does_not_make_the_uptime_fall() -> None:
    station = Station()
    station.hear(a_status(9000, boot_count=3), 7)
    station.hear(a_status(2, boot_count=4), 1025, Leaf.LOGIN)
    station.hear(a_status(9001, boot_count=3), 1026)
    assert station.hear(a_heartbeat(12), 1027) is ACCEPT


# --- our firmware


def a_station_with_our_unit(sequence: int = 2000) -> Station:
    station = Station()
    station.hear(a_status(boot_count=3), sequence - 1, Leaf.LOGIN)
    station.hear(a_heartbeat(boot_id=77), sequence)
    assert station.window.is_ours
    return station


def test_a_changed_boot_id_opens_an_epoch() -> None:
    station = a_station_with_our_unit()
    assert station.hear(a_heartbeat(2000, boot_id=78), 3072) is NEW_EPOCH


def test_one_restart_of_our_firmware_is_one_epoch() -> None:
    station = a_station_with_our_unit()
    assert station.hear(a_status(3, boot_count=4), 3072, Leaf.LOGIN) is NEW_EPOCH
    assert station.hear(a_heartbeat(4, boot_id=78), 3073) is ACCEPT
    assert station.hear(a_status(5, boot_count=4), 3074) is ACCEPT


def test_the_window_of_our_firmware_carries_over_into_the_next_boot() -> None:
    station = a_station_with_our_unit()
    station.hear(a_status(3, boot_count=4), 3072, Leaf.LOGIN)
    assert station.hear(CommandResponse(), 2001) is REPLAY
    assert station.hear(a_heartbeat(4, boot_id=78), 2001) is REPLAY


def test_a_restart_that_goes_back_in_numbers_is_refused_of_our_firmware() -> None:
    station = a_station_with_our_unit()
    assert station.hear(a_heartbeat(3, boot_id=78), 5) is REPLAY
    assert station.hear(a_status(3, boot_count=4), 6) is REPLAY
    assert station.window.epoch == 1


def test_a_boot_count_that_began_anew_lets_our_firmware_begin_anew() -> None:
    station = a_station_with_our_unit()
    login = a_status(3, timestamp=NOW + 99, boot_count=1)
    assert station.hear(login, 1, Leaf.LOGIN, at=NOW + 99) is NEW_EPOCH
    assert station.hear(CommandResponse(), 2) is ACCEPT


def test_a_new_key_lets_any_unit_begin_anew() -> None:
    station = Station()
    station.hear(a_heartbeat(boot_id=77), 2000, key="old")
    assert station.hear(a_heartbeat(1001, boot_id=77), 1, key="new") is NEW_EPOCH
    assert station.hear(a_heartbeat(1002, boot_id=77), 2, key="new") is ACCEPT


def test_frames_of_a_key_that_was_replaced_are_replays() -> None:
    station = Station()
    station.hear(a_heartbeat(), 2000, key="old")
    station.hear(a_heartbeat(1001), 1, key="new")
    assert station.hear(a_heartbeat(1002), 2001, key="old") is REPLAY
    assert station.hear(a_press(), 2002, key="old") is DOUBTFUL


def test_a_unit_that_went_back_to_other_firmware_begins_anew() -> None:
    station = a_station_with_our_unit()
    assert station.hear(a_heartbeat(3, boot_id=0), 1) is NEW_EPOCH
    assert not station.window.is_ours


# --- rule 3: retained messages


def test_a_retained_message_never_opens_an_epoch() -> None:
    station = a_station_that_heard(500)
    assert station.hear(a_heartbeat(5), 501, retained=True) is RETAINED
    assert station.hear(a_status(5), 1, Leaf.LOGIN, retained=True) is RETAINED
    assert station.window.epoch == 1


def test_a_retained_message_is_taken_once_and_does_not_move_the_window() -> None:
    station = a_station_that_heard(100)
    kept = a_status(2000)
    assert station.hear(kept, 9000, retained=True) is ACCEPT
    assert station.hear(kept, 9000, retained=True) is DUPLICATE
    assert station.hear(kept, 9000) is DUPLICATE
    assert station.hear(a_heartbeat(1001), 101) is ACCEPT


def test_a_retained_alarm_that_is_out_of_date_is_doubtful() -> None:
    assert a_station_that_heard(100).hear(a_press(), 1, retained=True) is DOUBTFUL


# --- bare messages


def test_bare_messages_are_told_apart_by_number_time_and_leaf() -> None:
    station = Station()
    assert station.hear(a_press(1), None) is ACCEPT
    assert station.hear(replace(a_press(1), priority=2), None) is DUPLICATE
    assert station.hear(a_press(2), None) is ACCEPT
    assert station.hear(a_press(1, timestamp=NOW + 1), None) is ACCEPT


def test_bare_answers_of_one_second_are_not_one() -> None:
    station = Station()
    assert station.hear(CommandResponse(request_id="a"), None) is ACCEPT
    assert station.hear(CommandResponse(request_id="b"), None) is ACCEPT
    assert station.hear(CommandResponse(request_id="a"), None) is DUPLICATE


def test_bare_heartbeats_open_epochs_too_and_old_ones_are_replays() -> None:
    station = Station()
    assert station.hear(a_heartbeat(1000), None) is ACCEPT
    assert station.hear(a_heartbeat(5, timestamp=NOW + 60), None, at=NOW + 60) is NEW_EPOCH
    assert station.hear(a_heartbeat(2, timestamp=NOW - 9000), None, at=NOW + 61) is REPLAY


def test_a_retained_bare_message_is_taken_once() -> None:
    station = Station()
    assert station.hear(a_status(), None, retained=True) is ACCEPT
    assert station.hear(a_status(), None, retained=True) is DUPLICATE


# --- state


def test_a_window_goes_on_after_the_station_restarted() -> None:
    station = Station()
    station.hear(a_status(boot_count=3), 1, Leaf.LOGIN, key="k")
    station.hear(LastWill(), 1, tag=b"will")
    station.hear(a_heartbeat(boot_id=5), 2, key="k")
    station.hear(a_heartbeat(5, boot_id=6), 1024, key="k")
    station.hear(a_press(), 1025, tag=b"press", key="k")
    station.hear(a_status(2000), 9000, retained=True, tag=b"kept")
    station.hear(a_press(9), None)
    before = station.window.state()
    station.restart()
    assert station.window.state() == before
    assert station.hear(a_press(), 1025, tag=b"press", key="k") is DUPLICATE
    assert station.hear(a_heartbeat(), 1, tag=b"will") is REPLAY
    assert station.hear(a_press(9), None) is DUPLICATE


# --- properties


@given(st.permutations(range(WIDTH)))
def test_any_order_within_the_window_is_accepted(order: list[int]) -> None:
    station = Station()
    for number in order:
        assert station.hear(CommandResponse(), number) is ACCEPT
    for number in order:
        assert station.hear(CommandResponse(), number) is DUPLICATE


class UnitAndEavesdropper(RuleBasedStateMachine):
    """A unit that lives and restarts, a network that reorders, and somebody who plays back."""

    @initialize(ours=st.booleans(), per_leaf=st.booleans())
    def begin(self, ours: bool, per_leaf: bool) -> None:
        self.ours = ours
        self.station = Station(ReceiveWindow(per_leaf=per_leaf))
        self.now = NOW
        self.boots = itertools.count(1)
        self.sequence = 0
        self.recorded: list[tuple[DeviceMessage, int, Leaf, bytes]] = []
        self.begun_at: list[int] = []
        self.accepted: set[tuple[int, Leaf, bytes]] = set()
        self.boot()
        self.beat()  # our firmware is known by its first heartbeat

    def send(self, message: DeviceMessage, leaf: Leaf) -> Verdict:
        self.sequence += 1
        frame = (message, self.sequence, leaf, repr((self.sequence, leaf, message)).encode())
        self.recorded.append(frame)
        return self.deliver(*frame)

    def deliver(self, message: DeviceMessage, sequence: int, leaf: Leaf, tag: bytes) -> Verdict:
        verdict = self.station.hear(message, sequence, leaf, tag=tag, at=self.now)
        if verdict.accepted:
            assert (sequence, leaf, tag) not in self.accepted
            self.accepted.add((sequence, leaf, tag))
        return verdict

    def boot(self) -> None:
        self.boot_count = next(self.boots)
        self.begun_at.append(len(self.recorded))
        self.booted_at = self.now
        self.sequence = self.boot_count * 1024 if self.ours else 0
        self.now += 3
        login = StatusMessage(timestamp=self.now, uptime=3, boot_count=self.boot_count)
        assert self.send(login, Leaf.LOGIN).accepted

    @rule(seconds=st.integers(1, 400))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def beat(self) -> None:
        self.now += 1
        boot_id = self.boot_count if self.ours else 0
        beat = a_heartbeat(self.now - self.booted_at, timestamp=self.now, boot_id=boot_id)
        assert self.send(beat, Leaf.HB).accepted

    @rule()
    def press(self) -> None:
        self.now += 1
        assert self.send(a_press(self.sequence, timestamp=self.now), Leaf.ALARM) is ACCEPT

    @rule(seconds=st.integers(11, 500))
    def reboot(self, seconds: int) -> None:
        self.now += seconds
        epoch = self.station.window.epoch
        self.boot()
        assert self.station.window.epoch > epoch

    @rule(data=st.data())
    def play_back(self, data: st.DataObject) -> None:
        # Of a unit that counts anew at each boot, only logins are known for longer.
        at_risk = self.recorded if self.ours else self.recorded[self.begun_at[-2:][0] :]
        message, sequence, leaf, tag = data.draw(st.sampled_from(at_risk))
        epoch = self.station.window.epoch
        assert not self.deliver(message, sequence, leaf, tag).accepted
        assert self.station.window.epoch == epoch

    @rule()
    def restart_the_station(self) -> None:
        per_leaf = self.station.window._per_leaf
        state = WindowState.from_json(self.station.window.state().as_json())
        self.station.window = ReceiveWindow(state, per_leaf=per_leaf)

    @invariant()
    def stays_small(self) -> None:
        if hasattr(self, "station"):
            state = self.station.window.state()
            assert all(len(entries) <= WIDTH for _, _, entries in state.windows)
            assert len(state.logins) <= 256


TestUnitAndEavesdropper = UnitAndEavesdropper.TestCase
