"""What is stored when, what the broker is told, and what an outage does to both."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

import pytest

from alarmstation.application.batch import Batch
from alarmstation.application.changes import Work
from alarmstation.domain.alarm import AlarmKind
from alarmstation.domain.errors import Unavailable
from alarmstation.domain.messages import AlarmType
from alarmstation.service import storage as module
from alarmstation.service.storage import Storage, Token
from tests.application.builders import Site
from tests.conftest import ExpectedLog
from tests.fakes import FakeOperationalStore
from tests.service.living import eventually


class Store(FakeOperationalStore):
    """A store that can be slow, or have a bug."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()
        self.bugs = 0

    def commit(self, batch: Batch) -> tuple[str, ...]:
        self.go_on.wait(10)
        if self.bugs:
            self.bugs -= 1
            raise AttributeError("a bug")
        return super().commit(batch)


class Bench:
    """Storage with its surroundings."""

    def __init__(self) -> None:
        self.site = Site()
        self.store = Store()
        self.acknowledged: list[Token] = []
        self.lost: list[str] = []
        self.back = 0
        self.stored: list[Work] = []
        self.number = 0
        self.storage = Storage(
            self.site.station,
            on_stored=self._on_stored,
            acknowledge=self._acknowledge,
            on_lost=self.lost.append,
            on_back=self._on_back,
        )

    def _on_stored(self, work: Work) -> None:
        self.stored.append(work)
        station = self.site.station
        station.changes.work.dispatches.extend(station.committed(work, self.site.now))

    def _acknowledge(self, tokens: Sequence[Token]) -> None:
        self.acknowledged.extend(tokens)

    def _on_back(self) -> None:
        self.back += 1

    def take(self, *, must_last: bool) -> Token:
        """A message was decided."""
        self.number += 1
        token = (1, self.number, 1)
        self.storage.taken(token, must_last=must_last)
        self.storage.work_waits()
        return token

    def press(self) -> Token:
        self.site.wait(1)
        self.site.hear(self.site.an_event())
        return self.take(must_last=True)

    def beat(self) -> Token:
        self.site.wait(1)
        self.site.beat(panic1=True, temperature=20.0 + self.number)
        return self.take(must_last=False)

    @contextlib.asynccontextmanager
    async def running(self, *, with_store: bool = True) -> AsyncIterator[None]:
        if with_store:
            self.storage.use(self.store)
        task = asyncio.create_task(self.storage.run())
        try:
            yield
        finally:
            self.store.go_on.set()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            self.storage.close()

    @property
    def kinds(self) -> set[AlarmKind]:
        return {alarm.kind for alarm in self.store.database.alarms.values()}

    @property
    def raised(self) -> int:
        return len(self.store.database.alarms)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(module, "RETRY_S", 0.02)
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    return Bench()


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(asyncio.wait_for(scene(), 30))


def test_the_broker_hears_of_it_when_it_is_stored(bench: Bench) -> None:
    async def scene() -> None:
        bench.store.go_on.clear()
        async with bench.running():
            press = bench.press()
            await asyncio.sleep(0.05)
            assert bench.acknowledged == []
            bench.store.go_on.set()
            await eventually(lambda: bench.acknowledged == [press])
            assert bench.raised == 1

    run(scene)


def test_what_comes_while_one_batch_is_stored_is_the_next_batch(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.running():
            bench.press()
            await eventually(lambda: bench.acknowledged)
            commits = len(bench.store.commits)
            bench.store.go_on.clear()
            bench.beat()
            await asyncio.sleep(0.03)
            tokens = [bench.beat() for _ in range(20)]
            bench.store.go_on.set()
            await eventually(lambda: tokens[-1] in bench.acknowledged)
            assert len(bench.store.commits) - commits <= 4

    run(scene)


def test_while_the_database_is_away_only_alarms_wait_at_the_broker(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.running():
            bench.store.database.away = "gone"
            first = bench.beat()
            await eventually(lambda: bench.lost == ["gone"])
            await eventually(lambda: first in bench.acknowledged)
            press, beat = bench.press(), bench.beat()
            assert beat in bench.acknowledged
            assert press not in bench.acknowledged
            assert not bench.storage.is_storing
            assert bench.storage.waiting_rows >= 2
            bench.store.database.away = ""
            await eventually(lambda: press in bench.acknowledged)
            assert bench.back == 1
            assert bench.raised == 1
            assert len(bench.store.database.history) == 2
            assert bench.lost == ["gone"], "told once"

    run(scene)


def test_alarms_without_end_do_not_make_the_broker_silent(bench: Bench) -> None:
    """Beyond so many unacknowledged messages a broker delivers nothing more."""

    async def scene() -> None:
        bench.storage.most_unacknowledged = 10
        async with bench.running(with_store=False):
            tokens = [bench.press() for _ in range(25)]
            assert bench.acknowledged == tokens[:15]

    run(scene)


def test_a_commit_that_hangs_is_an_outage_and_may_still_succeed(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.running():
            bench.store.go_on.clear()
            beat = bench.beat()
            await eventually(lambda: bench.lost)
            assert "no answer" in bench.lost[0]
            await eventually(lambda: beat in bench.acknowledged)
            bench.store.go_on.set()
            await eventually(lambda: bench.back == 1)
            assert len(bench.store.database.history) == 1

    run(scene)


def test_a_bug_in_one_batch_stops_neither_the_next_nor_the_broker(
    bench: Bench, expected_log: ExpectedLog
) -> None:
    expected_log(logging.ERROR, "could not be stored")

    async def scene() -> None:
        async with bench.running():
            bench.beat()
            await eventually(lambda: bench.store.commits)
            bench.store.bugs = 1
            event = bench.site.an_event(sequence=77, type=AlarmType.TAMPER)
            bench.site.hear(event)
            lost = bench.take(must_last=True)
            await eventually(lambda: lost in bench.acknowledged)
            assert AlarmKind.TAMPER not in bench.kinds
            assert not any(work.receipts for work in bench.stored), "no receipt without storage"
            bench.site.hear(event)  # its outbox sends it again
            bench.take(must_last=True)
            await eventually(lambda: AlarmKind.TAMPER in bench.kinds)
            await eventually(lambda: any(work.dispatches for work in bench.stored))

    run(scene)


def test_a_row_that_the_database_refuses_is_told_and_the_rest_is_stored(
    bench: Bench, expected_log: ExpectedLog
) -> None:
    expected_log(logging.ERROR, "a row was refused")

    async def scene() -> None:
        async with bench.running():
            bench.press()
            del bench.site.station.changes.batch.devices[bench.site.unit.id]
            await eventually(lambda: bench.storage.refused_rows > 0)
            assert not bench.lost

    run(scene)


def test_settling_waits_for_what_was_decided_before(bench: Bench) -> None:
    async def scene() -> None:
        async with bench.running():
            bench.press()
            await bench.storage.settle()
            assert bench.raised == 1
            bench.store.database.away = "gone"
            bench.press()
            await eventually(lambda: bench.lost)
            with pytest.raises(Unavailable):
                await bench.storage.settle()
            with pytest.raises(Unavailable):
                await bench.storage.call(lambda store: store.delete_device(1))

    run(scene)


def test_the_end_stores_what_waits_also_what_was_under_way(bench: Bench) -> None:
    async def scene() -> None:
        bench.storage.use(bench.store)
        task = asyncio.create_task(bench.storage.run())
        bench.store.go_on.clear()
        bench.press()
        await asyncio.sleep(0.05)
        bench.site.hear(bench.site.an_event(type=AlarmType.TAMPER))
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert bench.storage.waiting
        bench.store.go_on.set()
        await bench.storage.flush()
        bench.storage.close()
        assert bench.kinds == {AlarmKind.PANIC1, AlarmKind.TAMPER}

    run(scene)


def test_rows_that_wait_are_bounded_and_the_oldest_fall_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "oldest rows are dropped")
    monkeypatch.setattr(module, "MOST_WAITING_ROWS", 50)

    async def scene() -> None:
        async with bench.running(with_store=False):
            for _ in range(80):
                bench.beat()
            assert bench.storage.waiting_rows == 50
            assert bench.storage.dropped_rows == 30
            batch = bench.site.station.changes.batch
            assert batch.history[-1].sample.temperature_c.value == 99.0
            assert batch.alarms, "alarms are never among them"

    run(scene)
