"""Build step: Python code from `proto/`, and the data folders that go into a wheel.

Run by hatchling for every install, editable ones included; `python installer/build_hook.py`
does the first half alone after a change of `proto/`.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from grpc_tools import protoc
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
GENERATED = Path("alarmstation/adapters/wire/generated")
DATA_FOLDERS = ("resources", "sql", "proto")


def generate(proto: Path, target: Path) -> None:
    """Write `*_pb2.py` and `*_pb2.pyi` of every schema in `proto` into the package `target`.

    Files that are right already are left alone: somebody may be importing them just now. Raises
    RuntimeError when the compiler refuses a schema (it prints why on stderr).
    """
    target.mkdir(parents=True, exist_ok=True)
    schemas = sorted(path.name for path in proto.glob("esg_*.proto"))
    with TemporaryDirectory(dir=target, prefix=".") as folder:
        outputs = [f"--python_out={folder}", f"--pyi_out={folder}"]
        if protoc.main(["protoc", f"-I{proto}", *outputs, *schemas]) != 0:
            raise RuntimeError(f"the wire schemas in {proto} do not compile")
        Path(folder, "__init__.py").write_text(
            '"""Generated from proto/ by the build; changes here are lost."""\n', encoding="utf-8"
        )
        for made in Path(folder).iterdir():
            present = target / made.name
            if not present.exists() or present.read_bytes() != made.read_bytes():
                made.replace(present)


def required_runtime(target: Path) -> str:
    """The requirement that the generated code puts on the protobuf runtime.

    Generated code refuses an older runtime and works with its own major version and the next.
    """
    text = next(target.glob("*_pb2.py")).read_text(encoding="utf-8")
    found = re.search(r"Protobuf Python Version: (\d+)\.(\d+)\.(\d+)", text)
    if found is None:
        raise RuntimeError("the generated code does not name its protobuf version")
    major, minor, patch = found.groups()
    return f"protobuf>={major}.{minor}.{patch},<{int(major) + 2}"


class WireBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before it collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        generate(root / "proto", root / GENERATED)
        build_data["dependencies"].append(required_runtime(root / GENERATED))
        build_data["artifacts"].append(f"/{GENERATED.as_posix()}/*.py*")
        if version != "editable":  # a checkout reads its own folders
            for folder in DATA_FOLDERS:
                build_data["force_include"][str(root / folder)] = f"alarmstation/_data/{folder}"


if __name__ == "__main__":
    generate(ROOT / "proto", ROOT / GENERATED)
