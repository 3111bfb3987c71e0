import pytest

from alarmstation.domain import presence
from alarmstation.domain.device import CommState
from alarmstation.domain.presence import LoginFacts

T = 1_760_000_000


@pytest.mark.parametrize(
    ("silence", "interval", "state"),
    [
        (None, 30, CommState.UNKNOWN),
        (0, 30, CommState.ONLINE),
        (45, 30, CommState.ONLINE),
        (46, 30, CommState.LATE),
        (105, 30, CommState.LATE),
        (106, 30, CommState.OFFLINE),
        (95, 25, CommState.OFFLINE),
        (195, 60, CommState.LATE),
        (196, 60, CommState.OFFLINE),
    ],
)
def test_presence_follows_silence_and_interval(
    silence: float | None, interval: float, state: CommState
) -> None:
    assert presence.comm_state(silence, interval) is state


def test_the_interval_is_the_configured_one_else_the_median_else_a_minute() -> None:
    assert presence.interval_s(30, [60, 60]) == 30
    assert presence.interval_s(None, [29, 31, 300]) == 31
    assert presence.interval_s(None, []) == 60


def test_the_next_change_of_state_is_due_just_after_its_limit() -> None:
    due = presence.due_in_s(10, 30)
    assert presence.comm_state(10 + due, 30) is CommState.LATE
    due = presence.due_in_s(60, 30)
    assert presence.comm_state(60 + due, 30) is CommState.OFFLINE
    assert presence.due_in_s(1000, 30) == float("inf")


@pytest.mark.parametrize(
    ("will_time", "login_time", "stale"),
    [(T - 31, T, True), (T - 30, T, False), (T, T, False), (T + 5, T, False)],
)
def test_a_will_older_than_the_login_by_more_than_the_margin_is_stale(
    will_time: int, login_time: int, stale: bool
) -> None:
    login = LoginFacts(login_time, 100, 1, 1)
    found = presence.will_is_stale(will_time, 0, login, retained=False, heard_since=True)
    assert found is stale


def test_without_clocks_a_will_is_judged_by_uptime() -> None:
    login = LoginFacts(50, 100, 1, 1)
    assert presence.will_is_stale(10, 60, login, retained=False, heard_since=True)
    assert not presence.will_is_stale(10, 80, login, retained=False, heard_since=True)


def test_a_retained_will_of_a_host_that_was_heard_is_stale() -> None:
    assert presence.will_is_stale(T, 0, None, retained=True, heard_since=True)
    assert not presence.will_is_stale(T, 0, None, retained=True, heard_since=False)
