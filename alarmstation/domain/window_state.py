"""What a receive window knows, as a value that can be stored (`protocol.md` 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from alarmstation.domain.messages import Leaf


@dataclass(frozen=True, slots=True)
class Seen:
    """One number that a window remembers, and how it was used."""

    sequence: int
    leaf: Leaf
    tag: bytes

    def as_json(self) -> list[Any]:
        return [self.sequence, self.leaf.value, self.tag.hex()]

    @classmethod
    def from_json(cls, stored: list[Any]) -> Self:
        return cls(int(stored[0]), Leaf(stored[1]), bytes.fromhex(stored[2]))


@dataclass(frozen=True, slots=True)
class LoginMark:
    """What makes two logins the same (`protocol.md` 1.4)."""

    sequence: int
    timestamp: int
    boot_count: int


@dataclass(frozen=True, slots=True)
class WindowState:
    """All that a `ReceiveWindow` knows, to be stored and given back after a restart.

    `windows` has (leaf or "", highest, entries) of each window; `earlier` are the entries of the
    boot before; `bare` are marks of unsigned messages, oldest first. `timestamp` and `uptime` are
    of the newest message that carried them, None where nothing is known yet.
    """

    epoch: int = 1
    windows: tuple[tuple[str, int, tuple[Seen, ...]], ...] = ()
    earlier: tuple[Seen, ...] = ()
    retained: tuple[Seen, ...] = ()
    will: Seen | None = None
    bare: tuple[str, ...] = ()
    logins: tuple[LoginMark, ...] = ()
    last_login_at: float = 0.0
    timestamp: int = 0
    uptime: int | None = None
    boot_count: int | None = None
    boot_id: int | None = None
    is_ours: bool = False
    key_id: str = ""
    retired_keys: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The state as JSON values; `from_json` reads it back."""
        return {
            "epoch": self.epoch,
            "windows": [
                [name, highest, [it.as_json() for it in entries]]
                for name, highest, entries in self.windows
            ],
            "earlier": [it.as_json() for it in self.earlier],
            "retained": [it.as_json() for it in self.retained],
            "will": self.will.as_json() if self.will else None,
            "bare": list(self.bare),
            "logins": [[it.sequence, it.timestamp, it.boot_count] for it in self.logins],
            "last_login_at": self.last_login_at,
            "timestamp": self.timestamp,
            "uptime": self.uptime,
            "boot_count": self.boot_count,
            "boot_id": self.boot_id,
            "is_ours": self.is_ours,
            "key_id": self.key_id,
            "retired_keys": list(self.retired_keys),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for what `as_json` did not write."""
        return cls(
            epoch=stored["epoch"],
            windows=tuple(
                (name, highest, tuple(map(Seen.from_json, entries)))
                for name, highest, entries in stored["windows"]
            ),
            earlier=tuple(map(Seen.from_json, stored["earlier"])),
            retained=tuple(map(Seen.from_json, stored["retained"])),
            will=Seen.from_json(stored["will"]) if stored["will"] else None,
            bare=tuple(stored["bare"]),
            logins=tuple(LoginMark(*it) for it in stored["logins"]),
            last_login_at=stored["last_login_at"],
            timestamp=stored["timestamp"],
            uptime=stored["uptime"],
            boot_count=stored["boot_count"],
            boot_id=stored["boot_id"],
            is_ours=stored["is_ours"],
            key_id=stored["key_id"],
            retired_keys=tuple(stored["retired_keys"]),
        )
