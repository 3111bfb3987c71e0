"""The command line of the console: `siren ESG-041 pulse 10s`, `config location @selected zone=4`.

A line is a command of the catalogue, one or more units separated by commas, and its fields:
positional ones bare, all of them as `name=value` (a unique beginning of the name is enough).
Durations take s, m and h; texts with spaces stand in double quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from alarmstation.domain.catalogue import build
from alarmstation.domain.command_field import FieldSpec, FieldValue, Kind, check_field, wrong_value
from alarmstation.domain.command_template import CATALOGUE, CommandTemplate
from alarmstation.domain.directory import Directory
from alarmstation.domain.errors import UserError

_WORD = re.compile(r'(?:"[^"]*(?:"|$)|[^\s"])+')
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([a-z%°]*)", re.IGNORECASE)
_UNITS = {
    "s": {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600},
    "ms": {"": 1, "ms": 1, "s": 1000},
    "%": {"": 1, "%": 1},
    "°": {"": 1, "°": 1},
    "": {"": 1},
}
_TRUTH = {"yes": True, "no": False, "true": True, "false": False}


class LineError(UserError):
    """What is wrong with a line, and at which characters."""

    def __init__(
        self, key: str, text: str, start: int, end: int, values: dict[str, object]
    ) -> None:
        super().__init__(key, text, **values)
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line: `raw` as typed, `text` without quotes."""

    raw: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.raw.replace('"', "")

    def wrong(self, key: str, text: str, **values: object) -> LineError:
        """An error that points at this word."""
        return LineError(key, text, self.start, self.end, values)

    def because(self, error: UserError) -> LineError:
        """`error`, pointing at this word."""
        return self.wrong(error.key, error.text, **error.values)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A line understood."""

    name: str
    device_ids: tuple[int, ...]
    fields: dict[str, FieldValue] = field(default_factory=dict)


def words_of(line: str) -> list[Word]:
    """The words of a line; a quote that is not closed runs to the end."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(line)]


def parse(line: str, directory: Directory) -> CommandLine:
    """What the line asks for. Raises `LineError` that points at the word that is wrong."""
    words = words_of(line)
    if not words:
        raise LineError("line.empty", "type a command, then the units", 0, len(line), {})
    if line.count('"') % 2:
        raise words[-1].wrong("line.quote", "a quotation mark is not closed")
    template, rest = _command_of(words)
    if not rest:
        raise LineError(
            "line.units.missing",
            "{command}: for which units? A host, a name, @selected, @site:… or @all",
            len(line),
            len(line),
            {"command": template.name},
        )
    device_ids = _units_of(rest[0], directory)
    fields = _fields_of(template, rest[1:])
    for spec in template.fields:
        # A form shows its defaults; who types a line must say what is to happen.
        if spec.required and spec.name not in fields:
            raise LineError(
                "line.field.missing",
                "{command}: which {field}? Allowed: {allowed}",
                len(line),
                len(line),
                {"command": template.name, "field": spec.name, "allowed": spec.allowed()},
            )
    try:
        build(template.name, fields)
    except UserError as error:
        raise Word(line, 0, len(line)).because(error) from None
    return CommandLine(template.name, device_ids, fields)


def format_line(name: str, units: str, fields: dict[str, FieldValue]) -> str:
    """The line that `parse` understands as exactly this; `units` is its word for the units."""
    template = CATALOGUE[name]
    parts = [name, quoted(units)]
    for spec in template.fields:
        if spec.name in fields:
            text = _value_text(spec, fields[spec.name])
            parts.append(text if spec.positional else f"{spec.name}={text}")
    return " ".join(parts)


def quoted(text: str) -> str:
    """`text` as one word of a line; it may hold spaces and commas, but no quotation mark."""
    return f'"{text}"' if re.search(r"[\s,]", text) else text


def _command_of(words: list[Word]) -> tuple[CommandTemplate, list[Word]]:
    for length in (2, 1):
        name = " ".join(word.text for word in words[:length]).casefold()
        if len(words) >= length and name in CATALOGUE:
            return CATALOGUE[name], words[length:]
    first = words[0]
    groups = sorted(n.split(" ")[1] for n in CATALOGUE if n.startswith(first.text + " "))
    if groups:
        asked = words[1] if len(words) > 1 else first
        raise asked.wrong(
            "line.group",
            "{command} what? One of: {allowed}",
            command=first.text,
            allowed=", ".join(groups),
        )
    raise first.wrong("command.unknown", "there is no command {command}", command=first.text)


def _units_of(word: Word, directory: Directory) -> tuple[int, ...]:
    found: dict[int, None] = {}
    start = word.start
    for raw in _split_commas(word.raw):
        part = Word(raw, start, start + len(raw))
        start = part.end + 1
        try:
            found.update(dict.fromkeys(directory.resolve(part.text)))
        except UserError as error:
            raise part.because(error) from None
    return tuple(found)


def _split_commas(raw: str) -> list[str]:
    return re.findall(r'(?:"[^"]*"|[^",])+', raw) or [raw]


def _fields_of(template: CommandTemplate, words: list[Word]) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {}
    for word in words:
        spec, value = _field_of(template, word, fields)
        if spec.name in fields:
            raise word.wrong("line.field.twice", "{field} is given twice", field=spec.name)
        fields[spec.name] = value
    return fields


def _field_of(
    template: CommandTemplate, word: Word, taken: dict[str, FieldValue]
) -> tuple[FieldSpec, FieldValue]:
    name, equals, text = word.text.partition("=")
    if equals:
        spec = _spec_named(template, name, word)
        try:
            return spec, check_field(spec, read_value(spec, text))
        except UserError as error:
            raise word.because(error) from None
    refusal: UserError | None = None
    for spec in template.fields:
        if not spec.positional or spec.name in taken:
            continue
        try:
            return spec, check_field(spec, read_value(spec, word.text))
        except UserError as error:
            # A number out of range says more than a word that is no choice.
            if refusal is None or error.key == "command.field.range":
                refusal = error
    if refusal is not None:
        raise word.because(refusal)
    raise word.wrong(
        "line.word.unexpected",
        "{command} does not take {word}; write fields as name=value: {allowed}",
        command=template.name,
        word=word.text,
        allowed=", ".join(spec.name for spec in template.fields) or "none",
    )


def _spec_named(template: CommandTemplate, name: str, word: Word) -> FieldSpec:
    folded = name.casefold()
    begun = [spec for spec in template.fields if folded and spec.name.startswith(folded)]
    exact = [spec for spec in begun if spec.name == folded]
    if len(exact or begun) == 1:
        return (exact or begun)[0]
    try:
        return template.field(name)
    except UserError as error:
        raise word.because(error) from None


def read_value(spec: FieldSpec, text: str) -> FieldValue:
    """`text` as a value of the field, unit applied; raises `UserError`. Ranges are not checked."""
    folded = text.casefold()
    match spec.kind:
        case Kind.CHOICE:
            return check_field(spec, folded)
        case Kind.TEXT:
            return text
        case Kind.BOOL:
            if folded in _TRUTH:
                return _TRUTH[folded]
        case Kind.INT | Kind.FLOAT:
            named = dict(spec.words).get(folded)
            if named is not None:
                return named
            number = _NUMBER.fullmatch(folded)
            if number is not None and number[2] in _UNITS[spec.unit]:
                return _scaled(spec, number[1], _UNITS[spec.unit][number[2]])
    raise wrong_value(spec, "command.field.type", text)


def _scaled(spec: FieldSpec, digits: str, factor: int) -> int | float:
    if spec.kind is Kind.INT and "." not in digits:
        return int(digits) * factor
    return float(digits) * factor


def _value_text(spec: FieldSpec, value: FieldValue) -> str:
    for word, number in spec.words:
        if value == number and not isinstance(value, bool):
            return word
    match spec.kind:
        case Kind.BOOL:
            return "yes" if value else "no"
        case Kind.TEXT | Kind.CHOICE:
            return quoted(str(value))
        case Kind.FLOAT:
            # Not repr: the line knows no exponents.
            return f"{float(value):.7f}".rstrip("0").rstrip(".") + spec.unit
        case Kind.INT:
            return f"{value}{spec.unit}"
