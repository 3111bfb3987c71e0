"""One field of a command: its type, range and unit, and the check of a value against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alarmstation.domain.errors import UserError

FieldValue = str | int | float | bool
Fields = Mapping[str, FieldValue]


class Kind(StrEnum):
    """Type of a field."""

    CHOICE = "choice"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a command.

    `minimum` and `maximum` bound numbers, and the length of a text in characters. `words` are
    words that stand for a number. A `positional` field may be given on the command line without
    its name. `only_with` names the choices of `pattern` with which the field means anything.
    """

    name: str
    kind: Kind
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    default: FieldValue | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    words: tuple[tuple[str, int], ...] = ()
    positional: bool = False
    only_with: tuple[str, ...] = ()

    def allowed(self) -> str:
        """What the field accepts, in English: "10 to 3600 s", "on, off, pulse"."""
        if self.kind is Kind.CHOICE:
            return ", ".join(self.choices)
        if self.kind is Kind.BOOL:
            return "yes or no"
        if self.kind is Kind.TEXT:
            if self.minimum == self.maximum:
                return f"{self.maximum:g} characters"
            return f"{self.minimum:g} to {self.maximum:g} characters"
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.minimum:g} to {self.maximum:g}{unit}"


def check_field(spec: FieldSpec, value: FieldValue) -> FieldValue:
    """`value` in the field's own type; raises `UserError` when it does not fit."""
    match spec.kind:
        case Kind.CHOICE:
            if value in spec.choices:
                return value
            raise wrong_value(spec, "command.field.choice", value)
        case Kind.BOOL:
            if isinstance(value, bool):
                return value
            raise wrong_value(spec, "command.field.type", value)
        case Kind.TEXT:
            return _checked_text(spec, value)
        case Kind.INT | Kind.FLOAT:
            return _checked_number(spec, value)


def _checked_text(spec: FieldSpec, value: FieldValue) -> str:
    if not isinstance(value, str):
        raise wrong_value(spec, "command.field.type", value)
    if not (spec.minimum or 0) <= len(value) <= (spec.maximum or 0):
        raise wrong_value(spec, "command.field.length", value)
    if spec.name == "country" and not (value.isascii() and value.isalpha()):
        raise wrong_value(
            spec, "command.field.letters", value, "{field}: {value} is not two letters"
        )
    return value


def _checked_number(spec: FieldSpec, value: FieldValue) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_value(spec, "command.field.type", value)
    if spec.kind is Kind.INT and value != value // 1:
        raise wrong_value(spec, "command.field.type", value)
    # Written so that NaN fails too.
    if not (spec.minimum is not None and spec.minimum <= value):
        raise wrong_value(spec, "command.field.range", value)
    if not (spec.maximum is not None and value <= spec.maximum):
        raise wrong_value(spec, "command.field.range", value)
    return int(value) if spec.kind is Kind.INT else float(value)


def wrong_value(
    spec: FieldSpec,
    key: str,
    value: object,
    text: str = "{field}: {value} is not allowed; allowed: {allowed}",
) -> UserError:
    """The refusal of a value, with what the field allows instead."""
    return UserError(key, text, field=spec.name, value=value, allowed=spec.allowed())
