"""Sentences of the service in the reader's language, found by their key.

The service says everything in English with a key (`ErrorReply`, `ConditionView`, `UserError`).
`sentence_list` has every one that can reach the console once more, as a template for translation;
a test compares it with the sources. What is not in it is shown in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from alarmstation.application.views import ConditionView
from alarmstation.console.sentence_list import SENTENCES
from alarmstation.domain.errors import Unavailable, UserError


@lru_cache(maxsize=512)
def _pattern(template: str) -> re.Pattern[str]:
    """Finds the values in an English sentence that was made from `template`."""
    parts = re.split(r"\{(\w+)[^}]*\}", template)
    seen: set[str] = set()
    pattern = re.escape(parts[0])
    for name, fixed in zip(parts[1::2], parts[2::2], strict=True):
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*)"
        seen.add(name)
        pattern += re.escape(fixed)
    return re.compile(pattern, re.DOTALL)


def sentence(key: str, text: str, values: Mapping[str, object]) -> str:
    """The sentence of `key` in the reader's language.

    `text` is the English one, already filled; the values of its template are taken from it, or
    from `values` where they are given. It is returned as it is when the key is not known.
    """
    for known, template in SENTENCES:
        if known != key:
            continue
        match = _pattern(template).fullmatch(text)
        if match is not None:
            filling = {**match.groupdict(), **{k: str(v) for k, v in values.items()}}
            return QCoreApplication.translate("sentences", template).format(**filling)
    return text


def of_error(error: UserError | Unavailable | None) -> str:
    """What happened and what to do, for the notice bar. None is a bug."""
    match error:
        case UserError():
            return sentence(error.key, str(error), error.values)
        case Unavailable():
            return QCoreApplication.translate(
                "sentences",
                "Not possible now: the service or the database is not connected. "
                "It is tried again by itself; alarms are shown as soon as they can be.",
            )
        case None:
            return QCoreApplication.translate(
                "sentences",
                "The console could not do this because of an error in it. Alarms go on being "
                "shown; tell the administrator, the log has the details.",
            )


def of_condition(condition: ConditionView) -> str:
    """The sentence of a part of the station."""
    return sentence(condition.key, condition.text, {})
