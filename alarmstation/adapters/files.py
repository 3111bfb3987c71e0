"""Small files that must be whole or absent, and for the owner's eyes only."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from alarmstation.application.ports import Memory
from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.domain.keys import MessageKey, parse_key


def write_private(path: Path, data: bytes) -> None:
    """Replace a file atomically and durably, readable by its owner only.

    Raises:
        Unavailable: the folder cannot be written (disk full, no right).
    """
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    """Make the new name last too; Windows has no way to ask for it."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_secret(path: Path | None) -> str:
    """The one line of a password file; empty without a file.

    Raises:
        UserError: there should be one and it cannot be read.
    """
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UserError(
            "secret.unreadable",
            "The password file {file} cannot be read: {problem}.",
            file=path,
            problem=error.strerror or error,
        ) from error


class KeyFile:
    """Message keys of the units in one file that only the station's user can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, tuple[MessageKey, ...]]:
        """Candidate keys by host, best first; none without a file.

        Raises:
            UserError: the file is damaged.
        """
        if not self._path.exists():
            return {}
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                str(host): tuple(parse_key(text) for text in texts)
                for host, texts in stored.items()
            }
        except (OSError, ValueError, AttributeError, TypeError, UserError) as error:
            raise UserError(
                "keys.damaged",
                "The units' keys in {file} cannot be read. Put back a backup of this file, or "
                "remove it and enter the keys again.",
                file=self._path,
            ) from error

    def save(self, keys: Mapping[str, tuple[MessageKey, ...]]) -> None:
        """Set the candidate keys of these hosts."""
        merged = {**self.load(), **keys}
        text = json.dumps(
            {host: [key.raw.hex() for key in candidates] for host, candidates in merged.items()}
        )
        write_private(self._path, text.encode())


class MemoryFile:
    """What the service must know to go on while the database is away."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Memory | None:
        """The last saved memory; None when there is none that can be read."""
        try:
            return msgspec.msgpack.decode(self._path.read_bytes(), type=Memory)
        except (OSError, msgspec.MsgspecError):
            return None

    def save(self, memory: Memory) -> None:
        """Replace the saved memory; raises Unavailable."""
        write_private(self._path, msgspec.msgpack.encode(memory))
