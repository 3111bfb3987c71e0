from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from alarmstation.adapters.postgres import storable


@given(st.text(st.characters()))
def test_every_text_can_be_stored(value: str) -> None:
    stored = storable.text(value)

    assert "\x00" not in stored
    assert stored.encode() is not None
    assert len(stored) == len(value)


def test_an_ordinary_text_stays_as_it_is() -> None:
    assert storable.text("Türe 3 › ✓") == "Türe 3 › ✓"


@given(st.text(st.characters()))
def test_every_text_becomes_json(value: str) -> None:
    assert json.loads(storable.json_text(value)) is not ...


def test_json_stays_as_it_is() -> None:
    assert storable.json_text('{"a":  1}') == '{"a":  1}'


def test_what_json_cannot_say_is_nothing() -> None:
    assert storable.number(math.nan) is None
    assert storable.number(math.inf) is None
    assert storable.number(1.5) == 1.5
