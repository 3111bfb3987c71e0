from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.messages import BleConfig, LocationConfig
from alarmstation.simulator.memory import Answer, Memory, ReceiveWindow
from alarmstation.simulator.outbox import Entry


@given(st.lists(st.integers(1, 200)))
def test_the_window_takes_each_number_once_and_nothing_older_than_64(numbers: list[int]) -> None:
    window = ReceiveWindow()
    taken: list[int] = []
    for number in numbers:
        expected = number not in taken and number > max(taken, default=0) - 64
        assert window.accept(number) == expected
        if expected:
            taken.append(number)


def test_a_memory_comes_back_from_json_as_it_was() -> None:
    memory = Memory(firmware="2.1.0", alarm_sequence=9, boot_count=3)
    memory.outbox.add(Entry(9, 17, 1, True, b"\x01\x02"), 0.0, connected=False)
    memory.settings.write(LocationConfig("PT", 5, 1.5, 2.5))
    memory.settings.write(BleConfig(adv_hmac_key=bytes(range(32))))
    memory.window.accept(77)
    memory.remember("r", Answer(True, 0, "ok", b"{}", 2))
    again = Memory.from_json(json.loads(json.dumps(memory.to_json())))
    assert again.to_json() == memory.to_json()
    assert again.settings.location == memory.settings.location
    assert again.settings.ble.adv_hmac_key == bytes(range(32))
    assert not again.window.accept(77)


def test_eight_requests_are_kept_over_a_restart() -> None:
    memory = Memory()
    for number in range(10):
        memory.remember(str(number), Answer(True, 0, "", b"", 1))
    assert list(memory.requests) == [str(number) for number in range(2, 10)]
