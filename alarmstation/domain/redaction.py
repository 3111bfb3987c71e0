"""Messages as JSON values that may be stored and shown: without secrets (`protocol.md` 10.9).

What comes out can be written as JSON and into a PostgreSQL `jsonb` as it is: no bytes, no NaN, no
NUL, no lone surrogates, whatever a unit put into its texts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

MASK: Final = "***"

_SECRET_FIELDS: Final = frozenset({"password", "adv_hmac_key", "spp_hmac_key"})
_SECRET_NAME: Final = re.compile(r"pass|pwd|psk|secret|token|key$", re.IGNORECASE)
_SECRET_IN_TEXT: Final = re.compile(
    r'("[^"]*(?:pass\w*|pwd|psk|secret|token|key)"\s*:\s*)'
    r'(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|[^\s",}\]]+)',
    re.IGNORECASE,
)
_CREDENTIALS_IN_URL: Final = re.compile(r"(://)[^/@\s]+@")
_DEEPEST: Final = 16


def redacted(message: object) -> dict[str, Any]:
    """Any message of `messages.py` as a dict of JSON values with its secrets masked.

    Enum values are their names, bytes hex digits, an answer's payload its parsed JSON (or raw
    text); empty secrets stay empty, and fields that are not set (None) are left out. `kind`
    names the class of the message and of a command's body.
    """
    if not is_dataclass(message):
        raise TypeError(f"{type(message).__name__} is no message")
    result: dict[str, Any] = {"kind": type(message).__name__}
    for field in fields(message):
        value = getattr(message, field.name)
        if value is None or (field.name == "unknown_fields" and not value):
            continue
        if field.name in _SECRET_FIELDS:
            result[field.name] = MASK if value else ""
        elif field.name == "payload" and isinstance(value, bytes):
            result[field.name] = _masked(parse_payload(value))
        else:
            result[field.name] = _plain(value)
    return result


def parse_payload(payload: bytes) -> dict[str, Any] | str:
    """The JSON object of an answer; its text as it came where that is cut off or no object.

    Never raises: units cut long answers, and JSON allows what no database stores.
    """
    text = payload.decode("utf-8", "replace")
    try:
        parsed = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        return _storable(text)
    if not isinstance(parsed, dict) or _depth(parsed) > _DEEPEST:
        return _storable(text)
    return {_storable(name): _clean(value) for name, value in parsed.items()}


def _plain(value: object) -> Any:
    if is_dataclass(value):
        return redacted(value)
    match value:
        case Enum():
            return value.name
        case bytes():
            return value.hex()
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return _CREDENTIALS_IN_URL.sub(rf"\g<1>{MASK}@", _storable(value))
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _masked(value: Any, name: str = "") -> Any:
    match value:
        case _ if _SECRET_NAME.search(name):
            return MASK if value else value
        case dict():
            return {key: _masked(item, key) for key, item in value.items()}
        case list():
            return [_masked(item) for item in value]
        case str():
            hidden = _SECRET_IN_TEXT.sub(rf'\g<1>"{MASK}"', value)
            return _CREDENTIALS_IN_URL.sub(rf"\g<1>{MASK}@", hidden)
        case _:
            return value


def _clean(value: Any) -> Any:
    match value:
        case str():
            return _storable(value)
        case Mapping():
            return {_storable(name): _clean(item) for name, item in value.items()}
        case list():
            return [_clean(item) for item in value]
        case _:
            return value


def _storable(text: str) -> str:
    without_nul = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return without_nul.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _no_number(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _depth(value: Any) -> int:
    """Levels of nesting, counted without recursion and no further than matters."""
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            item
            for whole in level
            for item in (whole.values() if isinstance(whole, dict) else whole)
            if isinstance(item, dict | list)
        ]
    return depth
