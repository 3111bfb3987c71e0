"""The command line. Each subcommand is imported only when it is the one that was asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from alarmstation import __version__
from alarmstation.domain.errors import AlarmStationError, Unavailable, UserError

USER_ERROR = 2
"""Exit status when the person who started the program can mend what was wrong."""


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A module with `add_parser(subparsers)` and `run(args) -> int`."""

    module: str
    help: str


SUBCOMMANDS = {
    "console": Subcommand("alarmstation.console.program", "the screens (also without a word)"),
    "service": Subcommand("alarmstation.service.program", "the background service, no screen"),
    "demo": Subcommand("alarmstation.demonstration.program", "a simulated site with everything"),
    "simulate": Subcommand("alarmstation.simulator.program", "virtual units and scenarios"),
    "db": Subcommand("alarmstation.cli_db", "look at the database"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the program's exit status.

    What a person can mend is one plain sentence on the error stream, never a traceback.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except (UserError, Unavailable) as error:
        print(f"alarmstation: {error}", file=sys.stderr)  # noqa: T201 - the answer of a program
        return USER_ERROR
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _dispatch(arguments: list[str]) -> int:
    word = next((a for a in arguments if not a.startswith("-")), "")
    if word == "version" or "--version" in arguments[:1]:
        print(f"alarmstation {__version__}")  # noqa: T201 - the answer of a program
        return 0
    if word not in SUBCOMMANDS and (not arguments or arguments[0] == "--home"):
        arguments, word = ["console", *arguments], "console"
    args = _parser(word).parse_args(arguments)
    if word not in SUBCOMMANDS:
        return USER_ERROR
    status = import_module(SUBCOMMANDS[word].module).run(args)
    if not isinstance(status, int):
        raise AlarmStationError(f"{word} gave no exit status")
    return status


def _parser(word: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alarmstation",
        description="Monitoring station for ESP32 alarm units.",
        epilog="Without a command the console is started.",
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, subcommand in SUBCOMMANDS.items():
        if name == word:
            import_module(subcommand.module).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=subcommand.help)
    subparsers.add_parser("version", help="print the version")
    return parser
