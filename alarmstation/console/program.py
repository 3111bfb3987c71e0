"""`alarmstation console`."""

from __future__ import annotations

import argparse
from pathlib import Path

from alarmstation import locations, logs


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
    """Run the console until its window is closed."""
    from alarmstation.console.application import run_console  # noqa: PLC0415 - loads Qt

    home = locations.Home(Path(args.home).absolute()).create()
    logs.start("console", home.logs, "INFO")
    return run_console(home.path, start_service=not args.without_service)
