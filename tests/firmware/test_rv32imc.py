"""The core compiled for rv32imc: it needs no operating system, and this much flash and RAM."""

from __future__ import annotations

import re

import pytest

from tests.firmware.building import FIRMWARE, build, nanopb_source, require, run

COMPILER = "riscv64-unknown-elf-gcc"
FLASH_MAX = 128 * 1024
RAM_MAX = 64 * 1024


def test_the_core_fits_a_small_chip(capsys: pytest.CaptureFixture[str]) -> None:
    require(COMPILER)
    if nanopb_source() is None:
        pytest.skip("nanopb's source cannot be had here")
    folder = build(
        "rv32imc",
        f"-DCMAKE_TOOLCHAIN_FILE={FIRMWARE}/rv32imc.cmake",
        "-DCMAKE_BUILD_TYPE=MinSizeRel",
        "-DSTATION_CORE_ONLY=ON",
        compiler=COMPILER,
    )
    said = run(["riscv64-unknown-elf-size", str(folder / "core_size")])
    found = re.search(r"^\s*(\d+)\s+(\d+)\s+(\d+)", said, re.MULTILINE)
    assert found is not None, said
    text, data, bss = (int(number) for number in found.groups())
    with capsys.disabled():  # figures to watch
        print(f"\ncore on rv32imc: {text + data} bytes of flash, {data + bss} of RAM")  # noqa: T201
    assert text + data < FLASH_MAX
    assert data + bss < RAM_MAX
