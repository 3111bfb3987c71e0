"""The load generator against a real broker."""

from __future__ import annotations

import struct
import time
from itertools import pairwise
from pathlib import Path

import pytest

from alarmstation.adapters.wire.frame import FrameKey
from alarmstation.domain.errors import Unavailable
from alarmstation.domain.messages import Heartbeat
from alarmstation.simulator.connection import BrokerAddress
from alarmstation.simulator.load import FIRST_UPTIME_S, LoadGenerator
from alarmstation.simulator.site import VirtualSite
from tests.conftest import BrokerAccess
from tests.simulator.listening import Until, address, listening


def test_every_message_is_valid_numbered_and_confirmed(
    broker: BrokerAccess, until: Until, tmp_path: Path
) -> None:
    plans = VirtualSite.drawn(20).plans
    keys = {plan.identity.host: FrameKey(plan.identity.key) for plan in plans if plan.identity.key}
    with listening(broker, keys) as ear:
        generator = LoadGenerator(
            plans, address(broker, as_station=True), messages=2000, connections=3, change_every=5
        )
        generator.connect()
        report = generator.run()
        until(lambda: len(ear.of(Heartbeat)) == 2000)
        assert ear.refused == []
        for plan in plans:
            beats = ear.of(Heartbeat, plan.identity.host)
            assert [it.uptime for it in beats] == [FIRST_UPTIME_S + turn for turn in range(100)]
            changes = sum(a.temperature != b.temperature for a, b in pairwise(beats))
            assert changes == 19
    assert (report.messages, report.acked, report.units) == (2000, 2000, 20)
    generator.write_times(tmp_path / "times")
    times = struct.unpack("<2000d", (tmp_path / "times").read_bytes())
    assert all(abs(at - time.time()) < 60 for at in times)


def test_a_rate_is_never_exceeded(broker: BrokerAccess) -> None:
    plans = VirtualSite.drawn(10).plans
    generator = LoadGenerator(
        plans, address(broker, as_station=True), messages=300, rate=1000, connections=2
    )
    generator.connect()
    report = generator.run()
    assert report.acked == 300
    assert report.published_per_s < 1100
    sent = sorted(generator.sent_at)
    assert sent[-1] - sent[0] > 0.27


def test_a_broker_that_refuses_or_is_away_is_unavailable(broker: BrokerAccess) -> None:
    plans = VirtualSite.drawn(1).plans
    for wrong in (
        BrokerAddress(port=1),
        BrokerAddress(host=broker.host, port=broker.port, user="nobody", password="x"),
    ):
        with pytest.raises(Unavailable):
            LoadGenerator(plans, wrong, messages=1).connect()
