"""Builds of `firmware/`, kept in `firmware/build` so that the second time is quick."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
BUILD = FIRMWARE / "build"
JOBS = str(os.cpu_count() or 1)
ENVIRONMENT = os.environ | {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}


def require(*programs: str) -> None:
    """Skip the test where a tool is missing; `installer/dev.sh test` installs all of them."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def nanopb_source() -> Path | None:
    """The folder with nanopb's C source; None where it cannot be had."""
    folder = BUILD / "nanopb"
    program = [sys.executable, str(FIRMWARE / "nanopb_source.py"), str(folder)]
    done = subprocess.run(program, capture_output=True, check=False)
    return folder if done.returncode == 0 else None


def build(name: str, *options: str, target: str = "all", compiler: str = "cc") -> Path:
    """The folder of an up-to-date build; fails the test with the compiler's words."""
    require("cmake", "nanopb_generator.py", compiler)
    folder = BUILD / name
    source = nanopb_source()
    configure = ["cmake", "-S", str(FIRMWARE), "-B", str(folder), f"-DCMAKE_C_COMPILER={compiler}"]
    if not (folder / "CMakeCache.txt").exists() and shutil.which("ninja"):
        configure += ["-G", "Ninja"]
    if source is not None:
        configure.append(f"-DSTATION_NANOPB={source}")
    run([*configure, *options])
    run(["cmake", "--build", str(folder), "--target", target, "--parallel", JOBS])
    return folder


def run(command: list[str], timeout_s: float = 240.0) -> str:
    """What a program prints; fails the test when it fails."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        timeout=timeout_s,
        env=ENVIRONMENT,
    )
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)}\n{done.stdout[-6000:]}", pytrace=False)
    return done.stdout
