"""`alarmstation simulate`: virtual units, replayed recordings and load, from one command line."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from alarmstation.domain.errors import UserError
from alarmstation.locations import Home
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.dialogue import Dialogue
from alarmstation.simulator.effects import Session
from alarmstation.simulator.firmware import FirmwareRun, FirmwareUnits
from alarmstation.simulator.fleet import Accounts, Fleet, Script
from alarmstation.simulator.load import FIRST_SEQUENCE, LoadGenerator
from alarmstation.simulator.local_station import accounts_of, broker_of
from alarmstation.simulator.memory import Memory
from alarmstation.simulator.recording import (
    REPLAY_FIRMWARE,
    Recording,
    Replay,
    Stamp,
    read_recording,
)
from alarmstation.simulator.scenarios import SCENARIOS, scenario
from alarmstation.simulator.site import UnitPlan, VirtualSite
from alarmstation.simulator.traits import KINDS
from alarmstation.simulator.unit import VirtualUnit

log = logging.getLogger(__name__)

POLL_S: Final = 0.05
REPORT_EVERY_S: Final = 1.0
ONLINE_WITHIN_S: Final = 60.0
MEMORY_FILE: Final = "simulator.json"
FIRMWARE_FOLDER: Final = "firmware"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `simulate` and its options."""
    parser = subparsers.add_parser(
        "simulate",
        help="run virtual alarm units against a broker",
        description="Virtual alarm units that speak the wire exactly. Commands are read from the "
        "standard input, one a line, each answered by one JSON line; its end ends the program.",
    )
    where = parser.add_argument_group("broker")
    where.add_argument("--home", type=Path, help="home folder of a station on this machine")
    where.add_argument("--host", default="127.0.0.1")
    where.add_argument("--port", type=int, default=1883)
    where.add_argument("--user", default="", help="one account for all units")
    where.add_argument("--password", default="")
    where.add_argument("--password-file", type=Path)
    where.add_argument("--base-topic", default="")
    where.add_argument("--tls", action="store_true")
    where.add_argument("--ca-file", type=Path)
    where.add_argument(
        "--shared",
        type=int,
        default=0,
        metavar="N",
        help="all units over N connections: for thousands of units, without wills",
    )
    site = parser.add_argument_group("site")
    site.add_argument("--site", type=Path, help="TOML description or the JSON of --write-units")
    site.add_argument("--units", type=int, default=12)
    site.add_argument("--sites", type=int, default=3)
    site.add_argument("--seed", type=int, default=1)
    site.add_argument("--kind", choices=sorted(KINDS), default="our")
    site.add_argument("--heartbeat", type=int, metavar="S", help="heartbeat interval")
    site.add_argument("--write-units", type=Path, metavar="FILE", help="list for the station")
    site.add_argument("--no-run", action="store_true", help="only write the list")
    site.add_argument("--memory", type=Path, help="what units keep over a restart")
    site.add_argument(
        "--firmware",
        action="store_true",
        help="units that run the real firmware; --memory is then a folder",
    )
    play = parser.add_argument_group("what happens")
    play.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="NAME[:UNIT]",
        help=", ".join(SCENARIOS),
    )
    play.add_argument("--replay", type=Path, metavar="FILE", help="recording, .csv or .csv.gz")
    play.add_argument("--speed", type=float, default=1.0, help="0: as fast as possible")
    play.add_argument("--stamp", choices=[stamp.value for stamp in Stamp], default="now")
    play.add_argument("--limit", type=int, help="rows of the recording")
    play.add_argument("--load", type=float, metavar="RATE", help="messages/s; 0: at once")
    play.add_argument("--messages", type=int, default=10_000, help="of --load")
    play.add_argument("--connections", type=int, default=2, help="of --load")
    play.add_argument("--change-every", type=int, default=10, help="of --load")
    play.add_argument("--sequence", type=int, default=FIRST_SEQUENCE, help="first SEQ of --load")
    play.add_argument("--first-id", type=int, default=0, help="device id of the first of --load")
    play.add_argument("--times", type=Path, help="send times of --load, doubles")
    play.add_argument("--duration", type=float, metavar="S")
    play.add_argument("--no-stdin", action="store_true", help="take no commands")
    play.add_argument("--status-file", type=Path, help="counters, written every second")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what the options say; the exit status. Raises UserError or Unavailable."""
    recording = read_recording(args.replay, args.limit) if args.replay else None
    plans = _plans(args, recording)
    if args.write_units:
        VirtualSite(plans).write_units(args.write_units)
    if args.no_run:
        return 0
    broker, accounts = _broker(args, plans)
    if args.firmware:
        return _firmware(args, plans, broker, accounts)
    if args.load is not None:
        return _load(args, plans, broker)
    return _live(args, plans, broker, accounts, recording)


def _plans(args: argparse.Namespace, recording: Recording | None) -> list[UnitPlan]:
    traits = KINDS[args.kind]
    if recording is not None:
        traits = replace(traits, heartbeat_qos=REPLAY_FIRMWARE.heartbeat_qos)
        plans = recording.plans(args.seed, traits)
        return _as_listed(plans, args.site) if args.site is not None else plans
    if args.site is not None:
        return VirtualSite.read(args.site).plans
    return VirtualSite.drawn(args.units, args.sites, args.seed, traits).plans


def _as_listed(plans: list[UnitPlan], file: Path) -> list[UnitPlan]:
    """The same units with the MAC, key and password that a list gives them.

    Raises:
        UserError: the list cannot be read, or lacks one of the units.
    """
    listed = {plan.identity.host: plan.identity for plan in VirtualSite.read(file).plans}
    missing = [plan.identity.host for plan in plans if plan.identity.host not in listed]
    if missing:
        raise UserError(
            "simulate.not_listed",
            "{file} has no unit {host}, which the recording needs.",
            file=file,
            host=missing[0],
        )
    return [replace(plan, identity=listed[plan.identity.host]) for plan in plans]


def _broker(
    args: argparse.Namespace, plans: Sequence[UnitPlan]
) -> tuple[BrokerAddress, Accounts | None]:
    if args.home is not None:
        home = Home(args.home.absolute())
        broker = broker_of(home)
        if args.base_topic:
            broker = replace(broker, base_topic=args.base_topic)
        return broker, accounts_of(home)
    password = args.password
    if args.password_file:
        try:
            password = args.password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UserError(
                "simulate.password_file", "the password file: {problem}", problem=error
            ) from error
    broker = BrokerAddress(
        host=args.host,
        port=args.port,
        user=args.user,
        password=password,
        base_topic=args.base_topic or "esg",
        tls=args.tls,
        ca_file=args.ca_file,
    )
    if args.user:
        return broker, None
    own = {plan.identity.host: plan.identity.broker_password or None for plan in plans}
    return broker, own.get


# --- load


def _load(args: argparse.Namespace, plans: Sequence[UnitPlan], broker: BrokerAddress) -> int:
    generator = LoadGenerator(
        plans,
        broker,
        messages=args.messages,
        rate=args.load,
        connections=args.connections,
        change_every=args.change_every,
        sequence=args.sequence,
        first_id=args.first_id,
    )
    generator.connect()
    _say({"ready": True, "units": len(plans), "messages": args.messages})
    if not args.no_stdin:
        sys.stdin.readline()  # whoever measures says when
    report = generator.run()
    if args.times:
        generator.write_times(args.times)
    _say(asdict(report))
    return 0


# --- units that run the firmware


def _firmware(
    args: argparse.Namespace,
    plans: Sequence[UnitPlan],
    broker: BrokerAddress,
    accounts: Accounts | None,
) -> int:
    """Start the firmware's own program and let it speak in our place."""
    if args.shared or args.replay or args.load is not None:
        raise UserError(
            "simulate.not_firmware",
            "--shared, --replay and --load are for simulated units, not for the firmware.",
        )
    folder = args.memory or (args.home / FIRMWARE_FOLDER if args.home else None)
    options = [part for name in args.scenario for part in ("--scenario", name)]
    if args.duration:
        options += ["--duration", str(args.duration)]
    if args.no_stdin:
        options.append("--no-stdin")
    if args.status_file:
        options += ["--status-file", str(args.status_file)]
    run = FirmwareRun(plans, broker, accounts, folder, args.heartbeat, options=tuple(options))
    units = FirmwareUnits(run, speaks=True)
    with _stop_by_signal() as stop, units:
        while (status := units.ended(POLL_S)) is None:
            if stop.is_set():
                return units.stop()
    return status


# --- live units


def _live(
    args: argparse.Namespace,
    plans: Sequence[UnitPlan],
    broker: BrokerAddress,
    accounts: Accounts | None,
    recording: Recording | None,
) -> int:
    memory_file = args.memory
    if memory_file is None and args.home is not None:
        memory_file = args.home / MEMORY_FILE
    keeper = MemoryKeeper(memory_file)
    units = [plan.unit(time.time(), keeper.of(plan)) for plan in plans]
    for unit in units:
        unit.beats_by_itself = recording is None
        if args.heartbeat:
            device = unit.memory.settings.device
            unit.memory.settings.device = replace(device, heartbeat_interval=args.heartbeat)
    fleet = Fleet(units, broker, shared_connections=args.shared, accounts=accounts)
    stories = [_story(units, text) for text in args.scenario]
    with _stop_by_signal() as stop, fleet:
        running = [fleet.run_script(unit, script) for unit, script in stories]
        replay = _start_replay(args, recording, fleet, stop)
        _say({"ready": True, "units": len(units)})
        _attend(args, fleet, keeper, running, replay, stop)
    keeper.save(units)
    if replay is not None:
        _say({"replayed": replay.sent, "of": replay.total} | dict(fleet.counts()))
    return 0


def _attend(
    args: argparse.Namespace,
    fleet: Fleet,
    keeper: MemoryKeeper,
    running: Sequence[Future[None]],
    replay: Replay | None,
    stop: threading.Event,
) -> None:
    """Answer commands until it is over."""
    dialogue = Dialogue(fleet)
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    if not args.no_stdin:
        threading.Thread(target=_read_lines, args=(lines,), name="commands", daemon=True).start()
    ends_at = time.monotonic() + args.duration if args.duration else float("inf")
    ends_alone = args.no_stdin and not args.duration and bool(running)
    report_at = 0.0
    while not stop.is_set() and not dialogue.finished and time.monotonic() < ends_at:
        if replay is not None and replay.delivered:
            return
        if ends_alone and all(story.done() for story in running):
            return
        if time.monotonic() >= report_at:
            report_at = time.monotonic() + REPORT_EVERY_S
            fleet.call(lambda: keeper.save(fleet.members))
            if args.status_file:
                _write(args.status_file, dict(fleet.counts()))
        with contextlib.suppress(queue.Empty):
            line = lines.get(timeout=POLL_S)
            if line is None:
                return
            sys.stdout.write(dialogue.answer(line) + "\n")
            sys.stdout.flush()


def _read_lines(lines: queue.SimpleQueue[str | None]) -> None:
    for line in sys.stdin:
        lines.put(line)
    lines.put(None)


def _start_replay(
    args: argparse.Namespace, recording: Recording | None, fleet: Fleet, stop: threading.Event
) -> Replay | None:
    if recording is None:
        return None
    deadline = time.monotonic() + ONLINE_WITHIN_S
    while fleet.online < len(fleet.members) and not stop.wait(POLL_S):
        if time.monotonic() > deadline:
            raise UserError(
                "simulate.offline",
                "{missing} of {all} units could not log in within {seconds:.0f} s",
                missing=len(fleet.members) - fleet.online,
                all=len(fleet.members),
                seconds=ONLINE_WITHIN_S,
            )
    replay = Replay(recording, fleet, speed=args.speed, stamp=Stamp(args.stamp))
    replay.start()
    return replay


def _story(units: Sequence[VirtualUnit], text: str) -> tuple[VirtualUnit, Script]:
    """The unit and script of NAME or NAME:UNIT, UNIT a hostname or a number from 1."""
    name, _, wanted = text.partition(":")
    play = scenario(name)
    found = [
        unit
        for number, unit in enumerate(units, start=1)
        if wanted in {unit.host, str(number)} or not wanted
    ]
    if not found:
        raise UserError("simulate.no_unit", "no unit is called {name}", name=wanted)
    unit = found[0]

    def when_online() -> Script:
        while unit.session is not Session.ONLINE:
            yield 0.1
        yield from play(unit)

    return unit, when_online()


@contextlib.contextmanager
def _stop_by_signal() -> Iterator[threading.Event]:
    """Ask to stop by SIGINT or SIGTERM instead of breaking off; only the main thread may ask."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    former = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, previous in zip(numbers, former, strict=True):
            signal.signal(number, previous)


class MemoryKeeper:
    """Keeps what units remember over a restart of the simulator; None keeps nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: dict[str, Any] = {}
        self._written = ""
        self._troubled = False
        if file is not None and file.is_file():
            try:
                self._known = json.loads(file.read_text(encoding="utf-8"))
            except ValueError as error:
                raise UserError(
                    "simulate.memory",
                    "{file} is damaged: {problem}. Delete it; the units then start as new.",
                    file=file,
                    problem=error,
                ) from error

    def of(self, plan: UnitPlan) -> Memory | None:
        """The memory of a unit, if it has one."""
        data = self._known.get(plan.identity.host)
        return None if data is None else Memory.from_json(data)

    def save(self, units: Sequence[VirtualUnit]) -> None:
        """Write it down if it changed."""
        if self._file is None:
            return
        for unit in units:
            self._known[unit.identity.host] = unit.memory.to_json()
        text = json.dumps(self._known)
        if text != self._written:
            self._written = text
            self._write(text)

    def _write(self, text: str) -> None:
        """A full disk must not end the units: they go on and remember when there is room."""
        assert self._file is not None
        try:
            _write_text(self._file, text)
        except OSError as error:
            self._written = ""
            if not self._troubled:
                log.warning("%s cannot be written: %s", self._file, error.strerror or error)
            self._troubled = True
        else:
            self._troubled = False


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _write(path: Path, data: dict[str, Any]) -> None:
    _write_text(path, json.dumps(data) + "\n")


def _write_text(path: Path, text: str) -> None:
    """Atomically, for the owner's eyes only."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
