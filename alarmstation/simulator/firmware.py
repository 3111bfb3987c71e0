"""Virtual units that run the real firmware: its posix build (`firmware/ports/posix`) as a program.

The program speaks the line protocol of `dialogue.py`, so whatever drives the Python units can
drive these. It exists in a checkout on a machine with a C compiler, CMake and the libraries that
`installer/dev.sh test` installs; elsewhere `firmware_binary` gives None.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.simulator.climate import Climate
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.fleet import Accounts
from alarmstation.simulator.site import UnitPlan, units_json

log = logging.getLogger(__name__)

SOURCES: Final = Path(__file__).resolve().parents[2] / "firmware"
BUILD: Final = SOURCES / "build" / "unit"
PROGRAM: Final = "alarm-unit"
TOOLS: Final = ("cmake", "cc", "nanopb_generator.py")
PASSWORD_MAX: Final = 31
"""Bytes of a broker password (`protocol.md` 7)."""
BUILD_WITHIN_S: Final = 300.0
STOP_WITHIN_S: Final = 10.0


def firmware_binary() -> Path | None:
    """The program, built when it is missing or older than its sources; None where it cannot be.

    The first time takes about ten seconds, a check that nothing has changed a fraction of one.
    """
    if sys.platform == "win32" or not (SOURCES / "CMakeLists.txt").is_file():
        return None
    if any(shutil.which(tool) is None for tool in TOOLS):
        return None
    commands: list[list[str]] = [
        ["cmake", "--build", str(BUILD), "--parallel", str(os.cpu_count() or 1)]
    ]
    if not (BUILD / "CMakeCache.txt").is_file():
        options = ["-DCMAKE_BUILD_TYPE=Release", "-DSTATION_TESTS=OFF"]
        commands.insert(0, ["cmake", "-S", str(SOURCES), "-B", str(BUILD), *options])
    for command in commands:
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=BUILD_WITHIN_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            log.info("the firmware cannot be built here: %s", error)
            return None
        if done.returncode != 0:
            log.info("the firmware cannot be built here: %s", (done.stdout + done.stderr)[-2000:])
            return None
    return BUILD / PROGRAM


@dataclass(frozen=True, slots=True)
class FirmwareRun:
    """What the program is started with."""

    plans: Sequence[UnitPlan]
    broker: BrokerAddress
    accounts: Accounts | None = None
    folder: Path | None = None
    """Storage of the units; None gives them one that vanishes with the program."""
    heartbeat_s: int | None = None
    durable: bool = True
    """Off for tests that cut no real power: files are not forced to the disk."""
    options: tuple[str, ...] = ()
    """More of the program's own options."""


class FirmwareUnits:
    """The running program. Use as a context manager, or `start` and `stop`.

    With `speaks` the caller's standard input and output become the program's.
    """

    def __init__(self, run: FirmwareRun, *, binary: Path | None = None, speaks: bool = False):
        self._run = run
        self._binary = binary
        self._speaks = speaks
        self._work: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until all units are switched on.

        Raises Unavailable where it cannot be built or does not start (its own words are on the
        error output), UserError for what no unit can be set to.
        """
        binary = self._binary or firmware_binary()
        if binary is None:
            raise Unavailable("the firmware cannot be built here: see firmware/README.md")
        self._work = tempfile.TemporaryDirectory(prefix="alarm-units-")
        pipe = None if self._speaks else subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                [str(binary), *self._arguments(Path(self._work.name))],
                stdin=pipe,
                stdout=pipe,
                text=True,
            )
            if not self._speaks:
                self._read()  # {"ready": true, …}
        except (UserError, Unavailable):
            self.stop()
            raise

    def stop(self) -> int:
        """End the program and forget its temporary files; its exit status. Idempotent."""
        process, self._process = self._process, None
        status = 0
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            else:
                process.terminate()
            try:
                status = process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                status = process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if self._work is not None:
            self._work.cleanup()
            self._work = None
        return status

    def ended(self, within_s: float) -> int | None:
        """The exit status when the program ends by itself within this time, else None."""
        if self._process is None:
            return 0
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            return None

    def ask(self, line: str) -> dict[str, Any]:
        """The answer to a command line. Raises Unavailable when the program has ended."""
        stdin = self._pipe("stdin")
        try:
            stdin.write(line + "\n")
            stdin.flush()
        except OSError as error:
            raise Unavailable("the firmware has ended") from error
        return self._read()

    def do(self, line: str) -> Mapping[str, Any]:
        """As `ask`, and raises UserError when the answer is not ok."""
        answer = self.ask(line)
        if not answer.get("ok"):
            problem = answer.get("error", "no reason given")
            raise UserError("simulate.firmware_line", "{problem}", problem=problem)
        return answer

    def __enter__(self) -> FirmwareUnits:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- inside

    def _pipe(self, name: str) -> IO[str]:
        pipe: IO[str] | None = getattr(self._process, name, None)
        if pipe is None:
            raise Unavailable("the firmware is not running, or speaks to somebody else")
        return pipe

    def _read(self) -> dict[str, Any]:
        line = self._pipe("stdout").readline()
        if not line:
            raise Unavailable("the firmware has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _arguments(self, work: Path) -> Iterator[str]:
        run, broker = self._run, self._run.broker
        folder = run.folder or work / "storage"
        folder.mkdir(parents=True, exist_ok=True)
        units = work / "units.json"
        units.touch(mode=0o600)
        units.write_text(json.dumps(list(self._units())), encoding="utf-8")
        yield from ("--units", str(units), "--folder", str(folder))
        yield from ("--host", broker.host, "--port", str(broker.port))
        yield from ("--base-topic", broker.base_topic)
        yield from ("--scenarios", str(SOURCES / "ports" / "posix" / "scenarios"))
        if broker.tls:
            if broker.ca_file is None:
                raise UserError("simulate.ca", "The firmware refuses TLS without a CA file.")
            yield from ("--tls", "--ca-file", str(broker.ca_file.absolute()))
        if run.heartbeat_s:
            yield from ("--heartbeat", str(run.heartbeat_s))
        if not run.durable:
            yield "--no-sync"
        yield from run.options

    def _units(self) -> Iterator[dict[str, Any]]:
        """Each unit with its broker account: its own where there is one, else the common one."""
        broker = self._run.broker
        for plan, unit in zip(self._run.plans, units_json(self._run.plans), strict=True):
            own = self._run.accounts(unit["host"]) if self._run.accounts else None
            user, password = broker.user, broker.password
            if own is not None:
                user, password = unit["host"], own
            if len(password.encode()) > PASSWORD_MAX:
                raise UserError(
                    "simulate.firmware_account",
                    "{host} has no broker account of its own, and the common password is longer"
                    " than a unit can hold ({most} bytes). Enter the unit in the station first.",
                    host=unit["host"],
                    most=PASSWORD_MAX,
                )
            celsius, percent = Climate.of_place(plan.seed).at(time.time())
            yield unit | {
                "broker_user": user,
                "broker_password": password,
                "climate": f"{celsius} {percent}",
            }
