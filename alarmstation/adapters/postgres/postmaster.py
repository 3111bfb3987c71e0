"""What a PostgreSQL server process says of itself: in its files, its command line, its log."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from alarmstation.domain.errors import Unavailable, UserError


@dataclass(frozen=True, slots=True)
class PidFile:
    """What a running server writes into `postmaster.pid`."""

    pid: int
    status: str


def read_pid_file(data: Path) -> PidFile | None:
    """The lock file of a data directory; None where there is none, or not yet a whole one."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        # line 1: process id, line 8: state
        return PidFile(int(lines[0]), lines[7].strip() if len(lines) > 7 else "")
    except (OSError, ValueError, IndexError):
        return None


def data_version(data: Path) -> int | None:
    """Which major version made a data directory; None where there is none yet."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except (FileNotFoundError, PermissionError, ValueError):
        return None


def diagnosis(said: str, folder: Path, port: int) -> UserError | Unavailable:
    """The server's last words in plain ones."""
    if "Address already in use" in said:
        return UserError(
            "database.port_busy",
            "Port {port} of this machine is used by another program. Stop it, or set another "
            "database port.",
            port=port,
        )
    if "No space left on device" in said:
        return Unavailable(f"The disk that holds {folder} is full")
    telling = [line for line in said.splitlines() if "FATAL" in line or "error" in line.lower()]
    reason = (telling or said.splitlines() or ["it said nothing"])[-1]
    return Unavailable(f"The database in {folder} could not be started: {reason.strip()}")


def command_line(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if _HAS_PROC:
        try:
            text = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return text.replace(b"\0", b" ").decode("utf-8", "replace")
    return _ask_ps(pid, "command=")


def has_guard(pid: int) -> bool:
    """Whether the server's parent is the guard of a station that lives."""
    return "process_guard" in command_line(_parent(pid))


_HAS_PROC = Path("/proc/self/status").exists()


def _parent(pid: int) -> int:
    """The parent's process id, 0 when there is no such process."""
    if not _HAS_PROC:
        return int(_ask_ps(pid, "ppid=") or 0)
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))


def _ask_ps(pid: int, what: str) -> str:
    answer = subprocess.run(
        ["ps", "-ww", "-o", what, "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
