"""What may come next on the command line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from alarmstation.domain.catalogue import CATALOGUE, CommandTemplate, FieldSpec, FieldValue, Kind
from alarmstation.domain.commandline import Word, quoted, read_value, words_of
from alarmstation.domain.directory import Directory
from alarmstation.domain.errors import UserError

_EXAMPLES = {"s": ("10s", "30s", "1m", "5m"), "%": ("25%", "50%", "75%")}


@dataclass(frozen=True, slots=True)
class Completion:
    """Words that may replace the characters from `start` to `end` of the line."""

    start: int
    end: int
    candidates: tuple[str, ...]

    def apply(self, line: str, candidate: str) -> tuple[str, int]:
        """The line with the candidate in it, and where the cursor goes."""
        space = "" if candidate.endswith(("=", ":")) else " "
        before = line[: self.start] + candidate + space
        return before + line[self.end :].lstrip(), len(before)


def complete_line(
    line: str, cursor: int, directory: Directory, allowed: Collection[str] | None = None
) -> Completion:
    """Candidates at the cursor. `allowed`: names of commands that the operator may send."""
    words = words_of(line[:cursor])
    current = Word("", cursor, cursor)
    if words and words[-1].end == cursor:
        current = words.pop()
    names = [name for name in CATALOGUE if allowed is None or name in allowed]
    template = _finished_command(words)
    if template is None:
        return _command_candidates(words, current, names)
    given = words[len(template.name.split(" ")) :]
    if not given:
        return _unit_candidates(current, directory)
    return _within(current, _field_candidates(template, given[1:], current.text))


def _finished_command(words: list[Word]) -> CommandTemplate | None:
    for length in (2, 1):
        name = " ".join(word.text for word in words[:length]).casefold()
        if len(words) >= length and name in CATALOGUE:
            return CATALOGUE[name]
    return None


def _command_candidates(words: list[Word], current: Word, names: list[str]) -> Completion:
    start = words[0].start if words else current.start
    typed = " ".join([*(word.text for word in words), current.text]).casefold()
    found = tuple(name for name in names if name.startswith(typed))
    return Completion(start, current.end, found)


def _unit_candidates(current: Word, directory: Directory) -> Completion:
    # Only what stands behind the last comma is being typed.
    before, comma, last = current.raw.rpartition(",")
    start = current.start + len(before) + len(comma)
    found = tuple(quoted(word) for word in directory.candidates(last.replace('"', "")))
    return Completion(start, current.end, found)


def _field_candidates(template: CommandTemplate, given: list[Word], typed: str) -> list[str]:
    fields = _fields_so_far(template, given)
    free = [spec for spec in template.applicable(fields) if spec.name not in fields]
    name, equals, _ = typed.partition("=")
    if equals:
        chosen = [spec for spec in free if spec.name == name.casefold()]
        return [f"{spec.name}={value}" for spec in chosen for value in _examples(spec)]
    found = [value for spec in free if spec.positional for value in _examples(spec)]
    return found + [f"{spec.name}=" for spec in free if not spec.positional]


def _fields_so_far(template: CommandTemplate, given: list[Word]) -> dict[str, FieldValue]:
    """What the words say as far as they are understood; the others are not our business here."""
    fields: dict[str, FieldValue] = {}
    for word in given:
        name, equals, text = word.text.partition("=")
        for spec in template.fields:
            if spec.name in fields or not (spec.name == name if equals else spec.positional):
                continue
            try:
                fields[spec.name] = read_value(spec, text if equals else word.text)
            except UserError:
                continue
            break
    return fields


def _examples(spec: FieldSpec) -> tuple[str, ...]:
    if spec.kind is Kind.CHOICE:
        return spec.choices
    if spec.kind is Kind.BOOL:
        return ("yes", "no")
    return (*_EXAMPLES.get(spec.unit, ()), *(word for word, _ in spec.words))


def _within(current: Word, candidates: list[str]) -> Completion:
    typed = current.text.casefold()
    found = tuple(word for word in candidates if word.casefold().startswith(typed))
    return Completion(current.start, current.end, found)
