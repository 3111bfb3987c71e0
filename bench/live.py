"""A window of live load: what was offered, and when it was done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench import figures
from bench.commits import Seconds
from bench.figures import Cell
from bench.load import Sent

P99_TARGET_MS, KEPT_TARGET = 200.0, 0.99


@dataclass(frozen=True, slots=True)
class Live:
    """A window of live load: what was offered, and what had become of it."""

    who: str
    offered_per_s: float
    seconds: float
    messages: int
    committed: int
    in_window: int
    """Committed (received, for the bare loop) before the last message was sent, plus 0.2 s."""
    latency: figures.Spread
    peak_mb: float
    cpu_s: float
    """Processor time of the program that did it, without broker and database."""
    generator_late_s: float

    @property
    def kept(self) -> float:
        """Share that was done with when the window ended."""
        return self.in_window / self.messages

    @property
    def sustained_per_s(self) -> float:
        """Done per second of the window."""
        return self.in_window / self.seconds

    @property
    def holds(self) -> bool:
        """Whether this rate can go on for ever, within the target's delay."""
        return self.kept >= KEPT_TARGET and self.latency.p99_ms <= P99_TARGET_MS

    def row(self) -> list[Cell]:
        """For the table."""
        return [
            self.who, round(self.offered_per_s), self.seconds, round(self.sustained_per_s),
            100 * self.kept, self.latency.p50_ms, self.latency.p99_ms,
            self.messages - self.committed, self.cpu_s / self.messages * 1e6, self.peak_mb,
        ]  # fmt: skip


HEAD = ("who", "offered/s", "seconds", "done/s in window", "kept %", "p50 ms", "p99 ms",
             "lost", "CPU µs/msg", "peak MB")  # fmt: skip


def live_figures(
    who: str, rate: float, sent: Sent, done_at: Seconds, *, peak_mb: float, cpu_s: float
) -> Live:
    """Compare when messages were sent with when they were done."""
    begun, ended = float(sent.sent_at.min()), float(sent.sent_at.max())
    done = ~np.isnan(done_at)
    return Live(
        who,
        rate,
        ended - begun,
        len(done_at),
        int(done.sum()),
        int((done_at[done] <= ended + 0.2).sum()),
        figures.spread((done_at[done] - sent.sent_at[done]).tolist()),
        peak_mb,
        cpu_s,
        sent.late_max_s,
    )
