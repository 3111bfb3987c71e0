"""Figures and how they are told: percentiles, a table, one line of JSON, the machine."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of many durations, in milliseconds."""

    count: int
    p50_ms: float
    p99_ms: float
    worst_ms: float

    def __str__(self) -> str:
        return f"{self.p50_ms:.1f} / {self.p99_ms:.1f} / {self.worst_ms:.1f}"


def spread(seconds: Sequence[float]) -> Spread:
    """p50, p99 and worst of durations in seconds; NaN of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return Spread(0, math.nan, math.nan, math.nan)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] * 1e3

    return Spread(len(ordered), at(0.5), at(0.99), ordered[-1] * 1e3)


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A Markdown table; numbers to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [
        max(len(name), *(len(row[place]) for row in texts)) if texts else len(name)
        for place, name in enumerate(head)
    ]
    numeric = [
        bool(rows) and all(isinstance(row[place], int | float | None) for row in rows)
        for place in range(len(head))
    ]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        )
        return "| " + " | ".join(padded) + " |"

    rule = "|".join(
        "-" * (width + 1) + (":" if right else "-")
        for width, right in zip(widths, numeric, strict=True)
    )
    return "\n".join([line(head), f"|{rule}|", *map(line, texts)])


def machine() -> dict[str, Cell]:
    """What was measured on, without anything that names it."""
    memory = 0
    for text in Path("/proc/meminfo").read_text().splitlines():
        if text.startswith("MemTotal:"):
            memory = round(int(text.split()[1]) / 1024 / 1024)
    return {
        "cores": os.cpu_count(),
        "memory_gib": memory,
        "system": platform.system(),
        "python": platform.python_version(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def packages(*names: str) -> dict[str, Cell]:
    """Versions of installed packages."""
    return {name: version(name) for name in names}


def lines(facts: Mapping[str, Cell]) -> str:
    """Facts as one paragraph."""
    return "; ".join(f"{name.replace('_', ' ')} {_text(cell)}" for name, cell in facts.items())


def tell(name: str, what: str, facts: Mapping[str, object], tables: Sequence[str]) -> None:
    """Print what was done, the tables, and everything again as one line of JSON."""
    now = datetime.now(UTC)
    print(f"\n## {name}, {now:%Y-%m-%d %H:%M} UTC\n\n{what}\n")
    for text in tables:
        print(text + "\n")
    print(json.dumps({"bench": name, "at": now.isoformat(timespec="seconds"), **facts}))


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return "–"
        case float() if math.isnan(cell):
            return "–"
        case float() if abs(cell) >= 1000:
            return f"{cell:,.0f}"
        case float() if abs(cell) >= 100:
            return f"{cell:.0f}"
        case float():
            return f"{cell:.3g}" if abs(cell) < 1 else f"{cell:.2f}"
        case int():
            return f"{cell:,}"
        case _:
            return cell
