"""Reading what a PostgreSQL server says of itself."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from alarmstation.adapters.postgres import postmaster
from alarmstation.adapters.postgres.postmaster import (
    PidFile,
    command_line,
    data_version,
    diagnosis,
    has_guard,
    read_pid_file,
)
from alarmstation.domain.errors import Unavailable, UserError

LOCK = "4711\n/data\n1700000000\n5432\n/socket\n\n  1 2\nready   \n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LOCK, PidFile(4711, "ready")),
        ("4711\n/data\n", PidFile(4711, "")),
        ("", None),
        ("half", None),
        (None, None),
    ],
)
def test_the_lock_file_is_read_at_any_stage(
    tmp_path: Path, text: str | None, expected: PidFile | None
) -> None:
    if text is not None:
        (tmp_path / "postmaster.pid").write_text(text)
    assert read_pid_file(tmp_path) == expected


def test_a_data_directory_tells_its_version(tmp_path: Path) -> None:
    assert data_version(tmp_path) is None
    (tmp_path / "PG_VERSION").write_text("17\n")
    assert data_version(tmp_path) == 17


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        (
            'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use',
            UserError,
            "5433",
        ),
        ("PANIC:  could not write to file: No space left on device", Unavailable, "is full"),
        ("LOG:  starting\nFATAL:  something else\nLOG:  ended", Unavailable, "FATAL:  something"),
        ("", Unavailable, "it said nothing"),
    ],
)
def test_last_words_become_plain_words(
    tmp_path: Path, said: str, kind: type[Exception], text: str
) -> None:
    found = diagnosis(said, tmp_path, 5433)
    assert isinstance(found, kind)
    assert text in str(found)


def test_a_process_is_known_by_its_command_line() -> None:
    assert "pytest" in command_line(os.getpid()) or "python" in command_line(os.getpid())
    assert command_line(2**22 + 1) == "", "above the highest process id"
    assert not has_guard(os.getpid())


def test_both_ways_to_ask_for_a_process_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("ps") or not Path("/proc/self/status").exists():
        pytest.skip("needs /proc and ps")
    by_proc = (command_line(os.getpid()).split(), postmaster._parent(os.getpid()))
    monkeypatch.setattr(postmaster, "_HAS_PROC", False)
    assert (command_line(os.getpid()).split(), postmaster._parent(os.getpid())) == by_proc
