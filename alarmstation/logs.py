"""Logging of one program: a rotating file in UTC, and what matters on the terminal."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import time
from pathlib import Path

FILE_BYTES = 5_000_000
FILES_KEPT = 5
LINE = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s: %(message)s"


def start(program: str, folder: Path, level: str, *, terminal: bool = True) -> None:
    """Log to `<folder>/<program>.log`, and warnings to the terminal if `terminal`."""
    formatter = logging.Formatter(LINE, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    root = logging.getLogger()
    root.setLevel(level)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            folder / f"{program}.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"
        )
        file.setFormatter(formatter)
        root.addHandler(file)
    except OSError as error:
        sys.stderr.write(f"No log can be written to {folder}: {error.strerror}\n")
    if terminal:
        stream = logging.StreamHandler()
        stream.setLevel(logging.WARNING)
        stream.setFormatter(formatter)
        root.addHandler(stream)
