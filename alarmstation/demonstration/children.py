"""The programs that the demonstration starts beside the console: service and simulator."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

from alarmstation.domain.errors import Unavailable
from alarmstation.simulator.climate import Climate
from alarmstation.simulator.site import VirtualSite

END_WITHIN_S = 20.0


class Child:
    """One program of ours as a child; `stop` ends it in order."""

    def __init__(self, name: str, *arguments: str, log: Path) -> None:
        self.name = name
        self._log = log
        self._errors: TextIO = log.open("a", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "alarmstation", name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            bufsize=1,
        )

    def check(self) -> None:
        """Raise Unavailable if the program has ended."""
        status = self._process.poll()
        if status is not None:
            words = self._log.read_text(encoding="utf-8").strip().splitlines()
            said = words[-1] if words else "nothing"
            raise Unavailable(f"the {self.name} ended with status {status}; it said: {said}")

    def wait_until(self, condition: Callable[[], bool], what: str, timeout_s: float) -> None:
        """Poll a condition while the program runs; raises Unavailable."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            self.check()
            if time.monotonic() > deadline:
                raise Unavailable(f"{what} did not happen within {timeout_s:.0f} s")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the program; idempotent."""
        process = self._process
        if process.poll() is None:
            with contextlib.suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()
            process.terminate()
            try:
                process.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._errors.close()
        if process.stdout is not None:
            process.stdout.close()


class SimulatorChild(Child):
    """The simulator with some units, spoken to line by line."""

    def __init__(self, home: Path, units: Path, log: Path, *, firmware: bool = False) -> None:
        """`firmware`: the units run the real firmware's own build."""
        more = ("--firmware", "--memory", str(home / "firmware")) if firmware else ()
        super().__init__("simulate", "--home", str(home), "--site", str(units), *more, log=log)
        self.firmware = firmware
        self.plans = VirtualSite.read(units).plans
        self.hosts = frozenset(plan.identity.host for plan in self.plans)
        self._lock = threading.Lock()
        self._read()  # says "ready" once all units are on their way

    def tell(self, command: str) -> dict[str, Any]:
        """One command line; its answer. Raises Unavailable when it is refused."""
        with self._lock:
            process = self._process
            assert process.stdin is not None
            try:
                process.stdin.write(command + "\n")
                process.stdin.flush()
            except OSError as error:
                raise Unavailable(f"the simulator does not listen: {error}") from error
            answer = self._read()
        if not answer.get("ok"):
            raise Unavailable(f"the simulator refuses {command!r}: {answer.get('error')}")
        return answer

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self.check()
            raise Unavailable("the simulator says nothing")
        answer: dict[str, Any] = json.loads(line)
        return answer


class Simulators:
    """All units of the demonstration, whatever they run on."""

    def __init__(self, children: Sequence[SimulatorChild]) -> None:
        self._children = tuple(children)

    def tell(self, verb: str, host: str, *words: str) -> dict[str, Any]:
        """A command to one unit; its answer. Raises Unavailable when it is refused."""
        child = next(child for child in self._children if host in child.hosts)
        return child.tell(" ".join((verb, host, *words)))

    def give_weather(self, moment: float) -> None:
        """Tell the units that run the firmware the climate of their place at `moment` (Unix s);
        the others know it themselves."""
        for child in self._children:
            for plan in child.plans if child.firmware else ():
                celsius, percent = Climate.of_place(plan.seed).at(moment)
                child.tell(f"climate {plan.identity.host} {celsius} {percent}")

    def stop(self) -> None:
        """End all of them."""
        for child in self._children:
            child.stop()
