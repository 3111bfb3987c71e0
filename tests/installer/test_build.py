"""The parts of the runtime's build that need no network, and the runtime that was built."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from installer.runtime import build
from installer.runtime.build import KEPT, Loading, NoRuntimeError

Until = Callable[..., None]
PROGRAM = Path(build.__file__)


def a_tree(folder: Path) -> Path:
    """An unpacked tree with stand-ins for the loader and one program."""
    tree = folder / "tree"
    libraries = tree / "usr/lib/x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    loader = libraries / "ld-linux-x86-64.so.2"
    loader.write_text('#!/bin/sh\necho "$LOCPATH"\nprintf "%s\\n" "$@"\n')
    loader.chmod(0o755)
    bin_folder = tree / "usr/lib/postgresql/17/bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "postgres").write_bytes(b"\x7fELF and so on")
    (bin_folder / "script").write_text("#!/bin/sh\n")
    return tree


def test_a_wrapper_starts_the_program_with_the_trees_own_loader_wherever_it_stands(
    tmp_path: Path,
) -> None:
    tree = a_tree(tmp_path)
    (wrapper,) = build.wrap(tree, Loading.of(tree))
    assert wrapper.name == "postgres"
    moved = tmp_path / "moved here"
    tree.rename(moved)
    place = moved / wrapper.relative_to(tree)
    answer = subprocess.run([place, "-D", "a b"], capture_output=True, text=True, check=True)
    locale, *arguments = answer.stdout.splitlines()
    assert Path(locale).resolve() == moved / "usr/lib/locale"
    assert arguments[arguments.index("--argv0") + 1] == str(place)
    program = arguments.index(str(place.parent / KEPT / "postgres"))
    assert arguments[program + 1 :] == ["-D", "a b"]
    searched = arguments[arguments.index("--library-path") + 1].split(":")
    assert moved / "usr/lib/x86_64-linux-gnu" in [Path(path).resolve() for path in searched]


def test_a_tree_without_a_loader_is_no_runtime(tmp_path: Path) -> None:
    with pytest.raises(NoRuntimeError, match="no program loader"):
        Loading.of(tmp_path)


def test_a_tree_without_its_programs_is_no_runtime(tmp_path: Path) -> None:
    tree = a_tree(tmp_path)
    loading = Loading.of(tree)
    with pytest.raises(NoRuntimeError, match="hold no initdb"):
        build.prove(build.wrap(tree, loading), tree, loading)


@pytest.mark.parametrize(
    ("stamp", "current"),
    [
        (f'{{"recipe": {build.RECIPE}}}', True),
        ('{"recipe": 0}', False),
        ("half", False),
        (None, False),
    ],
)
def test_only_a_finished_tree_of_this_recipe_is_current(
    tmp_path: Path, stamp: str | None, current: bool
) -> None:
    if stamp is not None:
        (tmp_path / build.STAMP).write_text(stamp)
    assert build.is_current(tmp_path) is current


def test_a_current_tree_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / build.STAMP).write_text(json.dumps({"recipe": build.RECIPE}))
    result = subprocess.run(
        [sys.executable, PROGRAM, tmp_path], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (0, "")


def test_a_machine_without_apt_is_told_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "runtime"
    result = subprocess.run(
        [sys.executable, PROGRAM, target],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 3
    assert "apt-get is not on this machine" in result.stdout
    assert not target.exists()


def test_what_a_killed_build_left_is_swept_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / ".runtime.build-abc"
    left.mkdir()
    monkeypatch.setattr(shutil, "which", lambda _: "/found")
    monkeypatch.setattr(build, "recipes", lambda: iter(()))
    with pytest.raises(NoRuntimeError):
        build.obtain(tmp_path / "runtime")
    assert list(tmp_path.iterdir()) == []


def test_every_recipes_reason_is_told_when_none_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = build.Recipe("somewhere", "", (("nothing",),))

    def refuse(*_: object) -> None:
        raise NoRuntimeError("no package list could be read")

    monkeypatch.setattr(shutil, "which", lambda _: "/found")
    monkeypatch.setattr(build, "recipes", lambda: iter((recipe, recipe)))
    monkeypatch.setattr(build, "build", refuse)
    with pytest.raises(NoRuntimeError, match=r"somewhere: no package .*; somewhere: no package"):
        build.obtain(tmp_path / "runtime")
    assert list(tmp_path.iterdir()) == []


def test_two_builds_do_not_run_at_once(tmp_path: Path, until: Until) -> None:
    target, events = tmp_path / "runtime", list[str]()

    def second() -> None:
        with build.alone(target):
            events.append("second")

    with build.alone(target):
        thread = threading.Thread(target=second)
        thread.start()
        with (tmp_path / ".runtime.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        events.append("first")
    until(lambda: len(events) == 2)
    thread.join()
    assert events == ["first", "second"]


def test_the_built_runtime_names_its_packages_and_its_programs_run(runtime: Path) -> None:
    stamp = runtime / build.STAMP
    if not stamp.is_file():
        pytest.skip("no runtime was built on this machine: installer/dev.sh setup")
    facts = json.loads(stamp.read_text())
    (postgres,) = runtime.glob("usr/lib/postgresql/*/bin/postgres")
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)
    assert f"(PostgreSQL) {facts['postgresql']}" in said.stdout
    assert "mosquitto" in facts["packages"]
    assert not (runtime / "usr/share/doc").exists()
