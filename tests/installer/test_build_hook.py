"""The wheel is built from a copy of the sources, as a user of it would get it."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    copy = tmp_path_factory.mktemp("sources")
    for folder in ("alarmstation", "installer", "proto", "resources", "sql"):
        shutil.copytree(
            ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("generated", "__pycache__")
        )
    for file in ("pyproject.toml", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / file, copy / file)
    (copy / "README.md").write_text("A stand-in.\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(copy / "dist")],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = (copy / "dist").glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_the_generated_code(wheel: zipfile.ZipFile) -> None:
    folder = "alarmstation/adapters/wire/generated/"
    found = {name.removeprefix(folder) for name in wheel.namelist() if name.startswith(folder)}
    assert found == {
        "__init__.py",
        "esg_alarm_pb2.py",
        "esg_alarm_pb2.pyi",
        "esg_command_pb2.py",
        "esg_command_pb2.pyi",
    }


def test_the_wheel_holds_the_data_folders(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "alarmstation/_data/proto/vectors.json" in names
    for folder in ("resources", "sql/migrations"):
        wanted = {
            f"alarmstation/_data/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and path.suffix != ".qm"
        }
        assert wanted <= set(names)


def test_the_wheel_asks_for_a_protobuf_that_runs_its_code(wheel: zipfile.ZipFile) -> None:
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    text = wheel.read(metadata).decode()
    generated = wheel.read("alarmstation/adapters/wire/generated/esg_alarm_pb2.py").decode()
    version = re.search(r"Protobuf Python Version: ([\d.]+)", generated)
    assert version is not None
    wanted = re.findall(r"Requires-Dist: protobuf(.*)", text)
    next_but_one = int(version[1].split(".")[0]) + 2
    assert f">={version[1]},<{next_but_one}" in wanted
