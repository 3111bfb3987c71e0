"""The one way to run a coroutine in the console."""

from __future__ import annotations

import asyncio
import logging

from alarmstation.console.tasks import Tasks
from alarmstation.domain.errors import Refused, Unavailable, UserError
from tests.conftest import ExpectedLog


async def test_what_a_task_raises_is_told(expected_log: ExpectedLog) -> None:
    expected_log(logging.ERROR, "a task of the console failed")
    told: list[UserError | Unavailable | None] = []
    tasks = Tasks(told.append)
    refusal, away = Refused("x", "no"), Unavailable("away")

    async def fail(error: Exception) -> None:
        raise error

    for error in (refusal, away, ZeroDivisionError()):
        await tasks.spawn(fail(error))
    assert told == [refusal, away, None]


async def test_closing_cancels_what_still_runs() -> None:
    tasks = Tasks(lambda _: None)
    ended: list[bool] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    tasks.spawn(wait())
    await asyncio.sleep(0)
    await tasks.close()
    assert ended == [True]


async def test_a_cancelled_task_is_no_failure() -> None:
    told: list[object] = []
    tasks = Tasks(told.append)
    tasks.spawn(asyncio.sleep(100))
    await asyncio.sleep(0)
    await tasks.close()
    assert told == []
