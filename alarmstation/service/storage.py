"""Storing: one thread, whole transactions, the next batch is what came meanwhile.

Measured leading edge (`architecture.md` 3): a quiet moment commits at once, a busy one waits up
to `WINDOW_S` for company, an alarm never waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
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
PATIENCE_S = 3.0
"""A commit that takes longer is told as an outage, though it may still succeed."""

MOST_WAITING_ROWS = 200_000
"""Rows of each kind that wait while the database is away; the oldest fall out, counted."""

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
        self._held: deque[tuple[Token, bool]] = deque()
        """Tokens of the batch that is being committed."""
        self._work: Work | None = None
        """What is being committed."""
        self._settled: list[asyncio.Future[None]] = []
        self._busy = False
        self._lost = True
        self.most_unacknowledged = 1000
        """Messages that the broker may be left without an acknowledgment for; beyond it, it
        would deliver nothing more."""
        self.dropped_rows = 0
        self.refused_rows = 0

    @property
    def is_storing(self) -> bool:
        """Whether the last commit worked."""
        return not self._lost and self._store is not None

    @property
    def waiting(self) -> tuple[Batch, ...]:
        """The batch that is being committed, besides the one that is being filled."""
        return () if self._work is None else (self._work.batch,)

    @property
    def waiting_rows(self) -> int:
        """History rows that are decided and not stored."""
        batches = (*self.waiting, self._station.changes.batch)
        return sum(len(batch.history) for batch in batches)

    def use(self, store: OperationalStore) -> None:
        """The database is there: store from now on."""
        self._store = store
        self._lost = False
        self._wake.set()

    def taken(self, token: Token, *, must_last: bool) -> None:
        """A message was decided; acknowledge it when its work is stored.

        `must_last`: an alarm. Everything else comes again by itself or tells nothing new; while
        the database is away it is acknowledged at once, so that alarms behind it keep coming.
        """
        if self._lost and not must_last:
            self._acknowledge((token,))
            return
        self._tokens.append((token, must_last))
        if self._lost:
            self._let_go(self.most_unacknowledged)

    def work_waits(self) -> None:
        """There is something to store."""
        if self._station.changes.urgent:
            self._hurry.set()
        self._wake.set()
        if self._lost:
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

    async def settle(self) -> None:
        """Return when everything decided until now is stored; raises Unavailable."""
        if not self.is_storing:
            raise Unavailable("the database is away")
        settled = asyncio.get_running_loop().create_future()
        self._settled.append(settled)
        self._station.changes.urgent = True
        self.work_waits()
        try:
            await asyncio.wait_for(settled, PATIENCE_S)
        except TimeoutError:
            raise Unavailable("the database does not answer") from None

    async def flush(self) -> None:
        """Store what waits now, once, after `run` was cancelled."""
        if self.is_storing:
            while self._work is not None or not self._station.changes.work.is_empty():
                await self._store_waiting()

    async def call(self, function: Callable[[OperationalStore], object]) -> object:
        """Run something on the storage thread; raises Unavailable without a database."""
        store = self._store
        if store is None or self._lost:
            raise Unavailable("the database is away")
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, store)

    def close(self) -> None:
        """Give the connection back, without waiting for a database that does not answer."""
        if self._store is not None:
            self._thread.submit(self._store.close)
        self._thread.shutdown(wait=not self._lost)

    async def _store_waiting(self) -> None:
        changes, settled = self._station.changes, self._settled
        if self._work is None:  # else: cancelled while it was committed; that may be done again
            self._work, self._settled = self._station.take_work(), []
            self._held, self._tokens = self._tokens, deque()
        work = self._work
        self._busy = len(self._held) > BUSY_MESSAGES
        if work.batch.is_empty() or await self._commit_until_stored(work.batch):
            self._on_stored(work)
        else:
            # What a bug kept from being stored is not receipted: the unit sends it again. The
            # broker is not made to wait for it, or it would deliver nothing more.
            self._station.not_stored(work.batch)
        self._acknowledge([token for token, _ in self._held])
        self._work, self._held = None, deque()
        for waiter in settled:
            if not waiter.done():
                waiter.set_result(None)
        if not changes.work.is_empty():
            self._wake.set()

    async def _commit_until_stored(self, batch: Batch) -> bool:
        while True:
            try:
                refused = await self._commit(batch)
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

    async def _commit(self, batch: Batch) -> tuple[str, ...]:
        store = self._store
        assert store is not None
        loop = asyncio.get_running_loop()
        committing = loop.run_in_executor(self._thread, store.commit, batch)
        done, _ = await asyncio.wait({committing}, timeout=PATIENCE_S)
        if not done:
            self._lose(f"no answer for {PATIENCE_S:.0f} s")
        return await committing

    def _lose(self, reason: str) -> None:
        if not self._lost:
            self._lost = True
            self._on_lost(reason)
        harmless = [
            token for tokens in (self._held, self._tokens) for token, lasts in tokens if not lasts
        ]
        self._held = deque(item for item in self._held if item[1])
        self._tokens = deque(item for item in self._tokens if item[1])
        if harmless:
            self._acknowledge(harmless)

    def _let_go(self, most: int) -> None:
        """Leave the broker without acknowledgment of so many at most: it must go on delivering."""
        released: list[Token] = []
        while len(self._tokens) + len(self._held) > most:
            released.append((self._held or self._tokens).popleft()[0])
        if released:
            self._acknowledge(released)

    def _bound(self) -> None:
        batch = self._station.changes.batch
        kinds: Iterable[list[object]] = (batch.history, batch.outputs, batch.gaps)  # type: ignore[assignment]  # only lengths matter
        for rows in kinds:
            excess = len(rows) - MOST_WAITING_ROWS
            if excess > 0:
                if not self.dropped_rows:
                    log.warning("the database is away for long: the oldest rows are dropped")
                del rows[:excess]
                self.dropped_rows += excess
