"""The one exception tree of the station.

What a user caused or can mend is a `UserError`; what is away and will be tried again is
`Unavailable`; bytes that are not a message are a `WireError`. Anything else is a bug.
"""

from __future__ import annotations


class AlarmStationError(Exception):
    """Root of every error that the station raises on purpose."""


class UserError(AlarmStationError):
    """Something a person caused or can mend.

    `key` names the sentence (translated where the reader's language is known) and `values`
    fill it; `str(error)` is the English sentence.
    """

    def __init__(self, key: str, text: str, **values: object) -> None:
        super().__init__(text.format(**values) if values else text)
        self.key = key
        self.text = text
        self.values = values


class Refused(UserError):
    """The operator may not do this, or it makes no sense in the present state."""


class Conflict(AlarmStationError):
    """Somebody else changed it first; read again and decide anew."""


class Unavailable(AlarmStationError):
    """A database, broker or service that is away: a state that is shown, and tried again."""


class WireError(AlarmStationError):
    """Bytes that are not an acceptable message; `reason` is a class of `protocol.md` 2.7."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
