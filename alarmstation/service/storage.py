"""Storing: one thread, whole transactions, the next batch is what came meanwhile.

Measured leading edge (`architecture.md` 3): a quiet moment commits at once, a busy one waits up
to `WINDOW_S` for company, an alarm never waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from alarmstation.application.batch import Batch
from alarmstation.application.changes import Work
from alarmstation.application.ports import OperationalStore
from alarmstation.application.station import Station
from alarmstation.domain.errors import Unavailable

log = logging.getLogger(__name__)

WINDOW_S = 0.010
BUSY_MESSAGES = 5
"""A batch larger than this shows that the moment is busy."""

RETRY_S = 1.0
MOST_WAITING_ROWS = 200_000
"""History rows kept while the database is away; the oldest fall out first, counted."""

Token = tuple[int, int, int]


class Storage:
    """Commits the station's work, in order, and tells when it is safe."""

    def __init__(
        self,
        station: Station,
        *,
        on_stored: Callable[[Work], None],
        acknowledge: Callable[[Sequence[Token]], None],
        on_lost: Callable[[str], None],
        on_back: Callable[[], None],
    ) -> None:
        self._station = station
        self._on_stored = on_stored
        self._acknowledge = acknowledge
        self._on_lost = on_lost
        self._on_back = on_back
        self._store: OperationalStore | None = None
        self._thread = ThreadPoolExecutor(1, "storage")
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._tokens: deque[tuple[Token, bool]] = deque()
        self._busy = False
        self._lost = True
        self.dropped_rows = 0
        self.refused_rows = 0

    @property
    def is_storing(self) -> bool:
        """Whether the last commit worked."""
        return not self._lost and self._store is not None

    @property
    def waiting_rows(self) -> int:
        """History rows that are decided and not stored."""
        return len(self._station.changes.batch.history)

    def use(self, store: OperationalStore) -> None:
        """The database is there: store from now on."""
        self._store = store
        self._lost = False
        self._wake.set()

    def taken(self, token: Token, *, repeats_itself: bool) -> None:
        """A message was decided; acknowledge it when its work is stored.

        `repeats_itself`: a heartbeat, whose loss the next one mends. While the database is away
        such messages are acknowledged at once, so that alarms behind them keep coming.
        """
        if self._lost and repeats_itself:
            self._acknowledge((token,))
        else:
            self._tokens.append((token, repeats_itself))

    def work_waits(self) -> None:
        """There is something to store."""
        if self._station.changes.urgent:
            self._hurry.set()
        self._wake.set()
        self._bound()

    async def run(self) -> None:
        """Store until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._store is None:
                continue
            if self._busy and not self._station.changes.urgent:
                self._hurry.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), WINDOW_S)
            await self._store_waiting()

    async def flush(self) -> None:
        """Store what waits now, once; for the end of the service."""
        if self._store is not None and not self._lost:
            await self._store_waiting()

    async def call(self, function: Callable[[OperationalStore], object]) -> object:
        """Run something on the storage thread; raises Unavailable without a database."""
        store = self._store
        if store is None:
            raise Unavailable("the database is away")
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, store)

    def close(self) -> None:
        """Give the connection back."""
        if self._store is not None:
            self._thread.submit(self._store.close)
        self._thread.shutdown(wait=True)

    async def _store_waiting(self) -> None:
        changes = self._station.changes
        work = changes.take_work()
        tokens = [token for token, _ in self._tokens]
        self._tokens.clear()
        self._busy = len(tokens) > BUSY_MESSAGES
        if work.is_empty() or await self._commit_until_stored(work.batch):
            # What a bug kept from being stored is neither receipted nor acknowledged: unit and
            # broker will bring it again.
            self._on_stored(work)
            self._acknowledge(tokens)
        if not changes.work.is_empty():
            self._wake.set()

    async def _commit_until_stored(self, batch: Batch) -> bool:
        loop = asyncio.get_running_loop()
        while True:
            store = self._store
            assert store is not None
            try:
                refused = await loop.run_in_executor(self._thread, store.commit, batch)
            except Unavailable as error:
                self._lose(str(error))
                await asyncio.sleep(RETRY_S)
                continue
            except Exception:
                # A bug must not stop the recording of everything that follows.
                log.exception("a batch could not be stored and is left out")
                self.refused_rows += len(batch.history)
                return False
            if self._lost:
                self._lost = False
                self._on_back()
            for sentence in refused:
                log.error("a row was refused by the database: %s", sentence)
            self.refused_rows += len(refused)
            return True

    def _lose(self, reason: str) -> None:
        if not self._lost:
            self._lost = True
            self._on_lost(reason)
        harmless = [token for token, repeats in self._tokens if repeats]
        if harmless:
            self._tokens = deque(item for item in self._tokens if not item[1])
            self._acknowledge(harmless)

    def _bound(self) -> None:
        history = self._station.changes.batch.history
        excess = len(history) - MOST_WAITING_ROWS
        if excess > 0:
            del history[:excess]
            self.dropped_rows += excess
            log.warning("the database is away: %d history rows were dropped", self.dropped_rows)
