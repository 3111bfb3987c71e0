from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alarmstation.domain.catalogue import CATALOGUE, FieldSpec, Kind, build, template
from alarmstation.domain.commandline import CommandLine, LineError, format_line, parse
from alarmstation.domain.device import Site
from alarmstation.domain.directory import Directory, Unit

UNITS = (
    Unit(41, "ESG-041", "Front door", 2),
    Unit(42, "ESG-042", "Hall, north", 2),
    Unit(43, "ESG-043", "", 1),
)
DIRECTORY = Directory(UNITS, (Site(1, "Acme"), Site(2, "North wing", 1)), selected=(43,))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "siren ESG-041 pulse 10s",
            CommandLine("siren", (41,), {"pattern": "pulse", "total_duration": 10}),
        ),
        ("SIREN esg-041 OFF", CommandLine("siren", (41,), {"pattern": "off"})),
        (
            "siren ESG-041 5m blink-fast",
            CommandLine("siren", (41,), {"pattern": "blink-fast", "total_duration": 300}),
        ),
        (
            "turret @all on permanent",
            CommandLine("turret", (41, 42, 43), {"pattern": "on", "total_duration": 0}),
        ),
        (
            "siren ESG-041 pulse on_duration_ms=0.2s off=200ms",
            CommandLine(
                "siren",
                (41,),
                {"pattern": "pulse", "on_duration_ms": 200.0, "off_duration_ms": 200},
            ),
        ),
        ('get-status @site:"North wing"', CommandLine("get-status", (41, 42))),
        ('get-status "@site:north wing"', CommandLine("get-status", (41, 42))),
        (
            "config location @selected country=ES zone=4",
            CommandLine("config location", (43,), {"country": "ES", "zone": 4}),
        ),
        (
            "config location @selected lat=-40.4168 lon=3.7°",
            CommandLine("config location", (43,), {"latitude": -40.4168, "longitude": 3.7}),
        ),
        (
            "config device ESG-041 1m",
            CommandLine("config device", (41,), {"heartbeat_interval": 60}),
        ),
        ("fan ESG-041 60%", CommandLine("fan", (41,), {"percent": 60})),
        (
            "fan ESG-041 60 10m",
            CommandLine("fan", (41,), {"percent": 60, "total_duration": 600}),
        ),
        (
            "fan ESG-041 10m 60%",
            CommandLine("fan", (41,), {"percent": 60, "total_duration": 600}),
        ),
        ("fan ESG-041 off", CommandLine("fan", (41,), {"percent": 0})),
        (
            'read device ESG-043,"Hall, north","front door"',
            CommandLine("read device", (43, 42, 41)),
        ),
        ("reboot ESG-041", CommandLine("reboot", (41,))),
        ("diag log ESG-041 50", CommandLine("diag log", (41,), {"log_lines": 50})),
    ],
)
def test_a_line_is_understood(line: str, expected: CommandLine) -> None:
    assert parse(line, DIRECTORY) == expected


@pytest.mark.parametrize(
    ("line", "key", "points_at"),
    [
        ("", "line.empty", ""),
        ("sirene ESG-041 on", "command.unknown", "sirene"),
        ("config", "line.group", "config"),
        ("config clock ESG-041", "line.group", "clock"),
        ("siren", "line.units.missing", ""),
        ("siren ESG-041", "line.field.missing", ""),
        ("siren ESG-041 10s", "line.field.missing", ""),
        ("siren ESG-999 on", "line.unit.unknown", "ESG-999"),
        ("siren ESG-041,ESG-999 on", "line.unit.unknown", "ESG-999"),
        ("siren ESG-041 loud", "command.field.choice", "loud"),
        ("siren ESG-041 on 90000s", "command.field.range", "90000s"),
        ("siren ESG-041 on 10s 20s", "line.word.unexpected", "20s"),
        ("siren ESG-041 on volume=3", "command.field.unknown", "volume=3"),
        ("siren ESG-041 on total_duration=ten", "command.field.type", "total_duration=ten"),
        ("siren ESG-041 on total_duration=10s total=20s", "line.field.twice", "total=20s"),
        ("fan ESG-041 101%", "command.field.range", "101%"),
        ("get-status ESG-041 now", "line.word.unexpected", "now"),
        ("config location ESG-041", "command.config.empty", "config location ESG-041"),
        ("config location ESG-041 country=ESP", "command.field.length", "country=ESP"),
        ('siren "Front door', "line.quote", '"Front door'),
    ],
)
def test_a_line_that_is_wrong_says_where_and_why(line: str, key: str, points_at: str) -> None:
    with pytest.raises(LineError) as refused:
        parse(line, DIRECTORY)
    assert refused.value.key == key
    assert line[refused.value.start : refused.value.end] == points_at


def values_of(spec: FieldSpec) -> st.SearchStrategy[Any]:
    match spec.kind:
        case Kind.CHOICE:
            return st.sampled_from(spec.choices)
        case Kind.BOOL:
            return st.booleans()
        case Kind.TEXT:
            return st.text(
                "ABCXYZ", min_size=int(spec.minimum or 0), max_size=int(spec.maximum or 0)
            )
        case Kind.INT:
            return st.integers(int(spec.minimum or 0), int(spec.maximum or 0))
        case Kind.FLOAT:
            return st.floats(spec.minimum, spec.maximum).map(lambda value: round(value, 6))


@given(st.data())
def test_what_a_form_writes_as_a_line_is_read_back_the_same(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CATALOGUE)))
    specs = {spec.name: values_of(spec) for spec in template(name).fields}
    fields = data.draw(st.fixed_dictionaries({}, optional=specs))
    # A bare number without those before it belongs to the first that fits: the form gives all.
    defaults = {s.name: s.default for s in template(name).fields if s.positional}
    fields = {**defaults, **fields}
    assume(name != "config location" or fields)
    unit = data.draw(st.sampled_from([word for u in UNITS for word in (u.host, u.name) if word]))

    line = format_line(name, unit, fields)
    read = parse(line, DIRECTORY)

    assert read.name == name
    assert read.device_ids == DIRECTORY.resolve(unit)
    assert read.fields == fields
    assert build(name, read.fields) == build(name, fields)


def refusal_of(line: str) -> LineError | None:
    try:
        parse(line, DIRECTORY)
    except LineError as error:
        return error
    return None


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_within_itself(line: str) -> None:
    error = refusal_of(line)

    assert error is None or (0 <= error.start <= error.end <= len(line) and str(error))


@given(
    st.lists(
        st.sampled_from(
            ["siren", "config", "device", "ESG-041", "@all", "on", "10s", "=", '"', ","]
        ),
        max_size=6,
    )
)
def test_any_mixture_of_words_raises_nothing_but_line_errors(words: list[str]) -> None:
    error = refusal_of(" ".join(words))

    assert error is None or error.key
