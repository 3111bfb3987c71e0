from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alarmstation.domain.cdc import TOLERANCE, CdcRules, ChangeRecorder, compare, primary
from alarmstation.domain.device import Io, Quality, QualityReason, Reading
from alarmstation.domain.telemetry import ChangeMask, ChangeType, HistoryRow, Sample

START = datetime(2026, 1, 1, tzinfo=UTC)


def good(value: float) -> Reading:
    return Reading(value, Quality.GOOD, QualityReason.NONE)


def a_sample(
    seconds: float = 0.0, temperature: float = 20.0, humidity: float = 50.0, **more: object
) -> Sample:
    sample = Sample(
        device_id=1,
        received_at=START + timedelta(seconds=seconds),
        temperature_c=good(temperature),
        humidity_pct=good(humidity),
    )
    return replace(sample, **more)  # type: ignore[arg-type]


def rows_of(samples: list[Sample], rules: CdcRules | None = None) -> list[HistoryRow]:
    recorder = ChangeRecorder(rules or CdcRules())
    return [row for sample in samples for row in recorder.record(sample)]


def longest_silence(rows: list[HistoryRow]) -> float:
    times = [row.sample.received_at for row in rows]
    return max((b - a).total_seconds() for a, b in pairwise(times))


def test_a_day_of_identical_heartbeats_makes_289_rows() -> None:
    rows = rows_of([a_sample(30.0 * i) for i in range(2881)])
    assert len(rows) == 289
    assert longest_silence(rows) == 300
    assert rows[1].change_type is ChangeType.PERIODIC


def test_a_ramp_of_600_tenths_makes_121_rows() -> None:
    rows = rows_of([a_sample(30.0 * i, 20.0 + 0.1 * i) for i in range(601)])
    assert len(rows) == 121
    assert {row.change_type for row in rows[1:]} == {ChangeType.SENSOR_DATA}


@given(st.lists(st.floats(59.0, 61.0), min_size=12, max_size=80))
def test_an_unsteady_rhythm_never_leaves_more_than_the_force_interval(gaps: list[float]) -> None:
    at, samples = 0.0, []
    for gap in gaps:
        samples.append(a_sample(at))
        at += gap
    rows = rows_of(samples)
    assert len(rows) < 2 or longest_silence(rows) <= 300.001


@given(
    st.lists(
        st.tuples(st.floats(-39, 120, width=32), st.floats(0, 100, width=32)),
        min_size=1,
        max_size=120,
    )
)
def test_the_reconstructed_value_is_always_closer_than_the_threshold(
    values: list[tuple[float, float]],
) -> None:
    recorder = ChangeRecorder(CdcRules(force_interval_s=0))
    held: Sample | None = None
    for i, (temperature, humidity) in enumerate(values):
        sample = a_sample(30.0 * i, temperature, humidity)
        for row in recorder.record(sample):
            held = row.sample
        assert held is not None
        assert held.temperature_c.value is not None
        assert held.humidity_pct.value is not None
        assert abs(held.temperature_c.value - temperature) < 0.5
        assert abs(held.humidity_pct.value - humidity) < 2.0


def test_float_tails_do_not_decide() -> None:
    first, second = a_sample(0, 18.9), a_sample(30, 18.899999618530273 + 0.5)
    assert len(rows_of([first, second])) == 2
    assert abs(0.5 - TOLERANCE) < 0.5


def test_every_flag_change_is_stored_and_named_by_priority() -> None:
    rows = rows_of(
        [
            a_sample(0),
            a_sample(30, io=Io(panic1=True, siren=True)),
            a_sample(60, io=Io(panic1=True)),
            a_sample(90, io=Io()),
        ]
    )
    assert [r.change_type for r in rows[1:]] == [
        ChangeType.ALARM,
        ChangeType.STATE_CHANGE,
        ChangeType.ALARM,
    ]
    assert rows[1].mask & ChangeMask.SIREN
    assert {c.field for c in rows[1].changes} == {"panic1", "siren"}


def test_a_lost_reading_and_its_return_are_both_stored() -> None:
    lost = Reading(None, Quality.BAD, QualityReason.MISSING)
    rows = rows_of([a_sample(0), a_sample(30, temperature_c=lost), a_sample(60, 0.3)])
    assert [r.sample.temperature_c.quality for r in rows] == [
        Quality.GOOD,
        Quality.BAD,
        Quality.GOOD,
    ]


def test_a_jump_after_a_quiet_stretch_stores_the_reading_before_it_too() -> None:
    rows = rows_of([a_sample(0), a_sample(30, 20.1), a_sample(60, 20.2), a_sample(90, 26)])
    assert [r.sample.temperature_c.value for r in rows] == [20.0, 20.2, 26]
    assert rows[1].mask & ChangeMask.BEFORE_STEP


def test_a_connection_change_is_a_row_of_its_own_kind() -> None:
    rows = rows_of([a_sample(0), a_sample(30, connected=False)])
    assert rows[1].change_type is ChangeType.CONNECTION


def test_the_first_sample_after_an_ingest_gap_is_stored_whatever_it_says() -> None:
    recorder = ChangeRecorder()
    recorder.record(a_sample(0))
    recorder.after_gap()
    assert recorder.record(a_sample(60))


def test_a_manual_sample_is_stored() -> None:
    recorder = ChangeRecorder()
    recorder.record(a_sample(0))
    (row,) = recorder.record(a_sample(10), manual=True)
    assert row.change_type is ChangeType.MANUAL


def test_a_fan_moves_by_its_own_threshold() -> None:
    still = compare(a_sample(io=Io(fan_pct=50)), a_sample(io=Io(fan_pct=54)), CdcRules())
    moved = compare(a_sample(io=Io(fan_pct=50)), a_sample(io=Io(fan_pct=55)), CdcRules())
    assert still[0] is ChangeMask.NONE
    assert primary(moved[0]) is ChangeType.STATE_CHANGE


def test_an_untrusted_clock_makes_the_sample_uncertain() -> None:
    sample = a_sample(clock_trusted=False)
    assert sample.quality is Quality.UNCERTAIN
    assert sample.reason is QualityReason.BAD_CLOCK


def test_an_input_that_is_told_for_the_first_time_and_is_off_is_no_alarm() -> None:
    rows = rows_of([a_sample(0), a_sample(30, io=Io(aux1=False)), a_sample(60, io=Io(aux1=True))])
    assert [r.change_type for r in rows[1:]] == [ChangeType.SENSOR_DATA, ChangeType.ALARM]
