"""The ladder of a command: what leaves, when, how often, and what proves it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alarmstation.application.requests import CancelCommand, SendCommand
from alarmstation.domain.command import CommandState
from alarmstation.domain.device import CommState
from alarmstation.domain.errors import Refused
from alarmstation.domain.messages import (
    AlarmType,
    CommandResponse,
    ConfigReadCommand,
    EventState,
    OutputCommand,
    OutputType,
    PatternType,
    Stage,
    SystemAction,
    SystemCommand,
)
from tests.application.builders import ADMIN, GUARD, HOST, START, TECHNICIAN, Site


@pytest.fixture
def site() -> Site:
    site = Site()
    site.beat()
    site.stored()
    return site


def commanded(site: Site) -> list[str]:
    """Names of the commands that leave now."""
    found = []
    for envelope in site.sent():
        command = site.station.commands.find(envelope.request_id)
        assert command is not None
        found.append(command.name)
    return found


def states(site: Site, request_id: str) -> list[str]:
    command = site.station.commands.find(request_id)
    assert command is not None
    return [step.state.value for step in command.steps]


# Leaving


def test_a_command_leaves_with_the_next_number_once_that_is_stored(site: Site) -> None:
    request_id = site.send("get-status", GUARD)
    site.station.tick(site.now)
    (dispatch,) = site.station.changes.work.dispatches
    assert site.station.changes.batch.counters == {site.unit.id: 1}
    assert dispatch.sequence == 1
    (envelope,) = site.sent()
    assert envelope.sequence == 1
    assert envelope.request_id == request_id
    assert envelope.timestamp == int(site.now.timestamp())
    assert envelope.expires_at == envelope.timestamp + 60
    assert states(site, request_id) == ["PENDING", "SENT"]


def test_commands_keep_their_distance(site: Site) -> None:
    for _ in range(3):
        site.send("siren", pattern="on", total_duration=5)
    left = 0
    for _ in range(3):
        assert len(site.sent()) == 1
        assert site.sent() == []
        left += 1
        site.wait(0.1)
    assert left == 3


def test_config_writes_keep_a_second(site: Site) -> None:
    for _ in range(2):
        site.send("config location", country="ES", zone=1, latitude=1.0, longitude=2.0)
    assert commanded(site) == ["config location"]
    site.wait(0.9)
    assert commanded(site) == []
    site.wait(0.1)
    assert commanded(site) == ["config location"]


def test_sixty_a_minute_are_the_most(site: Site) -> None:
    for _ in range(60):
        site.send("get-status")
    with pytest.raises(Refused, match="60 commands"):
        site.send("get-status")
    while site.sent():
        site.wait(0.1)
    site.wait(61)
    site.beat()
    site.send("get-status")


def test_repeats_count_among_the_sixty(site: Site) -> None:
    for _ in range(40):
        site.send("get-status")
    left = 0
    for _ in range(300):
        left += len(site.sent())
        site.wait(0.1)
    assert left == 60


def test_an_offline_unit_is_refused_unless_the_command_may_wait(site: Site) -> None:
    for _ in range(200):
        site.wait(1)
    assert site.unit.status.comm_state is CommState.OFFLINE
    with pytest.raises(Refused, match="not connected"):
        site.send("get-status")
    wish = SendCommand((site.unit.id,), "get-status", {}, queue=True)
    site.station.answer(ADMIN, wish, site.now)
    assert commanded(site) == []
    site.wait(1800)
    site.beat()
    site.wait(1)
    assert commanded(site) == ["get-status"]


def test_what_waited_too_long_is_expired(site: Site) -> None:
    site.station.deaf(site.now)
    request_id = site.send("get-status")
    for _ in range(61):
        assert site.sent() == []
        site.wait(1)
    assert states(site, request_id) == ["PENDING", "EXPIRED"]
    assert site.unit.counter == 0, "no number was used for what could not leave"


def test_a_command_stored_too_late_does_not_leave(site: Site) -> None:
    """The database was away for ten minutes while its number waited to be stored."""
    request_id = site.send("siren", GUARD, pattern="on", total_duration=20)
    site.station.tick(site.now)
    site.wait(600)
    site.stored()
    assert site.leaving == []
    site.wait(1)
    assert site.state_of(request_id) == "EXPIRED"


def test_a_broker_that_takes_nothing_is_asked_once_a_second(site: Site) -> None:
    request_id = site.send("get-status")
    for _ in range(30):
        site.station.tick(site.now)
        site.stored()
        for dispatch in site.leaving:
            site.station.commands.not_published(dispatch.request_id, site.now)
        site.wait(0.1)
    assert site.unit.counter <= 4
    command = site.station.commands.find(request_id)
    assert command is not None
    assert command.attempts <= 1


def test_a_lost_connection_repeats_only_what_may_be_done_twice(site: Site) -> None:
    status, siren = site.send("get-status"), site.send("siren", pattern="on", total_duration=9)
    for _ in range(3):
        site.station.tick(site.now)
        site.wait(0.2)
    site.stored()
    for request_id in (status, siren):
        site.station.commands.lost_in_flight(request_id, site.now)
    assert states(site, siren) == ["PENDING", "SENT"]
    site.wait(5)
    assert commanded(site) == ["get-status"]


def test_a_unit_without_a_key_is_not_sent_anything(site: Site) -> None:
    site.unit.key_fingerprint = ""
    with pytest.raises(Refused, match="No key"):
        site.send("get-status")


def test_numbers_at_the_end_of_32_bits_are_said_and_not_wrapped(site: Site) -> None:
    site.unit.counter = 0xFFFF_FFFF
    request_id = site.send("get-status")
    assert site.sent() == []
    command = site.station.commands.find(request_id)
    assert command is not None
    assert command.state is CommandState.FAILED
    assert "used up" in command.steps[-1].note


def test_only_what_has_not_left_can_be_cancelled(site: Site) -> None:
    first, second = site.send("get-status"), site.send("get-status")
    site.sent()
    with pytest.raises(Refused, match="not sent"):
        site.station.answer(ADMIN, CancelCommand(first), site.now)
    site.station.answer(ADMIN, CancelCommand(second), site.now)
    assert states(site, second) == ["PENDING", "CANCELLED"]
    site.wait(1)
    assert commanded(site) == []


# Answers


def test_a_staged_answer_climbs_rung_by_rung(site: Site) -> None:
    request_id = site.send("get-status")
    site.sent()
    site.answer(request_id, stage=Stage.ACCEPTED)
    assert site.state_of(request_id) == "ACKNOWLEDGED"
    site.answer(request_id, stage=Stage.EXECUTED, payload=b'{"uptime": 5}')
    assert states(site, request_id) == ["PENDING", "SENT", "ACKNOWLEDGED", "COMPLETED"]
    site.answer(request_id, stage=Stage.ACCEPTED)
    assert site.state_of(request_id) == "COMPLETED"


def test_an_answer_without_a_stage_is_final(site: Site) -> None:
    done, failed = site.send("get-status"), site.send("read wifi")
    for _ in range(2):
        site.sent()
        site.wait(0.2)
    site.answer(done)
    site.answer(failed, success=False, error_code=7)
    assert site.state_of(done) == "COMPLETED"
    command = site.station.commands.find(failed)
    assert command is not None
    assert command.state is CommandState.FAILED
    assert command.steps[-1].note == "unknown command"


def test_only_reads_and_offs_are_repeated_with_the_same_id_and_a_new_number(site: Site) -> None:
    status, siren = site.send("get-status"), site.send("siren", pattern="on", total_duration=5)
    sent = []
    for _ in range(290):
        sent += site.sent()
        site.wait(0.1)
    of_status = [e.sequence for e in sent if e.request_id == status]
    assert len(of_status) == 4
    assert of_status == sorted(set(of_status))
    assert sum(e.request_id == siren for e in sent) == 1
    site.wait(10)
    assert site.state_of(status) == site.state_of(siren) == "TIMEOUT"


def test_a_late_answer_is_recorded(site: Site) -> None:
    request_id = site.send("reboot")
    site.sent()
    for _ in range(13):
        site.wait(10)
    assert site.state_of(request_id) == "TIMEOUT"
    site.wait(5)
    assert site.answer(request_id) is None
    assert states(site, request_id)[-2:] == ["TIMEOUT", "COMPLETED"]
    assert "unmatched_response" not in {reason for _, reason in site.station.changes.batch.refusals}


@pytest.mark.parametrize("request_id", ["", "nobody-asked"])
def test_an_answer_that_nobody_asked_for_is_unmatched(site: Site, request_id: str) -> None:
    site.answer(request_id)
    assert (HOST, "unmatched_response") in site.station.changes.batch.refusals


def test_an_answer_of_another_unit_completes_nothing(site: Site) -> None:
    request_id = site.send("get-status")
    site.sent()
    site.hear(CommandResponse(request_id=request_id, success=True), host="STRANGER", verified=False)
    assert site.state_of(request_id) == "SENT"


# Proof


def test_telemetry_from_before_the_command_proves_nothing(site: Site) -> None:
    waiting = site.received(site.a_heartbeat(siren=True))
    site.wait(1)
    request_id = site.send("siren", pattern="on", total_duration=20)
    site.sent()
    site.answer(request_id)
    site.station.reception.receive(waiting)
    assert site.state_of(request_id) == "COMPLETED"
    site.wait(1)
    site.beat(siren=True)
    assert site.state_of(request_id) == "OBSERVED"


def test_an_output_event_proves_the_pattern(site: Site) -> None:
    request_id = site.send("turret", pattern="strobe", total_duration=20)
    site.sent()
    site.wait(1)
    site.hear(
        site.an_event(
            type=AlarmType.OUTPUT_EVENT, state=EventState.STARTING,
            output_type=OutputType.TURRET, pattern_type=PatternType.STROBE,
        )
    )  # fmt: skip
    assert site.state_of(request_id) == "SENT"
    site.answer(request_id)
    assert site.state_of(request_id) == "OBSERVED"


def test_what_was_seen_counts_though_its_answer_was_lost(site: Site) -> None:
    request_id = site.send("siren", pattern="on", total_duration=60)
    site.sent()
    site.wait(5)
    site.beat(siren=True)
    for _ in range(30):
        site.wait(1)
    assert states(site, request_id) == ["PENDING", "SENT", "OBSERVED"]


def test_a_login_after_a_restart_proves_a_reboot(site: Site) -> None:
    site.login(boot_count=3)
    site.wait(1)
    request_id = site.send("reboot")
    site.sent()
    site.wait(20)
    site.login(boot_count=4, uptime=2)
    assert states(site, request_id) == ["PENDING", "SENT", "COMPLETED", "OBSERVED"]


def test_a_config_write_is_read_back_and_compared(site: Site) -> None:
    request_id = site.send("config location", country="ES", zone=4, latitude=40.4, longitude=-3.7)
    site.sent()
    site.answer(request_id)
    site.wait(1.9)
    assert site.sent() == []
    site.wait(0.2)
    (reading,) = site.sent()
    assert isinstance(reading.body, ConfigReadCommand)
    payload = b'{"country": "ES", "zone": 4, "lat": 40.4, "lon": -3.7}'
    site.answer(reading.request_id, payload=payload)
    assert site.state_of(request_id) == "OBSERVED"


def test_a_difference_is_shown_and_confirms_nothing(site: Site) -> None:
    request_id = site.send("config location", country="ES", zone=4, latitude=40.4, longitude=-3.7)
    site.sent()
    site.answer(request_id)
    site.wait(2.1)
    (reading,) = site.sent()
    payload = b'{"country": "ES", "zone": 5, "lat": 40.4, "lon": -3.7}'
    site.answer(reading.request_id, payload=payload)
    for _ in range(3):
        command = site.station.commands.find(request_id)
        assert command is not None
        assert command.state is CommandState.COMPLETED
        assert "zone: 4 written, 5 read" in command.message
        site.wait(100)


# Time of the unit


def wrong_clock(site: Site, by_s: int) -> None:
    for _ in range(3):
        site.wait(30)
        site.beat(timestamp=int(site.now.timestamp()) + by_s)


def test_a_unit_with_a_wrong_clock_gets_its_time_first_stamped_by_its_own(site: Site) -> None:
    wrong_clock(site, -3600)
    request_id = site.send("get-status", GUARD)
    (first,) = site.sent()
    assert isinstance(first.body, SystemCommand)
    assert first.body.action == SystemAction.SET_TIME
    assert first.body.unix_time == int(site.now.timestamp())
    assert first.timestamp == pytest.approx(site.now.timestamp() - 3600, abs=2)
    site.wait(0.5)
    assert site.sent() == []
    site.answer(first.request_id)
    site.wait(0.5)
    (second,) = site.sent()
    assert second.request_id == request_id
    assert second.timestamp == int(site.now.timestamp()), "its clock is right now"


def test_a_unit_that_takes_no_time_still_gets_its_commands_and_is_asked_once(site: Site) -> None:
    wrong_clock(site, -3600)
    request_id = site.send("get-status")
    (first,) = site.sent()
    site.answer(first.request_id, success=False, error_code=3)
    site.wait(0.2)
    (second,) = site.sent()
    assert second.request_id == request_id
    assert second.timestamp == pytest.approx(site.now.timestamp() - 3600, abs=2)
    for _ in range(50):
        site.wait(0.1)
        assert not any(isinstance(e.body, SystemCommand) and e.body.unix_time for e in site.sent())


def test_a_unit_without_a_clock_is_stamped_with_ours(site: Site) -> None:
    site.wait(30)
    site.beat(timestamp=500)
    site.send("get-status")
    (first,) = site.sent()
    assert isinstance(first.body, SystemCommand)
    assert first.body.action == SystemAction.SET_TIME
    assert first.timestamp == int(site.now.timestamp())


# Outputs that must end


def off_of(site: Site) -> list[int]:
    bodies = [envelope.body for envelope in site.sent()]
    return [
        int(body.output)
        for body in bodies
        if isinstance(body, OutputCommand) and body.pattern is PatternType.OFF
    ]


def test_an_overrun_is_switched_off_long_after_its_command_was_proven(site: Site) -> None:
    request_id = site.send("siren", pattern="on", total_duration=300)
    site.sent()
    site.answer(request_id)
    for _ in range(10):
        site.wait(30)
        site.beat(siren=True)
        assert off_of(site) == []
    assert site.state_of(request_id) == "OBSERVED"
    site.wait(11)
    site.beat(siren=True)
    assert off_of(site) == [OutputType.SIREN]
    site.wait(1)
    site.beat(siren=True)
    assert off_of(site) == [], "one is on its way"


def test_what_ended_by_itself_is_left_alone(site: Site) -> None:
    request_id = site.send("siren", pattern="on", total_duration=20)
    site.sent()
    site.answer(request_id)
    site.wait(20)
    site.hear(
        site.an_event(
            type=AlarmType.OUTPUT_EVENT, state=EventState.STOPPING, output_type=OutputType.SIREN
        )
    )
    site.wait(20)
    site.beat(siren=True)  # the unit itself sounds it now
    assert off_of(site) == []


def test_all_outputs_are_watched_when_all_were_switched_on(site: Site) -> None:
    request_id = site.send("all", pattern="on", total_duration=10)
    site.sent()
    site.answer(request_id)
    site.wait(21)
    site.beat(siren=True, turret=True)
    switched_off = off_of(site)
    site.wait(0.2)
    assert sorted(switched_off + off_of(site)) == [OutputType.SIREN, OutputType.TURRET]


def test_a_permanent_output_runs_until_somebody_ends_it(site: Site) -> None:
    first = site.send("siren", pattern="on", total_duration=10)
    site.sent()
    site.answer(first)
    site.wait(1)
    request_id = site.send("siren", pattern="on", total_duration=0)
    site.sent()
    site.answer(request_id)
    for _ in range(10):
        site.wait(30)
        site.beat(siren=True)
        assert off_of(site) == []
    command = site.station.commands.find(request_id)
    assert command is not None
    assert command.permanent


def test_a_full_minute_does_not_break_the_watch_over_outputs(site: Site) -> None:
    request_id = site.send("siren", pattern="on", total_duration=1)
    site.sent()
    site.answer(request_id)
    site.wait(12)
    for _ in range(59):
        site.send("get-status")
    assert site.beat(siren=True) is None
    assert site.unit.status.io is not None


# Kept and restored


def test_the_last_ended_commands_stay_and_no_more(site: Site) -> None:
    site.station.deaf(site.now)
    for _ in range(300):
        request_id = site.send("get-status")
        site.station.answer(TECHNICIAN, CancelCommand(request_id), site.now)
    site.wait(1000)
    site.wait(1)
    assert len(list(site.station.commands)) == 200


def test_a_status_that_was_asked_for_is_stored(site: Site) -> None:
    site.wait(5)
    site.hear(site.a_status())
    site.stored()
    site.wait(5)
    site.hear(site.a_status())
    assert site.station.changes.batch.history == []
    site.send("get-status")
    site.sent()
    site.wait(1)
    site.hear(site.a_status())
    (row,) = site.station.changes.batch.history
    assert row.change_type.value == "MANUAL"
    assert row.sample.received_at == START + timedelta(seconds=11)


def test_a_foreign_command_lifts_the_number_that_comes_next(site: Site) -> None:
    site.station.admission.foreign_command(HOST, site.now, retained=False, sequence=500)
    site.send("get-status")
    (envelope,) = site.sent()
    assert envelope.sequence == 501
