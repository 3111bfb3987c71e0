"""The machine's clock, set while the service runs."""

from types import SimpleNamespace

import pytest

from alarmstation.service import clock
from alarmstation.service.clock import ClockWatch


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The clocks of the machine: wall and monotonic."""
    times = {"wall": 1000.0, "mono": 50.0}
    machine = SimpleNamespace(time=lambda: times["wall"], monotonic=lambda: times["mono"])
    monkeypatch.setattr(clock, "time", machine)
    return times


@pytest.mark.parametrize(
    ("wall", "mono", "jump"),
    [
        (0.1, 0.1, 0.0),
        (5.0, 5.0, 0.0),
        (1.5, 0.1, 0.0),
        (3600.1, 0.1, 3600.0),
        (-3599.9, 0.1, -3600.0),
        (900.0, 0.0, 900.0),
    ],
)
def test_only_what_both_clocks_do_not_agree_on_is_a_jump(
    times: dict[str, float], wall: float, mono: float, jump: float
) -> None:
    watch = ClockWatch()
    times["wall"] += wall
    times["mono"] += mono
    assert watch.jump_s() == pytest.approx(jump)
    assert watch.jump_s() == 0.0, "told once"
