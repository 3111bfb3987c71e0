#!/usr/bin/env python3
"""Fetch the C source of nanopb as Debian packages it, for builds other than this machine's own.

    python3 nanopb_source.py FOLDER

Debian ships nanopb's generator and a compiled library, which is enough to build for this
machine. Sanitizers, fuzzers and RISC-V want the source. apt fetches and verifies it from the
archive this machine is configured for, with its own state, so that nothing of the system
changes. FOLDER appears whole or not at all. Standard library only; ends with 1 and one line
when the source cannot be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "installer" / "runtime"))

import sources  # the folder of this file is no package; it is run as a program

RELEASE = "bookworm"  # its generator is the one that writes our code
FILES = (
    "pb.h", "pb_common.h", "pb_encode.h", "pb_decode.h",
    "pb_common.c", "pb_encode.c", "pb_decode.c", "LICENSE.txt",
)  # fmt: skip


class NoSourceError(Exception):
    """The source cannot be had on this machine; the text says why."""


def release() -> str:
    """The Debian release of this machine, so that generator and source are of one version."""
    for line in Path("/etc/os-release").read_text().splitlines():
        name, _, value = line.partition("=")
        if name == "VERSION_CODENAME":
            return value.strip('"')
    return RELEASE


def fetch(work: Path) -> Path:
    """Fetch the archive into `work`; its path. Raises NoSourceError."""
    keyring = sources.debian_keyring()
    archives = sources.for_release(sources.read_sources(Path("/etc/apt")), release())
    if not keyring or not archives or not shutil.which("apt-get"):
        raise NoSourceError("this machine has no Debian package archive")
    for part in ("state/lists/partial", "cache/archives/partial", "etc/parts"):
        (work / part).mkdir(parents=True)
    (work / "state/status").touch()
    lines = sources.source_list(archives, keyring).splitlines()
    source_lines = ["deb-src" + line.removeprefix("deb") for line in lines if line]
    (work / "etc/sources.list").write_text("\n".join(source_lines) + "\n")
    (work / "etc/apt.conf").write_text(
        f'Dir::State "{work}/state";\n'
        f'Dir::State::status "{work}/state/status";\n'
        f'Dir::Cache "{work}/cache";\n'
        f'Dir::Etc::sourcelist "{work}/etc/sources.list";\n'
        f'Dir::Etc::sourceparts "{work}/etc/parts";\n'
        'Acquire::Languages "none";\nAcquire::Retries "3";\n'
        'APT::Sandbox::User "";\n'
        "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n"
    )
    apt = ["apt-get", "-q", "-c", str(work / "etc/apt.conf")]
    for command in (["update"], ["source", "--download-only", "nanopb"]):
        result = subprocess.run(
            [*apt, *command], cwd=work, capture_output=True, text=True, check=False
        )
    archives_found = sorted(work.glob("nanopb_*.orig.tar.*"))
    if result.returncode != 0 or not archives_found:
        words = (result.stderr or result.stdout).strip().splitlines() or ["no reason given"]
        raise NoSourceError(words[-1])
    return archives_found[0]


def unpack(archive: Path, target: Path) -> None:
    """Put the runtime's files, and nothing else, into the new folder `target`."""
    target.mkdir()
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name)
            if len(name.parts) == 2 and name.name in FILES and member.isfile():
                content = tar.extractfile(member)
                if content is not None:
                    (target / name.name).write_bytes(content.read())
    lacking = [name for name in FILES if not (target / name).is_file()]
    if lacking:
        raise NoSourceError(f"the source lacks {', '.join(lacking)}")


def main() -> int:
    """Program entry; see the module's text."""
    target = Path(sys.argv[1]).absolute()
    if (target / "pb_decode.c").is_file():
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".nanopb-", dir=target.parent))
    try:
        unpack(fetch(work), work / "source")
        os.rename(work / "source", target)  # noqa: PTH104  # whole or not at all
    except (NoSourceError, OSError) as reason:
        print(f"the source of nanopb cannot be had: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
