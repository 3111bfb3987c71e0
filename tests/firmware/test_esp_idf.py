"""The ESP-IDF port against our own stub headers, and static analysis of all C code.

The stubs declare what the port uses and nothing more; they were compared with the headers of
ESP-IDF 5.5 by compiling the port against both.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.firmware.building import FIRMWARE, nanopb_source, require, run

PORT = FIRMWARE / "ports" / "esp_idf"
SOURCES = sorted((PORT / "main").glob("*.c"))
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]


@pytest.fixture(scope="module")
def wire(sanitized: Path) -> list[str]:
    """Where the generated code and nanopb's headers are."""
    source = nanopb_source()
    folders = [sanitized / "generated"] + ([source] if source else [])
    return [option for folder in folders for option in ("-isystem", str(folder))]


def esp_options(wire: list[str]) -> list[str]:
    stubs = PORT / "stubs"
    return [
        "-std=gnu17",
        f"-I{stubs}",
        f"-I{FIRMWARE / 'core'}",
        *wire,
        "-include",
        str(stubs / "newlib.h"),
    ]


@pytest.mark.parametrize("ethernet", [True, False], ids=["ethernet", "wifi-only"])
def test_the_port_compiles_without_a_warning(wire: list[str], ethernet: bool) -> None:
    require("cc")
    options = [] if ethernet else ["-DSTATION_STUB_WITHOUT_ETHERNET"]
    for source in SOURCES:
        run(["cc", *WARNINGS, *esp_options(wire), *options, "-fsyntax-only", str(source)])


def test_cppcheck_finds_nothing() -> None:
    require("cppcheck")
    run(
        [
            "cppcheck",
            "--std=c11",
            "--enable=warning,performance,portability",
            "--error-exitcode=1",
            "--quiet",
            f"-I{PORT / 'stubs'}",
            f"-I{FIRMWARE / 'core'}",
            *(str(FIRMWARE / folder) for folder in ("core", "ports/posix", "ports/esp_idf/main")),
        ]
    )


def test_clang_tidy_finds_nothing(wire: list[str]) -> None:
    require("clang-tidy")
    host = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", f"-I{FIRMWARE / 'core'}", *wire]
    files = [(source, esp_options(wire)) for source in SOURCES]
    for folder in ("core", "ports/posix"):
        files += [(source, host) for source in sorted((FIRMWARE / folder).glob("*.c"))]
    with ThreadPoolExecutor(2) as pool:
        checks = [
            pool.submit(run, ["clang-tidy", "--quiet", str(file), "--", *options])
            for file, options in files
        ]
        for check in checks:
            check.result()


def test_every_pin_of_the_port_can_be_set() -> None:
    used = {
        name
        for source in SOURCES
        for name in re.findall(r"CONFIG_(STATION_\w+)", source.read_text())
    }
    kconfig = (PORT / "main" / "Kconfig.projbuild").read_text()
    assert used == set(re.findall(r"^\s*config (\w+)", kconfig, re.MULTILINE))


def test_every_source_of_the_port_is_built() -> None:
    listed = re.findall(r"(\w+)\.c\b", (PORT / "main" / "CMakeLists.txt").read_text())
    assert sorted(listed) == [source.stem for source in SOURCES]


def test_the_partitions_fit_into_4_mb_without_overlap() -> None:
    end = 0x9000
    for line in (PORT / "partitions.csv").read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, kind, _, offset, size = (field.strip() for field in line.split(",")[:5])
        assert int(offset, 0) >= end, name
        assert kind != "app" or int(offset, 0) % 0x10000 == 0, name
        end = int(offset, 0) + int(size, 0)
    assert end <= 4 * 1024 * 1024
