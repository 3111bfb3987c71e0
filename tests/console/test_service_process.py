"""The service as a child of the console."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from alarmstation.console import service_process
from alarmstation.console.service_process import ChildState, Phase, ServiceProcess
from tests.conftest import ExpectedLog

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def stand_in(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a script in the place of the Python interpreter."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))


def is_alive(pid: int) -> bool:
    """Whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_runs_for_its_home_and_ends_with_the_console(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    stand_in(
        tmp_path, f'echo "$$ $@" > {told}.new; mv {told}.new {told}; exec sleep 60', monkeypatch
    )
    process = ServiceProcess(tmp_path / "home")
    process.start()
    qtbot.waitUntil(told.exists)
    pid, *arguments = told.read_text(encoding="utf-8").split()
    home = str(tmp_path / "home")
    assert arguments == ["-m", "alarmstation", "service", "--home", home, "--ends-with-parent"]
    qtbot.waitUntil(lambda: process.state.phase is Phase.RUNNING)
    process.end()
    assert not is_alive(int(pid))


def test_one_that_ends_by_itself_is_started_again_and_says_why(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "it ended with 2")
    monkeypatch.setattr(service_process, "AGAIN_MS", (10,))
    starts = tmp_path / "starts"
    body = f"echo x >> {starts}; echo 'alarmstation: settings are wrong' >&2; exit 2"
    stand_in(tmp_path, body, monkeypatch)
    process = ServiceProcess(tmp_path)
    states: list[ChildState] = []
    process.changed.connect(states.append)
    process.start()
    qtbot.waitUntil(lambda: starts.exists() and starts.read_text().count("x") >= 3)
    process.end()
    assert ChildState(Phase.ENDED, "alarmstation: settings are wrong") in states


def test_one_that_cannot_be_started_is_tried_again(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    process = ServiceProcess(tmp_path)
    process.start()
    qtbot.waitUntil(lambda: process.state.phase is Phase.ENDED)
    process.end()


def test_one_that_does_not_end_is_killed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "is killed")
    monkeypatch.setattr(service_process, "GRACE_MS", 100)
    told = tmp_path / "told"
    body = f"trap '' TERM; echo $$ > {told}.new; mv {told}.new {told}; while :; do sleep 0.1; done"
    stand_in(tmp_path, body, monkeypatch)
    process = ServiceProcess(tmp_path)
    process.start()
    qtbot.waitUntil(told.exists)
    process.end()
    assert not is_alive(int(told.read_text()))
