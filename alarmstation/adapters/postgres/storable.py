"""What PostgreSQL can hold of texts that came from units and people."""

from __future__ import annotations

import json
import math

REPLACEMENT = "�"


def text(value: str) -> str:
    """`value` with the sign for "unreadable" where PostgreSQL can hold no such character.

    A NUL or half a surrogate pair in a note must not keep an alarm from being stored.
    """
    if value.isascii() and "\x00" not in value:
        return value
    shown = value.replace("\x00", REPLACEMENT)
    return "".join(REPLACEMENT if "\ud800" <= sign <= "\udfff" else sign for sign in shown)


def json_text(value: str) -> str:
    """`value` when it is JSON; else a JSON object that holds it as text."""
    try:
        json.loads(value)
    except ValueError:
        return json.dumps({"text": text(value)}, ensure_ascii=False)
    return text(value)


def number(value: float | None) -> float | None:
    """`value`, or None where JSON has no such number."""
    return value if value is None or math.isfinite(value) else None
