"""The owner-only file by which consoles find their service and prove to be of the same owner."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from alarmstation.domain.errors import Unavailable


@dataclass(frozen=True, slots=True)
class TokenFile:
    """Where the service listens. Whoever can read this may speak to it."""

    port: int
    token: str
    pid: int


def token_path(home: Path) -> Path:
    """Where the service of this home writes its token file."""
    return home / "link.json"


def write(path: Path, content: TokenFile) -> None:
    """Write the file, readable by its owner only, at once and whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(content))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read(path: Path) -> TokenFile:
    """The file as the service wrote it.

    Raises:
        Unavailable: there is none (no service runs), or it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=TokenFile)
    except FileNotFoundError as error:
        raise Unavailable("no service is running") from error
    except (OSError, msgspec.MsgspecError) as error:
        raise Unavailable(f"{path} cannot be read: {error}") from error


def remove(path: Path, token: str) -> None:
    """Take the file away if it is still ours; a newer service keeps its own."""
    try:
        if read(path).token == token:
            path.unlink(missing_ok=True)
    except (Unavailable, OSError):
        return
