"""Pattern timelines of the core, edge by edge, against the table of `protocol.md` 5.4.

The expected edges are counted out here, period by period, from the table as it is printed in the
protocol; nothing of the core or of the simulator is used.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.firmware.building import ENVIRONMENT

CONSTANT, PULSE, SLOW, FAST, DOUBLE, TRIPLE, SOS, STROBE, OFF, PWM = range(1, 11)
TABLE = {
    SLOW: "500/500",
    FAST: "200/200",
    STROBE: "50/950",
    DOUBLE: "150/150 150/1000",
    TRIPLE: "150/150 150/150 150/1000",
    SOS: "150/150 150/150 150/450 450/150 450/150 450/450 150/150 150/150 150/1050",
}
SIREN, FAN = 1, 5


@dataclass(frozen=True)
class Command:
    pattern: int
    output: int = SIREN
    state: bool = True
    total_s: int = 0
    count: int = 0
    on_ms: int = 0
    off_ms: int = 0
    repeat_s: int = 0
    duty: int = 0

    def line(self, start_ms: int, until_ms: int) -> str:
        return (
            f"{start_ms} {self.output} {self.pattern} {int(self.state)} {self.total_s}"
            f" {self.count} {self.on_ms} {self.off_ms} {self.repeat_s} {self.duty} {until_ms}\n"
        )

    def steps(self) -> list[tuple[int, int]]:
        text = TABLE.get(self.pattern, f"{self.on_ms or 500}/{self.off_ms or 500}")
        return [(int(on), int(off)) for on, off in (s.split("/") for s in text.split())]


def expected(command: Command, until_ms: int) -> list[str]:
    """The edges and the end, written as `pattern_trace.c` does."""
    cut = command.total_s * 1000 or until_ms + 1
    edges: list[tuple[int, str]] = []
    end = cut
    if command.pattern == CONSTANT:
        if command.state:
            edges = [(0, "+")]
    else:
        at, periods = 0, 0
        while at < cut:
            for on, off in command.steps():
                edges += [(at, "+"), (at + on, "-")]
                at += on + off
            periods += 1
            if command.count and periods % command.count == 0:
                if not command.repeat_s:
                    end = min(at, cut)
                    break
                at += command.repeat_s * 1000
    lit = [edge for edge in edges if edge[0] < end]
    told = [f"{sign}{at}" for at, sign in lit if at <= until_ms]
    if end <= until_ms:
        if lit and lit[-1][1] == "+":
            told.append(f"-{end}")
        told.append(f"E{end}")
    return told


class Tracer:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, command: Command, until_ms: int = 20_000, start_ms: int = 0) -> list[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command.line(start_ms, until_ms))
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        assert told, "the core died of this pattern"
        return told.split()


@pytest.fixture(scope="module")
def traced(sanitized: Path) -> Iterator[Tracer]:
    process = subprocess.Popen(
        [str(sanitized / "pattern_trace")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    yield Tracer(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10.0) == 0
    assert process.stdout is not None
    process.stdout.close()


def in_order(told: list[str]) -> list[str]:
    """An edge and an end of one moment may come in either order."""
    return sorted(told, key=lambda text: (int(text[1:]), "+-E".index(text[0])))


@pytest.mark.parametrize("pattern", [SLOW, FAST, STROBE, DOUBLE, TRIPLE, SOS, PULSE])
def test_every_edge_of_a_pattern_is_where_the_table_puts_it(traced: Tracer, pattern: int) -> None:
    command = Command(pattern)
    assert in_order(traced(command)) == in_order(expected(command, 20_000))


def test_an_hour_of_the_fastest_pulse_does_not_drift(traced: Tracer) -> None:
    command = Command(PULSE, on_ms=1777, off_ms=1777, total_s=3600)
    told = traced(command, 3_600_000)
    assert in_order(told) == in_order(expected(command, 3_600_000))
    assert told[-1][1:] == "3600000"


@settings(max_examples=250, deadline=None)
@given(
    start_ms=st.integers(0, 2**45),
    pattern=st.sampled_from([CONSTANT, PULSE, SLOW, FAST, DOUBLE, TRIPLE, SOS, STROBE]),
    state=st.booleans(),
    total_s=st.integers(0, 30),
    count=st.integers(0, 6),
    on_ms=st.sampled_from([0, 10, 333, 60_000]) | st.integers(10, 3000),
    off_ms=st.sampled_from([0, 10, 333, 60_000]) | st.integers(10, 3000),
    repeat_s=st.integers(0, 5),
)
def test_any_command_gives_the_edges_that_can_be_counted_out(
    traced: Tracer, start_ms: int, **fields: Any
) -> None:
    command = Command(**fields)
    assert in_order(traced(command, 20_000, start_ms)) == in_order(expected(command, 20_000))


def test_what_the_limits_forbid_is_refused(traced: Tracer) -> None:
    refused = [
        Command(0),
        Command(255),
        Command(11),
        Command(PWM),
        Command(SLOW, output=0),
        Command(SLOW, output=7),
        Command(SLOW, total_s=86_401),
        Command(SLOW, count=1001),
        Command(SLOW, repeat_s=3601),
        Command(PULSE, on_ms=9),
        Command(PULSE, off_ms=60_001),
        Command(PWM, output=FAN, duty=101),
    ]
    assert [traced(command) for command in refused] == [["!"]] * len(refused)
    assert traced(Command(PWM, output=FAN, duty=100)) == []
