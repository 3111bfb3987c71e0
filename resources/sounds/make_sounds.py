"""Makes the sounds of this folder, always the same: `python resources/sounds/make_sounds.py`.

Rhythm tells the priority, pitch only helps (`console.md` 3): CRITICAL three quick rising pairs,
HIGH two long falling tones, MEDIUM two soft knocks, LOW one. The "-away" rhythms are for a
console whose window is not in front. Every file starts soft and ends in silence, so that it can
be repeated as it is.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE = 16_000
PEAK = 0.85

Note = tuple[float, float, float]
"""Start and length in seconds, frequency in hertz; played with two overtones."""

SOUNDS: dict[str, tuple[float, list[Note]]] = {
    "critical": (
        1.8,
        [
            (0.00, 0.13, 740),
            (0.15, 0.13, 988),
            (0.38, 0.13, 740),
            (0.53, 0.13, 988),
            (0.76, 0.13, 740),
            (0.91, 0.25, 1175),
        ],
    ),
    "critical-away": (
        1.4,
        [(0.1 * n, 0.07, 1175 if n % 2 else 880) for n in range(12)],
    ),
    "high": (2.4, [(0.0, 0.45, 784), (0.5, 0.55, 587)]),
    "high-away": (2.0, [(0.0, 0.2, 784), (0.25, 0.2, 587), (0.5, 0.2, 784), (0.75, 0.3, 587)]),
    "medium": (3.0, [(0.0, 0.18, 523), (0.26, 0.22, 523)]),
    "medium-away": (2.6, [(0.0, 0.16, 523), (0.22, 0.16, 523), (0.44, 0.22, 659)]),
    "low": (4.0, [(0.0, 0.50, 440)]),
    "low-away": (3.6, [(0.0, 0.2, 440), (0.4, 0.3, 440)]),
    "lost": (2.2, [(0.0, 0.3, 392), (0.34, 0.3, 330), (0.68, 0.55, 262)]),
    "test": (1.4, [(0.0, 0.2, 523), (0.22, 0.2, 659), (0.44, 0.45, 784)]),
}


def samples(length_s: float, notes: list[Note]) -> list[float]:
    """The sound as numbers between -1 and 1."""
    out = [0.0] * int(length_s * RATE)
    for start, length, pitch in notes:
        first, count = int(start * RATE), int(length * RATE)
        attack, release = int(0.02 * RATE), int(min(0.08, length / 2) * RATE)
        for n in range(min(count, len(out) - first)):
            t = n / RATE
            shape = min(1.0, n / attack, (count - n) / release)
            tone = (
                math.sin(math.tau * pitch * t)
                + 0.35 * math.sin(math.tau * 2 * pitch * t)
                + 0.15 * math.sin(math.tau * 3 * pitch * t)
            )
            # The first half second rises, so that nobody is startled by the start.
            rise = 0.3 + 0.7 * min(1.0, (start + t) / 0.5)
            out[first + n] += tone / 1.5 * shape * rise
    loudest = max(abs(value) for value in out)
    return [value / loudest * PEAK for value in out]


def main() -> None:
    """Write every file."""
    folder = Path(__file__).resolve().parent
    for name, (length_s, notes) in SOUNDS.items():
        values = (round(value * 32767) for value in samples(length_s, notes))
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(b"".join(struct.pack("<h", value) for value in values))


if __name__ == "__main__":
    main()
