"""The alarm outbox of `protocol.md` 9.1."""

from __future__ import annotations

from alarmstation.simulator.outbox import Entry, Outbox


def an_entry(sequence: int, *, active: bool = True, which: int = 1) -> Entry:
    return Entry(sequence, 1000 + sequence, which, active, bytes((sequence % 256,)))


def send_times(outbox: Outbox, until: float) -> list[float]:
    times = []
    while (due := outbox.next_due) is not None and due <= until:
        times += [due] * len(outbox.take_due(due))
    return times


def test_an_entry_is_sent_at_once_and_again_after_5_10_20_40_60_60_seconds() -> None:
    outbox = Outbox()
    outbox.add(an_entry(1), 0.0, connected=True)
    assert send_times(outbox, 300.0) == [0, 5, 15, 35, 75, 135, 195, 255]


def test_nothing_is_sent_without_a_session() -> None:
    outbox = Outbox()
    outbox.add(an_entry(1), 0.0, connected=False)
    assert outbox.next_due is None


def test_a_new_session_sends_all_oldest_first_ten_a_second_and_starts_the_delays_again() -> None:
    outbox = Outbox()
    for number in range(1, 13):
        outbox.add(an_entry(number), 0.0, connected=True)
    outbox.take_due(0.0)
    outbox.closed()
    outbox.opened(100.0)
    sent = []
    while (due := outbox.next_due) is not None and due < 102.0:
        sent += [(round(due, 1), entry.sequence) for entry in outbox.take_due(due)]
    assert [number for _, number in sent] == list(range(1, 13))
    assert sum(at < 101.0 for at, _ in sent) == 10
    assert outbox.next_due == 105.0


def test_a_receipt_needs_both_sequence_and_timestamp() -> None:
    outbox = Outbox()
    outbox.add(an_entry(7), 0.0, connected=True)
    assert not outbox.receipt(7, 1)
    assert not outbox.receipt(8, 1007)
    assert outbox.receipt(7, 1007)
    assert outbox.entries == []


def test_a_full_outbox_folds_a_completed_pair_and_keeps_first_active_and_latest_state() -> None:
    outbox = Outbox(capacity=8)
    for number in range(1, 9):
        outbox.add(an_entry(number, active=number % 2 == 1), 0.0, connected=False)
    outbox.add(an_entry(9, which=2), 0.0, connected=False)
    assert [entry.sequence for entry in outbox.entries] == [1, 4, 5, 6, 7, 8, 9]
    assert outbox.merged == 2


def test_a_full_outbox_never_drops_an_alarm_that_cannot_be_folded() -> None:
    outbox = Outbox(capacity=3)
    for which in range(1, 6):
        outbox.add(an_entry(which, which=which), 0.0, connected=False)
    assert len(outbox.entries) == 5


def test_it_survives_a_restart() -> None:
    outbox = Outbox()
    outbox.add(an_entry(7), 0.0, connected=True)
    restored = Outbox()
    restored.restore(outbox.to_json())
    assert restored.receipt(7, 1007)
