"""Power cut at every storage write of scripted days, torn at every byte (`power_cut.c`)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.firmware.building import build, run

DAYS = ("press", "overflow", "command", "config", "ota")


@pytest.fixture(scope="module")
def optimised() -> Path:
    return build("plain", "-DSTATION_POSIX=OFF", target="power_cut")


def cuts_of(program: Path, day: str, stride: int) -> int:
    said = run([str(program / "power_cut"), day, str(stride)])
    found = re.search(r"(\d+) writes, (\d+) cuts", said)
    assert found is not None, said
    assert int(found[1]) > 10, "a day that writes nothing proves nothing"
    return int(found[2])


@pytest.mark.parametrize("day", DAYS)
def test_nothing_acknowledged_is_undone_and_no_alarm_is_missing(optimised: Path, day: str) -> None:
    assert cuts_of(optimised, day, 1) > 400


@pytest.mark.parametrize("day", DAYS)
def test_the_same_under_sanitizers_with_fewer_tears(sanitized: Path, day: str) -> None:
    assert cuts_of(sanitized, day, 24) > 50
