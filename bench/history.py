"""P6: what history by change saves on real recordings, and what it costs in truth.

Uses the rules of the domain directly, without a database. For each recording and force interval:
rows stored ÷ received, the largest error of the reconstructed value at any sample, and whether
there are more rows than an independent computation of the rules asks for. References: storing
everything, and the usual deadband against the previous reading.

    python -m bench.history [--quick] [--recordings FOLDER]

The recordings are looked for in `../shared/data` beside the repository, or in the folder that
ALARMSTATION_RECORDINGS names; without them there is nothing to measure.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from alarmstation.domain.cdc import CdcRules, ChangeRecorder
from alarmstation.domain.readings import ClimateJudge
from alarmstation.domain.telemetry import Sample
from alarmstation.simulator.recording import Recording, read_recording
from bench import figures, rules_of_history
from bench.figures import Cell

SETS = ("sdh_rooms_1min", "intel_lab_temp_30s", "mqtt_env_telemetry_5s", "uci_occupancy_1min")
FORCE_S = (0.0, 300.0, 900.0)
QUICK_ROWS = 40_000
TEMPERATURE_C, HUMIDITY_PCT = 0.5, 2.0
_TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class Tally:
    """What a way of storing made of some samples."""

    received: int = 0
    stored: int = 0
    error_c: float = 0.0
    """Largest |received − reconstructed| at any sample."""
    error_pct: float = 0.0
    unlike: int = 0
    """Samples where one of the two was a value and the other none."""
    avoidable: int = 0
    """Silences longer than the force interval although a reading had come within it."""

    def add(self, other: Tally) -> None:
        """Sum up devices."""
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            larger = field.name.startswith("error")
            setattr(self, field.name, max(mine, theirs) if larger else mine + theirs)

    @property
    def share_pct(self) -> float:
        """Rows stored of samples received."""
        return 100 * self.stored / self.received


def samples_of(recording: Recording) -> Iterator[list[Sample]]:
    """Each device's samples as the station makes them of its messages."""
    for device_id, device in enumerate(recording.samples, start=1):
        judge, samples = ClimateJudge.fresh(), list[Sample]()
        for recorded in recording.samples[device]:
            at = datetime.fromtimestamp(recorded.at, UTC)
            if samples and at <= samples[-1].received_at:
                at = samples[-1].received_at + _TICK  # receive time is a key and rises
            temperature, humidity = judge.judge(*recorded.wire, at.timestamp())
            samples.append(Sample(device_id, at, temperature, humidity))
        yield samples


def by_change(samples: Sequence[Sample], force_s: float) -> list[Sample]:
    """What the station's own rules store."""
    recorder = ChangeRecorder(CdcRules(TEMPERATURE_C, HUMIDITY_PCT, force_interval_s=force_s))
    return [row.sample for sample in samples for row in recorder.record(sample)]


def deadband(samples: Sequence[Sample], force_s: float) -> list[Sample]:
    """The usual deadband: compares with the previous reading, not with the last stored row."""
    stored: list[Sample] = []
    before: Sample | None = None
    for sample in samples:
        if (
            before is None
            or rules_of_history.differs(before, sample, TEMPERATURE_C, HUMIDITY_PCT)
            or (force_s and _seconds(stored[-1], sample) >= force_s)
        ):
            stored.append(sample)
        before = sample
    return stored


def judge(samples: Sequence[Sample], stored: Sequence[Sample], force_s: float) -> Tally:
    """Reconstruct by step-hold and compare at every sample."""
    tally = Tally(len(samples), len(stored))
    place = 0
    for sample in samples:
        while place + 1 < len(stored) and stored[place + 1].received_at <= sample.received_at:
            place += 1
        held = stored[place]
        for name, bound in (("temperature_c", "error_c"), ("humidity_pct", "error_pct")):
            got, kept = getattr(sample, name).value, getattr(held, name).value
            if (got is None) is not (kept is None):
                tally.unlike += 1
            elif got is not None:
                setattr(tally, bound, max(getattr(tally, bound), abs(got - kept)))
    tally.avoidable = _avoidable(samples, stored, force_s)
    return tally


def _avoidable(samples: Sequence[Sample], stored: Sequence[Sample], force_s: float) -> int:
    if not force_s:
        return 0
    found, place = 0, 0
    for row, following in pairwise(stored):
        if _seconds(row, following) <= force_s + 1e-3:
            continue
        while samples[place].received_at <= row.received_at:
            place += 1
        found += samples[place] is not following
    return found


def _seconds(a: Sample, b: Sample) -> float:
    return (b.received_at - a.received_at).total_seconds()


def measure(name: str, recording: Recording) -> Iterator[dict[str, Cell]]:
    """A line of figures for each force interval."""
    devices = list(samples_of(recording))
    for force_s in FORCE_S:
        own, usual = Tally(), Tally()
        required = minimum = 0
        taken = 0.0
        for samples in devices:
            begun = time.perf_counter()
            stored = by_change(samples, force_s)
            taken += time.perf_counter() - begun
            own.add(judge(samples, stored, force_s))
            usual.add(judge(samples, deadband(samples, force_s), force_s))
            rules = (samples, TEMPERATURE_C, HUMIDITY_PCT, force_s)
            required += rules_of_history.rows_required(*rules)
            minimum += rules_of_history.rows_required(*rules, hindsight=True)
        yield {
            "set": name,
            "devices": len(devices),
            "force_s": force_s,
            "us_per_sample": taken / own.received * 1e6,
            "required": required,
            "required_with_hindsight": minimum,
            "deadband_stored": usual.stored,
            "deadband_error_c": usual.error_c,
            "deadband_error_pct": usual.error_pct,
            **asdict(own),
        }


def rows_of(results: Iterable[dict[str, Cell]]) -> list[list[Cell]]:
    """For the table."""
    rows = []
    for line in results:
        received, stored = int(str(line["received"])), int(str(line["stored"]))
        usual = int(str(line["deadband_stored"]))
        force_s = float(str(line["force_s"]))
        rows.append(
            [
                line["set"], line["devices"], f"{force_s:.0f} s" if force_s else "off", received,
                stored, f"{100 * stored / received:.2f}", stored - int(str(line["required"])),
                stored - int(str(line["required_with_hindsight"])),
                f"{line['error_c']:.4f}", f"{line['error_pct']:.4f}", line["unlike"],
                line["avoidable"], f"{100 * usual / received:.2f}",
                f"{line['deadband_error_c']:.2f}", f"{line['deadband_error_pct']:.2f}",
            ]
        )  # fmt: skip
    return rows


HEAD = (
    "set", "devices", "force", "received", "stored", "stored %", "more than required",
    "than with hindsight",    "max error °C", "max error % RH", "null unlike", "avoidable silences",
    "deadband stored %", "its error °C", "its error % RH",
)  # fmt: skip


def main() -> None:
    """Read the recordings and measure."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("ALARMSTATION_RECORDINGS", beside))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--recordings", type=Path, default=folder)
    args = parser.parse_args()
    results: list[dict[str, Cell]] = []
    for name in SETS:
        file = args.recordings / f"{name}.csv.gz"
        if not file.is_file():
            print(f"no recording {name}: set ALARMSTATION_RECORDINGS", file=sys.stderr)
            continue
        results.extend(measure(name, read_recording(file, QUICK_ROWS if args.quick else None)))
    if not results:
        raise SystemExit(2)
    facts = figures.machine()
    what = (
        f"Every sample of the recordings through the station's rules (thresholds "
        f"{TEMPERATURE_C} °C and {HUMIDITY_PCT:.0f} % RH, tolerance 1e-4), no database. Storing "
        f"everything would be 100 %, error 0. Bad readings are kept and compared like good ones."
        f"\n\n{figures.lines(facts)}"
    )
    figures.tell(
        "P6 history",
        what,
        {"facts": facts, "results": results},
        [figures.table(HEAD, rows_of(results))],
    )


if __name__ == "__main__":
    main()
