"""The guard as a program of its own: what happens when one of the three dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alarmstation.adapters import process_guard

Until = Callable[..., None]
Guard = subprocess.Popen[bytes]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., tuple[Guard, int]]]:
    guards: list[Guard] = []

    def run(*argv: str, grace_s: float = 5.0) -> tuple[Guard, int]:
        specification = {
            "argv": argv,
            "cwd": str(tmp_path),
            "environment": {"PATH": os.environ["PATH"]},
            "user": None,
            "group": None,
            "log": str(tmp_path / "said.log"),
            "stop_signal": int(signal.SIGTERM),
            "grace_s": grace_s,
        }
        program = str(process_guard.__file__)
        guard = subprocess.Popen(
            [sys.executable, "-I", "-S", program, json.dumps(specification)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        guards.append(guard)
        assert guard.stdout is not None
        return guard, int(guard.stdout.readline())

    yield run
    for guard in guards:
        guard.kill()
        guard.wait()
        for pipe in (guard.stdin, guard.stdout):
            assert pipe is not None
            pipe.close()


def runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_when_the_owner_is_gone_the_server_is_asked_to_stop(
    start: Callable[..., tuple[Guard, int]], tmp_path: Path, until: Until
) -> None:
    script = "trap 'echo politely; exit 0' TERM; echo ready; while true; do sleep 0.05; done"
    guard, server = start("sh", "-c", script)
    log = tmp_path / "said.log"
    until(lambda: "ready" in log.read_text())
    assert guard.stdin is not None
    guard.stdin.close()  # as the kernel does when the owner is killed
    assert guard.wait(10) == 0
    assert not runs(server)
    assert "politely" in log.read_text()


def test_when_the_guard_is_killed_the_server_ends(
    start: Callable[..., tuple[Guard, int]], until: Until
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("the death signal is a matter of Linux")
    guard, server = start("sleep", "600")
    guard.kill()
    until(lambda: not runs(server))


def test_a_request_to_end_is_passed_on(start: Callable[..., tuple[Guard, int]]) -> None:
    guard, server = start("sleep", "600")
    guard.terminate()
    assert guard.wait(10) == 128 + signal.SIGTERM
    assert not runs(server)


def test_an_interrupt_from_the_terminal_is_the_owners_business(
    start: Callable[..., tuple[Guard, int]],
) -> None:
    guard, server = start("sleep", "600")
    guard.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        guard.wait(0.3)
    assert runs(server)


def test_the_guards_status_is_the_servers(start: Callable[..., tuple[Guard, int]]) -> None:
    guard, _ = start("sh", "-c", "exit 7")
    assert guard.wait(10) == 7


def test_the_guard_loads_nothing_of_the_station(tmp_path: Path) -> None:
    code = f"import runpy, sys; runpy.run_path({process_guard.__file__!r}); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert "alarmstation" not in run.stdout
