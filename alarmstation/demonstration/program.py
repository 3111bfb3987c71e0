"""`alarmstation demo`: private database and broker, service, simulated site, console."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from alarmstation import locations, logs
from alarmstation.adapters.link import token_file
from alarmstation.demonstration import scene
from alarmstation.demonstration.children import Child, SimulatorChild, Simulators
from alarmstation.domain.errors import UserError
from alarmstation.locations import Home
from alarmstation.simulator.firmware import firmware_binary


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command line of `demo`."""
    parser = subparsers.add_parser(
        "demo",
        help="a simulated site with everything started",
        description="Starts a private database, broker, service, a simulated site and the console. "
        "Without a screen it drills one alarm end to end and leaves pictures and a summary.",
    )
    parser.add_argument("--home", type=Path, help="folder of the demonstration's own station")
    parser.add_argument("--pictures", type=Path, help="folder for pictures and summary")
    parser.add_argument("--language", choices=("en", "es"), default="", help="of the screens")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument(
        "--drill", action="store_true", help="drill one alarm and end, also with a screen"
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier demonstrations first")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the demonstration; 0 when all that it drilled worked.

    Raises:
        UserError: something is missing, with what to do.
        Unavailable: a part did not get ready.
    """
    began = time.monotonic()
    path = args.home.absolute() if args.home else locations.data_folder() / "demonstration"
    home = Home(path)
    if args.fresh and home.path.exists():
        _forget(home)
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    has_screen = has_screen or sys.platform in {"win32", "darwin"}
    if not has_screen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    drill = args.drill or not has_screen
    pictures = (args.pictures or home.path / "pictures").absolute()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:5.1f} s] {text}", flush=True)  # noqa: T201  # progress

    say(f"demonstration in {home.path}")
    units = scene.prepare(home, args.language)
    logs.start("demonstration", home.logs, "INFO", terminal=False)
    token_file.token_path(home.path).unlink(missing_ok=True)
    say("starting the service: private database, broker, migrations")
    service = Child(
        "service", "--home", str(home.path), "--ends-with-parent", "--demonstration",
        log=home.logs / "service.err",
    )  # fmt: skip
    children: list[SimulatorChild] = []
    try:
        service.wait_until(token_file.token_path(home.path).exists, "the service's start", 60)
        say("enrolling the simulated site")
        devices = asyncio.run(scene.enrol(home, units))
        rows = scene.give_past(home, units, devices, datetime.now(UTC))
        say(f"{len(devices)} units in {scene.SITES} places, {rows} rows of a simulated past")
        firmware, simulated = scene.parted(units, _has_firmware(say))
        if firmware is not None:
            log = home.logs / "firmware.err"
            children.append(SimulatorChild(home.path, firmware, log, firmware=True))
        children.append(SimulatorChild(home.path, simulated, home.logs / "simulator.err"))
        units_of = Simulators(children)
        units_of.give_weather(time.time())
        say("the units are switched on")
        # Qt is loaded only now: a machine without its libraries is told what is missing, by name.
        from alarmstation.demonstration import screens  # noqa: PLC0415

        return screens.run(
            screens.Stage(home, units_of, pictures, args.theme, args.language, drill=drill), say
        )
    except ImportError as error:
        raise UserError(
            "demo.qt-missing",
            "A library that the screens need is missing: {problem}. Run installer/dev.sh setup.",
            problem=error,
        ) from error
    finally:
        say("ending everything that was started")
        for child in children:
            child.stop()
        service.stop()
        say("done")


def _has_firmware(say: Callable[[str], None]) -> bool:
    """Whether the real firmware can be built and run here; says which units there will be."""
    say("looking for a compiler for the units' firmware")
    if firmware_binary() is None:
        say("none that will do: all units are simulated")
        return False
    say(f"{scene.FIRMWARE_UNITS} units run the real firmware, the others are simulated")
    return True


def _forget(home: Home) -> None:
    """Remove an earlier demonstration, and nothing that is none."""
    if not (home.secrets / "simulated_units.json").exists():
        raise UserError(
            "demo.not-a-demonstration",
            "{folder} is not the folder of a demonstration; nothing was removed.",
            folder=home.path,
        )
    shutil.rmtree(home.path)
