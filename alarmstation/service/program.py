"""`alarmstation service`: runs the background service in the foreground of a process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from alarmstation import config, locations, logs
from alarmstation.adapters.single_instance import SingleInstance
from alarmstation.locations import Home
from alarmstation.service.service import Service

PARENT_CHECK_S = 0.5


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command line of `service`."""
    parser = subparsers.add_parser(
        "service",
        help="run the background service without a console",
        description="Hears the units, decides, stores and shows. Ends on SIGTERM or Ctrl+C.",
    )
    parser.add_argument("--home", type=Path, help="folder of settings and data")
    parser.add_argument(
        "--ends-with-parent", action="store_true", help="end when the starting program ends"
    )
    parser.add_argument(
        "--demonstration", action="store_true", help="tell consoles that the site is simulated"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the service; 0 after an orderly end.

    Raises:
        UserError: settings are wrong, or the home is in use by another service.
    """
    home = (Home(args.home.absolute()) if args.home else locations.home()).create()
    settings = config.load(home.path)
    logs.start("service", home.logs, settings.service.log_level)
    with (
        SingleInstance(home.run / "service.lock"),
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):
        service = Service(settings, home, demonstration=args.demonstration)
        runner.run(_until_told(service, ends_with_parent=args.ends_with_parent))
    return 0


async def _until_told(service: Service, *, ends_with_parent: bool) -> None:
    running = asyncio.ensure_future(service.run())
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, running.cancel)
    if ends_with_parent:
        watching = asyncio.ensure_future(_parent_ended())
        watching.add_done_callback(lambda _: running.cancel())
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await running
        except BaseExceptionGroup as group:
            # A single failure is told as itself, not as a group of one.
            raise (group.exceptions[0] if len(group.exceptions) == 1 else group) from None


async def _parent_ended() -> None:
    """Returns when the process that started this one is gone."""
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110  # the system tells nobody
        await asyncio.sleep(PARENT_CHECK_S)
