"""A server that the station started and that ends with it (see `process_guard`)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from alarmstation.domain.errors import Unavailable

_GUARD = Path(__file__).with_name("process_guard.py")
_LOG_LIMIT_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The unprivileged user that a server runs as, when the station itself is root."""

    user: str
    uid: int
    gid: int


def unprivileged_identity() -> Identity | None:
    """Whom to become as root: `postgres` where there is one, else `nobody`; None when not root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415  # does not exist on Windows

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Identity(name, entry.pw_uid, entry.pw_gid)
    raise Unavailable("There is no unprivileged user (postgres, nobody) to run a server as")


def own(path: Path, identity: Identity | None, mode: int) -> None:
    """Give a file or folder to `identity` (when there is one) with exactly these permissions."""
    if identity is not None:
        os.chown(path, identity.uid, identity.gid)
    path.chmod(mode)


def blocking_parent(path: Path, identity: Identity | None) -> Path | None:
    """The first parent of `path` that `identity` may not pass through, or None."""
    if identity is None:
        return None
    for parent in reversed(path.absolute().parents):
        try:
            facts = parent.stat()
        except FileNotFoundError:
            return None
        shift = 6 if facts.st_uid == identity.uid else 3 if facts.st_gid == identity.gid else 0
        if not facts.st_mode >> shift & 0o1:
            return parent
    return None


@dataclass(slots=True)
class OwnedProcess:
    """One server process under its guard. `log` receives what the server prints."""

    argv: Sequence[str]
    cwd: Path
    log: Path
    identity: Identity | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0
    environment: Mapping[str, str] = field(default_factory=dict)
    pid: int | None = field(default=None, init=False)
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> int:
        """Start it and give its process id; `Unavailable` when it cannot be started at all."""
        if self.is_running():
            assert self.pid is not None
            return self.pid
        self._rotate_log()
        guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_GUARD), self._specification()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # a terminal's Ctrl-C is for the station, which then stops its servers in order
            start_new_session=True,
            cwd="/",
        )
        assert guard.stdout is not None
        with guard.stdout as answers:
            answer = answers.readline().decode(errors="replace").strip()
        if not answer.isdigit():
            self._end(guard)
            reason = answer.removeprefix("failed ") or "no reason given"
            raise Unavailable(f"{Path(self.argv[0]).name} could not be started: {reason}")
        self._guard = guard
        self.pid = int(answer)
        return self.pid

    def is_running(self) -> bool:
        """Whether the server that was started here still runs."""
        return self._guard is not None and self._guard.poll() is None

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait for the server's end; its exit status, or None when it still runs."""
        if self._guard is None:
            return None
        try:
            return self._guard.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server, if it runs."""
        if self.pid is not None and self.is_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def stop(self) -> None:
        """Stop the server, politely first; idempotent."""
        guard, self._guard, self.pid = self._guard, None, None
        if guard is not None:
            self._end(guard)

    def last_words(self, lines: int = 5) -> str:
        """The end of the log, to tell a person why the server stopped."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _end(self, guard: subprocess.Popen[bytes]) -> None:
        if guard.stdin is not None:
            with contextlib.suppress(OSError):
                guard.stdin.close()  # the guard takes it from here
        try:
            guard.wait(3 * self.grace_s + 5)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()

    def _specification(self) -> str:
        inherited = ("PATH", "TZ", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
        environment = {name: os.environ[name] for name in inherited if name in os.environ}
        return json.dumps(
            {
                "argv": list(self.argv),
                "cwd": str(self.cwd),
                "environment": {**environment, "LC_ALL": "C.UTF-8", **self.environment},
                "user": None if self.identity is None else self.identity.user,
                "group": None if self.identity is None else self.identity.gid,
                "log": str(self.log),
                "stop_signal": int(self.stop_signal),
                "grace_s": self.grace_s,
            }
        )

    def _rotate_log(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > _LOG_LIMIT_BYTES:
                self.log.replace(self.log.with_suffix(".old.log"))
