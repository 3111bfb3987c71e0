"""One service per home."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from alarmstation.adapters.single_instance import SingleInstance
from alarmstation.domain.errors import UserError

HOLD = (
    "import sys, time; from pathlib import Path;"
    "from alarmstation.adapters.single_instance import SingleInstance;"
    "lock = SingleInstance(Path(sys.argv[1])); lock.__enter__(); print('held', flush=True);"
    "time.sleep(60)"
)


def test_a_second_one_is_refused_and_the_next_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "run" / "service.lock"
    with (
        SingleInstance(path),
        pytest.raises(UserError, match=str(tmp_path)),
        SingleInstance(path),
    ):
        pass
    with SingleInstance(path):
        pass


def test_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run" / "service.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(UserError), SingleInstance(path):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(10)
    holder.stdout.close()
    with SingleInstance(path):
        pass
