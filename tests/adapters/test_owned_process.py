"""Processes that the station owns: started, stopped, outlived by nothing."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alarmstation.adapters.owned_process import (
    Identity,
    OwnedProcess,
    blocking_parent,
    unprivileged_identity,
)
from alarmstation.domain.errors import Unavailable

Until = Callable[..., None]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., OwnedProcess]]:
    made: list[OwnedProcess] = []

    def process(*argv: str, grace_s: float = 5.0, identity: Identity | None = None) -> OwnedProcess:
        made.append(
            OwnedProcess(argv, tmp_path, tmp_path / "said.log", grace_s=grace_s, identity=identity)
        )
        return made[-1]

    yield process
    for each in made:
        each.stop()


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_runs_until_it_is_stopped(make: Callable[..., OwnedProcess]) -> None:
    process = make("sleep", "600")
    pid = process.start()
    assert process.is_running()
    assert process.start() == pid, "starting again changes nothing"
    process.stop()
    assert not process.is_running()
    assert not runs(pid)
    process.stop()


def test_its_words_go_to_the_log_and_its_status_is_told(
    make: Callable[..., OwnedProcess],
) -> None:
    process = make("sh", "-c", "echo one; echo two >&2; exit 3")
    process.start()
    assert process.wait(10) == 3
    assert process.last_words() == "one\ntwo"
    assert process.last_words(1) == "two"
    assert not process.is_running()


def test_one_that_was_killed_tells_the_signal(make: Callable[..., OwnedProcess]) -> None:
    process = make("sleep", "600")
    os.kill(process.start(), signal.SIGKILL)
    assert process.wait(10) == 128 + signal.SIGKILL


def test_one_that_will_not_stop_is_made_to(make: Callable[..., OwnedProcess], until: Until) -> None:
    stubborn = (
        "import signal, time\n"
        "for number in (signal.SIGTERM, signal.SIGQUIT): signal.signal(number, signal.SIG_IGN)\n"
        "print('deaf', flush=True)\n"
        "time.sleep(600)\n"
    )
    process = make(sys.executable, "-c", stubborn, grace_s=0.2)
    pid = process.start()
    until(lambda: "deaf" in process.last_words())
    process.stop()
    assert not runs(pid)


def test_a_program_that_is_not_there_is_unavailable(make: Callable[..., OwnedProcess]) -> None:
    with pytest.raises(Unavailable, match="no-such-program could not be started"):
        make("/nonexistent/no-such-program").start()


def test_it_does_not_end_with_the_thread_that_started_it(
    make: Callable[..., OwnedProcess],
) -> None:
    process = make("sleep", "600")
    starter = threading.Thread(target=process.start)
    starter.start()
    starter.join()
    assert process.wait(0.3) is None
    assert process.is_running()


def test_a_signal_reaches_it(make: Callable[..., OwnedProcess], until: Until) -> None:
    script = "trap 'echo again' HUP; echo ready; while true; do sleep 0.05; done"
    process = make("sh", "-c", script)
    process.start()
    until(lambda: "ready" in process.last_words())
    process.send(signal.SIGHUP)
    until(lambda: "again" in process.last_words())


def test_it_gets_no_more_of_our_environment_than_it_needs(
    make: Callable[..., OwnedProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALARMSTATION_SECRET", "told to nobody")
    process = make("env")
    process.start()
    process.wait(10)
    said = process.last_words(100)
    assert "PATH=" in said
    assert "ALARMSTATION_SECRET" not in said


def test_as_root_it_runs_as_somebody_else(make: Callable[..., OwnedProcess]) -> None:
    identity = unprivileged_identity()
    if identity is None:
        pytest.skip("only root changes the user")
    process = make("sh", "-c", "id -u; id -G", identity=identity)
    process.start()
    process.wait(10)
    assert process.last_words().split() == [str(identity.uid), str(identity.gid)]


def test_a_log_that_grew_large_is_put_aside(
    make: Callable[..., OwnedProcess], tmp_path: Path
) -> None:
    (tmp_path / "said.log").write_bytes(b"x" * 5_000_001)
    process = make("echo", "fresh")
    process.start()
    process.wait(10)
    assert process.last_words() == "fresh"
    assert (tmp_path / "said.old.log").stat().st_size == 5_000_001


def test_the_parent_that_bars_the_way_is_named(reachable_folder: Path) -> None:
    stranger = Identity("stranger", uid=54321, gid=54321)
    barrier = reachable_folder / "bars-the-way"
    (barrier / "inner").mkdir(parents=True)
    barrier.chmod(0o700)
    assert blocking_parent(barrier / "inner" / "file", stranger) == barrier
    assert blocking_parent(barrier, stranger) is None
    assert blocking_parent(barrier / "inner", None) is None
