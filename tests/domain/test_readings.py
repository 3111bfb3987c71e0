import math

import pytest

from alarmstation.domain.device import Quality, QualityReason
from alarmstation.domain.readings import ClimateJudge


def judge(*pairs: tuple[float, float]) -> list[tuple[Quality, QualityReason]]:
    climate = ClimateJudge.fresh()
    return [
        (r.quality, r.reason)
        for r in (climate.judge(t, h, 30.0 * i)[0] for i, (t, h) in enumerate(pairs))
    ]


def test_both_zero_means_no_reading_and_one_zero_is_a_value() -> None:
    climate = ClimateJudge.fresh()
    nothing = climate.judge(0.0, 0.0, 0.0)
    assert nothing[0].value is None
    assert nothing[0].reason is QualityReason.MISSING
    cold, _ = climate.judge(0.0, 40.0, 30.0)
    assert cold.value == 0.0
    assert cold.quality is Quality.GOOD


def test_a_sensor_that_was_lost_and_comes_back_near_zero_is_good_again() -> None:
    assert [q for q, _ in judge((22, 50), (0, 0), (0.3, 50))] == [
        Quality.GOOD,
        Quality.BAD,
        Quality.GOOD,
    ]


@pytest.mark.parametrize(
    ("temperature", "reason"),
    [
        (394.0, QualityReason.RANGE),
        (655.35, QualityReason.RANGE),
        (-40.0, QualityReason.SENSOR_FAULT),
        (math.nan, QualityReason.SENSOR_FAULT),
        (math.inf, QualityReason.SENSOR_FAULT),
    ],
)
def test_sentinels_and_impossible_values_are_bad_with_their_reason(
    temperature: float, reason: QualityReason
) -> None:
    assert judge((22, 50), (temperature, 50), (22.1, 50)) == [
        (Quality.GOOD, QualityReason.NONE),
        (Quality.BAD, reason),
        (Quality.GOOD, QualityReason.NONE),
    ]


def test_a_glitch_of_one_message_is_bad_and_what_follows_is_good() -> None:
    assert [q for q, _ in judge((22, 50), (70, 50), (22.2, 50))] == [
        Quality.GOOD,
        Quality.BAD,
        Quality.GOOD,
    ]


def test_a_jump_that_the_next_message_confirms_is_accepted() -> None:
    assert [q for q, _ in judge((22, 50), (45, 50), (46, 50), (47, 50))] == [
        Quality.GOOD,
        Quality.BAD,
        Quality.GOOD,
        Quality.GOOD,
    ]


def test_humidity_outside_its_range_is_bad_without_touching_temperature() -> None:
    temperature, humidity = ClimateJudge.fresh().judge(22.0, 120.0, 0.0)
    assert temperature.quality is Quality.GOOD
    assert humidity.reason is QualityReason.RANGE
