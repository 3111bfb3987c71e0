"""The load generator in its own process: `alarmstation simulate --load`, with its send times."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.load import FIRST_SEQUENCE
from bench.commits import Seconds
from bench.station import Child, child, python

CONNECTIONS = 4
_ROOM = 1_000_000
_sequences = count(FIRST_SEQUENCE, _ROOM)
_files = count()


@dataclass(frozen=True, slots=True)
class Sent:
    """What a load did."""

    seconds: float
    late_max_s: float
    bytes_on_wire: int
    sent_at: Seconds
    """Unix seconds at which each message was handed to its connection."""


@dataclass(slots=True)
class Load:
    """A load that is ready to be fired."""

    process: Child
    times: Path

    def fire(self) -> None:
        """Begin to publish."""
        self.process.say()

    def sent(self) -> Sent:
        """Wait until the broker has confirmed everything."""
        report = json.loads(self.process.line())
        return Sent(
            report["seconds"],
            report["late_max_s"],
            report["bytes_on_wire"],
            np.fromfile(self.times),
        )


@contextlib.contextmanager
def load(
    folder: Path,
    broker: BrokerAddress,
    *,
    units: int,
    messages: int,
    rate: float,
    seed: int = 1,
    change_every: int = 10,
    first_id: int = 1,
    as_json: bool = False,
    connections: int = CONNECTIONS,
) -> Iterator[Load]:
    """Heartbeats of `units` drawn units, sealed beforehand; `rate` 0: as fast as it goes.

    The units hold the ids from `first_id` on, as they do once the station has given them.
    `as_json`: as plain JSON, for a bridge. All connections send at the same moments.
    """
    number = next(_files)
    password_file = folder / f"load-{number}.password"
    password_file.touch(mode=0o600)
    password_file.write_text(broker.password)
    times = folder / f"load-{number}.times"
    options = {
        "--host": broker.host,
        "--port": broker.port,
        "--user": broker.user,
        "--password-file": password_file,
        "--base-topic": broker.base_topic,
        "--units": units,
        "--seed": seed,
        "--load": rate,
        "--messages": messages,
        "--connections": connections,
        "--change-every": change_every,
        "--sequence": next(_sequences),
        "--first-id": first_id,
        "--times": times,
    }
    words = [str(word) for pair in options.items() for word in pair]
    program = python("bench.json_load") if as_json else python("alarmstation", "simulate")
    with child(*program, *words) as process:
        process.line()  # it is ready
        yield Load(process, times)
