"""The service as it is, in its own process, that also writes down when each commit returned.

`python -m bench.watched_service --home HOME --record FILE`. See `commits`.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from alarmstation import cli
from alarmstation.adapters.postgres.operational_store import PostgresOperationalStore
from alarmstation.application.batch import Batch
from alarmstation.service import database
from bench import commits


def main() -> int:
    """Run the service until SIGTERM, or until the benchmark that started it is gone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    args = parser.parse_args()
    with args.record.open("ab") as record:

        class RecordingStore(PostgresOperationalStore):
            """The station's store, with a note of each commit that has returned."""

            def commit(self, batch: Batch) -> tuple[str, ...]:
                refused = super().commit(batch)
                commits.write(record, time.time(), batch)
                return refused

        database.PostgresOperationalStore = RecordingStore  # type: ignore[attr-defined]  # ours
        return cli.main(["service", "--home", str(args.home), "--ends-with-parent"])


if __name__ == "__main__":
    raise SystemExit(main())
