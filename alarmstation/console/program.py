"""`alarmstation console`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from alarmstation import locations, logs
from alarmstation.domain.errors import UserError

log = logging.getLogger(__name__)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `console`."""
    parser = subparsers.add_parser("console", help="the screens")
    parser.add_argument(
        "--home",
        type=Path,
        default=locations.home().path,
        help="folder of the station (default: %(default)s)",
    )
    parser.add_argument(
        "--without-service",
        action="store_true",
        help="never start a service; wait for one that is started otherwise",
    )


def run(args: argparse.Namespace) -> int:
    """Run the console until its window is closed.

    Raises:
        UserError: it cannot start; said on the screen and in the log before.
    """
    from alarmstation.console import application  # noqa: PLC0415 - loads Qt

    home = locations.Home(Path(args.home).absolute()).create()
    logs.start("console", home.logs, "INFO", terminal=False)
    try:
        return application.run_console(home.path, start_service=not args.without_service)
    except UserError as error:
        log.error("the console cannot start: %s", error)
        application.show_problem(str(error))
        raise
