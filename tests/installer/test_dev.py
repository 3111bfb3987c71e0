"""dev.sh, as far as it can be tried without installing anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "installer/dev.sh"
_TOOLS = "bash basename cat dirname env grep mktemp rm sed sha256sum tail"
TOOLS = tuple(_TOOLS.split())


def a_checkout(folder: Path) -> Path:
    """A copy of what the script needs, without any environment."""
    (folder / "installer").mkdir(parents=True)
    shutil.copy2(SCRIPT, folder / "installer/dev.sh")
    return folder / "installer/dev.sh"


def a_bare_path(folder: Path, **programs: str) -> str:
    """A PATH with the simplest tools and these stand-ins, and no apt, sudo or Python."""
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def run(script: Path, path: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *words],
        env={"PATH": path, "HOME": "/nonexistent"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def known_libraries() -> str:
    text = SCRIPT.read_text()
    names = re.findall(r"have_library (\S+)\"", text)
    return "".join(f"echo '  {name} (libc6) => /lib/{name}'\n" for name in names)


def test_without_a_word_it_tells_what_it_can_do() -> None:
    result = subprocess.run([SCRIPT], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    for word in ("setup", "demo", "test"):
        assert f"installer/dev.sh {word}" in result.stdout


def test_missing_libraries_without_apt_are_named(tmp_path: Path) -> None:
    path = a_bare_path(tmp_path / "bin", ldconfig="exit 0")
    result = run(a_checkout(tmp_path / "checkout"), path, "setup")
    assert result.returncode == 1
    assert "libegl1" in result.stderr
    assert "has no apt" in result.stderr


def test_an_apt_that_fails_is_quoted(tmp_path: Path) -> None:
    apt = "echo 'E: Could not resolve the mirror' >&2; exit 100"
    path = a_bare_path(tmp_path / "bin", **{"ldconfig": "exit 0", "apt-get": apt, "sudo": '"$@"'})
    result = run(a_checkout(tmp_path / "checkout"), path, "setup")
    assert result.returncode == 1
    assert "E: Could not resolve the mirror" in result.stderr
    assert "apt could not install" in result.stderr


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    script = a_checkout(tmp_path / "checkout")
    here = "set -euo pipefail\ncompgen() { return 0; }"  # fonts are not the matter here
    text = script.read_text().replace("/usr/bin/python3;", "/nonexistent;")
    script.write_text(text.replace("set -euo pipefail", here))
    path = a_bare_path(tmp_path / "bin", ldconfig=known_libraries())
    result = run(script, path, "setup")
    assert result.returncode == 1
    assert "Python 3.11 or later is missing" in result.stderr


def test_the_script_is_clean() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    subprocess.run(["shellcheck", SCRIPT, ROOT / ".ci/run"], check=True)


def test_the_check_of_the_house_is_the_scripts_and_nothing_else() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set "))]
    assert commands == ['exec "$(dirname "${BASH_SOURCE[0]}")/../installer/dev.sh" test']
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("name", ["requirements", "requirements-test", "requirements-fallback"])
def test_the_locks_hold_versions_and_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "installer" / f"{name}.lock").read_text()
    packages = re.findall(r"^([a-z0-9._-]+)==(\S+) \\$", text, re.MULTILINE)
    assert len(packages) > 10
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert "--hash=sha256:" in block
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE)
