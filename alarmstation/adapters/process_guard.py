"""Stands between the station and a server it started: the server ends when the station does.

Run as a program, with the plain interpreter and nothing of the station loaded:

    python -I -S process_guard.py SPECIFICATION

SPECIFICATION is JSON (`argv`, `cwd`, `environment`, `user`, `group`, `log`, `stop_signal`,
`grace_s`). The guard starts the server, prints its process id, and waits. Its standard input is
a pipe whose other end the station holds: when that end closes, however the station ended, the
guard asks the server to stop, waits, and insists. A death signal of the kernel (Linux) covers
the guard's own sudden end; it is bound to the thread that forks, and this program has only one.

The guard's exit status is the server's, or 128 + the signal that ended it.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

_PR_SET_PDEATHSIG = 1


def _death_signal(number: int) -> Callable[[], None] | None:
    """What the child does before it becomes the server: ask the kernel for a death signal.

    It runs after the change of user, which would clear the request.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    guard = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != guard:  # the guard ended between the fork and the request
            os._exit(1)

    return ask


def _start(wanted: Mapping[str, Any], log: int) -> subprocess.Popen[bytes]:
    user: str | None = wanted["user"]
    return subprocess.Popen(
        wanted["argv"],
        cwd=wanted["cwd"],
        env=wanted["environment"],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        user=user,
        group=wanted["group"],
        extra_groups=[] if user is not None else None,
        umask=0o077,
        # safe here: this process has a single thread
        preexec_fn=_death_signal(wanted["stop_signal"]),  # noqa: PLW1509
    )


def _wait(server: subprocess.Popen[bytes], woken: int, timeout_s: float | None) -> bool:
    """Wait for the server's end or, without a limit, the owner's; whether the server ended."""
    while server.poll() is None:
        watched = [woken, sys.stdin.fileno()] if timeout_s is None else [woken]
        readable, _, _ = select.select(watched, [], [], timeout_s)
        if not readable:
            return server.poll() is not None
        if woken in readable:
            numbers = os.read(woken, 64)
            if timeout_s is None and signal.SIGTERM in numbers:
                return False
        elif not os.read(sys.stdin.fileno(), 64):
            return False
    return True


def main() -> int:
    """Program entry; see the module's text."""
    wanted = json.loads(sys.argv[1])
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    # a terminal's interrupt is the owner's business; it is caught and not ignored, because what
    # is ignored here would be ignored by the server too
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)

    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        server = _start(wanted, log)
    except (OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
        sys.stdout.write(f"failed {error}\n")
        return 127
    sys.stdout.write(f"{server.pid}\n")
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # the station reads to the end of what is said here
    os.close(nowhere)

    grace_s: float = wanted["grace_s"]
    if not _wait(server, woken, None):
        # politely, then as PostgreSQL's immediate shutdown, then by force
        for number in (wanted["stop_signal"], signal.SIGQUIT, signal.SIGKILL):
            server.send_signal(number)
            if _wait(server, woken, grace_s):
                break
    status = server.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
