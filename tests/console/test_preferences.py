"""What this workstation's console remembers."""

from __future__ import annotations

import logging
from pathlib import Path

from alarmstation.console import preferences
from alarmstation.console.preferences import Preferences
from tests.conftest import ExpectedLog


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    wanted = Preferences(language="es", theme="light", volume_pct=55, last_operator="ana")
    preferences.save(tmp_path / "home", wanted)
    assert preferences.load(tmp_path / "home") == wanted


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert preferences.load(tmp_path) == Preferences()


def test_a_damaged_file_does_not_keep_the_console_from_starting(
    tmp_path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "is not used")
    (tmp_path / preferences.FILE_NAME).write_text("{not json", encoding="utf-8")
    assert preferences.load(tmp_path) == Preferences()
