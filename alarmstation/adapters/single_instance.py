"""At most one service per home: a lock that the operating system lets go when we end."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from alarmstation.domain.errors import UserError


class SingleInstance:
    """Holds `path` locked within a `with` block.

    Raises:
        UserError: another process holds it, or it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def __enter__(self) -> SingleInstance:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UserError(
                "settings.lock",
                "{file} cannot be written: {problem}. Give the station's user the right to "
                "write there, or choose another home with ALARMSTATION_HOME.",
                file=self._path,
                problem=error.strerror or error,
            ) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise UserError(
                "service.already-running",
                "A service is already running for {home}. Use its console, or stop it first.",
                home=self._path.parent.parent,
            ) from error
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
