"""Sentences of the service in the reader's language, found by their key.

The service says everything in English with a key and values (`ErrorReply`, `ConditionView`,
`UserError`). Here every key that can reach the console has its template once more, for
translation; a test compares them with the sources. What has no key here is shown in English.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from alarmstation.application.views import ConditionView
from alarmstation.console.sentence_list import CONDITIONS, TEMPLATES
from alarmstation.domain.errors import Unavailable, UserError


def sentence(key: str, text: str, values: Mapping[str, object]) -> str:
    """The sentence of `key` filled with `values`; `text` (English) when there is none."""
    template = TEMPLATES.get(key)
    if template is None:
        return text
    try:
        return QCoreApplication.translate("sentences", template).format(**values)
    except (KeyError, IndexError, ValueError):
        return text  # another version of the service uses other values


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
    template = CONDITIONS.get(condition.key)
    return (
        condition.text if template is None else QCoreApplication.translate("conditions", template)
    )
