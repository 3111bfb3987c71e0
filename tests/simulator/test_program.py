"""`alarmstation simulate` as a child process, driven by lines."""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from alarmstation.domain.errors import Unavailable, UserError
from alarmstation.domain.messages import AlarmEvent, Heartbeat, LastWill
from alarmstation.locations import Home
from alarmstation.simulator import program
from alarmstation.simulator.local_station import accounts_of, broker_of
from alarmstation.simulator.program import MemoryKeeper
from alarmstation.simulator.site import VirtualSite
from tests.conftest import BrokerAccess, ExpectedLog
from tests.simulator.listening import Until, listening


class Child:
    """The simulator as its own process."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "alarmstation", "simulate", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the simulator ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()


@contextmanager
def a_child(broker: BrokerAccess, *options: str) -> Iterator[Child]:
    child = Child(
        "--host", broker.host, "--port", str(broker.port), "--base-topic", broker.base_topic,
        "--user", broker.station.user, "--password", broker.station.password, *options,
    )  # fmt: skip
    try:
        yield child
    finally:
        if child.process.stdin is not None:
            child.process.stdin.close()
        assert child.process.wait(20.0) == 0
        if child.process.stdout is not None:
            child.process.stdout.close()


def parsed(*options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    program.add_parser(parser.add_subparsers())
    return parser.parse_args(["simulate", *options])


def test_lines_drive_the_units_and_each_is_answered_by_one_json_line(
    broker: BrokerAccess, until: Until, tmp_path: Path
) -> None:
    status = tmp_path / "status.json"
    site = VirtualSite.drawn(3, 1, 5)
    keys = {plan.identity.host: plan.unit(0.0).key for plan in site.plans}
    with (
        listening(broker, keys) as ear,
        a_child(broker, "--units", "3", "--seed", "5", "--status-file", str(status)) as child,
    ):
        ear.receipts = True
        assert child.read() == {"ready": True, "units": 3}
        for number in (1, 2, 3):
            assert child.ask(f"wait {number} online 10")["ok"]
        first = site.plans[0].identity.host
        pressed = child.ask("press 1 panic1")
        assert pressed["unit"] == first
        assert pressed["event"] == 1
        receipt = child.ask("wait 1 receipt 10")["last_receipt"]
        assert receipt["event"] == 1
        assert child.ask("press 1 panic1")["event"] is None
        assert child.ask("release 1 panic1")["event"] == 2
        assert child.ask("open 2")["event"] == 1
        assert child.ask("close 2")["event"] == 2
        assert child.ask("climate 3 31.5 12")["ok"]
        assert child.ask("beat 3")["ok"]
        until(lambda: ear.of(Heartbeat, site.plans[2].identity.host)[-1].temperature == 31.5)
        assert child.ask("clock 3 1970")["stamp"] < 1000
        assert child.ask("clock 3 ok")["stamp"] > 1_600_000_000
        assert child.ask("badtag 1")["ok"]
        until(lambda: (first, "alarm", "bad_tag") in ear.refused)
        assert child.ask("duplicate 1")["repeated"]
        assert child.ask("replay 2")["ok"]
        assert child.ask("flood 2 50")["sent"] == 50
        assert child.ask("silence 2")["ok"]
        assert child.ask("show 2")["silent"]
        assert child.ask("speak 2")["ok"]
        assert child.ask("unplug 2")["ok"]
        until(lambda: ear.of(LastWill))
        assert child.ask("plug 2")["ok"]
        assert child.ask("wait 2 online 10")["ok"]
        assert child.ask("reboot 3")["ok"]
        assert len(child.ask("list")["units"]) == 3
        assert child.ask("counts")["problems"] == 0
        until(status.exists)
        assert json.loads(status.read_text())["units"] == 3
        assert child.ask("quit")["ok"]
        assert child.process.wait(10.0) == 0


@pytest.mark.parametrize(
    "line", ["press", "press 9 panic1", "press 1 button", "dance 1", "wait 1 fame 1", "press '"]
)
def test_a_line_that_makes_no_sense_is_answered_with_the_reason(
    broker: BrokerAccess, line: str
) -> None:
    with a_child(broker, "--units", "1") as child:
        child.read()
        answer = child.ask(line)
        assert not answer["ok"]
        assert answer["error"]


def test_the_end_of_the_input_ends_the_program(broker: BrokerAccess) -> None:
    with a_child(broker, "--units", "1") as child:
        child.read()


def test_units_remember_over_a_restart_of_the_simulator(
    broker: BrokerAccess, tmp_path: Path
) -> None:
    options = ("--units", "1", "--memory", str(tmp_path / "memory.json"))
    with a_child(broker, *options) as child:
        child.read()
        assert child.ask("press 1 panic1")["event"] == 1
        assert child.ask("show 1")["boot_count"] == 1
    with a_child(broker, *options) as child:
        child.read()
        shown = child.ask("show 1")
        assert (shown["boot_count"], shown["outbox"]) == (2, 1)
        assert child.ask("press 1 panic2")["event"] == 2


def test_units_go_on_when_their_memory_cannot_be_written_and_write_it_later(
    tmp_path: Path, expected_log: ExpectedLog
) -> None:
    expected_log(logging.WARNING, "memory.json cannot be written")
    file = tmp_path / "not yet there" / "memory.json"
    unit = VirtualSite.drawn(1).plans[0].unit(now=0.0)
    keeper = MemoryKeeper(file)
    keeper.save([unit])
    keeper.save([unit])
    file.parent.mkdir()
    keeper.save([unit])
    assert unit.identity.host in json.loads(file.read_text())


def test_a_scenario_can_be_given_on_the_command_line(broker: BrokerAccess, until: Until) -> None:
    site = VirtualSite.drawn(2)
    keys = {plan.identity.host: plan.unit(0.0).key for plan in site.plans}
    with (
        listening(broker, keys) as ear,
        a_child(broker, "--units", "2", "--scenario", "press:2", "--no-stdin"),
    ):
        until(lambda: len({it.sequence for it in ear.of(AlarmEvent)}) == 2, 20.0)
        assert {host for host, leaf, _ in ear.heard if leaf == "alarm"} == {
            site.plans[1].identity.host
        }


def test_a_recording_is_replayed_and_reported(broker: BrokerAccess, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(
        "device,time_utc,temperature,humidity\n"
        + "".join(f"room,2024-01-01T00:{n:02d}:00Z,{20 + n / 10},40\n" for n in range(30))
    )
    with a_child(
        broker, "--replay", str(file), "--speed", "0", "--shared", "1", "--no-stdin"
    ) as child:
        assert child.read() == {"ready": True, "units": 1}
        report = child.read()
        assert (report["replayed"], report["of"]) == (30, 30)


def test_recorded_units_keep_the_keys_of_the_list_that_they_were_enrolled_with(
    tmp_path: Path,
) -> None:
    recording, listed, again = (tmp_path / name for name in ("r.csv", "u.json", "again.json"))
    recording.write_text(
        "device,time_utc,temperature\none,2024-01-01T00:00:00Z,20\ntwo,2024-01-01T00:00:01Z,20\n"
    )
    replayed = ("--replay", str(recording), "--no-run")
    for options in (
        ("--seed", "5", "--write-units", str(listed)),
        ("--seed", "6", "--site", str(listed), "--limit", "1", "--write-units", str(again)),
    ):
        args = parsed(*replayed, *options)
        assert args.run(args) == 0
    assert json.loads(again.read_text()) == json.loads(listed.read_text())[:1]


def test_a_recorded_unit_that_the_list_lacks_is_named(tmp_path: Path) -> None:
    recording, listed = tmp_path / "r.csv", tmp_path / "u.json"
    recording.write_text("device,time_utc,temperature\nroom,2024-01-01T00:00:00Z,20\n")
    args = parsed("--units", "1", "--write-units", str(listed), "--no-run")
    assert args.run(args) == 0
    args = parsed("--replay", str(recording), "--site", str(listed), "--no-run")
    with pytest.raises(UserError, match=r"has no unit room"):
        args.run(args)


def test_load_waits_for_a_line_and_reports_its_rate(broker: BrokerAccess) -> None:
    with a_child(broker, "--units", "5", "--load", "0", "--messages", "200") as child:
        assert child.read()["ready"]
        assert child.ask("go")["acked"] == 200


def test_the_list_for_the_station_can_be_written_without_running(tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    args = parsed("--units", "4", "--sites", "2", "--write-units", str(file), "--no-run")
    assert args.run(args) == 0
    assert len(json.loads(file.read_text())) == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--replay", "/nowhere/none.csv"], "none.csv"),
        (["--home", "/nowhere"], "start the station"),
        (["--site", "/nowhere/site.toml"], "cannot be read as a site"),
        (["--units", "1", "--scenario", "dance"], "There is no scenario dance"),
        (["--units", "1", "--scenario", "press:nobody"], "no unit is called nobody"),
        (["--password-file", "/nowhere/none"], "the password file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(options: list[str], words: str) -> None:
    args = parsed(*options)
    with pytest.raises((UserError, Unavailable), match=words):
        args.run(args)


def test_the_broker_of_a_home_is_found_with_its_accounts(broker: BrokerAccess) -> None:
    home = Home(broker.server.folder.parent)
    found = broker_of(home)
    assert (found.host, found.port) == (broker.host, broker.port)
    assert (found.user, found.password) == (broker.station.user, broker.station.password)
    account = broker.add_unit("GATE_9")
    assert accounts_of(home)("GATE_9") == account.password
    assert accounts_of(home)("NOBODY") is None
