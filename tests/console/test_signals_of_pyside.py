"""The PySide6 that is used keeps count of what signals carry (decision 0011).

PySide6 6.12.0 on Python 3.11 loses a reference to None or True with each signal that carries
one; the interpreter aborts when none is left. It happens in a child here, so that the tests
themselves live on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

EMITTED = 100_000
SLACK = 1_000
"""References that come and go by themselves."""

CHILD = f"""
import json, sys
from PySide6.QtCore import QObject, QTimer, Signal, QCoreApplication

app = QCoreApplication([])

class Sender(QObject):
    anything = Signal(object)
    flag = Signal(bool)
    timeout = Signal()

class Receiver(QObject):
    def take(self, fact):
        return None

def counts():
    return [sys.getrefcount(fact) for fact in (None, True, False)]

sender, receiver, seen = Sender(), Receiver(), []
sender.anything.connect(receiver.take)
sender.anything.connect(lambda fact: None)
sender.flag.connect(receiver.take)
sender.timeout.connect(lambda: None)
before = counts()
for _ in range({EMITTED}):
    sender.anything.emit(None)
    sender.anything.emit(True)
    sender.flag.emit(True)
    sender.flag.emit(False)
    sender.timeout.emit()
print(json.dumps([before, counts()]))
"""


def test_signals_do_not_steal_references() -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=90, check=False
    )
    assert child.returncode == 0, f"the interpreter ended with {child.returncode}: {child.stderr}"
    before, after = json.loads(child.stdout)
    for name, one, other in zip(("None", "True", "False"), before, after, strict=True):
        assert abs(other - one) < SLACK, f"references to {name}: {one}, after signals {other}"


@pytest.mark.parametrize("package", ["PySide6-Essentials", "PySide6-Addons"])
def test_the_project_asks_for_a_pyside_that_does_not(package: str) -> None:
    file = Path(__file__).parents[2] / "pyproject.toml"
    wanted = tomllib.loads(file.read_text(encoding="utf-8"))["project"]["dependencies"]
    (line,) = (line for line in wanted if line.startswith(package))
    assert "<6.12" in line.split(package)[1].split(",")
