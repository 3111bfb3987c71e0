#!/usr/bin/env python3
"""Build the runtime: PostgreSQL, TimescaleDB and mosquitto beside the system, without root.

    python3 build.py TARGET [--force]

Packages come through apt from the archives the machine is already configured for, with apt's
own state, cache and source list, so that nothing of the system changes. They are unpacked side
by side and every program gets a wrapper that starts it with the loader and libraries of that
tree, so that the machine's own release does not matter. TARGET appears whole or not at all.

Recipes in order: Debian 13 (PostgreSQL 17 with TimescaleDB), then whatever release the machine
itself is set to (PostgreSQL 15 or later, with TimescaleDB where it has one).

Ends with 0 when TARGET is complete, 3 when this machine cannot give a runtime (the last line
says why), 1 for anything else. Standard library only, Python 3.11 or later.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import sources  # the folder of this file is no package; it is run as a program

RECIPE = 1  # raise it when the layout of the tree changes: older trees are then rebuilt
RELEASE = "trixie"
STAMP = "runtime.json"

# Needed by the packages' scripts, by the system or by languages and tools that are not used.
UNNEEDED = re.compile(
    r"""^(?:
        perl|perl-base|perl-modules-.*|libperl5.*|lib.*-perl|debconf|libdebconfclient0|adduser|
        passwd|login\.defs|base-passwd|init-system-helpers|sysvinit-utils|systemd|libllvm\d.*|
        libz3-4|locales|libc-l10n|postgresql-common.*|postgresql-client-common|ucf|
        sensible-utils|ssl-cert|openssl|netbase|procps|libproc2-0|libsemanage.*|libsepol2|
        libpam-modules.*|libdb5\.3.*|libgdbm.*|libncursesw6|
        readline-common|gcc-\d+-base|logsave|lsb-base|mosquitto-clients|tzdata|dpkg|tar
    )$""",
    re.VERBOSE,
)
DROPPED_FOLDERS = (
    "usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/bug",
    "usr/share/i18n", "usr/share/gcc", "usr/share/gdb", "usr/share/postgresql-common",
    "usr/lib/systemd", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d", "var", "etc",
)  # fmt: skip


class NoRuntimeError(Exception):
    """This machine's package sources cannot give a runtime; the text says why."""


def say(text: str) -> None:
    """One line of progress."""
    print(f"  runtime: {text}", flush=True)  # noqa: T201  # a program that talks to a terminal


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where to take packages from and which ones, the first that can be had of each group."""

    name: str
    source_list: str | None  # None: the machine's own list as it stands
    wanted: tuple[tuple[str, ...], ...]
    optional: tuple[str, ...] = ()


def recipes() -> Iterator[Recipe]:
    """The recipes this machine may be able to follow, best first."""
    keyring = sources.debian_keyring()
    archives = sources.for_release(sources.read_sources(Path("/etc/apt")), RELEASE)
    if keyring and archives:
        yield Recipe(
            f"Debian {RELEASE}",
            sources.source_list(archives, keyring),
            (("postgresql-17",), ("postgresql-17-timescaledb",), ("mosquitto",)),
        )
    versions = tuple(f"postgresql-{major}" for major in (18, 17, 16, 15))
    yield Recipe(
        "this machine's own release",
        None,
        (versions, ("mosquitto",)),
        tuple(f"{version}-timescaledb" for version in versions),
    )


class Apt:
    """apt with its own state and cache; how to reach the archives stays the machine's."""

    def __init__(self, folder: Path, source_list: str | None) -> None:
        for part in ("state/lists/partial", "cache/archives/partial", "etc/parts", "debs"):
            (folder / part).mkdir(parents=True)
        (folder / "state/status").touch()
        self.debs = folder / "debs"
        settings = [
            f'Dir::State "{folder}/state";',
            f'Dir::State::status "{folder}/state/status";',
            f'Dir::Cache "{folder}/cache";',
            'Dir::Etc::preferences "/dev/null";',
            f'Dir::Etc::preferencesparts "{folder}/etc/parts";',
            'Acquire::Languages "none";',
            'Acquire::Retries "3";',
            'APT::Install-Recommends "0";',
            # the machine's hooks are about the machine's own package lists
            "#clear APT::Update::Post-Invoke;",
            "#clear APT::Update::Post-Invoke-Success;",
        ]
        if source_list is not None:
            (folder / "etc/sources.list").write_text(source_list)
            settings += [
                f'Dir::Etc::sourcelist "{folder}/etc/sources.list";',
                f'Dir::Etc::sourceparts "{folder}/etc/parts";',
            ]
        self._settings = folder / "etc/apt.conf"
        self._settings.write_text("\n".join(settings) + "\n")
        if os.geteuid() == 0:  # apt fetches as its own user
            with contextlib.suppress(KeyError):
                os.chown(self.debs, pwd.getpwnam("_apt").pw_uid, -1)

    def __call__(self, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tool, "-q", "-c", str(self._settings), *arguments],
            cwd=self.debs,
            env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )

    def update(self) -> None:
        """Read the package lists; one archive that fails is no harm as long as another works."""
        result = self("apt-get", "update")
        if not any((self.debs.parent / "state/lists").glob("*Packages*")):
            raise NoRuntimeError(f"no package list could be read ({_last_error(result)})")

    def has(self, package: str) -> bool:
        """Whether the lists offer the package for this machine's architecture."""
        result = self("apt-cache", "policy", package)
        return "Candidate:" in result.stdout and "Candidate: (none)" not in result.stdout

    def needed(self, packages: list[str]) -> dict[str, str]:
        """Name and version of all that `packages` need, without what the runtime does not use."""
        result = self("apt-get", "install", "-s", "-o", "Debug::NoLocking=1", *packages)
        found = dict(re.findall(r"^Inst (\S+) \((\S+)", result.stdout, re.MULTILINE))
        if result.returncode != 0 or not found:
            raise NoRuntimeError(f"the packages do not fit together ({_last_error(result)})")
        return {name: version for name, version in found.items() if not UNNEEDED.match(name)}

    def download(self, packages: dict[str, str]) -> list[Path]:
        """Fetch the packages; apt checks each against the signed lists."""
        names = [f"{name}={version}" for name, version in packages.items()]
        result = self("apt-get", "download", *names)
        files = sorted(self.debs.glob("*.deb"))
        if result.returncode != 0 or len(files) < len(names):
            raise NoRuntimeError(f"the packages could not be fetched ({_last_error(result)})")
        return files


def _last_error(result: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in result.stderr.splitlines() if line.startswith(("E:", "W:"))]
    lines = lines or result.stderr.splitlines() or ["no reason given"]
    return lines[-1].strip()


def choose(apt: Apt, recipe: Recipe) -> list[str]:
    """The packages of `recipe` that can be had; `NoRuntimeError` when a group has none."""
    chosen = []
    for group in recipe.wanted:
        first = next((package for package in group if apt.has(package)), None)
        if first is None:
            raise NoRuntimeError(f"{recipe.name} has no {' or '.join(group)}")
        chosen.append(first)
    chosen += [
        name for name in recipe.optional if name.rpartition("-")[0] in chosen and apt.has(name)
    ]
    return chosen


def unpack(debs: list[Path], tree: Path) -> None:
    """Unpack the packages into `tree` without documentation, bitcode and system services."""
    tree.mkdir()
    for deb in debs:
        subprocess.run(["dpkg-deb", "-x", str(deb), str(tree)], check=True)
    for folder in DROPPED_FOLDERS:
        shutil.rmtree(tree / folder, ignore_errors=True)
    for bitcode in tree.glob("usr/lib/postgresql/*/lib/bitcode"):
        shutil.rmtree(bitcode)
    for llvm in tree.glob("usr/lib/postgresql/*/lib/llvmjit*"):
        llvm.unlink()


WRAPPER = """#!/bin/sh
# Starts {name} with the loader and the libraries of this tree.
here="${{0%/*}}"
root="$here/{up}"
export LOCPATH="$root/usr/lib/locale"
exec "$root/{loader}" --inhibit-cache --library-path "{libraries}" --argv0 "$0" \\
    "$here/{kept}/{name}" "$@"
"""
KEPT = "elf"


@dataclass(frozen=True, slots=True)
class Loading:
    """The tree's own loader and the folders of its libraries, relative to the tree."""

    loader: Path
    libraries: tuple[Path, ...]

    @classmethod
    def of(cls, tree: Path) -> Loading:
        """Find both in an unpacked tree."""
        # /lib and /usr/lib are one on current releases and two on older ones
        places = (*tree.glob("usr/lib*/**/ld-linux*.so.*"), *tree.glob("lib*/**/ld-linux*.so.*"))
        if not places:
            raise NoRuntimeError("the packages hold no program loader")
        folders = [*tree.glob("usr/lib/*-linux-gnu*"), *tree.glob("lib/*-linux-gnu*")]
        folders += tree.glob("usr/lib/postgresql/*/lib")
        return cls(
            places[0].relative_to(tree), tuple(folder.relative_to(tree) for folder in folders)
        )

    def library_path(self, root: str) -> str:
        """The search path for a tree that stands at `root`."""
        return ":".join(f"{root}/{folder}" for folder in self.libraries)


def wrap(tree: Path, loading: Loading) -> list[Path]:
    """Put a wrapper in the place of every program; the program itself moves into `elf/`.

    The wrapper keeps the program's name and place because PostgreSQL finds its parts, and its
    own sister programs, relative to the path it was started by.
    """
    programs = [*tree.glob("usr/lib/postgresql/*/bin/*"), *tree.glob("usr/sbin/mosquitto")]
    programs += tree.glob("usr/bin/mosquitto_*")
    wrappers = []
    for program in programs:
        if not program.is_file() or program.is_symlink():
            continue
        if program.read_bytes()[:4] != b"\x7fELF":
            continue
        kept = program.parent / KEPT
        kept.mkdir(exist_ok=True)
        program.rename(kept / program.name)
        text = WRAPPER.format(
            name=program.name,
            up="/".join([".."] * len(program.parent.relative_to(tree).parts)),
            loader=loading.loader,
            libraries=loading.library_path("$root"),
            kept=KEPT,
        )
        program.write_text(text)
        program.chmod(0o755)
        wrappers.append(program)
    return wrappers


def prove(wrappers: list[Path], tree: Path, loading: Loading) -> str:
    """See that nothing is missing and the main programs start; gives PostgreSQL's version."""
    by_name = {wrapper.name: wrapper for wrapper in wrappers}
    for name in ("postgres", "initdb", "pg_dump", "mosquitto"):
        if name not in by_name:
            raise NoRuntimeError(f"the packages hold no {name}")
    binaries = [wrapper.parent / KEPT / wrapper.name for wrapper in wrappers]
    binaries += tree.glob("usr/lib/postgresql/*/lib/*.so")
    lacking: set[str] = set()
    for binary in binaries:
        command = [tree / loading.loader, "--inhibit-cache"]
        command += ["--library-path", loading.library_path(str(tree)), "--list", binary]
        listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        lacking |= set(re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE))
        used = re.findall(r"=> (/\S+)", listing)
        lacking |= {path for path in used if not path.startswith(str(tree))}
    if lacking:
        raise NoRuntimeError(f"libraries are missing: {', '.join(sorted(lacking))}")
    subprocess.run([by_name["initdb"], "--version"], capture_output=True, check=True)
    version = subprocess.run(
        [by_name["postgres"], "--version"], capture_output=True, text=True, check=True
    )
    return version.stdout.split()[2]


def build(recipe: Recipe, work: Path, target: Path) -> None:
    """Follow `recipe` in the empty folder `work`, then put the finished tree at `target`."""
    apt = Apt(work / "apt", recipe.source_list)
    say(f"reading the package lists ({recipe.name})")
    apt.update()
    packages = apt.needed(choose(apt, recipe))
    say(f"fetching {len(packages)} packages")
    debs = apt.download(packages)
    size_mb = sum(deb.stat().st_size for deb in debs) / 1e6
    say(f"unpacking {size_mb:.0f} MB")
    tree = work / "tree"
    unpack(debs, tree)
    loading = Loading.of(tree)
    version = prove(wrap(tree, loading), tree, loading)
    stamp = {"recipe": RECIPE, "source": recipe.name, "postgresql": version, "packages": packages}
    (tree / STAMP).write_text(json.dumps(stamp, indent=1) + "\n")
    make_readable(tree)
    old = work / "old"
    if target.exists():
        target.rename(old)
    tree.rename(target)
    extension = any(name.endswith("-timescaledb") for name in packages)
    say(f"PostgreSQL {version}{' with TimescaleDB' if extension else ''} and mosquitto ready")


def make_readable(tree: Path) -> None:
    """Let every user read and run the tree: as root the database runs as an unprivileged one."""
    tree.chmod(0o755)
    for folder, _, _ in os.walk(tree):
        os.chmod(folder, 0o755)  # noqa: PTH101, S103  # read and search for all is the point


def is_current(target: Path) -> bool:
    """Whether `target` holds a finished runtime of this recipe."""
    try:
        stamp = json.loads((target / STAMP).read_text())
    except (OSError, ValueError):
        return False
    return bool(stamp.get("recipe") == RECIPE)


@contextlib.contextmanager
def alone(target: Path) -> Iterator[None]:
    """Hold the lock beside `target`, so that two builds do not run at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f".{target.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build is running, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def obtain(target: Path) -> None:
    """Try the recipes in order; `NoRuntimeError` with every reason when none works."""
    for tool in ("apt-get", "apt-cache", "dpkg-deb"):
        if not shutil.which(tool):
            raise NoRuntimeError(f"{tool} is not on this machine")
    reasons = []
    prefix = f".{target.name}.build-"
    for left in target.parent.glob(f"{prefix}*"):  # of a build that was killed; we hold the lock
        shutil.rmtree(left, ignore_errors=True)
    for recipe in recipes():
        # beside the target, so that the last step is a rename within one file system
        work = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
        work.chmod(0o755)
        try:
            build(recipe, work, target)
        except NoRuntimeError as reason:
            say(f"{recipe.name}: {reason}")
            reasons.append(f"{recipe.name}: {reason}")
        else:
            return
        finally:
            shutil.rmtree(work, ignore_errors=True)
    raise NoRuntimeError("; ".join(reasons))


def main() -> int:
    """Program entry; see the module's text."""
    parser = argparse.ArgumentParser(description="Build the database and broker runtime.")
    parser.add_argument("target", type=Path, help="folder that will hold the runtime")
    parser.add_argument("--force", action="store_true", help="build anew, with current packages")
    arguments = parser.parse_args()
    target: Path = arguments.target.absolute()
    if is_current(target) and not arguments.force:
        return 0
    started = time.monotonic()
    try:
        with alone(target):
            if not is_current(target) or arguments.force:
                obtain(target)
    except NoRuntimeError as reason:
        say(f"cannot be built here: {reason}")
        return 3
    except OSError as error:
        say(f"cannot be written: {error}")
        return 3
    say(f"built in {time.monotonic() - started:.0f} s, {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
