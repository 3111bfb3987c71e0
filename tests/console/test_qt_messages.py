"""What Qt says is logged by its category and level."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QtMsgType,
    qCritical,
    qInstallMessageHandler,
    qWarning,
)
from PySide6.QtWidgets import QApplication, QWidget

from alarmstation.console import qt_messages
from tests.conftest import ExpectedLog


@pytest.fixture
def logged(
    qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> Iterator[pytest.LogCaptureFixture]:
    """Our handler, in place of that of the test tool."""
    del qapp
    caplog.set_level(logging.DEBUG)
    before = qInstallMessageHandler(None)
    qt_messages.to_logging()
    yield caplog
    qInstallMessageHandler(before)


def test_a_warning_of_qt_is_a_warning_in_the_log(
    logged: pytest.LogCaptureFixture, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "no such font")
    expected_log(logging.ERROR, "out of memory")
    qWarning("no such font")
    qCritical("out of memory")
    assert ("qt", logging.WARNING, "no such font") in logged.record_tuples
    assert ("qt", logging.ERROR, "out of memory") in logged.record_tuples


def test_the_category_names_the_logger(logged: pytest.LogCaptureFixture) -> None:
    class Context:
        category = "qt.qpa.xcb"

    qt_messages._log(QtMsgType.QtInfoMsg, Context(), "connected")  # type: ignore[arg-type]
    assert ("qt.qpa.xcb", logging.INFO, "connected") in logged.record_tuples


def test_chatter_of_a_platform_without_windows_is_only_for_the_curious(
    logged: pytest.LogCaptureFixture,
) -> None:
    for deed in ("raise()", "propagateSizeHints()", "grabbing the keyboard"):
        qWarning(f"This plugin does not support {deed}")
    window = QWidget()
    window.setMinimumSize(100, 100)
    window.show()
    window.raise_()
    window.close()
    told = [record for record in logged.records if "This plugin does not" in record.getMessage()]
    assert len(told) >= 3
    assert {record.levelno for record in told} == {logging.DEBUG}


def test_every_level_of_qt_has_one_of_ours() -> None:
    assert set(qt_messages.LEVELS) == set(QtMsgType)


def test_a_console_without_a_screen_says_so_and_ends(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "alarmstation", "console", "--home", str(tmp_path)],
        env=os.environ | {"QT_QPA_PLATFORM": "no-such-platform"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "the screens cannot be opened" in ended.stderr
    assert "no-such-platform" in (tmp_path / "logs" / "console.log").read_text()
